// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace tailspan::explain {

/// Tests of whether a difference can be chance. Plain functions; counts are real numbers, because they may be divided by
/// a design effect (population.h). Nothing throws; what cannot be tested has the p-value 1. Thread: any.

/// Spans of the selection and of its baseline in one cell of a table.
struct CellCounts {
    double selected = 0;
    double baseline = 0;
};

/// P(X > x) for the chi-squared distribution.
[[nodiscard]] double chiSquaredTail(double x, double degreesOfFreedom);

/// G = 2 sum O ln(O/E) of a table of two columns, expected counts from its margins (Sokal and Rohlf, Biometry, 17.2).
[[nodiscard]] double gStatistic(std::span<const CellCounts> cells);

/// P(X >= successes) of `trials` with `probability` each, for real numbers too: the regularised incomplete beta function.
[[nodiscard]] double binomialTail(double successes, double trials, double probability);

/// The tail of Kolmogorov's distribution, 2 sum (-1)^(k-1) exp(-2 k^2 x^2).
[[nodiscard]] double kolmogorovTail(double x);

/// Of the two-sample test of Kolmogorov and Smirnov with `distance` between the distributions of that many observations,
/// in Stephens' form, which is good from four up (Journal of the Royal Statistical Society B 32, 1970). With ties it is
/// larger than the exact one, never smaller.
[[nodiscard]] double kolmogorovSmirnovPValue(double distance, double observationsA, double observationsB);

/// Two-sided, of a correlation coefficient r being 0: Student's t of r sqrt(d / (1 - r^2)) with d degrees of freedom.
[[nodiscard]] double correlationPValue(double coefficient, double degreesOfFreedom);

} // namespace tailspan::explain
