// SPDX-License-Identifier: GPL-3.0-or-later
// The statistics under comparisons and capacity, against published figures and other programs.
#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/change_points.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/largest_load.h"
#include "models/loadtest/queueing.h"
#include "models/loadtest/run_repeats.h"
#include "models/loadtest/usl.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace tailspan;
using namespace tailspan::loadtest;

namespace {

bool isNear(double value, double wanted, double tolerance)
{
    return std::abs(value - wanted) <= tolerance;
}

double normal(SeededRandom &random)
{
    return normalQuantile(std::clamp(random.unit(), 1e-12, 1 - 1e-12));
}

} // namespace

class TestLoadtestStatistics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wilsonAsPublished()
    {
        // Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3: 81 of 263 and 0 of 20.
        const Interval one = wilsonInterval(81, 263);
        QVERIFY(isNear(one.low, 0.2553, 5e-5) && isNear(one.high, 0.3662, 5e-5));
        const Interval none = wilsonInterval(0, 20);
        QVERIFY(isNear(none.low, 0, 1e-12) && isNear(none.high, 0.1611, 5e-5));
        QCOMPARE(wilsonInterval(0, 0), (Interval{0, 1}));
    }

    void newcombeAsPublished()
    {
        // Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10: 56/70 - 48/80 and 5/56 - 0/29.
        const Interval first = newcombeInterval(48, 80, 56, 70);
        QVERIFY(isNear(first.low, 0.0524, 5e-5) && isNear(first.high, 0.3339, 5e-5));
        const Interval second = newcombeInterval(0, 29, 5, 56);
        QVERIFY(isNear(second.low, -0.0381, 5e-5) && isNear(second.high, 0.1926, 5e-5));
    }

    void holmAsInR()
    {
        // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        const std::vector<double> adjusted = holmAdjusted(std::vector<double>{0.01, 0.04, 0.03, 0.005});
        const std::vector<double> wanted{0.03, 0.06, 0.06, 0.02};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY(isNear(adjusted[i], wanted[i], 1e-12));
    }

    void hodgesLehmannAsInR()
    {
        // Hollander and Wolfe (1973), 69f, as in R's help of wilcox.test: difference in location 0.305,
        // 95 percent interval -0.15 to 0.76, p-value 0.2544. Here as factors, so through exp.
        std::vector<double> x{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
        std::vector<double> y{1.15, 0.88, 0.90, 0.74, 1.21};
        for (double &value : x)
            value = std::exp(value);
        for (double &value : y)
            value = std::exp(value);
        const RepeatShift shift = repeatShift(y, x);
        QVERIFY(isNear(std::log(shift.ratio), 0.305, 1e-9));
        QVERIFY(isNear(std::log(shift.interval.low), -0.15, 1e-9));
        QVERIFY(isNear(std::log(shift.interval.high), 0.76, 1e-9));
        QVERIFY(isNear(shift.pValue, 0.2544, 5e-5));
    }

    void fourAgainstFourCanBeSignificantThreeCannot()
    {
        const std::vector<double> low{1, 2, 3, 4};
        const std::vector<double> high{5, 6, 7, 8};
        QVERIFY(isNear(repeatShift(low, high).pValue, 2.0 / 70, 1e-9));
        QVERIFY(repeatShift(std::span(low).first(3), std::span(high).first(3)).pValue > 0.05);
    }

    void erlangAsPublished()
    {
        // By the sum of its definition in another program; Erlang's tables give 0.409 for 10 servers and 8 erlangs.
        QVERIFY(isNear(erlangC(10, 8), 0.4091801508, 1e-9));
        QVERIFY(isNear(erlangC(2, 1), 1.0 / 3, 1e-12));
        QCOMPARE(erlangC(2, 2), 1.0);
    }

    void oneServerAnswersExponentially()
    {
        // M/M/1: response times are exponential with rate mu - lambda = 50/s: p95 = -ln(0.05) / 50.
        const auto p95 = responseQuantile(1, 50, 0.01, 0.95);
        QVERIFY(p95 && isNear(*p95, 0.059914645471, 1e-9));
        QVERIFY(!responseQuantile(1, 100, 0.01, 0.95));
    }

    void replicasKeepTheLimit()
    {
        // One replica of two requests at once of 10 ms: 200/s. For 900/s at most 90 % busy means five replicas.
        ReplicaQuestion question{900, 200, 1, Duration::milliseconds(10), Duration::milliseconds(60)};
        const auto answer = replicasFor(question);
        QVERIFY(answer && answer->p95);
        QCOMPARE(answer->replicas, 5U);
        QVERIFY(isNear(answer->utilization, 0.9, 1e-9));
        QVERIFY(*answer->p95 <= Duration::milliseconds(60));
        question.p95Limit = Duration::milliseconds(20); // below the p95 of a request that never waits, 30 ms
        QVERIFY(!replicasFor(question));
    }

    void uslAsInR()
    {
        // The data set specsdm91 of R's package usl (Gunther, Guerrilla Capacity Planning, table 5.3); its vignette
        // prints alpha 0.0277, beta 0.0001044 and gamma 90 with the peak at 96.5.
        const std::vector<LoadPoint> points{{1, 64.9},     {18, 995.9},   {36, 1652.4}, {72, 1853.2},
                                            {108, 1828.9}, {144, 1775.0}, {216, 1702.2}};
        const auto fit = fitUsl(points);
        QVERIFY(fit.has_value());
        QVERIFY(isNear(fit->gamma, 89.9952, 0.001));
        QVERIFY(isNear(fit->alpha, 0.0277285, 1e-6));
        QVERIFY(isNear(fit->beta, 0.000104365, 1e-8));
        QVERIFY(isNear(*fit->peak(), 96.52, 0.01));
    }

    void uslStaysInItsBounds()
    {
        std::vector<LoadPoint> points; // more than linear: alpha would be negative
        for (int n = 1; n < 20; ++n)
            points.push_back({static_cast<double>(n), n * (1 + n * 0.01)});
        const auto fit = fitUsl(points);
        QVERIFY(fit && fit->alpha >= 0 && fit->beta >= 0);
        QVERIFY(!fit->peak() || *fit->peak() > 19);
    }

    void kneedleAsPublished()
    {
        // Satopaa et al. 2011, figure 2: y = -1 / (x + 0.1) + 5 over ten points from 0 to 1; the knee is at 0.22.
        std::vector<LoadPoint> points;
        for (int i = 0; i < 10; ++i)
            points.push_back({i / 9.0, -1 / (i / 9.0 + 0.1) + 5});
        const auto knee = kneedle(points);
        QVERIFY(knee && isNear(*knee, 2.0 / 9, 1e-12));
    }

    void boundsMeetWhereTheyWereMade()
    {
        std::vector<LoadPoint> points;
        for (int n = 1; n <= 60; ++n)
            points.push_back({static_cast<double>(n), std::min(n / 0.1, 250.0)});
        const auto fit = fitBounds(points);
        QVERIFY(fit && isNear(fit->corner(), 25, 1e-6) && isNear(fit->highest, 250, 1e-6));
    }

    void fallingRunsBecomeTheirMean()
    {
        // R: isoreg(c(1, 3, 2, 4, 3, 3, 6))$yf
        std::vector<double> values{1, 3, 2, 4, 3, 3, 6};
        makeRising(values, std::vector<double>(values.size(), 1));
        const std::vector<double> wanted{1, 2.5, 2.5, 10.0 / 3, 10.0 / 3, 10.0 / 3, 6};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY(isNear(values[i], wanted[i], 1e-12));
    }

    void autocorrelationTimeOfAKnownProcess()
    {
        // AR(1) with coefficient 0.7: 1/2 + 0.7 / (1 - 0.7) = 2.833.
        SeededRandom random(7);
        std::vector<double> values{0};
        while (values.size() < 200'000)
            values.push_back(0.7 * values.back() + normal(random));
        QVERIFY(isNear(autocorrelationTime(values), 2.833, 0.15));
        std::vector<double> independent;
        while (independent.size() < 200'000)
            independent.push_back(normal(random));
        QVERIFY(isNear(autocorrelationTime(independent), 0.5, 0.05));
        QCOMPARE(autocorrelationTime(std::vector<double>(100, 3.0)), 0.5);
    }

    void blocksAreLongAndManyEnough()
    {
        for (const std::size_t steps : {20U, 100U, 600U, 5000U}) {
            for (const double time : {0.5, 1.0, 3.0, 20.0}) {
                const auto plan = planBlocks(steps, time);
                if (!plan)
                    continue;
                QVERIFY(static_cast<double>(plan->blockSteps) >= 3 * time);
                QVERIFY(plan->blocks >= kFewestBlocks);
                QVERIFY(plan->blocks * plan->blockSteps >= steps);
            }
        }
        QVERIFY(!planBlocks(30, 1.0));
        QVERIFY(!planBlocks(0, 0.5));
    }

    void burstsCountAsWhatTheyAre()
    {
        // Ten failures each in ten steps of a hundred, or all hundred in one: the same share, another certainty.
        std::vector<double> even(100, 1);
        std::vector<double> burst(100, 0);
        burst[50] = 100;
        const std::vector<double> trials(100, 1000);
        QCOMPARE(designEffect(even, trials), 1.0);
        QVERIFY(designEffect(burst, trials) > 50);
    }

    void aChangeOfLevelIsFoundWhereItIs()
    {
        SeededRandom random(11);
        std::vector<double> values;
        for (int i = 0; i < 40; ++i)
            values.push_back((i < 25 ? 100 : 115) + 3 * normal(random));
        const std::vector<ChangePoint> changes = changePoints(values);
        QCOMPARE(changes.size(), std::size_t{1});
        QCOMPARE(changes.front().first, std::size_t{25});
        QVERIFY(isNear(changes.front().before, 100, 2) && isNear(changes.front().after, 115, 2));
        QVERIFY(changes.front().pValue <= 0.01);
    }

    void anEvenHistoryHasNoChange()
    {
        int alarms = 0;
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            SeededRandom random(seed);
            std::vector<double> values;
            for (int i = 0; i < 20; ++i)
                values.push_back(100 + 3 * normal(random));
            alarms += changePoints(values).empty() ? 0 : 1;
        }
        QVERIFY2(alarms <= 5, qPrintable(QString::number(alarms))); // 5 % of 40 is 2
        QVERIFY(changePoints(std::vector<double>(30, 1.0)).empty());
        QVERIFY(changePoints(std::vector<double>{1, 2, 9, 9}).empty());
    }
};

QTEST_GUILESS_MAIN(TestLoadtestStatistics)
#include "tst_loadtest_statistics.moc"
