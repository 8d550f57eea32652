// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

void addRequest(TimelineBuilder &builder, std::int64_t endNs, RequestClass requestClass, std::int64_t latencyNs,
                std::string_view endpoint = "a")
{
    builder.addRequest(endNs, requestClass, builder.endpoint(endpoint));
    builder.addLatency(endNs, requestClass, builder.endpoint(endpoint), latencyNs);
    builder.touch(endNs - latencyNs);
    builder.touch(endNs);
    if (requestClass == RequestClass::Failed || requestClass == RequestClass::SetupFailed)
        builder.addFailure(endNs, builder.failureKind("status 500"));
}

LoadTestReport finished(TimelineBuilder builder)
{
    LoadTestReport report;
    std::move(builder).finish(report);
    report.contents.hasRequests = report.contents.hasFailures = report.contents.hasLatency = true;
    return report;
}

} // namespace

class TestLoadtestTimeline : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRequestCountsInTheSecondInWhichItFinished()
    {
        TimelineBuilder builder;
        addRequest(builder, 10 * kSecond + 5, RequestClass::Ok, 2 * kSecond);
        addRequest(builder, 12 * kSecond, RequestClass::Failed, 100);
        const LoadTestReport report = finished(std::move(builder));
        QCOMPARE(report.timeline.size(), std::size_t{2});
        QCOMPARE(report.timeline[0].range.begin.ns(), 10 * kSecond);
        QCOMPARE(report.timeline[1].range.begin.ns(), 12 * kSecond);
        QCOMPARE(report.startedAt->ns(), 8 * kSecond + 5);
        QCOMPARE(report.duration->ns(), 4 * kSecond - 5);
        QCOMPARE(report.failureKinds, std::vector<std::string>{"status 500"});
    }

    void viewsLeaveOutFailuresAndSetup()
    {
        TimelineBuilder builder;
        addRequest(builder, kSecond, RequestClass::Ok, 100);
        addRequest(builder, kSecond, RequestClass::Failed, 200);
        addRequest(builder, kSecond, RequestClass::SetupOk, 300);
        addRequest(builder, kSecond, RequestClass::SetupFailed, 400);
        const LoadTestReport report = finished(std::move(builder));
        QCOMPARE(totalsOf(report).requests, std::optional<std::uint64_t>(4));
        QCOMPARE(totalsOf(report).errorRatio, std::optional(0.5));
        QCOMPARE(totalsOf(report).latency.maxNs, std::optional<std::int64_t>(400));
        QCOMPARE(totalsOf(report, {false, true}).requests, std::optional<std::uint64_t>(2));
        QCOMPARE(totalsOf(report, {false, true}).latency.maxNs, std::optional<std::int64_t>(300));
        QCOMPARE(totalsOf(report, {true, false}).requests, std::optional<std::uint64_t>(2));
        QCOMPARE(totalsOf(report, {true, false}).failures, std::optional<std::uint64_t>(1));
        QCOMPARE(totalsOf(report, {false, false}).requests, std::optional<std::uint64_t>(1));
        QCOMPARE(totalsOf(report, {false, false}).errorRatio, std::optional(0.5));
    }

    void whatTheFileDoesNotHoldIsAbsent()
    {
        const LoadTestReport report;
        const Totals totals = totalsOf(report);
        QCOMPARE(totals.requests, std::nullopt);
        QCOMPARE(totals.failures, std::nullopt);
        QCOMPARE(totals.errorRatio, std::nullopt);
        QCOMPARE(totals.throughputRps, std::nullopt);
        QVERIFY(totals.latency == LatencyStats{});
    }

    void reportedLatenciesCannotBeTakenApart()
    {
        LoadTestReport report;
        report.reportedLatency = LatencyStats{5, 5, 5, 5, 5, 5};
        QVERIFY(totalsOf(report).latency == *report.reportedLatency);
        QVERIFY(totalsOf(report, {false, true}).latency == LatencyStats{});
    }

    void regroupingAddsUpAndNeverJoinsPercentiles()
    {
        TimelineBuilder builder;
        for (int i = 0; i < 10; ++i)
            addRequest(builder, i * kSecond, RequestClass::Ok, 1000 * (i + 1));
        builder.addUsers(3 * kSecond, 7);
        builder.addUsers(4 * kSecond, 3);
        const LoadTestReport report = finished(std::move(builder));
        const auto steps = regrouped(report.timeline, Duration::seconds(4));
        QCOMPARE(steps.size(), std::size_t{3});
        QCOMPARE(requestCount(steps[0].requests, {}), std::uint64_t{4});
        QCOMPARE(requestCount(steps[2].requests, {}), std::uint64_t{2});
        QCOMPARE(steps[0].range.length(), Duration::seconds(4));
        QCOMPARE(steps[0].users, std::optional(7.0));
        QCOMPARE(latencyOf(steps[1].requests, {}).max(), std::int64_t{8000});
        auto reported = report.timeline;
        for (Bucket &bucket : reported)
            bucket.reportedLatency = LatencyStats{1, 1, 1, 1, 1, 1};
        QVERIFY(!regrouped(reported, Duration::seconds(4))[0].reportedLatency);
        QVERIFY(regrouped(reported, Duration::seconds(1))[0].reportedLatency);
    }

    void joiningARangeTakesTheBucketsThatBeginInIt()
    {
        TimelineBuilder builder;
        for (int i = 0; i < 10; ++i)
            addRequest(builder, i * kSecond, i % 2 == 0 ? RequestClass::Ok : RequestClass::Failed, 1000);
        const LoadTestReport report = finished(std::move(builder));
        const Bucket middle = joined(report.timeline, {TimePoint(2 * kSecond), TimePoint(5 * kSecond)});
        QCOMPARE(requestCount(middle.requests, {}), std::uint64_t{3});
        QCOMPARE(middle.failures.at(0).count, std::uint64_t{1});
        QCOMPARE(bucketAt(report.timeline, TimePoint(3 * kSecond + 1))->range.begin.ns(), 3 * kSecond);
        QVERIFY(bucketAt(report.timeline, TimePoint(-1)) == nullptr);
    }

    void aLongRunGetsLongerSteps()
    {
        TimelineBuilder builder;
        for (int i = 0; i < 20'000; ++i)
            addRequest(builder, i * kSecond, RequestClass::Ok, 1000);
        const LoadTestReport report = finished(std::move(builder));
        QCOMPARE(report.bucketWidth, Duration::seconds(5));
        QCOMPARE(report.timeline.size(), std::size_t{4000});
        QCOMPARE(requestCount(report.timeline[7].requests, {}), std::uint64_t{5});
    }

    void mergingIsIndependentOfTheSplit()
    {
        TimelineBuilder whole;
        TimelineBuilder parts[3];
        for (int i = 0; i < 3000; ++i) {
            const auto requestClass = i % 7 == 0 ? RequestClass::Failed : RequestClass::Ok;
            const std::string endpoint = "e" + std::to_string(i % 5);
            addRequest(whole, i * (kSecond / 100), requestClass, 1000 + i, endpoint);
            addRequest(parts[(i / 11) % 3], i * (kSecond / 100), requestClass, 1000 + i, endpoint);
        }
        parts[2].merge(std::move(parts[0]));
        parts[2].merge(std::move(parts[1]));
        const LoadTestReport a = finished(std::move(whole));
        const LoadTestReport b = finished(std::move(parts[2]));
        QCOMPARE(a.timeline.size(), b.timeline.size());
        for (std::size_t i = 0; i < a.timeline.size(); ++i)
            QVERIFY(totalsOf(a, a.timeline[i]).latency == totalsOf(b, b.timeline[i]).latency);
        for (std::size_t i = 0; i < a.endpoints.size(); ++i)
            QCOMPARE(a.endpoints[i].name, b.endpoints[i].name);
        QVERIFY(totalsOf(a).latency == totalsOf(b).latency);
    }

    void untimedRequestsCountForTheRunOnly()
    {
        TimelineBuilder builder;
        builder.addRequest(TimelineBuilder::kNoTime, RequestClass::Failed, builder.endpoint("a"));
        builder.addFailure(TimelineBuilder::kNoTime, builder.failureKind("status 500"));
        const LoadTestReport report = finished(std::move(builder));
        QVERIFY(report.timeline.empty());
        QCOMPARE(totalsOf(report).failures, std::optional<std::uint64_t>(1));
        QCOMPARE(report.failures.at(0).count, std::uint64_t{1});
        QVERIFY(!report.startedAt);
    }
};

QTEST_GUILESS_MAIN(TestLoadtestTimeline)
#include "tst_loadtest_timeline.moc"
