// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/explain/explanation.h"
#include "models/explain/selection_split.h"

#include <vector>

namespace tailspan::explain {

/// A claim with the counts behind it.
struct Claim {
    Clause clause;
    double selectedCount = 0;
    double baselineCount = 0;
    double designEffect = 1;
    double pValue = 1; ///< Of the one value or range, as if it alone had been looked at.
};

/// What one column says about a selection.
struct ColumnTest {
    std::vector<double> pValues; ///< Of the tests made of it: none, one, or of numbers two.
    std::vector<Claim> claims;   ///< One a p-value, without codes where nothing is over-represented.
    std::vector<Claim> values;   ///< Single over-represented values, best first, for pairs.
    std::uint64_t valuesTested = 0;
};

[[nodiscard]] ColumnTest testColumn(const Population &population, std::uint32_t column, const SelectionSplit &split);

/// Lift, counted up to Explanation::kMostLift, times the part explained; not above 0 for what is not over-represented.
[[nodiscard]] double scoreOf(double selectedShare, double baselineShare);
[[nodiscard]] inline double scoreOf(const Claim &claim, const SelectionSplit &split)
{
    return scoreOf(claim.selectedCount / split.selected(), claim.baselineCount / split.baseline());
}

} // namespace tailspan::explain
