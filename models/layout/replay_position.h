// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <string>
#include <vector>

namespace tailspan::layout {

// Where the play head is, and what the report says of that moment. Pure functions.

/// The last moment the head can stand on: the run is half open.
[[nodiscard]] TimePoint lastMomentOf(TimeRange run);
/// `time` kept inside the run.
[[nodiscard]] TimePoint clampedTo(TimeRange run, TimePoint time);
/// Where a head at `from` is after `elapsed` of real time at that speed; it stops at the end of the run.
[[nodiscard]] TimePoint playedFrom(TimePoint from, TimeRange run, Duration elapsed, double speed);
/// The begin of the next bucket, or the end of the run.
[[nodiscard]] TimePoint nextStepAfter(const std::vector<loadtest::Bucket> &timeline, TimePoint time);
/// The begin of the bucket that holds `time`, or of the one before where `time` is that begin.
[[nodiscard]] TimePoint previousStepBefore(const std::vector<loadtest::Bucket> &timeline, TimePoint time);

/// One kind of failure and how often.
struct KindCount {
    std::string kind;
    std::uint64_t count = 0;
};

/// The numbers of one moment: those of the bucket that holds it. Absent where the file does not hold them.
struct ReplayMoment {
    TimeRange step;
    std::string stage; ///< Name of the stage, several joined by ", "; empty where there is none.
    bool isStagePlanned = false;
    bool isIdle = false; ///< No bucket: nothing finished here.
    std::optional<double> users;
    std::optional<double> requestsRps;
    std::optional<std::uint64_t> requests;
    std::optional<std::uint64_t> failures;
    std::optional<double> errorRatio;
    loadtest::LatencyStats latency;
    std::vector<KindCount> errors; ///< Most frequent first.
};
[[nodiscard]] ReplayMoment momentAt(const loadtest::LoadTestReport &report, TimePoint time);

/// When the stages count from.
[[nodiscard]] TimePoint startOf(const loadtest::LoadTestReport &report);

} // namespace tailspan::layout
