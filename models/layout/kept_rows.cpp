// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/kept_rows.h"

namespace tailspan::layout {

RowSet keptRows(const trace::TraceSnapshot &snapshot, TraceRow trace, std::span<const std::uint32_t> hits,
                bool withDescendants)
{
    const trace::TraceSummary &summary = snapshot.traces()[trace.value()];
    const trace::SpanTable &spans = snapshot.spans();
    RowSet kept(summary.spanCount);
    std::uint32_t coveredFrom = 0; // the subtree kept last: a hit in it, as ascending ones often are, adds nothing
    std::uint32_t coveredTo = 0;
    for (const std::uint32_t hit : hits) {
        const std::uint32_t relative = hit - summary.firstRow;
        if (relative >= summary.spanCount) // also what stands before the trace: the difference wraps
            continue;
        // What is in the set has its ancestors there, so the walk ends at the first span that is in it already.
        for (SpanRow row(hit); row.isValid() && kept.set(row.value() - summary.firstRow, true);)
            row = spans.parentOf(row);
        const std::uint32_t end = relative + spans.subtreeSize[hit];
        if (withDescendants && (relative < coveredFrom || end > coveredTo)) {
            kept.addRange(relative, end);
            coveredFrom = relative;
            coveredTo = end;
        }
    }
    return kept;
}

} // namespace tailspan::layout
