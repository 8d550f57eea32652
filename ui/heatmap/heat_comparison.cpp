// SPDX-License-Identifier: GPL-3.0-or-later
// What the map is compared with, and the words for it.
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/timeline.h"
#include "ui/heatmap/heat_state.h"

#include <algorithm>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using workspace::HeatMapPtr;
using workspace::HeatOrigin;
using workspace::HeatOriginInfo;
using workspace::HeatQuestion;

namespace {

constexpr std::int64_t kDayNs = 24LL * 3600 * 1'000'000'000;

TimeRange earlier(TimeRange range, std::int64_t byNs)
{
    return {range.begin - Duration(byNs), range.end - Duration(byNs)};
}

} // namespace

std::optional<TimeRange> HeatState::baselineRange(Baseline baseline) const
{
    switch (baseline) {
    case Baseline::Previous: return earlier(m_shown, m_shown.length().ns());
    case Baseline::Yesterday: return earlier(m_shown, kDayNs);
    case Baseline::LastWeek: return earlier(m_shown, 7 * kDayNs);
    case Baseline::KeptBox: return m_keptBox ? std::optional(m_keptBox->time) : std::nullopt;
    case Baseline::OtherReport:
        if (m_baselineReport != nullptr && m_workspace.report() != nullptr) {
            const TimeRange run = loadtest::rangeOf(m_workspace.report()->timeline);
            const TimePoint begin = loadtest::rangeOf(m_baselineReport->timeline).begin;
            const TimePoint from = begin + (std::max(m_shown.begin, run.begin) - run.begin);
            return TimeRange{from, from + m_shown.length()};
        }
        return std::nullopt;
    case Baseline::None: break;
    }
    return std::nullopt;
}

QString HeatState::noBaseline(Baseline baseline) const
{
    const HeatOriginInfo *info = origin();
    if (baseline == Baseline::None || info == nullptr)
        return {};
    const bool isReport = info->origin.kind == HeatOrigin::Kind::Report;
    if (baseline == Baseline::OtherReport)
        return isReport ? QString() : tr("Another load test can be compared when the map shows one.");
    if (baseline == Baseline::KeptBox)
        return m_keptBox ? QString() : tr("Brush a box and choose \u201cUse as baseline\u201d first.");
    const std::optional<TimeRange> range = baselineRange(baseline);
    const TimeRange all = workspace::HeatSource::wholeRange(m_workspace, info->origin);
    const bool isLoaded = range && range->begin >= all.begin;
    return info->noEarlier.empty() || (isLoaded && !isReport) ? QString() : toQString(info->noEarlier);
}

void HeatState::setBaseline(Baseline baseline)
{
    if (!noBaseline(baseline).isEmpty())
        return;
    m_baseline = baseline;
    Q_EMIT choicesChanged();
    refresh();
}

/// The same question of another time; rows and columns as they are now.
void HeatState::askBefore()
{
    HeatQuestion asked = question();
    asked.range = baselineRange(m_baseline).value_or(TimeRange());
    asked.columns = m_fresh->grid.columns;
    asked.rows = m_fresh->grid.rows;
    if (m_fresh->origin.kind == HeatOrigin::Kind::Report || m_fresh->origin.kind == HeatOrigin::Kind::Metrics)
        asked.column = m_fresh->grid.column;
    if (m_baseline == Baseline::OtherReport)
        asked.report = m_baselineReport;
    m_beforeSource.ask(asked, [this](Result<HeatMapPtr> before) {
        if (!before.has_value())
            return giveUp(before.error());
        m_before = std::move(*before);
        compare();
    });
    Q_EMIT askingChanged();
}

void HeatState::compare()
{
    m_comparing.start(
        [now = m_fresh, before = m_before](std::stop_token stop, Progress &) {
            return latencyGridDifferenceOf(now->grid, before->grid, stop);
        },
        [this](Result<metric::LatencyGridDifference> difference) {
            if (!difference.has_value())
                return giveUp(difference.error());
            publish(m_fresh, m_before, std::move(*difference));
        });
}

layout::HeatPicture HeatState::picture() const
{
    if (m_map == nullptr)
        return {};
    if (m_difference && m_before != nullptr && m_before->grid.total > 0)
        return layout::layOutDifference(m_map->grid, m_before->grid, *m_difference);
    return layout::layOutHeat(m_map->grid, m_map->failed ? &*m_map->failed : nullptr, m_look.scale);
}

const char *HeatState::noun(bool isOne) const
{
    const HeatOriginInfo *info = origin();
    const bool isRequests = info != nullptr
        && (info->origin.kind == HeatOrigin::Kind::Report || info->origin.kind == HeatOrigin::Kind::Metrics
            || subject().what == workspace::HeatSubject::What::Requests);
    return isRequests ? (isOne ? "request" : "requests") : (isOne ? "span" : "spans");
}

QString HeatState::subjectName() const
{
    const workspace::HeatSubject asked = subject();
    std::string service = asked.service;
    if (service.empty() && origin() != nullptr && origin()->noNames.empty())
        service = workspace::onlyServiceOf(m_workspace.filter().terms);
    QString name = toQString(service);
    if (!asked.operation.empty())
        name += (name.isEmpty() ? QString() : u" "_s) + toQString(asked.operation);
    const bool isRequests = asked.what == workspace::HeatSubject::What::Requests;
    if (name.isEmpty())
        name = isRequests ? tr("requests") : tr("all spans");
    return asked.onlyFailed ? tr("failed %1").arg(name) : name;
}

QString HeatState::title() const
{
    if (origin() == nullptr)
        return tr("Latency");
    return tr("%1 of %2 · from %3")
        .arg(m_difference ? tr("Difference in latency") : tr("Latency"), subjectName(), toQString(origin()->title));
}

QString HeatState::differenceText() const
{
    const metric::LatencyGridDifference &difference = *m_difference;
    QString with;
    switch (m_baseline) {
    case Baseline::Previous: with = tr("the time before, %1"); break;
    case Baseline::Yesterday: with = tr("yesterday, %1"); break;
    case Baseline::LastWeek: with = tr("last week, %1"); break;
    case Baseline::KeptBox: with = tr("the kept box, %1"); break;
    default: break;
    }
    if (m_baseline == Baseline::OtherReport)
        with = toQString(m_before->source);
    else
        with = with.arg(toQString(layout::timeRangeText({m_before->grid.begin, m_before->grid.end()})));
    if (difference.totalBefore == 0)
        return tr("against %1: nothing was there to compare with").arg(with);
    const QString counts = tr("%1 now, %2 then, as shares")
                               .arg(toQString(pluralText(difference.totalNow, noun(true), noun(false))),
                                    toQString(countText(difference.totalBefore)));
    if (difference.tiles == 0)
        return tr("too few to tell · against %1 · %2").arg(with, counts);
    if (difference.significantTiles == 0)
        return tr("nothing differs by more than chance · against %1 · %2").arg(with, counts);
    return tr("%1 of %2 areas differ · against %3 · %4")
        .arg(toQString(countText(difference.significantTiles)), toQString(countText(difference.tiles)), with, counts);
}

QString HeatState::subtitle() const
{
    if (m_map == nullptr)
        return {};
    if (m_difference)
        return differenceText();
    QStringList parts{toQString(pluralText(m_map->grid.total, noun(true), noun(false)))};
    if (m_look.hasOutlines && m_map->failed && m_map->failed->total > 0)
        parts.append(tr("errors outlined"));
    parts.append(m_look.scale == layout::HeatScale::Linear    ? tr("linear scale")
                     : m_look.scale == layout::HeatScale::Log ? tr("log scale")
                                                              : tr("rank scale"));
    for (const std::string &note : m_map->notes)
        parts.append(toQString(note));
    return parts.join(u" · "_s);
}

} // namespace tailspan::heatmap
