// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that could run together, fit into one question, multiply by retries, talk too much or wait for connections:
// planted faults are found with the right numbers, healthy look-alikes stay silent.
#include "models/advisor/keyed_requests.h"
#include "tests/support/advice_run.h"
#include "tests/support/planted_traces.h"
#include "tests/support/spans_from_text.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using test::PlantedTraces;
using trace::SpanKind;

namespace {

PlantedTraces::Span http(const char *target, const char *path, double ms, const char *method = "GET")
{
    return {"",
            method,
            SpanKind::Client,
            0,
            ms,
            false,
            {{"http.request.method", method},
             {"url.full", std::string("http://") + target + path},
             {"peer.service", target}},
            0};
}

PlantedTraces::Span rpc(const char *method, double ms)
{
    return {"",
            method,
            SpanKind::Client,
            0,
            ms,
            false,
            {{"rpc.system", "jsonrpc"}, {"rpc.method", method}, {"rpc.jsonrpc.params", "%"}},
            0};
}

trace::TraceSnapshotPtr requests(std::size_t count, const std::vector<PlantedTraces::Span> &calls,
                                 std::size_t rounds = 1)
{
    PlantedTraces traces;
    for (std::size_t i = 0; i < count; ++i)
        addLoop(traces, static_cast<double>(i) * 3'000, "shop", "GET /page", rounds, calls);
    return traces.build();
}

/// A request whose calls fail and are repeated; the pause grows by `growth`.
void addRetries(PlantedTraces &traces, double at, int attempts, double pauseMs, double growth, bool endsWell)
{
    traces.beginTrace();
    const auto request = traces.add(PlantedTraces::kRoot, {"shop", "GET /pay", SpanKind::Server, at, 0, false, {}, 0});
    double now = at + 1;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        PlantedTraces::Span call = http("bank", "/charge", 20, "POST");
        call.service = "shop";
        call.beginMs = now;
        call.isError = attempt + 1 < attempts || !endsWell;
        traces.add(request, call);
        now += call.lengthMs + pauseMs;
        pauseMs *= growth;
    }
    traces.endAt(request, now + 1);
}

} // namespace

class TestAdvisorCalls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void independentCallsInTurnAreFound();
    void callsThatMayDependStaySilent();
    void callsBesideEachOtherElsewhereNeedNotWait();
    void chainQuestionsFitIntoOne();
    void threeChainQuestionsAndWritesStaySilent();
    void retryStormIsCounted();
    void fewRetriesWithBackoffAreHealthy();
    void chattyServicesAreFound();
    void newConnectionsForEachCallAreFound();
    void waitingForThePoolIsNoConnecting();
    void slowTailOfAnOutsideServiceGetsASecondRequest();
    void emptySnapshotIsNoTrouble();
    void everyFindingOfAnyTracesIsWhole();
};

void TestAdvisorCalls::independentCallsInTurnAreFound()
{
    // All three ask about the same user, whose id was known before the first.
    const Output output = test::outputOf(
        "calls.sequential",
        requests(40, {http("users", "/user/42", 40), http("orders", "/list/42", 60), http("prefs", "/prefs/42", 50)}));
    QCOMPARE(output.findings.size(), std::size_t{1});
    const Finding &finding = output.findings[0];
    QVERIFY2(finding.what.find("the same value") != std::string::npos, finding.what.c_str());
    QVERIFY(*finding.estimate->now > 150);
    QVERIFY(finding.estimate->expected > 60 && finding.estimate->expected < 0.75 * *finding.estimate->now);
    const auto &picture = std::get<CallsPicture>(finding.picture);
    QCOMPARE(picture.before.size(), std::size_t{3});
    QCOMPARE(picture.after.size(), std::size_t{3});
    QCOMPARE(picture.after[0].beginNs, picture.after[2].beginNs);
}

void TestAdvisorCalls::callsThatMayDependStaySilent()
{
    const Output output = test::outputOf(
        "calls.sequential",
        requests(40, {http("users", "/user/%", 40), http("orders", "/list/%", 60), http("prefs", "/prefs/%", 50)}));
    QVERIFY2(output.findings.empty(), test::titlesOf(output).c_str());
    // What changes something stays where it is.
    const Output writes =
        test::outputOf("calls.sequential",
                       requests(40, {http("users", "/user/42", 40, "POST"), http("orders", "/list/42", 60, "POST")}));
    QVERIFY2(writes.findings.empty(), test::titlesOf(writes).c_str());
}

void TestAdvisorCalls::callsBesideEachOtherElsewhereNeedNotWait()
{
    PlantedTraces traces;
    for (int i = 0; i < 40; ++i) {
        traces.beginTrace();
        const double at = i * 1'000.0;
        const auto request =
            traces.add(PlantedTraces::kRoot, {"shop", "GET /page", SpanKind::Server, at, 0, false, {}, 0});
        PlantedTraces::Span one = http("users", "/user/%", 40), two = http("orders", "/list/%", 60);
        one.service = two.service = "shop";
        one.beginMs = at + 1;
        two.beginMs = i == 7 ? at + 2 : at + 42;
        traces.add(request, one);
        traces.add(request, two);
        traces.endAt(request, two.beginMs + 61);
    }
    const Output output = test::outputOf("calls.sequential", traces.build());
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].what.find("side by side") != std::string::npos);
}

void TestAdvisorCalls::chainQuestionsFitIntoOne()
{
    const Output output = test::outputOf("calls.batchable-rpc", requests(30, {rpc("eth_call", 80)}, 25));
    QCOMPARE(output.findings.size(), std::size_t{1});
    const Finding &finding = output.findings[0];
    QVERIFY(finding.title.find("25 times: eth_call") != std::string::npos);
    QVERIFY(*finding.estimate->now > 2'000);
    QVERIFY(finding.estimate->expected < 400);
    QVERIFY(finding.artifacts[0].text.find("jsonrpc: '2.0'") != std::string::npos);
    const Output mixed = test::outputOf(
        "calls.batchable-rpc",
        requests(
            30, {rpc("eth_call", 80), rpc("eth_gasPrice", 70), rpc("eth_getBalance", 80), rpc("eth_blockNumber", 75)}));
    QCOMPARE(mixed.findings.size(), std::size_t{1});
    QVERIFY(mixed.findings[0].confidence < finding.confidence);
}

void TestAdvisorCalls::threeChainQuestionsAndWritesStaySilent()
{
    const Output three = test::outputOf(
        "calls.batchable-rpc",
        requests(40, {rpc("eth_gasPrice", 80), rpc("eth_getTransactionCount", 80), rpc("eth_estimateGas", 80)}));
    QVERIFY2(three.findings.empty(), test::titlesOf(three).c_str());
    const Output writes = test::outputOf("calls.batchable-rpc", requests(40, {rpc("eth_sendRawTransaction", 80)}, 10));
    QVERIFY2(writes.findings.empty(), test::titlesOf(writes).c_str());
}

void TestAdvisorCalls::retryStormIsCounted()
{
    PlantedTraces traces;
    for (int i = 0; i < 200; ++i)
        addRetries(traces, i * 500.0, i < 100 ? 1 : 3, 2, 1, i < 100);
    const Output output = test::outputOf("calls.retry-storm", traces.build());
    QCOMPARE(output.findings.size(), std::size_t{1});
    const Finding &finding = output.findings[0];
    QVERIFY2(finding.title.starts_with("Retry less: 3 calls a request"), finding.title.c_str());
    QVERIFY(finding.severity >= Severity::High);
    QVERIFY2(finding.what.find("0 % of the repeated requests succeeded") != std::string::npos, finding.what.c_str());
    QVERIFY(finding.what.find("no longer each time") != std::string::npos);
    QVERIFY(!std::get<TablePicture>(finding.picture).badRows.empty());
}

void TestAdvisorCalls::fewRetriesWithBackoffAreHealthy()
{
    PlantedTraces traces;
    for (int i = 0; i < 400; ++i)
        addRetries(traces, i * 500.0, i % 20 == 0 ? 2 : 1, 80, 2, true);
    const Output output = test::outputOf("calls.retry-storm", traces.build());
    QVERIFY2(output.findings.empty(), test::titlesOf(output).c_str());
}

void TestAdvisorCalls::chattyServicesAreFound()
{
    const std::vector<PlantedTraces::Span> calls{http("chain", "/gas", 12), http("chain", "/nonce", 14),
                                                 http("chain", "/fee", 12), http("chain", "/height", 12)};
    const Output output = test::outputOf("calls.chatty", requests(30, calls, 3));
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].title.find("chain once instead of 12") != std::string::npos);
    QVERIFY(output.findings[0].estimate->expected < *output.findings[0].estimate->now * 0.6);
    QVERIFY(test::outputOf("calls.chatty", requests(30, calls, 1)).findings.empty());
}

void TestAdvisorCalls::waitingForThePoolIsNoConnecting()
{
    for (const bool isNew : {false, true}) {
        PlantedTraces traces;
        for (int i = 0; i < 60; ++i) {
            const double at = i * 1'000.0;
            const auto request = addLoop(traces, at, "shop", "GET /page", 0, {});
            const auto pool =
                traces.add(request, {"shop", "pg-pool.connect", SpanKind::Internal, at + 1, 40, false, {}, 0});
            if (isNew)
                traces.add(pool, {"shop", "pg.connect", SpanKind::Internal, at + 11, 30, false, {}, 0});
            traces.add(request,
                       {"shop",
                        "pg.query:SELECT",
                        SpanKind::Client,
                        at + 41.1,
                        10,
                        false,
                        {{"db.system", "postgresql"}, {"db.statement", "SELECT * FROM items WHERE id = 7"}},
                        0});
            traces.endAt(request, at + 53);
        }
        const Output output = test::outputOf("calls.slow-upstream", traces.build());
        QCOMPARE(output.findings.size(), std::size_t{isNew ? 1U : 0U}); // a pool that is full makes no connections
        if (!isNew)
            continue;
        const Finding &finding = output.findings[0];
        QVERIFY2(finding.what.find("20 % waiting for a connection of the pool, 60 % connecting") != std::string::npos,
                 finding.what.c_str());
        QVERIFY(finding.artifacts[0].text.find("new pg.Pool") != std::string::npos);
        QVERIFY(finding.estimate->expected < 30);
    }
}

void TestAdvisorCalls::newConnectionsForEachCallAreFound()
{
    PlantedTraces traces;
    for (int i = 0; i < 60; ++i) {
        const double at = i * 1'000.0;
        const auto request = addLoop(traces, at, "shop", "GET /page", 0, {});
        PlantedTraces::Span call = http("bank", "/rate", 50);
        call.service = "shop";
        call.beginMs = at + 1;
        const auto row = traces.add(request, call);
        traces.add(row, {"shop", "tcp.connect", SpanKind::Internal, at + 1.1, 12, false, {}, 0});
        traces.add(row, {"shop", "tls.connect", SpanKind::Internal, at + 13.2, 18, false, {}, 0});
        traces.add(row, {"bank", "GET /rate", SpanKind::Server, at + 34, 10, false, {}, 0});
        traces.endAt(request, at + 53);
    }
    const Output output = test::outputOf("calls.slow-upstream", traces.build());
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].title == "Keep connections to bank open");
    QVERIFY2(output.findings[0].what.find("60 % connecting, 20 % on the way, 20 % in the service") != std::string::npos,
             output.findings[0].what.c_str());
    QVERIFY(output.findings[0].estimate->expected < 30);
}

void TestAdvisorCalls::slowTailOfAnOutsideServiceGetsASecondRequest()
{
    PlantedTraces traces;
    for (int i = 0; i < 400; ++i)
        addLoop(traces, i * 5'000.0, "shop", "GET /page", 1, {http("bank", "/rate", i % 14 == 0 ? 2'400 : 60)});
    const Output output = test::outputOf("calls.slow-upstream", traces.build());
    QCOMPARE(output.findings.size(), std::size_t{1});
    QVERIFY(output.findings[0].title.starts_with("Send a second request to bank"));
    PlantedTraces steady;
    for (int i = 0; i < 400; ++i)
        addLoop(steady, i * 5'000.0, "shop", "GET /page", 1, {http("bank", "/rate", 60)});
    QVERIFY(test::outputOf("calls.slow-upstream", steady.build()).findings.empty());
}

void TestAdvisorCalls::emptySnapshotIsNoTrouble()
{
    const auto snapshot = PlantedTraces().build();
    for (const DetectorPtr &detector : makeDetectors()) {
        if (detector->info().kind == FindingKind::Calls)
            QVERIFY(test::outputOf(detector->info().id, snapshot).findings.empty());
    }
}

void TestAdvisorCalls::everyFindingOfAnyTracesIsWhole()
{
    std::vector<trace::TraceSnapshotPtr> snapshots;
    for (const std::uint64_t seed : {1, 2, 3})
        snapshots.push_back(test::randomTraces(60, 80, seed));
    snapshots.push_back(test::traceWithRuns(5'000, 4));
    snapshots.push_back(test::chainTrace(3'000));
    PlantedTraces odd; // times that cannot be
    for (int i = 0; i < 30; ++i)
        addLoop(odd, i % 3 == 0 ? -9e9 : i * 1e9, "shop", "GET /page", 8,
                {http("bank", "/rate/%", i % 2 == 0 ? 0 : 1e9), rpc("eth_call", -5)});
    snapshots.push_back(odd.build());
    for (const trace::TraceSnapshotPtr &snapshot : snapshots) {
        const SpanCalls calls = test::callsOf(*snapshot);
        Progress progress;
        const KeyedRequests requests = keyedRequestsOf(*snapshot, calls, KeyedRequests::Limits(), {}, progress).value();
        Inputs inputs;
        inputs.traces = snapshot.get();
        inputs.calls = &calls;
        inputs.keyedRequests = &requests;
        for (const DetectorPtr &detector : makeDetectors()) {
            if (!inputs.present().containsAll(detector->info().needs))
                continue;
            for (const Finding &finding : test::outputOf(detector->info().id, inputs).findings) {
                QVERIFY(!finding.id.empty() && !finding.title.empty() && !finding.what.empty()
                        && !finding.refutedBy.empty());
                QVERIFY(finding.confidence > 0 && finding.confidence <= 1);
                QVERIFY(std::isfinite(finding.impactMsPerHour.value_or(0)) && finding.impactMsPerHour.value_or(0) >= 0);
                QVERIFY(!finding.evidence.empty());
                if (finding.estimate)
                    QVERIFY(finding.estimate->low <= finding.estimate->expected
                            && finding.estimate->expected <= finding.estimate->high);
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestAdvisorCalls)
#include "tst_advisor_calls.moc"
