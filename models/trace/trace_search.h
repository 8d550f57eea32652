// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/progress.h"
#include "models/trace/span_query.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::trace {

/// Which traces fit.
struct TraceHits {
    std::vector<bool> fits;       ///< By TraceRow.
    std::uint64_t unsearched = 0; ///< Spans whose attributes would have counted and could not be looked at.
    std::string problem;          ///< Why, of the first of them.
    bool isComplete = true;       ///< False when stopped.
};

/// Asks every condition of each trace: it is true when some span of the trace has it; durations are those of the whole
/// trace, and a text may be a part of the trace id. AND, OR and NOT then join what is true of the trace, so
/// "NOT service=db" are the traces without that service, and "GET status=error" may be two different spans. All queries
/// must hold. Thread: any; uses all cores. Costs a search of spans for each condition on text or attributes.
[[nodiscard]] TraceHits searchTraces(const TraceSnapshot &snapshot, const std::vector<SpanQuery> &queries,
                                     std::stop_token stop, Progress &progress);

/// Whether searchTraces() would wait for a store: never on the window's thread then.
[[nodiscard]] bool waitsForStores(const TraceSnapshot &snapshot, const std::vector<SpanQuery> &queries);

} // namespace tailspan::trace
