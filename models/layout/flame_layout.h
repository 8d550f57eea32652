// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/call_tree.h"

#include <cstdint>
#include <vector>

namespace tailspan::layout {

/// What the width of a flame graph's cell stands for.
enum class FlameMeasure : std::uint8_t {
    Self,     ///< Time spent in the node's spans and below, counted once where work runs side by side: work.
    Critical, ///< Time that the traces waited for the node's spans and what is below: what made them long.
};

/// How wide each node is drawn, by node: its own time and that of all nodes below it. So the children of a node
/// never take more than the node, also where calls overlap, and what remains of its width is its own.
[[nodiscard]] std::vector<std::int64_t> flameWeights(const trace::CallTree &tree, FlameMeasure measure);

/// One cell of the picture.
struct FlameCell {
    std::uint32_t node = 0;  ///< Of several the heaviest.
    std::uint32_t level = 0; ///< Rows from the top.
    double xPx = 0;
    double widthPx = 0;
    std::uint32_t folded = 0; ///< More than one: so many siblings too narrow to be drawn share this mark.
    bool isAbove = false;     ///< A caller of the focus, drawn over the full width.
};

/// An icicle: callers above, what they call below, siblings by weight from the left.
struct FlameLayout {
    std::vector<FlameCell> cells; ///< By level, then from the left; cells of a level never share a pixel.
    std::uint32_t levels = 0;
};

inline constexpr double kMinFlameCellPx = 1.0;

/// `focus` is drawn over the full width under its callers; CallTree::kNone shows all roots. Nodes without weight are
/// left out. Thread: any. Cost: the nodes that are drawn and their children; at most one mark a pixel and row.
[[nodiscard]] FlameLayout layOutFlame(const trace::CallTree &tree, const std::vector<std::int64_t> &weights,
                                      std::uint32_t focus, double widthPx);

} // namespace tailspan::layout
