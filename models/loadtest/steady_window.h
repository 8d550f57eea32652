// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <vector>

namespace tailspan::loadtest {

/// A stretch of a run under even load.
struct SteadyWindow {
    TimeRange range;
    TimePoint reached; ///< When the load was first even: before `range`, which leaves out the delay.
    double load = 0;   ///< Users, or requests a second where the file holds no users.
    bool isByUsers = false;
    friend bool operator==(const SteadyWindow &, const SteadyWindow &) = default;
};

/// The plateaus of a run, longest first: at least eight steps and one twentieth of the run, in which the users stay
/// the same (to 1 %) or, without users, the rate smoothed over five steps stays within 20 %. The first tenth of each
/// (at least one step) is left out: latencies follow a change of load with a delay.
[[nodiscard]] std::vector<SteadyWindow> steadyWindows(const LoadTestReport &report);

} // namespace tailspan::loadtest
