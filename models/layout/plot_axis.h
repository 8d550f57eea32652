// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace tailspan::layout {

/// One axis of a plot: values from `low` to `high`, linear or by their logarithm.
struct PlotAxis {
    double low = 0;
    double high = 1; ///< Above low.
    bool isLog = false;

    /// Where a value stands, 0 at low to 1 at high; not clamped. With isLog values at or below 0 stand at low.
    [[nodiscard]] double placeOf(double value) const;
    /// Round values inside the axis: 1, 2 or 5 times a power of ten, at most `most` of them; with isLog powers of ten.
    [[nodiscard]] std::vector<double> ticks(std::size_t most) const;
};

/// The axis that holds all finite values, from 0 where `fromZero`, with a little room above. NaN are passed over; without
/// a value 0 to 1.
[[nodiscard]] PlotAxis axisFor(const std::vector<double> &values, bool fromZero, bool isLog = false);

} // namespace tailspan::layout
