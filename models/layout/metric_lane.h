// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/axis_choice.h"
#include "models/layout/time_scale.h"
#include "models/metric/alert_bands.h"
#include "models/metric/metric_series.h"
#include "models/metric/time_marks.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::layout {

// Lanes of metrics as plain numbers to draw. Pure functions, any thread.

/// One line to lay out.
struct LaneCurve {
    std::string label;
    const metric::MetricSeries *series = nullptr;
    bool isRest = false; ///< The sum of what was left out.
};

struct LanePoint {
    double xPx = 0;
    double yPx = 0;
};

struct LaneLine {
    std::string label;
    bool isRest = false;
    std::vector<std::vector<LanePoint>> runs; ///< Unbroken parts: a gap is nothing measured.
    const metric::MetricSeries *series = nullptr;
};

struct LaneTick {
    double yPx = 0;
    std::string label;
};

struct MetricLanePicture {
    std::vector<LaneLine> lines;
    std::vector<LaneTick> ticks; ///< From the bottom up.
    bool isEmpty = true;         ///< No value at all in the range.
};

/// The lines in a plot of that height, x from its left edge. At most four points a pixel column: the first, the lowest,
/// the highest and the last, so that no peak is lost.
[[nodiscard]] MetricLanePicture layMetricLane(const std::vector<LaneCurve> &curves, metric::MetricUnit unit,
                                              const TimeScale &scale, double heightPx, AxisChoice choice = {});
/// The value at a moment: of the last point not later, nor more than a step and a half before; NaN where there is none.
[[nodiscard]] double valueAt(const metric::MetricSeries &series, TimePoint moment, std::int64_t stepNs);

/// A band of an alert in its row.
struct BandBox {
    const metric::AlertBand *band = nullptr;
    double xPx = 0;
    double widthPx = 0;
    int row = 0;
};
struct MarkFlag {
    const metric::TimeMark *mark = nullptr;
    double xPx = 0;
};
struct OverlayPicture {
    std::vector<BandBox> bands; ///< Of rows below `mostRows`; the others are counted.
    std::vector<MarkFlag> marks;
    int rows = 0;
    std::size_t hiddenBands = 0;
};
/// Bands that touch each other stand in rows below each other; the pointers live as long as what they came from. A band
/// is at least `leastPx` wide, and so is its place in the row.
[[nodiscard]] OverlayPicture layOverlay(const std::vector<metric::AlertBand> &bands,
                                        const std::vector<metric::TimeMark> &marks, const TimeScale &scale,
                                        int mostRows, double leastPx);

} // namespace tailspan::layout
