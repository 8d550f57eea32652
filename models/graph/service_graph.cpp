// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/service_graph.h"

#include "models/graph/graph_columns.h"

#include <algorithm>

namespace tailspan::graph {

namespace {

using trace::SpanGroups;

void addCritical(const GraphColumns &columns, const trace::SpanTimes &times, ServiceGraph &graph)
{
    const std::vector<std::uint32_t> enteredBy = columns.edgeEnteredBy();
    for (std::size_t position = 0; position < enteredBy.size(); ++position) {
        const std::int64_t ns = times.criticalNs[position];
        if (ns == 0)
            continue;
        graph.criticalNs = saturatingAdd(graph.criticalNs, ns);
        if (enteredBy[position] != SpanGroups::kNoGroup) {
            std::int64_t &sum = graph.edges[enteredBy[position]].criticalNs;
            sum = saturatingAdd(sum, ns);
        }
    }
}

void addTerms(const trace::TraceSnapshot &snapshot, const GraphOptions &options, ServiceGraph &graph)
{
    for (ServiceGraph::Node &node : graph.nodes) {
        if (node.kind == NodeKind::Service)
            node.term = termOfService(node.name);
    }
    if (options.nodeOfService.empty())
        return;
    for (std::uint32_t service = 0; service < snapshot.serviceCount(); ++service) {
        const std::uint32_t node = graph.nodeNamed(options.nodeOfService[service]);
        const std::string term = termOfService(snapshot.serviceName(ServiceId(service)));
        if (node == ServiceGraph::kNone || graph.nodes[node].kind != NodeKind::Group || term.empty())
            continue;
        std::string &all = graph.nodes[node].term;
        all = all.empty() ? term : all + " OR " + term;
    }
}

} // namespace

std::string termOfService(std::string_view name)
{
    const auto isUnsafe = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; };
    return name.empty() || std::ranges::any_of(name, isUnsafe) ? std::string() : "service=\"" + std::string(name) + '"';
}

std::uint32_t ServiceGraph::nodeNamed(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(nodes, name, {}, &Node::name);
    return found != nodes.end() && found->name == name ? static_cast<std::uint32_t>(found - nodes.begin()) : kNone;
}

std::uint32_t ServiceGraph::edgeBetween(std::uint32_t from, std::uint32_t to) const
{
    const auto keyOf = [](const Edge &edge) { return pairKey(edge.from, edge.to); };
    const auto found = std::ranges::lower_bound(edges, pairKey(from, to), {}, keyOf);
    return found != edges.end() && keyOf(*found) == pairKey(from, to)
        ? static_cast<std::uint32_t>(found - edges.begin())
        : kNone;
}

Result<ServiceGraph> serviceGraphOf(const trace::TraceSnapshot &snapshot, const trace::TraceSelection &selection,
                                    const trace::SpanTimes &times, const std::stop_token &stop,
                                    const GraphOptions &options, GraphCalls *calls)
{
    GraphColumns columns(snapshot, selection, options);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    ServiceGraph graph;
    graph.range = options.within.value_or(snapshot.range());
    for (const GraphColumns::NodeName &name : columns.nodes()) {
        graph.nodes.push_back({std::string(name.text), {}, name.kind, {}, name.memberCount, {}});
        if (name.peer != nullptr)
            graph.nodes.back().term = name.peer->term;
    }
    for (const std::uint64_t key : columns.edgeKeys())
        graph.edges.push_back({highOfPair(key), lowOfPair(key), {}, 0});
    const auto set = [&](const SpanGroups &groups, auto &&totalsOf) {
        return setTotals(snapshot, selection, times, groups, stop, totalsOf);
    };
    const SpanGroups spansOfNode = columns.spansOfNodes();
    TS_CHECK(set(spansOfNode, [&](std::uint32_t i) -> trace::SpanTotals & { return graph.nodes[i].totals; }));
    SpanGroups callsOfNode = columns.callsOfNodes();
    TS_CHECK(set(callsOfNode, [&](std::uint32_t i) -> trace::SpanTotals & { return graph.nodes[i].calls; }));
    SpanGroups callsOfEdge = columns.callsOfEdges();
    TS_CHECK(set(callsOfEdge, [&](std::uint32_t i) -> trace::SpanTotals & { return graph.edges[i].totals; }));
    addCritical(columns, times, graph);
    addTerms(snapshot, options, graph);
    if (calls != nullptr)
        *calls = {std::move(callsOfNode), std::move(callsOfEdge)};
    return graph;
}

} // namespace tailspan::graph
