// SPDX-License-Identifier: GPL-3.0-or-later
// Today's peak beside what a load test reached: simulated systems whose knee is known.
#include "tests/support/advice_run.h"
#include "tests/support/load_simulation.h"
#include "tests/support/metric_histories.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using test::HistoryMaker;

namespace {

/// Six servers of 32 ms carry 187.5 requests a second.
constexpr double kCarried = 6 / 0.032;

loadtest::LoadTestReportPtr tested()
{
    test::ClosedSystem system;
    system.servers = 6;
    system.serviceSeconds = 0.032;
    system.thinkSeconds = 0.1;
    system.users = 60;
    return test::simulate(system);
}

Output outputFor(const loadtest::LoadTestReport *report, const MetricHistory *metrics)
{
    Inputs inputs;
    if (report != nullptr)
        inputs.reports.push_back(report);
    inputs.metrics = metrics;
    return test::outputOf("scale.capacity", inputs);
}

HistoryMaker peaking(double most)
{
    HistoryMaker maker(600);
    maker.add(Role::RequestRate, "shop", [most](std::size_t i) { return i % 100 < 20 ? most : 0.3 * most; });
    maker.add(Role::RequestRate, "mail", 2);
    return maker;
}

} // namespace

class TestAdvisorCapacity : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void peakNearTheKneeIsTold()
    {
        const auto report = tested();
        const HistoryMaker metrics = peaking(0.9 * kCarried);
        const Output output = outputFor(report.get(), &metrics.history());
        QCOMPARE(output.findings.size(), std::size_t{1});
        const Finding &finding = output.findings[0];
        QCOMPARE(finding.subject.service, std::string("shop"));
        QCOMPARE(finding.severity, Severity::Medium);
        const Estimate &estimate = *finding.estimate;
        QVERIFY2(std::abs(estimate.expected / kCarried - 1) < 0.1, std::to_string(estimate.expected).c_str());
        QVERIFY(estimate.low <= estimate.expected && estimate.expected <= estimate.high);
        QVERIFY(std::abs(*estimate.now / (0.9 * kCarried) - 1) < 0.02);
        QVERIFY(!finding.artifacts.empty());
    }

    void peakAboveItIsSevere()
    {
        const auto report = tested();
        const HistoryMaker metrics = peaking(1.3 * kCarried);
        const Output output = outputFor(report.get(), &metrics.history());
        QCOMPARE(output.findings.size(), std::size_t{1});
        QCOMPARE(output.findings[0].severity, Severity::High);
    }

    void roomAboveThePeakIsSilent()
    {
        const auto report = tested();
        const HistoryMaker metrics = peaking(0.4 * kCarried);
        const Output output = outputFor(report.get(), &metrics.history());
        QVERIFY2(output.findings.empty() && output.unjudged.empty(), test::titlesOf(output).c_str());
    }

    void withoutMetricsItIsNotJudged()
    {
        const auto report = tested();
        const Output output = outputFor(report.get(), nullptr);
        QVERIFY(output.findings.empty());
        QCOMPARE(output.unjudged.size(), std::size_t{1});
        const HistoryMaker gaps = peaking(std::nan(""));
        QVERIFY(outputFor(report.get(), &gaps.history()).findings.empty());
    }

    void anEvenLoadHasNoKnee()
    {
        const auto report = test::simulate(test::SteadyRun());
        const HistoryMaker metrics = peaking(10 * kCarried);
        QVERIFY(outputFor(report.get(), &metrics.history()).findings.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdvisorCapacity)
#include "tst_advisor_capacity.moc"
