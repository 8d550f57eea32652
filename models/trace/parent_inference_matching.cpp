// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference_matching.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kExactColumns = 8, kExactRows = 64, kOptimalRows = 200;
constexpr int kBeliefRounds = 60;
constexpr double kBeliefLimit = 40; // logarithms of weights beyond this count as this

/// Sum over all matchings by dynamic programming over sets of used columns, forward and backward:
/// O(edges 2^columns). Rows are scaled by their heaviest edge, so products stay in range.
class ExactMarginals {
public:
    ExactMarginals(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns)
        : m_edges(edges), m_rows(rows), m_sets(std::size_t{1} << columns), m_rowBegin(rows + std::size_t{1}, 0),
          m_none(rows, 1.0), m_forward((rows + std::size_t{1}) * m_sets, 0.0), m_backward(m_sets, 1.0), m_next(m_sets)
    {
        for (const WeightedEdge &edge : edges)
            ++m_rowBegin[edge.row + std::size_t{1}];
        std::partial_sum(m_rowBegin.begin(), m_rowBegin.end(), m_rowBegin.begin());
        m_weight.reserve(edges.size());
        for (std::size_t r = 0; r < m_rows; ++r) {
            double top = 0;
            for (std::size_t e = m_rowBegin[r]; e < m_rowBegin[r + 1]; ++e)
                top = std::max(top, edges[e].logWeight);
            for (std::size_t e = m_rowBegin[r]; e < m_rowBegin[r + 1]; ++e)
                m_weight.push_back(std::exp(edges[e].logWeight - top));
            m_none[r] = std::exp(-top);
        }
    }

    void run()
    {
        goForward();
        for (std::size_t r = m_rows; r-- > 0;)
            goBack(r);
        // The whole sum has come back to the start: no row decided, no column used.
        const double total = m_backward[0];
        for (WeightedEdge &edge : m_edges)
            edge.chance = total > 0 ? std::min(1.0, edge.chance / total) : 0;
    }

private:
    void goForward()
    {
        m_forward[0] = 1;
        for (std::size_t r = 0; r < m_rows; ++r) {
            const double *from = m_forward.data() + r * m_sets;
            double *to = m_forward.data() + (r + 1) * m_sets;
            for (std::size_t s = 0; s < m_sets; ++s) {
                if (from[s] == 0)
                    continue;
                to[s] += from[s] * m_none[r];
                for (std::size_t e = m_rowBegin[r]; e < m_rowBegin[r + 1]; ++e)
                    if (const std::size_t bit = std::size_t{1} << m_edges[e].column; (s & bit) == 0)
                        to[s | bit] += from[s] * m_weight[e];
            }
        }
    }

    void goBack(std::size_t r)
    {
        const double *from = m_forward.data() + r * m_sets;
        for (std::size_t s = 0; s < m_sets; ++s) {
            m_next[s] = m_backward[s] * m_none[r];
            if (from[s] == 0)
                continue;
            for (std::size_t e = m_rowBegin[r]; e < m_rowBegin[r + 1]; ++e)
                if (const std::size_t bit = std::size_t{1} << m_edges[e].column; (s & bit) == 0) {
                    const double part = m_weight[e] * m_backward[s | bit];
                    m_next[s] += part;
                    m_edges[e].chance += from[s] * part;
                }
        }
        m_backward.swap(m_next);
    }

    std::span<WeightedEdge> m_edges;
    std::size_t m_rows, m_sets;
    std::vector<std::size_t> m_rowBegin;
    std::vector<double> m_weight, m_none, m_forward, m_backward, m_next;
};

/// Sum-product messages for one-to-one matching (Bayati, Shah, Sharma 2008; Huang and Jebara 2009).
void beliefMarginals(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns)
{
    std::vector<double> weight(edges.size()), toRow(edges.size(), 1.0), toColumn(edges.size(), 0.0);
    std::vector<double> rowSum(rows), columnSum(columns);
    for (std::size_t e = 0; e < edges.size(); ++e)
        weight[e] = std::exp(std::clamp(edges[e].logWeight, -kBeliefLimit, kBeliefLimit));
    for (int round = 0; round < kBeliefRounds; ++round) {
        std::ranges::fill(rowSum, 1.0);
        for (std::size_t e = 0; e < edges.size(); ++e)
            rowSum[edges[e].row] += weight[e] * toRow[e];
        std::ranges::fill(columnSum, 1.0);
        for (std::size_t e = 0; e < edges.size(); ++e) {
            toColumn[e] = weight[e] / std::max(1.0, rowSum[edges[e].row] - weight[e] * toRow[e]);
            columnSum[edges[e].column] += toColumn[e];
        }
        double change = 1; // the largest ratio of an old to a new message, either way round
        for (std::size_t e = 0; e < edges.size(); ++e) {
            const double value = 1 / std::max(1.0, columnSum[edges[e].column] - toColumn[e]);
            const double damped = std::sqrt(value * toRow[e]);
            change = std::max(change, damped > toRow[e] ? damped / toRow[e] : toRow[e] / damped);
            toRow[e] = damped;
        }
        if (change < 1.001)
            break;
    }
    std::ranges::fill(rowSum, 1.0);
    for (std::size_t e = 0; e < edges.size(); ++e)
        rowSum[edges[e].row] += weight[e] * toRow[e];
    for (std::size_t e = 0; e < edges.size(); ++e)
        edges[e].chance = weight[e] * toRow[e] / rowSum[edges[e].row];
}

std::vector<std::int64_t> greedyMatching(std::span<const WeightedEdge> edges, std::span<const double> values,
                                         std::uint32_t rows, std::uint32_t columns)
{
    std::vector<std::size_t> order;
    for (std::size_t e = 0; e < edges.size(); ++e)
        if (values[e] > 0)
            order.push_back(e);
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t e) { return values[e]; });
    std::vector<std::int64_t> chosen(rows, -1);
    std::vector<bool> used(columns, false);
    for (const std::size_t e : order)
        if (chosen[edges[e].row] < 0 && !used[edges[e].column]) {
            chosen[edges[e].row] = static_cast<std::int64_t>(e);
            used[edges[e].column] = true;
        }
    return chosen;
}

/// Hungarian method with potentials, O(rows^2 (columns + rows)): every row has a private column of value 0.
class Hungarian {
public:
    Hungarian(std::span<const WeightedEdge> edges, std::span<const double> values, std::uint32_t rows,
              std::uint32_t columns)
        : m_rows(rows), m_width(columns + rows), m_cost(std::size_t{rows} * m_width, kForbidden),
          m_edge(std::size_t{rows} * m_width, -1), m_rowPotential(rows + 1, 0), m_columnPotential(m_width + 1, 0),
          m_rowOf(m_width + 1, 0)
    {
        for (std::uint32_t r = 0; r < rows; ++r)
            m_cost[std::size_t{r} * m_width + columns + r] = 0;
        for (std::size_t e = 0; e < edges.size(); ++e)
            if (values[e] > 0) {
                m_cost[std::size_t{edges[e].row} * m_width + edges[e].column] = -values[e];
                m_edge[std::size_t{edges[e].row} * m_width + edges[e].column] = static_cast<std::int64_t>(e);
            }
    }

    std::vector<std::int64_t> solve()
    {
        for (std::size_t r = 1; r <= m_rows; ++r)
            addRow(r);
        std::vector<std::int64_t> chosen(m_rows, -1);
        for (std::size_t c = 1; c <= m_width; ++c)
            if (m_rowOf[c] > 0)
                chosen[m_rowOf[c] - 1] = m_edge[(m_rowOf[c] - 1) * m_width + c - 1];
        return chosen;
    }

private:
    static constexpr double kForbidden = 1e12;

    /// Grows the shortest augmenting path from `row` and turns it over.
    void addRow(std::size_t row)
    {
        m_slack.assign(m_width + 1, std::numeric_limits<double>::infinity());
        m_previous.assign(m_width + 1, 0);
        m_seen.assign(m_width + 1, false);
        m_rowOf[0] = row;
        std::size_t column = 0;
        while (m_rowOf[column] != 0)
            column = nextColumn(column);
        while (column != 0) {
            m_rowOf[column] = m_rowOf[m_previous[column]];
            column = m_previous[column];
        }
    }

    std::size_t nextColumn(std::size_t column)
    {
        m_seen[column] = true;
        const std::size_t row = m_rowOf[column];
        double delta = std::numeric_limits<double>::infinity();
        std::size_t next = 0;
        for (std::size_t c = 1; c <= m_width; ++c) {
            if (m_seen[c])
                continue;
            const double reduced = m_cost[(row - 1) * m_width + c - 1] - m_rowPotential[row] - m_columnPotential[c];
            if (reduced < m_slack[c]) {
                m_slack[c] = reduced;
                m_previous[c] = column;
            }
            if (m_slack[c] < delta) {
                delta = m_slack[c];
                next = c;
            }
        }
        for (std::size_t c = 0; c <= m_width; ++c) {
            if (m_seen[c]) {
                m_rowPotential[m_rowOf[c]] += delta;
                m_columnPotential[c] -= delta;
            } else {
                m_slack[c] -= delta;
            }
        }
        return next;
    }

    std::size_t m_rows, m_width;
    std::vector<double> m_cost;
    std::vector<std::int64_t> m_edge;
    std::vector<double> m_rowPotential, m_columnPotential;
    std::vector<std::size_t> m_rowOf, m_previous;
    std::vector<double> m_slack;
    std::vector<bool> m_seen;
};

} // namespace

void findMarginals(std::span<WeightedEdge> edges, std::uint32_t rows, std::uint32_t columns)
{
    for (WeightedEdge &edge : edges)
        edge.chance = 0;
    if (columns <= kExactColumns && rows <= kExactRows)
        ExactMarginals(edges, rows, columns).run();
    else
        beliefMarginals(edges, rows, columns);
}

std::vector<std::int64_t> bestMatching(std::span<const WeightedEdge> edges, std::span<const double> values,
                                       std::uint32_t rows, std::uint32_t columns)
{
    if (rows > kOptimalRows)
        return greedyMatching(edges, values, rows, columns);
    return Hungarian(edges, values, rows, columns).solve();
}

} // namespace tailspan::trace
