// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/explain/column_test.h"
#include "models/explain/position_bits.h"

#include <stop_token>
#include <vector>

namespace tailspan::explain {

/// Two values that hold together.
struct PairClaim {
    Claim first;
    Claim second;
    double selectedCount = 0;
    double baselineCount = 0;
    double pValue = 1; ///< Already multiplied by the number of pairs that could have been tried for each that was.
    bool isClearlyMore = false; ///< Explains clearly better than either value alone.
};

/// Tries the pairs of the best values, of two columns each; every pair tried is in the result, for the correction.
/// `values`: single values of all columns. `valuesTested`: how many there were to choose from.
[[nodiscard]] std::vector<PairClaim> testPairs(const Population &population, const SelectionSplit &split,
                                               std::vector<Claim> values, std::uint64_t valuesTested,
                                               const std::stop_token &stop);

/// The spans that a clause holds for.
[[nodiscard]] PositionBits bitsOf(const Population &population, const Clause &clause);

/// D of Column::designEffects for any set of positions.
[[nodiscard]] double designEffectOf(const Population &population, const PositionBits &bits);

} // namespace tailspan::explain
