// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/source_set.h"
#include "models/metric/latency_grid.h"
#include "models/trace/trace_query.h"

#include <cstdint>
#include <stop_token>

namespace tailspan::workspace {

/// A heatmap that a store has counted, with how many of each cell failed.
struct StoreHeat {
    metric::LatencyGrid grid;
    metric::LatencyGrid failed;
    bool isComplete = true; ///< False: a limit stopped it; counts are lower bounds.
};

/// Counts all spans that fit the query, whether they are loaded or not; a query without a range counts everything that
/// is stored. Rows are those of sources::latencyBoundsNs(). Blocks; thread: any.
/// Errors: those of the store; NotFound when it has no span that fits and no range was asked for.
[[nodiscard]] Result<StoreHeat> heatOfStore(sources::SourceSet &stores, std::size_t index,
                                            const trace::TraceQuery &query, std::uint32_t columns, std::stop_token stop,
                                            Progress &progress);

} // namespace tailspan::workspace
