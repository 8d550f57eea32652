// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/metric_source.h"
#include "models/advisor/metric_history.h"

#include <functional>
#include <memory>

namespace tailspan::advice {

struct HistoryQuestion {
    TimeRange range;
    std::int64_t stepNs = 0;         ///< 0: as fine as the scrape interval and 10,000 points of a series allow.
    std::size_t seriesLimit = 1'000; ///< Of one question; the largest are kept and a note says so.
};

/// Makes the source; called on each thread that asks, at most four.
using MakeMetricSource = std::function<std::unique_ptr<sources::MetricSource>()>;

/// Asks a store of metrics for all roles of metric_history.h that are found in it, over a range: first what it
/// measures, then a question for each kind of metric, at most four at once. Reads only. The step is never below the
/// scrape interval. Points stand on whole steps; a series is cut where it begins and ends, and holds NaN for what is
/// missing between. Roles whose question fails are notes. Blocks; on stop it ends within the 200 ms of sources.
/// Progress counts questions. Thread: any that may block.
/// Errors: Cancelled; those of the store when it does not answer the first questions; LimitReached for a step with
/// more than 11,000 points.
[[nodiscard]] Result<advisor::MetricHistory> gatherMetrics(const MakeMetricSource &make,
                                                           const HistoryQuestion &question, sources::Ask ask);

} // namespace tailspan::advice
