// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/prometheus_histogram.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace tailspan;
using namespace tailspan::metric;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

MetricSeries bucket(const char *le, std::vector<double> values, const char *service = "auth")
{
    MetricSeries series;
    series.labels = {{"__name__", "x_bucket"}, {"le", le}, {"service", service}};
    for (std::size_t i = 0; i < values.size(); ++i)
        series.timesNs.push_back(static_cast<std::int64_t>(i) * 1'000);
    series.values = std::move(values);
    return series;
}

BucketTable tableOf(const std::vector<MetricSeries> &series)
{
    return bucketTables(series).tables.at(0);
}

} // namespace

class TestPrometheusHistogram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void seriesBecomeTablesByTheirOtherLabels()
    {
        const auto result = bucketTables({bucket("+Inf", {10}), bucket("0.5", {4}), bucket("0.1", {1}),
                                          bucket("1", {7}, "payment"), bucket("odd", {1}), bucket("NaN", {1})});
        QCOMPARE(result.tables.size(), std::size_t(2));
        QCOMPARE(result.withoutBound, std::uint64_t(2));
        QCOMPARE(result.tables[0].bounds, (std::vector<double>{0.1, 0.5, std::numeric_limits<double>::infinity()}));
        QCOMPARE(result.tables[0].counts, (std::vector<double>{1, 4, 10}));
        QCOMPARE(result.tables[0].labels, (Labels{{"service", "auth"}}));
        QVERIFY(!result.tables[0].hasNoEnd);
        QVERIFY(result.tables[1].hasNoEnd);
    }

    void sameBoundsInTwoSpellingsAreAddedUp()
    {
        QCOMPARE(tableOf({bucket("1", {3}), bucket("1.0", {4})}).counts, (std::vector<double>{7}));
    }

    // The figures are those of histogram_quantile in Prometheus 2.42 over the same buckets; see tst_prometheus_source.
    void quantilesInterpolateInsideTheirBucket()
    {
        const BucketTable table = tableOf({bucket("0.1", {10}), bucket("0.5", {30}), bucket("+Inf", {40})});
        QCOMPARE(quantile(table, 0, 0.25).value(), 0.1);
        QCOMPARE(quantile(table, 0, 0.5).value(), 0.3);
        QCOMPARE(quantile(table, 0, 0.125).value(), 0.05);
        QCOMPARE(quantile(table, 0, 0.99).value(), 0.5); // above the last finite bound
        QVERIFY(!quantile(table, 0, 1.5));
        QVERIFY(!quantile(table, 0, kNaN));
    }

    void nothingCountedHasNoQuantile()
    {
        QVERIFY(!quantile(tableOf({bucket("0.1", {0}), bucket("+Inf", {0})}), 0, 0.5));
        QVERIFY(!quantile(tableOf({bucket("0.1", {kNaN}), bucket("+Inf", {kNaN})}), 0, 0.5));
        QVERIFY(!quantile(tableOf({bucket("+Inf", {5})}), 0, 0.5));
    }

    void withoutTheLastBucketItsBoundIsTheMost()
    {
        const BucketTable table = tableOf({bucket("0.1", {10}), bucket("0.5", {30})});
        QVERIFY(table.hasNoEnd);
        QCOMPARE(quantile(table, 0, 1).value(), 0.5);
        QCOMPARE(cellsOf(table).size(), std::size_t(2));
    }

    void bucketsThatFallAreMendedAndCounted()
    {
        const BucketTable table = tableOf({bucket("0.1", {10}), bucket("0.5", {8}), bucket("+Inf", {12})});
        QCOMPARE(table.counts, (std::vector<double>{10, 10, 12}));
        QCOMPARE(table.mendedCells, std::uint64_t(1));
    }

    void aResetCountsWhatCameSince()
    {
        std::uint64_t resets = 0;
        const BucketTable grown =
            increases(tableOf({bucket("0.1", {5, 8, 2, 4}), bucket("+Inf", {10, 15, 3, 9})}), resets);
        QCOMPARE(resets, std::uint64_t(1));
        QVERIFY(std::isnan(grown.count(0, 0)));
        QCOMPARE(grown.count(1, 0), 3.0);
        QCOMPARE(grown.count(2, 0), 2.0);
        QCOMPARE(grown.count(2, 1), 3.0);
        QCOMPARE(grown.count(3, 1), 6.0);
    }

    void cellsAreWhatLiesBetweenTwoBounds()
    {
        const auto cells =
            cellsOf(tableOf({bucket("0.1", {10, kNaN}), bucket("0.5", {10, 3}), bucket("+Inf", {40, 3})}));
        const double infinity = std::numeric_limits<double>::infinity();
        QCOMPARE(cells, (std::vector<HistogramCell>{{0, 0, 0.1, 10}, {0, 0.5, infinity, 30}, {1'000, 0, 0.5, 3}}));
    }

    void aMissingSampleIsAGapAndNotZero()
    {
        MetricSeries late = bucket("+Inf", {7});
        late.timesNs = {1'000};
        const BucketTable table = tableOf({bucket("0.1", {2, 4}), late});
        QVERIFY(std::isnan(table.count(0, 1)));
        std::uint64_t resets = 0;
        QVERIFY(std::isnan(increases(table, resets).count(1, 1)));
        QCOMPARE(resets, std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestPrometheusHistogram)
#include "tst_prometheus_histogram.moc"
