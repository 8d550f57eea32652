// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/selection_split.h"

#include "models/explain/significance.h"

#include <algorithm>
#include <array>

namespace tailspan::explain {

SelectionSplit::SelectionSplit(const Population &population, std::span<const std::uint8_t> isSelected)
    : m_isSelected(isSelected)
{
    const auto begins = population.traceBegins();
    double mixed = 0; // sum of selected x others / spans, over the traces
    double squares = 0;
    for (std::size_t t = 0; t + 1 < begins.size(); ++t) {
        double chosen = 0;
        for (std::uint32_t i = begins[t]; i < begins[t + 1]; ++i)
            chosen += isSelected[i] != 0 ? 1 : 0;
        const double size = begins[t + 1] - begins[t];
        mixed += chosen * (size - chosen) / size;
        squares += size * size;
        m_selected += chosen;
    }
    const auto all = static_cast<double>(population.size());
    m_baseline = all - m_selected;
    if (m_selected <= 0 || m_baseline <= 0)
        return;
    const double beyondFirst = all - static_cast<double>(population.traceCount());
    if (beyondFirst > 0)
        m_byTrace = std::clamp(1 - mixed / (beyondFirst * (m_selected / all) * (m_baseline / all)), 0.0, 1.0);
    m_spansBesideOne = squares / all;
    m_isSmallerSelected = m_selected <= m_baseline;
    m_smallerSide.reserve(static_cast<std::size_t>(std::min(m_selected, m_baseline)));
    for (std::size_t i = 0; i < isSelected.size(); ++i) {
        if ((isSelected[i] != 0) == m_isSmallerSelected)
            m_smallerSide.push_back(static_cast<std::uint32_t>(i));
    }
}

std::vector<std::uint32_t> SelectionSplit::selectedCounts(const Column &column) const
{
    std::vector<std::uint32_t> counts(column.codeCount());
    for (const std::uint32_t position : m_smallerSide)
        ++counts[column.codes[position]];
    if (!m_isSmallerSelected) {
        for (std::size_t code = 0; code < counts.size(); ++code)
            counts[code] = column.counts[code] - counts[code];
    }
    return counts;
}

double SelectionSplit::overPValue(double selectedCount, double ofSelected, double baselineCount, double ofBaseline,
                                  double designEffect) const
{
    const double effect = effectOf(designEffect);
    const double x1 = selectedCount / effect;
    const double x0 = baselineCount / effect;
    const double n1 = ofSelected / effect;
    const double n0 = ofBaseline / effect;
    const double share = (x1 + x0) / (n1 + n0);
    if (!(n1 > 0) || !(n0 > 0) || x1 <= share * n1)
        return 1;
    const double fewest = std::min({share * n1, share * n0, (1 - share) * n1, (1 - share) * n0});
    if (fewest >= kFewestExpected)
        return chiSquaredTail(gStatistic(std::array{CellCounts{x1, x0}, CellCounts{n1 - x1, n0 - x0}}), 1);
    // The smaller side is the sample; the share that it is drawn from is that of both.
    return n1 <= n0 ? binomialTail(x1, n1, share) : binomialTail(n0 - x0, n0, 1 - share);
}

} // namespace tailspan::explain
