// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/comparison.h"

#include <optional>
#include <span>

namespace tailspan::layout {

// An interval of a ratio as a bar around 1, on a logarithmic scale: half as much is as far away as twice as much.
// Pure functions, any thread.

/// How far the bars of a table reach: from 1 / reach to reach, the same in all rows so that they can be compared.
/// Wide enough for most intervals, at least 1.2 and at most 4; what is beyond is cut with a mark.
[[nodiscard]] double ratioReach(std::span<const loadtest::MetricChange> metrics);

struct RatioFigures {
    std::optional<double> ratio;
    std::optional<double> low;
    std::optional<double> high;
    double minimumEffect = 0; ///< A relative change up to this is no change.
};

/// In device-independent pixels from the left edge.
struct RatioBar {
    double onePx = 0;
    double shadeLeftPx = 0; ///< Where a change is too small to count.
    double shadeRightPx = 0;
    std::optional<double> ratioPx;
    std::optional<double> leftPx; ///< Of the interval; absent where there is none.
    std::optional<double> rightPx;
    bool isCutLeft = false; ///< The interval goes on beyond the edge.
    bool isCutRight = false;
};
[[nodiscard]] RatioBar layRatioBar(const RatioFigures &figures, double reach, double widthPx);

} // namespace tailspan::layout
