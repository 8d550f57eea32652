// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/layout/heat_layout.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/stage_clock.h"
#include "models/metric/latency_grid_difference.h"

#include <span>
#include <stop_token>
#include <string>

namespace tailspan::layout {

/// The latencies of runs on one clock as heatmaps, and what sets the later side apart: cell by cell the share of its
/// requests minus the baseline's, so that more requests with the same latencies are no difference.
struct RunHeat {
    /// Times are those of the clock, ns since its 0.
    metric::LatencyGrid before{{}, Duration(1), 0, metric::LatencyRows({1}), {}, 0};
    metric::LatencyGrid after = before;
    metric::LatencyGridDifference difference;
    HeatPicture picture;
    double lowLog10Ns = 0; ///< Of what both hold.
    double highLog10Ns = 0;
    std::string words; ///< What is compared, and on what "may be chance" rests; or why there is no map.
    [[nodiscard]] bool isEmpty() const { return picture.columns == 0; }
};

/// `clock`: of the baseline's runs, then the later ones; only the time that all runs share counts. Requests of one
/// moment depend on each other; by how much is measured in the windows `steady` (by run; may be empty) and taken off the
/// tests (designEffect() of interval.h). Empty where a file holds no latencies over time. Linear in the timelines.
/// Errors: Cancelled.
[[nodiscard]] Result<RunHeat> runHeatOf(std::span<const loadtest::LoadTestReportPtr> baseline,
                                        std::span<const loadtest::LoadTestReportPtr> current,
                                        const loadtest::StageClock &clock, std::span<const TimeRange> steady,
                                        loadtest::RequestView view, const std::stop_token &stop);

} // namespace tailspan::layout
