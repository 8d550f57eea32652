// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/graph_difference.h"

#include "models/base/exact_quantile.h"
#include "models/base/proportion_test.h"
#include "models/base/rank_sum_test.h"

#include <algorithm>
#include <array>

namespace tailspan::graph {

namespace {

/// The calls of a node or an edge on one side.
struct Side {
    trace::SpanTotals totals;
    std::span<const std::uint32_t> positions;
    double seconds = 0;

    [[nodiscard]] double perTrace() const
    {
        return totals.traceCount == 0 ? 1 : static_cast<double>(totals.count) / totals.traceCount;
    }
    [[nodiscard]] Proportion weighed(std::uint64_t hits) const
    {
        return {static_cast<double>(hits) / perTrace(), static_cast<double>(totals.count) / perTrace()};
    }
};

class Comparison {
public:
    Comparison(const trace::TraceSnapshot &snapshot, const trace::TraceSelection &selection)
        : m_spans(snapshot.spans()), m_rows(selection.rows(snapshot))
    {}

    GraphDifference::Change compare(const Side &now, const Side &before)
    {
        GraphDifference::Change change;
        change.rate = {rateOf(now), rateOf(before), false};
        change.errors = {shareOf(now), shareOf(before), false};
        change.p95 = {static_cast<double>(now.totals.p95Ns), static_cast<double>(before.totals.p95Ns), false};
        const double traces = now.totals.traceCount + before.totals.traceCount;
        const bool isTested = traces >= GraphDifference::kFewest;
        const bool hasBoth = now.totals.count > 0 && before.totals.count > 0;
        m_pValues.push_back(
            isTested ? ratePValue(now.totals.traceCount, now.seconds, before.totals.traceCount, before.seconds) : 2);
        m_pValues.push_back(isTested && hasBoth ? proportionPValue(now.weighed(now.totals.errorCount),
                                                                   before.weighed(before.totals.errorCount))
                                                : 2);
        m_pValues.push_back(isTested && hasBoth ? slowPValue(now, before) : 2);
        return change;
    }

    /// In the order in which they were compared: three a change.
    std::vector<bool> significances(std::uint32_t &tested) const
    {
        std::vector<double> asked;
        for (const double pValue : m_pValues) {
            if (pValue <= 1)
                asked.push_back(pValue);
        }
        tested = static_cast<std::uint32_t>(asked.size());
        const std::vector<double> rates = falseDiscoveryRates(asked);
        std::vector<bool> significant;
        std::size_t next = 0;
        for (const double pValue : m_pValues)
            significant.push_back(pValue <= 1 && rates[next++] <= GraphDifference::kFalseDiscoveries);
        return significant;
    }

private:
    static double rateOf(const Side &side) { return side.seconds > 0 ? side.totals.count / side.seconds : 0; }
    static double shareOf(const Side &side)
    {
        return side.totals.count == 0 ? 0 : static_cast<double>(side.totals.errorCount) / side.totals.count;
    }

    /// The cut knows the calls of both together only, not which are whose.
    double slowPValue(const Side &now, const Side &before)
    {
        m_durations.clear();
        for (const Side *side : {&now, &before}) {
            for (const std::uint32_t position : side->positions)
                m_durations.push_back(m_spans.durationNs[m_rows[position]]);
        }
        const std::int64_t cut = exactQuantiles(std::span(m_durations), std::array{0.95})[0];
        const auto slower = [&](const Side &side) {
            return static_cast<std::uint64_t>(std::ranges::count_if(
                side.positions, [&](std::uint32_t position) { return m_spans.durationNs[m_rows[position]] > cut; }));
        };
        return proportionPValue(now.weighed(slower(now)), before.weighed(slower(before)));
    }

    const trace::SpanTable &m_spans;
    std::vector<std::uint32_t> m_rows;
    std::vector<std::int64_t> m_durations;
    std::vector<double> m_pValues; // above 1: not tested
};

std::uint32_t placeIn(const ServiceGraph &graph, const ServiceGraph &other, const ServiceGraph::Edge &edge)
{
    const std::uint32_t from = graph.nodeNamed(other.nodes[edge.from].name);
    const std::uint32_t to = graph.nodeNamed(other.nodes[edge.to].name);
    return from == ServiceGraph::kNone || to == ServiceGraph::kNone ? ServiceGraph::kNone : graph.edgeBetween(from, to);
}

Side nodeSide(const ComparedGraph &compared, std::uint32_t node)
{
    const double seconds = compared.graph.range.length().toSeconds();
    return node == ServiceGraph::kNone ? Side{{}, {}, seconds}
                                       : Side{compared.graph.nodes[node].calls, compared.calls.ofNode[node], seconds};
}

Side edgeSide(const ComparedGraph &compared, std::uint32_t edge)
{
    const double seconds = compared.graph.range.length().toSeconds();
    return edge == ServiceGraph::kNone ? Side{{}, {}, seconds}
                                       : Side{compared.graph.edges[edge].totals, compared.calls.ofEdge[edge], seconds};
}

void setSignificances(const std::vector<bool> &significant, GraphDifference &difference)
{
    std::size_t next = 0;
    for (std::vector<GraphDifference::Change> *changes : {&difference.ofNode, &difference.ofEdge}) {
        for (GraphDifference::Change &change : *changes) {
            for (GraphDifference::Figure *figure : {&change.rate, &change.errors, &change.p95})
                figure->isSignificant = significant[next++];
        }
    }
}

} // namespace

Result<GraphDifference> graphDifferenceOf(const trace::TraceSnapshot &snapshot, const trace::TraceSelection &selection,
                                          const ComparedGraph &now, const ComparedGraph &before,
                                          const std::stop_token &stop)
{
    GraphDifference difference;
    difference.before = before.graph.range;
    Comparison comparison(snapshot, selection);
    for (std::uint32_t node = 0; node < now.graph.nodes.size(); ++node)
        difference.ofNode.push_back(comparison.compare(
            nodeSide(now, node), nodeSide(before, before.graph.nodeNamed(now.graph.nodes[node].name))));
    for (std::uint32_t edge = 0; edge < now.graph.edges.size(); ++edge) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        difference.ofEdge.push_back(comparison.compare(
            edgeSide(now, edge), edgeSide(before, placeIn(before.graph, now.graph, now.graph.edges[edge]))));
    }
    setSignificances(comparison.significances(difference.tested), difference);
    for (std::uint32_t node = 0; node < before.graph.nodes.size(); ++node) {
        if (now.graph.nodeNamed(before.graph.nodes[node].name) == ServiceGraph::kNone)
            difference.goneNodes.push_back(node);
    }
    for (std::uint32_t edge = 0; edge < before.graph.edges.size(); ++edge) {
        if (placeIn(now.graph, before.graph, before.graph.edges[edge]) == ServiceGraph::kNone)
            difference.goneEdges.push_back(edge);
    }
    return difference;
}

} // namespace tailspan::graph
