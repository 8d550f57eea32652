// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/explain/correlation.h"
#include "models/explain/significance.h"
#include "models/explain/step_series.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace tailspan;
using namespace tailspan::explain;

namespace {

constexpr std::int64_t kStepNs = 15'000'000'000;
constexpr std::int64_t kBeginNs = 1'790'000'000'000'000'000;
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

using Values = std::vector<double>;

NamedSeries named(std::string name, const Values &values, std::int64_t stepNs = kStepNs)
{
    NamedSeries series;
    series.name = std::move(name);
    for (std::size_t i = 0; i < values.size(); ++i) {
        series.series.timesNs.push_back(kBeginNs + static_cast<std::int64_t>(i) * stepNs);
        series.series.values.push_back(values[i]);
    }
    return series;
}

/// A first-order autoregression; with memory 1 a random walk.
Values wander(std::mt19937_64 &random, std::size_t steps, double memory)
{
    std::normal_distribution<double> normal;
    Values values(steps);
    double value = 0;
    for (double &each : values)
        each = value = memory * value + normal(random);
    return values;
}

Correlation correlated(const NamedSeries &target, const std::vector<NamedSeries> &candidates,
                       const metric::MetricSeries *load = nullptr)
{
    Progress progress;
    const auto result = correlate({target, load, candidates}, {}, {}, progress);
    if (!result.has_value())
        qFatal("%s", result.error().text().c_str());
    return *result;
}

/// Twelve services under one load. The gateway's latency follows the load, the CPU of "payment" and, one step later,
/// the time that the database spends in statements of over 500 ms; nothing else.
struct Mesh {
    NamedSeries latency;
    NamedSeries load;
    std::vector<NamedSeries> candidates;

    explicit Mesh(std::uint64_t seed, std::size_t steps = 480)
    {
        std::mt19937_64 random(seed);
        std::normal_distribution<double> normal;
        std::uniform_real_distribution<double> unit(0, 1);
        const Values traffic = wander(random, steps, 0.97);
        Values rate(steps);
        for (std::size_t i = 0; i < steps; ++i)
            rate[i] = 400 + 30 * traffic[i] + 60 * std::sin(static_cast<double>(i) / 80);
        load = named("rate", rate);
        Values slowDatabase(steps);
        for (std::size_t i = 0; i < steps; ++i)
            slowDatabase[i] = unit(random) < 0.08 ? 0.5 + 2 * unit(random) : 0;
        Values cpuOfPayment;
        for (int service = 0; service < 12; ++service) {
            const Values own = wander(random, steps, 0.8);
            Values cpu(steps);
            for (std::size_t i = 0; i < steps; ++i)
                cpu[i] = 0.2 + rate[i] / 1500 + 0.04 * own[i];
            candidates.push_back(named("CPU of service " + std::to_string(service), cpu));
            if (service == 7)
                cpuOfPayment = cpu;
            Values memory = wander(random, steps, 1);
            candidates.push_back(named("memory of service " + std::to_string(service), memory));
        }
        candidates.push_back(named("database time over 500 ms", slowDatabase));
        Values gateway(steps);
        for (std::size_t i = 0; i < steps; ++i)
            gateway[i] = 80 + rate[i] / 5 + 300 * cpuOfPayment[i] + (i > 0 ? 25 * slowDatabase[i - 1] : 0)
                + 12 * normal(random);
        latency = named("p95 of gateway", gateway);
    }
};

} // namespace

class TestCorrelation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDocumentedPatternIsFound();
    void independentSeriesGiveNothing_data();
    void independentSeriesGiveNothing();
    void whatOnlyFollowsTheLoadGivesNothing();
    void aDailyCourseInCommonGivesNothing();
    void aLagIsFoundWithItsDirection();
    void oneHalfIsNotEnough();
    void gapsAndOddPointsAreTaken();
    void whatIsNotJudgedSaysWhy();
    void theCoefficientIsThatOfAnotherProgram();
    void stoppedIsCancelled();
};

void TestCorrelation::theDocumentedPatternIsFound()
{
    int right = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const Mesh mesh(seed);
        const Correlation found = correlated(mesh.latency, mesh.candidates, &mesh.load.series);
        std::string names;
        for (const Companion &companion : found.companions)
            names += companion.name + "; ";
        const bool hasCpu = names.find("CPU of service 7;") != std::string::npos;
        const bool hasDatabase = names.find("database time over 500 ms;") != std::string::npos;
        const bool isRight = hasCpu && hasDatabase && found.companions.size() == 2;
        right += isRight ? 1 : 0;
        if (!isRight)
            qWarning("seed %d: %s", static_cast<int>(seed), names.c_str());
        QVERIFY(found.isLoadHeldFixed);
    }
    QVERIFY(right >= 19);
}

void TestCorrelation::independentSeriesGiveNothing_data()
{
    QTest::addColumn<double>("memory");
    QTest::addColumn<double>("otherMemory");
    QTest::newRow("noise") << 0.0 << 0.0;
    QTest::newRow("noise and drift") << 0.0 << 1.0;
    QTest::newRow("a little memory") << 0.5 << 0.5;
    QTest::newRow("much memory") << 0.9 << 0.9;
    QTest::newRow("much and more memory") << 0.85 << 0.99;
    QTest::newRow("drift and noise") << 1.0 << 0.0;
    QTest::newRow("drift") << 1.0 << 1.0;
}

void TestCorrelation::independentSeriesGiveNothing()
{
    QFETCH(double, memory);
    QFETCH(double, otherMemory);
    int reports = 0;
    constexpr int kTries = 100;
    for (std::uint64_t seed = 0; seed < kTries; ++seed) {
        std::mt19937_64 random(seed * 7919 + 1);
        const std::size_t steps = seed % 2 == 0 ? 240 : 700;
        const NamedSeries target = named("latency", wander(random, steps, memory));
        std::vector<NamedSeries> candidates;
        for (int i = 0; i < 30; ++i)
            candidates.push_back(named("other", wander(random, steps, otherMemory)));
        reports += correlated(target, candidates).companions.empty() ? 0 : 1;
    }
    QVERIFY2(reports <= 2, qPrintable(QString::number(reports)));
}

void TestCorrelation::whatOnlyFollowsTheLoadGivesNothing()
{
    int reports = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        std::mt19937_64 random(seed);
        std::normal_distribution<double> normal;
        const Values load = wander(random, 400, 0.9);
        const auto following = [&](double part) {
            Values values(load.size());
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = part * load[i] + normal(random);
            return values;
        };
        const NamedSeries target = named("latency", following(2));
        std::vector<NamedSeries> candidates;
        for (int i = 0; i < 20; ++i)
            candidates.push_back(named("follower", following(1 + i % 3)));
        const NamedSeries rate = named("rate", load);
        reports += correlated(target, candidates, &rate.series).companions.empty() ? 0 : 1;
        if (seed == 0)
            QCOMPARE(correlated(target, candidates).companions.size(), std::size_t{20}); // not held fixed
    }
    QVERIFY2(reports <= 1, qPrintable(QString::number(reports)));
}

void TestCorrelation::aDailyCourseInCommonGivesNothing()
{
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal;
    constexpr std::int64_t kStep = 600'000'000'000; // ten minutes
    const auto daily = [&](double noise) {
        Values values(144 * 5);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = 10 * std::sin(static_cast<double>(i) / 144 * 2 * M_PI) + noise * normal(random);
        return values;
    };
    const Correlation found = correlated(named("latency", daily(2), kStep),
                                         {named("CPU", daily(2), kStep), named("memory", daily(1), kStep)});
    QCOMPARE(found.seasonNs, std::int64_t{86'400'000'000'000});
    QCOMPARE(found.companions.size(), std::size_t{0});
}

void TestCorrelation::aLagIsFoundWithItsDirection()
{
    std::mt19937_64 random(2);
    std::normal_distribution<double> normal;
    const Values cause = wander(random, 400, 0.7);
    Values effect(cause.size());
    for (std::size_t i = 3; i < effect.size(); ++i)
        effect[i] = -cause[i - 3] + 0.5 * normal(random);
    const Correlation found = correlated(named("latency", effect), {named("CPU", cause)});
    QCOMPARE(found.companions.size(), std::size_t{1});
    const Companion &companion = found.companions.front();
    QCOMPARE(companion.lagSteps, 3);
    QCOMPARE(companion.lagNs, 3 * kStepNs);
    QVERIFY(companion.coefficient < -0.6);
    QVERIFY(companion.low < companion.coefficient && companion.coefficient < companion.high && companion.high < 0);
    QCOMPARE(companion.text, std::string("latency goes with CPU, against it, 3 steps after it"));
    const Correlation back = correlated(named("CPU", cause), {named("latency", effect)});
    QCOMPARE(back.companions.front().lagSteps, -3);
}

void TestCorrelation::oneHalfIsNotEnough()
{
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    const Values other = wander(random, 600, 0.5);
    Values target = wander(random, 600, 0.5);
    for (std::size_t i = 0; i < 300; ++i)
        target[i] += 3 * other[i];
    QCOMPARE(correlated(named("latency", target), {named("CPU", other)}).companions.size(), std::size_t{0});
}

void TestCorrelation::gapsAndOddPointsAreTaken()
{
    std::mt19937_64 random(4);
    std::normal_distribution<double> normal;
    Values other = wander(random, 800, 0.7);
    Values target(other.size());
    for (std::size_t i = 0; i < target.size(); ++i)
        target[i] = other[i] + 0.5 * normal(random);
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (i % 11 == 3)
            target[i] = kGap;
        if (i > 200 && i < 260)
            other[i] = kGap;
    }
    target[90] = 1e12; // a counter that was reset
    target[91] = std::numeric_limits<double>::infinity();
    NamedSeries late = named("late", other);
    for (std::int64_t &timeNs : late.series.timesNs)
        timeNs += kStepNs / 3;
    NamedSeries ragged = late;
    ragged.series.values.resize(ragged.series.values.size() - 7); // fewer values than times
    const Correlation found = correlated(named("latency", target), {named("CPU", other), late, ragged});
    QCOMPARE(found.companions.size(), std::size_t{3});
    QVERIFY(found.companions.front().coefficient > 0.6);
    QCOMPARE(found.companions.front().lagSteps, 0);
}

void TestCorrelation::whatIsNotJudgedSaysWhy()
{
    std::mt19937_64 random(6);
    const Values values = wander(random, 300, 0.5);
    const NamedSeries target = named("latency", values);
    NamedSeries elsewhere = named("elsewhere", values);
    for (std::int64_t &timeNs : elsewhere.series.timesNs)
        timeNs += 290 * kStepNs;
    const Correlation found =
        correlated(target,
                   {named("flat", Values(300, 7)), named("short", Values(values.begin(), values.begin() + 20)),
                    named("empty", {}), elsewhere, named("gaps", Values(300, kGap))});
    QCOMPARE(found.judged, std::uint64_t{0});
    QCOMPARE(found.notJudged.size(), std::size_t{5});
    QCOMPARE(found.notJudged[0].reason, std::string("constant"));
    QVERIFY(found.notJudged[1].reason.starts_with("too few common points: "));
    QCOMPARE(correlated(named("flat", Values(300, 7)), {target}).noClaim,
             std::string("The series to explain does not change."));
    QVERIFY(
        correlated(named("short", Values(5, 1)), {target}).noClaim.starts_with("The series to explain has too few"));
    QCOMPARE(correlated(named("empty", {}), {target}).noClaim,
             std::string("The series to explain has fewer than two points."));
}

void TestCorrelation::theCoefficientIsThatOfAnotherProgram()
{
    // stats.pearsonr: r = 0.35 of 100 points: p = 2 * stats.t.sf(0.35 * sqrt(98 / (1 - 0.35**2)), 98)
    QVERIFY(std::abs(correlationPValue(0.35, 98) - 0.00035753221489957885) < 1e-12);
    QCOMPARE(correlationPValue(1, 10), 0.0);
    QCOMPARE(correlationPValue(0.5, 0), 1.0);
    QCOMPARE(correlationPValue(kGap, 10), 1.0);
    // By hand, from the deviations -1.5, -0.5, 0.5, 1.5: (0.75 - 0.25 + 0.75) / 5.
    const Values ramp{1, 2, 3, 4};
    QVERIFY(std::abs(autocorrelation(ramp, 1) - 0.25) < 1e-12);
}

void TestCorrelation::stoppedIsCancelled()
{
    const Mesh mesh(1);
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    const auto result = correlate({mesh.latency, &mesh.load.series, mesh.candidates}, {}, stop.get_token(), progress);
    QVERIFY(!result.has_value() && result.error().code == ErrorCode::Cancelled);
}

QTEST_APPLESS_MAIN(TestCorrelation)
#include "tst_correlation.moc"
