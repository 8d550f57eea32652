// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_selection.h"

#include <algorithm>
#include <numeric>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kBlockSpans = 32 * 1024;

} // namespace

TraceSelection::TraceSelection(const TraceSnapshot &snapshot, std::vector<TraceRow> traces)
    : m_generation(snapshot.generation())
{
    std::sort(traces.begin(), traces.end());
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    for (const TraceRow trace : traces) {
        if (trace.value() < snapshot.traces().size())
            add(snapshot, trace);
    }
}

TraceSelection TraceSelection::allOf(const TraceSnapshot &snapshot)
{
    TraceSelection all(snapshot.generation());
    for (std::uint32_t trace = 0; trace < snapshot.traces().size(); ++trace)
        all.add(snapshot, TraceRow(trace));
    return all;
}

void TraceSelection::add(const TraceSnapshot &snapshot, TraceRow trace)
{
    m_traces.push_back(trace);
    m_firstPosition.push_back(m_firstPosition.back() + snapshot.traces()[trace.value()].spanCount);
}

std::uint32_t TraceSelection::positionOf(const TraceSnapshot &snapshot, SpanRow row) const
{
    const TraceRow trace(snapshot.spans().trace[row.value()]);
    const auto found = std::lower_bound(m_traces.begin(), m_traces.end(), trace);
    if (found == m_traces.end() || *found != trace)
        return SpanRow::kNone;
    const auto index = static_cast<std::size_t>(found - m_traces.begin());
    return m_firstPosition[index] + row.value() - snapshot.traces()[trace.value()].firstRow;
}

std::vector<std::uint32_t> TraceSelection::rows(const TraceSnapshot &snapshot) const
{
    std::vector<std::uint32_t> rows(spanCount());
    for (std::size_t i = 0; i < traceCount(); ++i) {
        const auto at = rows.begin() + static_cast<std::ptrdiff_t>(m_firstPosition[i]);
        const TraceSummary &trace = snapshot.traces()[m_traces[i].value()];
        std::iota(at, at + static_cast<std::ptrdiff_t>(trace.spanCount), trace.firstRow);
    }
    return rows;
}

std::vector<TraceSelection::Block> TraceSelection::blocks() const
{
    std::vector<Block> blocks;
    Block block;
    while (block.endTrace < traceCount()) {
        ++block.endTrace;
        const std::uint32_t spans = m_firstPosition[block.endTrace] - m_firstPosition[block.beginTrace];
        if (spans >= kBlockSpans || block.endTrace == traceCount()) {
            blocks.push_back(block);
            block.beginTrace = block.endTrace;
        }
    }
    return blocks;
}

} // namespace tailspan::trace
