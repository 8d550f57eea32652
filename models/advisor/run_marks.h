// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/loadtest/load_test_report.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// Where in a load test a finding lives: for marks beside its lanes and its endpoints.
struct RunMark {
    std::vector<TimeRange> windows;     ///< Inside the run, each not empty; none: it is about the run as a whole.
    std::vector<std::size_t> endpoints; ///< Indexes of LoadTestReport::endpoints it is about.
};

/// A finding is about a run when its evidence names the report, names a metric in a window that meets the run, or when
/// its operation is one of the run's endpoints; nullopt else. A stage of the name of its scenario is its window where
/// nothing gives a narrower one. Metrics need a run whose file has a clock. Pure, any thread.
[[nodiscard]] std::optional<RunMark> runMarkOf(const Finding &finding, const loadtest::LoadTestReport &report);

/// "POST /pay" and "http://shop/pay?id=1", "GET /users/:id" and "/users/17": one endpoint as spans and as reports name
/// it. Methods count where both have one; ":id", "{id}" and numbers stand for each other.
[[nodiscard]] bool isSameEndpoint(std::string_view operation, std::string_view name);

} // namespace tailspan::advisor
