// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference_marginals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kExactColumns = 10, kExactRows = 64;
constexpr int kBeliefRounds = 60;
constexpr double kBeliefLimit = 40; // logarithms of weights beyond this count as this
constexpr double kSettled = 1.002;  // messages have settled when none moves by more than this factor
constexpr std::size_t kLanes = 4;   // sums side by side, so that they need not wait for each other

/// How sets without a column lie among all `sets`: runs of `length`, one every `step`. Adding the column's bit leads
/// from a run to the one right behind it.
struct Runs {
    Runs(std::uint32_t column, std::size_t count)
        : sets(count), bit(std::size_t{1} << column), step(2 * bit), length(std::min(bit, count))
    {}
    std::size_t sets, bit, step, length;
};

template <class Use>
void forEachRun(const Runs &runs, Use &&use)
{
    // Lengths that the compiler knows become straight code; the shortest runs are the most.
    const auto walk = [&](auto length) {
        for (std::size_t s = 0; s < runs.sets; s += runs.step)
            use(s, length);
    };
    switch (runs.length) {
    case 1: return walk(std::integral_constant<std::size_t, 1>());
    case 2: return walk(std::integral_constant<std::size_t, 2>());
    case 4: return walk(std::integral_constant<std::size_t, 4>());
    case 8: return walk(std::integral_constant<std::size_t, 8>());
    default: return walk(runs.length);
    }
}

/// to[s with the column] += weight * from[s], for all sets s without it.
void addWithColumn(double *__restrict to, const double *__restrict from, double weight, const Runs &runs)
{
    forEachRun(runs, [&](std::size_t s, auto length) {
        for (std::size_t i = 0; i < length; ++i)
            to[s + runs.bit + i] += weight * from[s + i];
    });
}

/// to[s] += weight * from[s with the column]; returns the sum of before[s] * from[s with the column].
double addWithoutColumn(double *__restrict to, const double *__restrict from, const double *__restrict before,
                        double weight, const Runs &runs)
{
    std::array<double, kLanes> sums{};
    forEachRun(runs, [&](std::size_t s, auto length) {
        for (std::size_t i = 0; i < length; ++i) {
            const double value = from[s + runs.bit + i];
            to[s + i] += weight * value;
            sums[i % kLanes] += before[s + i] * value;
        }
    });
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

} // namespace

void MarginalFinder::find(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns)
{
    if (columns <= kExactColumns && rows <= kExactRows)
        findExactly(edges, rows, columns);
    else
        believe(edges, rows, columns);
}

/// Sum over all matchings by dynamic programming over sets of used columns, forward and backward:
/// O(edges 2^columns). Before a row only the columns of earlier rows can be used, so its sets are fewer.
void MarginalFinder::findExactly(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns)
{
    scaleRows(edges, rows);
    m_setsBegin.assign(1, 0);
    std::size_t seen = 0; // columns 0 to seen - 1 are named by the rows before
    std::size_t sets = 1;
    for (std::size_t r = 0; r <= rows; ++r) {
        m_setsBegin.push_back(m_setsBegin.back() + sets);
        for (std::size_t e = m_rowBegin[r]; r < rows && e < m_rowBegin[r + 1]; ++e)
            seen = std::max<std::size_t>(seen, edges[e].column + std::size_t{1});
        sets = std::size_t{1} << seen;
    }
    m_forward.assign(m_setsBegin.back(), 0.0);
    m_forward[0] = 1;
    for (std::size_t r = 0; r < rows; ++r)
        goForward(edges, r);
    m_backward.assign(std::size_t{1} << columns, 1.0);
    for (std::size_t r = rows; r-- > 0;)
        goBack(edges, r);
    // The whole sum has come back to the start: no row decided, no column used.
    const double total = m_backward[0];
    for (WeightedEdge &edge : edges)
        edge.chance = total > 0 ? std::min(1.0, edge.chance / total) : 0;
}

/// Rows are scaled by their heaviest edge, so products stay in range.
void MarginalFinder::scaleRows(std::span<const WeightedEdge> edges, std::uint32_t rows)
{
    m_rowBegin.assign(rows + std::size_t{1}, 0);
    for (const WeightedEdge &edge : edges)
        ++m_rowBegin[edge.row + std::size_t{1}];
    m_weight.clear();
    m_none.clear();
    for (std::size_t r = 0; r < rows; ++r) {
        m_rowBegin[r + 1] += m_rowBegin[r];
        double top = 0;
        for (std::size_t e = m_rowBegin[r]; e < m_rowBegin[r + 1]; ++e)
            top = std::max(top, edges[e].logWeight);
        for (std::size_t e = m_rowBegin[r]; e < m_rowBegin[r + 1]; ++e)
            m_weight.push_back(std::exp(edges[e].logWeight - top));
        m_none.push_back(std::exp(-top));
    }
}

void MarginalFinder::goForward(std::span<const WeightedEdge> edges, std::size_t row)
{
    const std::size_t sets = m_setsBegin[row + 1] - m_setsBegin[row];
    const double *from = m_forward.data() + m_setsBegin[row];
    double *to = m_forward.data() + m_setsBegin[row + 1];
    for (std::size_t s = 0; s < sets; ++s)
        to[s] = from[s] * m_none[row];
    for (std::size_t e = m_rowBegin[row]; e < m_rowBegin[row + 1]; ++e)
        addWithColumn(to, from, m_weight[e], {edges[e].column, sets});
}

void MarginalFinder::goBack(std::span<WeightedEdge> edges, std::size_t row)
{
    const std::size_t sets = m_setsBegin[row + 1] - m_setsBegin[row];
    const double *before = m_forward.data() + m_setsBegin[row];
    m_next.resize(sets);
    for (std::size_t s = 0; s < sets; ++s)
        m_next[s] = m_backward[s] * m_none[row];
    for (std::size_t e = m_rowBegin[row]; e < m_rowBegin[row + 1]; ++e)
        edges[e].chance = m_weight[e]
            * addWithoutColumn(m_next.data(), m_backward.data(), before, m_weight[e], {edges[e].column, sets});
    m_backward.swap(m_next);
}

/// Sum-product messages for one-to-one matching (Bayati, Shah, Sharma 2008; Huang and Jebara 2009).
void MarginalFinder::believe(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns)
{
    m_weight.clear();
    for (const WeightedEdge &edge : edges)
        m_weight.push_back(std::exp(std::clamp(edge.logWeight, -kBeliefLimit, kBeliefLimit)));
    m_toRow.assign(edges.size(), 1.0);
    m_toColumn.resize(edges.size());
    m_rowSum.resize(rows);
    m_columnSum.resize(columns);
    for (int round = 0; round < kBeliefRounds && sendMessages(edges); ++round) {}
    std::ranges::fill(m_rowSum, 1.0);
    for (std::size_t e = 0; e < edges.size(); ++e)
        m_rowSum[edges[e].row] += m_weight[e] * m_toRow[e];
    for (std::size_t e = 0; e < edges.size(); ++e)
        edges[e].chance = m_weight[e] * m_toRow[e] / m_rowSum[edges[e].row];
}

/// One round of messages. False when they have settled.
bool MarginalFinder::sendMessages(std::span<const WeightedEdge> edges)
{
    std::ranges::fill(m_rowSum, 1.0);
    for (std::size_t e = 0; e < edges.size(); ++e)
        m_rowSum[edges[e].row] += m_weight[e] * m_toRow[e];
    std::ranges::fill(m_columnSum, 1.0);
    for (std::size_t e = 0; e < edges.size(); ++e) {
        m_toColumn[e] = m_weight[e] / std::max(1.0, m_rowSum[edges[e].row] - m_weight[e] * m_toRow[e]);
        m_columnSum[edges[e].column] += m_toColumn[e];
    }
    bool isMoving = false;
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const double old = m_toRow[e];
        const double value = 1 / std::max(1.0, m_columnSum[edges[e].column] - m_toColumn[e]);
        isMoving = isMoving || value > old * kSettled || old > value * kSettled;
        m_toRow[e] = std::sqrt(value * old); // half way, or messages may swing for ever
    }
    return isMoving;
}

} // namespace tailspan::trace
