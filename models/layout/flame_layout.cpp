// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/flame_layout.h"

#include <algorithm>

namespace tailspan::layout {

namespace {

using trace::CallTree;

class FlamePass {
public:
    FlamePass(const CallTree &tree, const std::vector<std::int64_t> &weights) : m_tree(tree), m_weights(weights) {}

    FlameLayout run(std::uint32_t focus, double widthPx)
    {
        const auto nodeCount = static_cast<std::uint32_t>(m_tree.nodes.size());
        if (focus >= nodeCount) {
            for (std::uint32_t root = 0; root < nodeCount; root += m_tree.nodes[root].subtreeSize)
                m_siblings.push_back(root);
            placeSiblings(0, 0, widthPx);
        } else {
            addCallers(focus, widthPx);
            m_siblings.push_back(focus);
            placeSiblings(m_tree.nodes[focus].depth, 0, widthPx);
        }
        // What was placed is taken in turn: level by level, each from the left.
        for (std::size_t next = m_layout.cells.size() - m_placed; next < m_layout.cells.size(); ++next) {
            const FlameCell cell = m_layout.cells[next];
            if (cell.folded > 1)
                continue;
            const std::uint32_t end = cell.node + m_tree.nodes[cell.node].subtreeSize;
            for (std::uint32_t child = cell.node + 1; child < end; child += m_tree.nodes[child].subtreeSize)
                m_siblings.push_back(child);
            placeSiblings(cell.level + 1, cell.xPx, cell.widthPx * childShare(cell.node));
        }
        return std::move(m_layout);
    }

private:
    void addCallers(std::uint32_t focus, double widthPx)
    {
        for (std::uint32_t node = m_tree.nodes[focus].parent; node != CallTree::kNone; node = m_tree.nodes[node].parent)
            m_layout.cells.push_back({node, m_tree.nodes[node].depth, 0, widthPx, 0, true});
        std::reverse(m_layout.cells.begin(), m_layout.cells.end());
    }

    [[nodiscard]] std::int64_t weightOfChildren(std::uint32_t node) const
    {
        std::int64_t sum = 0;
        const std::uint32_t end = node + m_tree.nodes[node].subtreeSize;
        for (std::uint32_t child = node + 1; child < end; child += m_tree.nodes[child].subtreeSize)
            sum = saturatingAdd(sum, m_weights[child]);
        return sum;
    }

    /// The part of a node's width that its children take.
    [[nodiscard]] double childShare(std::uint32_t node) const
    {
        const std::int64_t weight = m_weights[node];
        return weight <= 0 ? 0 : static_cast<double>(weightOfChildren(node)) / static_cast<double>(weight);
    }

    /// Divides a stretch among m_siblings, the heaviest at the left, and forgets them.
    void placeSiblings(std::uint32_t level, double xPx, double widthPx)
    {
        std::erase_if(m_siblings, [&](std::uint32_t node) { return m_weights[node] <= 0; });
        std::stable_sort(m_siblings.begin(), m_siblings.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return m_weights[a] > m_weights[b]; });
        double total = 0;
        for (const std::uint32_t node : m_siblings)
            total += static_cast<double>(m_weights[node]);
        double x = xPx;
        for (std::size_t i = 0; i < m_siblings.size(); ++i) {
            const double width = widthPx * static_cast<double>(m_weights[m_siblings[i]]) / total;
            if (width < kMinFlameCellPx) { // they get narrower from here on
                addRest(level, x, xPx + widthPx - x, i);
                break;
            }
            add({m_siblings[i], level, x, width, 1, false});
            x += width;
        }
        m_siblings.clear();
    }

    /// The siblings from `first` on in one mark.
    void addRest(std::uint32_t level, double xPx, double widthPx, std::size_t first)
    {
        if (widthPx >= kMinFlameCellPx)
            add({m_siblings[first], level, xPx, widthPx, static_cast<std::uint32_t>(m_siblings.size() - first), false});
    }

    void add(const FlameCell &cell)
    {
        m_layout.cells.push_back(cell);
        m_layout.levels = std::max(m_layout.levels, cell.level + 1);
        ++m_placed;
    }

    const CallTree &m_tree;
    const std::vector<std::int64_t> &m_weights;
    std::vector<std::uint32_t> m_siblings; // of one parent, while they are placed
    std::size_t m_placed = 0;              // cells that are not callers of the focus
    FlameLayout m_layout;
};

} // namespace

std::vector<std::int64_t> flameWeights(const CallTree &tree, FlameMeasure measure)
{
    std::vector<std::int64_t> weights(tree.nodes.size());
    for (std::size_t node = tree.nodes.size(); node-- > 0;) {
        const trace::SpanTotals &totals = tree.nodes[node].totals;
        weights[node] = saturatingAdd(weights[node], measure == FlameMeasure::Self ? totals.selfNs : totals.criticalNs);
        if (tree.nodes[node].parent != CallTree::kNone) {
            std::int64_t &parent = weights[tree.nodes[node].parent];
            parent = saturatingAdd(parent, weights[node]);
        }
    }
    return weights;
}

FlameLayout layOutFlame(const CallTree &tree, const std::vector<std::int64_t> &weights, std::uint32_t focus,
                        double widthPx)
{
    return FlamePass(tree, weights).run(focus, widthPx);
}

} // namespace tailspan::layout
