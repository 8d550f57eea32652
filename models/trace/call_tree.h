// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/span_totals.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// Spans merged by call path: those of one service and operation whose parents are merged are one node; roots merge
/// among each other. Of one trace the input of a flame graph, of many the aggregate tree.
/// The self times of all nodes add up to those of all spans, and the critical times to the lengths of the critical
/// paths of the traces: the one question "where did the time go" answered without counting anything twice.
/// Immutable once made; holds no snapshot, but its rows and ids are those of the one with the generation() of its
/// selection. At most 96 bytes a node and 8 bytes a span.
struct CallTree {
    static constexpr std::uint32_t kNone = 0xffffffff;

    struct Node {
        std::uint32_t parent = kNone;
        std::uint32_t subtreeSize = 1; ///< Nodes, itself included: the subtree of n is [n, n + subtreeSize).
        std::uint32_t depth = 0;
        std::uint32_t service = 0;   ///< ServiceId
        std::uint32_t operation = 0; ///< OperationId
        SpanTotals totals;
    };

    TraceSelection selection;
    std::vector<Node> nodes;           ///< In tree order; siblings by total duration, the largest first.
    std::vector<std::uint32_t> nodeOf; ///< By position in the selection: what a selected span lights up.
    SpanGroups spans;                  ///< Positions of each node's spans: what a clicked node stands for.

    /// The node of a span, or kNone when its trace is not in the selection.
    [[nodiscard]] std::uint32_t nodeOfSpan(const TraceSnapshot &snapshot, SpanRow row) const;
    [[nodiscard]] std::size_t memoryBytes() const;
};

/// `times` are those of the same selection. Thread: any; uses all cores, and the answer is the same on any number of
/// them. Percentiles are exact. Linear but for sorting siblings; any depth. Errors: Cancelled.
[[nodiscard]] Result<CallTree> callTreeOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                          const SpanTimes &times, const std::stop_token &stop);

} // namespace tailspan::trace
