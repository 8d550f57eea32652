// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::trace {

/// A row (group) may have this column (caller) with this weight; "no column" has weight 1.
struct WeightedEdge {
    std::uint32_t row = 0, column = 0;
    double logWeight = 0;
    double chance = 0; // out: share of the one-to-one matchings, each counted with the product of its weights
};

/// The one-to-one choice with the largest total value; edges with a value <= 0 are never taken. One entry a
/// row: the chosen edge's place in `edges`, or -1. Hungarian method up to 200 rows, greedy by value above.
std::vector<std::int64_t> bestMatching(std::span<const WeightedEdge> edges, std::span<const double> values,
                                       std::uint32_t rows, std::uint32_t columns);

} // namespace tailspan::trace
