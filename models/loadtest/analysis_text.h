// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/capacity.h"
#include "models/loadtest/change_points.h"
#include "models/loadtest/comparison.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::loadtest {

// What was worked out from runs, in words: the same in the window and on the command line.

/// A value of the metric: "21.7 ms", "340/s", "0.4 %"; "-" for none.
[[nodiscard]] std::string metricText(const std::string &metric, std::optional<double> value);
/// "+41 %"; "-" for none.
[[nodiscard]] std::string changeText(std::optional<double> ratio);
/// "+36 % to +46 %"; "-" for none.
[[nodiscard]] std::string intervalText(std::optional<double> low, std::optional<double> high);
/// What was asked of it: headroom and replicas, or why there are none; empty where nothing was asked.
[[nodiscard]] std::vector<std::string> capacityAnswers(const Capacity &capacity);
/// The capacity as sentences, the largest load that keeps the limit first.
[[nodiscard]] std::vector<std::string> capacitySentences(const Capacity &capacity);
/// "p95 rose from 91 ms to 119 ms at run-12.csv (chance 0.2 %)": every change point, then the notes. Names of files are as
/// they are.
[[nodiscard]] std::vector<std::string> trendSentences(const Trend &trend);
/// "240 users", "3.5 users".
[[nodiscard]] std::string usersText(double users);

} // namespace tailspan::loadtest
