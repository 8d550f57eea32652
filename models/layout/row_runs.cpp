// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/row_runs.h"

#include <algorithm>

namespace tailspan::layout {

namespace {

class RunFinder {
public:
    RunFinder(const trace::TraceSnapshot &snapshot, TraceRow trace)
        : m_spans(snapshot.spans()), m_trace(snapshot.traces()[trace.value()])
    {}

    RowRuns run(const std::stop_token &stop)
    {
        const std::uint32_t end = m_trace.firstRow + m_trace.spanCount;
        for (std::uint32_t row = m_trace.firstRow; row < end; ++row) {
            if (row % 4096 == 0 && stop.stop_requested())
                break;
            if (m_spans.subtreeSize[row] > RowRun::kFewest)
                findBelow(row);
        }
        std::sort(m_found.runs.begin(), m_found.runs.end(),
                  [](const RowRun &a, const RowRun &b) { return a.begin < b.begin; });
        nest();
        return std::move(m_found);
    }

private:
    void findBelow(std::uint32_t parent)
    {
        const std::uint32_t end = parent + m_spans.subtreeSize[parent];
        std::uint32_t first = parent + 1;
        while (first < end) {
            std::uint32_t members = 1;
            std::uint32_t next = first + m_spans.subtreeSize[first];
            for (; next < end && isSame(first, next); ++members)
                next += m_spans.subtreeSize[next];
            if (members >= RowRun::kFewest)
                add(first, next, members);
            first = next;
        }
    }

    [[nodiscard]] bool isSame(std::uint32_t a, std::uint32_t b) const
    {
        const auto hasTime = [this](std::uint32_t row) {
            return !m_spans.hasMark(SpanRow(row), trace::kMarkTimeOutOfRange);
        };
        return m_spans.service[a] == m_spans.service[b] && m_spans.operation[a] == m_spans.operation[b] && hasTime(a)
            && hasTime(b);
    }

    void add(std::uint32_t begin, std::uint32_t end, std::uint32_t members)
    {
        RowRun run;
        run.begin = begin - m_trace.firstRow;
        run.end = end - m_trace.firstRow;
        run.members = members;
        run.firstBusy = static_cast<std::uint32_t>(m_found.busy.size());
        TimeRange busy{m_spans.start(SpanRow(begin)), m_spans.end(SpanRow(begin))};
        const auto finish = [&] {
            m_found.busy.push_back(busy);
            run.busy = run.busy + busy.length();
        };
        for (std::uint32_t row = begin + m_spans.subtreeSize[begin]; row < end; row += m_spans.subtreeSize[row]) {
            const TimePoint start = m_spans.start(SpanRow(row));
            run.isSideBySide = run.isSideBySide || start < busy.end;
            if (start > busy.end) {
                finish();
                busy.begin = start;
            }
            busy.end = std::max(busy.end, m_spans.end(SpanRow(row)));
        }
        finish();
        run.lastBusy = static_cast<std::uint32_t>(m_found.busy.size());
        m_found.runs.push_back(run);
    }

    void nest()
    {
        std::vector<RowRun> &runs = m_found.runs;
        for (std::uint32_t i = 1; i < runs.size(); ++i) {
            std::uint32_t outer = i - 1;
            while (outer != RowRun::kNone && runs[outer].end <= runs[i].begin)
                outer = runs[outer].outer;
            runs[i].outer = outer;
        }
    }

    const trace::SpanTable &m_spans;
    const trace::TraceSummary &m_trace;
    RowRuns m_found;
};

} // namespace

std::uint32_t RowRuns::beginningAt(std::uint32_t row) const
{
    const auto at =
        std::partition_point(runs.begin(), runs.end(), [row](const RowRun &run) { return run.begin < row; });
    return at != runs.end() && at->begin == row ? static_cast<std::uint32_t>(at - runs.begin()) : RowRun::kNone;
}

std::uint32_t RowRuns::around(std::uint32_t row) const
{
    const auto after =
        std::partition_point(runs.begin(), runs.end(), [row](const RowRun &run) { return run.begin <= row; });
    if (after == runs.begin())
        return RowRun::kNone;
    auto index = static_cast<std::uint32_t>(after - runs.begin() - 1);
    while (index != RowRun::kNone && runs[index].end <= row)
        index = runs[index].outer;
    return index;
}

RowRuns findRowRuns(const trace::TraceSnapshot &snapshot, TraceRow trace, std::stop_token stop)
{
    return RunFinder(snapshot, trace).run(stop);
}

} // namespace tailspan::layout
