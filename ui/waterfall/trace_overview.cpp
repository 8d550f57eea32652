// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/trace_overview.h"

#include "models/trace/critical_path.h"

#include <algorithm>

namespace tailspan::waterfall {

namespace {

layout::PathIndex pathOf(const trace::TraceSnapshot &snapshot, const trace::TraceSummary &summary)
{
    std::vector<layout::PathSegment> path;
    for (const trace::CriticalSegment &segment : criticalPathOf(snapshot, summary).segments)
        path.push_back({SpanRow(segment.row), TimePoint(segment.beginNs), TimePoint(segment.endNs)});
    return layout::PathIndex(std::move(path));
}

} // namespace

TraceOverview makeTraceOverview(const trace::TraceSnapshot &snapshot, TraceRow trace, int widthPx, std::uint16_t lanes,
                                std::stop_token stop)
{
    TraceOverview overview;
    const trace::TraceSummary &summary = snapshot.traces()[trace.value()];
    const trace::SpanTable &spans = snapshot.spans();
    overview.strip = layout::layOutMinimap(snapshot, trace, widthPx, lanes, stop);
    overview.errors = std::make_shared<layout::RankedBits>(summary.spanCount, [&](std::size_t i) {
        return spans.isError(SpanRow(summary.firstRow + static_cast<std::uint32_t>(i)));
    });
    overview.path = std::make_shared<const layout::PathIndex>(pathOf(snapshot, summary));
    overview.runs = std::make_shared<layout::RowRuns>(layout::findRowRuns(snapshot, trace, stop));
    double sum = 0;
    for (std::uint32_t i = 0; i < summary.spanCount && !(i % 4096 == 0 && stop.stop_requested()); ++i) {
        const SpanRow row(summary.firstRow + i);
        if (!spans.hasMark(row, trace::kMarkInferredParent))
            continue;
        ++overview.inferredCount;
        sum += static_cast<double>(snapshot.parentConfidence(row));
    }
    overview.inferredConfidence = overview.inferredCount > 0 ? sum / overview.inferredCount : 0;
    return overview;
}

} // namespace tailspan::waterfall
