// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/metric_history.h"
#include "models/advisor/rules.h"
#include "models/advisor/trend_test.h"

#include <string>
#include <vector>

namespace tailspan::advisor {

/// How the memory of one pod moved: the floor, which garbage collection cannot hide, freed of what the load explains.
struct MemoryGrowth {
    bool isLeak = false;
    std::string whyNot; ///< Of no leak: in words; of too little data likewise.
    bool isJudged = false;
    std::vector<double> days;   ///< Of each floor, since the first one.
    std::vector<double> floors; ///< Bytes: the lowest value of each six hours, less the part that goes with the load.
    TheilSen trend;             ///< Bytes a day, 99 % interval.
    std::int64_t beginNs = 0;   ///< Of the first floor.
    double lastFloor = 0;       ///< Bytes, as measured.
};

/// Judges the values since the last restart: a fall of the series by more than half, or a rise of `restarts`.
/// A leak: Mann-Kendall significant, Theil-Sen's interval above 0, at least so much a day, going on in the second half,
/// and no single jump that explains it (a step after a deploy, warming up). `load` may be null: requests a second.
[[nodiscard]] MemoryGrowth judgeGrowth(const metric::MetricSeries &memory, const metric::MetricSeries *load,
                                       const metric::MetricSeries *restarts, const Rules &rules);

} // namespace tailspan::advisor
