// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/limit.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// Limits of one's own from a YAML file:
///
///     limits:
///       - p95: < 200 ms                      # of all requests; also mean, max, p50, p99.9, ...
///         errors: < 1 %
///         throughput: at least 50/s
///         apdex: {target: 500 ms, limit: at least 0.9}
///       - endpoint: GetCourses               # where: scenario, stage, endpoint, from, to
///         from: 30 s
///         p95: 150 ms                        # without a comparison: at most; throughput and apdex: at least
///       - recovery: {within: 60 s, p95: 300 ms, errors: 5 %, good seconds: 5, spike from: 60 s, spike to: 120 s}
///       - resource: {series: 'process_cpu_ratio{service="auth"}', max: < 0.8}   # also mean, min; PromQL, asked over
///                                          # the time of the run; of several series the worst one counts
///       - scenario: peakConcurrentUsers
///         figure: {name: average response, limit: < 1500}   # a number that the report itself gives
///
/// Errors: Malformed with the line for what is no YAML, no known key or no limit; LimitReached for a file above 1 MiB
/// or one whose aliases unfold to more than 10,000 values; what reading the file answers.
[[nodiscard]] Result<std::vector<loadtest::Limit>> readLimitFile(const std::string &path);
/// The same from text; `name` is the context of errors.
[[nodiscard]] Result<std::vector<loadtest::Limit>> parseLimits(std::string_view text, const std::string &name);

} // namespace tailspan::reports
