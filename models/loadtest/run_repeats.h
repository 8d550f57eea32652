// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/interval.h"

#include <span>
#include <vector>

namespace tailspan::loadtest {

/// With fewer repeats on a side no rank test can reach p < 0.05: 4 against 4 give at least 2/70.
inline constexpr std::size_t kFewestRepeats = 4;

/// How repeats of two configurations differ, one figure a run.
struct RepeatShift {
    double pValue = 1;   ///< Mann-Whitney, two-sided (rank_sum_test.h).
    double ratio = 1;    ///< Hodges-Lehmann: the median of all ratios after / before.
    Interval interval;   ///< Of the ratio, by the test turned around: {ratio, ratio} where no pair can be left out.
    double coverage = 0; ///< Of the interval; with few repeats it cannot be met exactly.
};

/// Of positive figures; multiplicative, because latencies change by factors (Hodges and Lehmann 1963 on logarithms).
[[nodiscard]] RepeatShift repeatShift(std::span<const double> before, std::span<const double> after,
                                      double confidence = 0.95);

/// Adjusted p-values that keep the chance of any false alarm among all (Holm 1979).
[[nodiscard]] std::vector<double> holmAdjusted(std::span<const double> pValues);

} // namespace tailspan::loadtest
