// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/span_times.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// What is said of a set of spans. Sums stop at the end of 64 bits; percentiles are exact over the spans' durations
/// (exact_quantile.h), without a histogram's error.
struct SpanTotals {
    std::uint32_t count = 0;
    std::uint32_t traceCount = 0; ///< Traces that have such a span.
    std::uint32_t errorCount = 0;
    std::uint32_t longestRow = 0; ///< SpanRow of the longest span, the exemplar; of several the first.
    std::int64_t totalNs = 0;     ///< Of the durations: a span inside another of the set counts twice.
    std::int64_t selfNs = 0;
    std::int64_t criticalNs = 0; ///< On the critical paths of their traces.
    std::int64_t p50Ns = 0;
    std::int64_t p95Ns = 0;
    std::int64_t p99Ns = 0;
    std::int64_t maxNs = 0;
};

/// The spans of a selection by group: a counting sort, so each group keeps row order.
struct SpanGroups {
    static constexpr std::uint32_t kNoGroup = 0xffffffff;

    std::vector<std::uint32_t> begin;     ///< Group g has positions[begin[g]] to positions[begin[g + 1]].
    std::vector<std::uint32_t> positions; ///< In the selection.

    /// `groupOf` by position; spans with kNoGroup are in none.
    [[nodiscard]] static SpanGroups of(std::span<const std::uint32_t> groupOf, std::uint32_t groupCount);

    [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(begin.size()) - 1; }
    [[nodiscard]] std::span<const std::uint32_t> operator[](std::uint32_t group) const
    {
        return std::span(positions).subspan(begin[group], begin[group + 1] - begin[group]);
    }
};

/// Sets the totals of every group where `totalsOf(group)` says they are kept, which is asked from several threads.
/// Thread: any; uses all cores, a group on one. Errors: Cancelled.
[[nodiscard]] Result<void> setTotals(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                     const SpanTimes &times, const SpanGroups &groups, const std::stop_token &stop,
                                     const std::function<SpanTotals &(std::uint32_t)> &totalsOf);

} // namespace tailspan::trace
