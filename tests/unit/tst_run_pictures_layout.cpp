// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/capacity_picture.h"
#include "models/layout/ratio_bar.h"
#include "models/layout/shift_picture.h"

#include <QTest>

#include <cmath>

using namespace tailspan;
using namespace tailspan::layout;

namespace {

loadtest::MetricChange changeOf(double low, double ratio, double high)
{
    loadtest::MetricChange change;
    change.ratio = ratio;
    change.low = low;
    change.high = high;
    return change;
}

std::vector<loadtest::PercentileShift> slowerTail()
{
    std::vector<loadtest::PercentileShift> shift;
    for (int percentile = 1; percentile <= 99; ++percentile)
        shift.push_back(
            {double(percentile), 1e7, 1e7 + percentile * 1e5, percentile * 1e5 - 2e5, percentile * 1e5 + 3e5});
    return shift;
}

loadtest::LoadBin binOf(double users, double throughput, std::int64_t latencyNs)
{
    loadtest::LoadBin bin;
    bin.users = users;
    bin.throughput = throughput;
    bin.latency.record(latencyNs);
    return bin;
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-6;
}

} // namespace

class TestRunPicturesLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noChangeIsInTheMiddle();
    void twiceAndHalfAreEquallyFar();
    void whatIsBeyondTheReachIsCutAndMarked();
    void theReachFollowsTheIntervals();
    void withoutFiguresThereIsNoBar();
    void theShiftRunsFromFirstToLastPercentile();
    void zeroIsAlwaysInView();
    void thePointerReadsTheNearestPercentile();
    void pointsOfCapacityStandWhereTheirLoadIs();
    void marksCarryTheirIntervals();
    void nothingGivesAnEmptyPicture();
};

void TestRunPicturesLayout::noChangeIsInTheMiddle()
{
    const RatioBar bar = layRatioBar({1.0, 0.9, 1.1, 0.05}, 2, 200);
    QVERIFY(isNear(bar.onePx, 100));
    QVERIFY(isNear(bar.ratioPx.value(), 100));
    QVERIFY(bar.leftPx.value() < bar.shadeLeftPx);
    QVERIFY(bar.shadeLeftPx < 100 && bar.shadeRightPx > 100);
    QVERIFY(bar.rightPx.value() > bar.shadeRightPx);
    QVERIFY(!bar.isCutLeft && !bar.isCutRight);
}

void TestRunPicturesLayout::twiceAndHalfAreEquallyFar()
{
    const RatioBar bar = layRatioBar({1.0, 0.5, 2.0, 0}, 4, 200);
    QVERIFY(isNear(bar.onePx - bar.leftPx.value(), bar.rightPx.value() - bar.onePx));
    QVERIFY(isNear(bar.rightPx.value(), 150));
}

void TestRunPicturesLayout::whatIsBeyondTheReachIsCutAndMarked()
{
    const RatioBar bar = layRatioBar({3.0, 0.0, 50.0, 0.05}, 2, 200);
    QVERIFY(bar.isCutLeft && bar.isCutRight);
    QVERIFY(isNear(bar.leftPx.value(), 0));
    QVERIFY(isNear(bar.rightPx.value(), 200));
    QVERIFY(isNear(bar.ratioPx.value(), 200));
}

void TestRunPicturesLayout::theReachFollowsTheIntervals()
{
    QVERIFY(isNear(ratioReach({}), 1.2));
    const std::vector<loadtest::MetricChange> narrow{changeOf(0.99, 1, 1.01)};
    QVERIFY(isNear(ratioReach(narrow), 1.2));
    const std::vector<loadtest::MetricChange> wide{changeOf(0.01, 5, 80)};
    QVERIFY(isNear(ratioReach(wide), 4));
    const std::vector<loadtest::MetricChange> fall{changeOf(0.5, 0.6, 0.7)};
    QVERIFY(isNear(ratioReach(fall), 2.1)); // half is as far away as twice
}

void TestRunPicturesLayout::withoutFiguresThereIsNoBar()
{
    const RatioBar bar = layRatioBar({{}, {}, {}, 0.05}, 2, 200);
    QVERIFY(!bar.ratioPx && !bar.leftPx && !bar.rightPx);
}

void TestRunPicturesLayout::theShiftRunsFromFirstToLastPercentile()
{
    const ShiftPicture picture = layShift(slowerTail(), 300, 150);
    QCOMPARE(picture.line.size(), std::size_t{99});
    QCOMPARE(picture.band.size(), std::size_t{198});
    QVERIFY(isNear(picture.line.front().xPx, 0));
    QVERIFY(isNear(picture.line.back().xPx, 300));
    QVERIFY(picture.line.back().yPx < picture.line.front().yPx); // slower is higher
    for (std::size_t i = 0; i < 99; ++i) {
        QVERIFY(picture.band[i].yPx < picture.line[i].yPx);
        QVERIFY(picture.band[197 - i].yPx > picture.line[i].yPx);
    }
    QVERIFY(picture.valueTicks.size() >= 3);
    QVERIFY(picture.valueTicks.size() <= 6);
    for (const PlotTick &tick : picture.valueTicks)
        QVERIFY(tick.px >= 0 && tick.px <= 150);
    QCOMPARE(picture.shareTicks.back().label, std::string("p99"));
}

void TestRunPicturesLayout::zeroIsAlwaysInView()
{
    std::vector<loadtest::PercentileShift> shift = slowerTail();
    for (loadtest::PercentileShift &one : shift) {
        one.afterNs += 5e7;
        one.lowNs += 5e7;
        one.highNs += 5e7;
    }
    const ShiftPicture picture = layShift(shift, 300, 150);
    QVERIFY(picture.zeroPx > 0 && picture.zeroPx < 150);
    const std::vector<loadtest::PercentileShift> same{{50, 1e7, 1e7, 0, 0}};
    QVERIFY(std::isfinite(layShift(same, 300, 150).zeroPx));
}

void TestRunPicturesLayout::thePointerReadsTheNearestPercentile()
{
    const std::vector<loadtest::PercentileShift> shift = slowerTail();
    QCOMPARE(shiftAt(shift, 0, 300)->percentile, 1.0);
    QCOMPARE(shiftAt(shift, 150, 300)->percentile, 50.0);
    QCOMPARE(shiftAt(shift, 1000, 300)->percentile, 99.0);
    QVERIFY(shiftAt({}, 10, 300) == nullptr);
}

void TestRunPicturesLayout::pointsOfCapacityStandWhereTheirLoadIs()
{
    loadtest::Capacity capacity;
    for (int users = 10; users <= 100; users += 10)
        capacity.bins.push_back(binOf(users, users * 2, users * 1'000'000));
    capacity.usl = loadtest::UslFit{2, 0, 0, 0};
    capacity.bounds = loadtest::BoundsFit{0.5, 100, 0, 50};
    const CapacityPicture picture = layCapacity(capacity, 400, 200);
    QCOMPARE(picture.throughput.size(), std::size_t{10});
    QCOMPARE(picture.latency.size(), std::size_t{10});
    for (std::size_t i = 1; i < 10; ++i) {
        QVERIFY(picture.throughput[i].xPx > picture.throughput[i - 1].xPx);
        QVERIFY(picture.throughput[i].yPx < picture.throughput[i - 1].yPx);
        QVERIFY(picture.latency[i].yPx < picture.latency[i - 1].yPx);
    }
    QVERIFY(picture.usl.size() > 50);
    QCOMPARE(picture.bounds.size(), std::size_t{3});
    QVERIFY(isNear(picture.bounds[1].yPx, picture.bounds[2].yPx));
    QVERIFY(!picture.knee && !picture.largestLoad && !picture.limitPx);
}

void TestRunPicturesLayout::marksCarryTheirIntervals()
{
    loadtest::Capacity capacity;
    for (int users = 10; users <= 100; users += 10)
        capacity.bins.push_back(binOf(users, users * 2, users * 1'000'000));
    capacity.kneeUsers = 60;
    capacity.low = 50;
    capacity.high = 75;
    capacity.largestLoad = loadtest::LargestLoad{Duration::milliseconds(80), 80, 70, std::nullopt, true};
    const CapacityPicture picture = layCapacity(capacity, 400, 200);
    QVERIFY(picture.knee->lowPx < picture.knee->xPx && picture.knee->xPx < picture.knee->highPx);
    QVERIFY(picture.largestLoad->isOpen);
    QVERIFY(isNear(picture.largestLoad->highPx, 400));
    QVERIFY(*picture.limitPx > 0 && *picture.limitPx < 200);
    capacity.largestLoad->isReached = false; // the largest load of the test is no claim
    QVERIFY(!layCapacity(capacity, 400, 200).largestLoad);
}

void TestRunPicturesLayout::nothingGivesAnEmptyPicture()
{
    QVERIFY(layShift({}, 300, 150).line.empty());
    QVERIFY(layShift(slowerTail(), 0, 150).line.empty());
    QVERIFY(layCapacity({}, 400, 200).throughput.empty());
    loadtest::Capacity capacity;
    capacity.bins.push_back(binOf(10, 20, 1'000'000));
    QVERIFY(layCapacity(capacity, -5, 200).throughput.empty());
}

QTEST_GUILESS_MAIN(TestRunPicturesLayout)
#include "tst_run_pictures_layout.moc"
