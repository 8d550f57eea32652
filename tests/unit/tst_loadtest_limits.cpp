// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/limit_file.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/limit.h"
#include "models/loadtest/limit_text.h"
#include "models/loadtest/request_steps.h"
#include "tests/support/load_simulation.h"

#include <QtTest>

#include <cmath>

using namespace tailspan;
using namespace tailspan::loadtest;
using namespace tailspan::test;

namespace {

/// One step a second; each letter is one: g good, s slow, f failing, o nothing succeeds, "." no data, i nobody at work.
std::vector<RequestStep> drawnSteps(std::string_view drawing)
{
    std::vector<RequestStep> steps;
    for (std::size_t i = 0; i < drawing.size(); ++i) {
        RequestStep step;
        step.range = {TimePoint(static_cast<std::int64_t>(i) * 1'000'000'000),
                      TimePoint(static_cast<std::int64_t>(i + 1) * 1'000'000'000)};
        const char what = drawing[i];
        step.users = what == 'i' ? 0 : 10;
        if (what != '.' && what != 'i')
            step.finished = 100;
        step.failures = what == 'o' ? 100 : (what == 'f' ? 30 : 0);
        if (step.finished > step.failures)
            step.succeeded.record(what == 's' ? 900'000'000 : 50'000'000, 100);
        steps.push_back(step);
    }
    return steps;
}

Recovery recoveryOf(std::string_view drawing, std::size_t goodSteps = 3)
{
    RecoveryRule rule;
    rule.p95Limit = Duration::milliseconds(200);
    rule.errorLimit = 0.05;
    rule.goodSteps = goodSteps;
    return findRecovery(drawnSteps(drawing), TimePoint(0), rule);
}

std::vector<Limit> limitsFrom(const char *yaml)
{
    const auto limits = reports::parseLimits(yaml, "limits.yaml");
    if (!limits)
        qFatal("%s", limits.error().text().c_str());
    return *limits;
}

Verdict verdictOn(const LoadTestReport &report, const char *yaml)
{
    return judgeLimits(report, limitsFrom(yaml), {}).front();
}

} // namespace

class TestLoadtestLimits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recoveryIsTheFirstOfSomeGoodSeconds()
    {
        const Recovery recovery = recoveryOf("ggggssssgsggggg");
        QCOMPARE(recovery.state, RecoveryState::Recovered);
        QCOMPARE(recovery.breachBegin, TimePoint(4'000'000'000));
        QCOMPARE(recovery.recoveredAt, TimePoint(10'000'000'000)); // the single good second before does not count
        QCOMPARE(recovery.time, Duration::seconds(6));
    }

    void anOutageIsNoRecovery()
    {
        QCOMPARE(recoveryOf("ggggssoooooooooooo").state, RecoveryState::NeverRecovered);
        const Recovery recovery = recoveryOf("gggoooooggg");
        QCOMPARE(recovery.state, RecoveryState::Recovered);
        QCOMPARE(recovery.time, Duration::seconds(5));
        QCOMPARE(recovery.stepsWithout, std::size_t{5});
    }

    void missingDataIsNotGood()
    {
        QCOMPARE(recoveryOf("gggss......").state, RecoveryState::NeverRecovered);
        QCOMPARE(recoveryOf("gggss.....ggg").time, Duration::seconds(7));
        QCOMPARE(recoveryOf("").state, RecoveryState::NoData);
        QCOMPARE(recoveryOf("gggiiiggg").state, RecoveryState::NoBreach); // nobody was at work
    }

    void neverRecoveredIsSaid()
    {
        const Recovery recovery = recoveryOf("gggsfsfsfsfsggss");
        QCOMPARE(recovery.state, RecoveryState::NeverRecovered);
        QCOMPARE(recovery.time, Duration::seconds(13));
        QCOMPARE(recoveryOf("gggggg").state, RecoveryState::NoBreach);
    }

    void goodSecondsInsideTheSpikeDoNotCount()
    {
        RecoveryRule rule;
        rule.p95Limit = Duration::milliseconds(200);
        rule.goodSteps = 2;
        rule.spikeBegin = Duration::seconds(2);
        rule.spikeEnd = Duration::seconds(8);
        const Recovery recovery = findRecovery(drawnSteps("sgggssggggg"), TimePoint(0), rule);
        QCOMPARE(recovery.breachBegin, TimePoint(4'000'000'000));
        QCOMPARE(recovery.recoveredAt, TimePoint(8'000'000'000));
    }

    void limitsAreReadAsPeopleWriteThem_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("comparison");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("unit");
        QTest::newRow("less") << "< 200 ms"
                              << "<" << 200.0 << "ms";
        QTest::newRow("no blanks") << "<=1.5s"
                                   << "<=" << 1.5 << "s";
        QTest::newRow("words") << "at least 50/s"
                               << ">=" << 50.0 << "/s";
        QTest::newRow("bare") << "1 %"
                              << "" << 1.0 << "%";
    }
    void limitsAreReadAsPeopleWriteThem()
    {
        QFETCH(QString, text);
        QFETCH(QString, comparison);
        QFETCH(double, value);
        QFETCH(QString, unit);
        const auto parsed = parseLimitText(text.toStdString());
        QVERIFY(parsed.has_value());
        QCOMPARE(QString::fromStdString(parsed->comparison), comparison);
        QCOMPARE(parsed->value, value);
        QCOMPARE(QString::fromStdString(parsed->unit), unit);
        QVERIFY(!parseLimitText("fast") && !parseLimitText("< ") && !parseLimitText("nan ms"));
        QCOMPARE(parseDurationText("2 min"), std::optional(Duration::seconds(120)));
        QVERIFY(!parseDurationText("5") && !parseDurationText("-1 s"));
    }

    void aFileOfLimitsIsRead()
    {
        const std::vector<Limit> limits = limitsFrom(R"(
limits:
  - p95: < 200 ms
    errors: 1 %
    apdex: {target: 400 ms, limit: at least 0.9}
  - endpoint: GetCourses
    from: 30 s
    to: 2 min
    p99.9: < 1 s
  - recovery: {within: 45 s, p95: 300 ms, errors: 5 %, good seconds: 4, spike from: 60 s, spike to: 120 s}
  - resource: {series: 'cpu{service="auth"}', max: < 0.8}
  - scenario: peakConcurrentUsers
    figure: {name: average response, limit: < 1500}
)");
        QCOMPARE(limits.size(), std::size_t{7});
        QCOMPARE(limits[0].limit, 200.0);
        QCOMPARE(limits[1].comparison, std::string("<="));
        QCOMPARE(limits[2].apdexTarget, Duration::milliseconds(400));
        QCOMPARE(limits[3].percentile, 99.9);
        QCOMPARE(limits[3].scope.to, std::optional(Duration::seconds(120)));
        QCOMPARE(limits[4].recovery.goodSteps, std::size_t{4});
        QCOMPARE(limits[4].limit, 45.0);
        QCOMPARE(limits[5].subject, std::string("cpu{service=\"auth\"}"));
        QCOMPARE(limits[6].scope.scenario, std::string("peakConcurrentUsers"));
    }

    void whatIsWrongIsNamedWithItsLine_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("words");
        QTest::newRow("unknown key") << QByteArray("limits:\n  - p95: 200 ms\n    p95th: 1 s\n") << "line 3";
        QTest::newRow("its name") << QByteArray("limits:\n  - speed: 200 ms\n") << "\"speed\"";
        QTest::newRow("top level") << QByteArray("limit:\n  - p95: 200 ms\n") << "\"limit\"";
        QTest::newRow("no unit") << QByteArray("limits:\n  - p95: 200\n") << "unit of time";
        QTest::newRow("no limit") << QByteArray("limits:\n  - endpoint: a\n") << "names no limit";
        QTest::newRow("recovery") << QByteArray("limits:\n  - recovery: {within: 60 s}\n") << "what is good";
        QTest::newRow("empty") << QByteArray("") << "no list";
        QTest::newRow("no YAML") << QByteArray("limits: [p95: {\n") << "not YAML";
    }
    void whatIsWrongIsNamedWithItsLine()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QString, words);
        const auto limits = reports::parseLimits(yaml.toStdString(), "limits.yaml");
        QVERIFY(!limits.has_value());
        QVERIFY2(QString::fromStdString(limits.error().text()).contains(words), limits.error().text().c_str());
    }

    void aliasesCannotUnfoldWithoutEnd()
    {
        std::string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
        for (int i = 1; i < 12; ++i) {
            const std::string before = "*a" + std::to_string(i - 1);
            yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
            for (int j = 0; j < 9; ++j)
                yaml += (j == 0 ? "" : ", ") + before;
            yaml += "]\n";
        }
        const auto limits = reports::parseLimits(yaml, "bomb.yaml");
        QVERIFY(!limits.has_value());
        QCOMPARE(limits.error().code, ErrorCode::LimitReached);
        const auto deep = reports::parseLimits(std::string(100'000, '['), "deep.yaml");
        QVERIFY(!deep.has_value());
        QVERIFY(!reports::parseLimits(std::string(2'000'000, ' '), "large.yaml").has_value());
    }

    void verdictsCarryIntervalAndBreach()
    {
        SteadyRun run;
        run.seconds = 60;
        const auto report = simulate(run);
        const Verdict p95 = verdictOn(*report, "limits:\n  - p95: < 40 ms\n");
        QCOMPARE(p95.origin, Origin::OwnLimits);
        QVERIFY(p95.observed && p95.passed && !*p95.passed);
        QVERIFY(p95.low && *p95.low < *p95.observed && *p95.observed < *p95.high);
        QVERIFY(p95.breach && p95.breach->begin == report->timeline.front().range.begin);
        const Verdict errors = verdictOn(*report, "limits:\n  - errors: < 5 %\n");
        QVERIFY(errors.passed && *errors.passed);
        QVERIFY(errors.low && *errors.low <= 1.0 && 1.0 <= *errors.high); // the truth is 1 %
        const Verdict rate = verdictOn(*report, "limits:\n  - throughput: at least 250/s\n");
        QVERIFY(rate.passed && *rate.passed && rate.low);
        const Verdict apdex = verdictOn(*report, "limits:\n  - apdex: {target: 500 ms, limit: at least 0.9}\n");
        QVERIFY(apdex.observed && std::abs(*apdex.observed - 0.99) < 0.005); // failed requests count nothing
    }

    void theFirstBreachIsFound()
    {
        // Five seconds of slow requests planted in a run: a limit on their window sees them and only them.
        auto report = std::make_shared<LoadTestReport>(*simulate(SteadyRun()));
        for (std::size_t i = 70; i < 75; ++i)
            report->timeline[i].requests.of(RequestClass::Ok).latency.record(3'000'000'000, 500);
        const Verdict verdict = verdictOn(*report, "limits:\n  - max: < 2 s\n");
        QVERIFY(verdict.passed && !*verdict.passed);
        QCOMPARE(verdict.breach->begin, report->timeline[70].range.begin);
        QCOMPARE(verdict.breach->length(), Duration::seconds(5));
        QCOMPARE(verdict.note, std::string("in breach in 5 steps of 120"));
        QVERIFY(*verdictOn(*report, "limits:\n  - to: 60 s\n    max: < 2 s\n").passed);
        QVERIFY(!*verdictOn(*report, "limits:\n  - from: 65 s\n    to: 80 s\n    max: < 2 s\n").passed);
    }

    void endpointsHaveTheirOwnLimits()
    {
        const auto report = simulate(SteadyRun());
        const Verdict quick = verdictOn(*report, "limits:\n  - endpoint: Login\n    p50: < 70 ms\n");
        const Verdict slow = verdictOn(*report, "limits:\n  - endpoint: GetJobs\n    p50: < 70 ms\n");
        QVERIFY(*quick.passed && !*slow.passed);
        const Verdict none = verdictOn(*report, "limits:\n  - endpoint: Nothing\n    p50: < 70 ms\n");
        QVERIFY(!none.passed && !none.observed && !none.note.empty());
    }

    void whatTheFileDoesNotHoldStaysOpen()
    {
        LoadTestReport bare;
        for (const char *yaml :
             {"limits:\n  - p95: < 1 s\n", "limits:\n  - errors: < 1 %\n", "limits:\n  - recovery: {p95: 1 s}\n",
              "limits:\n  - stage: ramp\n    p95: < 1 s\n", "limits:\n  - scenario: peak\n    p95: < 1 s\n",
              "limits:\n  - resource: {series: cpu, max: 1}\n", "limits:\n  - figure: {name: nothing, limit: 1}\n"}) {
            const Verdict verdict = verdictOn(bare, yaml);
            QVERIFY2(!verdict.passed && !verdict.note.empty(), yaml);
        }
    }

    void resourcesAreJudgedDuringTheRun()
    {
        const auto report = simulate(SteadyRun());
        metric::MetricSeries cpu;
        cpu.labels = {{"__name__", "cpu"}};
        const std::int64_t begin = report->startedAt->ns();
        for (int i = -60; i < 300; i += 15) {
            cpu.timesNs.push_back(begin + std::int64_t{i} * 1'000'000'000);
            cpu.values.push_back(i < 0 || i > 200 ? 0.99 : (i >= 30 && i < 60 ? 0.9 : 0.5));
        }
        const std::vector<metric::MetricSeries> series{cpu};
        const auto limits = limitsFrom("limits:\n  - resource: {series: cpu, max: < 0.8}\n");
        const Verdict verdict = judgeLimits(*report, limits, {{}, series}).front();
        QVERIFY(verdict.observed && *verdict.observed == 0.9);
        QVERIFY(verdict.passed && !*verdict.passed);
        QCOMPARE(verdict.breach->begin, TimePoint(begin + 30'000'000'000));
    }

    /// Answers of a store go by the expression; the worst of their series counts and is named.
    void answersOfAStoreAreJudgedByTheirWorstSeries()
    {
        const auto report = simulate(SteadyRun());
        const std::int64_t begin = report->startedAt->ns();
        const auto seriesOf = [begin](const char *service, std::int64_t fromSecond, double value) {
            metric::MetricSeries series;
            series.labels = {{"service", service}};
            for (std::int64_t i = 0; i < 120; i += 5) {
                series.timesNs.push_back(begin + i * 1'000'000'000);
                series.values.push_back(i >= fromSecond && i < fromSecond + 20 ? value : 0.5);
            }
            return series;
        };
        const char *yaml = "limits:\n  - resource: {series: 'avg(cpu) by (service)', max: < 0.8}\n"
                           "  - resource: {series: 'avg(cpu) by (service)', mean: < 0.8}\n"
                           "  - resource: {series: pool, max: 10}\n";
        const auto limits = limitsFrom(yaml);
        QCOMPARE(resourceExpressions(limits), (std::vector<std::string>{"avg(cpu) by (service)", "pool"}));
        const std::vector<ResourceAnswer> answers{{"avg(cpu) by (service)",
                                                   {seriesOf("auth", 60, 0.95), seriesOf("payment", 30, 0.9)},
                                                   {},
                                                   "http://127.0.0.1:9090/"},
                                                  {"pool", {}, "the store does not answer", {}}};
        const std::vector<Verdict> verdicts = judgeLimits(*report, limits, {{}, {}, answers});
        QVERIFY(verdicts[0].passed && !*verdicts[0].passed);
        QCOMPARE(verdicts[0].observed, std::optional(0.95));
        QCOMPARE(verdicts[0].breach->begin, TimePoint(begin + 30'000'000'000)); // of payment, which broke it first
        QVERIFY(verdicts[0].note.find("worst of 2 series: {service=\"auth\"}") != std::string::npos);
        QVERIFY(verdicts[0].note.find("first with 0.9 at ") != std::string::npos);
        QVERIFY(verdicts[0].note.find("see http://127.0.0.1:9090/graph?g0.expr=avg%28cpu%29%20by%20%28service%29&")
                != std::string::npos);
        QVERIFY(verdicts[1].passed && *verdicts[1].passed && !verdicts[1].breach);
        QVERIFY(!verdicts[2].passed && verdicts[2].note == "the store does not answer");
    }

    void figuresOfTheFileCanBeJudgedAnew()
    {
        LoadTestReport report;
        Verdict own;
        own.scenario = "peak";
        own.criterion = "average response";
        own.observed = 1600;
        own.unit = "ms";
        report.scenarios.push_back({"peak", {}, {}, {own}});
        const char *yaml = "limits:\n  - scenario: peak\n    figure: {name: average response, limit: < 1500}\n";
        const Verdict verdict = verdictOn(report, yaml);
        QVERIFY(verdict.passed && !*verdict.passed);
        QCOMPARE(verdict.unit, std::string("ms"));
        const auto with = withVerdicts(report, {verdict});
        QCOMPARE(with->scenarios.front().verdicts.size(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestLoadtestLimits)
#include "tst_loadtest_limits.moc"
