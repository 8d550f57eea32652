// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace tailspan::loadtest {

/// Looks up a number that a suite's file holds for a scenario ("averageResponsiveness"); nullopt for a missing, null
/// or non-numeric one.
using SuiteMetric = std::function<std::optional<double>(std::string_view metric)>;

/// Tailspan's own verdicts for one of the six scenarios of the Azora performance suite, from the limits that the
/// target documents: average response below 1 s while users ramp up, 1.5 s under sustained load, 2 s at the peak;
/// error rate below 10 %; CPU below 80 % and memory below 85 %; recovery within 60 s; at least 95 % of sessions and
/// of operations succeed. Empty for any other scenario. A number the file does not hold leaves its verdict open, and
/// so does a recovery from a baseline without a single success, whose latency reads as 0.
[[nodiscard]] std::vector<Verdict> azoraVerdicts(std::string_view scenario, const SuiteMetric &metric);

} // namespace tailspan::loadtest
