// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/explain/population.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::explain {

/// A selection beside its baseline. Thread: any number of readers.
class SelectionSplit {
public:
    SelectionSplit(const Population &population, std::span<const std::uint8_t> isSelected);

    [[nodiscard]] double selected() const { return m_selected; }
    [[nodiscard]] double baseline() const { return m_baseline; }
    /// How far the selection follows the traces, 0 to 1.
    [[nodiscard]] double byTrace() const { return m_byTrace; }
    /// Spans that count on their own: those that were selected with their trace count as one.
    [[nodiscard]] double independent(double spans) const { return spans / (1 + m_byTrace * (m_spansBesideOne - 1)); }
    /// What the counts of a value with that effect among whole traces are to be divided by here.
    [[nodiscard]] double effectOf(double designEffect) const { return 1 + m_byTrace * (designEffect - 1); }
    [[nodiscard]] bool isSelected(std::size_t position) const { return m_isSelected[position] != 0; }
    /// Selected spans by code.
    [[nodiscard]] std::vector<std::uint32_t> selectedCounts(const Column &column) const;

    /// The p-value of a value that `selectedCount` and `baselineCount` spans have being over-represented by chance.
    [[nodiscard]] double overPValue(double selectedCount, double baselineCount, double designEffect) const
    {
        return overPValue(selectedCount, m_selected, baselineCount, m_baseline, designEffect);
    }
    /// The same within a part of the spans.
    [[nodiscard]] double overPValue(double selectedCount, double ofSelected, double baselineCount, double ofBaseline,
                                    double designEffect) const;

    static constexpr double kFewestExpected = 5;

private:
    std::span<const std::uint8_t> m_isSelected;
    std::vector<std::uint32_t> m_smallerSide; ///< Positions of the side with fewer spans.
    bool m_isSmallerSelected = true;
    double m_selected = 0;
    double m_baseline = 0;
    double m_byTrace = 0;
    double m_spansBesideOne = 1; ///< Spans of the trace of a span, on average.
};

} // namespace tailspan::explain
