// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/service_graph.h"

#include "models/base/key_numbers.h"

#include <tbb/parallel_for.h>

#include <algorithm>

namespace tailspan::graph {

namespace {

using trace::SpanGroups;
using trace::SpanTable;

/// What each span of the selection belongs to, by position. Edges are numbered as pairKey(caller, called) of services.
struct Columns {
    std::vector<std::uint32_t> service;
    std::vector<std::uint64_t> call; ///< kNoCall for a span that stays in the service of its parent, and for roots.
    std::vector<std::uint64_t> enteredBy; ///< The call by which its service was entered; kNoCall in a root's.
};
constexpr std::uint64_t kNoCall = ~std::uint64_t{0};

void fillTrace(const trace::TraceSnapshot &snapshot, const trace::TraceSummary &trace, std::uint32_t firstPosition,
               Columns &columns)
{
    const SpanTable &spans = snapshot.spans();
    for (std::uint32_t i = 0; i < trace.spanCount; ++i) {
        const std::uint32_t row = trace.firstRow + i;
        const std::uint32_t parent = spans.parent[row];
        const std::uint32_t position = firstPosition + i;
        columns.service[position] = spans.service[row];
        if (parent == SpanRow::kNone)
            continue;
        const bool isCall = spans.service[parent] != spans.service[row];
        if (isCall)
            columns.call[position] = pairKey(spans.service[parent], spans.service[row]);
        // Parents stand before their children.
        columns.enteredBy[position] = isCall ? columns.call[position]
                                             : columns.enteredBy[firstPosition + (parent - trace.firstRow)];
    }
}

Columns columnsOf(const trace::TraceSnapshot &snapshot, const trace::TraceSelection &selection)
{
    const std::size_t count = selection.spanCount();
    Columns columns{std::vector<std::uint32_t>(count), std::vector<std::uint64_t>(count, kNoCall),
                    std::vector<std::uint64_t>(count, kNoCall)};
    const std::vector<trace::TraceSelection::Block> blocks = selection.blocks();
    tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t b) {
        for (std::size_t t = blocks[b].beginTrace; t < blocks[b].endTrace; ++t)
            fillTrace(snapshot, snapshot.traces()[selection.trace(t).value()], selection.firstPosition(t), columns);
    });
    return columns;
}

/// Numbers in ascending order of the keys in use, so that the answer does not depend on who met one first.
class Numbering {
public:
    explicit Numbering(const std::vector<std::uint64_t> &column)
    {
        std::uint64_t last = kNoCall; // neighbours are often alike
        for (const std::uint64_t key : column) {
            if (key != last && key != kNoCall)
                (void)m_numbers.numberOf(key);
            last = key;
        }
        m_sorted = m_numbers.keys();
        std::ranges::sort(m_sorted);
        m_place.resize(m_sorted.size());
        for (std::uint32_t place = 0; place < m_sorted.size(); ++place)
            m_place[m_numbers.find(m_sorted[place])] = place;
    }

    [[nodiscard]] const std::vector<std::uint64_t> &keys() const { return m_sorted; }
    [[nodiscard]] std::vector<std::uint32_t> of(const std::vector<std::uint64_t> &column) const
    {
        std::vector<std::uint32_t> numbers(column.size(), SpanGroups::kNoGroup);
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, column.size(), 16 * 1024), [&](const auto &range) {
            for (std::size_t i = range.begin(); i != range.end(); ++i) {
                if (column[i] != kNoCall)
                    numbers[i] = m_place[m_numbers.find(column[i])];
            }
        });
        return numbers;
    }

private:
    KeyNumbers m_numbers;
    std::vector<std::uint64_t> m_sorted;
    std::vector<std::uint32_t> m_place; // by number
};

void addCritical(const std::vector<std::uint32_t> &enteredBy, const trace::SpanTimes &times, ServiceGraph &graph)
{
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

/// Services with spans in the selection become nodes; the result is the node of each service.
std::vector<std::uint32_t> addNodes(const trace::TraceSnapshot &snapshot, const Columns &columns, ServiceGraph &graph)
{
    std::vector<bool> isUsed(snapshot.serviceCount());
    for (const std::uint32_t service : columns.service)
        isUsed[service] = true;
    std::vector<std::uint32_t> used;
    for (std::uint32_t service = 0; service < isUsed.size(); ++service) {
        if (isUsed[service])
            used.push_back(service);
    }
    // Services of live traces are numbered as they come.
    std::ranges::sort(used, {}, [&](std::uint32_t service) { return snapshot.serviceName(ServiceId(service)); });
    std::vector<std::uint32_t> nodeOf(snapshot.serviceCount(), SpanGroups::kNoGroup);
    for (const std::uint32_t service : used) {
        nodeOf[service] = static_cast<std::uint32_t>(graph.nodes.size());
        graph.nodes.push_back({std::string(snapshot.serviceName(ServiceId(service))), {}});
    }
    return nodeOf;
}

} // namespace

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
                                    const trace::SpanTimes &times, const std::stop_token &stop)
{
    Columns columns = columnsOf(snapshot, selection);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    ServiceGraph graph;
    const std::vector<std::uint32_t> nodeOf = addNodes(snapshot, columns, graph);
    for (std::uint32_t &service : columns.service)
        service = nodeOf[service];
    // From here on calls are between nodes, whose numbers follow their names.
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, columns.call.size(), 16 * 1024), [&](const auto &range) {
        for (std::size_t i = range.begin(); i != range.end(); ++i) {
            for (std::uint64_t *call : {&columns.call[i], &columns.enteredBy[i]}) {
                if (*call != kNoCall)
                    *call = pairKey(nodeOf[highOfPair(*call)], nodeOf[lowOfPair(*call)]);
            }
        }
    });
    const Numbering calls(columns.call);
    for (const std::uint64_t key : calls.keys())
        graph.edges.push_back({highOfPair(key), lowOfPair(key), {}, 0});
    const auto nodeCount = static_cast<std::uint32_t>(graph.nodes.size());
    TS_CHECK(setTotals(snapshot, selection, times, SpanGroups::of(columns.service, nodeCount), stop,
                       [&](std::uint32_t node) -> trace::SpanTotals & { return graph.nodes[node].totals; }));
    const auto edgeCount = static_cast<std::uint32_t>(graph.edges.size());
    TS_CHECK(setTotals(snapshot, selection, times, SpanGroups::of(calls.of(columns.call), edgeCount), stop,
                       [&](std::uint32_t edge) -> trace::SpanTotals & { return graph.edges[edge].totals; }));
    addCritical(calls.of(columns.enteredBy), times, graph);
    return graph;
}

} // namespace tailspan::graph
