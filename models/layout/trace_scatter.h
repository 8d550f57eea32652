// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/time_scale.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tailspan::layout {

/// One mark of the picture: all traces whose points fall into the same cell of kScatterCellPx.
struct ScatterMark {
    double xPx = 0; ///< The middle of the cell.
    double yPx = 0;
    std::uint32_t traceCount = 0;
    std::uint32_t failedCount = 0; ///< Traces with a failed span.
    TraceRow longest;
};
inline constexpr int kScatterCellPx = 3;

/// A line at a round duration.
struct DurationTick {
    double yPx = 0;
    std::string label;
};

/// Traces by start, left to right, and duration, on a logarithmic scale, upwards.
struct TraceScatter {
    TimeScale time;
    std::int64_t shortestNs = 1; ///< At the lower edge.
    std::int64_t longestNs = 10; ///< At the upper edge.
    double heightPx = 0;
    std::vector<ScatterMark> marks;
    std::vector<DurationTick> ticks;

    [[nodiscard]] double yOf(std::int64_t durationNs) const;
    [[nodiscard]] double xOf(std::int64_t startNs) const { return time.xOf(TimePoint(startNs)); }
};

/// Traces whose times mean nothing are left out. Linear in the traces; at most one mark a cell. Thread: any.
[[nodiscard]] TraceScatter layOutScatter(const trace::TraceSnapshot &snapshot, std::span<const TraceRow> traces,
                                         double widthPx, double heightPx);

/// Of `traces` those whose points lie in the box, edges included.
[[nodiscard]] std::vector<TraceRow> tracesInBox(const trace::TraceSnapshot &snapshot, std::span<const TraceRow> traces,
                                                const TraceScatter &scatter, double leftPx, double topPx,
                                                double rightPx, double bottomPx);

} // namespace tailspan::layout
