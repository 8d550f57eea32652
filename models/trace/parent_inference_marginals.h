// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/parent_inference_matching.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::trace {

/// Finds how likely each edge is over all one-to-one matchings. Keeps its memory from call to call. Thread: one each.
class MarginalFinder {
public:
    /// Fills `chance` of every edge. Exact up to 10 columns and 64 rows; above that by belief propagation, whose rounds
    /// are linear in the edges. `edges` are sorted by row; rows and columns are numbered densely from 0, columns best
    /// in the order in which rows first name them.
    void find(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns);

private:
    void findExactly(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns);
    void scaleRows(std::span<const WeightedEdge> edges, std::uint32_t rows);
    void goForward(std::span<const WeightedEdge> edges, std::size_t row);
    void goBack(std::span<WeightedEdge> edges, std::size_t row);
    void believe(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns);
    bool sendMessages(std::span<const WeightedEdge> edges);

    std::vector<double> m_weight; // by edge
    // Exact: sets of used columns, as bits.
    std::vector<std::size_t> m_rowBegin;  // row -> its first edge
    std::vector<std::size_t> m_setsBegin; // row -> where its sets lie in m_forward
    std::vector<double> m_none;           // row -> weight of "no column"
    std::vector<double> m_forward;        // before each row: sum over all ways to come to a set
    std::vector<double> m_backward, m_next;
    // Belief: messages by edge, sums by row and by column.
    std::vector<double> m_toRow, m_toColumn, m_rowSum, m_columnSum;
};

} // namespace tailspan::trace
