// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/exact_quantile.h"
#include "models/trace/call_tree.h"
#include "models/trace/critical_path.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <tbb/global_control.h>

#include <map>
#include <string>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr std::int64_t kMs = 1'000'000;

CallTree treeOf(const TraceSnapshot &snapshot, const TraceSelection &selection)
{
    return *callTreeOf(snapshot, selection, *spanTimesOf(snapshot, selection, {}), {});
}
CallTree treeOf(const TraceSnapshot &snapshot)
{
    return treeOf(snapshot, TraceSelection::allOf(snapshot));
}

/// "a 1x 100ms self 50 critical 50" a line, indented by depth.
std::string drawingOf(const TraceSnapshot &snapshot, const CallTree &tree)
{
    std::string text;
    for (const CallTree::Node &node : tree.nodes) {
        const SpanTotals &totals = node.totals;
        text += std::string(std::size_t{node.depth} * 2, ' ')
            + std::string(snapshot.serviceName(ServiceId(node.service))) + " "
            + std::string(snapshot.operationName(OperationId(node.operation))) + " " + std::to_string(totals.count)
            + "x " + std::to_string(totals.totalNs / kMs) + " self " + std::to_string(totals.selfNs / kMs)
            + " critical " + std::to_string(totals.criticalNs / kMs) + "\n";
    }
    return text;
}

/// The path of a span as a text: the definition, written out.
std::string pathTextOf(const TraceSnapshot &snapshot, std::uint32_t row)
{
    std::string text;
    for (; row != SpanRow::kNone; row = snapshot.spans().parent[row]) {
        text = std::string(snapshot.serviceOf(SpanRow(row))) + "/" + std::string(snapshot.operationOf(SpanRow(row)))
            + ">" + text;
    }
    return text;
}

bool isSame(const CallTree &a, const CallTree &b)
{
    bool same = a.nodes.size() == b.nodes.size() && a.nodeOf == b.nodeOf && a.spans.positions == b.spans.positions;
    for (std::size_t i = 0; same && i < a.nodes.size(); ++i) {
        const CallTree::Node &x = a.nodes[i];
        const CallTree::Node &y = b.nodes[i];
        same = x.parent == y.parent && x.service == y.service && x.operation == y.operation
            && x.totals.selfNs == y.totals.selfNs && x.totals.p95Ns == y.totals.p95Ns
            && x.totals.longestRow == y.totals.longestRow;
    }
    return same;
}

} // namespace

class TestCallTree : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void siblingsOfOneOperationMergeAndTheLargestComesFirst()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms\n  db q @0ms +10ms error\n  x c @10ms +60ms\n"
                                            "    db q @20ms +5ms\n  db q @70ms +20ms\n");
        QCOMPARE(drawingOf(*snapshot, treeOf(*snapshot)),
                 "web a 1x 100 self 10 critical 10\n"
                 "  x c 1x 60 self 55 critical 55\n"
                 "    db q 1x 5 self 5 critical 5\n"
                 "  db q 2x 30 self 30 critical 30\n");
    }

    void childrenOfMergedSpansMerge()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms\n  x c @0ms +20ms\n    db q @0ms +5ms\n"
                                            "  x c @50ms +20ms\n    db q @60ms +5ms\n    db r @65ms +1ms\n");
        QCOMPARE(drawingOf(*snapshot, treeOf(*snapshot)),
                 "web a 1x 100 self 60 critical 60\n"
                 "  x c 2x 40 self 29 critical 29\n"
                 "    db q 2x 10 self 10 critical 10\n"
                 "    db r 1x 1 self 1 critical 1\n");
    }

    void tracesMergeByTheirRootsAndOnlyChosenOnesCount()
    {
        const auto snapshot = spansFromText("trace aa\nweb a @0ms +100ms\n  db q @0ms +40ms error\n"
                                            "trace bb\nweb a @200ms +50ms\n"
                                            "trace cc\nweb b @300ms +10ms\n  db q @300ms +10ms\n");
        const CallTree all = treeOf(*snapshot);
        QCOMPARE(drawingOf(*snapshot, all),
                 "web a 2x 150 self 110 critical 110\n"
                 "  db q 1x 40 self 40 critical 40\n"
                 "web b 1x 10 self 0 critical 0\n"
                 "  db q 1x 10 self 10 critical 10\n");
        QCOMPARE(all.nodes[0].totals.traceCount, 2U);
        QCOMPARE(all.nodes[0].totals.longestRow, 0U);
        QCOMPARE(all.nodes[0].totals.p50Ns, 75 * kMs);
        QCOMPARE(all.nodes[1].totals.errorCount, 1U);

        const CallTree last =
            treeOf(*snapshot, TraceSelection(*snapshot, {TraceRow(2), TraceRow(2), TraceRow(1), TraceRow(77)}));
        QCOMPARE(drawingOf(*snapshot, last),
                 "web a 1x 50 self 50 critical 50\n"
                 "web b 1x 10 self 0 critical 0\n"
                 "  db q 1x 10 self 10 critical 10\n");
        QCOMPARE(last.nodeOfSpan(*snapshot, SpanRow(4)), 2U);
        QCOMPARE(last.nodeOfSpan(*snapshot, SpanRow(0)), CallTree::kNone);
        QCOMPARE(last.nodes[2].totals.longestRow, 4U);
    }

    void nothingChosenIsAnEmptyTree()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms\n");
        QVERIFY(treeOf(*snapshot, TraceSelection(*snapshot, {})).nodes.empty());
    }

    void nodesAreThePathsOfTheirSpans()
    {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto snapshot = seed % 2 == 0 ? test::randomTrace(400, seed) : test::randomTraces(9, 50, seed);
            const CallTree tree = treeOf(*snapshot);
            std::map<std::string, std::vector<std::uint32_t>> rowsOfPath;
            for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row)
                rowsOfPath[pathTextOf(*snapshot, row)].push_back(row);
            QCOMPARE(tree.nodes.size(), rowsOfPath.size());
            for (const auto &[path, rows] : rowsOfPath) {
                const std::uint32_t node = tree.nodeOf[rows.front()];
                const auto spans = tree.spans[node];
                QVERIFY(std::equal(spans.begin(), spans.end(), rows.begin(), rows.end()));
                std::vector<std::int64_t> durations;
                for (const std::uint32_t row : rows) {
                    durations.push_back(snapshot->spans().durationNs[row]);
                    const std::uint32_t parent = snapshot->spans().parent[row];
                    QCOMPARE(tree.nodes[node].parent, parent == SpanRow::kNone ? CallTree::kNone : tree.nodeOf[parent]);
                }
                std::sort(durations.begin(), durations.end());
                QCOMPARE(tree.nodes[node].totals.maxNs, durations.back());
                const double at = 0.95 * static_cast<double>(durations.size() - 1);
                const auto low = static_cast<std::size_t>(at);
                const auto high = std::min(low + 1, durations.size() - 1);
                const double exact = static_cast<double>(durations[low])
                    + (at - static_cast<double>(low)) * static_cast<double>(durations[high] - durations[low]);
                QVERIFY(std::abs(static_cast<double>(tree.nodes[node].totals.p95Ns) - exact) <= 1.0);
            }
        }
    }

    void sumsOfTheTreeAreSumsOfTheSpans()
    {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto snapshot = test::randomTraces(7, 60, seed);
            std::int64_t self = 0, critical = 0;
            for (const TraceSummary &trace : snapshot->traces()) {
                for (const std::int64_t ns : selfTimesNs(*snapshot, trace))
                    self += ns;
                critical += criticalPathOf(*snapshot, trace).lengthNs;
            }
            std::uint32_t count = 0;
            for (const CallTree::Node &node : treeOf(*snapshot).nodes) {
                self -= node.totals.selfNs;
                critical -= node.totals.criticalNs;
                count += node.totals.count;
            }
            QCOMPARE(self, 0);
            QCOMPARE(critical, 0);
            QCOMPARE(count, static_cast<std::uint32_t>(snapshot->spans().size()));
        }
    }

    void nodesStandInTreeOrder()
    {
        const auto snapshot = test::randomTraces(30, 100, 5);
        const CallTree tree = treeOf(*snapshot);
        for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
            std::uint32_t end = node + 1;
            while (end < tree.nodes.size() && tree.nodes[end].depth > tree.nodes[node].depth)
                ++end;
            QCOMPARE(tree.nodes[node].subtreeSize, end - node);
            const std::uint32_t parent = tree.nodes[node].parent;
            QCOMPARE(tree.nodes[node].depth, parent == CallTree::kNone ? 0U : tree.nodes[parent].depth + 1);
            if (end < tree.nodes.size() && tree.nodes[end].parent == parent)
                QVERIFY(tree.nodes[end].totals.totalNs <= tree.nodes[node].totals.totalNs);
        }
    }

    void theAnswerDoesNotDependOnTheNumberOfCores()
    {
        const auto snapshot = test::randomTraces(4000, 40, 3);
        const CallTree many = treeOf(*snapshot);
        const tbb::global_control oneCore(tbb::global_control::max_allowed_parallelism, 1);
        QVERIFY(isSame(many, treeOf(*snapshot)));
    }

    void aChainOfAHundredThousandSpansWorks()
    {
        const auto chain = test::chainTrace(100'000);
        const CallTree tree = treeOf(*chain);
        QCOMPARE(tree.nodes.size(), std::size_t{100'000});
        QCOMPARE(tree.nodes.back().depth, 99'999U);
        QCOMPARE(tree.nodes.front().subtreeSize, 100'000U);
    }

    void timesAtTheEndsOf64BitsDoNotOverflow()
    {
        const auto snapshot = spansFromText("web a @=9223372036854775807ns +9223372036854775807ns\n"
                                            "  x b @=5ns +9223372036854775807ns\n  x b @=5ns +9223372036854775807ns\n");
        const CallTree tree = treeOf(*snapshot);
        QCOMPARE(tree.nodes[1].totals.totalNs, std::numeric_limits<std::int64_t>::max());
        QCOMPARE(tree.nodes[1].totals.p95Ns, std::numeric_limits<std::int64_t>::max());
    }

    void aStopEndsTheWork()
    {
        const auto snapshot = test::randomTrace(100, 1);
        const TraceSelection all = TraceSelection::allOf(*snapshot);
        std::stop_source stop;
        const SpanTimes times = *spanTimesOf(*snapshot, all, {});
        stop.request_stop();
        QCOMPARE(spanTimesOf(*snapshot, all, stop.get_token()).error().code, ErrorCode::Cancelled);
        QCOMPARE(callTreeOf(*snapshot, all, times, stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void quantilesInterpolateBetweenClosestRanks()
    {
        std::vector<std::int64_t> values{400, 100, 300, 200};
        QCOMPARE((exactQuantiles(std::span(values), std::array{0.0, 0.5, 0.95, 1.0})),
                 (std::array<std::int64_t, 4>{100, 250, 385, 400})); // as numpy.percentile
        values.clear();
        QCOMPARE((exactQuantiles(std::span(values), std::array{0.5})), (std::array<std::int64_t, 1>{0}));
    }
};

QTEST_GUILESS_MAIN(TestCallTree)
#include "tst_call_tree.moc"
