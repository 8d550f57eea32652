// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/comparison.h"

#include <span>
#include <string>
#include <vector>

namespace tailspan::layout {

/// A place in a plot, in device-independent pixels from its top left corner.
struct PlotPoint {
    double xPx = 0;
    double yPx = 0;
};

/// A line of a plot's grid with its label; pixels along the axis.
struct PlotTick {
    double px = 0;
    std::string label;
};

/// The shift function (Doksum 1974): how much slower each percentile is than before, with its band.
struct ShiftPicture {
    std::vector<PlotPoint> line;      ///< By rising percentile.
    std::vector<PlotPoint> band;      ///< A closed polygon: the upper edge, then the lower one back.
    double zeroPx = 0;                ///< Where nothing changed.
    std::vector<PlotTick> valueTicks; ///< "+10 ms", from the bottom up.
    std::vector<PlotTick> shareTicks; ///< "p50"
};

/// From percentile 1 at the left edge to 99 at the right one; 0 is always in view. Empty without a shift. Any thread.
[[nodiscard]] ShiftPicture layShift(std::span<const loadtest::PercentileShift> shift, double widthPx, double heightPx);
/// The entry whose percentile is nearest to a place; null without any.
[[nodiscard]] const loadtest::PercentileShift *shiftAt(std::span<const loadtest::PercentileShift> shift, double xPx,
                                                       double widthPx);

} // namespace tailspan::layout
