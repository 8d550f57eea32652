// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/replay_position.h"
#include "models/loadtest/timeline.h"
#include "tests/support/sample_run.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::layout;

namespace {

TimePoint second(int s)
{
    return TimePoint(test::kSampleStartNs) + Duration::seconds(s);
}

} // namespace

class TestReplayPosition : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void playingMovesByRealTimeTimesSpeed();
    void playingStopsAtTheLastMoment();
    void stepsGoFromBucketToBucket();
    void stepsJumpOverAGap();
    void theMomentTellsTheNumbersOfItsBucket();
    void aMomentInAGapSaysThatNothingFinished();
    void aMomentIsInTheStageThatHoldsIt();
};

void TestReplayPosition::playingMovesByRealTimeTimesSpeed()
{
    const TimeRange run{second(0), second(100)};
    QCOMPARE(playedFrom(second(10), run, Duration::seconds(2), 1), second(12));
    QCOMPARE(playedFrom(second(10), run, Duration::seconds(2), 10), second(30));
    QCOMPARE(playedFrom(second(10), run, Duration::milliseconds(500), 60), second(40));
    QCOMPARE(playedFrom(second(10), run, Duration(0), 60), second(10));
}

void TestReplayPosition::playingStopsAtTheLastMoment()
{
    const TimeRange run{second(0), second(100)};
    QCOMPARE(playedFrom(second(90), run, Duration::seconds(60), 60), second(100) - Duration(1));
    QCOMPARE(playedFrom(second(90), run, Duration(INT64_MAX), 60), second(100) - Duration(1));
    QCOMPARE(clampedTo(run, second(-5)), second(0));
    QCOMPARE(lastMomentOf({}), TimePoint());
}

void TestReplayPosition::stepsGoFromBucketToBucket()
{
    const auto timeline = test::sampleRun(10).timeline;
    QCOMPARE(nextStepAfter(timeline, second(3)), second(4));
    QCOMPARE(nextStepAfter(timeline, second(3) + Duration(5)), second(4));
    QCOMPARE(nextStepAfter(timeline, second(9)), second(10) - Duration(1));
    QCOMPARE(previousStepBefore(timeline, second(3)), second(2));
    QCOMPARE(previousStepBefore(timeline, second(3) + Duration(5)), second(3));
    QCOMPARE(previousStepBefore(timeline, second(0)), second(0));
}

void TestReplayPosition::stepsJumpOverAGap()
{
    auto timeline = test::sampleRun(10).timeline;
    timeline.erase(timeline.begin() + 4, timeline.begin() + 7);
    QCOMPARE(nextStepAfter(timeline, second(3)), second(7));
    QCOMPARE(previousStepBefore(timeline, second(7)), second(3));
}

void TestReplayPosition::theMomentTellsTheNumbersOfItsBucket()
{
    const auto report = test::sampleRun(10);
    const ReplayMoment moment = momentAt(report, second(3) + Duration::milliseconds(400));
    QVERIFY(!moment.isIdle);
    QCOMPARE(moment.step, (TimeRange{second(3), second(4)}));
    QCOMPARE(moment.users, std::optional<double>(4));
    QCOMPARE(moment.requests, std::optional<std::uint64_t>(10));
    QCOMPARE(moment.requestsRps, std::optional<double>(10));
    QCOMPARE(moment.failures, std::optional<std::uint64_t>(1));
    QCOMPARE(moment.errorRatio, std::optional<double>(0.1));
    QCOMPARE(moment.errors.size(), std::size_t{1});
    QCOMPARE(moment.errors[0].kind, std::string("status 503"));
    QVERIFY(moment.latency.p95Ns.has_value());
    QVERIFY(std::abs(static_cast<double>(*moment.latency.p95Ns) - 400e6) < 2e6);
}

void TestReplayPosition::aMomentInAGapSaysThatNothingFinished()
{
    auto report = test::sampleRun(10);
    report.timeline.erase(report.timeline.begin() + 4, report.timeline.begin() + 7);
    const ReplayMoment moment = momentAt(report, second(5));
    QVERIFY(moment.isIdle);
    QCOMPARE(moment.step, (TimeRange{second(4), second(7)}));
    QCOMPARE(moment.requestsRps, std::optional<double>(0));
    QVERIFY(!moment.latency.p95Ns.has_value());
    QVERIFY(!moment.users.has_value());
}

void TestReplayPosition::aMomentIsInTheStageThatHoldsIt()
{
    const auto report = test::sampleRun(10);
    QCOMPARE(momentAt(report, second(2)).stage, std::string("ramp-up"));
    QCOMPARE(momentAt(report, second(5)).stage, std::string("peak"));
    QVERIFY(momentAt(report, second(5)).isStagePlanned);
    QVERIFY(momentAt(report, second(10)).stage.empty());
}

QTEST_GUILESS_MAIN(TestReplayPosition)
#include "tst_replay_position.moc"
