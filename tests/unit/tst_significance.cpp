// SPDX-License-Identifier: GPL-3.0-or-later
// Figures from SciPy 1.10.1; the call stands beside each.
#include "models/base/rank_sum_test.h"
#include "models/explain/significance.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace tailspan;
using namespace tailspan::explain;

namespace {

bool isNear(double value, double expected, double within = 1e-9)
{
    const bool isIt = std::abs(value - expected) <= within * std::abs(expected);
    if (!isIt)
        qWarning("%.17g instead of %.17g", value, expected);
    return isIt;
}

double distanceOf(std::vector<double> a, std::vector<double> b)
{
    std::ranges::sort(a);
    std::ranges::sort(b);
    double distance = 0;
    for (const double x : a) {
        const auto ofA = static_cast<double>(std::ranges::upper_bound(a, x) - a.begin())
            / static_cast<double>(a.size());
        const auto ofB = static_cast<double>(std::ranges::upper_bound(b, x) - b.begin())
            / static_cast<double>(b.size());
        distance = std::max(distance, std::abs(ofA - ofB));
    }
    return distance;
}

} // namespace

class TestSignificance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gIsThatOfAnotherProgram();
    void tailsAreExactFarOut();
    void theBinomialTailIsExactAndTakesRealNumbers();
    void kolmogorovSmirnovIsThatOfAnotherProgram();
    void ratesOfFalseDiscoveriesAreThoseOfAnotherProgram();
    void whatCannotBeTestedSaysNothing();
};

void TestSignificance::gIsThatOfAnotherProgram()
{
    // chi2_contingency([[30,120],[45,90],[25,300]], lambda_='log-likelihood', correction=False)
    const std::vector<CellCounts> table{{30, 120}, {45, 90}, {25, 300}};
    QVERIFY(isNear(gStatistic(table), 46.034305335563836));
    QVERIFY(isNear(chiSquaredTail(gStatistic(table), 2), 1.0087362019645066e-10, 1e-8));
}

void TestSignificance::tailsAreExactFarOut()
{
    QVERIFY(isNear(chiSquaredTail(25.4, 1), 4.6591811765011513e-07)); // chi2.sf(25.4, 1)
    QVERIFY(isNear(chiSquaredTail(120, 7), 7.661246463353007e-23));   // chi2.sf(120, 7)
    QVERIFY(isNear(chiSquaredTail(900, 999), 0.9886211870834188));    // chi2.sf(900, 999)
    QVERIFY(isNear(kolmogorovTail(0.5), 0.9639452436648751));         // special.kolmogorov(0.5)
    QVERIFY(isNear(kolmogorovTail(1.36), 0.049485876755377876));      // special.kolmogorov(1.36)
    QVERIFY(isNear(kolmogorovTail(5), 3.8574996959278356e-22));       // special.kolmogorov(5)
}

void TestSignificance::theBinomialTailIsExactAndTakesRealNumbers()
{
    QVERIFY(isNear(binomialTail(20, 200, 0.03), 3.1640176793292485e-06)); // binom.sf(19, 200, .03)
    QVERIFY(isNear(binomialTail(50, 50, 0.01), 1e-100));                  // binom.sf(49, 50, .01)
    QVERIFY(isNear(binomialTail(3, 10, 0.5), 0.9453125));                 // binom.sf(2, 10, .5)
    QVERIFY(binomialTail(3.5, 10, 0.5) < binomialTail(3, 10, 0.5));
    QVERIFY(binomialTail(3.5, 10, 0.5) > binomialTail(4, 10, 0.5));
}

void TestSignificance::kolmogorovSmirnovIsThatOfAnotherProgram()
{
    // a = [(i*37)%101 for i in range(80)]; b = [(i*53)%131+12 for i in range(120)]; ks_2samp(a, b, mode='exact')
    std::vector<double> a;
    std::vector<double> b;
    for (int i = 0; i < 80; ++i)
        a.push_back(i * 37 % 101);
    for (int i = 0; i < 120; ++i)
        b.push_back(i * 53 % 131 + 12);
    const double distance = distanceOf(a, b);
    QVERIFY(isNear(distance, 0.31666666666666665));
    // Stephens' form is an approximation: exact 0.000100707, SciPy's own approximation 0.0000887.
    QVERIFY(isNear(kolmogorovSmirnovPValue(distance, 80, 120), 0.00010070698773476466, 0.25));
}

void TestSignificance::ratesOfFalseDiscoveriesAreThoseOfAnotherProgram()
{
    // R: p.adjust(c(.0001,.004,.019,.03,.2,.011,.5), "BH"), by hand: p * 7 / rank, then the least from behind.
    const std::vector<double> p{0.0001, 0.004, 0.019, 0.03, 0.2, 0.011, 0.5};
    const std::vector<double> expected{0.0007, 0.014, 0.03325, 0.042, 0.2333333333333333, 0.02566666666666667, 0.5};
    const std::vector<double> rates = falseDiscoveryRates(p);
    for (std::size_t i = 0; i < p.size(); ++i)
        QVERIFY(isNear(rates[i], expected[i]));
}

void TestSignificance::whatCannotBeTestedSaysNothing()
{
    const double nan = std::nan("");
    QCOMPARE(chiSquaredTail(nan, 1), 1.0);
    QCOMPARE(chiSquaredTail(3, 0), 1.0);
    QCOMPARE(gStatistic({}), 0.0);
    QCOMPARE(binomialTail(0, 10, 0.5), 1.0);
    QCOMPARE(binomialTail(3, 0, 0.5), 1.0);
    QCOMPARE(kolmogorovTail(nan), 1.0);
    QCOMPARE(kolmogorovSmirnovPValue(0.5, 0, 10), 1.0);
    QCOMPARE(kolmogorovSmirnovPValue(nan, 10, 10), 1.0);
}

QTEST_APPLESS_MAIN(TestSignificance)
#include "tst_significance.moc"
