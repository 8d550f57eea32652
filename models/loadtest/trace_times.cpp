// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/trace_times.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

std::int64_t endOf(const trace::TraceSummary &trace)
{
    return saturatingAdd(trace.startNs, trace.durationNs);
}

std::size_t countBefore(const std::vector<std::int64_t> &times, TimePoint time)
{
    return static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), time.ns()) - times.begin());
}

/// Row numbers in the order of what `timeOf` says of them, and those times.
template <class TimeOf>
void sortBy(TimeOf timeOf, std::size_t count, std::vector<std::uint32_t> &rows, std::vector<std::int64_t> &times)
{
    rows.resize(count);
    std::iota(rows.begin(), rows.end(), 0U);
    const auto isEarlier = [&](std::uint32_t a, std::uint32_t b) {
        const std::int64_t first = timeOf(a);
        const std::int64_t second = timeOf(b);
        return first != second ? first < second : a < b;
    };
    if (!std::is_sorted(rows.begin(), rows.end(), isEarlier))
        std::sort(rows.begin(), rows.end(), isEarlier);
    times.reserve(count);
    for (const std::uint32_t row : rows)
        times.push_back(timeOf(row));
}

} // namespace

TraceTimes::TraceTimes(trace::TraceSnapshotPtr snapshot) : m_snapshot(std::move(snapshot))
{
    const std::vector<trace::TraceSummary> &traces = m_snapshot->traces();
    sortBy([&](std::uint32_t row) { return traces[row].startNs; }, traces.size(), m_rowsByStart, m_starts);
    sortBy([&](std::uint32_t row) { return endOf(traces[row]); }, traces.size(), m_rowsByEnd, m_ends);
    buildTree();
    m_ids.reserve(traces.size());
    for (std::uint32_t row = 0; row < traces.size(); ++row)
        m_ids.push_back({traces[row].id.hash(), row});
    std::sort(m_ids.begin(), m_ids.end(), [](const KnownId &a, const KnownId &b) {
        return a.hash != b.hash ? a.hash < b.hash : a.trace < b.trace;
    });
}

void TraceTimes::buildTree()
{
    m_leaves = std::bit_ceil(std::max<std::size_t>(m_rowsByStart.size(), 1));
    m_latestEnd.assign(2 * m_leaves, kNever);
    for (std::size_t i = 0; i < m_rowsByStart.size(); ++i)
        m_latestEnd[m_leaves + i] = endOf(m_snapshot->traces()[m_rowsByStart[i]]);
    for (std::size_t node = m_leaves - 1; node > 0; --node)
        m_latestEnd[node] = std::max(m_latestEnd[2 * node], m_latestEnd[2 * node + 1]);
}

/// What began before the end of `time`, without what had ended before its begin: the latter all began before as well.
std::size_t TraceTimes::countRunning(TimeRange time) const
{
    if (time.isEmpty())
        return 0;
    return countBefore(m_starts, time.end) - countBefore(m_ends, time.begin);
}

std::vector<TraceRow> TraceTimes::running(TimeRange time) const
{
    std::vector<TraceRow> rows;
    const std::size_t begun = time.isEmpty() ? 0 : countBefore(m_starts, time.end);
    std::vector<std::pair<std::size_t, std::size_t>> open{{1, m_leaves}}; // a node and how many leaves it has
    while (!open.empty() && begun > 0) {
        const auto [node, width] = open.back();
        open.pop_back();
        const std::size_t first = node * width - m_leaves;
        if (first >= begun || m_latestEnd[node] < time.begin.ns())
            continue;
        if (width == 1) {
            rows.emplace_back(m_rowsByStart[first]);
            continue;
        }
        open.emplace_back(2 * node + 1, width / 2);
        open.emplace_back(2 * node, width / 2); // taken first: rows come by start
    }
    return rows;
}

std::vector<TraceRow> TraceTimes::ended(TimeRange time) const
{
    std::vector<TraceRow> rows;
    const std::size_t last = time.isEmpty() ? 0 : countBefore(m_ends, time.end);
    for (std::size_t i = time.isEmpty() ? 0 : countBefore(m_ends, time.begin); i < last; ++i)
        rows.emplace_back(m_rowsByEnd[i]);
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::optional<TraceRow> TraceTimes::findId(const trace::Id &id) const
{
    const std::uint64_t hash = id.hash();
    const auto isLess = [](const KnownId &known, std::uint64_t value) { return known.hash < value; };
    for (auto at = std::lower_bound(m_ids.begin(), m_ids.end(), hash, isLess); at != m_ids.end() && at->hash == hash;
         ++at) {
        if (m_snapshot->traces()[at->trace].id == id)
            return TraceRow(at->trace);
    }
    return std::nullopt;
}

/// A tracer with ids of 64 bits is told of them with 64 zeros before them.
std::optional<TraceRow> TraceTimes::find(std::string_view idText) const
{
    const trace::Id id = trace::findId(idText, m_snapshot->strings());
    if (!id.isPresent())
        return std::nullopt;
    const std::optional<TraceRow> found = findId(id);
    const bool isPadded = id.form == trace::IdForm::Hex32 && id.high == 0;
    return found || !isPadded ? found : findId({0, id.low, trace::IdForm::Hex16});
}

} // namespace tailspan::loadtest
