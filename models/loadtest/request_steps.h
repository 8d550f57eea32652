// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::loadtest {

/// The requests of one step of time.
struct RequestStep {
    TimeRange range;
    double users = -1;   ///< -1 where the file does not say.
    double finished = 0; ///< Failed ones included.
    double failures = 0;
    LogHistogram succeeded; ///< Latencies of requests that did not fail.
    LogHistogram inView;    ///< Latencies of all requests in the view.
    [[nodiscard]] double successes() const { return finished - failures; }
};

/// Steps as long as the report's buckets, or as short as the file's endpoints over time allow.
enum class StepLength : std::uint8_t { Bucket, Shortest };

/// Every step from the first to the last bucket inside `range`, also those in which nothing happened; of one endpoint,
/// or of all with "". Empty where the file holds no time line, or for an endpoint no endpoints over time, or when the
/// gaps between its buckets would make millions of steps.
[[nodiscard]] std::vector<RequestStep> requestSteps(const LoadTestReport &report, const std::string &endpoint,
                                                    std::optional<TimeRange> range, RequestView view,
                                                    StepLength length = StepLength::Bucket);

} // namespace tailspan::loadtest
