// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/report_reader.h"
#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/comparison.h"
#include "models/loadtest/joined_endpoints.h"
#include "models/loadtest/steady_window.h"
#include "models/loadtest/timeline.h"
#include "tests/support/load_simulation.h"

#include <QtTest>

#include <algorithm>
#include <type_traits>
#include <utility>

using namespace tailspan;
using namespace tailspan::loadtest;
using namespace tailspan::test;

namespace {

Comparison compare(const std::vector<LoadTestReportPtr> &baseline, const std::vector<LoadTestReportPtr> &current)
{
    return compareRuns(baseline, current, {}, {});
}

const MetricChange *metric(const Comparison &comparison, const std::string &name)
{
    const auto at = std::find_if(comparison.metrics.begin(), comparison.metrics.end(),
                                 [&](const MetricChange &one) { return one.name == name && !one.endpoint; });
    return at == comparison.metrics.end() ? nullptr : &*at;
}

std::string joined(const std::vector<std::string> &notes)
{
    std::string text;
    for (const std::string &note : notes)
        text += note + '\n';
    return text;
}

/// Two runs out of one: each request goes to one of them by chance, so both saw the same system at the same time.
std::pair<LoadTestReportPtr, LoadTestReportPtr> halves(const LoadTestReport &run, std::uint64_t seed)
{
    SeededRandom random(seed);
    auto one = std::make_shared<LoadTestReport>(run);
    auto two = std::make_shared<LoadTestReport>(run);
    const auto split = [&random](auto &a, auto &b) {
        const auto all = a;
        a = 0;
        for (auto left = all; left > 0; --left)
            a += static_cast<std::remove_cvref_t<decltype(a)>>(random.below(2));
        b = all - a;
    };
    for (std::size_t i = 0; i < run.endpointTimeline.cells.size(); ++i)
        split(one->endpointTimeline.cells[i].requests, two->endpointTimeline.cells[i].requests);
    for (std::size_t i = 0; i < run.endpointTimeline.bins.size(); ++i)
        split(one->endpointTimeline.bins[i].count, two->endpointTimeline.bins[i].count);
    return {one, two};
}

SteadyRun seeded(std::uint64_t seed, double slower = 1)
{
    SteadyRun run;
    run.seed = seed;
    run.slower = slower;
    return run;
}

} // namespace

class TestLoadtestComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunAgainstItselfIsNoChange()
    {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            const auto run = simulate(seeded(seed));
            const Comparison result = compare({run}, {run});
            QVERIFY2(result.verdict == ChangeVerdict::NoChange, joined(result.notes).c_str());
            for (const MetricChange &change : result.metrics) {
                QVERIFY(change.ratio && *change.ratio == 1.0);
                QVERIFY(change.verdict == ChangeVerdict::NoChange || change.hasTooFew
                        || (change.endpoint && change.verdict == ChangeVerdict::Inconclusive)); // few requests: wide
                QVERIFY(change.low && *change.low <= 1 && *change.high >= 1);
            }
            for (const PercentileShift &point : result.shift)
                QVERIFY(point.lowNs <= 0 && point.highNs >= 0);
        }
    }

    /// hey and ab test one URL, which their files do not name.
    void runsWithoutNamesOfEndpointsAreCompared()
    {
        const auto nameless = [](const SteadyRun &run) {
            auto report = std::make_shared<LoadTestReport>(*simulate(run));
            report->endpoints.clear();
            for (EndpointTimeline::Cell &cell : report->endpointTimeline.cells)
                cell.endpoint = 0;
            return LoadTestReportPtr(report);
        };
        const Comparison slower = compare({nameless(seeded(1))}, {nameless(seeded(2, 1.3))});
        const MetricChange *p50 = metric(slower, "p50");
        QVERIFY2(p50 != nullptr && p50->ratio, joined(slower.notes).c_str());
        QVERIFY(*p50->low <= 1.3 && 1.3 <= *p50->high);
        QCOMPARE(slower.verdict, ChangeVerdict::Regression);
    }

    void repeatsAreNoRegressionAndSlowerRunsAre()
    {
        int alarms = 0;
        int missed = 0;
        int covered = 0;
        constexpr int kPairs = 20;
        for (std::uint64_t seed = 1; seed <= kPairs; ++seed) {
            const auto base = simulate(seeded(seed * 2));
            const Comparison same = compare({base}, {simulate(seeded(seed * 2 + 1))});
            alarms += same.verdict == ChangeVerdict::Regression ? 1 : 0;
            const Comparison slower = compare({base}, {simulate(seeded(seed * 2 + 1001, 1.3))});
            missed += slower.verdict == ChangeVerdict::Regression ? 0 : 1;
            const MetricChange *p50 = metric(slower, "p50");
            covered += p50 != nullptr && *p50->low <= 1.3 && 1.3 <= *p50->high ? 1 : 0;
        }
        qInfo("alarms %d, missed %d, covered %d of %d", alarms, missed, covered, kPairs);
        QVERIFY(alarms <= 1);
        QCOMPARE(missed, 0);
        QVERIFY(covered >= 17);
    }

    void halvesOfARealRunAreNoRegression()
    {
        Progress progress;
        const auto run =
            reports::openReport(TAILSPAN_SOURCE_DIR "/tests/data/reports/k6-v0.48-runA.ndjson.gz", {}, progress);
        QVERIFY(run.has_value());
        int alarms = 0;
        int withIntervals = 0;
        for (std::uint64_t seed = 1; seed <= 30; ++seed) {
            const auto [one, two] = halves(**run, seed);
            const Comparison result = compare({one}, {two});
            withIntervals += result.shift.empty() ? 0 : 1;
            // Counts of both halves go against each other (what one has the other lacks), latencies do not.
            const auto isAlarm = [](const MetricChange &change) {
                return change.name.starts_with('p') && change.verdict == ChangeVerdict::Regression;
            };
            const bool hasAlarm = std::any_of(result.metrics.begin(), result.metrics.end(), isAlarm);
            alarms += hasAlarm ? 1 : 0;
            if (hasAlarm)
                qInfo("seed %d: %s", static_cast<int>(seed),
                      std::find_if(result.metrics.begin(), result.metrics.end(), isAlarm)->name.c_str());
        }
        QVERIFY2(withIntervals >= 25, qPrintable(QString::number(withIntervals))); // nine seconds are just enough
        QVERIFY2(alarms <= 1, qPrintable(QString::number(alarms)));
    }

    void fasterRunsAreAnImprovement()
    {
        QVERIFY(compare({simulate(seeded(1))}, {simulate(seeded(2, 0.7))}).verdict == ChangeVerdict::Improvement);
    }

    void smallChangesDoNotCount()
    {
        SteadyRun quick = seeded(1);
        quick.medianMs = 5; // 20 % of 5 ms is 1 ms, below the least of 2 ms
        SteadyRun slower = quick;
        slower.seed = 2;
        slower.slower = 1.2;
        const Comparison result = compare({simulate(quick)}, {simulate(slower)});
        const MetricChange *p50 = metric(result, "p50");
        QVERIFY(p50 != nullptr && *p50->low > 1.05);
        QVERIFY(p50->verdict == ChangeVerdict::NoChange);
    }

    void singleRunsSayWhatTheyDoNotCover()
    {
        const Comparison result = compare({simulate(seeded(1))}, {simulate(seeded(2))});
        QVERIFY(joined(result.notes).find("excludes run-to-run variance") != std::string::npos);
    }

    void moreFailuresAreARegression()
    {
        SteadyRun failing = seeded(2);
        failing.failures = 0.05;
        const Comparison result = compare({simulate(seeded(1))}, {simulate(failing)});
        const MetricChange *errors = metric(result, "errors");
        QVERIFY(errors != nullptr && errors->verdict == ChangeVerdict::Regression);
        QVERIFY(*errors->low > 3 && *errors->high < 7);
        QVERIFY(result.verdict == ChangeVerdict::Regression);
    }

    void failuresAfterNoneAreFound()
    {
        SteadyRun clean = seeded(1);
        clean.failures = 0;
        SteadyRun failing = seeded(2);
        failing.failures = 0.02;
        const MetricChange *errors = nullptr;
        const Comparison result = compare({simulate(clean)}, {simulate(failing)});
        errors = metric(result, "errors");
        QVERIFY(errors != nullptr && !errors->ratio && errors->verdict == ChangeVerdict::Regression);
    }

    void anotherLoadIsNotComparable()
    {
        SteadyRun more = seeded(2);
        more.users = 60;
        const Comparison result = compare({simulate(seeded(1))}, {simulate(more)});
        QVERIFY(result.verdict == ChangeVerdict::NotComparable);
        QVERIFY(result.metrics.empty());
        QVERIFY(joined(result.notes).find("40 users in the baseline, 60 users") != std::string::npos);
    }

    void otherEndpointsAreNotComparable()
    {
        SteadyRun other = seeded(2);
        other.endpoints = {"Login", "GetCourses", "Search"};
        const Comparison result = compare({simulate(seeded(1))}, {simulate(other)});
        QVERIFY(result.verdict == ChangeVerdict::NotComparable);
        QVERIFY(joined(result.notes).find("GetJobs") != std::string::npos);
        QVERIFY(joined(result.notes).find("Search") != std::string::npos);
    }

    void fourRepeatsASideAreTestedByRuns()
    {
        std::vector<LoadTestReportPtr> base;
        std::vector<LoadTestReportPtr> same;
        std::vector<LoadTestReportPtr> slower;
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            base.push_back(simulate(seeded(seed)));
            same.push_back(simulate(seeded(seed + 100)));
            slower.push_back(simulate(seeded(seed + 200, 1.25)));
        }
        QVERIFY(compare(base, same).verdict != ChangeVerdict::Regression);
        const Comparison result = compare(base, slower);
        QVERIFY(result.verdict == ChangeVerdict::Regression);
        const MetricChange *p95 = metric(result, "p95");
        QVERIFY(p95 != nullptr && p95->pValue);
        QVERIFY(std::abs(*p95->pValue - 2.0 / 70) < 1e-9);
        QVERIFY(std::abs(*p95->ratio - 1.25) < 0.06);
        QVERIFY(joined(result.notes).find("run-to-run") == std::string::npos);
    }

    void runsOfDifferentLevelAreTakenTogether()
    {
        // Two baselines, one of them slower: the step between them is no dependence inside the runs.
        const Comparison result = compare({simulate(seeded(1)), simulate(seeded(2, 1.2))}, {simulate(seeded(3, 1.1))});
        QVERIFY(!result.shift.empty());
        QVERIFY(joined(result.notes).find("2 and 1 runs were taken together") != std::string::npos);
    }

    void figuresOfWholeRunsGiveDifferencesOnly()
    {
        auto one = std::make_shared<LoadTestReport>();
        one->tool = "k6";
        one->reportedLatency = LatencyStats{10, 100, 200, 300, 400, 500};
        auto two = std::make_shared<LoadTestReport>(*one);
        two->reportedLatency->p95Ns = 600;
        const Comparison result = compare({one}, {two});
        QVERIFY(result.verdict == ChangeVerdict::Inconclusive);
        const MetricChange *p95 = metric(result, "p95");
        QVERIFY(p95 != nullptr && *p95->ratio == 2.0 && !p95->low);
        QVERIFY(joined(result.notes).find("no test is possible") != std::string::npos);
    }

    void theSameSeedGivesTheSameAnswer()
    {
        const auto a = simulate(seeded(1));
        const auto b = simulate(seeded(2, 1.1));
        const Comparison one = compare({a}, {b});
        const Comparison two = compare({a}, {b});
        QCOMPARE(one.metrics.size(), two.metrics.size());
        for (std::size_t i = 0; i < one.metrics.size(); ++i)
            QVERIFY(one.metrics[i].low == two.metrics[i].low && one.metrics[i].high == two.metrics[i].high);
    }

    void endpointsOverTimeAddUpToTheRun()
    {
        const auto run = simulate(seeded(3));
        std::uint64_t requests = 0;
        std::uint64_t latencies = 0;
        for (const EndpointTimeline::Cell &cell : run->endpointTimeline.cells) {
            requests += cell.requests;
            for (std::uint32_t i = 0; i < cell.binCount; ++i)
                latencies += run->endpointTimeline.bins[cell.firstBin + i].count;
        }
        QCOMPARE(requests, requestCount(run->requests, {}));
        QCOMPARE(latencies, latencyOf(run->requests, {}).count());
    }

    void partsOfARunAddUp()
    {
        // The endpoints of both halves, joined, are those of the run, whatever the order of their rows.
        const auto run = simulate(seeded(3));
        const auto [one, two] = halves(*run, 5);
        std::vector<Endpoint> turned = run->endpoints;
        std::reverse(turned.begin(), turned.end());
        const std::vector<LoadTestReportPtr> parts{one, two};
        const EndpointTimeline joined = joinedEndpoints(parts, turned);
        QCOMPARE(joined.width, run->endpointTimeline.width);
        QCOMPARE(joined.begin, run->endpointTimeline.begin);
        std::vector<std::uint64_t> requests(turned.size(), 0);
        std::uint64_t latencies = 0;
        for (const EndpointTimeline::Cell &cell : joined.cells) {
            requests[cell.endpoint] += cell.requests;
            for (std::uint32_t i = 0; i < cell.binCount; ++i)
                latencies += joined.bins[cell.firstBin + i].count;
        }
        for (std::size_t i = 0; i < turned.size(); ++i)
            QCOMPARE(requests[i], requestCount(turned[i].requests, {}));
        QCOMPARE(latencies, latencyOf(run->requests, {}).count());
        auto bare = std::make_shared<LoadTestReport>(*one);
        bare->endpointTimeline = {};
        QVERIFY(joinedEndpoints(std::vector<LoadTestReportPtr>{bare, two}, turned).isEmpty());
    }

    void plateausAreFoundWithoutTheirBegin()
    {
        const auto run = simulate(seeded(1));
        const std::vector<SteadyWindow> windows = steadyWindows(*run);
        QCOMPARE(windows.size(), std::size_t{1});
        QCOMPARE(windows.front().load, 40.0);
        QCOMPARE(windows.front().range.length(), Duration::seconds(108));
    }
};

QTEST_GUILESS_MAIN(TestLoadtestComparison)
#include "tst_loadtest_comparison.moc"
