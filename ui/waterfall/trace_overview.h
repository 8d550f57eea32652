// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/minimap_layout.h"
#include "models/layout/ranked_bits.h"
#include "models/layout/row_runs.h"
#include "models/layout/waterfall_layout.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace tailspan::waterfall {

/// What a look at every span of a trace gives: made once for a trace and a width, on a worker when it is large.
struct TraceOverview {
    layout::MinimapLayout strip;
    std::shared_ptr<const layout::RankedBits> errors;
    std::shared_ptr<const layout::PathIndex> path; ///< The critical path.
    std::shared_ptr<const layout::RowRuns> runs;
    std::uint32_t inferredCount = 0;
    double inferredConfidence = 0; ///< Mean of the inferred parents, 0..1.
};

[[nodiscard]] TraceOverview makeTraceOverview(const trace::TraceSnapshot &snapshot, TraceRow trace, int widthPx,
                                              std::uint16_t lanes, std::stop_token stop = {});

} // namespace tailspan::waterfall
