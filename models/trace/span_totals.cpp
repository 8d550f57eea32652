// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_totals.h"

#include "models/base/exact_quantile.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <array>

namespace tailspan::trace {

namespace {

constexpr std::size_t kGrainGroups = 64;

class TotalsOfGroups {
public:
    TotalsOfGroups(const TraceSnapshot &snapshot, const TraceSelection &selection, const SpanTimes &times)
        : m_spans(snapshot.spans()), m_times(times), m_rows(selection.rows(snapshot))
    {}

    /// `durations` is room that is used again.
    SpanTotals of(std::span<const std::uint32_t> positions, std::vector<std::int64_t> &durations) const
    {
        SpanTotals totals;
        durations.clear();
        std::uint32_t lastTrace = TraceRow::kNone;
        for (const std::uint32_t position : positions) {
            const std::uint32_t row = m_rows[position];
            const std::int64_t duration = m_spans.durationNs[row];
            if (totals.count++ == 0 || duration > totals.maxNs) {
                totals.maxNs = duration;
                totals.longestRow = row;
            }
            totals.traceCount += m_spans.trace[row] != lastTrace ? 1 : 0; // rows of a trace are together
            lastTrace = m_spans.trace[row];
            totals.errorCount += m_spans.status[row] == SpanStatus::Error ? 1 : 0;
            totals.totalNs = saturatingAdd(totals.totalNs, duration);
            totals.selfNs = saturatingAdd(totals.selfNs, m_times.selfNs[position]);
            totals.criticalNs = saturatingAdd(totals.criticalNs, m_times.criticalNs[position]);
            durations.push_back(duration);
        }
        const auto quantiles = exactQuantiles(std::span(durations), std::array{0.50, 0.95, 0.99});
        totals.p50Ns = quantiles[0];
        totals.p95Ns = quantiles[1];
        totals.p99Ns = quantiles[2];
        return totals;
    }

private:
    const SpanTable &m_spans;
    const SpanTimes &m_times;
    std::vector<std::uint32_t> m_rows;
};

} // namespace

SpanGroups SpanGroups::of(std::span<const std::uint32_t> groupOf, std::uint32_t groupCount)
{
    SpanGroups groups;
    groups.begin.resize(std::size_t{groupCount} + 1);
    for (const std::uint32_t group : groupOf) {
        if (group != kNoGroup)
            ++groups.begin[std::size_t{group} + 1];
    }
    for (std::size_t group = 0; group < groupCount; ++group)
        groups.begin[group + 1] += groups.begin[group];
    groups.positions.resize(groups.begin.back());
    std::vector<std::uint32_t> next(groups.begin.begin(), groups.begin.end() - 1);
    for (std::uint32_t position = 0; position < groupOf.size(); ++position) {
        if (groupOf[position] != kNoGroup)
            groups.positions[next[groupOf[position]]++] = position;
    }
    return groups;
}

Result<void> setTotals(const TraceSnapshot &snapshot, const TraceSelection &selection, const SpanTimes &times,
                       const SpanGroups &groups, const std::stop_token &stop,
                       const std::function<SpanTotals &(std::uint32_t)> &totalsOf)
{
    const TotalsOfGroups reader(snapshot, selection, times);
    tbb::parallel_for(tbb::blocked_range<std::uint32_t>(0, groups.count(), kGrainGroups), [&](const auto &range) {
        std::vector<std::int64_t> durations;
        for (std::uint32_t group = range.begin(); group != range.end() && !stop.stop_requested(); ++group)
            totalsOf(group) = reader.of(groups[group], durations);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return {};
}

} // namespace tailspan::trace
