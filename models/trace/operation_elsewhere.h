// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// How a span compares with the other calls of its operation in what is loaded.
struct OperationElsewhere {
    static constexpr std::uint32_t kFewestCalls = 20; ///< Fewer say nothing about what is usual.

    /// The calls that began in one column of the picture.
    struct Column {
        std::uint32_t calls = 0;
        bool hasError = false;
        std::int64_t shortestNs = 0;
        std::int64_t longestNs = 0;
        SpanRow longest;
    };

    std::vector<Column> columns; ///< Over `range`, as many as were asked for.
    TimeRange range;             ///< From the first call to the last.
    std::uint32_t calls = 0;     ///< This span included.
    std::uint32_t errors = 0;
    std::int64_t p50Ns = 0;
    std::int64_t p95Ns = 0;
    std::int64_t p99Ns = 0;
    std::int64_t shortestNs = 0;
    std::int64_t longestNs = 0;
    std::uint32_t ownColumn = 0;
    /// The share of the calls that were shorter, half of those as long among them (as in duration_ranks.h), 0 to 1.
    double rank = 0;

    [[nodiscard]] bool hasRank() const { return calls >= kFewestCalls; }
};

/// Spans of the same service and operation in the whole snapshot whose times and durations were recorded and mean
/// something. Percentiles are exact. Thread: any. One pass over the spans. Errors: Cancelled; NotFound when the span
/// itself has no such times.
[[nodiscard]] Result<OperationElsewhere> operationElsewhere(const TraceSnapshot &snapshot, SpanRow span,
                                                            std::uint32_t columns, const std::stop_token &stop);

} // namespace tailspan::trace
