// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace tailspan::trace {

/// A stretch of time that the trace spent in one span and in none of its children that mattered.
struct CriticalSegment {
    std::uint32_t row = 0;
    std::int64_t beginNs = 0;
    std::int64_t endNs = 0;
};

/// The chain of spans that decided how long a trace took: shorten any of it and the trace gets shorter.
struct CriticalPath {
    std::vector<CriticalSegment> segments; ///< By time, not overlapping.
    std::int64_t lengthNs = 0;             ///< Of all segments.

    /// One flag a span of the trace (by row minus the trace's first row): has a segment or lies above one.
    [[nodiscard]] std::vector<bool> rowsOnPath(const TraceSnapshot &snapshot, const TraceSummary &trace) const;
};

/// Walks back from the end of each span: what finished last before the moment in question is what was waited for; then
/// the same from the moment that child began. A sibling that ends exactly where the next one starts is on the path; one
/// that is still running then is not. Children that run beyond their parent count to its end; those nobody waits for
/// (kMarkAsynchronous) do not count. Several roots are taken as children of the trace, whose gaps belong to no span.
/// When every child lies inside its parent, a trace with one root has a path as long as that root.
/// Iterative; n log n in the spans on the path and their children.
[[nodiscard]] CriticalPath criticalPathOf(const TraceSnapshot &snapshot, const TraceSummary &trace);

inline constexpr TimeRange kAllTime{TimePoint(std::numeric_limits<std::int64_t>::min()),
                                    TimePoint(std::numeric_limits<std::int64_t>::max())};

/// The time inside `range` that a span spent outside all of its children: its duration minus the union of their
/// intervals, all clipped to it. One entry a span of the trace, by row minus the trace's first row. Linear.
[[nodiscard]] std::vector<std::int64_t> selfTimesNs(const TraceSnapshot &snapshot, const TraceSummary &trace,
                                                    TimeRange range = kAllTime);

} // namespace tailspan::trace
