// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/latency_grid_difference.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace tailspan;
using namespace tailspan::metric;

namespace {

constexpr std::uint32_t kColumns = 60;
const LatencyRows kRows = LatencyRows::between(1'000'000, 4'000'000'000);

/// Spans of an ordinary service: log-normal latencies around 20 ms, evenly over the time. `slow` of them, in the second
/// half of the time, take ten times as long.
LatencyGrid gridOf(std::size_t spans, double slow, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> latency(std::log(2e7), 0.6);
    LatencyGrid grid{TimePoint(0), Duration(1'000'000'000), kColumns, kRows, {}, spans};
    grid.counts.resize(std::size_t{kColumns} * kRows.count());
    for (std::size_t i = 0; i < spans; ++i) {
        const auto column = static_cast<std::uint32_t>(random() % kColumns);
        double ns = latency(random);
        if (column >= kColumns / 2 && static_cast<double>(random() % 1'000'000) < slow * 1e6)
            ns *= 10;
        ++grid.counts[std::size_t{column} * kRows.count() + kRows.rowOf(static_cast<std::int64_t>(ns))];
    }
    return grid;
}

} // namespace

class TestLatencyGridDifference : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noiseStaysGrey()
    {
        int coloured = 0;
        for (unsigned seed = 0; seed < 200; ++seed) {
            const auto difference =
                latencyGridDifferenceOf(gridOf(20'000, 0, seed), gridOf(30'000 - seed * 100, 0, seed + 1000), {});
            QVERIFY(difference->tiles > 100);
            coloured += difference->significantTiles > 0 ? 1 : 0;
        }
        // One in a hundred is to be expected; seven or more of 200 come by chance once in two hundred runs.
        QVERIFY2(coloured <= 6, qPrintable(QString::number(coloured)));
    }

    void aPlantedBandIsFoundWhereItIs()
    {
        for (unsigned seed = 0; seed < 20; ++seed) {
            const LatencyGridDifference difference =
                latencyGridDifferenceOf(gridOf(20'000, 0.05, seed), gridOf(20'000, 0, seed + 100), {}).value();
            std::uint32_t slower = 0;
            std::uint32_t slowerElsewhere = 0;
            for (std::uint32_t column = 0; column < kColumns; ++column) {
                for (std::uint32_t row = kRows.rowOf(150'000'000); row < kRows.count(); ++row) {
                    const LatencyGridDifference::Cell &cell = difference.cell(column, row);
                    if (cell.isSignificant && cell.change > 0)
                        ++(column >= kColumns / 2 ? slower : slowerElsewhere);
                }
            }
            QVERIFY2(slower > 20, qPrintable(QString::number(slower)));
            QVERIFY2(slowerElsewhere <= slower / 10, qPrintable(QString::number(slowerElsewhere)));
        }
    }

    void theSameAgainstTheSameIsNoDifference()
    {
        const LatencyGrid grid = gridOf(5'000, 0, 1);
        const LatencyGridDifference difference = latencyGridDifferenceOf(grid, grid, {}).value();
        QCOMPARE(difference.significantTiles, 0U);
        for (const LatencyGridDifference::Cell &cell : difference.cells)
            QCOMPARE(cell.change, 0.0F);
    }

    void moreLoadAloneIsNoDifference()
    {
        const LatencyGridDifference difference =
            latencyGridDifferenceOf(gridOf(80'000, 0, 7), gridOf(8'000, 0, 8), {}).value();
        QCOMPARE(difference.significantTiles, 0U);
    }

    void fewSpansProveNothing()
    {
        QCOMPARE(latencyGridDifferenceOf(gridOf(9, 1, 1), gridOf(9, 0, 2), {})->tiles, 0U);
        QCOMPARE(latencyGridDifferenceOf(gridOf(0, 0, 1), gridOf(100, 0, 2), {})->tiles, 0U);
    }

    void gridsOfDifferentShapeAreRefused()
    {
        LatencyGrid other = gridOf(100, 0, 1);
        other.columns -= 1;
        QCOMPARE(latencyGridDifferenceOf(gridOf(100, 0, 1), other, {}).error().code, ErrorCode::Malformed);
    }
};

QTEST_GUILESS_MAIN(TestLatencyGridDifference)
#include "tst_latency_grid_difference.moc"
