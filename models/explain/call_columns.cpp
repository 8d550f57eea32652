// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/call_columns.h"

#include "models/trace/span_times.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <unordered_map>

namespace tailspan::explain {

namespace {

using trace::SpanTable;

std::uint64_t keyOf(const SpanTable &spans, std::uint32_t row)
{
    return (std::uint64_t{spans.service[row]} << 32U) | spans.operation[row];
}

/// Positions [begin, end) are of one trace.
struct TraceRun {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

class CallCounter {
public:
    CallCounter(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows)
        : m_snapshot(snapshot), m_spans(snapshot.spans()), m_rows(rows)
    {
        for (std::uint32_t i = 0; i < rows.size(); ++i) {
            if (i == 0 || m_spans.trace[rows[i]] != m_spans.trace[rows[i - 1]])
                m_runs.push_back({i, i});
            m_runs.back().end = i + 1;
        }
        chooseKeys();
    }

    std::vector<Column> run(const PopulationBuilder &builder, const std::stop_token &stop)
    {
        std::vector<TraceRow> traces;
        for (const TraceRun &run : m_runs)
            traces.emplace_back(m_spans.trace[m_rows[run.begin]]);
        const trace::TraceSelection selection(m_snapshot, traces);
        const Result<trace::SpanTimes> times = spanTimesOf(m_snapshot, selection, stop);
        if (!times.has_value())
            return {};
        m_counts.assign(m_keys.size(), std::vector<double>(m_rows.size()));
        m_timesNs = m_counts;
        tbb::parallel_for(std::size_t{0}, m_runs.size(), [&](std::size_t run) {
            if (stop.stop_requested())
                return;
            const std::uint32_t first = m_snapshot.traces()[m_spans.trace[m_rows[m_runs[run].begin]]].firstRow;
            const std::uint32_t position = selection.positionOf(m_snapshot, SpanRow(first));
            countTrace(m_runs[run], std::span(times->selfNs).subspan(position));
        });
        std::vector<Column> columns(2 * m_keys.size());
        tbb::parallel_for(std::size_t{0}, m_keys.size(), [&](std::size_t key) {
            if (stop.stop_requested())
                return;
            const std::string name = nameOf(m_keys[key]);
            columns[key] = builder.encoded(ColumnOrigin::Calls, name, m_counts[key]);
            columns[m_keys.size() + key] = builder.encoded(ColumnOrigin::CallTime, name, m_timesNs[key]);
        });
        std::erase_if(columns, [](const Column &column) { return column.codes.empty(); });
        return columns;
    }

private:
    [[nodiscard]] std::string nameOf(std::uint64_t key) const
    {
        return std::string(m_snapshot.serviceName(ServiceId(static_cast<std::uint32_t>(key >> 32U)))) + ": "
            + std::string(m_snapshot.operationName(OperationId(static_cast<std::uint32_t>(key))));
    }

    /// The operations with most spans below others, in the traces of the rows.
    void chooseKeys()
    {
        std::unordered_map<std::uint64_t, std::uint64_t> calls;
        for (const TraceRun &run : m_runs) {
            const trace::TraceSummary &trace = m_snapshot.traces()[m_spans.trace[m_rows[run.begin]]];
            for (std::uint32_t row = trace.firstRow; row < trace.firstRow + trace.spanCount; ++row) {
                if (m_spans.parent[row] != SpanRow::kNone)
                    ++calls[keyOf(m_spans, row)];
            }
        }
        for (const auto &[key, count] : calls)
            m_keys.push_back(key);
        std::ranges::sort(m_keys, [&](std::uint64_t a, std::uint64_t b) {
            return calls[a] != calls[b] ? calls[a] > calls[b] : a < b;
        });
        m_keys.resize(std::min(m_keys.size(), kMostCalledOperations));
        for (std::size_t i = 0; i < m_keys.size(); ++i)
            m_numberOf.emplace(m_keys[i], static_cast<std::uint32_t>(i));
    }

    /// Rows of each operation of the trace, ascending: how many lie in a subtree is the distance of two of them, and how
    /// long they took the difference of two sums. `selfNs`: of the spans of the trace.
    void countTrace(const TraceRun &run, std::span<const std::int64_t> selfNs)
    {
        const trace::TraceSummary &trace = m_snapshot.traces()[m_spans.trace[m_rows[run.begin]]];
        std::vector<std::pair<std::uint32_t, std::uint32_t>> called; // number of the key, row
        for (std::uint32_t row = trace.firstRow; row < trace.firstRow + trace.spanCount; ++row) {
            const auto number = m_numberOf.find(keyOf(m_spans, row));
            if (number != m_numberOf.end() && m_spans.parent[row] != SpanRow::kNone)
                called.emplace_back(number->second, row);
        }
        std::ranges::sort(called);
        std::vector<double> sumsNs{0}; // of the self times of all before
        for (const auto &[key, row] : called)
            sumsNs.push_back(sumsNs.back() + static_cast<double>(selfNs[row - trace.firstRow]));
        for (auto begin = called.begin(); begin != called.end();) {
            const std::uint32_t key = begin->first;
            const auto end = std::ranges::upper_bound(begin, called.end(), std::pair(key, SpanRow::kNone));
            for (std::uint32_t i = run.begin; i < run.end; ++i) {
                const std::uint32_t row = m_rows[i];
                const auto first = std::ranges::lower_bound(begin, end, std::pair(key, row + 1));
                const auto last = std::ranges::lower_bound(first, end, std::pair(key, row + m_spans.subtreeSize[row]));
                m_counts[key][i] = static_cast<double>(last - first);
                m_timesNs[key][i] = sumsNs[static_cast<std::size_t>(last - called.begin())]
                    - sumsNs[static_cast<std::size_t>(first - called.begin())];
            }
            begin = end;
        }
    }

    const trace::TraceSnapshot &m_snapshot;
    const SpanTable &m_spans;
    std::span<const std::uint32_t> m_rows;
    std::vector<TraceRun> m_runs;
    std::vector<std::uint64_t> m_keys;
    std::unordered_map<std::uint64_t, std::uint32_t> m_numberOf;
    std::vector<std::vector<double>> m_counts; // by key and position
    std::vector<std::vector<double>> m_timesNs;
};

} // namespace

std::vector<Column> callColumnsOf(const trace::TraceSnapshot &snapshot, std::span<const std::uint32_t> rows,
                                  const PopulationBuilder &builder, const std::stop_token &stop)
{
    return CallCounter(snapshot, rows).run(builder, stop);
}

} // namespace tailspan::explain
