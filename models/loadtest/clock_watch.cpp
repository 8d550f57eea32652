// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/clock_watch.h"

#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::loadtest {

void ClockWatch::see(std::int64_t stampNs)
{
    if (m_hasStamp)
        step(m_lastNs, stampNs);
    else
        m_firstNs = stampNs;
    m_hasStamp = true;
    m_lastNs = stampNs;
}

void ClockWatch::step(std::int64_t fromNs, std::int64_t toNs)
{
    const std::int64_t back = saturatingSubtract(fromNs, toNs);
    if (back <= kGraceNs)
        return;
    if (m_stepsBack == 0)
        m_firstStepNs = fromNs;
    ++m_stepsBack;
    m_farthest = std::max(m_farthest, Duration(back));
}

void ClockWatch::append(const ClockWatch &next)
{
    if (!next.m_hasStamp)
        return;
    if (!m_hasStamp) {
        *this = next;
        return;
    }
    step(m_lastNs, next.m_firstNs);
    if (m_stepsBack == 0)
        m_firstStepNs = next.m_firstStepNs;
    m_stepsBack += next.m_stepsBack;
    m_farthest = std::max(m_farthest, next.m_farthest);
    m_lastNs = next.m_lastNs;
}

void ClockWatch::finish(LoadTestReport &report) const
{
    report.clockStepsBack = m_stepsBack;
    report.farthestStepBack = m_farthest;
    if (m_stepsBack == 0)
        return;
    report.quality.add(QualityIssue::ClockWentBack, m_stepsBack, isoText(TimePoint(m_firstStepNs)));
    report.notes.push_back("The clock of the load generator goes back " + pluralText(m_stepsBack, "time", "times")
                           + ", by up to " + durationText(m_farthest) + ", first at "
                           + isoText(TimePoint(m_firstStepNs))
                           + ": it was set back, or several generators wrote in turns. Requests stand where their "
                             "stamps say, so seconds may be counted twice or be empty.");
}

} // namespace tailspan::loadtest
