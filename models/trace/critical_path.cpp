// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/critical_path.h"

#include <algorithm>

namespace tailspan::trace {

namespace {

constexpr std::uint32_t kTrace = SpanRow::kNone; // stands for the trace itself, the parent of the roots

class PathWalk {
public:
    PathWalk(const TraceSnapshot &snapshot, const TraceSummary &trace) : m_spans(snapshot.spans()), m_trace(trace) {}

    CriticalPath run()
    {
        enter(kTrace, m_trace.startNs, saturatingAdd(m_trace.startNs, m_trace.durationNs));
        while (!m_open.empty())
            step();
        std::reverse(m_path.segments.begin(), m_path.segments.end());
        for (const CriticalSegment &segment : m_path.segments)
            m_path.lengthNs += segment.endNs - segment.beginNs;
        return std::move(m_path);
    }

private:
    /// A span whose part of the path is being worked out, from its end backwards.
    struct Open {
        std::uint32_t row;
        std::int64_t beginNs;
        std::int64_t endNs;
        std::int64_t atNs;                   ///< Everything after is settled.
        std::vector<std::uint32_t> children; ///< Not yet looked at, the one that ends last at the back.
    };

    std::int64_t endOf(std::uint32_t row) const { return saturatingAdd(m_spans.startNs[row], m_spans.durationNs[row]); }

    void enter(std::uint32_t row, std::int64_t beginNs, std::int64_t endNs)
    {
        Open open{row, beginNs, endNs, endNs, childrenOf(row)};
        const auto clippedEnd = [&](std::uint32_t child) { return std::min(endOf(child), endNs); };
        std::sort(open.children.begin(), open.children.end(), [&](std::uint32_t a, std::uint32_t b) {
            const std::int64_t endA = clippedEnd(a);
            const std::int64_t endB = clippedEnd(b);
            // Of those that end together the one that began first explains the most.
            return endA != endB ? endA < endB : m_spans.startNs[a] > m_spans.startNs[b];
        });
        m_open.push_back(std::move(open));
    }

    std::vector<std::uint32_t> childrenOf(std::uint32_t row) const
    {
        std::vector<std::uint32_t> children;
        const std::uint32_t begin = row == kTrace ? m_trace.firstRow : row + 1;
        const std::uint32_t end = row == kTrace ? m_trace.firstRow + m_trace.spanCount : row + m_spans.subtreeSize[row];
        constexpr SpanMarks kNotWaitedFor = kMarkAsynchronous | kMarkTimeOutOfRange;
        for (std::uint32_t child = begin; child < end; child += m_spans.subtreeSize[child]) {
            if ((m_spans.marks[child] & kNotWaitedFor) == 0)
                children.push_back(child);
        }
        return children;
    }

    void step()
    {
        Open &open = m_open.back();
        while (!open.children.empty()) {
            const std::uint32_t child = open.children.back();
            open.children.pop_back();
            const std::int64_t begin = std::max(m_spans.startNs[child], open.beginNs);
            const std::int64_t end =
                std::min(endOf(child), open.endNs); // what runs beyond its parent counts to its end
            if (end > open.atNs || begin >= end)
                continue;
            settle(open, end);
            open.atNs = begin;
            enter(child, begin, end);
            return;
        }
        settle(open, open.beginNs);
        m_open.pop_back();
    }

    /// What lies between `toNs` and the settled part is the span's own.
    void settle(const Open &open, std::int64_t toNs)
    {
        if (toNs < open.atNs && open.row != kTrace)
            m_path.segments.push_back({open.row, toNs, open.atNs});
    }

    const SpanTable &m_spans;
    const TraceSummary &m_trace;
    std::vector<Open> m_open;
    CriticalPath m_path;
};

} // namespace

CriticalPath criticalPathOf(const TraceSnapshot &snapshot, const TraceSummary &trace)
{
    return PathWalk(snapshot, trace).run();
}

std::vector<bool> CriticalPath::rowsOnPath(const TraceSnapshot &snapshot, const TraceSummary &trace) const
{
    std::vector<bool> isOnPath(trace.spanCount);
    for (const CriticalSegment &segment : segments) {
        std::uint32_t row = segment.row;
        while (row != SpanRow::kNone && !isOnPath[row - trace.firstRow]) {
            isOnPath[row - trace.firstRow] = true;
            row = snapshot.spans().parent[row];
        }
    }
    return isOnPath;
}

std::vector<std::int64_t> selfTimesNs(const TraceSnapshot &snapshot, const TraceSummary &trace, TimeRange range)
{
    const SpanTable &spans = snapshot.spans();
    const auto clipped = [&](std::int64_t ns) { return std::clamp(ns, range.begin.ns(), range.end.ns()); };
    const auto endOf = [&](std::uint32_t row) { return saturatingAdd(spans.startNs[row], spans.durationNs[row]); };
    const std::uint32_t end = trace.firstRow + trace.spanCount;
    std::vector<std::int64_t> self(trace.spanCount);
    std::vector<std::int64_t> coveredTo(trace.spanCount); // of each span, by its children so far
    for (std::uint32_t row = trace.firstRow; row < end; ++row) {
        self[row - trace.firstRow] = clipped(endOf(row)) - clipped(spans.startNs[row]);
        coveredTo[row - trace.firstRow] = clipped(spans.startNs[row]);
        const std::uint32_t parent = spans.parent[row];
        if (parent == SpanRow::kNone)
            continue;
        // Siblings come by start, so the covered part of the parent only ever grows to the right.
        const std::int64_t from = std::max(clipped(spans.startNs[row]), coveredTo[parent - trace.firstRow]);
        const std::int64_t to = clipped(std::min(endOf(row), endOf(parent)));
        if (to > from) {
            self[parent - trace.firstRow] -= to - from;
            coveredTo[parent - trace.firstRow] = to;
        }
    }
    return self;
}

} // namespace tailspan::trace
