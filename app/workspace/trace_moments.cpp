// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/trace_moments.h"

namespace tailspan::workspace {

const loadtest::TraceTimesPtr &TraceMoments::times()
{
    if (!m_isWanted) {
        m_isWanted = true;
        build();
    }
    return m_times;
}

void TraceMoments::setSnapshot(const trace::TraceSnapshotPtr &snapshot, bool isRenewal)
{
    m_snapshot = snapshot;
    if (!isRenewal)
        m_times.reset();
    if (m_isWanted)
        build();
}

void TraceMoments::build()
{
    if (m_snapshot == nullptr) {
        m_job.cancel();
        m_times.reset();
        return;
    }
    m_job.start(
        [snapshot = m_snapshot](std::stop_token, Progress &) -> Result<loadtest::TraceTimesPtr> {
            return std::make_shared<const loadtest::TraceTimes>(snapshot);
        },
        [this](Result<loadtest::TraceTimesPtr> times) {
            if (!times.has_value())
                return; // no memory: nothing is counted, and nothing else is lost
            m_times = std::move(*times);
            Q_EMIT changed();
        });
}

} // namespace tailspan::workspace
