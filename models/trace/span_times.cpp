// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/span_times.h"

#include "models/trace/critical_path.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace tailspan::trace {

Result<SpanTimes> spanTimesOf(const TraceSnapshot &snapshot, const TraceSelection &selection,
                              const std::stop_token &stop, std::optional<TimeRange> within)
{
    const TimeRange range = within.value_or(kAllTime);
    SpanTimes times;
    times.selfNs.resize(selection.spanCount());
    times.criticalNs.resize(selection.spanCount());
    const std::vector<TraceSelection::Block> blocks = selection.blocks();
    tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t block) {
        for (std::size_t i = blocks[block].beginTrace; i < blocks[block].endTrace && !stop.stop_requested(); ++i) {
            const TraceSummary &trace = snapshot.traces()[selection.trace(i).value()];
            const std::uint32_t first = selection.firstPosition(i);
            const std::vector<std::int64_t> self = selfTimesNs(snapshot, trace, range);
            std::copy(self.begin(), self.end(), times.selfNs.begin() + static_cast<std::ptrdiff_t>(first));
            for (const CriticalSegment &segment : criticalPathOf(snapshot, trace).segments) {
                const std::int64_t begin = std::max(segment.beginNs, range.begin.ns());
                const std::int64_t end = std::min(segment.endNs, range.end.ns());
                times.criticalNs[first + segment.row - trace.firstRow] += std::max<std::int64_t>(end - begin, 0);
            }
        }
    });
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return times;
}

} // namespace tailspan::trace
