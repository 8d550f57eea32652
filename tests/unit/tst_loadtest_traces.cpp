// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/endpoint_match.h"
#include "models/loadtest/request_traces.h"
#include "models/loadtest/timeline_builder.h"
#include "models/loadtest/traces_then.h"
#include "tests/support/spans_from_text.h"

#include <QtTest>

#include <random>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kTracesBegin = 1'767'225'600 * kSecond; // 2026-01-01, where drawn spans count from

TimeRange between(std::int64_t beginMs, std::int64_t endMs)
{
    return {TimePoint(kTracesBegin + beginMs * 1'000'000), TimePoint(kTracesBegin + endMs * 1'000'000)};
}

std::vector<TraceRow> runningOneByOne(const trace::TraceSnapshot &snapshot, TimeRange time)
{
    std::vector<TraceRow> rows;
    for (std::uint32_t row = 0; row < snapshot.traces().size(); ++row) {
        const trace::TraceSummary &trace = snapshot.traces()[row];
        if (trace.startNs < time.end.ns() && trace.startNs + trace.durationNs >= time.begin.ns())
            rows.emplace_back(row);
    }
    return rows;
}

/// Two endpoints; three requests that finished in the first second.
LoadTestReport report(bool withIds)
{
    TimelineBuilder builder;
    const StringId pay = builder.endpoint("http://payment:3000/pay/17");
    const StringId list = builder.endpoint("GET /list");
    const auto add = [&](StringId endpoint, std::int64_t endMs, std::int64_t latencyMs, const char *id) {
        const std::int64_t end = kTracesBegin + endMs * 1'000'000;
        builder.addRequest(end, RequestClass::Ok, endpoint);
        builder.addLatency(end, RequestClass::Ok, endpoint, latencyMs * 1'000'000);
        if (withIds)
            builder.addTrace(end, latencyMs * 1'000'000, endpoint, builder.traceId(id));
    };
    add(pay, 400, 300, "00-0000000000000000000000000000a002-00000000000000b1-01");
    add(pay, 900, 100, "missing");
    add(list, 500, 310, "plain-a3");
    LoadTestReport result;
    std::move(builder).finish(result);
    return result;
}

const char *const kTraces = "trace 000000000000a002\n"
                            "gateway POST /pay/:id @100ms +290ms\n"
                            "  payment POST /pay/:id @110ms +200ms\n"
                            "trace plain-a3\n"
                            "gateway handler @190ms +300ms http.route=/list http.method=GET\n"
                            "trace a4\n"
                            "gateway handler @200ms +300ms http.route=/other\n";

TracesWanted inBand(const std::string &endpoint)
{
    TracesWanted wanted{between(0, 1000)};
    wanted.lowNs = 250'000'000;
    wanted.highNs = 350'000'000;
    wanted.endpoint = endpoint;
    return wanted;
}

} // namespace

class TestLoadtestTraces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theIndexAgreesWithCountingOneByOne();
    void tracesAreFoundByTheirIds();
    void namesOfEndpointsAreCompared_data();
    void namesOfEndpointsAreCompared();
    void idsOfTheReportGoFirst();
    void withoutIdsTheOperationTells();
    void withoutAnOperationTheRouteTells();
    void anUnknownEndpointIsSaid();
    void aTraceIsShorterThanItsRequest();
    void theEndpointsOfACellAreCounted();
    void idsAreTakenOutOfTraceContexts();
    void movedAndJoinedReportsKeepTheirTraces();
};

void TestLoadtestTraces::theIndexAgreesWithCountingOneByOne()
{
    const trace::TraceSnapshotPtr snapshot = test::randomTraces(500, 6, 7);
    const TraceTimes times(snapshot);
    const TimeRange all = snapshot->range();
    std::mt19937_64 random(3);
    for (int i = 0; i < 300; ++i) {
        const TimePoint begin = all.begin
            + Duration(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(all.length().ns())));
        const TimeRange step{begin, begin + Duration(1 + static_cast<std::int64_t>(random() % 2'000'000'000))};
        std::vector<TraceRow> running = times.running(step);
        QCOMPARE(times.countRunning(step), running.size());
        std::sort(running.begin(), running.end());
        QCOMPARE(running, runningOneByOne(*snapshot, step));
    }
    QCOMPARE(times.countRunning({all.end + Duration(1), all.end + Duration(kSecond)}), std::size_t(0));
    QCOMPARE(times.countRunning({}), std::size_t(0));
    QCOMPARE(times.countRunning({all.begin, all.end + Duration(1)}), snapshot->traces().size());
    QVERIFY(times.ended({all.begin, all.end + Duration(1)}).size() == snapshot->traces().size());
}

void TestLoadtestTraces::tracesAreFoundByTheirIds()
{
    const trace::TraceSnapshotPtr snapshot = test::spansFromText(kTraces);
    const TraceTimes times(snapshot);
    QVERIFY(times.find("plain-a3").has_value());
    QVERIFY(times.find("000000000000A002").has_value());
    QCOMPARE(times.find("0000000000000000000000000000a002"), times.find("000000000000a002")); // padded for W3C
    QVERIFY(!times.find("0000000000000001000000000000a002").has_value());
    QVERIFY(!times.find("nobody").has_value());
}

void TestLoadtestTraces::namesOfEndpointsAreCompared_data()
{
    QTest::addColumn<QString>("endpoint");
    QTest::addColumn<QString>("operation");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *endpoint, const char *operation, bool fits) {
        QTest::newRow(qPrintable(QStringLiteral("%1 | %2").arg(QLatin1String(endpoint), QLatin1String(operation))))
            << QString::fromLatin1(endpoint) << QString::fromLatin1(operation) << fits;
    };
    row("http://gateway:3000/api/jobs/17?page=2", "GET /api/jobs/:id", true);
    row("http://gateway:3000/api/jobs/17", "/api/jobs/17", true);
    row("POST /api/jobs", "POST /api/jobs/", true);
    row("POST /api/jobs", "GET /api/jobs", false);
    row("/api/jobs", "GET /api/jobs", true);
    row("/api/jobs/17", "GET /api/jobs/{id}/steps", false);
    row("/api/jobs/17", "GET /api/<kind>/<id>", true);
    row("http://h/api/jobs", "HTTP GET /api/jobs", true);
    row("http://user:x@h:80", "GET /", true);
    row("Get jobs", "get_jobs", true);
    row("GetJobs", "GetJob", false);
    row("GET", "GET", false); // says nothing
    row("HTTP GET", "HTTP GET", false);
    row("Login", "/login", false);
    row("", "", false);
    row("\xc3\xbc", "\xc3\xbc", true);
}

void TestLoadtestTraces::namesOfEndpointsAreCompared()
{
    QFETCH(QString, endpoint);
    QFETCH(QString, operation);
    QFETCH(bool, fits);
    const EndpointName first(endpoint.toStdString());
    const EndpointName second(operation.toStdString());
    QCOMPARE(first.fits(second), fits);
    QCOMPARE(second.fits(first), fits);
}

void TestLoadtestTraces::idsOfTheReportGoFirst()
{
    const TraceTimes times(test::spansFromText(kTraces));
    const LoadTestReport named = report(true);
    FoundTraces found = findTraces(named, &times, inBand({}), {});
    QVERIFY(found.by == FoundBy::TraceId);
    QCOMPARE(found.rows.size(), std::size_t(2));
    QVERIFY(found.missingIds.empty());
    found = findTraces(named, &times, inBand("GET /list"), {});
    QCOMPARE(found.rows, (std::vector<TraceRow>{*times.find("plain-a3")}));
    found = findTraces(named, &times, {between(600, 1000)}, {});
    QVERIFY(found.rows.empty());
    QCOMPARE(found.missingIds, std::vector<std::string>{"missing"});
    found = findTraces(named, nullptr, inBand({}), {});
    QCOMPARE(found.missingIds.size(), std::size_t(2));
}

void TestLoadtestTraces::withoutIdsTheOperationTells()
{
    const TraceTimes times(test::spansFromText(kTraces));
    const FoundTraces found = findTraces(report(false), &times, inBand("http://payment:3000/pay/17"), {});
    QVERIFY(found.by == FoundBy::Operation);
    QCOMPARE(found.service, std::string("payment"));
    QCOMPARE(found.rows, (std::vector<TraceRow>{*times.find("000000000000a002")}));
}

void TestLoadtestTraces::withoutAnOperationTheRouteTells()
{
    const TraceTimes times(test::spansFromText(kTraces));
    const FoundTraces found = findTraces(report(false), &times, inBand("GET /list"), {});
    QVERIFY(found.by == FoundBy::Attribute);
    QCOMPARE(found.rows, (std::vector<TraceRow>{*times.find("plain-a3")}));
}

void TestLoadtestTraces::anUnknownEndpointIsSaid()
{
    const TraceTimes times(test::spansFromText(kTraces));
    const FoundTraces found = findTraces(report(false), &times, inBand("Checkout"), {});
    QVERIFY(found.by == FoundBy::Time && found.isEndpointUnknown);
    QCOMPARE(found.rows.size(), std::size_t(3)); // all of that time and duration
    QVERIFY(findTraces(report(false), nullptr, inBand("Checkout"), {}).rows.empty());
}

void TestLoadtestTraces::aTraceIsShorterThanItsRequest()
{
    const TraceTimes times(test::spansFromText(kTraces));
    TracesWanted wanted = inBand("http://payment:3000/pay/17");
    wanted.lowNs = 350'000'000; // its trace took 290 ms
    wanted.highNs = 400'000'000;
    const FoundTraces found = findTraces(report(false), &times, wanted, {});
    QVERIFY(found.by == FoundBy::Operation && found.isWidened);
    QCOMPARE(found.rows, (std::vector<TraceRow>{*times.find("000000000000a002")}));
    QCOMPARE(*found.band.lowNs, std::int64_t(245'000'000));
    wanted.lowNs = 500'000'000;
    wanted.highNs = 600'000'000;
    QVERIFY(findTraces(report(false), &times, wanted, {}).rows.empty());
}

void TestLoadtestTraces::theEndpointsOfACellAreCounted()
{
    const LoadTestReport counted = report(false);
    const std::vector<EndpointShare> shares = endpointsThen(counted, inBand({}));
    QCOMPARE(shares.size(), std::size_t(2));
    QCOMPARE(shares[0].requests + shares[1].requests, std::uint64_t(2));
    TracesWanted fast = inBand({});
    fast.lowNs = 50'000'000;
    fast.highNs = 150'000'000;
    QCOMPARE(endpointsThen(counted, fast).size(), std::size_t(1));
    QCOMPARE(endpointsThen(counted, {between(0, 1000)}).front().endpoint, std::string("http://payment:3000/pay/17"));
    QVERIFY(endpointsThen(counted, {between(2000, 3000)}).empty());
}

void TestLoadtestTraces::idsAreTakenOutOfTraceContexts()
{
    for (const char *name :
         {"trace_id", "traceId", "TraceID", "trace.id", "traceparent", "uber-trace-id", "x-trace-id"})
        QVERIFY2(isTraceIdName(name), name);
    for (const char *name : {"trace", "traces", "trace_id_of_another_one", "span_id", ""})
        QVERIFY2(!isTraceIdName(name), name);
    QCOMPARE(traceIdIn("00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"),
             std::string_view("0123456789abcdef0123456789abcdef"));
    QCOMPARE(traceIdIn("abc:def:0:1"), std::string_view("abc"));
    QCOMPARE(traceIdIn("abc"), std::string_view("abc"));
    QVERIFY(traceIdIn(std::string(100, 'x')).empty());
}

void TestLoadtestTraces::movedAndJoinedReportsKeepTheirTraces()
{
    const LoadTestReport named = report(true);
    const RequestTracesPtr moved = movedTraces(named.requestTraces, Duration::seconds(5));
    QCOMPARE(moved->requests.front().endNs, named.requestTraces->requests.front().endNs + 5 * kSecond);
    QCOMPARE(moved->textOf(moved->requests[1]), std::string("plain-a3"));
    const RequestTracesPtr joined = joinedTraces({&named, &named}, named);
    QCOMPARE(joined->requests.size(), std::size_t(6));
    QVERIFY(tracesNote(joined).find("6 requests name their traces") != std::string::npos);
    QVERIFY(joinedTraces({}, named) == nullptr && movedTraces(nullptr, Duration(1)) == nullptr);
}

QTEST_APPLESS_MAIN(TestLoadtestTraces)
#include "tst_loadtest_traces.moc"
