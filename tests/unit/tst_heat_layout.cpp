// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/heat_layout.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace tailspan;
using namespace tailspan::layout;
using metric::LatencyGrid;
using metric::LatencyRows;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

/// Ten columns of a second from second 100 on; rows up to 1, 2, 4, 8 and above 8 ms.
LatencyGrid grid()
{
    const LatencyRows rows({kMs, 2 * kMs, 4 * kMs, 8 * kMs});
    return {TimePoint(100 * kSecond), Duration(kSecond), 10, rows, std::vector<std::uint32_t>(50), 0};
}

void put(LatencyGrid &grid, std::uint32_t column, std::uint32_t row, std::uint32_t count)
{
    grid.counts[column * grid.rows.count() + row] = count;
    grid.total += count;
}

TimeScale wholeTime(const LatencyGrid &grid)
{
    return {{grid.begin, grid.end()}, 1000};
}

/// Where the middle of a cell is drawn.
std::pair<double, double> middleOf(const LatencyGrid &grid, const LatencyAxis &axis, std::uint32_t column,
                                   std::uint32_t row)
{
    const LatencyBand band = bandOf(grid.rows, row);
    const double low = row == 0 ? static_cast<double>(band.atMostNs) / 1.5 : static_cast<double>(band.aboveNs);
    const double high = row + 1 == grid.rows.count() ? low * 1.5 : static_cast<double>(band.atMostNs);
    return {(column + 0.5) * 100, axis.yOf(std::sqrt(low * high))};
}

} // namespace

class TestHeatLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSlowestRowIsOnTopAndNothingIsTransparent()
    {
        LatencyGrid made = grid();
        put(made, 3, 4, 7);
        const HeatPicture picture = layOutHeat(made, nullptr, HeatScale::Log);
        QCOMPARE(picture.cells.size(), std::size_t{50});
        QCOMPARE(int(picture.cells[3]), 255);
        QCOMPARE(std::ranges::count(picture.cells, std::uint8_t{0}), 49);
        QCOMPARE(picture.edgesLog10Ns.size(), std::size_t{6});
        QVERIFY(std::ranges::is_sorted(picture.edgesLog10Ns, std::greater<>()));
        QCOMPARE(std::round(std::pow(10, picture.edgesLog10Ns[1])), 8e6);
    }

    void scalesSpreadCountsDifferently()
    {
        LatencyGrid made = grid();
        for (std::uint32_t column = 0; column < 4; ++column)
            put(made, column, 1, static_cast<std::uint32_t>(std::pow(10, column))); // 1, 10, 100, 1000
        const auto rowsOf = [&](HeatScale scale) {
            const HeatPicture picture = layOutHeat(made, nullptr, scale);
            return std::vector<int>(picture.cells.begin() + 30, picture.cells.begin() + 34);
        };
        QCOMPARE(rowsOf(HeatScale::Linear), (std::vector<int>{1, 4, 26, 255}));
        QCOMPARE(rowsOf(HeatScale::Log), (std::vector<int>{1, 86, 170, 255}));
        QCOMPARE(rowsOf(HeatScale::Rank), (std::vector<int>{65, 128, 192, 255}));
    }

    void theLegendNamesTheCountsBehindTheColours()
    {
        LatencyGrid made = grid();
        put(made, 0, 0, 1);
        put(made, 1, 0, 10'000);
        const auto labels = [&](HeatScale scale) {
            std::string text;
            for (const HeatLegendMark &mark : layOutHeat(made, nullptr, scale).legend)
                text += mark.label + " ";
            return text;
        };
        QCOMPARE(labels(HeatScale::Log), std::string("1 100 10,000 "));
        QCOMPARE(labels(HeatScale::Linear), std::string("1 5,000 10,000 "));
        QVERIFY(layOutHeat(grid(), nullptr, HeatScale::Log).legend.empty());
    }

    void cellsThatFailedAreOutlinedAsOneArea()
    {
        LatencyGrid made = grid();
        LatencyGrid failed = grid();
        for (std::uint32_t column = 2; column < 4; ++column) {
            put(made, column, 1, 20);
            put(failed, column, 1, 10);
        }
        put(made, 6, 1, 100); // one in a hundred is not outlined
        put(failed, 6, 1, 1);
        const std::vector<HeatEdge> edges = layOutHeat(made, &failed, HeatScale::Log).outlines;
        // Row 1 is the fourth from the top: a rectangle of two cells, its sides in one piece each.
        const std::vector<HeatEdge> wanted{{2, 3, 2, false}, {2, 4, 2, false}, {2, 3, 1, true}, {4, 3, 1, true}};
        QCOMPARE(edges.size(), wanted.size());
        for (const HeatEdge &edge : wanted)
            QVERIFY(std::ranges::find(edges, edge) != edges.end());
    }

    void percentilesJoinColumnsUntilThereIsEnough()
    {
        LatencyGrid made = grid();
        for (std::uint32_t column = 0; column < 4; ++column)
            put(made, column, 2, 10); // p95 wants 20, p99 100
        put(made, 8, 2, 20);
        const HeatPicture picture = layOutHeat(made, nullptr, HeatScale::Log);
        QCOMPARE(picture.percentiles[0].size(), std::size_t{5});
        QCOMPARE(picture.percentiles[1].size(), std::size_t{3});
        QCOMPARE(picture.percentiles[1][0].endColumn, 2U);
        QCOMPARE(picture.percentiles[1][2].beginColumn, 8U); // the gap stays one
        QVERIFY(picture.percentiles[2].empty());
    }

    void theAxisHoldsEveryFilledRowAndStaysWhileItDoes()
    {
        LatencyGrid made = grid();
        put(made, 0, 2, 1); // 2 to 4 ms
        const LatencyAxis axis = latencyAxisOf(made, 300);
        QVERIFY(axis.yOf(2e6) <= 300 && axis.yOf(4e6) >= 0);
        QVERIFY(axis.highLog10Ns - axis.lowLog10Ns >= 1);
        QCOMPARE(axis.yOf(axis.latencyAt(120)), 120.0);
        LatencyGrid faster = grid();
        put(faster, 0, 1, 1);
        const LatencyAxis after = latencyAxisOf(faster, 200, axis);
        QCOMPARE(after.heightPx, 200.0);
        QCOMPARE(after.lowLog10Ns, axis.lowLog10Ns);
        QCOMPARE(after.highLog10Ns, axis.highLog10Ns);
        const LatencyAxis far{0, 12, 300}; // much longer than needed: given up
        QVERIFY(latencyAxisOf(made, 300, far).highLog10Ns < 12);
    }

    void aPointLeadsToItsCell()
    {
        LatencyGrid made = grid();
        put(made, 0, 0, 1);
        put(made, 0, 4, 1);
        const LatencyAxis axis = latencyAxisOf(made, 400);
        const TimeScale time = wholeTime(made);
        for (const std::uint32_t column : {0U, 4U, 9U}) {
            for (std::uint32_t row = 0; row < 5; ++row) {
                const auto [x, y] = middleOf(made, axis, column, row);
                const auto cell = cellAt(made, time, axis, x, y);
                QVERIFY(cell);
                QCOMPARE(*cell, (HeatCells{column, column + 1, row, row + 1}));
            }
        }
        QVERIFY(!cellAt(made, time, axis, -1, 10));
        QVERIFY(!cellAt(made, time, axis, 1001, 10));
        QVERIFY(!cellAt(made, time, axis, 10, 401));
    }

    void aBoxIsWholeCellsAndFindsThemAgain()
    {
        LatencyGrid made = grid();
        put(made, 0, 0, 1);
        put(made, 3, 2, 5);
        put(made, 9, 4, 1);
        const LatencyAxis axis = latencyAxisOf(made, 400);
        const TimeScale time = wholeTime(made);
        const double top = axis.yOf(3e6);
        const HeatCells touched = cellsTouched(made, time, axis, 310, top, 590, axis.yOf(1.5e6));
        QCOMPARE(touched, (HeatCells{3, 6, 1, 3}));
        const HeatBox box = boxOf(made, touched);
        QCOMPARE(box.time, (TimeRange{TimePoint(103 * kSecond), TimePoint(106 * kSecond)}));
        QCOMPARE(box.band, (LatencyBand{kMs, 4 * kMs}));
        QVERIFY(box.band.contains(4 * kMs) && !box.band.contains(kMs));
        QCOMPARE(cellsOf(made, box), touched);
        QCOMPARE(countIn(made, touched), std::uint64_t{5});
        const HeatRect rect = rectOf(box, time, axis);
        QCOMPARE(rect.leftPx, 300.0);
        QCOMPARE(rect.rightPx, 600.0);
        QCOMPARE(rect.topPx, axis.yOf(4e6));
        // Everything, to the open ends.
        const HeatBox all = boxOf(made, {0, 10, 0, 5});
        QCOMPARE(all.band.atMostNs, std::numeric_limits<std::int64_t>::max());
        QCOMPARE(cellsOf(made, all), (HeatCells{0, 10, 0, 5}));
    }

    void aBoxBesideTheGridIsEmpty()
    {
        const LatencyGrid made = grid();
        const LatencyAxis axis = latencyAxisOf(made, 400);
        QVERIFY(cellsTouched(made, wholeTime(made), axis, 1100, 0, 1200, 50).isEmpty());
        const HeatBox elsewhere{{TimePoint(0), TimePoint(kSecond)}, {0, 8 * kMs}};
        QVERIFY(cellsOf(made, elsewhere).isEmpty());
    }

    void aDifferenceIsBlueAndVermillionWhereItIsCertainAndGreyElsewhere()
    {
        LatencyGrid now = grid();
        LatencyGrid before = grid();
        for (std::uint32_t column = 0; column < 10; ++column) {
            put(now, column, 1, 1000);
            put(before, column, 1, 2000);
            put(now, column, 3, 1000);
            put(before, column, 0, 1);
        }
        const auto difference = latencyGridDifferenceOf(now, before, {}).value();
        const HeatPicture picture = layOutDifference(now, before, difference);
        QVERIFY(picture.isDifference);
        const auto at = [&](std::uint32_t row) { return int(picture.cells[(4 - row) * 10 + 5]); };
        QVERIFY(at(1) >= DifferencePalette::kLess && at(1) < DifferencePalette::kMore);
        QVERIFY(at(3) >= DifferencePalette::kMore && at(3) < DifferencePalette::kGrey);
        QCOMPARE(at(4), 0);
        const HeatPicture same = layOutDifference(now, now, latencyGridDifferenceOf(now, now, {}).value());
        QVERIFY(same.legend.empty());
        QVERIFY(std::ranges::all_of(same.cells, [](int row) { return row == 0 || row >= DifferencePalette::kGrey; }));
    }

    void boundsAreSaidInWords()
    {
        QCOMPARE(bandText({-1, kMs}), std::string("up to 1 ms"));
        QCOMPARE(bandText({kMs, 4 * kMs}), std::string("1 ms \u2013 4 ms"));
        QCOMPARE(bandText({8 * kMs, std::numeric_limits<std::int64_t>::max()}), std::string("above 8 ms"));
        QCOMPARE(timeRangeText({TimePoint(3600 * kSecond), TimePoint(3661 * kSecond)}),
                 std::string("01:00:00 \u2013 01:01:01"));
        QCOMPARE(timeRangeText({TimePoint(1 * kSecond), TimePoint(1 * kSecond + 250 * kMs)}),
                 std::string("00:00:01.000 \u2013 00:00:01.250"));
        QVERIFY(timeRangeText({TimePoint(0), TimePoint(90'000 * kSecond)}).starts_with("1970-01-01 "));
    }
};

QTEST_GUILESS_MAIN(TestHeatLayout)
#include "tst_heat_layout.moc"
