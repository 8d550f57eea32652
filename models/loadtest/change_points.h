// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tailspan::loadtest {

/// With fewer runs a change cannot be told from chance.
inline constexpr std::size_t kFewestForTrend = 10;

/// From this value on the series is another one.
struct ChangePoint {
    std::size_t first = 0; ///< Index of the first value after the change.
    double before = 0;     ///< Median of the stretch before it, up to the change before.
    double after = 0;
    double pValue = 1;
};

/// E-divisive (Matteson and James 2014): the split with the largest energy distance between both sides, kept when fewer
/// than 5 % of random orders reach it, then each side again. Sides of at least three values. Deterministic.
[[nodiscard]] std::vector<ChangePoint> changePoints(std::span<const double> values, std::uint64_t seed = 20261123);

/// Runs in the order of their dates, one figure each, and where it changed.
struct Trend {
    struct Line {
        std::string metric;               ///< "p50", "p95", "p99", "throughput", "errors"
        std::vector<double> values;       ///< By run; NaN where a run has none. ns, requests/s, ratio.
        std::vector<ChangePoint> changes; ///< `first` is a run.
    };
    std::vector<LoadTestReportPtr> runs; ///< By startedAt; runs without a date in the order given, first.
    std::vector<Line> lines;
    std::vector<std::string> notes;
};
[[nodiscard]] Trend trendOf(std::vector<LoadTestReportPtr> runs, RequestView view);

} // namespace tailspan::loadtest
