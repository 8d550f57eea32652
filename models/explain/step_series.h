// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::explain {

/// Values on even steps; a gap is a NaN.
using StepSeries = std::vector<double>;

/// Steps [beginNs + i * stepNs, ... + stepNs).
struct StepGrid {
    std::int64_t beginNs = 0;
    std::int64_t stepNs = 1;
    std::size_t steps = 0;
};

/// The time between most neighbouring points: their median distance; 0 with fewer than two points.
[[nodiscard]] std::int64_t usualStepNs(const metric::MetricSeries &series);
/// The mean of the points of each step.
[[nodiscard]] StepSeries onSteps(const metric::MetricSeries &series, const StepGrid &grid);
[[nodiscard]] std::size_t presentCount(std::span<const double> values);
[[nodiscard]] bool isConstant(std::span<const double> values);

/// Less the mean of each time of the season, told apart as finely as leaves some seasons a mean each.
void removeSeason(StepSeries &values, std::size_t seasonSteps);
/// Less what the load around each step explains: least squares on the load of two steps before to two after.
void removeLoad(StepSeries &values, std::span<const double> load);
/// Values beyond five robust deviations (median absolute deviation) from the median are drawn in to there.
void drawInOutliers(StepSeries &values);

/// Autocorrelation at a lag, of the pairs without a gap.
[[nodiscard]] double autocorrelation(std::span<const double> values, std::size_t lag);

/// A filter that leaves of a series what its past does not tell.
struct WhiteningFilter {
    bool isDifferenced = false;
    std::vector<double> coefficients; ///< Of the values before, latest first.

    [[nodiscard]] static WhiteningFilter fitted(const StepSeries &values);
    [[nodiscard]] StepSeries applied(const StepSeries &values) const;
};

} // namespace tailspan::explain
