// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/replay_axis.h"
#include "models/loadtest/load_test_report.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::layout {

// The timeline of a load test as plain numbers to draw: lanes of values over steps of time. Pure functions, any thread.

/// How a number that is not there is written in these columns: drawn as a gap, never as 0.
inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

/// What a lane needs to know about the whole run, so that its axis stays the same while the user zooms.
struct ReplayOverview {
    TimeRange run; ///< First bucket's begin to last bucket's end.
    ValueExtent users;
    ValueExtent requestsRps;
    double mostErrorRatio = 0; ///< Of a single bucket, 0..1.
    double lowLatencyNs = 0;   ///< Smallest latency worth an axis; 0 where the file holds no latencies over time.
    double highLatencyNs = 0;
    bool hasHeat = false;                  ///< Buckets hold histograms, not only the tool's percentiles.
    std::vector<std::string> errorKinds;   ///< What the error lane stacks: the most frequent kinds, then the rest.
    std::vector<std::uint32_t> laneOfKind; ///< For each of the report's failure kinds its row in errorKinds.
    std::uint32_t laneOfUnnamed = 0;       ///< Row for failures whose kind the file does not tell.
};
using ReplayOverviewPtr = std::shared_ptr<const ReplayOverview>;

[[nodiscard]] ReplayOverview makeReplayOverview(const loadtest::LoadTestReport &report);

/// One step on the time axis; kNoValue where nothing was measured.
struct ReplayStep {
    TimeRange range;
    double users = kNoValue;
    double requestsRps = kNoValue;
    double p50Ns = kNoValue;
    double p95Ns = kNoValue;
    double p99Ns = kNoValue;
};

/// Percentiles of a step as they would be without coordinated omission (omission_what_if.h): an estimate, kept apart from
/// what was measured.
struct WhatIfStep {
    double p50Ns = kNoValue;
    double p95Ns = kNoValue;
    double p99Ns = kNoValue;
};

/// Rows of equal height on a logarithmic latency axis.
struct HeatRows {
    static constexpr int kRowsPerDecade = 12;
    double lowLog10Ns = 0;
    int count = 0;

    [[nodiscard]] double lowOf(int row) const { return lowLog10Ns + static_cast<double>(row) / kRowsPerDecade; }
    /// The row of a latency; what lies outside counts in the first or last one.
    [[nodiscard]] int rowOf(double latencyNs) const;
};
[[nodiscard]] HeatRows heatRowsOf(const ReplayOverview &overview);

/// What the lanes show of one time window.
struct ReplayPicture {
    ReplayOverviewPtr overview;
    std::vector<ReplayStep> steps;           ///< Ascending, without holes: where nothing happened is a step too.
    std::vector<std::vector<double>> errors; ///< [errorKinds row][step]: share of the requests, 0..1.
    HeatRows heatRows;
    std::vector<std::uint32_t> heat; ///< Requests, [step * heatRows.count + row]; empty without histograms.
    std::uint32_t mostHeat = 0;
    std::optional<Duration> whatIfInterval; ///< Of whatIf.
    std::vector<WhatIfStep> whatIf;         ///< By step; empty where it was not asked for.
};

/// The steps that `window` touches, joined so that there are at most about `mostSteps`. Percentiles of a joined step
/// come from its joined histogram. Cost: linear in the buckets of the window; stops early when asked to. `whatIfInterval`:
/// with an estimate of each step for that interval between the requests of a user.
[[nodiscard]] ReplayPicture makeReplayPicture(const loadtest::LoadTestReport &report, ReplayOverviewPtr overview,
                                              TimeRange window, int mostSteps, std::stop_token stop,
                                              std::optional<Duration> whatIfInterval = {});

/// A limit on the latency of all requests, to be drawn across the latency lane.
struct LatencyLimit {
    double limitNs = 0;
    std::string label; ///< "p(95) < 200 ms"
};
[[nodiscard]] std::vector<LatencyLimit> latencyLimitsOf(const loadtest::LoadTestReport &report);

} // namespace tailspan::layout
