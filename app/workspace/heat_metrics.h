// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/metric_questions.h"
#include "models/metric/latency_grid.h"

#include <cstdint>
#include <optional>

namespace tailspan::workspace {

/// How a grid of a histogram is to be laid out.
struct HistogramShape {
    TimeRange range;
    std::optional<metric::LatencyRows> rows; ///< In place of the histogram's own bounds.
    std::uint32_t columns = 0;               ///< 0: as many as the range has steps.
};

/// The buckets of a service over time as a heatmap: a column a step, rows by the histogram's own bounds, or four for each
/// doubling where it is a native one. Counts are what each step saw on average, so less than one is possible; where
/// something was seen a cell has at least 1. Thread: any. Errors: NotFound when nothing was counted.
[[nodiscard]] Result<metric::LatencyGrid> heatOfHistogram(const HistogramResult &histogram,
                                                          const HistogramShape &shape);

} // namespace tailspan::workspace
