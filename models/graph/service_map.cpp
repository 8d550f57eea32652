// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/service_map.h"

#include "models/base/number_text.h"
#include "models/trace/trace_search.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace tailspan::graph {

namespace {

trace::TraceSelection chosenTraces(const ServiceMapRequest &request, const std::stop_token &stop, Progress &progress,
                                   ServiceMap &map)
{
    if (request.only != nullptr)
        return {*request.snapshot, *request.only};
    if (request.filter.empty())
        return trace::TraceSelection::allOf(*request.snapshot);
    const trace::TraceHits hits = searchTraces(*request.snapshot, request.filter, stop, progress);
    std::vector<TraceRow> rows;
    for (std::uint32_t row = 0; row < hits.fits.size(); ++row) {
        if (hits.fits[row])
            rows.emplace_back(row);
    }
    if (hits.unsearched > 0)
        map.notes.push_back("The filter could not look into " + pluralText(hits.unsearched, "span", "spans") + ": "
                            + hits.problem);
    map.traces = std::make_shared<const std::vector<TraceRow>>(rows);
    return {*request.snapshot, std::move(rows)};
}

void notePeers(const ServiceFacts &facts, ServiceMap &map)
{
    if (facts.unreadCount > 0)
        map.notes.push_back(
            pluralText(facts.unreadCount, "outgoing call has no known peer", "outgoing calls have no known peers")
            + ": " + facts.problem);
    if (facts.unknownCount > 0)
        map.notes.push_back(pluralText(facts.unknownCount, "outgoing call does not say whom it calls",
                                       "outgoing calls do not say whom they call"));
}

/// One side of a comparison, or the whole map.
struct Counted {
    ServiceGraph graph;
    GraphCalls calls;
};

Result<Counted> counted(const ServiceMapRequest &request, const trace::TraceSelection &selection, TimeRange range,
                        GraphOptions options, const std::stop_token &stop)
{
    // A snapshot whose times mean nothing has no range: then all of it counts.
    const std::optional<TimeRange> within = range.isEmpty() ? std::nullopt : std::optional(range);
    options.within = within;
    TS_TRY(const trace::SpanTimes times, spanTimesOf(*request.snapshot, selection, stop, within));
    Counted side;
    TS_TRY(side.graph, serviceGraphOf(*request.snapshot, selection, times, stop, options, &side.calls));
    return side;
}

/// The value at `ratio` of calls counted in bands, between the bounds in logarithm.
std::int64_t quantileOf(const std::vector<std::uint64_t> &bands, std::span<const std::int64_t> boundsNs, double ratio)
{
    std::uint64_t total = 0;
    for (const std::uint64_t band : bands)
        total += band;
    double left = ratio * static_cast<double>(total);
    for (std::size_t i = 0; i < bands.size() && !boundsNs.empty(); ++i) {
        const auto inBand = static_cast<double>(bands[i]);
        if (inBand < left || inBand <= 0) {
            left -= inBand;
            continue;
        }
        if (i >= boundsNs.size())
            return boundsNs.back(); // longer than the last bound; how much is not known
        const auto high = static_cast<double>(boundsNs[i]);
        const double low = i > 0 ? static_cast<double>(boundsNs[i - 1]) : high / 2;
        return std::llround(low * std::pow(high / low, left / inBand));
    }
    return 0;
}

void addBands(std::vector<std::uint64_t> &sum, const std::vector<std::uint64_t> &bands)
{
    sum.resize(std::max(sum.size(), bands.size()));
    for (std::size_t i = 0; i < bands.size(); ++i)
        sum[i] += bands[i];
}

trace::SpanTotals totalsOf(const CountedCalls &calls, std::span<const std::int64_t> boundsNs)
{
    const auto clipped = [](std::uint64_t count) {
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, 0xffffffff));
    };
    trace::SpanTotals totals;
    totals.count = clipped(calls.calls);
    totals.errorCount = clipped(calls.errors);
    totals.p50Ns = quantileOf(calls.bands, boundsNs, 0.50);
    totals.p95Ns = quantileOf(calls.bands, boundsNs, 0.95);
    totals.p99Ns = quantileOf(calls.bands, boundsNs, 0.99);
    return totals;
}

} // namespace

Result<ServiceMap> serviceMapOf(const ServiceMapRequest &request, const std::stop_token &stop, Progress &progress)
{
    ServiceMap map;
    map.facts = request.facts;
    if (!map.facts) {
        TS_TRY(ServiceFacts facts, serviceFactsOf(*request.snapshot, stop, progress));
        map.facts = std::make_shared<const ServiceFacts>(std::move(facts));
    }
    notePeers(*map.facts, map);
    const trace::TraceSelection selection = chosenTraces(request, stop, progress, map);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    std::vector<std::string> folded;
    if (request.isFolded)
        folded = foldedByNamespace(*request.snapshot, *map.facts, request.opened);
    const GraphOptions options{{}, map.facts.get(), folded};
    TS_TRY(Counted now, counted(request, selection, request.range, options, stop));
    if (request.baseline && !request.baseline->isEmpty()) {
        TS_TRY(const Counted before, counted(request, selection, *request.baseline, options, stop));
        TS_TRY(map.difference,
               graphDifferenceOf(*request.snapshot, selection, {now.graph, now.calls}, {before.graph, before.calls},
                                 stop));
    }
    map.graph = std::move(now.graph);
    if (request.mesh && !request.isFolded)
        map.mesh = meshDifferenceOf(map.graph, *request.mesh);
    for (const ServiceGraph::Node &node : map.graph.nodes)
        map.spanCount += node.kind == NodeKind::Service || node.kind == NodeKind::Group ? node.totals.count : 0;
    return map;
}

ServiceMap serviceMapOfCounts(const std::vector<CountedCalls> &counted, std::span<const std::int64_t> boundsNs,
                              TimeRange range, const DeclaredMesh *mesh)
{
    std::map<std::string, CountedCalls> nodes;
    std::map<std::pair<std::string, std::string>, CountedCalls> edges;
    ServiceMap map;
    map.hasLatency = !counted.empty();
    for (const CountedCalls &calls : counted) {
        nodes[calls.from];
        for (CountedCalls *sum : {&nodes[calls.to], &edges[{calls.from, calls.to}]}) {
            sum->calls += calls.calls;
            sum->errors += calls.errors;
            addBands(sum->bands, calls.bands);
        }
        map.hasLatency = map.hasLatency && !calls.bands.empty();
        map.spanCount += calls.calls;
    }
    map.graph.range = range;
    for (const auto &[name, calls] : nodes) {
        const trace::SpanTotals totals = totalsOf(calls, boundsNs);
        map.graph.nodes.push_back({name, totals, NodeKind::Service, totals, 1, termOfService(name)});
    }
    for (const auto &[ends, calls] : edges)
        map.graph.edges.push_back(
            {map.graph.nodeNamed(ends.first), map.graph.nodeNamed(ends.second), totalsOf(calls, boundsNs), 0});
    if (mesh != nullptr)
        map.mesh = meshDifferenceOf(map.graph, *mesh);
    return map;
}

} // namespace tailspan::graph
