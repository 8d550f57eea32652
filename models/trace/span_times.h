// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/trace_selection.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// Where the time of the chosen traces went, span by span; columns by position in the selection. 16 bytes a span.
struct SpanTimes {
    std::vector<std::int64_t> selfNs;     ///< selfTimesNs(): outside all children.
    std::vector<std::int64_t> criticalNs; ///< Of the span's own segments of criticalPathOf(); 0 for most spans.
};

/// Made once for call tree, statistics and comparison. With `within`, only time inside that range counts: what a zoomed
/// waterfall shows. Thread: any; uses all cores, a trace on one. Errors: Cancelled.
[[nodiscard]] Result<SpanTimes> spanTimesOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                                            const std::stop_token &stop, std::optional<TimeRange> within = {});

} // namespace tailspan::trace
