// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/json_document.h"
#include "models/loadtest/load_test_report.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// One of the moments, usually 5 s apart, of which a Locust page holds figures.
struct LocustMoment {
    std::int64_t timeNs = 0;
    std::optional<double> users;
    std::optional<double> rps;
    std::optional<double> failuresPerSecond;
    loadtest::LatencyStats latency;
};

/// Adds a figure by the name that the page has for it: "current_rps", "response_time_percentile_0.95".
void setLocustFigure(std::string_view key, const Json &value, LocustMoment &moment);
/// Steps of the timeline, each from the moment before to its own; moments that do not ascend are counted.
void addLocustMoments(const std::vector<LocustMoment> &moments, loadtest::LoadTestReport &report);

/// Pages from 2024 on: `window.templateArgs = {...}`.
[[nodiscard]] Result<> readModernLocustPage(std::string_view page, const std::string &name,
                                            loadtest::LoadTestReport &report);
/// Older ones: `var stats_history = {...}` and tables.
[[nodiscard]] Result<> readOldLocustPage(std::string_view page, const std::string &name,
                                         loadtest::LoadTestReport &report);

} // namespace tailspan::reports
