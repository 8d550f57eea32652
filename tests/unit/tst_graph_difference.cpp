// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/graph/declared_mesh.h"
#include "models/graph/graph_difference.h"
#include "models/trace/trace_builder.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <random>

using namespace tailspan;
using graph::GraphDifference;
using graph::MeshDifference;
using graph::ServiceGraph;

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kStartNs = 1'767'225'600'000'000'000;

ServiceGraph graphOf(const trace::TraceSnapshot &snapshot)
{
    const auto all = trace::TraceSelection::allOf(snapshot);
    return graph::serviceGraphOf(snapshot, all, trace::spanTimesOf(snapshot, all, {}).value(), {}).value();
}

/// What the traces of one half are like.
struct Load {
    int traces = 500;
    int callsEach = 3;
    double medianMs = 10;
    double failing = 0.02; ///< Of the calls.
};

/// Traces of web calling db within 100 s, then another 100 s, with log-normal times.
trace::TraceSnapshotPtr twoHalves(const Load &first, const Load &second, unsigned seed)
{
    std::mt19937 random(seed);
    trace::TraceBuilder builder;
    trace::TraceInput input;
    const std::uint16_t file = builder.addInput(std::move(input));
    trace::SpanBatch batch;
    int number = 0;
    const auto add = [&](std::int64_t startNs, std::int64_t durationNs, const char *service, const std::string &id,
                         const std::string &parent, bool isFailed) {
        StringPool &strings = builder.strings();
        trace::SpanDraft span;
        span.trace = trace::parseId("t" + std::to_string(number), strings);
        span.span = trace::parseId(id, strings);
        span.parent = trace::parseId(parent, strings);
        span.service = strings.intern(service);
        span.operation = strings.intern("x");
        span.startNs = startNs;
        span.durationNs = durationNs;
        span.status = isFailed ? trace::SpanStatus::Error : trace::SpanStatus::Ok;
        batch.spans.push_back(span);
    };
    for (const auto &[load, halfNs] : {std::pair(first, kStartNs), std::pair(second, kStartNs + 100 * kSecondNs)}) {
        std::lognormal_distribution<double> ms(std::log(load.medianMs), 0.5);
        std::uniform_real_distribution<double> uniform(0, 1);
        for (int i = 0; i < load.traces; ++i, ++number) {
            const auto startNs = halfNs + static_cast<std::int64_t>(uniform(random) * 99e9);
            add(startNs, kSecondNs / 2, "web", "r", "", false);
            const double slow = uniform(random) < 0.5 ? 1 : 1.5; // calls of a trace are alike
            for (int call = 0; call < load.callsEach; ++call)
                add(startNs + call * 1000, static_cast<std::int64_t>(ms(random) * slow * 1e6), "db",
                    "c" + std::to_string(call), "r", uniform(random) < load.failing);
        }
    }
    builder.add(file, std::move(batch));
    Progress progress;
    return builder.build({}, progress).value();
}

GraphDifference differenceOf(const trace::TraceSnapshot &snapshot)
{
    const auto all = trace::TraceSelection::allOf(snapshot);
    const auto times = trace::spanTimesOf(snapshot, all, {}).value();
    graph::GraphCalls calls[2];
    graph::GraphOptions options[2];
    options[0].within = TimeRange{TimePoint(kStartNs), TimePoint(kStartNs + 100 * kSecondNs)};
    options[1].within = TimeRange{TimePoint(kStartNs + 100 * kSecondNs), TimePoint(kStartNs + 200 * kSecondNs)};
    const auto before = graph::serviceGraphOf(snapshot, all, times, {}, options[0], &calls[0]).value();
    const auto now = graph::serviceGraphOf(snapshot, all, times, {}, options[1], &calls[1]).value();
    return graph::graphDifferenceOf(snapshot, all, {now, calls[1]}, {before, calls[0]}, {}).value();
}

/// "rate errors p95" of what changed on the edge.
std::string changed(const GraphDifference &difference)
{
    const GraphDifference::Change &edge = difference.ofEdge.at(0);
    return std::string(edge.rate.isSignificant ? "rate " : "") + (edge.errors.isSignificant ? "errors " : "")
        + (edge.p95.isSignificant ? "p95 " : "");
}

} // namespace

class TestGraphDifference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlySpansOfTheRangeCount()
    {
        const auto snapshot = twoHalves({}, {.traces = 100}, 1);
        const auto difference = differenceOf(*snapshot);
        QCOMPARE(difference.ofEdge.size(), std::size_t{1});
        QCOMPARE(difference.ofEdge[0].rate.now, 3.0);
        QCOMPARE(difference.ofEdge[0].rate.before, 15.0);
    }

    void noiseStaysGrey()
    {
        int falseAlarms = 0;
        for (unsigned seed = 1; seed <= 40; ++seed)
            falseAlarms += changed(differenceOf(*twoHalves({}, {}, seed))).empty() ? 0 : 1;
        QVERIFY2(falseAlarms <= 2, qPrintable(QString::number(falseAlarms)));
    }

    void plantedChangesAreFound_data()
    {
        QTest::addColumn<int>("traces");
        QTest::addColumn<double>("medianMs");
        QTest::addColumn<double>("failing");
        QTest::addColumn<QString>("expected");
        QTest::newRow("rate") << 700 << 10.0 << 0.02 << QStringLiteral("rate ");
        QTest::newRow("errors") << 500 << 10.0 << 0.1 << QStringLiteral("errors ");
        QTest::newRow("p95") << 500 << 15.0 << 0.02 << QStringLiteral("p95 ");
    }
    void plantedChangesAreFound()
    {
        QFETCH(int, traces);
        QFETCH(double, medianMs);
        QFETCH(double, failing);
        QFETCH(QString, expected);
        int right = 0;
        for (unsigned seed = 1; seed <= 20; ++seed) {
            const auto snapshot = twoHalves({}, {.traces = traces, .medianMs = medianMs, .failing = failing}, seed);
            right += changed(differenceOf(*snapshot)) == expected.toStdString() ? 1 : 0;
        }
        QVERIFY2(right >= 19, qPrintable(QString::number(right)));
    }

    void fewTracesSayNothing()
    {
        const auto difference = differenceOf(*twoHalves({.traces = 5}, {.traces = 5, .medianMs = 500}, 1));
        QCOMPARE(difference.tested, 0U);
        QCOMPARE(changed(difference), std::string());
    }

    void whatIsGoneIsNamed()
    {
        const auto difference = differenceOf(*twoHalves({}, {.callsEach = 0}, 1));
        QCOMPARE(difference.goneNodes.size(), std::size_t{1});
        QCOMPARE(difference.goneEdges.size(), std::size_t{1});
        QVERIFY(difference.ofEdge.empty());
    }

    void aMeshTellsDeclaredFromSeen()
    {
        const auto snapshot =
            test::spansFromText("web GET @0ms +90ms\n  pay POST @10ms +30ms\n    auth GET @12ms +5ms\n"
                                "  mail SEND @50ms +9ms\n");
        graph::DeclaredMesh mesh;
        mesh.services = {{"web", {"pay", "search"}, false}, {"pay", {"auth"}, false}, {"search", {}, false}};
        const ServiceGraph seen = graphOf(*snapshot);
        const MeshDifference difference = graph::meshDifferenceOf(seen, mesh);
        const auto stateOf = [&](const char *from, const char *to) {
            return difference.ofEdge[seen.edgeBetween(seen.nodeNamed(from), seen.nodeNamed(to))];
        };
        QCOMPARE(stateOf("web", "pay"), MeshDifference::State::Declared);
        QCOMPARE(stateOf("pay", "auth"), MeshDifference::State::Declared);
        QCOMPARE(stateOf("web", "mail"), MeshDifference::State::Undeclared);
        QCOMPARE(difference.missing.size(), std::size_t{1});
        QCOMPARE(difference.missing[0].to, std::string("search"));
        QCOMPARE(difference.missingServices, std::vector<std::string>{"search"});
        QCOMPARE(difference.declaredCount, 2U);
        QCOMPARE(difference.undeclaredCount, 1U);
        QCOMPARE(difference.ofNode[seen.nodeNamed("mail")], MeshDifference::State::Undeclared);
    }

    void allServicesAreEveryOtherService()
    {
        const auto snapshot =
            test::spansFromText("gate GET @0ms +90ms\n  pay POST @10ms +30ms\n  mail SEND @50ms +9ms\n");
        graph::DeclaredMesh mesh;
        mesh.services = {{"gate", {}, true}, {"pay", {}, false}, {"search", {}, false}};
        const MeshDifference difference = graph::meshDifferenceOf(graphOf(*snapshot), mesh);
        QCOMPARE(difference.undeclaredCount, 0U); // mail as well, though nobody declares it
        QVERIFY(difference.missing.empty());      // a licence, not a list of calls
        QCOMPARE(difference.callsAll.size(), std::size_t{1});
        QCOMPARE(difference.callsAll[0].seen, 2U);
        QCOMPARE(difference.callsAll[0].others, 3U); // pay, mail, search
    }

    void peersAreJudgedWhenTheMeshNamesThem()
    {
        ServiceGraph seen;
        seen.nodes = {{"orders (mysql)", {}, graph::NodeKind::Database, {}, 1, {}}, {"web", {}, {}, {}, 1, {}}};
        seen.edges = {{1, 0, {}, 0}};
        graph::DeclaredMesh mesh;
        mesh.services = {{"web", {}, false}};
        QCOMPARE(graph::meshDifferenceOf(seen, mesh).ofEdge[0], MeshDifference::State::Unjudged);
        mesh.services.push_back({"pay", {"orders (mysql)"}, false});
        QCOMPARE(graph::meshDifferenceOf(seen, mesh).ofEdge[0], MeshDifference::State::Undeclared);
    }
};

QTEST_GUILESS_MAIN(TestGraphDifference)
#include "tst_graph_difference.moc"
