// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/duration_ranks.h"

#include "models/base/radix_sort.h"
#include "models/trace/endpoints.h"
#include "models/trace/span_totals.h"

#include <tbb/parallel_for.h>

namespace tailspan::trace {

namespace {

constexpr std::size_t kWorthRadixSort = 4096; // below, clearing its counters costs more than comparing

/// Gives the spans of one operation their ranks.
void rank(std::vector<KeyedRow> &spans, std::vector<std::uint8_t> &ofRow)
{
    if (spans.size() >= kWorthRadixSort)
        radixSort(spans);
    else
        std::sort(spans.begin(), spans.end(), [](const KeyedRow &a, const KeyedRow &b) { return a.key < b.key; });
    for (std::size_t begin = 0; begin < spans.size();) {
        std::size_t end = begin + 1;
        while (end < spans.size() && spans[end].key == spans[begin].key)
            ++end;
        // 100 * (begin + (end - begin) / 2) / n in whole numbers, rounded
        const auto percentile = static_cast<std::uint8_t>((100 * (begin + end) + spans.size()) / (2 * spans.size()));
        for (; begin < end; ++begin)
            ofRow[spans[begin].row] = percentile;
    }
}

} // namespace

Result<DurationRanks> durationRanksOf(const TraceSnapshot &snapshot, const std::stop_token &stop,
                                      std::uint32_t fewestSpans)
{
    constexpr SpanMarks kNoDuration = kMarkMissingDuration | kMarkNegativeDuration;
    const SpanTable &spans = snapshot.spans();
    const TraceSelection all = TraceSelection::allOf(snapshot); // positions are rows
    Endpoints endpoints = Endpoints::of(snapshot, all);
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        if ((spans.marks[row] & kNoDuration) != 0)
            endpoints.ofPosition[row] = SpanGroups::kNoGroup;
    }
    const SpanGroups groups = SpanGroups::of(endpoints.ofPosition, endpoints.count());
    DurationRanks ranks;
    ranks.ofRow.assign(spans.size(), DurationRanks::kNoRank);
    tbb::parallel_for(std::uint32_t{0}, groups.count(), [&](std::uint32_t group) {
        const std::span<const std::uint32_t> rows = groups[group];
        if (stop.stop_requested() || rows.size() < fewestSpans)
            return;
        std::vector<KeyedRow> durations;
        durations.reserve(rows.size());
        for (const std::uint32_t row : rows)
            durations.push_back({static_cast<std::uint64_t>(spans.durationNs[row]), row});
        rank(durations, ranks.ofRow);
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return ranks;
}

} // namespace tailspan::trace
