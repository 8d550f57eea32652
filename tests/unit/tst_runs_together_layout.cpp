// SPDX-License-Identifier: GPL-3.0-or-later
// Runs on one clock: where each moment lies, and what is drawn of it.
#include "models/layout/run_heat.h"
#include "models/layout/run_overlay.h"
#include "models/layout/trend_picture.h"
#include "models/loadtest/comparability.h"
#include "models/loadtest/stage_clock.h"
#include "tests/support/load_simulation.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace tailspan;
using namespace tailspan::layout;
using namespace tailspan::loadtest;
using test::SteadyRun;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TimePoint at(std::int64_t second)
{
    return TimePoint(second * kSecond);
}

struct Named {
    const char *name;
    int seconds;
};

/// One bucket a second; users rise over `lead` seconds, then stay.
LoadTestReportPtr runFrom(std::int64_t begin, int lead, int seconds, const std::vector<Named> &stages = {})
{
    auto run = std::make_shared<LoadTestReport>();
    run->fileName = "run-" + std::to_string(begin) + ".csv";
    run->startedAt = at(begin);
    run->bucketWidth = Duration::seconds(1);
    run->contents.hasUsers = true;
    for (int second = 0; second < seconds; ++second) {
        Bucket bucket;
        bucket.range = {at(begin + second), at(begin + second + 1)};
        bucket.users = std::min(second + 1, lead + 1);
        RequestTally &ok = bucket.requests.of(RequestClass::Ok);
        ok.count = 10;
        ok.latency.record(50'000'000, 10);
        run->timeline.push_back(std::move(bucket));
    }
    Duration since;
    for (const Named &stage : stages) {
        run->stages.push_back({stage.name, {}, since, Duration::seconds(stage.seconds), true});
        since += Duration::seconds(stage.seconds);
    }
    return run;
}

StageClock clockOf(const std::vector<LoadTestReportPtr> &runs)
{
    return stageClockOf(runs);
}

RunHeat heatOf(const SteadyRun &one, const SteadyRun &two)
{
    const std::vector<LoadTestReportPtr> before{test::simulate(one)};
    const std::vector<LoadTestReportPtr> after{test::simulate(two)};
    const Comparability gate = comparabilityOf(before, after);
    const std::vector<TimeRange> windows{gate.baselineWindows.at(0), gate.currentWindows.at(0)};
    const std::vector<LoadTestReportPtr> all{before[0], after[0]};
    return runHeatOf(before, after, stageClockOf(all, windows), windows, {}, {}).value();
}

/// The part of the requests that lie in coloured cells.
double colouredShare(const RunHeat &heat)
{
    double coloured = 0;
    for (std::size_t i = 0; i < heat.difference.cells.size(); ++i)
        coloured += heat.difference.cells[i].isSignificant ? heat.before.counts[i] + heat.after.counts[i] : 0;
    return coloured / static_cast<double>(heat.before.total + heat.after.total);
}

Trend nightly(std::size_t runs, std::size_t changeAt)
{
    Trend trend;
    for (std::size_t i = 0; i < runs; ++i) {
        auto run = std::make_shared<LoadTestReport>();
        run->fileName = "night-" + std::to_string(i);
        run->startedAt = at(1'700'000'000 + static_cast<std::int64_t>(i * i) * 86'400);
        trend.runs.push_back(run);
    }
    for (const char *name : {"p50", "p95", "p99", "throughput", "errors"}) {
        Trend::Line line{name, std::vector<double>(runs, name[0] == 'p' ? 5e7 : 0.5), {}};
        trend.lines.push_back(line);
    }
    for (const std::size_t index : {std::size_t{1}, std::size_t{2}}) {
        std::fill(trend.lines[index].values.begin() + static_cast<std::ptrdiff_t>(changeAt),
                  trend.lines[index].values.end(), 1e8);
        trend.lines[index].changes = {{changeAt, 5e7, 1e8, 0.01}};
    }
    return trend;
}

} // namespace

class TestRunsTogetherLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stagesOfTheSameNameLieOverEachOther();
    void stagesOfOtherNamesAreNoClock();
    void withoutStagesTheEvenLoadIsZero();
    void withoutASteadyLoadTheBeginIsZero();
    void withoutATimelineThereIsNoClock();
    void theOverlayTellsTheSidesApart();
    void ticksBeforeZeroHaveAMinus();
    void aMomentOutsideARunIsNoneOfItsSteps();
    void theMapCountsWhatBothRunsShare();
    void repeatsStayGrey();
    void aSlowerRunIsOrangeAboveAndBlueBelow();
    void aChangeIsMarkedBetweenTwoRuns();
    void runsStandByTheirDatesWhenAsked();
};

void TestRunsTogetherLayout::stagesOfTheSameNameLieOverEachOther()
{
    const StageClock clock =
        clockOf({runFrom(100, 0, 60, {{"ramp", 20}, {"hold", 40}}), runFrom(900, 0, 90, {{"ramp", 30}, {"hold", 60}})});
    QCOMPARE(clock.by, StageClock::By::Stages);
    QCOMPARE(clock.parts.size(), std::size_t(2));
    QCOMPARE(clock.parts[1].begin, Duration::seconds(30)); // after the longer ramp
    QCOMPARE(clock.at(0, at(120)), std::optional(Duration::seconds(30)));
    QCOMPARE(clock.at(1, at(930)), std::optional(Duration::seconds(30)));
    QVERIFY(clock.isShared(Duration::seconds(10)));
    QVERIFY(!clock.isShared(Duration::seconds(25))); // the first run was through with its ramp
    QVERIFY(!clock.at(0, at(99)));
    QVERIFY(clock.words.find("planned") != std::string::npos);
}

void TestRunsTogetherLayout::stagesOfOtherNamesAreNoClock()
{
    const StageClock clock =
        clockOf({runFrom(100, 0, 60, {{"ramp", 20}, {"hold", 40}}), runFrom(900, 0, 60, {{"ramp", 20}, {"peak", 40}})});
    QVERIFY(clock.by != StageClock::By::Stages);
}

void TestRunsTogetherLayout::withoutStagesTheEvenLoadIsZero()
{
    const StageClock clock = clockOf({runFrom(100, 10, 60), runFrom(900, 25, 90)});
    QCOMPARE(clock.by, StageClock::By::Steady);
    QCOMPARE(clock.at(0, at(110)), std::optional(Duration()));
    QCOMPARE(clock.at(1, at(925)), std::optional(Duration()));
    QCOMPARE(clock.parts.front().begin, Duration::seconds(-25));
    QVERIFY(!clock.isShared(Duration::seconds(-20))); // the first run had not begun
    QVERIFY(clock.isShared(Duration::seconds(-5)));
    QVERIFY(clock.words.find("even") != std::string::npos);
}

void TestRunsTogetherLayout::withoutASteadyLoadTheBeginIsZero()
{
    const StageClock clock = clockOf({runFrom(100, 60, 60), runFrom(900, 60, 60)});
    QCOMPARE(clock.by, StageClock::By::Begin);
    QCOMPARE(clock.at(1, at(903)), std::optional(Duration::seconds(3)));
}

void TestRunsTogetherLayout::withoutATimelineThereIsNoClock()
{
    const StageClock clock = clockOf({runFrom(100, 0, 60), std::make_shared<LoadTestReport>()});
    QVERIFY(clock.parts.empty());
    QVERIFY(!clock.words.empty());
    const std::vector<LoadTestReportPtr> side{runFrom(100, 0, 60)};
    QVERIFY(runOverlayOf(side, side, clock, 100, {}).runs.empty());
    QVERIFY(runHeatOf(side, side, clock, {}, {}, {})->isEmpty());
}

void TestRunsTogetherLayout::theOverlayTellsTheSidesApart()
{
    const std::vector<LoadTestReportPtr> before{runFrom(100, 10, 60)};
    const std::vector<LoadTestReportPtr> after{runFrom(900, 10, 60), runFrom(2000, 10, 60)};
    const RunOverlay overlay = runOverlayOf(before, after, clockOf({before[0], after[0], after[1]}), 100, {});
    QCOMPARE(overlay.runs.size(), std::size_t(3));
    QVERIFY(!overlay.runs[0].isLater && overlay.runs[1].isLater && overlay.runs[2].isLater);
    const RunOverlayPicture picture = layOverlay(overlay, 600, 80);
    const auto &users = picture.plots[0].lines;
    QCOMPARE(users.size(), std::size_t(3));
    // The same load lies on the same line, though the runs were of different times.
    for (std::size_t i = 0; i < users[0].pieces[0].size(); ++i)
        QVERIFY(std::abs(users[0].pieces[0][i].xPx - users[1].pieces[0][i].xPx) < 1e-6
                && std::abs(users[0].pieces[0][i].yPx - users[1].pieces[0][i].yPx) < 1e-6);
    QVERIFY(!picture.plots[2].isEmpty);
}

void TestRunsTogetherLayout::ticksBeforeZeroHaveAMinus()
{
    const std::vector<PlotTick> ticks = runClockTicks(-25, 65, 900);
    QVERIFY(ticks.size() >= 4);
    QVERIFY(ticks.front().label.starts_with("-"));
    const auto zero =
        std::find_if(ticks.begin(), ticks.end(), [](const PlotTick &tick) { return std::abs(tick.px - 250) < 1e-6; });
    QVERIFY(zero != ticks.end() && zero->label.starts_with("0"));
}

void TestRunsTogetherLayout::aMomentOutsideARunIsNoneOfItsSteps()
{
    OverlayRun run;
    run.seconds = {0.5, 1.5, 2.5};
    QCOMPARE(overlayStepAt(run, 1.4), std::optional(std::size_t(1)));
    QCOMPARE(overlayStepAt(run, 2.9), std::optional(std::size_t(2)));
    QVERIFY(!overlayStepAt(run, 8));
    QVERIFY(!overlayStepAt(OverlayRun(), 1));
}

void TestRunsTogetherLayout::theMapCountsWhatBothRunsShare()
{
    const std::vector<LoadTestReportPtr> before{runFrom(100, 10, 60)};
    const std::vector<LoadTestReportPtr> after{runFrom(900, 25, 90)};
    const RunHeat heat = runHeatOf(before, after, clockOf({before[0], after[0]}), {}, {}, {}).value();
    // The first run had 60 s; of the second the 15 s before the first one began and what came after it are left out.
    QCOMPARE(heat.before.total, std::uint64_t(600));
    QCOMPARE(heat.after.total, std::uint64_t(600));
    QCOMPARE(heat.difference.significantTiles, 0U);
    QVERIFY(heat.highLog10Ns > heat.lowLog10Ns);
}

void TestRunsTogetherLayout::repeatsStayGrey()
{
    int coloured = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        SteadyRun one;
        one.seed = seed;
        SteadyRun two;
        two.seed = seed + 100;
        coloured += colouredShare(heatOf(one, two)) > 0.02 ? 1 : 0;
    }
    qInfo("coloured %d of 20", coloured);
    QVERIFY(coloured <= 2);
}

void TestRunsTogetherLayout::aSlowerRunIsOrangeAboveAndBlueBelow()
{
    SteadyRun two;
    two.seed = 7;
    two.slower = 1.5;
    const RunHeat heat = heatOf({}, two);
    QVERIFY(colouredShare(heat) > 0.2);
    double less = 0;
    double more = 0;
    std::uint32_t lessCells = 0;
    std::uint32_t moreCells = 0;
    for (std::uint32_t column = 0; column < heat.difference.columns; ++column) {
        for (std::uint32_t row = 0; row < heat.difference.rows; ++row) {
            const auto &cell = heat.difference.cell(column, row);
            if (!cell.isSignificant)
                continue;
            (cell.change < 0 ? less : more) += row;
            ++(cell.change < 0 ? lessCells : moreCells);
        }
    }
    QVERIFY(lessCells > 0 && moreCells > 0);
    QVERIFY(less / lessCells < more / moreCells);
}

void TestRunsTogetherLayout::aChangeIsMarkedBetweenTwoRuns()
{
    const TrendPicture picture = layTrend(nightly(12, 7), TrendSpacing::Even, 600, {100, 60, 60});
    QCOMPARE(picture.runPx.size(), std::size_t(12));
    const TrendPlot &latency = picture.plots[0];
    QCOMPARE(latency.marks.size(), std::size_t(1)); // p95 and p99 share it
    QCOMPARE(latency.marks[0].run, std::size_t(7));
    QVERIFY(latency.marks[0].xPx > picture.runPx[6] && latency.marks[0].xPx < picture.runPx[7]);
    QCOMPARE(latency.marks[0].text, std::string("p95 +100 %, p99 +100 %"));
    QVERIFY(latency.marks[0].isWorse);
    QCOMPARE(latency.curves[1].levels.size(), std::size_t(2));
    QVERIFY(latency.curves[0].levels.empty());
    QVERIFY(picture.plots[1].marks.empty());
    QCOMPARE(trendRunAt(picture, picture.runPx[5] + 3), std::optional(std::size_t(5)));
    QVERIFY(!trendRunAt(layTrend({}, TrendSpacing::Even, 600, {100, 60, 60}), 10));
}

void TestRunsTogetherLayout::runsStandByTheirDatesWhenAsked()
{
    const Trend trend = nightly(12, 7);
    const TrendPicture even = layTrend(trend, TrendSpacing::Even, 600, {100, 60, 60});
    const TrendPicture dated = layTrend(trend, TrendSpacing::ByDate, 600, {100, 60, 60});
    QVERIFY(std::abs((even.runPx[1] - even.runPx[0]) - (even.runPx[11] - even.runPx[10])) < 1e-6);
    QVERIFY(dated.runPx[1] - dated.runPx[0] < (dated.runPx[11] - dated.runPx[10]) / 10); // 1 day, 21 days
    QVERIFY(!dated.runTicks.empty());
}

QTEST_GUILESS_MAIN(TestRunsTogetherLayout)
#include "tst_runs_together_layout.moc"
