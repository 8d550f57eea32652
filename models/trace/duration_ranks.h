// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/trace_selection.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// "Is this span slow for its kind?": the percentile rank of each span's duration among the spans of its own service
/// and operation in the whole snapshot. One byte a span.
struct DurationRanks {
    static constexpr std::uint8_t kNoRank = 255;
    /// An operation with fewer spans says nothing about what is usual: at this many, a rank moves by 5 a span.
    static constexpr std::uint32_t kFewestSpans = 20;

    /// By row: 0 (among the fastest) to 100 (among the slowest), or kNoRank for a span of a rare operation and one
    /// whose duration was not recorded or is negative; the latter are not compared with either.
    std::vector<std::uint8_t> ofRow;

    [[nodiscard]] bool hasRank(SpanRow row) const { return ofRow[row.value()] != kNoRank; }
};

/// The percentile rank of a value is 100 * (b + e / 2) / n, of n values b below it and e equal to it, itself included:
/// equal durations share the rank in the middle of their places, so an operation that always takes the same time is 50
/// throughout. Rounded to the nearest, a half upwards. Thread: any; uses all cores, an operation on one, and the answer
/// is the same on any number of them. n log n in the spans of the largest operation. Errors: Cancelled.
[[nodiscard]] Result<DurationRanks> durationRanksOf(const TraceSnapshot &snapshot, const std::stop_token &stop,
                                                    std::uint32_t fewestSpans = DurationRanks::kFewestSpans);

} // namespace tailspan::trace
