// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/shift_picture.h"
#include "models/loadtest/capacity.h"

#include <optional>
#include <vector>

namespace tailspan::layout {

/// A stretch of the load axis with the value that is claimed in it.
struct LoadMark {
    double xPx = 0;
    double lowPx = 0; ///< Of its interval; both xPx where there is none.
    double highPx = 0;
    bool isOpen = false; ///< The interval goes on beyond what was tested.
};

/// Throughput and p95 against users: two plots of one size over one axis of users.
struct CapacityPicture {
    std::vector<PlotTick> userTicks;
    std::vector<PlotTick> throughputTicks; ///< Requests a second.
    std::vector<PlotTick> latencyTicks;    ///< Logarithmic.
    std::vector<PlotPoint> throughput;     ///< One a bin, in the order of Capacity::bins.
    std::vector<PlotPoint> latency;        ///< The same; a bin without requests is left out.
    std::vector<PlotPoint> usl;            ///< The fitted curve; empty where there is none.
    std::vector<PlotPoint> bounds;         ///< Three corners; empty where there is no fit.
    std::optional<LoadMark> knee;
    std::optional<LoadMark> largestLoad;
    std::optional<double> limitPx; ///< The limit of p95 in the plot of latency.
};

/// Each plot of that size. Any thread.
[[nodiscard]] CapacityPicture layCapacity(const loadtest::Capacity &capacity, double widthPx, double heightPx);

} // namespace tailspan::layout
