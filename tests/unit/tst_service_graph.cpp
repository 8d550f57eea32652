// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/service_graph.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <map>

using namespace tailspan;
using graph::ServiceGraph;

namespace {

ServiceGraph graphOf(const trace::TraceSnapshot &snapshot)
{
    const auto all = trace::TraceSelection::allOf(snapshot);
    return graph::serviceGraphOf(snapshot, all, trace::spanTimesOf(snapshot, all, {}).value(), {}).value();
}

/// "web 2 spans, self 30ms" and "web -> db 3 calls, 1 failed, p50 20ms, critical 40ms" a line.
std::string drawn(const ServiceGraph &graph)
{
    const auto ms = [](std::int64_t ns) { return std::to_string(ns / 1'000'000) + "ms"; };
    std::string text;
    for (const ServiceGraph::Node &node : graph.nodes)
        text += node.name + " " + std::to_string(node.totals.count) + " spans, self " + ms(node.totals.selfNs) + "\n";
    for (const ServiceGraph::Edge &edge : graph.edges)
        text += graph.nodes[edge.from].name + " -> " + graph.nodes[edge.to].name + " "
            + std::to_string(edge.totals.count) + " calls, " + std::to_string(edge.totals.errorCount) + " failed, p50 "
            + ms(edge.totals.p50Ns) + ", critical " + ms(edge.criticalNs) + "\n";
    return text;
}

} // namespace

class TestServiceGraph : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void callsAreSpansUnderAnotherService()
    {
        const auto snapshot = test::spansFromText("trace a1\nweb GET / @0ms +100ms\n  web client @10ms +50ms\n"
                                                  "    db SELECT @20ms +30ms error\n      db parse @25ms +5ms\n"
                                                  "  db SELECT @70ms +20ms\n"
                                                  "trace a2\nweb GET / @1s +10ms\n  cache GET @1002ms +2ms\n");
        QCOMPARE(drawn(graphOf(*snapshot)),
                 std::string("cache 1 spans, self 2ms\ndb 3 spans, self 50ms\nweb 3 spans, self 58ms\n"
                             "web -> cache 1 calls, 0 failed, p50 2ms, critical 2ms\n"
                             "web -> db 2 calls, 1 failed, p50 25ms, critical 50ms\n"));
    }

    void everyCallIsCountedAsByAWalk()
    {
        for (unsigned seed = 0; seed < 10; ++seed) {
            const auto snapshot = test::randomTraces(60, 40, seed);
            const ServiceGraph graph = graphOf(*snapshot);
            std::map<std::pair<std::string, std::string>, std::pair<std::uint32_t, std::uint32_t>> calls;
            const trace::SpanTable &spans = snapshot->spans();
            for (std::uint32_t row = 0; row < spans.size(); ++row) {
                const std::uint32_t parent = spans.parent[row];
                if (parent == SpanRow::kNone || spans.service[parent] == spans.service[row])
                    continue;
                auto &[count, errors] = calls[{std::string(snapshot->serviceOf(SpanRow(parent))),
                                               std::string(snapshot->serviceOf(SpanRow(row)))}];
                ++count;
                errors += spans.isError(SpanRow(row)) ? 1 : 0;
            }
            QCOMPARE(graph.edges.size(), calls.size());
            auto expected = calls.begin();
            std::uint64_t nodeSpans = 0;
            for (const ServiceGraph::Node &node : graph.nodes)
                nodeSpans += node.totals.count;
            QCOMPARE(nodeSpans, spans.size());
            for (const ServiceGraph::Edge &edge : graph.edges) {
                QCOMPARE(graph.nodes[edge.from].name, expected->first.first);
                QCOMPARE(graph.nodes[edge.to].name, expected->first.second);
                QCOMPARE(edge.totals.count, expected->second.first);
                QCOMPARE(edge.totals.errorCount, expected->second.second);
                QCOMPARE(graph.edges[graph.edgeBetween(edge.from, edge.to)].totals.count, edge.totals.count);
                ++expected;
            }
        }
    }

    void theCriticalPathIsSharedOutOnce()
    {
        const auto snapshot = test::spansFromText("web GET / @0ms +100ms\n  api a @10ms +60ms\n    db q @20ms +30ms\n"
                                                  "  api b @70ms +20ms\n");
        const ServiceGraph graph = graphOf(*snapshot);
        QCOMPARE(graph.criticalNs, 100'000'000);
        QCOMPARE(graph.edges[graph.edgeBetween(graph.nodeNamed("web"), graph.nodeNamed("api"))].criticalNs, 50'000'000);
        QCOMPARE(graph.edges[graph.edgeBetween(graph.nodeNamed("api"), graph.nodeNamed("db"))].criticalNs, 30'000'000);
        QCOMPARE(graph.edgeBetween(graph.nodeNamed("db"), graph.nodeNamed("web")), ServiceGraph::kNone);
        QCOMPARE(graph.nodeNamed("nobody"), ServiceGraph::kNone);
    }

    void aStopEndsTheWork()
    {
        const auto snapshot = test::randomTrace(100, 1);
        const auto all = trace::TraceSelection::allOf(*snapshot);
        const auto times = trace::spanTimesOf(*snapshot, all, {}).value();
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(graph::serviceGraphOf(*snapshot, all, times, stop.get_token()).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestServiceGraph)
#include "tst_service_graph.moc"
