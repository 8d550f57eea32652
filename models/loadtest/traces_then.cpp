// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/traces_then.h"

namespace tailspan::loadtest {

namespace {

bool fits(const trace::TraceSummary &trace, const TracesWanted &wanted)
{
    const std::int64_t begin = trace.startNs;
    const std::int64_t end = begin + trace.durationNs;
    if (!wanted.hasBand())
        return begin < wanted.time.end.ns() && end >= wanted.time.begin.ns();
    return wanted.time.contains(TimePoint(end)) && trace.durationNs >= wanted.lowNs.value_or(0)
        && (!wanted.highNs || trace.durationNs < *wanted.highNs);
}

template <class Take>
void forEachFitting(const trace::TraceSnapshot &snapshot, const TracesWanted &wanted, Take take)
{
    const std::vector<trace::TraceSummary> &traces = snapshot.traces();
    for (std::size_t i = 0; i < traces.size() && traces[i].startNs < wanted.time.end.ns(); ++i) { // they are by start
        if (fits(traces[i], wanted))
            take(TraceRow(static_cast<std::uint32_t>(i)));
    }
}

} // namespace

std::vector<TraceRow> tracesThen(const trace::TraceSnapshot &snapshot, const TracesWanted &wanted)
{
    std::vector<TraceRow> rows;
    forEachFitting(snapshot, wanted, [&rows](TraceRow row) { rows.push_back(row); });
    return rows;
}

std::size_t countTracesThen(const trace::TraceSnapshot &snapshot, const TracesWanted &wanted)
{
    std::size_t count = 0;
    forEachFitting(snapshot, wanted, [&count](TraceRow) { ++count; });
    return count;
}

} // namespace tailspan::loadtest
