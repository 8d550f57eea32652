// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"
#include "models/base/time.h"
#include "models/trace/trace_snapshot.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace tailspan::loadtest {

// From a step of a load test to the traces behind it. Reports hold no trace ids, so traces are found by time and
// duration. Pure functions, any thread.

/// Which traces are looked for.
struct TracesWanted {
    TimeRange time;
    /// Latencies [low, high) in ns: then a trace counts where it ended inside `time`, as a request does. Without: every
    /// trace that ran meanwhile.
    std::optional<std::int64_t> lowNs;
    std::optional<std::int64_t> highNs;
    [[nodiscard]] bool hasBand() const { return lowNs.has_value() || highNs.has_value(); }
    friend bool operator==(const TracesWanted &, const TracesWanted &) = default;
};
/// In the order of the snapshot. Cost: linear in its traces.
[[nodiscard]] std::vector<TraceRow> tracesThen(const trace::TraceSnapshot &snapshot, const TracesWanted &wanted);
[[nodiscard]] std::size_t countTracesThen(const trace::TraceSnapshot &snapshot, const TracesWanted &wanted);

} // namespace tailspan::loadtest
