// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_linker.h"

#include <cstdint>
#include <vector>

namespace tailspan::trace {

/// The drafts in tree order: what a SpanTable's rows will be.
struct TreeOrder {
    std::vector<std::uint32_t> draftOfRow;
    std::vector<std::uint32_t> parentRow; ///< SpanRow::kNone for roots.
    std::vector<std::uint32_t> depth;
    std::vector<std::uint32_t> subtreeSize;
    std::vector<std::uint32_t> traceOrder; ///< Trace numbers of LinkedSpans, by the start of the trace.
    std::vector<std::uint32_t> firstRow;   ///< One a trace in that order, and the end.
    bool clockBeginsAtZero = false; ///< A start of 0 is a time like any other: no span has a reading of a real clock.
};

/// Puts every span that was not merged away into tree order, exactly once: traces by start, roots and siblings by
/// start (of several at once the longer first). Cycles of parents are cut at their earliest member, which becomes a
/// root; the members are marked and entered as repairs in `spans`. A cycle that an inferred link closes loses that link
/// instead. Walks with stacks of its own: a chain of any depth
/// and any number of siblings work. Linear but for one radix sort.
[[nodiscard]] TreeOrder orderAsTrees(LinkedSpans &spans);

} // namespace tailspan::trace
