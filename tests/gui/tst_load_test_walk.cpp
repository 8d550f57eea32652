// SPDX-License-Identifier: GPL-3.0-or-later
// The walk of README.md through yesterday's load test, in the whole window and on the servers of packaging/demo.sh: what
// the pages show is held against the simulated run that report, traces and metrics are of.
#include "app/workspace/workspace.h"
#include "models/layout/metric_lane.h"
#include "models/loadtest/comparison.h"
#include "models/loadtest/timeline.h"
#include "tests/sim/load_run.h"
#include "tests/support/demo_script.h"
#include "tests/support/source_calls.h"
#include "ui/mainwindow/main_window.h"
#include "ui/metriclanes/metric_lane.h"
#include "ui/replay/metric_rows.h"
#include "ui/replay/replay_page.h"
#include "ui/replay/replay_state.h"
#include "ui/style/icon.h"
#include "ui/widgets/plain_label.h"

#include <QStandardPaths>
#include <QTest>

#include <cmath>
#include <map>
#include <memory>
#include <set>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLimitMs = 20'000;
/// In the middle of the spike, and in the steady stretch before it.
constexpr double kSpikeS = 205;
constexpr double kSteadyS = 100;

std::vector<sources::SourceToOpen> sourcesOf(const test::DemoScript &demo)
{
    std::vector<sources::SourceToOpen> sources;
    for (const auto &name : {u"PostgreSQL"_s, u"Redis"_s, u"Prometheus"_s})
        sources.push_back(test::storeOf(demo.value(name).toStdString()));
    return sources;
}

} // namespace

class TestLoadTestWalk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        style::loadResources();
        m_demo = std::make_unique<test::DemoScript>(QStringList{u"--loadtest"_s, u"--serve"_s});
        if (!m_demo->waitUntilItServes() && m_demo->finish() == test::DemoScript::kSkipped)
            QSKIP(test::DemoScript::kMissing);
        QVERIFY2(m_demo->isServing(), qPrintable(m_demo->errors()));
        m_settings = std::make_unique<settings::SettingsStore>(QString());
        m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
        m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
        m_window->resize(1400, 900);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_workspace->connectTo(sourcesOf(*m_demo));
        m_workspace->open({m_demo->value(u"Yesterday"_s)});
        m_window->showPage(u"replay"_s);
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->report() != nullptr && !m_workspace->isOpening(), kLimitMs);
        m_page = m_window->findChild<replay::ReplayPage *>();
        QVERIFY(m_page != nullptr && m_page->state().hasTimeline());
        m_run = sim::simulateLoad({m_workspace->report()->startedAt.value().ns() / kMinuteNs * kMinuteNs,
                                   kYesterdaysSeed, sim::LoadPlan::kWithoutIndexMs});
    }

    void cleanupTestCase()
    {
        m_window.reset();
        m_workspace.reset();
        m_demo.reset();
    }

    void theReportIsTheRun()
    {
        const loadtest::LoadTestReport &report = *m_workspace->report();
        QCOMPARE(loadtest::requestCount(report.requests, {}), m_run.size());
        QCOMPARE(report.stages.size(), sim::loadStages().size());
        QCOMPARE(report.stages[2].name, std::string("spike"));
        QVERIFY(std::abs(report.stages[2].begin.toSeconds() - 180) < 1);
        QVERIFY(std::abs(report.stages[2].length.toSeconds() - 45) < 1);
    }

    /// Though nothing is measured today: the lanes look at what was measured when the run ended.
    void thePoolIsFullDuringTheSpike()
    {
        const auto *rows = m_page->findChild<replay::MetricRows *>();
        QTRY_VERIFY_WITH_TIMEOUT(lane(*rows, u"Pool use"_s) != nullptr, kLimitMs);
        const auto *pool = lane(*rows, u"Pool use"_s);
        const auto *waiting = lane(*rows, u"Pool waiting"_s);
        QVERIFY(waiting != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(!std::isnan(value(*pool, kSpikeS)) && !std::isnan(value(*waiting, kSpikeS)), kLimitMs);
        QCOMPARE(value(*pool, kSpikeS), 1.0);
        QVERIFY(value(*pool, kSteadyS) < 0.9);
        QCOMPARE(value(*waiting, kSteadyS), 0.0);
        // What is asked every few seconds is what the queue of the run was at that moment.
        QVERIFY(std::abs(value(*waiting, kSpikeS) - waitingAt(kSpikeS)) <= 25);
    }

    void theAlertLiesOverTheSpike()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!m_workspace->alerts().bands().empty(), kLimitMs);
        const metric::AlertBand &band = m_workspace->alerts().bands().front();
        QCOMPARE(QString::fromStdString(band.name), u"PaymentPoolExhausted"_s);
        QVERIFY(band.range.begin > at(180) && band.range.begin < at(205));
        QVERIFY(band.range.end < at(240));
    }

    void theTracesOfThatSecondWaitForThePool()
    {
        m_window->showPage(u"replay"_s);
        m_page->state().setHead(at(kSpikeS));
        m_page->setFocus();
        QTest::keyClick(m_page, Qt::Key_T);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->currentPage(), u"traces"_s, kLimitMs);
        const auto *said = m_page->findChild<widgets::PlainLabel *>(u"saidOfTraces"_s);
        QVERIFY2(said->text().contains(u"by the trace ids in the report"_s), qPrintable(said->text()));
        const trace::TraceSnapshotPtr snapshot = m_workspace->snapshot();
        QVERIFY(snapshot != nullptr);
        const std::set<std::string> known = idsAt(kSpikeS);
        int slow = 0;
        for (const auto &[id, waitNs] : waitsIn(*snapshot)) {
            QVERIFY2(known.contains(id), id.c_str());
            slow += waitNs > 1'500'000'000 ? 1 : 0;
        }
        QVERIFY(slow >= 20);
    }

    void comparedWithLastWeekPaymentsAreSlower()
    {
        m_workspace->compareWith({m_demo->value(u"Last week"_s)});
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->analysis().comparison() != nullptr, kLimitMs);
        const loadtest::Comparison &comparison = *m_workspace->analysis().comparison();
        QCOMPARE(comparison.verdict, loadtest::ChangeVerdict::Regression);
        for (const loadtest::MetricChange &change : comparison.metrics) {
            const bool isOfPayments = !change.endpoint || *change.endpoint == "Pay";
            if (change.name == "p50" && isOfPayments)
                QVERIFY(change.low.value_or(0) > 1.2 && change.high.value_or(9) < 1.6);
            if (change.name == "p50" && !isOfPayments)
                QVERIFY(change.verdict != loadtest::ChangeVerdict::Regression);
        }
    }

    void ownLimitsNameTheFirstBreach()
    {
        m_workspace->openLimits(m_demo->value(u"Limits"_s));
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->analysis().judged() != m_workspace->report()
                                     && !m_workspace->analysis().isJudging(),
                                 kLimitMs);
        int breached = 0;
        for (const loadtest::Verdict &verdict : m_workspace->analysis().judged()->scenarios.front().verdicts) {
            if (verdict.origin != loadtest::Origin::OwnLimits || verdict.passed.value_or(true))
                continue;
            ++breached;
            QVERIFY(!verdict.breach || (verdict.breach->begin >= at(180) && verdict.breach->begin < at(200)));
        }
        QVERIFY(breached >= 3);
    }

private:
    static constexpr std::int64_t kMinuteNs = 60'000'000'000;
    static constexpr std::uint64_t kYesterdaysSeed = 99; // packaging/demo/loadtest.sh

    TimePoint at(double seconds) const { return m_page->state().run().begin + Duration(std::llround(seconds * 1e9)); }

    static const metriclanes::MetricLane *lane(const replay::MetricRows &rows, const QString &title)
    {
        for (const metriclanes::MetricLane *lane : rows.lanes())
            if (lane->spec().title == title)
                return lane;
        return nullptr;
    }

    /// Of payment, by what was asked last.
    double value(const metriclanes::MetricLane &lane, double seconds) const
    {
        for (const layout::LaneLine &line : lane.picture().lines)
            if (line.label == "payment")
                return layout::valueAt(*line.series, at(seconds), 4'000'000'000);
        return std::nan("");
    }

    int waitingAt(double seconds) const
    {
        const std::int64_t atNs = at(seconds).ns();
        return static_cast<int>(std::ranges::count_if(m_run, [atNs](const sim::LoadRequest &request) {
            return request.poolArrivedNs <= atNs && atNs < request.poolLeftNs;
        }));
    }

    /// Traces that ran in the second that begins then, give or take what a collector is late.
    std::set<std::string> idsAt(double seconds) const
    {
        std::set<std::string> ids;
        const std::int64_t fromNs = at(seconds - 0.1).ns();
        const std::int64_t toNs = at(seconds + 1.1).ns();
        for (const sim::LoadRequest &request : m_run)
            if (request.startNs < toNs && fromNs < request.endNs)
                ids.insert(request.traceId);
        return ids;
    }

    /// The id of each trace with the longest wait for the pool.
    static std::map<std::string, std::int64_t> waitsIn(const trace::TraceSnapshot &snapshot)
    {
        std::map<std::string, std::int64_t> waits;
        for (std::uint32_t i = 0; i < snapshot.spans().size(); ++i) {
            const SpanRow row(i);
            std::int64_t &wait = waits[snapshot.traceIdText(snapshot.traceOf(row))];
            if (snapshot.operationOf(row) == "pg-pool.connect")
                wait = std::max(wait, snapshot.spans().duration(row).ns());
        }
        return waits;
    }

    std::unique_ptr<test::DemoScript> m_demo;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
    replay::ReplayPage *m_page = nullptr;
    std::vector<sim::LoadRequest> m_run;
};

QTEST_MAIN(TestLoadTestWalk)
#include "tst_load_test_walk.moc"
