// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"
#include "models/advisor/detector.h"
#include "models/advisor/memory_growth.h"
#include "models/advisor/metric_history.h"
#include "models/advisor/recovery_records.h"

#include <QtTest>

#include <cmath>
#include <numbers>
#include <random>

using namespace tailspan;
using namespace tailspan::advisor;

namespace tailspan::advisor {
DetectorPtr makeMemoryLeakDetector();
DetectorPtr makeCpuLatencyDetector();
DetectorPtr makeRecoveryPlanDetector();
} // namespace tailspan::advisor

namespace {

constexpr std::int64_t kStepNs = 900LL * 1'000'000'000; // 15 minutes
constexpr int kSteps = 5 * 96;

enum class Shape { Flat, WarmUp, Step, LoadGrowth, Leak };

/// Requests a second over five days with a daily wave; twice as many at the end where the load grows.
double loadAt(int step, bool grows)
{
    const double day = step / 96.0;
    return (100 + 40 * std::sin(2 * std::numbers::pi * day)) * (grows ? 1 + day / 5 : 1);
}

/// Memory with a sawtooth of garbage collection on a floor of that shape.
metric::MetricSeries memoryOf(Shape shape, std::uint64_t seed, double leakPerDay)
{
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0, 2e6);
    std::uniform_real_distribution<double> tooth(0, 60e6);
    metric::MetricSeries series;
    for (int i = 0; i < kSteps; ++i) {
        const double day = i / 96.0;
        double floor = 300e6 + 0.2e6 * loadAt(i, shape == Shape::LoadGrowth);
        if (shape == Shape::WarmUp)
            floor += 120e6 * (1 - std::exp(-day / 0.5));
        if (shape == Shape::Step)
            floor += day > 2.5 ? 90e6 : 0;
        if (shape == Shape::Leak)
            floor += leakPerDay * day;
        series.timesNs.push_back(i * kStepNs);
        series.values.push_back(floor + tooth(random) + noise(random));
    }
    return series;
}

metric::MetricSeries loadOf(bool grows)
{
    metric::MetricSeries series;
    for (int i = 0; i < kSteps; ++i) {
        series.timesNs.push_back(i * kStepNs);
        series.values.push_back(loadAt(i, grows));
    }
    return series;
}

int leaksOf(Shape shape, double leakPerDay)
{
    int found = 0;
    const metric::MetricSeries load = loadOf(shape == Shape::LoadGrowth);
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        const MemoryGrowth growth =
            judgeGrowth(memoryOf(shape, seed, leakPerDay), &load, nullptr, advice::builtInRules());
        found += growth.isLeak ? 1 : 0;
    }
    return found;
}

Output outputOf(const DetectorPtr &detector, const Inputs &inputs)
{
    Output output;
    detector->detect(inputs, advice::builtInRules(), {}, output);
    return output;
}

} // namespace

class TestAdvisorService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void leaksAreFoundAndNothingElseIs()
    {
        QCOMPARE(leaksOf(Shape::Leak, 20e6), 30);
        QVERIFY(leaksOf(Shape::Leak, 8e6) >= 24);
        QCOMPARE(leaksOf(Shape::Flat, 0), 0);
        QCOMPARE(leaksOf(Shape::WarmUp, 0), 0);
        QCOMPARE(leaksOf(Shape::Step, 0), 0);
        QVERIFY(leaksOf(Shape::LoadGrowth, 0) <= 2);
    }

    void restartBeginsAnew()
    {
        metric::MetricSeries memory = memoryOf(Shape::Leak, 3, 40e6);
        for (int i = 4 * 96; i < kSteps; ++i)
            memory.values[static_cast<std::size_t>(i)] = 120e6; // a fresh process for the last day
        const MemoryGrowth growth = judgeGrowth(memory, nullptr, nullptr, advice::builtInRules());
        QVERIFY(!growth.isJudged);
        QVERIFY(growth.whyNot.find("since the last restart") != std::string::npos);
    }

    void leakOfTwoPodsIsOneFindingWithTimeToTheLimit()
    {
        MetricHistory history;
        for (const char *pod : {"gateway-1", "gateway-2"}) {
            history.series.push_back({Role::MemoryUsage,
                                      "gateway",
                                      pod,
                                      {},
                                      "process_resident_memory_bytes",
                                      memoryOf(Shape::Leak, pod[8] == '1' ? 1 : 2, 20e6)});
            metric::MetricSeries limit;
            limit.timesNs = {0};
            limit.values = {600e6};
            history.series.push_back({Role::MemoryLimit, "gateway", pod, {}, "limit", limit});
        }
        Inputs inputs;
        inputs.metrics = &history;
        const Output output = outputOf(makeMemoryLeakDetector(), inputs);
        QCOMPARE(output.findings.size(), std::size_t{1});
        const Finding &finding = output.findings.front();
        QVERIFY(finding.estimate.has_value());
        const double left = (600e6 - 320e6 - 5 * 20e6) / 20e6; // days, by the planted slope and floor
        QVERIFY(finding.estimate->low < left * 1.1 && finding.estimate->high > left * 0.8);
        QVERIFY(finding.artifacts.front().text.find("--heapsnapshot-near-heap-limit=2") != std::string::npos);
        QCOMPARE(finding.evidence.size(), std::size_t{2});
    }

    void gapsAndShortSeriesAreUnjudged()
    {
        MetricHistory history;
        metric::MetricSeries gaps;
        for (int i = 0; i < 50; ++i) {
            gaps.timesNs.push_back(i * kStepNs);
            gaps.values.push_back(std::nan(""));
        }
        history.series.push_back({Role::MemoryUsage, "gateway", "gateway-1", {}, "m", gaps});
        Inputs inputs;
        inputs.metrics = &history;
        const Output output = outputOf(makeMemoryLeakDetector(), inputs);
        QVERIFY(output.findings.empty());
        QCOMPARE(output.unjudged.size(), std::size_t{1});
    }

    void latencyThatFollowsTheLoadLikeCpuIsSilent()
    {
        MetricHistory history;
        metric::MetricSeries rate;
        metric::MetricSeries cpu;
        metric::MetricSeries p95;
        std::mt19937_64 random(5);
        std::normal_distribution<double> noise(0, 1);
        for (int i = 0; i < kSteps; ++i) {
            const double load = loadAt(i, false);
            for (metric::MetricSeries *series : {&rate, &cpu, &p95})
                series->timesNs.push_back(i * kStepNs);
            rate.values.push_back(load);
            cpu.values.push_back(0.0068 * load + 0.01 * noise(random));
            p95.values.push_back(0.1 + 0.001 * load + 0.003 * noise(random));
        }
        history.series = {{Role::RequestRate, "auth", {}, {}, "rate", rate},
                          {Role::CpuUsage, "auth", {}, {}, "cpu", cpu},
                          {Role::LatencyP95, "auth", {}, {}, "p95", p95}};
        Inputs inputs;
        inputs.metrics = &history;
        QVERIFY(outputOf(makeCpuLatencyDetector(), inputs).findings.empty());
    }

    void latencyThatGoesWithTheEventLoopIsFound()
    {
        MetricHistory history;
        metric::MetricSeries rate = loadOf(false);
        metric::MetricSeries lag;
        metric::MetricSeries p95;
        std::mt19937_64 random(6);
        std::normal_distribution<double> noise(0, 1);
        std::bernoulli_distribution blocked(0.15);
        for (int i = 0; i < kSteps; ++i) {
            const double block = blocked(random) ? 0.3 : 0.01;
            lag.timesNs.push_back(i * kStepNs);
            lag.values.push_back(block + 0.002 * std::abs(noise(random)));
            p95.timesNs.push_back(i * kStepNs);
            p95.values.push_back(0.08 + 1.5 * block + 0.01 * noise(random));
        }
        history.series = {{Role::RequestRate, "auth", {}, {}, "rate", rate},
                          {Role::EventLoopLag, "auth", {}, {}, "lag", lag},
                          {Role::LatencyP95, "auth", {}, {}, "p95", p95}};
        Inputs inputs;
        inputs.metrics = &history;
        const Output output = outputOf(makeCpuLatencyDetector(), inputs);
        QCOMPARE(output.findings.size(), std::size_t{1});
        QCOMPARE(output.findings.front().subject.object, std::string("event loop"));
        QVERIFY(output.findings.front().what.find("goes with") != std::string::npos);
    }

    void recordsRankByWhatCanBeReliedOn()
    {
        RecoveryRecords records;
        records.records.push_back({"payment", "timeout", {"warm_cache"}, true, 1, {}});
        for (int i = 0; i < 20; ++i)
            records.records.push_back({"payment", "timeout", {"restart"}, i > 0, 2 + i, 12.0});
        RecoveryPlan plan{
            "payment", "timeout", {{"restore_config", "service:payment:config", "the config of 14:02"}}, 75.0, 50};
        records.plans.push_back(plan);
        Inputs inputs;
        inputs.recovery = &records;
        const Output output = outputOf(makeRecoveryPlanDetector(), inputs);
        QCOMPARE(output.findings.size(), std::size_t{2});
        QCOMPARE(output.findings[0].title, std::string("Worked before for payment: restart"));
        const Estimate &chance = *output.findings[0].estimate;
        QVERIFY(chance.low > 80 && chance.high < 98);
        const auto &table = std::get<TablePicture>(output.findings[1].picture);
        QCOMPARE(table.rows[0][3], std::string("n = 0, no evidence"));
        QVERIFY(output.findings[1].what.find("no probability") != std::string::npos);
        QVERIFY(output.findings[1].artifacts.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdvisorService)
#include "tst_advisor_service.moc"
