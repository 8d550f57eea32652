// SPDX-License-Identifier: GPL-3.0-or-later
// The Heatmap page over a real PostgreSQL and a real Prometheus.
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "models/base/wall_clock.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/source_calls.h"
#include "ui/heatmap/goes_with_panel.h"
#include "ui/heatmap/heatmap_page.h"
#include "ui/heatmap/selection_panel.h"
#include "ui/mainwindow/main_window.h"

#include <QLabel>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QToolButton>

#include <cmath>
#include <memory>
#include <random>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;
using heatmap::Baseline;
using workspace::HeatOrigin;

namespace {

constexpr int kSpans = 130'000; // more than are loaded
constexpr std::int64_t kStepS = 15;
constexpr int kPoints = 240;

/// Of the last nine minutes, 4 ms from one to the next; of the oldest 1,000 every second one takes 700 ms longer.
QString spansSql()
{
    return u"INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, duration, "
           u"status_code) "
           "SELECT 't' || i, 's' || i, CASE WHEN i % 3 = 0 THEN 'auth' ELSE 'payment' END, 'GET /x', "
           "(now() AT TIME ZONE 'UTC') - interval '9 minutes' + i * interval '4 milliseconds', "
           "20 + (i * 7919) % 50 + CASE WHEN i <= 1000 AND i % 2 = 0 THEN 700 ELSE 0 END, "
           "CASE WHEN i % 100 = 0 THEN 500 ELSE 200 END FROM generate_series(1, %1) i"_s.arg(kSpans);
}

/// An hour of payment: its latencies rise when its pool fills, while its memory does what it likes.
std::string metricsHistory(std::int64_t nowS)
{
    std::mt19937 random(5);
    std::normal_distribution<double> noise(0, 1);
    const std::vector<std::string> bounds{"0.05", "0.1", "0.2", "0.4", "0.8", "1.6", "+Inf"};
    std::vector<double> counts(bounds.size());
    std::string histogram = "# TYPE http_request_duration_seconds histogram\n";
    std::string pool = "# TYPE pg_pool_used gauge\n";
    std::string memory = "# TYPE process_resident_memory_bytes gauge\n";
    const std::int64_t beginS = (nowS - kStepS * kPoints) / kStepS * kStepS;
    double level = 0;
    for (int i = 0; i < kPoints; ++i) {
        const std::string at = " " + std::to_string(beginS + kStepS * i) + "\n";
        level = 0.5 * level + noise(random);
        const double middle = std::exp(std::log(0.15) + 0.5 * level);
        double all = 0;
        for (std::size_t b = 0; b < bounds.size(); ++b) {
            const double bound = b + 1 == bounds.size() ? 100 : std::stod(bounds[b]);
            const double share = 1 / (1 + std::pow(middle / bound, 3));
            counts[b] += std::round(600 * (b + 1 == bounds.size() ? 1 : share));
            all = counts[b];
            histogram += "http_request_duration_seconds_bucket{service=\"payment\",le=\"" + bounds[b] + "\"} "
                + std::to_string(static_cast<long>(counts[b])) + at;
        }
        histogram += "http_request_duration_seconds_count{service=\"payment\"} "
            + std::to_string(static_cast<long>(all)) + at + "http_request_duration_seconds_sum{service=\"payment\"} "
            + std::to_string(static_cast<long>(all)) + at;
        pool += "pg_pool_used{service=\"payment\"} " + std::to_string(10 + 3 * level + 0.3 * noise(random)) + at;
        memory += "process_resident_memory_bytes{service=\"payment\"} " + std::to_string(1e8 + 1e6 * noise(random))
            + at;
    }
    return histogram + pool + memory + "# EOF\n";
}

} // namespace

class TestHeatmapStores : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theStoreCountsWhatIsNotLoaded();
    void whatTheStoreCannotDoIsDisabled();
    void tracesThatAreNotLoadedAreFetched();
    void theTimeBeforeIsCountedInTheStore();
    void histogramsOfMetricsAreAMap();
    void metricsThatGoWithTheLatencyAreFound();

private:
    heatmap::HeatmapPage *page() const { return m_window->findChild<heatmap::HeatmapPage *>(); }
    heatmap::HeatState &state() const { return page()->state(); }
    void settle() const { QTRY_VERIFY_WITH_TIMEOUT(page()->isSettled(), 30'000); }
    void connectPostgres();
    void connectPrometheus();
    QString text(const QString &name) const { return m_window->findChild<QLabel *>(name)->text(); }

    PostgresServer m_postgres;
    PrometheusServer m_prometheus;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

void TestHeatmapStores::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    prepareWindows(style::ThemeChoice::Dark);
    TAILSPAN_NEED_SERVER(PostgresServer::missing() + PrometheusServer::missing());
    QCOMPARE(m_postgres.start({}), QString());
    QCOMPARE(m_postgres.makeTargetTable(), QString());
    QCOMPARE(m_prometheus.start({.openMetrics = metricsHistory(currentTime().ns() / 1'000'000'000)}), QString());
}

void TestHeatmapStores::init()
{
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
    m_window->resize(1400, 900);
    QVERIFY(m_window->showPage(u"heatmap"_s));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QCursor::setPos(0, 0);
}

void TestHeatmapStores::cleanup()
{
    m_window.reset();
    m_workspace.reset();
}

void TestHeatmapStores::connectPostgres()
{
    QCOMPARE(m_postgres.sql(u"TRUNCATE distributed_traces; "_s + spansSql()), QString());
    m_workspace->connectTo(
        {storeOf("postgresql://reader@127.0.0.1:" + std::to_string(m_postgres.port()) + "/postgres", "reader-pw")});
    QTRY_VERIFY_WITH_TIMEOUT(m_workspace->stores().isLive(), 20'000);
    m_workspace->time().setLive(false);
    QTRY_COMPARE_WITH_TIMEOUT(state().origins().size(), std::size_t{2}, 10'000);
    settle();
}

void TestHeatmapStores::connectPrometheus()
{
    m_workspace->connectTo({storeOf("prometheus+http://127.0.0.1:" + std::to_string(m_prometheus.port()))});
    m_workspace->time().chooseLast(Duration(3'600'000'000'000));
    QTRY_VERIFY_WITH_TIMEOUT(!m_workspace->metrics().servicesWithHistograms().empty(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(state().map() != nullptr, 20'000);
    settle();
}

void TestHeatmapStores::theStoreCountsWhatIsNotLoaded()
{
    connectPostgres();
    QCOMPARE(state().origin()->origin.kind, HeatOrigin::Kind::Spans);
    const std::uint64_t loaded = state().map()->grid.total;
    QVERIFY(loaded <= 100'000);
    QVERIFY(text(u"heatTitle"_s).contains(u"from spans in"_s));
    state().setOrigin(state().origins()[1].origin);
    settle();
    QCOMPARE(state().map()->grid.total, std::uint64_t{kSpans});
    QCOMPARE(state().map()->failed->total, std::uint64_t{kSpans / 100});
    QVERIFY2(text(u"heatTitle"_s).contains(u"from all spans stored in"_s), qPrintable(text(u"heatTitle"_s)));
    m_workspace->addFilterTerm("service=auth"); // the filter goes into the question
    settle();
    QCOMPARE(state().map()->grid.total, std::uint64_t{kSpans / 3});
    m_workspace->addFilterTerm("NOT status=error"); // this does not, and that is said
    settle();
    QVERIFY2(state().error().contains(u"NOT"_s), qPrintable(state().error()));
}

void TestHeatmapStores::whatTheStoreCannotDoIsDisabled()
{
    connectPostgres();
    state().setOrigin(state().origins()[1].origin);
    settle();
    QVERIFY(!state().origin()->noRequests.empty());
    QVERIFY(state().subject().what == workspace::HeatSubject::What::AllSpans);
    state().setOnlyFailed(true);
    settle();
    QCOMPARE(state().map()->grid.total, std::uint64_t{kSpans / 100});
}

void TestHeatmapStores::tracesThatAreNotLoadedAreFetched()
{
    connectPostgres();
    state().setOrigin(state().origins()[1].origin);
    state().setService("payment");
    settle();
    const metric::LatencyGrid &grid = state().map()->grid;
    const std::uint32_t slow = grid.rows.rowOf(500'000'000); // only the store has those
    state().setBox(layout::boxOf(grid, {0, grid.columns, slow, grid.rows.count()}));
    settle();
    QVERIFY2(text(u"heatMessage"_s).contains(u"loaded"_s), qPrintable(text(u"heatMessage"_s)));
    page()->panel().showTraces();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->currentPage(), u"traces"_s, 20'000);
    QVERIFY(!m_workspace->filter().pickedTraces.empty());
    const std::string &first = m_workspace->filter().pickedTraces.front();
    const auto row = m_workspace->snapshot()->findTrace(first);
    QVERIFY(row);
    const trace::TraceSummary &trace = m_workspace->snapshot()->traces()[row->value()];
    QVERIFY(trace.durationNs >= 700'000'000);
    QCOMPARE(std::string(m_workspace->snapshot()->serviceOf(SpanRow(trace.rootRow))), std::string("payment"));
}

void TestHeatmapStores::theTimeBeforeIsCountedInTheStore()
{
    connectPostgres();
    state().setOrigin(state().origins()[1].origin);
    settle();
    QVERIFY(state().noBaseline(Baseline::Yesterday).isEmpty()); // the store can be asked
    state().setBaseline(Baseline::Previous);
    settle();
    QVERIFY(state().difference());
    QCOMPARE(state().difference()->totalBefore, std::uint64_t{0});
    QVERIFY2(text(u"heatSubtitle"_s).contains(u"nothing was there"_s), qPrintable(text(u"heatSubtitle"_s)));
    const TimePoint begin = state().map()->grid.begin + Duration(360'000'000'000);
    m_workspace->narrowTo({begin + Duration(60'000'000'000), begin + Duration(120'000'000'000)});
    settle();
    QVERIFY(state().difference()->totalBefore > 0);
    QVERIFY(text(u"heatSubtitle"_s).contains(u"against the time before"_s));
}

void TestHeatmapStores::histogramsOfMetricsAreAMap()
{
    connectPrometheus();
    QCOMPARE(state().origin()->origin.kind, HeatOrigin::Kind::Metrics);
    QVERIFY2(text(u"heatTitle"_s).startsWith(u"Latency of payment · from histograms in"_s),
             qPrintable(text(u"heatTitle"_s)));
    const metric::LatencyGrid &grid = state().map()->grid;
    QCOMPARE(grid.rows.boundsNs().size(), std::size_t{6}); // those of the histogram
    QCOMPARE(grid.rows.boundsNs().front(), 50'000'000);
    // 600 values each 15 s for an hour, up to a few at the ends.
    QVERIFY2(grid.total > 120'000 && grid.total < 150'000, std::to_string(grid.total).c_str());
    QVERIFY(!m_window->findChild<QToolButton *>(u"heatFailed"_s)->isEnabled());
    state().setBaseline(Baseline::Previous);
    settle();
    QVERIFY2(state().error().isEmpty() || state().error().contains(u"counted"_s), qPrintable(state().error()));
}

void TestHeatmapStores::metricsThatGoWithTheLatencyAreFound()
{
    connectPrometheus();
    QTest::mouseClick(m_window->findChild<QToolButton *>(u"tabGoesWith"_s), Qt::LeftButton);
    settle();
    auto *panel = m_window->findChild<heatmap::GoesWithPanel *>();
    QVERIFY2(panel->companions().rowCount() == 1, qPrintable(panel->words()));
    const explain::Companion &companion = panel->companions().companion(0);
    QVERIFY2(companion.name.find("pool") != std::string::npos, companion.name.c_str());
    QVERIFY2(companion.coefficient > 0.2, std::to_string(companion.coefficient).c_str());
    QVERIFY2(panel->words().contains(u"goes with"_s), qPrintable(panel->words()));
}

QTEST_MAIN(TestHeatmapStores)
#include "tst_heatmap_stores.moc"
