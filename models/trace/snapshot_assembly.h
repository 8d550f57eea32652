// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"
#include "models/trace/tree_order.h"

namespace tailspan::trace {

/// What a snapshot takes over from its builder.
struct SnapshotParts {
    StringPool strings;
    std::vector<TraceInput> inputs;
    std::vector<RecordRef> resources;
    std::vector<std::int64_t> clockOffsetNs; ///< By ServiceId; empty where times are as recorded.
};

/// Fills the columns in tree order, marks what is odd about each span, sums up the traces and writes the ledger.
[[nodiscard]] TraceSnapshotPtr assembleSnapshot(const LinkedSpans &spans, const TreeOrder &order, SnapshotParts parts);

} // namespace tailspan::trace
