// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/azora_limits.h"
#include "models/loadtest/verdict_order.h"

#include <QtTest>

#include <map>

using namespace tailspan::loadtest;

namespace {

std::vector<Verdict> verdictsFor(std::string_view scenario, const std::map<std::string, double, std::less<>> &values)
{
    return azoraVerdicts(scenario, [&](std::string_view metric) -> std::optional<double> {
        const auto at = values.find(metric);
        return at == values.end() ? std::nullopt : std::optional(at->second);
    });
}

Verdict verdict(std::string scenario, std::optional<bool> passed, Origin origin)
{
    Verdict result;
    result.scenario = std::move(scenario);
    result.passed = passed;
    result.origin = origin;
    return result;
}

} // namespace

class TestLoadtestVerdicts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void documentedLimitsAreKept_data()
    {
        QTest::addColumn<QString>("scenario");
        QTest::addColumn<QString>("metric");
        QTest::addColumn<double>("value");
        QTest::addColumn<bool>("passed");
        QTest::newRow("ramp-up below 1 s") << "gradualUserRampUp"
                                           << "averageResponsiveness" << 999.9 << true;
        QTest::newRow("ramp-up at 1 s") << "gradualUserRampUp"
                                        << "averageResponsiveness" << 1000.0 << false;
        QTest::newRow("sustained below 1.5 s") << "sustainedConcurrentLoad"
                                               << "averageResponsiveness" << 1499.0 << true;
        QTest::newRow("sustained at 1.5 s") << "sustainedConcurrentLoad"
                                            << "averageResponsiveness" << 1500.0 << false;
        QTest::newRow("peak below 2 s") << "peakConcurrentUsers"
                                        << "averageResponsiveness" << 1999.0 << true;
        QTest::newRow("peak at 2 s") << "peakConcurrentUsers"
                                     << "averageResponsiveness" << 2000.0 << false;
        QTest::newRow("errors below 10 %") << "peakConcurrentUsers"
                                           << "averageErrorRate" << 0.0999 << true;
        QTest::newRow("errors at 10 %") << "peakConcurrentUsers"
                                        << "averageErrorRate" << 0.1 << false;
        QTest::newRow("sessions at 95 %") << "userSessionManagement"
                                          << "successRate" << 0.95 << true;
        QTest::newRow("sessions below 95 %") << "userSessionManagement"
                                             << "successRate" << 0.949 << false;
        QTest::newRow("operations at 95 %") << "userSessionManagement"
                                            << "operationSuccessRate" << 0.95 << true;
        QTest::newRow("CPU below 80 %") << "resourceUsageUnderLoad"
                                        << "averageCpu" << 79.9 << true;
        QTest::newRow("CPU at 80 %") << "resourceUsageUnderLoad"
                                     << "averageCpu" << 80.0 << false;
        QTest::newRow("memory below 85 %") << "resourceUsageUnderLoad"
                                           << "averageMemory" << 84.9 << true;
        QTest::newRow("memory at 85 %") << "resourceUsageUnderLoad"
                                        << "averageMemory" << 85.0 << false;
        QTest::newRow("recovery in 60 s") << "recoveryFromLoadSpikes"
                                          << "recoveryTimeSeconds" << 60.0 << true;
        QTest::newRow("recovery in 70 s") << "recoveryFromLoadSpikes"
                                          << "recoveryTimeSeconds" << 70.0 << false;
    }
    void documentedLimitsAreKept()
    {
        QFETCH(QString, scenario);
        QFETCH(QString, metric);
        QFETCH(double, value);
        QFETCH(bool, passed);
        std::size_t judged = 0;
        for (const Verdict &v : verdictsFor(scenario.toStdString(), {{metric.toStdString(), value}})) {
            QCOMPARE(v.origin, Origin::Tailspan);
            QCOMPARE(v.passed.has_value(), v.observed.has_value());
            if (!v.passed)
                continue;
            QCOMPARE(*v.passed, passed);
            ++judged;
        }
        QCOMPARE(judged, std::size_t{1});
    }

    void aMissingNumberNeverPasses()
    {
        for (const char *scenario : {"gradualUserRampUp", "sustainedConcurrentLoad", "peakConcurrentUsers",
                                     "userSessionManagement", "resourceUsageUnderLoad", "recoveryFromLoadSpikes"}) {
            const auto verdicts = verdictsFor(scenario, {});
            QVERIFY(!verdicts.empty());
            for (const Verdict &v : verdicts)
                QVERIFY(!v.passed.has_value());
        }
    }

    void anOutageIsNoQuickRecovery()
    {
        const auto outage = verdictsFor("recoveryFromLoadSpikes", {{"recoveryTimeSeconds", 0}, {"baselineLatency", 0}});
        QVERIFY(!outage.front().passed && !outage.front().note.empty());
        const auto quick = verdictsFor("recoveryFromLoadSpikes", {{"recoveryTimeSeconds", 0}, {"baselineLatency", 17}});
        QVERIFY(*quick.front().passed && !quick.front().note.empty());
    }

    void otherScenariosHaveNoLimitsOfOurs() { QVERIFY(verdictsFor("aiThroughput", {{"average", 1}}).empty()); }

    void disputedScenariosComeFirst()
    {
        LoadTestReport report;
        report.scenarios.push_back(
            {"agreed", {}, {}, {verdict("agreed", false, Origin::Report), verdict("agreed", false, Origin::Tailspan)}});
        report.scenarios.push_back({"fine", {}, {}, {verdict("fine", true, Origin::Report)}});
        report.scenarios.push_back({"open", {}, {}, {verdict("open", std::nullopt, Origin::Report)}});
        report.scenarios.push_back(
            {"disputed",
             {},
             {},
             {verdict("disputed", false, Origin::Tailspan), verdict("disputed", true, Origin::Report)}});
        const auto lines = verdictsToShow(report);
        QCOMPARE(lines.size(), std::size_t{6});
        QVERIFY(lines[0].isDisputed && lines[1].isDisputed);
        QCOMPARE(lines[0].verdict->origin, Origin::Report);
        QCOMPARE(lines[2].verdict->scenario, std::string("agreed"));
        QCOMPARE(lines[4].verdict->scenario, std::string("open"));
        QCOMPARE(lines[5].verdict->scenario, std::string("fine"));
        const VerdictCounts counts = countVerdicts(report);
        QCOMPARE(counts.failed, std::size_t{3});
        QCOMPARE(counts.passed, std::size_t{2});
        QCOMPARE(counts.open, std::size_t{1});
    }

    void oneSideAloneIsNoDispute()
    {
        QVERIFY(!isDisputed({"a", {}, {}, {verdict("a", false, Origin::Report)}}));
        QVERIFY(!isDisputed({"a", {}, {}, {verdict("a", true, Origin::Report), verdict("a", true, Origin::Tailspan)}}));
        QVERIFY(isDisputed({"a", {}, {}, {verdict("a", true, Origin::Report), verdict("a", {}, Origin::Tailspan)}}));
        QVERIFY(!isDisputed({"a", {}, {}, {verdict("a", false, Origin::Report), verdict("a", {}, Origin::Tailspan)}}));
    }
};

QTEST_GUILESS_MAIN(TestLoadtestVerdicts)
#include "tst_loadtest_verdicts.moc"
