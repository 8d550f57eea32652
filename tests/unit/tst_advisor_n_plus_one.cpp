// SPDX-License-Identifier: GPL-3.0-or-later
// One call for each item: found with the right numbers; what only looks like it stays silent.
#include "models/advisor/postgres_facts.h"
#include "tests/support/advice_run.h"
#include "tests/support/planted_traces.h"

#include <QtTest>

#include <cmath>

using namespace tailspan;
using namespace tailspan::advisor;
using test::PlantedTraces;
using trace::SpanKind;

namespace {

constexpr std::string_view kId = "calls.n-plus-one";

PlantedTraces::Span query(const char *statement, double ms = 0.5)
{
    return {"", "SELECT", SpanKind::Client, 0, ms, false, {{"db.system", "postgresql"}, {"db.statement", statement}},
            0};
}

PlantedTraces::Span redis(const char *command, double ms = 0.3)
{
    return {"", "GET", SpanKind::Client, 0, ms, false, {{"db.system", "redis"}, {"db.statement", command}}, 0};
}

trace::TraceSnapshotPtr loops(std::size_t count, const std::vector<PlantedTraces::Span> &round,
                              std::size_t requests = 40)
{
    PlantedTraces traces;
    for (std::size_t i = 0; i < requests; ++i)
        addLoop(traces, static_cast<double>(i) * 500, "shop", "GET /cart", count, round);
    return traces.build();
}

} // namespace

class TestAdvisorNPlusOne : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hundredReadsByKeyAreOneFinding();
    void pictureShowsTheBatchOfItsOwnTrace();
    void connectionsAndOtherCallsBetweenDoNotHideIt();
    void redisAndHttpCount();
    void sameValueEachTimeIsAskedOnce();
    void oneTraceIsEnoughWithLessConfidence();
    void healthyLookAlikesStaySilent_data();
    void healthyLookAlikesStaySilent();
    void longerWorkBesideMakesItNoMatter();
    void workIsTakenFromWhereItIsKnown();
    void unreadableAttributesAreToldAndNamesOnlyHalfTrusted();
};

void TestAdvisorNPlusOne::hundredReadsByKeyAreOneFinding()
{
    const Output output = test::outputOf(kId, loops(100, {query("SELECT * FROM items WHERE id = %")}));
    QCOMPARE(output.findings.size(), std::size_t{1});
    const Finding &finding = output.findings[0];
    QCOMPARE(finding.title, std::string("Make one call of 100: SELECT * FROM items WHERE id = ?"));
    QCOMPARE(finding.subject.operation, std::string("GET /cart"));
    QVERIFY(finding.confidence > 0.8);
    QVERIFY(finding.artifacts[0].text.find("= ANY($1)") != std::string::npos);
    QVERIFY(!finding.evidence[0].references.empty());
    QVERIFY(finding.estimate && finding.estimate->now);
    // 50 ms of calls and 5 of gaps: one call of 0.5 ms and 99 times 0.03 ms; gaps that short are the driver's and go.
    QVERIFY(*finding.estimate->now > 50 && *finding.estimate->now < 75);
    QVERIFY(finding.estimate->low <= finding.estimate->expected
            && finding.estimate->expected <= finding.estimate->high);
    QVERIFY(finding.estimate->expected > 5 && finding.estimate->expected < 8);
    QVERIFY(finding.impactMsPerHour && *finding.impactMsPerHour > 0);
    const auto &picture = std::get<CallsPicture>(finding.picture);
    QCOMPARE(picture.before.size(), std::size_t{1});
    QCOMPARE(picture.before[0].count, 100U);
    QVERIFY(picture.after[0].endNs - picture.after[0].beginNs < picture.before[0].endNs - picture.before[0].beginNs);
    QVERIFY(output.unjudged.empty());
}

// Most requests make 20 calls, the pictured one 50: its bar takes what its first call took and 49 times 0.03 ms.
void TestAdvisorNPlusOne::pictureShowsTheBatchOfItsOwnTrace()
{
    PlantedTraces traces;
    for (std::size_t i = 0; i < 40; ++i)
        addLoop(traces, static_cast<double>(i) * 500, "shop", "GET /cart", i == 7 ? 50 : 20,
                {query("SELECT * FROM items WHERE id = %")});
    const trace::TraceSnapshotPtr snapshot = traces.build();
    const Output output = test::outputOf(kId, snapshot);
    QCOMPARE(output.findings.size(), std::size_t{1});
    const trace::SpanTable &spans = snapshot->spans();
    std::uint32_t request = 0;
    while (spans.subtreeSize[request] < 50)
        ++request;
    const double firstMs = static_cast<double>(spans.durationNs[request + 1]) / 1e6;
    const auto &picture = std::get<CallsPicture>(output.findings[0].picture);
    QCOMPARE(picture.after[0].count, 50U);
    const double ms = static_cast<double>(picture.after[0].endNs - picture.after[0].beginNs) / 1e6;
    QVERIFY2(std::abs(ms - firstMs - 49 * 0.03) < 0.001, std::to_string(ms).c_str());
}

void TestAdvisorNPlusOne::connectionsAndOtherCallsBetweenDoNotHideIt()
{
    const Output output = test::outputOf(kId,
                                         loops(20,
                                               {{"", "pg-pool.connect", SpanKind::Internal, 0, 0.2, false, {}, 0},
                                                query("SELECT * FROM items WHERE id = %", 1.5),
                                                query("SELECT * FROM prices WHERE item = %", 1)}));
    QCOMPARE(output.findings.size(), std::size_t{1}); // one loop, one finding
    QVERIFY(output.findings[0].what.find("Each round also calls SELECT * FROM prices") != std::string::npos);
    // What is promised is what the artifacts do: both statements once.
    for (const Artifact &artifact : output.findings[0].artifacts) {
        QVERIFY(artifact.text.find("FROM items WHERE id = ANY($1)") != std::string::npos);
        QVERIFY(artifact.text.find("FROM prices WHERE item = ANY($1)") != std::string::npos);
    }
    QVERIFY(*output.findings[0].estimate->now > 50);
    QVERIFY(output.findings[0].estimate->expected < 20);
}

void TestAdvisorNPlusOne::redisAndHttpCount()
{
    const Output ofRedis = test::outputOf(kId, loops(50, {redis("GET cart:%")}));
    QCOMPARE(ofRedis.findings.size(), std::size_t{1});
    QVERIFY(ofRedis.findings[0].artifacts[0].text.find("redis.mget(items.map((item) => `cart:${item.id}`)")
            != std::string::npos);
    const Output ofHttp = test::outputOf(kId,
                                         loops(8,
                                               {{"",
                                                 "GET",
                                                 SpanKind::Client,
                                                 0,
                                                 12,
                                                 false,
                                                 {{"http.method", "GET"}, {"http.url", "http://price/item/%"}},
                                                 0}}));
    QCOMPARE(ofHttp.findings.size(), std::size_t{1});
    QVERIFY(ofHttp.findings[0].title.find("GET price/item/:id") != std::string::npos);
}

void TestAdvisorNPlusOne::sameValueEachTimeIsAskedOnce()
{
    const Output output = test::outputOf(kId, loops(10, {query("SELECT * FROM settings WHERE tenant = 7", 2)}));
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].title.starts_with("Ask once instead of 10"));
}

void TestAdvisorNPlusOne::oneTraceIsEnoughWithLessConfidence()
{
    const Output output = test::outputOf(kId, loops(30, {query("SELECT * FROM items WHERE id = %")}, 1));
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].confidence < 0.85);
    QVERIFY(!output.findings[0].assumptions.empty());
}

void TestAdvisorNPlusOne::healthyLookAlikesStaySilent_data()
{
    QTest::addColumn<trace::TraceSnapshotPtr>("snapshot");
    QTest::newRow("chunks of ANY") << loops(5, {query("SELECT * FROM items WHERE id = ANY($1)", 20)});
    QTest::newRow("chunks of IN") << loops(6, {query("SELECT * FROM items WHERE id IN ($1, $2, $3)", 20)});
    QTest::newRow("four calls") << loops(4, {query("SELECT * FROM items WHERE id = %", 20)});
    QTest::newRow("prefetch") << loops(
        20,
        {{"",
          "GET",
          SpanKind::Client,
          0,
          10,
          false,
          {{"http.method", "GET"}, {"http.url", "http://cdn/page/%"}, {"http.request.prefetch", "true"}},
          0}});
    QTest::newRow("ten different statements of one name") << [] {
        PlantedTraces traces;
        for (int i = 0; i < 40; ++i) {
            std::vector<PlantedTraces::Span> round;
            for (int table = 0; table < 10; ++table)
                round.push_back(query(
                    ("SELECT * FROM " + std::string(1, static_cast<char>('a' + table)) + " WHERE id = 1").c_str(), 3));
            addLoop(traces, i * 100.0, "shop", "GET /report", 1, round);
        }
        return traces.build();
    }();
    QTest::newRow("pipeline drawn side by side") << [] {
        PlantedTraces traces;
        for (int i = 0; i < 40; ++i) {
            traces.beginTrace();
            const auto request =
                traces.add(PlantedTraces::kRoot, {"shop", "GET /cart", SpanKind::Server, i * 100.0, 12, false, {}, 0});
            for (int call = 0; call < 50; ++call) {
                PlantedTraces::Span get = redis(("GET cart:" + std::to_string(call)).c_str(), 8);
                get.service = "shop";
                get.beginMs = i * 100.0 + 1 + call * 0.01;
                traces.add(request, get);
            }
        }
        return traces.build();
    }();
    QTest::newRow("repetitions after failures") << [] {
        PlantedTraces traces;
        for (int i = 0; i < 40; ++i) {
            auto failing = query("SELECT 1", 5);
            failing.isError = true;
            addLoop(traces, i * 100.0, "shop", "GET /cart", 6, {failing});
        }
        return traces.build();
    }();
    QTest::newRow("one odd request of a hundred") << [] {
        PlantedTraces traces;
        for (int i = 0; i < 100; ++i)
            addLoop(traces, i * 100.0, "shop", "GET /cart", i == 50 ? 30 : 1,
                    {query("SELECT * FROM items WHERE id = %", 1)});
        return traces.build();
    }();
}

void TestAdvisorNPlusOne::healthyLookAlikesStaySilent()
{
    QFETCH(trace::TraceSnapshotPtr, snapshot);
    const Output output = test::outputOf(kId, snapshot);
    QVERIFY2(output.findings.empty(), output.findings.empty() ? "" : output.findings[0].title.c_str());
}

void TestAdvisorNPlusOne::longerWorkBesideMakesItNoMatter()
{
    PlantedTraces traces;
    for (int i = 0; i < 40; ++i) {
        const auto request =
            addLoop(traces, i * 500.0, "shop", "GET /cart", 20, {query("SELECT * FROM items WHERE id = %", 1)});
        traces.add(request, {"other", "slow", SpanKind::Client, i * 500.0 + 0.1, 80, false, {}, 0});
        traces.endAt(request, i * 500.0 + 81);
    }
    QVERIFY(test::outputOf(kId, traces.build()).findings.empty());
}

void TestAdvisorNPlusOne::workIsTakenFromWhereItIsKnown()
{
    const auto snapshot = loops(50, {query("SELECT * FROM items WHERE id = %", 2)});
    const SpanCalls calls = test::callsOf(*snapshot);
    PostgresFacts facts;
    facts.statements.emplace_back();
    facts.statements[0].text = "SELECT * FROM items WHERE id = $1";
    facts.statements[0].calls = 100;
    facts.statements[0].totalMs = 40;
    Inputs inputs;
    inputs.traces = snapshot.get();
    inputs.calls = &calls;
    const Estimate usual = *test::outputOf(kId, inputs).findings.at(0).estimate;
    inputs.postgres = &facts;
    const Estimate known = *test::outputOf(kId, inputs).findings.at(0).estimate;
    QVERIFY(known.basis.find("pg_stat_statements") != std::string::npos);
    // 49 further values of 0.4 ms in the place of 0.03 ms.
    QVERIFY(std::abs(known.expected - usual.expected - 49 * 0.37) < 1);
    QVERIFY(known.low < known.expected && known.expected < known.high);

    PlantedTraces traces; // calls of 10 ms, of which who answers works 4
    for (int i = 0; i < 40; ++i) {
        const double at = i * 1'000.0;
        const auto request = addLoop(traces, at, "shop", "GET /cart", 0, {});
        for (int call = 0; call < 20; ++call) {
            const double begin = at + 1 + call * 10.0;
            const std::string url = "http://price/item/" + std::to_string(call);
            const auto row = traces.add(
                request,
                {"shop", "GET", SpanKind::Client, begin, 10, false, {{"http.method", "GET"}, {"http.url", url}}, 0});
            traces.add(row, {"price", "GET /item/:id", SpanKind::Server, begin + 3, 4, false, {}, 0});
        }
        traces.endAt(request, at + 203);
    }
    const Output answered = test::outputOf(kId, traces.build());
    QCOMPARE(answered.findings.size(), std::size_t{1});
    // 10 and 19 times 55 % of 4 ms, and 3 around it.
    const Estimate &estimate = *answered.findings[0].estimate;
    QVERIFY2(std::abs(estimate.expected - 54.8) < 1, qPrintable(QString::number(estimate.expected)));
    QVERIFY(estimate.high - estimate.expected > 15);
}

void TestAdvisorNPlusOne::unreadableAttributesAreToldAndNamesOnlyHalfTrusted()
{
    PlantedTraces traces;
    for (int i = 0; i < 40; ++i)
        addLoop(traces, i * 500.0, "shop", "GET /cart", 20,
                {{"", "SELECT items", SpanKind::Client, 0, 1, false, {}, 0}});
    const Output output = test::outputOf(kId, traces.build(false));
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].confidence < 0.75);
    QCOMPARE(output.unjudged.size(), std::size_t{1});
    QVERIFY(!output.unjudged[0].how.empty());
}

QTEST_GUILESS_MAIN(TestAdvisorNPlusOne)
#include "tst_advisor_n_plus_one.moc"
