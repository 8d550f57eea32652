// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/trace/span_query.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::trace {

/// Which spans fit a query.
struct SpanHits {
    std::vector<std::uint32_t> rows; ///< Ascending.
    /// Spans whose attributes would have decided and could not be looked at, because they are in a store or cannot be
    /// read any more. None of them is in `rows`.
    std::uint64_t unsearched = 0;
    std::string problem;    ///< Why, of the first of them.
    bool isComplete = true; ///< False when stopped.
};

/// Takes rows as they are found: ascending within a call, calls in any order. Called on any thread, also on several.
using OnHits = std::function<void(std::span<const std::uint32_t>)>;

/// Finds the spans of [firstRow, firstRow + count) that fit. Columns decide where they can; of the others the stored
/// records are looked through for the words of the query, and only those that hold them are read in full. Parallel.
/// Stores are asked for the attributes of their spans at the end, unless the query has free text, which may stand in
/// bodies: such spans stay unsearched. Progress counts spans.
[[nodiscard]] SpanHits searchSpans(const TraceSnapshot &snapshot, const SpanQuery &query, std::uint32_t firstRow,
                                   std::uint32_t count, std::stop_token stop, Progress &progress,
                                   const OnHits &onHits = {});

} // namespace tailspan::trace
