// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace tailspan::advisor {

/// Whether values rise or fall over time, by the number of pairs that do: the test of Mann (1945) and Kendall (1955), with
/// the variance corrected for ties and for continuity.
struct MannKendall {
    double s = 0;      ///< Rising pairs minus falling ones.
    double pValue = 1; ///< Two-sided. 1 with fewer than 4 values.
};
[[nodiscard]] MannKendall mannKendall(std::span<const double> values);

/// The median of all pairwise slopes (Theil 1950, Sen 1968) with Sen's interval from the ranks of the slopes.
struct TheilSen {
    double slope = 0; ///< Of y for one unit of x.
    double low = 0;
    double high = 0;
    double intercept = 0; ///< The median of y - slope x.
};
/// `x` rising, as long as `y`, finite. All zeros with fewer than 3 points. Quadratic: meant for some hundred points.
[[nodiscard]] TheilSen theilSen(std::span<const double> x, std::span<const double> y, double confidence);

} // namespace tailspan::advisor
