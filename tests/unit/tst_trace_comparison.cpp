// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_comparison.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <tbb/global_control.h>

#include <cmath>
#include <numeric>
#include <random>
#include <string>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr double kMs = 1e6;

TraceComparison compared(const TraceSnapshot &a, const TraceSelection &ofA, const TraceSnapshot &b,
                         const TraceSelection &ofB)
{
    return *compareTraces({a, ofA}, {b, ofB}, {});
}
TraceComparison compared(const TraceSnapshot &a, const TraceSnapshot &b)
{
    return compared(a, TraceSelection::allOf(a), b, TraceSelection::allOf(b));
}

TraceSelection chosen(const TraceSnapshot &snapshot, std::uint32_t first, std::uint32_t step)
{
    std::vector<TraceRow> traces;
    for (std::uint32_t trace = first; trace < snapshot.traces().size(); trace += step)
        traces.emplace_back(trace);
    return {snapshot, std::move(traces)};
}

/// "db q critical +20 self +20" a line, as sorted, in milliseconds.
std::string explanationOf(const TraceSnapshot &a, const TraceSnapshot &b, const TraceComparison &comparison)
{
    std::string text;
    for (const std::uint32_t number : comparison.byContribution) {
        const TraceComparison::Path &path = comparison.paths[number];
        const TraceSnapshot &snapshot = path.isAdded() ? b : a;
        const CallTree::Node &node = path.isAdded() ? comparison.b.nodes[path.nodeB] : comparison.a.nodes[path.nodeA];
        text += std::string(snapshot.serviceName(ServiceId(node.service))) + " "
            + std::string(snapshot.operationName(OperationId(node.operation)))
            + (path.isAdded()         ? " added"
                   : path.isRemoved() ? " removed"
                                      : "")
            + " critical " + std::to_string(std::llround(path.criticalNs.change() / kMs)) + " self "
            + std::to_string(std::llround(path.selfNs.change() / kMs)) + "\n";
    }
    return text;
}

/// Traces of a page with two queries side by side; the first takes `queryMs` give or take a tenth.
TraceSnapshotPtr pages(std::uint32_t count, int queryMs, unsigned seed, bool fails = false)
{
    std::mt19937 random(seed);
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
        const int query = queryMs * 90 + static_cast<int>(random() % static_cast<unsigned>(queryMs * 20));
        const int other = 1000 + static_cast<int>(random() % 400);
        const std::string at = "@" + std::to_string(i) + "s +";
        text += "trace " + std::to_string(i + 1) + "\nweb page " + at + std::to_string(query + 500) + "0us\n  db q "
            + at + std::to_string(query) + "0us\n  cache get " + at + std::to_string(other) + "us"
            + (fails && i % 2 == 0 ? " error" : "") + "\n";
    }
    return spansFromText(text);
}

const TraceComparison::Path *pathNamed(const TraceSnapshot &a, const TraceComparison &comparison,
                                       std::string_view operation)
{
    for (const TraceComparison::Path &path : comparison.paths) {
        if (!path.isAdded() && a.operationName(OperationId(comparison.a.nodes[path.nodeA].operation)) == operation)
            return &path;
    }
    return nullptr;
}

std::size_t significantPaths(const TraceComparison &comparison)
{
    return static_cast<std::size_t>(std::count_if(comparison.paths.begin(), comparison.paths.end(),
                                                  [](const auto &path) { return path.isSignificant(); }));
}

} // namespace

class TestTraceComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatExplainsTheDifferenceComesFirst()
    {
        const auto a = spansFromText("web a @0ms +100ms\n  db q @0ms +40ms\n  x c @40ms +20ms\n");
        const auto b = spansFromText("web a @0ms +125ms\n  x c @0ms +15ms\n  db q @15ms +70ms\n");
        const TraceComparison comparison = compared(*a, *b);
        QCOMPARE(explanationOf(*a, *b, comparison),
                 "db q critical 30 self 30\nx c critical -5 self -5\nweb a critical 0 self 0\n");
        QCOMPARE(comparison.meanDurationB - comparison.meanDurationA, 25 * kMs);
        QCOMPARE(comparison.meanCriticalB - comparison.meanCriticalA, 25 * kMs);
        const TraceComparison::Path &query = comparison.paths[comparison.byContribution[0]];
        QCOMPARE(comparison.sideA(query).p95Ns, 40'000'000);
        QCOMPARE(comparison.sideB(query).p50Ns, 70'000'000);
        QCOMPARE(comparison.sideA(query).criticalShare, 0.4);
        QCOMPARE(comparison.sideB(query).criticalShare, 0.56);
        QVERIFY(!query.isSignificant());
    }

    void addedAndRemovedPathsSaySo()
    {
        const auto a = spansFromText("web a @0ms +100ms\n  db q @0ms +40ms\n    db log @0ms +10ms\n");
        const auto b = spansFromText("web a @0ms +100ms\n  cache get @0ms +5ms\n  db q @10ms +40ms error\n");
        const TraceComparison comparison = compared(*a, *b);
        QCOMPARE(explanationOf(*a, *b, comparison),
                 "db q critical 10 self 10\ndb log removed critical -10 self -10\n"
                 "web a critical -5 self -5\ncache get added critical 5 self 5\n");
        const TraceComparison::Path *query = pathNamed(*a, comparison, "q");
        QCOMPARE(comparison.sideB(*query).errorShare, 1.0);
        QCOMPARE(comparison.sideB(*query).countPerTrace, 1.0);
        QCOMPARE(comparison.sideB(*pathNamed(*a, comparison, "log")), TraceComparison::Side{});
    }

    void aSetComparedWithItselfIsEmpty()
    {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            const auto snapshot = test::randomTraces(1 + static_cast<std::uint32_t>(seed) * 3, 60, seed);
            const TraceComparison comparison = compared(*snapshot, *snapshot);
            QVERIFY(comparison.isEmpty());
            QVERIFY(!comparison.paths.empty());
            for (const TraceComparison::Path &path : comparison.paths) {
                QCOMPARE(path.selfNs.change(), 0.0);
                QCOMPARE(path.criticalNs.pValue, 1.0);
                QCOMPARE(comparison.sideA(path), comparison.sideB(path));
                QVERIFY(!path.isSignificant() && !path.isAdded() && !path.isRemoved());
            }
        }
    }

    void contributionsAddUpToTheDifference()
    {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            const auto a = test::randomTraces(11, 80, seed);
            const auto b = test::randomTraces(7, 90, seed + 100);
            const TraceComparison comparison = compared(*a, *b);
            double critical = 0;
            for (const std::uint32_t path : comparison.byContribution)
                critical += comparison.paths[path].criticalNs.change();
            QVERIFY(std::abs(critical - (comparison.meanCriticalB - comparison.meanCriticalA)) < 1);
            std::size_t nodesOfA = 0, nodesOfB = 0;
            for (const TraceComparison::Path &path : comparison.paths) {
                nodesOfA += path.isAdded() ? 0 : 1;
                nodesOfB += path.isRemoved() ? 0 : 1;
                if (path.parent != TraceComparison::kNone && !path.isAdded())
                    QCOMPARE(comparison.paths[path.parent].nodeA, comparison.a.nodes[path.nodeA].parent);
            }
            QCOMPARE(nodesOfA, comparison.a.nodes.size());
            QCOMPARE(nodesOfB, comparison.b.nodes.size());
        }
    }

    void changesThatManyTracesShowAreSignificantAndOthersAreNot()
    {
        const auto a = pages(20, 100, 1);
        const auto b = pages(20, 130, 2);
        const TraceComparison comparison = compared(*a, *b);
        QVERIFY(pathNamed(*a, comparison, "q")->selfNs.isSignificant());
        QVERIFY(pathNamed(*a, comparison, "q")->criticalNs.isSignificant());
        QVERIFY(!pathNamed(*a, comparison, "page")->isSignificant()); // it only waits longer
        QVERIFY(!pathNamed(*a, comparison, "get")->isSignificant());
        QCOMPARE(significantPaths(comparison), std::size_t{1});
    }

    void moreErrorsAreSignificantToo()
    {
        const auto a = pages(20, 100, 1);
        const auto b = pages(20, 100, 2, true);
        const TraceComparison comparison = compared(*a, *b);
        QVERIFY(pathNamed(*a, comparison, "get")->errors.isSignificant());
        QCOMPARE(significantPaths(comparison), std::size_t{1});
    }

    void threeTracesAgainstThreeProveNothing()
    {
        const TraceComparison comparison = compared(*pages(3, 100, 1), *pages(3, 900, 2));
        QCOMPARE(significantPaths(comparison), std::size_t{0});
        QVERIFY(!comparison.isEmpty());
    }

    void halvesOfOneSourceSeldomDiffer()
    {
        int falseAlarms = 0;
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            const auto snapshot = test::randomTraces(60, 60, seed);
            const TraceComparison comparison =
                compared(*snapshot, chosen(*snapshot, 0, 2), *snapshot, chosen(*snapshot, 1, 2));
            falseAlarms += significantPaths(comparison) > 0 ? 1 : 0;
        }
        QVERIFY2(falseAlarms <= 5, qPrintable(QString::number(falseAlarms)));
    }

    void aSideWithoutTracesIsAllowed()
    {
        const auto snapshot = pages(3, 100, 1);
        const TraceSelection none(*snapshot, {});
        const TraceComparison comparison = compared(*snapshot, none, *snapshot, TraceSelection::allOf(*snapshot));
        QCOMPARE(comparison.byContribution.size(), std::size_t{3});
        for (const TraceComparison::Path &path : comparison.paths)
            QVERIFY(path.isAdded() && !path.isSignificant());
        QVERIFY(compared(*snapshot, none, *snapshot, none).isEmpty());
    }

    void theAnswerDoesNotDependOnTheNumberOfCores()
    {
        const auto snapshot = test::randomTraces(900, 40, 3);
        const auto answer = [&] {
            const TraceComparison comparison =
                compared(*snapshot, chosen(*snapshot, 0, 3), *snapshot, chosen(*snapshot, 1, 3));
            std::vector<double> figures;
            for (const std::uint32_t number : comparison.byContribution) {
                const TraceComparison::Path &path = comparison.paths[number];
                figures.insert(figures.end(),
                               {path.selfNs.change(), path.selfNs.pValue, path.criticalNs.falseDiscoveryRate,
                                path.errors.falseDiscoveryRate});
            }
            return figures;
        };
        const std::vector<double> many = answer();
        const tbb::global_control oneCore(tbb::global_control::max_allowed_parallelism, 1);
        QCOMPARE(answer(), many);
    }

    void aStopEndsTheWork()
    {
        const auto snapshot = pages(3, 100, 1);
        const TraceSelection all = TraceSelection::allOf(*snapshot);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(compareTraces({*snapshot, all}, {*snapshot, all}, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestTraceComparison)
#include "tst_trace_comparison.moc"
