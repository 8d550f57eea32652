// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference_matching.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kOptimalRows = 200;

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

std::vector<std::int64_t> bestMatching(std::span<const WeightedEdge> edges, std::span<const double> values,
                                       std::uint32_t rows, std::uint32_t columns)
{
    if (rows > kOptimalRows)
        return greedyMatching(edges, values, rows, columns);
    return Hungarian(edges, values, rows, columns).solve();
}

} // namespace tailspan::trace
