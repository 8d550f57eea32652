// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/traces_then.h"

#include "models/loadtest/request_traces.h"

#include <algorithm>
#include <unordered_set>

namespace tailspan::loadtest {

namespace {

/// The row of the wanted endpoint; the number of endpoints where there is none of that name.
std::size_t endpointRow(const LoadTestReport &report, const TracesWanted &wanted)
{
    const auto at = std::find_if(report.endpoints.begin(), report.endpoints.end(),
                                 [&](const Endpoint &endpoint) { return endpoint.name == wanted.endpoint; });
    return static_cast<std::size_t>(at - report.endpoints.begin());
}

bool isInBand(const TracesWanted &wanted, std::int64_t latencyNs)
{
    return latencyNs >= wanted.lowNs.value_or(0) && (!wanted.highNs || latencyNs < *wanted.highNs);
}

/// Cells of the steps that begin inside the range; those are its own, because buckets begin with a step.
template <class Take>
void forEachCell(const EndpointTimeline &timeline, TimeRange time, Take take)
{
    const auto beginOf = [&](const EndpointTimeline::Cell &cell) {
        return timeline.begin + Duration(saturatingMultiply(cell.step, timeline.width.ns()));
    };
    auto cell = std::partition_point(timeline.cells.begin(), timeline.cells.end(),
                                     [&](const auto &one) { return beginOf(one) < time.begin; });
    for (; cell != timeline.cells.end() && beginOf(*cell) < time.end; ++cell)
        take(*cell);
}

} // namespace

std::vector<TraceRow> tracesThen(const TraceTimes &times, const TracesWanted &wanted)
{
    if (!wanted.hasBand() && wanted.endpoint.empty())
        return times.running(wanted.time);
    std::vector<TraceRow> rows = times.ended(wanted.time);
    const std::vector<trace::TraceSummary> &traces = times.snapshot()->traces();
    std::erase_if(rows, [&](TraceRow row) { return !isInBand(wanted, traces[row.value()].durationNs); });
    return rows;
}

std::vector<std::string> traceIdsThen(const LoadTestReport &report, const TracesWanted &wanted)
{
    std::vector<std::string> ids;
    if (report.requestTraces == nullptr)
        return ids;
    const std::vector<TracedRequest> &requests = report.requestTraces->requests;
    const std::size_t endpoint = endpointRow(report, wanted);
    std::unordered_set<std::string> known;
    auto request = std::lower_bound(requests.begin(), requests.end(), wanted.time.begin.ns(),
                                    [](const TracedRequest &one, std::int64_t ns) { return one.endNs < ns; });
    for (; request != requests.end() && request->endNs < wanted.time.end.ns(); ++request) {
        const bool isEndpoint = wanted.endpoint.empty() || request->endpoint == endpoint;
        if (!isEndpoint || (wanted.hasBand() && !isInBand(wanted, request->latencyNs)))
            continue;
        std::string id = report.requestTraces->textOf(*request);
        if (known.insert(id).second)
            ids.push_back(std::move(id));
    }
    return ids;
}

std::vector<EndpointShare> endpointsThen(const LoadTestReport &report, const TracesWanted &wanted)
{
    const EndpointTimeline &timeline = report.endpointTimeline;
    std::vector<std::uint64_t> counts(report.endpoints.size());
    forEachCell(timeline, wanted.time, [&](const EndpointTimeline::Cell &cell) {
        if (cell.endpoint >= counts.size())
            return;
        if (!wanted.hasBand())
            counts[cell.endpoint] += cell.requests;
        for (std::uint32_t i = 0; wanted.hasBand() && i < cell.binCount; ++i) {
            const EndpointTimeline::BinCount &bin = timeline.bins[cell.firstBin + i];
            if (isInBand(wanted, LogHistogram::lowerBoundOf(bin.bin)))
                counts[cell.endpoint] += bin.count;
        }
    });
    std::vector<EndpointShare> shares;
    for (std::size_t row = 0; row < counts.size(); ++row) {
        if (counts[row] > 0)
            shares.push_back({report.endpoints[row].name, counts[row]});
    }
    std::stable_sort(shares.begin(), shares.end(),
                     [](const EndpointShare &a, const EndpointShare &b) { return a.requests > b.requests; });
    return shares;
}

} // namespace tailspan::loadtest
