// SPDX-License-Identifier: GPL-3.0-or-later
// What makes load-test figures wrong without anybody noticing: stalls, clocks that go back, parts of one run, and what
// an estimate of missing latencies does.
#include "models/loadtest/clock_watch.h"
#include "models/loadtest/merge_reports.h"
#include "models/loadtest/omission_what_if.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"

#include <QtTest>

#include <random>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kBegin = 1'700'000'000 * kSecond;

/// Requests of a closed test: `users` users, each sends the next request `pauseMs` after the answer. The system stands
/// still from `stallBegin` for `stallMs`.
LoadTestReport closedTest(int users, std::int64_t seconds, std::int64_t pauseMs, std::int64_t stallBeginMs,
                          std::int64_t stallMs, std::uint32_t seed = 1)
{
    TimelineBuilder builder;
    std::mt19937 random(seed);
    const StringId endpoint = builder.endpoint("GET /");
    for (int user = 0; user < users; ++user) {
        std::int64_t ms = std::uniform_int_distribution<std::int64_t>(0, pauseMs)(random);
        while (ms < seconds * 1000) {
            std::int64_t latency = std::uniform_int_distribution<std::int64_t>(5, 15)(random);
            if (stallMs > 0 && ms + latency > stallBeginMs && ms < stallBeginMs + stallMs)
                latency = stallBeginMs + stallMs - ms + latency;
            const std::int64_t begin = kBegin + ms * kMs;
            const std::int64_t end = begin + latency * kMs;
            builder.touch(begin);
            builder.touch(end);
            builder.addStart(begin);
            builder.addUsers(end, users);
            builder.addRequest(end, RequestClass::Ok, endpoint);
            builder.addLatency(end, RequestClass::Ok, endpoint, latency * kMs);
            ms += latency + std::uniform_int_distribution<std::int64_t>(pauseMs / 2, pauseMs * 3 / 2)(random);
        }
    }
    LoadTestReport report;
    std::move(builder).finish(report);
    report.fileName = "run";
    report.format = "k6-ndjson";
    report.contents.hasRequests = report.contents.hasLatency = report.contents.hasFailures = true;
    report.contents.latencyDetail = LatencyDetail::Requests;
    return report;
}

/// One by one, as the method is told.
LogHistogram correctedOneByOne(const std::vector<std::int64_t> &values, std::int64_t interval)
{
    LogHistogram result;
    for (const std::int64_t value : values) {
        result.record(value);
        for (std::int64_t missing = value - interval; missing >= interval; missing -= interval)
            result.record(missing);
    }
    return result;
}

LoadTestReportPtr share(LoadTestReport report, const char *name)
{
    report.fileName = name;
    return std::make_shared<const LoadTestReport>(std::move(report));
}

} // namespace

class TestLoadtestTraps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSystemThatStandsStillIsFoundWhereItDid()
    {
        int found = 0;
        for (std::uint32_t seed = 1; seed <= 30; ++seed) {
            const LoadTestReport report = closedTest(20, 60, 100, 30'000, 2'000, seed);
            const bool isRight = report.stalls.size() == 1
                && std::abs(report.stalls[0].range.begin.ns() - (kBegin + 30 * kSecond)) <= 200 * kMs
                && std::abs(report.stalls[0].range.end.ns() - (kBegin + 32 * kSecond)) <= 200 * kMs;
            found += isRight ? 1 : 0;
        }
        QVERIFY2(found >= 29, qPrintable(QString::number(found)));
    }

    void aStallInTheFirstSecondsIsFoundToo()
    {
        for (const std::int64_t beginMs : {800, 1'500, 3'000, 4'500}) {
            int found = 0;
            for (std::uint32_t seed = 1; seed <= 30; ++seed) {
                const LoadTestReport report = closedTest(20, 60, 100, beginMs, 2'000, seed);
                found += report.stalls.size() == 1
                        && std::abs(report.stalls[0].range.begin.ns() - (kBegin + beginMs * kMs)) <= 200 * kMs
                        && std::abs(report.stalls[0].range.end.ns() - (kBegin + (beginMs + 2'000) * kMs)) <= 200 * kMs
                    ? 1
                    : 0;
            }
            QVERIFY2(found >= 29, qPrintable(QStringLiteral("%1 ms: %2").arg(beginMs).arg(found)));
        }
    }

    /// All users begin together and wait for a slow first answer; later they are spread. That is no stall.
    void usersWhoWaitForTheirFirstAnswerAreNoStall()
    {
        for (std::uint32_t seed = 1; seed <= 30; ++seed) {
            TimelineBuilder builder;
            std::mt19937 random(seed);
            const StringId endpoint = builder.endpoint("GET /");
            for (int user = 0; user < 100; ++user) {
                for (std::int64_t ms = user; ms < 60'000;) {
                    const auto latency = std::uniform_int_distribution<std::int64_t>(1'500, 2'500)(random);
                    builder.addUsers(kBegin + ms * kMs, 100);
                    builder.addWholeRequest(kBegin + ms * kMs, kBegin + (ms + latency) * kMs, RequestClass::Ok,
                                            endpoint);
                    ms += latency;
                }
            }
            LoadTestReport report;
            std::move(builder).finish(report);
            QVERIFY2(report.stalls.empty(), qPrintable(QString::number(seed)));
        }
    }

    /// A user more every two seconds: the first ones leave long gaps.
    void aSlowRampIsNoStall()
    {
        TimelineBuilder builder;
        const StringId endpoint = builder.endpoint("GET /");
        for (int user = 0; user < 30; ++user) {
            for (std::int64_t ms = 2'000 * user; ms < 60'000; ms += 50 + user) {
                builder.addUsers(kBegin + ms * kMs, user + 1);
                if (user > 0 || ms < 300 || ms > 2'000) // the first one pauses
                    builder.addWholeRequest(kBegin + ms * kMs, kBegin + (ms + 20) * kMs, RequestClass::Ok, endpoint);
            }
        }
        LoadTestReport report;
        std::move(builder).finish(report);
        QVERIFY(report.stalls.empty());
    }

    void aSteadyTestHasNoStalls()
    {
        for (std::uint32_t seed = 1; seed <= 30; ++seed)
            QVERIFY(closedTest(20, 60, 100, 0, 0, seed).stalls.empty());
    }

    /// 200 users who all send at the full second: nine tenths of each second are empty, and that is how they work.
    void usersWhoPauseTogetherAreNoStall()
    {
        TimelineBuilder builder;
        for (int second = 0; second < 60; ++second) {
            builder.addUsers(kBegin + second * kSecond, 200);
            for (int user = 0; user < 200; ++user)
                builder.addStart(kBegin + second * kSecond + user * 100'000);
        }
        LoadTestReport report;
        std::move(builder).finish(report);
        QVERIFY(report.stalls.empty());
        QCOMPARE(report.timeline.size(), std::size_t{60});
    }

    void aPauseWithoutUsersIsNoStall()
    {
        TimelineBuilder builder;
        for (int second = 0; second < 60; ++second) {
            const bool isPause = second >= 20 && second < 40;
            builder.addUsers(kBegin + second * kSecond, isPause ? 0 : 10);
            for (int i = 0; i < (isPause ? 0 : 100); ++i)
                builder.addStart(kBegin + second * kSecond + i * 10 * kMs);
        }
        LoadTestReport report;
        std::move(builder).finish(report);
        QVERIFY(report.stalls.empty());
    }

    void aSecondInWhichRequestsOnlyBeganIsNoStepOfTheTimeline()
    {
        TimelineBuilder builder;
        const StringId endpoint = builder.endpoint("a");
        builder.addStart(kBegin);
        builder.addRequest(kBegin + 3 * kSecond, RequestClass::Ok, endpoint);
        LoadTestReport report;
        std::move(builder).finish(report);
        QCOMPARE(report.timeline.size(), std::size_t{1});
        QCOMPARE(report.timeline[0].range.begin, TimePoint(kBegin + 3 * kSecond));
    }

    void aClockThatGoesBackIsCountedHoweverTheStampsWereSharedOut()
    {
        const std::vector<std::int64_t> seconds{0, 1, 2, 3, 4, 1, 2, 3, 4, 5, -20, 6};
        for (std::size_t cut = 0; cut <= seconds.size(); ++cut) {
            ClockWatch first;
            ClockWatch second;
            for (std::size_t i = 0; i < seconds.size(); ++i)
                (i < cut ? first : second).see(kBegin + seconds[i] * kSecond);
            first.append(second);
            LoadTestReport report;
            first.finish(report);
            QCOMPARE(report.clockStepsBack, std::uint64_t{2});
            QCOMPARE(report.quality.count(QualityIssue::ClockWentBack), std::uint64_t{2});
            QVERIFY(report.quality.lines().front().starts_with("2 steps back of the clock"));
            QCOMPARE(report.farthestStepBack, Duration::seconds(25));
            QCOMPARE(report.notes.size(), std::size_t{1});
        }
    }

    void theEstimateIsThatOfTheMethodOneByOne()
    {
        std::mt19937 random(7);
        std::lognormal_distribution<double> latency(17, 2); // around 24 ms, with a long tail
        std::vector<std::int64_t> values;
        LogHistogram measured;
        for (int i = 0; i < 20'000; ++i) {
            values.push_back(std::min<std::int64_t>(static_cast<std::int64_t>(latency(random)), 60 * kSecond));
            measured.record(values.back());
        }
        for (const std::int64_t interval : {1 * kMs, 10 * kMs, 100 * kMs, 10 * kSecond}) {
            const auto estimated = withExpectedInterval(measured, Duration(interval));
            QVERIFY(estimated.has_value());
            const LogHistogram wanted = correctedOneByOne(values, interval);
            const double ratio = static_cast<double>(estimated->count()) / static_cast<double>(wanted.count());
            QVERIFY2(std::abs(ratio - 1) < 0.01, qPrintable(QString::number(ratio)));
            for (const double q : {0.5, 0.9, 0.95, 0.99, 0.999}) {
                const auto a = static_cast<double>(estimated->quantile(q));
                const auto b = static_cast<double>(wanted.quantile(q));
                QVERIFY2(std::abs(a - b) <= b * 0.012, qPrintable(QStringLiteral("%1 instead of %2").arg(a).arg(b)));
            }
        }
    }

    /// 99 answers in 1 ms and one in 1 s at a request each 10 ms: 99 more were due (Tene's example).
    void aHandMadeStallAddsWhatWasDue()
    {
        LogHistogram measured;
        measured.record(1 * kMs, 99);
        measured.record(1 * kSecond, 1);
        const auto estimated = withExpectedInterval(measured, Duration(10 * kMs));
        QVERIFY(estimated.has_value());
        QCOMPARE(estimated->count(), std::uint64_t{100 + 99});
        QVERIFY(std::abs(static_cast<double>(estimated->quantile(0.75)) - 0.5e9) < 0.02e9);
    }

    void anEstimateIsRefusedWhereItWouldBeWrong()
    {
        LoadTestReport report = closedTest(5, 5, 50, 0, 0);
        QVERIFY(omissionWhatIf(report, {}, Duration::milliseconds(20)).has_value());
        QCOMPARE(omissionWhatIf(report, {}, Duration()).error().code, ErrorCode::Malformed);
        QCOMPARE(omissionWhatIf(report, {}, Duration(1)).error().code, ErrorCode::LimitReached);
        report.omission = Omission::OpenModel;
        QCOMPARE(omissionWhatIf(report, {}, Duration::milliseconds(20)).error().code, ErrorCode::Unsupported);
        report.omission = Omission::Corrected;
        QCOMPARE(omissionWhatIf(report, {}, Duration::milliseconds(20)).error().code, ErrorCode::Unsupported);
        report.omission = Omission::Possible;
        report.requests = {};
        QCOMPARE(omissionWhatIf(report, {}, Duration::milliseconds(20)).error().code, ErrorCode::Unsupported);
    }

    void partsOfOneRunAreTheRun()
    {
        const LoadTestReportPtr a = share(closedTest(20, 30, 100, 0, 0, 1), "a");
        const LoadTestReportPtr b = share(closedTest(30, 30, 100, 0, 0, 2), "b");
        QVERIFY(areParts(*a, *b) && !areSame(*a, *b) && areSame(*a, *a) && !areParts(*a, *a));
        const std::vector<LoadTestReportPtr> parts{a, b};
        const auto merged = mergedParts(parts);
        QVERIFY(merged.has_value());
        QCOMPARE(requestCount(merged->requests, {}), requestCount(a->requests, {}) + requestCount(b->requests, {}));
        LogHistogram all = latencyOf(a->requests, {});
        all.merge(latencyOf(b->requests, {}));
        QCOMPARE(latencyOf(merged->requests, {}).quantile(0.99), all.quantile(0.99));
        QCOMPARE(merged->timeline[10].users, std::optional(50.0));
        QCOMPARE(merged->peakUsers, std::optional(50.0));
        QCOMPARE(requestCount(merged->timeline[10].requests, {}),
                 requestCount(a->timeline[10].requests, {}) + requestCount(b->timeline[10].requests, {}));
        QCOMPARE(merged->endpoints.size(), std::size_t{1});
        QCOMPARE(merged->parts, (std::vector<std::string>{"a", "b"}));
    }

    void limitsOfPartsAreJudgedByTheWhole()
    {
        LoadTestReport first = closedTest(20, 30, 100, 0, 0, 1);
        first.scenarios.push_back({kWholeRun, {}, {}, {}});
        Verdict verdict{kWholeRun, "http_req_duration p(95)", "<", 1.0, 99.0, "ms", false, Origin::Report};
        first.scenarios[0].verdicts.push_back(verdict);
        verdict.criterion = "my_metric avg";
        first.scenarios[0].verdicts.push_back(verdict);
        const std::vector<LoadTestReportPtr> parts{share(first, "a"), share(closedTest(9, 30, 100, 0, 0, 3), "b")};
        const auto merged = mergedParts(parts);
        QVERIFY(merged.has_value());
        const std::vector<Verdict> &verdicts = merged->scenarios.at(0).verdicts;
        QCOMPARE(verdicts.at(0).passed, std::optional(false));
        QVERIFY(*verdicts[0].observed > 10 && *verdicts[0].observed < 16);
        QVERIFY(!verdicts.at(1).passed && !verdicts[1].observed);
    }

    void percentilesOfPartsAreNeverAveraged()
    {
        LoadTestReport tool = closedTest(20, 30, 100, 0, 0, 1);
        tool.requests = {};
        tool.reportedLatency = LatencyStats{};
        tool.contents.hasLatency = false;
        const std::vector<LoadTestReportPtr> parts{share(tool, "a"), share(tool, "b")};
        const auto merged = mergedParts(parts);
        QVERIFY(!merged.has_value());
        QVERIFY(merged.error().text().find("average of percentiles") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestLoadtestTraps)
#include "tst_loadtest_traps.moc"
