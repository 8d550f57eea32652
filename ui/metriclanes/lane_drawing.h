// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/metriclanes/metric_lane.h"

#include <QSize>

namespace tailspan::metriclanes {

/// What it takes to draw the lines of a lane, away from the window. A value; the curves point into the results.
struct MetricLane::Drawing {
    std::vector<workspace::MetricResultPtr> results;
    std::vector<layout::LaneCurve> curves;
    std::vector<QColor> colors; ///< By curve.
    QColor fill;                ///< Under a line that is alone; invalid for none.
    metric::MetricUnit unit = metric::MetricUnit::None;
    layout::AxisChoice axis;
    layout::TimeScale scale;
    TimeRange range;
    QSize size; ///< Of the plot.
    double pixelRatio = 1;
    std::int64_t stepNs = 0;
};

} // namespace tailspan::metriclanes
