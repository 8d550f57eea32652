// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/rank_sum_test.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace tailspan;

namespace {

using Values = std::vector<std::int64_t>;

double pOf(const Values &a, const Values &b)
{
    return RankSumTest().pValue(std::span(a), std::span(b));
}

/// Twice the rank sum of the values that the mask chooses, mid ranks for ties.
int doubledRankSum(const Values &all, unsigned mask)
{
    int sum = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if ((mask >> i & 1U) == 0)
            continue;
        int below = 0, equal = 0;
        for (const std::int64_t value : all) {
            below += value < all[i] ? 1 : 0;
            equal += value == all[i] ? 1 : 0;
        }
        sum += 2 * below + equal + 1;
    }
    return sum;
}

/// By the definition: over all ways to choose the first sample.
double slowP(const Values &a, const Values &b)
{
    Values all(a);
    all.insert(all.end(), b.begin(), b.end());
    const auto n = static_cast<int>(a.size());
    const int expected = n * static_cast<int>(all.size() + 1);
    const int observed = std::abs(doubledRankSum(all, (1U << a.size()) - 1) - expected);
    int ways = 0, farAway = 0;
    for (unsigned mask = 0; mask < 1U << all.size(); ++mask) {
        if (__builtin_popcount(mask) != n)
            continue;
        ++ways;
        farAway += std::abs(doubledRankSum(all, mask) - expected) >= observed ? 1 : 0;
    }
    return static_cast<double>(farAway) / ways;
}

bool isClose(double x, double y, double within = 1e-9)
{
    return std::abs(x - y) <= within;
}

Values randomValues(std::mt19937 &random, std::size_t count, unsigned different)
{
    Values values(count);
    for (std::int64_t &value : values)
        value = random() % different;
    return values;
}

} // namespace

class TestRankSumTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fewSamplesAreCountedOut()
    {
        QVERIFY(isClose(pOf({1, 2, 3}, {4, 5, 6}), 0.1)); // 2 of C(6, 3) = 20
        QVERIFY(isClose(pOf({4, 5, 6}, {1, 2, 3}), 0.1));
        QVERIFY(isClose(pOf({1, 2}, {3, 4}), 1.0 / 3));
        QVERIFY(isClose(pOf({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}), 2.0 / 252));
        QVERIFY(isClose(pOf({9}, {1, 2, 3, 4, 5, 6, 7, 8}), 2.0 / 9));
    }

    void nothingToTellApartIsOne()
    {
        QCOMPARE(pOf({}, {1, 2, 3}), 1.0);
        QCOMPARE(pOf({}, {}), 1.0);
        QCOMPARE(pOf({7, 7}, {7, 7, 7}), 1.0);
        QCOMPARE(pOf({1, 2, 3}, {1, 2, 3}), 1.0);
    }

    void exactValuesAgreeWithTheDefinition()
    {
        std::mt19937 random(4);
        for (int i = 0; i < 400; ++i) {
            const unsigned different = i % 4 == 0 ? 2 : i % 4 == 1 ? 4 : 1000;
            const Values a = randomValues(random, 1 + random() % 6, different);
            const Values b = randomValues(random, 1 + random() % 6, different);
            QVERIFY2(isClose(pOf(a, b), slowP(a, b)), qPrintable(QString::number(i)));
        }
    }

    void aPathThatFewOfManyHaveIsCountedOut()
    {
        // All 5 of 1,000 that have it are in one half: twice C(500, 5) / C(1000, 5), where the normal tail says 0.025.
        Values a(500), b(500);
        for (std::size_t i = 0; i < 5; ++i)
            a[i] = static_cast<std::int64_t>(i) + 1;
        double chance = 2;
        for (int i = 0; i < 5; ++i)
            chance *= (500.0 - i) / (1000.0 - i);
        QVERIFY(isClose(pOf(a, b), chance, 1e-6));
    }

    void manySamplesAreFollowedByTheNormalTail()
    {
        // 40 against 40 with U = 600: z = (|600 - 800| - 0.5) / sqrt(40 * 40 * 81 / 12) = 1.9197, p = 0.0549
        std::vector<RankSumTest::Tie> ties;
        for (int i = 0; i < 15; ++i)
            ties.push_back({0, 1});
        for (int i = 0; i < 40; ++i)
            ties.push_back({1, 0});
        for (int i = 0; i < 25; ++i)
            ties.push_back({0, 1});
        QVERIFY(isClose(RankSumTest().pValue(ties), 0.0549, 5e-5));
    }

    void ofEqualSourcesAboutOneInTwentyIsBelowFivePercent()
    {
        std::mt19937 random(11);
        for (const std::size_t size : {std::size_t{12}, std::size_t{60}}) {
            int low = 0;
            for (int i = 0; i < 2000; ++i) {
                const Values a = randomValues(random, size, 1'000'000);
                low += pOf(a, randomValues(random, size, 1'000'000)) <= 0.05 ? 1 : 0;
            }
            QVERIFY2(low >= 60 && low <= 130, qPrintable(QString::number(low)));
        }
    }

    void oneTesterForManyQuestionsAnswersAsAFreshOne()
    {
        std::mt19937 random(5);
        RankSumTest tester;
        for (int i = 0; i < 300; ++i) {
            const Values a = randomValues(random, 1 + random() % 20, 5);
            const Values b = randomValues(random, 1 + random() % 20, 5);
            QCOMPARE(tester.pValue(std::span(a), std::span(b)), pOf(a, b));
        }
    }

    void falseDiscoveryRatesAreThoseOfBenjaminiAndHochberg()
    {
        // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "BH"): 0.025, 0.05, 0.05, 0.025, 0.5
        const std::vector<double> p{0.01, 0.04, 0.03, 0.005, 0.5};
        const std::vector<double> expected{0.025, 0.05, 0.05, 0.025, 0.5};
        const std::vector<double> rates = falseDiscoveryRates(p);
        for (std::size_t i = 0; i < p.size(); ++i)
            QVERIFY(isClose(rates[i], expected[i]));
        QVERIFY(falseDiscoveryRates({}).empty());
    }
};

QTEST_GUILESS_MAIN(TestRankSumTest)
#include "tst_rank_sum_test.moc"
