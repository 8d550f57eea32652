// SPDX-License-Identifier: GPL-3.0-or-later
// The Metrics page and the time bar with a real Prometheus behind them.
#include "models/base/number_text.h"
#include "tests/gui/metrics_fixture.h"
#include "tests/support/fault_proxy.h"
#include "ui/mainwindow/range_label.h"
#include "ui/mainwindow/sparkline.h"
#include "ui/metriclanes/overlay_lane.h"
#include "ui/metrics/promql_edit.h"
#include "ui/metrics/query_lane.h"
#include "ui/metrics/targets_view.h"
#include "ui/metrics/text_table.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *kRules = R"(groups:
  - name: house
    rules:
      - alert: AuthIsOdd
        expr: vector(1)
        labels: {severity: page, service: auth}
)";
constexpr int kPatienceMs = 15'000;

} // namespace

class TestMetricsPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void anUnconnectedPageSaysWhatItIsFor();
    void signalsAreFoundAndTheirLanesFilled();
    void alertsAndMarksLieOverTheTimeAxis();
    void targetsAndAlertsAreListedAndWarnOfTheirServices();
    void aStoreThatGoesAwayLeavesItsDataWithItsAge();
    void whatIsAskedCanBeChangedAndIsKept();
    void aQueryIsCompletedAndItsErrorSaidInWords();
    void aDashboardBecomesLanes();
    void rangesAreTypedAndChosen();
    void aDragNarrowsTheTimeAndAMomentIsShared();
    void metricsStayConnectedWhenTracesAreOpened();
    void aSecretIsNowhereShown();

private:
    /// The history has a point each 15 seconds, whatever the server scrapes now.
    void connectTo(const std::string &more = {}, std::uint16_t port = 0);
    void type(const QString &range);

    PrometheusServer m_server;
    MetricsFixture m_page;
    std::unique_ptr<FaultProxy> m_proxy;
};

void TestMetricsPage::initTestCase()
{
    MetricsFixture::prepare();
    TAILSPAN_NEED_SERVER(PrometheusServer::missing());
    const std::string history = servicesHistory(currentTime().ns() / 1'000'000'000);
    QCOMPARE(m_server.start({.openMetrics = history, .scraped = {u"127.0.0.1:1"_s}, .rules = kRules}), QString());
}

void TestMetricsPage::init()
{
    m_page.show();
}

void TestMetricsPage::cleanup()
{
    m_page.close();
    m_proxy.reset();
}

void TestMetricsPage::connectTo(const std::string &more, std::uint16_t port)
{
    const std::uint16_t to = port == 0 ? m_server.port() : port;
    m_page.workspace().connectTo(
        {storeOf("prometheus+http://127.0.0.1:" + std::to_string(to) + "?interval=15s" + more)});
}

void TestMetricsPage::anUnconnectedPageSaysWhatItIsFor()
{
    QVERIFY(m_page.says(u"See what changed, and when"_s));
    QVERIFY(m_page.lanes().empty());
}

void TestMetricsPage::signalsAreFoundAndTheirLanesFilled()
{
    connectTo();
    for (const char *title : {"Requests", "Errors", "Latency p95", "Memory", "Pool used"})
        QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(QLatin1String(title)), kPatienceMs);
    QCOMPARE(m_page.workspace().metrics().services(), (std::vector<std::string>{"auth", "payment"}));
    const layout::MetricLanePicture &requests = m_page.lane(u"Requests"_s)->picture();
    QCOMPARE(requests.lines.size(), std::size_t(2));
    QCOMPARE(requests.lines[0].label, std::string("auth"));
    // 150 + 3 in 15 seconds.
    const double rate = layout::valueAt(*requests.lines[0].series, currentTime() - Duration::seconds(300), 0);
    QVERIFY2(std::abs(rate - 10.2) < 0.1, qPrintable(QString::number(rate)));
    QVERIFY(m_page.window().showView(u"service:payment"_s));
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Latency"_s), kPatienceMs);
    QCOMPARE(m_page.lane(u"Latency"_s)->picture().lines.size(), std::size_t(3));
    const auto sparklines = m_page.window().findChildren<mainwindow::Sparkline *>();
    QVERIFY(sparklines.front()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(sparklines.front()->accessibleDescription().contains(u"/s"_s), kPatienceMs);
}

void TestMetricsPage::alertsAndMarksLieOverTheTimeAxis()
{
    connectTo("&marks=build_info");
    const auto *overlay = m_page.window().findChild<metrics::LaneDeck *>()->findChild<metrics::OverlayLane *>();
    QTRY_VERIFY_WITH_TIMEOUT(overlay->accessibleDescription().contains(u"SlowPayments"_s), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(overlay->picture().marks.size(), std::size_t(1), kPatienceMs);
    QVERIFY(overlay->picture().marks[0].mark->text.find("2.0") != std::string::npos);
    const auto &bands = m_page.workspace().alerts().bands();
    const auto slow =
        std::find_if(bands.begin(), bands.end(), [](const auto &band) { return band.name == "SlowPayments"; });
    QVERIFY(slow != bands.end());
    QCOMPARE(slow->service, std::string("payment"));
    // A block has no marks of staleness: the last sample counts for five minutes more.
    QVERIFY(slow->range.length().toSeconds() > 280 && slow->range.length().toSeconds() < 660);
    // A file of marks comes beside.
    QTemporaryDir folder;
    QFile file(folder.filePath(u"marks.csv"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("time,text\n" + QByteArray::number(currentTime().ns() / 1'000'000'000 - 100)
               + ",flag switched\nodd line\n");
    file.close();
    QVERIFY(m_page.workspace().alerts().openMarks(file.fileName()).contains(u"1 lines"_s));
    QCOMPARE(overlay->picture().marks.size(), std::size_t(2));
    QCOMPARE(overlay->picture().marks[1].mark->text, std::string("flag switched"));
}

void TestMetricsPage::targetsAndAlertsAreListedAndWarnOfTheirServices()
{
    connectTo();
    QVERIFY(m_page.window().showView(u"targets"_s));
    const auto *view = m_page.window().findChild<metrics::TargetsView *>();
    const auto isAlertThere = [this] {
        const auto &warnings = m_page.workspace().warnings().all();
        return std::any_of(warnings.begin(), warnings.end(), [](const auto &warning) {
            return warning.service == "auth" && warning.text == "AuthIsOdd fires" && !warning.isDown;
        });
    };
    // Evaluated every second, watched every fifteen.
    QTRY_VERIFY_WITH_TIMEOUT(isAlertThere(), 40'000);
    const auto &targets = view->model(metrics::TargetsView::Targets);
    QTRY_VERIFY_WITH_TIMEOUT(targets.rowCount() == 1 && targets.rows()[0][0].text == u"down"_s, 40'000);
    const auto &target = targets.rows().front();
    QVERIFY(target[6].text.contains(u"refused"_s));
    QCOMPARE(view->model(metrics::TargetsView::Alerts).rows().front()[1].text, u"AuthIsOdd"_s);
    QCOMPARE(view->model(metrics::TargetsView::Rules).rows().front()[0].text, u"fires"_s);
    const auto &warnings = m_page.workspace().warnings().all();
    QVERIFY(std::any_of(warnings.begin(), warnings.end(), [](const auto &warning) { return warning.isDown; }));
}

void TestMetricsPage::aStoreThatGoesAwayLeavesItsDataWithItsAge()
{
    m_proxy = std::make_unique<FaultProxy>(m_server.port());
    connectTo({}, m_proxy->port());
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Requests"_s), kPatienceMs);
    m_proxy->reset();
    m_proxy->refuse();
    QTRY_VERIFY_WITH_TIMEOUT(!m_page.lane(u"Requests"_s)->problem().isEmpty(), 30'000);
    QVERIFY(m_page.isFilled(u"Requests"_s));
    QTRY_VERIFY_WITH_TIMEOUT(m_page.says(u"no answer"_s), kPatienceMs);
    m_proxy->pass();
    QTRY_VERIFY_WITH_TIMEOUT(m_page.lane(u"Requests"_s)->problem().isEmpty(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!m_page.says(u"no answer"_s), kPatienceMs);
}

void TestMetricsPage::whatIsAskedCanBeChangedAndIsKept()
{
    workspace::ConnectionDraft draft = *m_page.workspace().connections().draftFromUrl(
        u"prometheus+http://127.0.0.1:%1?interval=15s"_s.arg(m_server.port()));
    draft.name = u"prod"_s;
    QVERIFY(m_page.workspace().connections().save(draft).has_value());
    const auto open = [&] { return *m_page.workspace().connections().toOpen(draft); };
    m_page.workspace().connectTo({open()});
    QTRY_COMPARE_WITH_TIMEOUT(m_page.workspace().metrics().services().size(), std::size_t(2), kPatienceMs);
    QVERIFY(m_page.window().showView(u"mapping"_s));
    auto *table = m_page.window().findChild<metrics::TextTable *>(u"mappingTable"_s);
    QCOMPARE(table->model()->index(0, 3).data().toString(),
             u"metric http_requests_total, services named by \"service\""_s);
    table->selectRow(0); // auth, requests
    auto *edit = m_page.window().findChild<metrics::PromqlEdit *>(u"mappingExpression"_s);
    edit->setText(u"vector(42)"_s);
    m_page.window().findChild<QPushButton *>(u"choose"_s)->click();
    QCOMPARE(table->model()->index(0, 3).data().toString(), u"chosen by you"_s);
    QVERIFY(m_page.settings().value().profiles.front().metrics.contains(u"vector(42)"_s));
    QVERIFY(m_page.window().showView(u"lanes"_s));
    const auto authRate = [this] {
        const auto *lane = m_page.lane(u"Requests"_s);
        return lane == nullptr || lane->picture().lines.empty()
            ? 0
            : layout::valueAt(*lane->picture().lines[0].series, currentTime(), 0);
    };
    QTRY_COMPARE_WITH_TIMEOUT(authRate(), 42.0, kPatienceMs);
    m_page.workspace().connectTo({});
    m_page.workspace().connectTo({open()});
    QTRY_COMPARE_WITH_TIMEOUT(authRate(), 42.0, kPatienceMs);
    table->selectRow(0);
    m_page.window().findChild<QPushButton *>(u"takeBack"_s)->click();
    QVERIFY(table->model()->index(0, 3).data().toString().startsWith(u"metric"_s));
    QVERIFY(m_page.settings().value().profiles.front().metrics.isEmpty());
}

void TestMetricsPage::aQueryIsCompletedAndItsErrorSaidInWords()
{
    connectTo();
    m_page.window().findChild<QPushButton *>(u"addQuery"_s)->click();
    auto *query = m_page.window().findChild<metrics::QueryLane *>();
    metrics::PromqlEdit &edit = query->edit();
    m_page.window().activateWindow();
    edit.setFocus();
    const auto offered = [&](const char *typed, const char *name) {
        edit.clear();
        QTest::keyClicks(&edit, QString::fromLatin1(typed));
        return QTest::qWaitFor([&] { return edit.offers().contains(QLatin1String(name)); }, kPatienceMs);
    };
    QVERIFY(offered("http_req", "http_requests_total"));
    QVERIFY(offered("hist", "histogram_quantile("));
    QVERIFY(offered("http_requests_total{se", "service"));
    QVERIFY(offered("http_requests_total{service=\"pa", "payment"));
    query->setExpression(u"sum(rate(http_requests_total[1m])"_s);
    QTRY_VERIFY_WITH_TIMEOUT(query->lane().problem().contains(u"parse error"_s), kPatienceMs);
    query->setExpression(u"sum(rate(http_requests_total[1m]))"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!query->lane().picture().isEmpty, kPatienceMs);
    QVERIFY(query->lane().problem().isEmpty());
}

void TestMetricsPage::aDashboardBecomesLanes()
{
    connectTo();
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Requests"_s), kPatienceMs);
    m_page.workspace().open({QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/data/grafana/services.json")});
    QTRY_VERIFY_WITH_TIMEOUT(m_page.workspace().dashboard() != nullptr, kPatienceMs);
    QCOMPARE(m_page.lanes().size(), m_page.workspace().dashboard()->panels.size());
    QVERIFY(m_page.says(u"Not drawn"_s));
    QTRY_VERIFY_WITH_TIMEOUT(std::any_of(m_page.lanes().begin(), m_page.lanes().end(),
                                         [](const auto *lane) { return !lane->picture().isEmpty; }),
                             kPatienceMs);
    m_page.workspace().showDashboard(nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Requests"_s), kPatienceMs);
}

void TestMetricsPage::type(const QString &range)
{
    QLineEdit *edit = m_page.window().findChild<QComboBox *>(u"rangeField"_s)->lineEdit();
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, range);
    QTest::keyClick(edit, Qt::Key_Return);
}

void TestMetricsPage::rangesAreTypedAndChosen()
{
    connectTo();
    workspace::Workspace &workspace = m_page.workspace();
    QCOMPARE(workspace.shownRange().length(), Duration::seconds(900));
    QVERIFY(workspace.time().isLive());
    type(u"last 20m"_s);
    QCOMPARE(workspace.shownRange().length(), Duration::seconds(1'200));
    QVERIFY(workspace.time().isLive());
    const TimePoint before = workspace.shownRange().end;
    QTRY_VERIFY_WITH_TIMEOUT(workspace.shownRange().end > before, 10'000); // the clock goes on
    type(u"2026-11-23T14:02:00Z - 2026-11-23T14:17:00Z"_s);
    QCOMPARE(isoText(workspace.shownRange().begin), std::string("2026-11-23T14:02:00Z"));
    QCOMPARE(isoText(workspace.shownRange().end), std::string("2026-11-23T14:17:00Z"));
    QVERIFY(!workspace.time().isLive());
    const auto *label = m_page.window().findChild<mainwindow::RangeLabel *>();
    QCOMPARE(label->text(), u"2026-11-23  14:02:00 – 14:17:00 UTC"_s);
    type(u"soon"_s);
    QVERIFY(m_page.says(u"This is no range of time"_s));
    QCOMPARE(isoText(workspace.shownRange().begin), std::string("2026-11-23T14:02:00Z"));
    m_page.window().findChild<QToolButton *>(u"live"_s)->click();
    QVERIFY(workspace.time().isLive());
    QCOMPARE(workspace.shownRange().length(), Duration::seconds(1'200));
    auto *field = m_page.window().findChild<QComboBox *>(u"rangeField"_s);
    Q_EMIT field->activated(0);
    QCOMPARE(workspace.shownRange().length(), Duration::seconds(300));
}

void TestMetricsPage::aDragNarrowsTheTimeAndAMomentIsShared()
{
    connectTo();
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Requests"_s), kPatienceMs);
    workspace::Workspace &workspace = m_page.workspace();
    workspace.time().setLive(false);
    metrics::MetricLane *lane = m_page.lane(u"Requests"_s);
    QTest::mouseMove(lane, QPoint(metriclanes::kLeftPx + 200, 40));
    QTRY_VERIFY(workspace.moment().has_value());
    const TimeRange full = workspace.shownRange();
    QTest::mousePress(lane, Qt::LeftButton, {}, QPoint(metriclanes::kLeftPx + 100, 40));
    QTest::mouseMove(lane, QPoint(metriclanes::kLeftPx + 300, 40));
    QTest::mouseRelease(lane, Qt::LeftButton, {}, QPoint(metriclanes::kLeftPx + 300, 40));
    QVERIFY(workspace.isNarrowed());
    QVERIFY(workspace.shownRange().begin > full.begin && workspace.shownRange().end < full.end);
    workspace.history().undo();
    QVERIFY(!workspace.isNarrowed());
}

void TestMetricsPage::metricsStayConnectedWhenTracesAreOpened()
{
    connectTo();
    QTRY_VERIFY_WITH_TIMEOUT(m_page.isFilled(u"Requests"_s), kPatienceMs);
    m_page.workspace().open({QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/data/service-graph.zipkin.json")});
    QTRY_VERIFY_WITH_TIMEOUT(m_page.workspace().snapshot() != nullptr, kPatienceMs);
    QVERIFY(m_page.workspace().metrics().isConnected());
    QCOMPARE(m_page.workspace().fullRange(), m_page.workspace().snapshot()->range());
    m_page.workspace().closeAll();
    QVERIFY(!m_page.workspace().metrics().isConnected());
}

void TestMetricsPage::aSecretIsNowhereShown()
{
    m_page.workspace().connectTo({storeOf(
        "prometheus+http://admin@127.0.0.1:" + std::to_string(m_server.port()) + "/nowhere", "hunter2-canary")});
    QTRY_VERIFY_WITH_TIMEOUT(!m_page.workspace().metrics().isDiscovering(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_page.says(u"127.0.0.1"_s), kPatienceMs);
    QVERIFY(!m_page.workspace().metrics().discoveryErrors().empty());
    QTest::qWait(1'200);
    QVERIFY(!m_page.says(u"hunter2"_s));
    const auto edits = m_page.window().findChildren<QLineEdit *>();
    for (const QLineEdit *edit : edits)
        QVERIFY(!edit->text().contains(u"hunter2"_s));
    for (const workspace::MetricSourceState &state : m_page.workspace().metrics().states())
        QVERIFY((state.name + state.error).find("hunter2") == std::string::npos);
}

QTEST_MAIN(TestMetricsPage)
#include "tst_metrics_page.moc"
