// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <vector>

namespace tailspan::loadtest {

/// A few seconds of a run at one load.
struct LoadBin {
    TimePoint begin;
    double seconds = 0;
    double users = 0;      ///< Mean over the bin; 0 where the file does not say.
    double throughput = 0; ///< Finished requests a second.
    LogHistogram latency;
};

/// What the number of users of a step means: tools sample it once a step and do not say when.
enum class UserSample : std::uint8_t {
    OfStep,  ///< It holds for the whole step.
    AtBegin, ///< It was taken at the begin; on average half of the change to the next one came on top.
};

/// Bins of two to five seconds in the order of time. The first two seconds of each plateau are left out: latencies
/// follow a change of load with a delay. Empty where the file holds no latencies over time.
[[nodiscard]] std::vector<LoadBin> loadBins(const LoadTestReport &report, RequestView view,
                                            UserSample sample = UserSample::OfStep);

/// Whether load was really varied: at least twelve bins on six levels, the highest at least twice the lowest.
[[nodiscard]] bool isRamp(const std::vector<LoadBin> &bins);

} // namespace tailspan::loadtest
