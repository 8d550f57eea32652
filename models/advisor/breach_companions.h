// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/metric_history.h"

#include <string>
#include <vector>

namespace tailspan::advisor {

/// A series that was higher while a limit was broken than in the rest of the run.
struct BreachCompanion {
    const RoleSeries *series = nullptr;
    double during = 0; ///< Medians.
    double before = 0;
    double pValue = 1; ///< Of the rank-sum test, two-sided.
    std::string text;  ///< "pool-used of payment: 50, was 11"
};

/// What was higher during the breach, the most telling first: at least by half, and beyond chance at a false discovery
/// rate of 1 %. `run` and `breach` on the clock of the history.
[[nodiscard]] std::vector<BreachCompanion> breachCompanions(const MetricHistory &history, TimeRange run,
                                                            TimeRange breach);

} // namespace tailspan::advisor
