// SPDX-License-Identifier: GPL-3.0-or-later
// The simulated load test of packaging/demo.sh: its queue keeps the rules of one, and the report that is written of it
// is read back as the run that it was.
#include "app/reports/report_reader.h"
#include "models/loadtest/timeline.h"
#include "tests/sim/k6_output.h"
#include "tests/sim/load_records.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace tailspan;
using namespace tailspan::sim;

namespace {

constexpr std::int64_t kStartNs = 1'795'442'400'000'000'000; // 2026-11-23T14:00:00Z

LoadPlan planOf(double ledgerQueryMs)
{
    return {kStartNs, 7, ledgerQueryMs};
}

/// Those that take a connection, by when they got it or gave up.
std::vector<LoadRequest> payments(const std::vector<LoadRequest> &run)
{
    std::vector<LoadRequest> found;
    std::copy_if(run.begin(), run.end(), std::back_inserter(found),
                 [](const LoadRequest &request) { return request.poolArrivedNs != 0; });
    std::sort(found.begin(), found.end(),
              [](const LoadRequest &a, const LoadRequest &b) { return a.poolArrivedNs < b.poolArrivedNs; });
    return found;
}

std::int64_t holdersAt(const std::vector<LoadRequest> &run, std::int64_t atNs)
{
    return std::count_if(run.begin(), run.end(), [atNs](const LoadRequest &request) {
        return !request.hasTimedOut && request.poolLeftNs <= atNs && atNs < request.poolReleasedNs;
    });
}

loadtest::LoadTestReport readBack(const std::string &path)
{
    Progress progress;
    const auto report = reports::openReport(path, std::stop_token(), progress);
    if (!report.has_value())
        qFatal("%s", report.error().text().c_str());
    return **report;
}

/// One request of k6's output, one second long.
std::string requestLine(const char *scenario, const char *end)
{
    std::string text;
    for (const auto &[metric, value] : {std::pair{"http_reqs", "1"}, {"http_req_duration", "1000"}})
        text += std::string(R"({"metric":")") + metric + R"(","type":"Point","data":{"time":"2026-11-23T14:)" + end
            + R"(Z","value":)" + value + R"(,"tags":{"name":"a","status":"200","scenario":")" + scenario + "\"}}}\n";
    return text;
}

} // namespace

class TestLoadRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSamePlanGivesTheSameRun()
    {
        const auto one = simulateLoad(planOf(LoadPlan::kWithIndexMs));
        const auto two = simulateLoad(planOf(LoadPlan::kWithIndexMs));
        QCOMPARE(one.size(), two.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            QCOMPARE(one[i].traceId, two[i].traceId);
            QCOMPARE(one[i].endNs, two[i].endNs);
        }
    }

    void thePoolServesInTurnAndNeverMoreThanItHas()
    {
        const auto run = simulateLoad(planOf(LoadPlan::kWithoutIndexMs));
        const auto queue = payments(run);
        std::int64_t beforeNs = 0;
        for (const LoadRequest &payment : queue) {
            const std::int64_t waitedNs = payment.poolLeftNs - payment.poolArrivedNs;
            QVERIFY(waitedNs > 0 && waitedNs <= kPoolTimeoutNs);
            if (payment.hasTimedOut) {
                QCOMPARE(payment.statusCode, 503);
                continue;
            }
            QVERIFY(payment.poolLeftNs >= beforeNs); // first come, first served
            beforeNs = payment.poolLeftNs;
            QVERIFY(holdersAt(queue, payment.poolLeftNs) <= kPaymentPoolMax);
            // Who waited got the connection at the moment when somebody let go of one.
            const bool isHandedOver = std::any_of(queue.begin(), queue.end(), [&](const LoadRequest &other) {
                return other.poolReleasedNs == payment.poolLeftNs;
            });
            QVERIFY(waitedNs <= 100'000 || isHandedOver);
        }
    }

    void onlyWithoutTheIndexThePoolIsFullForLong()
    {
        const auto waitOf = [](double ledgerQueryMs) {
            std::int64_t longestNs = 0;
            for (const LoadRequest &payment : payments(simulateLoad(planOf(ledgerQueryMs))))
                longestNs = std::max(longestNs, payment.poolLeftNs - payment.poolArrivedNs);
            return longestNs;
        };
        QVERIFY(waitOf(LoadPlan::kWithIndexMs) < 500'000'000);
        QCOMPARE(waitOf(LoadPlan::kWithoutIndexMs), kPoolTimeoutNs);
    }

    void spansLieInsideTheirCallersAndAreStoredWithTheirParents()
    {
        for (const LoadRequest &request : simulateLoad(planOf(LoadPlan::kWithoutIndexMs))) {
            std::set<std::string> ids;
            for (const Call &call : request.calls) {
                QCOMPARE(call.traceId, request.traceId);
                QVERIFY(call.startNs >= request.startNs && call.endNs <= request.endNs && call.startNs <= call.endNs);
                QVERIFY(call.parentHiddenId.empty() ? ids.empty() : ids.contains(call.parentHiddenId));
                QVERIFY(ids.insert(loadRecord(call).call.storedId).second);
            }
        }
    }

    void theReportIsReadBackAsTheRun()
    {
        const auto run = simulateLoad(planOf(LoadPlan::kWithoutIndexMs));
        const test::Folder folder;
        const std::string path = folder.path("run.json");
        QVERIFY(writeK6Output(run, kStartNs, path).has_value());
        const loadtest::LoadTestReport report = readBack(path);
        QCOMPARE(loadtest::requestCount(report.requests, {}), run.size());
        const auto failed = std::count_if(run.begin(), run.end(), [](const auto &r) { return r.statusCode >= 400; });
        QCOMPARE(loadtest::failureCount(report.requests, {}), static_cast<std::uint64_t>(failed));
        std::vector<std::int64_t> latencies;
        for (const LoadRequest &request : run)
            latencies.push_back(request.endNs - request.startNs);
        std::sort(latencies.begin(), latencies.end());
        const auto exact = static_cast<double>(latencies[latencies.size() * 95 / 100]);
        const auto p95 = static_cast<double>(loadtest::totalsOf(report).latency.p95Ns.value_or(0));
        QVERIFY(std::abs(p95 / exact - 1) < 0.005);
    }

    void scenariosOneAfterAnotherAreStages()
    {
        const auto run = simulateLoad(planOf(LoadPlan::kWithoutIndexMs));
        const test::Folder folder;
        const std::string path = folder.path("run.json");
        QVERIFY(writeK6Output(run, kStartNs, path).has_value());
        const loadtest::LoadTestReport report = readBack(path);
        QCOMPARE(report.stages.size(), loadStages().size());
        double beganS = 0;
        for (std::size_t i = 0; i < report.stages.size(); ++i) {
            const loadtest::Stage &stage = report.stages[i];
            QCOMPARE(stage.name, std::string(loadStages()[i].scenario));
            QVERIFY(!stage.isNominal);
            QVERIFY(std::abs(stage.begin.toSeconds() - beganS) < 1);
            QVERIFY(std::abs(stage.length.toSeconds() - loadStages()[i].seconds) < 1);
            beganS += loadStages()[i].seconds;
        }
    }

    void scenariosSideBySideAreNoStages()
    {
        const test::Folder folder;
        const auto report = readBack(folder.write("two.json",
                                                  requestLine("a", "00:10") + requestLine("b", "00:12")
                                                      + requestLine("a", "00:40") + requestLine("b", "00:44")));
        QVERIFY(report.stages.empty());
        QCOMPARE(report.notes.back(), std::string("The file does not hold the load stages."));
        QVERIFY(
            readBack(folder.write("one.json", requestLine("a", "00:10") + requestLine("a", "00:40"))).stages.empty());
    }
};

QTEST_GUILESS_MAIN(TestLoadRun)
#include "tst_load_run.moc"
