// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/replay_axis.h"
#include "models/layout/replay_picture.h"
#include "models/layout/replay_position.h"
#include "models/layout/replay_stages.h"
#include "models/loadtest/timeline.h"
#include "tests/support/sample_run.h"

#include <QTest>

#include <cmath>

using namespace tailspan;
using namespace tailspan::layout;

namespace {

ReplayPicture pictureOf(const loadtest::LoadTestReport &report, TimeRange window, int steps)
{
    auto overview = std::make_shared<const ReplayOverview>(makeReplayOverview(report));
    return makeReplayPicture(report, std::move(overview), window, steps, {});
}

ReplayPicture pictureOf(const loadtest::LoadTestReport &report, int steps)
{
    return pictureOf(report, loadtest::rangeOf(report.timeline), steps);
}

bool isNear(double value, double wanted)
{
    return std::abs(value - wanted) <= wanted * 0.005; // the histogram's precision
}

TimePoint second(double s)
{
    return TimePoint(test::kSampleStartNs + std::llround(s * 1e9));
}

} // namespace

class TestReplayLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aStepForEachBucketWhereThereIsRoom();
    void joinedStepsHaveThePercentilesOfTheirJoinedRequests();
    void nothingIsLostWhenStepsAreJoined();
    void aStretchWithoutBucketsIsZeroRequestsAndNoLatency();
    void onlyTheWindowIsLaidOut();
    void axesAreTheOnesThatWereChosen();
    void rareKindsOfFailureShareARow();
    void failuresWithoutAKindAreShown();
    void reportedPercentilesAreDrawnAsTheyAre();
    void aStopEndsTheWork();
    void linearAxesEndAtARoundNumber_data();
    void linearAxesEndAtARoundNumber();
    void latencyAxesAreLabelledInPowersOfTen();
    void clockTicksStandAtRoundTimes();
    void limitsAreTakenFromTheVerdictsOnAllRequests();
    void theOverviewHoldsTheRangeOfTheWholeRun();
    void stagesAreCutAtTheWindow();
};

void TestReplayLayout::aStepForEachBucketWhereThereIsRoom()
{
    const auto report = test::sampleRun(20);
    const ReplayPicture picture = pictureOf(report, 500);
    QCOMPARE(picture.steps.size(), std::size_t{20});
    QCOMPARE(picture.steps[4].users, 5.0);
    QCOMPARE(picture.steps[4].requestsRps, 10.0);
    QVERIFY(isNear(picture.steps[4].p95Ns, 500e6));
    QCOMPARE(picture.errors.size(), std::size_t{1});
    QCOMPARE(picture.errors[0][3], 0.1);
    QCOMPARE(picture.errors[0][4], 0.0);
}

void TestReplayLayout::joinedStepsHaveThePercentilesOfTheirJoinedRequests()
{
    const auto report = test::sampleRun(20);
    const ReplayPicture picture = pictureOf(report, 4); // five seconds a step: 100, 200, 300, 400 and 500 ms
    QCOMPARE(picture.steps.size(), std::size_t{4});
    QVERIFY(isNear(picture.steps[0].p50Ns, 300e6));
    QVERIFY(isNear(picture.steps[0].p99Ns, 500e6));
    QCOMPARE(picture.steps[0].users, 5.0);
    QCOMPARE(picture.steps[0].requestsRps, 10.0);
    QCOMPARE(picture.errors[0][0], 1.0 / 50);
}

void TestReplayLayout::nothingIsLostWhenStepsAreJoined()
{
    const auto report = test::sampleRun(997);
    for (const int steps : {1, 7, 100, 996, 5000}) {
        const ReplayPicture picture = pictureOf(report, steps);
        QVERIFY(picture.steps.size() <= static_cast<std::size_t>(steps) * 2); // whole buckets only
        std::uint64_t cells = 0;
        for (const std::uint32_t cell : picture.heat)
            cells += cell;
        QCOMPARE(cells, std::uint64_t{9970});
        QCOMPARE(picture.heat.size(), picture.steps.size() * static_cast<std::size_t>(picture.heatRows.count));
        for (std::size_t i = 1; i < picture.steps.size(); ++i)
            QCOMPARE(picture.steps[i].range.begin, picture.steps[i - 1].range.end);
    }
}

void TestReplayLayout::aStretchWithoutBucketsIsZeroRequestsAndNoLatency()
{
    auto report = test::sampleRun(20);
    report.timeline.erase(report.timeline.begin() + 5, report.timeline.begin() + 10);
    for (const int steps : {500, 3}) {
        const ReplayPicture picture = pictureOf(report, steps);
        const auto idle = std::find_if(picture.steps.begin(), picture.steps.end(),
                                       [](const ReplayStep &step) { return std::isnan(step.p50Ns); });
        QVERIFY(idle != picture.steps.end());
        QCOMPARE(idle->range.begin, second(5));
        QCOMPARE(idle->range.end, second(10));
        QCOMPARE(idle->requestsRps, 0.0);
        QVERIFY(std::isnan(idle->users));
        QCOMPARE(picture.errors[0].size(), picture.steps.size());
        QCOMPARE(picture.heat.size(), picture.steps.size() * static_cast<std::size_t>(picture.heatRows.count));
    }
}

void TestReplayLayout::onlyTheWindowIsLaidOut()
{
    const auto report = test::sampleRun(100);
    const ReplayPicture picture = pictureOf(report, {second(10.5), second(12.5)}, 500);
    QCOMPARE(picture.steps.size(), std::size_t{3}); // 10, 11 and 12: those that the window touches
    QCOMPARE(picture.steps.front().range.begin, second(10));
    QCOMPARE(picture.steps.back().range.end, second(13));
}

void TestReplayLayout::axesAreTheOnesThatWereChosen()
{
    ValueExtent extent;
    for (const double value : {900.0, 0.0, 40.0, 1000.0, std::numeric_limits<double>::quiet_NaN()})
        extent.take(value);
    QCOMPARE(extent.least, 0.0);
    QCOMPARE(extent.leastPositive, 40.0);
    QCOMPARE(extent.most, 1000.0);
    const ValueAxis usual = valueAxis(extent, AxisUnit::Count, {}, 4);
    QCOMPARE(usual.low, 0.0);
    QCOMPARE(usual.high, 1200.0);
    QCOMPARE(usual.placeOf(40), 40.0);
    const ValueAxis logarithmic = valueAxis(extent, AxisUnit::Count, {true, false}, 4);
    QCOMPARE(logarithmic.low, 1.0);
    QVERIFY(logarithmic.high > 3 && logarithmic.high < 3.1);
    QCOMPARE(logarithmic.placeOf(100), 2.0);
    QCOMPARE(logarithmic.placeOf(0), 1.0); // on the lower edge
    QVERIFY(std::isnan(logarithmic.placeOf(std::numeric_limits<double>::quiet_NaN())));
    QCOMPARE(logarithmic.ticks.size(), std::size_t(3));
    QCOMPARE(logarithmic.ticks[1].label, std::string("100"));
    QCOMPARE(valueAxis(extent, AxisUnit::Count, {false, true}, 4).low, 0.0); // 0 is the lowest value
    ValueExtent high;
    high.take(980);
    high.take(1000);
    const ValueAxis fitted = valueAxis(high, AxisUnit::Count, {false, true}, 4);
    QVERIFY(fitted.low > 950 && fitted.low <= 980 && fitted.high >= 1000 && fitted.high < 1010);
    QVERIFY(valueAxis(high, AxisUnit::Count, {true, true}, 4).low > 2);
    const ValueAxis nothing = valueAxis({}, AxisUnit::Count, {true, true}, 4);
    QVERIFY(nothing.high > nothing.low && !nothing.isLogarithmic);
    ValueExtent constant;
    constant.take(7);
    QVERIFY(valueAxis(constant, AxisUnit::Count, {false, true}, 4).high > 7);
    QVERIFY(valueAxis(constant, AxisUnit::Count, {true, true}, 4).high > std::log10(7.0));
}

void TestReplayLayout::rareKindsOfFailureShareARow()
{
    auto report = test::sampleRun(20);
    report.failureKinds.clear();
    report.failures.clear();
    loadtest::Bucket &bucket = report.timeline[0];
    bucket.failures.clear();
    for (std::uint32_t kind = 0; kind < 9; ++kind) {
        report.failureKinds.push_back("kind " + std::to_string(kind));
        report.failures.push_back({kind, kind + 1});
        bucket.failures.push_back({kind, 1});
    }
    const ReplayOverview overview = makeReplayOverview(report);
    QCOMPARE(overview.errorKinds.size(), std::size_t{6});
    QCOMPARE(overview.errorKinds.front(), std::string("kind 8"));
    QCOMPARE(overview.errorKinds.back(), std::string("other kinds"));
    const ReplayPicture picture = pictureOf(report, 500);
    QCOMPARE(picture.errors[0][0], 0.1);
    QCOMPARE(picture.errors[5][0], 0.4);
}

void TestReplayLayout::failuresWithoutAKindAreShown()
{
    auto report = test::sampleRun(20);
    report.failureKinds.clear();
    report.failures.clear();
    for (loadtest::Bucket &bucket : report.timeline)
        bucket.failures.clear();
    const ReplayPicture picture = pictureOf(report, 500);
    QCOMPARE(picture.overview->errorKinds, std::vector<std::string>{"failed"});
    QCOMPARE(picture.errors[0][3], 0.1);
}

void TestReplayLayout::reportedPercentilesAreDrawnAsTheyAre()
{
    auto report = test::sampleRun(4);
    for (loadtest::Bucket &bucket : report.timeline) {
        for (loadtest::RequestTally &tally : bucket.requests.byClass)
            tally.latency.clear();
        bucket.reportedLatency = loadtest::LatencyStats{{}, 1'000'000, {}, 5'000'000, 9'000'000, {}};
    }
    const ReplayPicture picture = pictureOf(report, 500);
    QVERIFY(!picture.overview->hasHeat);
    QVERIFY(picture.heat.empty());
    QCOMPARE(picture.steps[0].p95Ns, 5e6);
    const ReplayPicture joined = pictureOf(report, 1);
    QVERIFY(std::isnan(joined.steps[0].p95Ns)); // percentiles of percentiles mean nothing
}

void TestReplayLayout::aStopEndsTheWork()
{
    const auto report = test::sampleRun(5000);
    std::stop_source stop;
    stop.request_stop();
    const auto overview = std::make_shared<const ReplayOverview>(makeReplayOverview(report));
    const ReplayPicture picture = makeReplayPicture(report, overview, overview->run, 10000, stop.get_token());
    QVERIFY(picture.steps.size() < 200);
}

void TestReplayLayout::linearAxesEndAtARoundNumber_data()
{
    QTest::addColumn<double>("top");
    QTest::addColumn<int>("unit");
    QTest::addColumn<double>("high");
    QTest::addColumn<QString>("label");
    QTest::newRow("users") << 1000.0 << static_cast<int>(AxisUnit::Count) << 1200.0 << QStringLiteral("1,200");
    QTest::newRow("a few users") << 13.0 << static_cast<int>(AxisUnit::Count) << 15.0 << QStringLiteral("15");
    QTest::newRow("one user") << 1.0 << static_cast<int>(AxisUnit::Count) << 2.0 << QStringLiteral("2");
    QTest::newRow("no users") << 0.0 << static_cast<int>(AxisUnit::Count) << 1.0 << QStringLiteral("1");
    QTest::newRow("rate") << 1140.0 << static_cast<int>(AxisUnit::PerSecond) << 1500.0 << QStringLiteral("1.5k");
    QTest::newRow("errors") << 0.031 << static_cast<int>(AxisUnit::Ratio) << 0.04 << QStringLiteral("4.0 %");
    QTest::newRow("all errors") << 1.0 << static_cast<int>(AxisUnit::Ratio) << 1.0 << QStringLiteral("100 %");
    QTest::newRow("no errors") << 0.0 << static_cast<int>(AxisUnit::Ratio) << 1.0 << QStringLiteral("100 %");
    QTest::newRow("not a number") << std::nan("") << static_cast<int>(AxisUnit::Count) << 1.0 << QStringLiteral("1");
}

void TestReplayLayout::linearAxesEndAtARoundNumber()
{
    QFETCH(double, top);
    QFETCH(int, unit);
    const ValueAxis axis = linearAxis(top, static_cast<AxisUnit>(unit), 1);
    QTEST(axis.high, "high");
    QCOMPARE(axis.low, 0.0);
    QCOMPARE(axis.ticks.size(), std::size_t{2});
    QTEST(QString::fromStdString(axis.ticks.back().label), "label");
}

void TestReplayLayout::latencyAxesAreLabelledInPowersOfTen()
{
    const ValueAxis axis = latencyAxis(6.5, 9.9, 4);
    QStringList labels;
    for (const AxisTick &tick : axis.ticks)
        labels << QString::fromStdString(tick.label);
    QCOMPARE(labels, QStringList({QStringLiteral("10 ms"), QStringLiteral("100 ms"), QStringLiteral("1 s")}));
    QCOMPARE(latencyAxis(8.0, 9.0, 6).ticks.size(), std::size_t{4}); // 100 ms, 200 ms, 500 ms, 1 s
}

void TestReplayLayout::clockTicksStandAtRoundTimes()
{
    const TimeScale scale({second(3), second(303)}, 600);
    const std::vector<TimeTick> ticks = clockTicks(scale, 100);
    QCOMPARE(ticks.size(), std::size_t{5});
    QCOMPARE(ticks[0].label, std::string("14:01"));
    QCOMPARE(ticks[0].xPx, 114.0);
    QCOMPARE(clockTicks(TimeScale({second(0), second(10)}, 500), 100)[1].label, std::string("14:00:02"));
    QCOMPARE(elapsedTicks(TimeScale({TimePoint(0), TimePoint(10'000'000'000)}, 500), 100)[1].label, std::string("2 s"));
}

void TestReplayLayout::limitsAreTakenFromTheVerdictsOnAllRequests()
{
    const std::vector<LatencyLimit> limits = latencyLimitsOf(test::sampleRun(10));
    QCOMPARE(limits.size(), std::size_t{2}); // not the one on "login"
    QCOMPARE(limits[0].limitNs, 200e6);
    QCOMPARE(limits[0].label, std::string("p(95) < 200 ms"));
}

void TestReplayLayout::theOverviewHoldsTheRangeOfTheWholeRun()
{
    const ReplayOverview overview = makeReplayOverview(test::sampleRun(20));
    QCOMPARE(overview.users.most, 20.0);
    QCOMPARE(overview.requestsRps.most, 10.0);
    QCOMPARE(overview.mostErrorRatio, 0.1);
    QVERIFY(overview.lowLatencyNs <= 100e6 && overview.lowLatencyNs > 99e6);
    QVERIFY(overview.highLatencyNs >= 1000e6); // the limit of 1 s is in view
    const HeatRows rows = heatRowsOf(overview);
    QCOMPARE(rows.rowOf(1.0), 0);
    QCOMPARE(rows.rowOf(1e15), rows.count - 1);
    QVERIFY(rows.rowOf(400e6) > rows.rowOf(100e6));
}

void TestReplayLayout::stagesAreCutAtTheWindow()
{
    const auto report = test::sampleRun(20);
    TimeScale scale({second(0), second(20)}, 200);
    QCOMPARE(stageBandsOf(report, scale).size(), std::size_t{2});
    const std::vector<StageBand> bands = stageBandsOf(report, scale.showing({second(5), second(15)}));
    QCOMPARE(bands[0].xPx, 0.0);
    QCOMPARE(bands[0].widthPx, 100.0);
    QCOMPARE(bands[1].xPx, 100.0);
    QVERIFY(bands[1].isPlanned);
    QCOMPARE(stageBandsOf(report, scale.showing({second(12), second(15)})).size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestReplayLayout)
#include "tst_replay_layout.moc"
