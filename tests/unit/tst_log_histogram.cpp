// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/log_histogram.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using tailspan::LogHistogram;

namespace {

using Values = std::vector<std::int64_t>;
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

LogHistogram histogramOf(const Values &values)
{
    LogHistogram histogram;
    for (const std::int64_t value : values)
        histogram.record(value);
    return histogram;
}

/// Hyndman and Fan's type 7 on sorted values.
double exactQuantile(const Values &sorted, double ratio)
{
    const double position = ratio * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    const auto low = static_cast<double>(sorted[below]);
    return low + (position - static_cast<double>(below)) * (static_cast<double>(sorted[above]) - low);
}

template <class Distribution>
Values drawn(Distribution distribution, std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    Values values(count);
    for (std::int64_t &value : values)
        value = static_cast<std::int64_t>(std::clamp(static_cast<double>(distribution(random)), 0.0, 9e18));
    return values;
}

Values heavyTail(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(1e-12, 1);
    Values values(count);
    for (std::int64_t &value : values)
        value = static_cast<std::int64_t>(std::min(1e6 * std::pow(uniform(random), -1.1), 9e18)); // Pareto
    return values;
}

} // namespace

class TestLogHistogram : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void quantilesLieWithinTheStatedErrorOfExactOnes_data()
    {
        QTest::addColumn<Values>("values");
        QTest::newRow("uniform") << drawn(std::uniform_real_distribution<double>(0, 5e9), 20'000, 1);
        QTest::newRow("lognormal") << drawn(std::lognormal_distribution<double>(17, 1.3), 20'000, 2);
        QTest::newRow("heavy tail") << heavyTail(20'000, 3);
        QTest::newRow("constant") << Values(5'000, 123'456'789);
        QTest::newRow("two clusters") << [] {
            Values values(900, 1'000'000);
            values.resize(1'000, 30'000'000'000);
            return values;
        }();
        QTest::newRow("small numbers") << drawn(std::uniform_real_distribution<double>(0, 255), 2'000, 4);
        QTest::newRow("one value") << Values{77'777};
        QTest::newRow("two values") << Values{1'000, 9'000'000'000};
    }
    void quantilesLieWithinTheStatedErrorOfExactOnes()
    {
        QFETCH(Values, values);
        const LogHistogram histogram = histogramOf(values);
        std::sort(values.begin(), values.end());
        for (const double ratio : {0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0}) {
            const double exact = exactQuantile(values, ratio);
            const auto given = static_cast<double>(histogram.quantile(ratio));
            // Half a nanosecond: the answer is a whole number.
            const double allowed = exact * LogHistogram::kMaxRelativeError + 0.5;
            QVERIFY2(std::abs(given - exact) <= allowed,
                     qPrintable(QStringLiteral("p%1: %2 instead of %3").arg(ratio * 100).arg(given).arg(exact)));
        }
        QVERIFY(LogHistogram::kMaxRelativeError <= 0.01);
        QCOMPARE(histogram.min(), values.front());
        QCOMPARE(histogram.max(), values.back());
        QCOMPARE(histogram.count(), std::uint64_t{values.size()});
    }

    void mergingGivesTheHistogramOfAllValues()
    {
        const Values a = drawn(std::lognormal_distribution<double>(15, 2), 3'000, 5);
        const Values b = heavyTail(2'000, 6);
        Values all = a;
        all.insert(all.end(), b.begin(), b.end());
        LogHistogram merged = histogramOf(a);
        merged.merge(histogramOf(b));
        const LogHistogram whole = histogramOf(all);
        QCOMPARE(merged.count(), whole.count());
        QCOMPARE(merged.min(), whole.min());
        QCOMPARE(merged.max(), whole.max());
        QVERIFY(std::abs(merged.sum() - whole.sum()) <= whole.sum() * 1e-12);
        const auto mergedBuckets = merged.buckets();
        const auto wholeBuckets = whole.buckets();
        QCOMPARE(mergedBuckets.size(), wholeBuckets.size());
        for (std::size_t i = 0; i < wholeBuckets.size(); ++i) {
            QCOMPARE(mergedBuckets[i].lowNs, wholeBuckets[i].lowNs);
            QCOMPARE(mergedBuckets[i].count, wholeBuckets[i].count);
        }
        for (const double ratio : {0.0, 0.5, 0.99, 1.0})
            QCOMPARE(merged.quantile(ratio), whole.quantile(ratio));
    }

    void mergingWithAnEmptyHistogramChangesNothing()
    {
        LogHistogram histogram = histogramOf({5, 500, 50'000});
        histogram.merge({});
        QCOMPARE(histogram.count(), 3U);
        LogHistogram empty;
        empty.merge(histogram);
        QCOMPARE(empty.quantile(0.5), histogram.quantile(0.5));
        QCOMPARE(empty.min(), 5);
    }

    void theEndsOfTheRangeAreExact()
    {
        const LogHistogram histogram = histogramOf({0, kHighest, -5});
        QCOMPARE(histogram.min(), 0);
        QCOMPARE(histogram.max(), kHighest);
        QCOMPARE(histogram.quantile(1), kHighest);
        QCOMPARE(histogram.quantile(0), 0);
        QVERIFY(histogram.quantile(0.75) >= 0);
        QCOMPARE(histogram.countAtMost(0), 2U);
        QCOMPARE(histogram.countAtMost(kHighest), 3U);
    }

    void theHighestValueAloneIsReportedAsItself()
    {
        const LogHistogram histogram = histogramOf(Values(10, kHighest));
        for (const double ratio : {0.0, 0.3, 0.5, 0.999, 1.0})
            QCOMPARE(histogram.quantile(ratio), kHighest);
    }

    void anEmptyHistogramAnswersZero()
    {
        const LogHistogram histogram;
        QVERIFY(histogram.isEmpty());
        QCOMPARE(histogram.quantile(0.5), 0);
        QCOMPARE(histogram.mean(), 0.0);
        QCOMPARE(histogram.countAtMost(5), 0U);
        QVERIFY(histogram.buckets().empty());
    }

    void ratiosOutsideOfZeroToOneAreHeldAtTheEnds()
    {
        const LogHistogram histogram = histogramOf({10, 20, 30});
        QCOMPARE(histogram.quantile(-1), 10);
        QCOMPARE(histogram.quantile(7), 30);
        QCOMPARE(histogram.quantile(std::numeric_limits<double>::quiet_NaN()), 0);
    }

    void everyValueLiesInItsBucket()
    {
        std::mt19937_64 random(8);
        for (int i = 0; i < 200'000; ++i) {
            const auto value = static_cast<std::int64_t>(random() >> (1 + random() % 63));
            const std::uint32_t index = LogHistogram::indexOf(value);
            QVERIFY(LogHistogram::lowerBoundOf(index) <= value);
            QVERIFY(value < LogHistogram::lowerBoundOf(index + 1) || value == kHighest);
        }
        for (std::uint32_t index = 0; index < LogHistogram::indexOf(kHighest); ++index)
            QCOMPARE(LogHistogram::indexOf(LogHistogram::lowerBoundOf(index)), index);
    }

    void countsOfManyEqualValuesAddUp()
    {
        LogHistogram histogram;
        histogram.record(1'000, 1'000'000'000'000);
        histogram.record(9'000'000, 0);
        histogram.record(2'000'000, 1);
        QCOMPARE(histogram.count(), 1'000'000'000'001U);
        QCOMPARE(histogram.max(), 2'000'000);
        QVERIFY(std::abs(static_cast<double>(histogram.quantile(0.999)) - 1'000) <= 4);
    }
};

QTEST_GUILESS_MAIN(TestLogHistogram)
#include "tst_log_histogram.moc"
