// SPDX-License-Identifier: GPL-3.0-or-later
// From a place in the latency lane to the traces behind it, and what else follows the crosshair: the longest traces of
// the step, the service map, the numbers.
#include "models/items/table_roles.h"
#include "models/loadtest/timeline_builder.h"
#include "tests/gui/replay_fixture.h"
#include "tests/support/spans_from_text.h"
#include "ui/replay/moment_panel.h"
#include "ui/replay/moment_traces.h"
#include "ui/servicemap/map_moment.h"
#include "ui/servicemap/service_map_page.h"
#include "ui/traces/traces_page.h"
#include "ui/widgets/plain_label.h"

#include <QMenu>
#include <QTableView>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t kBegin = 1'767'225'600'000'000'000; // 2026-01-01, where drawn spans count from
constexpr int kSeconds = 20;

TimePoint at(double seconds)
{
    return TimePoint(kBegin + std::llround(seconds * 1e9));
}

/// Every second a payment of 300 ms and a list of 20 ms; in the fifth second two payments and a list as slow.
loadtest::LoadTestReport run(bool withIds)
{
    using loadtest::RequestClass;
    loadtest::TimelineBuilder builder;
    const StringId pay = builder.endpoint("http://payment:3000/pay");
    const StringId list = builder.endpoint("GET /list");
    const auto add = [&](StringId endpoint, double end, int latencyMs, const char *id) {
        const std::int64_t latencyNs = latencyMs * 1'000'000;
        builder.addWholeRequest(at(end).ns() - latencyNs, at(end).ns(), RequestClass::Ok, endpoint);
        builder.addUsers(at(end).ns(), 5);
        if (withIds)
            builder.addTrace(at(end).ns(), latencyNs, endpoint, builder.traceId(id));
    };
    for (int second = 0; second < kSeconds; ++second) {
        add(pay, second + 0.5, 300, "");
        add(list, second + 0.6, 20, "");
    }
    add(pay, 5.7, 300, "a1");
    add(list, 5.8, 302, "a2");
    loadtest::LoadTestReport report;
    std::move(builder).finish(report);
    report.fileName = "run.json";
    report.format = "k6-ndjson";
    report.contents = {true, true, true, false, true, loadtest::LatencyDetail::Requests, true};
    return report;
}

trace::TraceSnapshotPtr someTraces()
{
    return test::spansFromText("trace a1\n"
                               "gateway POST /pay @5400ms +299ms\n"
                               "  payment POST /pay @5410ms +250ms error\n"
                               "trace a2\n"
                               "gateway GET /list @5500ms +298ms\n"
                               "trace a3\n"
                               "gateway GET /list @12s +20ms\n"
                               "  catalog GET @12001ms +10ms\n");
}

} // namespace

class TestReplayTraces : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void aClickOnACellAsksWhichEndpoint();
    void tracesAreFoundByOperationAndSaidSo();
    void tracesAreFoundByIdAndSaidSo();
    void aLineOfPercentilesIsMeant();
    void aDoubleClickAndAnEmptyCellOpenNothing();
    void theP95IsReachedByTheKeyboard();
    void thePanelListsTheLongestTraces();
    void theServiceMapFollows();
    void theTraceListFollows();
    void theNumbersFollow();

private:
    /// Where the latency lane stands for that latency, at that second.
    [[nodiscard]] QPoint placeOf(double seconds, std::int64_t latencyMs) const
    {
        const auto x = static_cast<int>(std::lround(lanes().xOf(at(seconds))));
        const QRect area = lanes().timeArea();
        for (int y = area.top(); y < area.bottom(); ++y) {
            const auto wanted = lanes().wantedAt(QPoint(x, y));
            if (wanted && wanted->lowNs && wanted->line.empty() && *wanted->lowNs <= latencyMs * 1'000'000
                && latencyMs * 1'000'000 < *wanted->highNs)
                return {x, y};
        }
        return {};
    }
    void click(QPoint place) { QTest::mouseClick(&lanes(), Qt::LeftButton, {}, place); }
    [[nodiscard]] QMenu *menu() const { return lanes().findChild<QMenu *>(u"endpointMenu"_s); }
    void chooseEndpoint(const QString &name)
    {
        QTRY_VERIFY(menu() != nullptr);
        for (QAction *action : menu()->actions()) {
            if (action->text().section(u'\t', 0, 0) == name)
                action->trigger();
        }
        menu()->close();
    }
    [[nodiscard]] QString said() const
    {
        const auto *label = m_page->findChild<widgets::PlainLabel *>(u"saidOfTraces"_s);
        return label->isVisible() ? label->text() : QString();
    }
    [[nodiscard]] std::vector<std::string> picked() const { return m_workspace->filter().pickedTraces; }
};

void TestReplayTraces::aClickOnACellAsksWhichEndpoint()
{
    open(run(false), someTraces());
    const QPoint place = placeOf(5.5, 300);
    QVERIFY(!place.isNull());
    click(place);
    QTRY_VERIFY(menu() != nullptr);
    QStringList texts;
    for (const QAction *action : menu()->actions())
        texts.append(action->text());
    QVERIFY(texts.contains(u"All endpoints\t3 requests"_s));
    QVERIFY(texts.contains(u"http://payment:3000/pay\t2 requests"_s));
    QVERIFY(texts.contains(u"GET /list\t1 request"_s));
    QCOMPARE(menu()->activeAction()->text(), u"All endpoints\t3 requests"_s); // Enter takes it
    menu()->close();
    QTRY_VERIFY(menu() == nullptr);
    click(placeOf(7.5, 20)); // only lists are there, so nothing is asked
    QTRY_VERIFY(said().contains(u"GET /list"_s));
    QVERIFY(menu() == nullptr);
}

void TestReplayTraces::tracesAreFoundByOperationAndSaidSo()
{
    open(run(false), someTraces());
    QSignalSpy shown(m_workspace.get(), &workspace::Workspace::tracesPicked);
    click(placeOf(5.5, 300));
    chooseEndpoint(u"http://payment:3000/pay"_s);
    QTRY_COMPARE(shown.size(), 1);
    QCOMPARE(picked(), std::vector<std::string>{"a1"});
    QVERIFY2(
        said().contains(u"found by time, duration and operation of the service payment: the report names no traces"_s),
        qPrintable(said()));
    click(placeOf(5.5, 300));
    chooseEndpoint(u"All endpoints"_s);
    QTRY_COMPARE(shown.size(), 2);
    QCOMPARE(picked(), (std::vector<std::string>{"a1", "a2"}));
    QVERIFY2(said().contains(u"found by time and duration: "_s), qPrintable(said()));
}

void TestReplayTraces::tracesAreFoundByIdAndSaidSo()
{
    open(run(true), someTraces());
    QSignalSpy shown(m_workspace.get(), &workspace::Workspace::tracesPicked);
    click(placeOf(5.5, 300));
    chooseEndpoint(u"GET /list"_s);
    QTRY_COMPARE(shown.size(), 1);
    QCOMPARE(picked(), std::vector<std::string>{"a2"});
    QVERIFY2(said().contains(u"found by the trace ids in the report"_s), qPrintable(said()));
}

void TestReplayTraces::aLineOfPercentilesIsMeant()
{
    open(run(false), someTraces());
    const auto x = static_cast<int>(std::lround(lanes().xOf(at(5.5))));
    std::optional<loadtest::TracesWanted> line;
    for (int y = lanes().timeArea().top(); y < lanes().timeArea().bottom() && !line; ++y) {
        const auto wanted = lanes().wantedAt(QPoint(x, y));
        if (wanted && !wanted->line.empty())
            line = wanted;
    }
    QVERIFY(line.has_value());
    QCOMPARE(line->line, std::string("p99")); // the topmost
    QVERIFY(*line->lowNs <= 302'000'000 && *line->highNs > 302'000'000);
}

void TestReplayTraces::aDoubleClickAndAnEmptyCellOpenNothing()
{
    open(run(false), someTraces());
    const QPoint place = placeOf(5.5, 300);
    QTest::mouseDClick(&lanes(), Qt::LeftButton, {}, place);
    click(placeOf(5.5, 100)); // nobody took that long
    QTest::qWait(QApplication::doubleClickInterval() + 100);
    QVERIFY(menu() == nullptr && said().isEmpty());
    QCOMPARE(picked().size(), std::size_t(0));
}

void TestReplayTraces::theP95IsReachedByTheKeyboard()
{
    open(run(false), someTraces());
    state().setHead(at(5.5));
    QTest::keyClick(&lanes(), Qt::Key_T, Qt::ShiftModifier);
    chooseEndpoint(u"All endpoints"_s);
    QTRY_VERIFY2(said().contains(u"(p95)"_s), qPrintable(said()));
    QCOMPARE(picked(), (std::vector<std::string>{"a1", "a2"}));
}

void TestReplayTraces::thePanelListsTheLongestTraces()
{
    open(run(false), someTraces());
    auto *panel = qobject_cast<MomentPanel *>(m_page->detailsWidget());
    panel->resize(320, 700);
    panel->show();
    state().setHead(at(5.5));
    const auto *list = panel->findChild<MomentTraces *>();
    QTRY_COMPARE(list->count(), 2);
    QVERIFY(list->item(0)->text().startsWith(u"299 ms"_s) && list->item(0)->text().endsWith(u"failed"_s));
    state().setHead(at(12.2));
    QCOMPARE(list->count(), 1);
    QVERIFY(list->item(0)->text().contains(u"GET /list"_s));
    state().setHead(at(16));
    QCOMPARE(list->count(), 0);
    state().setHead(at(12.2));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
    QVERIFY(m_workspace->selection().trace.isValid());
    panel->hide();
}

void TestReplayTraces::theServiceMapFollows()
{
    open(run(false), someTraces());
    servicemap::ServiceMapPage map(*m_workspace);
    map.resize(900, 600);
    map.show();
    QTRY_VERIFY(map.isSettled());
    const auto callsOf = [&map](const char *service) -> std::uint64_t {
        const auto &moment = map.canvas().moment();
        const std::uint32_t node = moment ? moment->scene.nodeNamed(service) : layout::MapScene::kNone;
        return node == layout::MapScene::kNone ? 0 : moment->scene.nodes[node].figures.calls;
    };
    state().setHead(at(5.5));
    QTRY_COMPARE(callsOf("payment"), std::uint64_t(1));
    QCOMPARE(callsOf("gateway"), std::uint64_t(2));
    QCOMPARE(callsOf("catalog"), std::uint64_t(0));
    QCOMPARE(map.moment().scene()->step, (TimeRange{at(5), at(6)}));
    QVERIFY(!map.grab().isNull());
    state().setHead(at(12.5));
    QTRY_COMPARE(callsOf("catalog"), std::uint64_t(1));
    QCOMPARE(callsOf("payment"), std::uint64_t(0));
    const auto *words = map.findChild<widgets::PlainLabel *>(u"mapState"_s);
    QVERIFY2(words->text().startsWith(u"marked: 00:00:12"_s), qPrintable(words->text()));
    m_workspace->setMoment(std::nullopt);
    QTRY_VERIFY(map.canvas().moment() == nullptr);
}

void TestReplayTraces::theTraceListFollows()
{
    open(run(false), someTraces());
    traces::TracesPage page(*m_workspace);
    page.resize(900, 600);
    page.show();
    QTRY_VERIFY(page.isSettled());
    const auto *list = page.findChild<QTableView *>(u"traceList"_s);
    QCOMPARE(list->model()->rowCount(), 3);
    const auto marked = [list] {
        int rows = 0;
        for (int row = 0; row < list->model()->rowCount(); ++row)
            rows += list->model()->index(row, 0).data(items::MarkedRole).toBool() ? 1 : 0;
        return rows;
    };
    state().setHead(at(5.5));
    QCOMPARE(marked(), 2);
    QVERIFY(!page.grab().isNull());
    state().setHead(at(12.5));
    QCOMPARE(marked(), 1);
    state().setHead(at(16));
    QCOMPARE(marked(), 0);
}

void TestReplayTraces::theNumbersFollow()
{
    open(run(false), someTraces());
    const auto *panel = qobject_cast<MomentPanel *>(m_page->detailsWidget());
    state().setHead(at(5.5));
    QCOMPARE(panel->figure(u"Requests/s"_s), u"4/s"_s);
    QVERIFY(panel->title().startsWith(u"00:00:05"_s));
    state().setHead(at(7.5));
    QCOMPARE(panel->figure(u"Requests/s"_s), u"2/s"_s);
}

QTEST_MAIN(TestReplayTraces)
#include "tst_replay_traces.moc"
