// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/layout/graph_placement.h"

#include <cstddef>
#include <stop_token>

namespace tailspan::graphviz {

/// Up to so many edges, or one and a half a node, all decide where nodes stand; of more the heaviest do, because Graphviz
/// has no time limit and its work grows much faster than the edges do.
inline constexpr std::size_t kFewestPlacingEdges = 300;
inline constexpr std::size_t kMostPlacingEdges = 1'500;
/// Curves around the nodes are worked out up to this many edges.
inline constexpr std::size_t kMostCurves = 300;

/// Places all nodes anew by Graphviz's `dot`, callers left of those they call, or above them where a small map then fits
/// better into a window; nodes that nobody calls and that call nobody stand in rows below. The same graph gets the same places.
/// Thread: any, blocking. Graphviz itself works on one thread of ours, one graph after the other, because it keeps global
/// state. It cannot be interrupted: on stop this call returns at once and what Graphviz still works at is dropped; its
/// effort is bounded by its own limits (nslimit, mclimit, maxiter).
/// Errors: Cancelled; Internal when Graphviz refuses.
[[nodiscard]] Result<layout::GraphPlaces> placeGraph(const layout::GraphToPlace &graph, const std::stop_token &stop);

} // namespace tailspan::graphviz
