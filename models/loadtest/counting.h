// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <string>
#include <vector>

namespace tailspan::loadtest {

// What the user wants counted of a run. Nothing is left out unless asked, and every copy says what was. Pure functions,
// any thread.

struct Counting {
    bool withFailures = true; ///< Latencies of failed requests; without them they still count as requests and errors.
    bool withSetup = true;    ///< Requests of setup and teardown, where the tool tells them apart.
    Duration warmUp;          ///< So much of the begin of the run is left out.
    [[nodiscard]] bool isDefault() const { return withFailures && withSetup && warmUp.ns() <= 0; }
    friend bool operator==(const Counting &, const Counting &) = default;
};

/// A copy of the report in which only what is wanted counts: figures of the run, of its endpoints and of its steps. The
/// timeline keeps the steps of the warm-up, which end with a whole step (LoadTestReport::warmUp). Its notes begin with
/// what was left out and with what could not be taken apart. Cost: a copy.
/// Errors: Unsupported for a warm-up where the file holds no requests over time, or one that leaves nothing.
[[nodiscard]] Result<LoadTestReport> counted(const LoadTestReport &report, const Counting &counting);

/// The report without the steps of its warm-up, for everything that reads the timeline; the same one where there are
/// none.
[[nodiscard]] LoadTestReportPtr measuredPart(const LoadTestReportPtr &report);

/// When the run began, warm-up or not; 0 where the report knows no time.
[[nodiscard]] TimePoint beginOfRun(const LoadTestReport &report);
/// How long that took which counts: the run without its warm-up.
[[nodiscard]] std::optional<Duration> countedDuration(const LoadTestReport &report);

/// "warm-up of 30 s left out · latencies of succeeded requests only"; "" where everything counts.
[[nodiscard]] std::string countingText(const Counting &counting);

} // namespace tailspan::loadtest
