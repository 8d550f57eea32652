// SPDX-License-Identifier: GPL-3.0-or-later
// What counts of a run: warm-up, failed requests, setup; and the zones that its stamps may be in.
#include "app/settings/report_answer.h"
#include "app/workspace/named_zone.h"
#include "models/loadtest/counting.h"
#include "models/loadtest/limit.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"
#include "tests/support/load_simulation.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::loadtest;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kBegin = 1'700'000'000 * kSecond;

/// One request each 100 ms for a minute: 100 ms long in the first ten seconds, then 10 ms; each tenth one fails fast. One
/// of setup at the very begin.
LoadTestReport coldRun()
{
    TimelineBuilder builder;
    const StringId endpoint = builder.endpoint("GET /");
    const StringId setup = builder.endpoint("POST /login");
    builder.addWholeRequest(kBegin, kBegin + 500 * kMs, RequestClass::SetupOk, setup);
    for (int i = 0; i < 600; ++i) {
        const std::int64_t begin = kBegin + i * 100 * kMs;
        const bool isFailed = i % 10 == 9;
        const std::int64_t latency = isFailed ? 1 : i < 100 ? 99 : 10;
        builder.addWholeRequest(begin, begin + latency * kMs, isFailed ? RequestClass::Failed : RequestClass::Ok,
                                endpoint);
        builder.addUsers(begin, 5);
        if (isFailed)
            builder.addFailure(begin + latency * kMs, builder.failureKind("status 503"));
    }
    LoadTestReport report;
    std::move(builder).finish(report);
    report.contents.hasRequests = report.contents.hasLatency = report.contents.hasFailures = true;
    report.contents.hasSetup = true;
    report.fileName = "cold.json";
    return report;
}

std::int64_t msOf(std::optional<std::int64_t> ns)
{
    return ns ? (*ns + kMs / 2) / kMs : -1;
}

TimePoint at(const char *iso)
{
    return TimePoint(QDateTime::fromString(QLatin1String(iso), Qt::ISODate).toMSecsSinceEpoch() * kMs);
}

} // namespace

class TestLoadtestCounting : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWarmUpLeavesAllFiguresButNotTheTimeline()
    {
        const LoadTestReport cold = coldRun();
        QCOMPARE(msOf(totalsOf(cold).latency.p90Ns), std::int64_t{99});
        const auto warm = counted(cold, {true, true, Duration::seconds(10)});
        QVERIFY(warm.has_value());
        QCOMPARE(warm->warmUp, std::optional(TimeRange{TimePoint(kBegin), TimePoint(kBegin + 10 * kSecond)}));
        QCOMPARE(warm->timeline.size(), cold.timeline.size());
        QCOMPARE(measuredPart(std::make_shared<LoadTestReport>(*warm))->timeline.size(), cold.timeline.size() - 10);
        const Totals totals = totalsOf(*warm);
        QCOMPARE(*totals.requests, std::uint64_t{500});
        QCOMPARE(*totals.failures, std::uint64_t{50});
        QCOMPARE(msOf(totals.latency.p99Ns), std::int64_t{10});
        QVERIFY(std::abs(*totals.throughputRps - 10) < 0.05);
        const Totals endpoint = totalsOf(*warm, warm->endpoints.front());
        QCOMPARE(*endpoint.requests, std::uint64_t{500});
        QCOMPARE(msOf(endpoint.latency.maxNs), std::int64_t{10});
        QCOMPARE(warm->failures.front().count, std::uint64_t{50});
        QVERIFY(warm->notes.front().find("first 10 s (warm-up) with 101 requests") != std::string::npos);
        QCOMPARE(warm->leftOut, std::string("warm-up of 10 s left out"));
        QCOMPARE(beginOfRun(*measuredPart(std::make_shared<LoadTestReport>(*warm))), TimePoint(kBegin));
    }

    void aWarmUpEndsWithAWholeStep()
    {
        const auto warm = counted(coldRun(), {true, true, Duration::milliseconds(9'200)});
        QCOMPARE(warm->warmUp->length(), Duration::seconds(10));
    }

    void failedRequestsLeaveThePercentilesAndStayErrors()
    {
        const auto report = counted(coldRun(), {false, true, {}});
        const Totals totals = totalsOf(*report);
        QCOMPARE(*totals.failures, std::uint64_t{60});
        QCOMPARE(*totals.requests, std::uint64_t{601});
        QCOMPARE(latencyOf(report->requests, {}).count(), std::uint64_t{541});
        QCOMPARE(latencyOf(report->timeline.back().requests, {}).min() / kMs, std::int64_t{10});
        QVERIFY(report->notes.front().find("latencies of failed requests") != std::string::npos);
    }

    void setupLeavesEverything()
    {
        const auto report = counted(coldRun(), {true, false, {}});
        QCOMPARE(*totalsOf(*report).requests, std::uint64_t{600});
        QCOMPARE(msOf(totalsOf(*report).latency.maxNs), std::int64_t{99});
    }

    void whatTheFileCannotTellIsRefusedOrSaid()
    {
        LoadTestReport bare;
        bare.reportedLatency = LatencyStats{1, 2, 3, 4, 5, 6};
        bare.contents.hasRequests = true;
        const auto warm = counted(bare, {true, true, Duration::seconds(1)});
        QVERIFY(!warm && warm.error().code == ErrorCode::Unsupported);
        const auto all = counted(coldRun(), {true, true, Duration::seconds(100)});
        QVERIFY(!all && all.error().message.find("leaves nothing") != std::string::npos);
        const auto succeeded = counted(bare, {false, true, {}});
        QVERIFY(!succeeded->reportedLatency);
        QVERIFY(succeeded->notes[1].find("cannot be taken apart") != std::string::npos);
        const LoadTestReport cold = coldRun();
        QVERIFY(counted(cold, {})->notes == cold.notes);
    }

    void ownLimitsAreJudgedBehindTheWarmUp()
    {
        Limit p95;
        p95.limit = 50;
        const auto cold = std::make_shared<LoadTestReport>(coldRun());
        QVERIFY(!*judgeLimits(*cold, std::span(&p95, 1), {}).front().passed);
        const auto warm = std::make_shared<LoadTestReport>(*counted(*cold, {true, true, Duration::seconds(10)}));
        QVERIFY(*judgeLimits(*measuredPart(warm), std::span(&p95, 1), {}).front().passed);
    }

    void aNamedZoneKnowsSummerAndWinter()
    {
        const auto berlin = workspace::zoneNamed(u"Europe/Berlin"_s);
        if (!berlin)
            QSKIP("this machine has no table of zones");
        QCOMPARE(berlin->text(), std::string("Europe/Berlin"));
        QCOMPARE(berlin->toUtc(at("2026-07-01T12:00:00Z")), at("2026-07-01T10:00:00Z"));
        QCOMPARE(berlin->toUtc(at("2026-12-01T12:00:00Z")), at("2026-12-01T11:00:00Z"));
        // The night in which clocks are set back: an hour is shown twice, and the first time is taken.
        QCOMPARE(berlin->toUtc(at("2026-10-25T01:30:00Z")), at("2026-10-24T23:30:00Z"));
        QCOMPARE(berlin->toUtc(at("2026-10-25T02:30:00Z")), at("2026-10-25T00:30:00Z"));
        QCOMPARE(berlin->toUtc(at("2026-10-25T03:30:00Z")), at("2026-10-25T02:30:00Z"));
        QVERIFY(berlin->isAmbiguous(at("2026-10-25T02:30:00Z")) && !berlin->isAmbiguous(at("2026-10-25T03:30:00Z")));
        // And the one in which they are set forward: 02:30 was shown by no clock.
        QCOMPARE(berlin->toUtc(at("2026-03-29T01:30:00Z")), at("2026-03-29T00:30:00Z"));
        QCOMPARE(berlin->toUtc(at("2026-03-29T02:30:00Z")), at("2026-03-29T01:30:00Z"));
        QCOMPARE(berlin->toUtc(at("2026-03-29T03:30:00Z")), at("2026-03-29T01:30:00Z"));
        QVERIFY(!berlin->isAmbiguous(at("2026-03-29T02:30:00Z")));
        QVERIFY(workspace::zoneNames().contains(u"Europe/Berlin"_s));
    }

    void offsetsAreZonesTooAndOtherWordsAreNone()
    {
        QCOMPARE(workspace::zoneNamed(u"+02:00"_s)->toUtc(at("2026-07-01T12:00:00Z")), at("2026-07-01T10:00:00Z"));
        QCOMPARE(workspace::zoneNamed(u"UTC"_s)->text(), std::string("UTC"));
        for (const char *wrong : {"Berlin", "Europe/", "Mars/Olympus", "", "../etc"})
            QVERIFY2(!workspace::zoneNamed(QLatin1String(wrong)), wrong);
    }

    void whatWasSaidOfAReportSurvivesTheSettings()
    {
        settings::ReportAnswer answer;
        answer.zone = u"Europe/Berlin"_s;
        answer.warmUpNs = 30 * kSecond;
        answer.leavesOutFailures = answer.leavesOutSetup = true;
        answer.peakUsers = 120;
        answer.peakRps = 412.5;
        answer.targetRps = 900;
        answer.replicas = 3;
        answer.p95LimitNs = 200 * kMs;
        const QMap<QString, settings::ReportAnswer> answers{{u"/a"_s, answer}};
        QCOMPARE(settings::answersOf(settings::jsonOf(answers)), answers);
        const QJsonObject wrong{
            {u"/a"_s, QJsonObject{{u"warmUpNs"_s, -1}, {u"replicas"_s, 0}, {u"peakUsers"_s, u"x"_s}}}};
        QVERIFY(settings::answersOf(wrong).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestLoadtestCounting)
#include "tst_loadtest_counting.moc"
