// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <vector>

namespace tailspan::trace {

/// Some traces of a snapshot, by TraceRow.
struct TraceChoice {
    const TraceSnapshot &from;
    std::vector<bool> taken; ///< As long as from.traces().
};

/// One snapshot of whole traces of two, by start, as if their spans had been built together but for parent inference,
/// which learns from what is built together. Both must have been built from the same inputs in the same order; `inputs` is what
/// the result says of them. No trace may be taken from both. Linear in the rows taken, a copy of columns: a window of a hundred thousand
/// spans is renewed in a few milliseconds when a few of its traces have grown. Thread: any.
[[nodiscard]] TraceSnapshotPtr mergeSnapshots(const TraceChoice &base, const TraceChoice &fresh,
                                              std::vector<TraceInput> inputs);

} // namespace tailspan::trace
