// SPDX-License-Identifier: GPL-3.0-or-later
// The window while spans come in, with a real Redis and a real PostgreSQL behind it.
#include "app/workspace/workspace.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"
#include "ui/mainwindow/main_window.h"
#include "ui/mainwindow/sparkline.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/traces/trace_filter_bar.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_view.h"

#include <QCursor>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTableView>
#include <QTest>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

/// Counts how often something that is watched is hidden.
class HideCounter final : public QObject {
public:
    int count = 0;

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::Hide ? 1 : 0;
        return false;
    }
};

} // namespace

class TestLiveTraces : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void aSpanIsListedWithinASecond_data();
    void aSpanIsListedWithinASecond();
    void theListStandsStillUnderThePointer();
    void nothingIsAskedWhileTheWindowIsHidden();
    void nothingIsAskedWhileTheListIsScrolledBack();
    void aChosenTraceThatIsPushedDownDoesNotPause();
    void aFilterAppliesToWhatComes();
    void anOpenTraceGrowsInPlace();
    void onlyATraceTheUserChoseIsAskedForAgain();
    void theTimeBarGoesOnWithoutBlinking();

private:
    QTableView *list() const { return m_window->findChild<QTableView *>(u"traceList"_s); }
    waterfall::WaterfallState &waterfall() const { return m_window->findChild<waterfall::WaterfallView *>()->state(); }
    QStringList listed() const;
    bool says(const QString &text) const;
    quint64 asked() const;
    void writeToRedis(const RecordText &record);
    void write(const QString &operation, int durationMs, const char *service = "auth");
    void writeMany(int count, int durationMs);
    void select(const QString &operation);
    int tracesAskedFor() const;

    RedisServer m_redis;
    PostgresServer m_postgres;
    int m_written = 0;
    int m_tracesAskedBefore = 0; // when the test began
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

void TestLiveTraces::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    TAILSPAN_NEED_SERVER(RedisServer::missing() + PostgresServer::missing());
    QCOMPARE(m_redis.start({}), QString());
    QCOMPARE(m_postgres.start({}), QString());
    QCOMPARE(m_postgres.makeTargetTable(), QString());
}

void TestLiveTraces::init()
{
    QCOMPARE(m_redis.command({"FLUSHALL"}), QByteArray("+OK"));
    QCOMPARE(m_postgres.sql(u"TRUNCATE distributed_traces"_s), QString());
    m_tracesAskedBefore = tracesAskedFor();
    write(u"GET /first"_s, 50);
    write(u"GET /second"_s, 40);
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
    QVERIFY(m_window->showPage(u"traces"_s));
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QCursor::setPos(0, 0);
    m_workspace->stores().connectTo(
        {storeOf("redis://127.0.0.1:" + std::to_string(m_redis.port())),
         storeOf("postgresql://reader@127.0.0.1:" + std::to_string(m_postgres.port()) + "/postgres", "reader-pw")});
    QTRY_VERIFY_WITH_TIMEOUT(m_workspace->stores().isLive(), 10'000);
    QTRY_COMPARE(listed(), (QStringList{u"auth GET /first"_s, u"auth GET /second"_s}));
}

void TestLiveTraces::cleanup()
{
    m_window.reset();
    m_workspace.reset();
}

QStringList TestLiveTraces::listed() const
{
    QStringList roots;
    for (int row = 0; row < list()->model()->rowCount(); ++row)
        roots.append(list()->model()->index(row, 0).data().toString());
    return roots;
}

bool TestLiveTraces::says(const QString &text) const
{
    const auto labels = m_window->findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(),
                       [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
}

quint64 TestLiveTraces::asked() const
{
    quint64 queries = 0;
    for (const workspace::StoreState &state : m_workspace->stores().states())
        queries += state.cost.queries;
    return queries;
}

void TestLiveTraces::writeToRedis(const RecordText &record)
{
    QVERIFY(m_redis.push(QByteArray::fromStdString("traces:" + record.service),
                         {QByteArray::fromStdString(record.text())}));
}

/// A trace of one span.
void TestLiveTraces::write(const QString &operation, int durationMs, const char *service)
{
    const std::string number = std::to_string(++m_written);
    writeToRedis({.trace = "trace-" + number,
                  .span = "span-" + number,
                  .service = service,
                  .operation = operation.toStdString(),
                  .endNs = nowNs(),
                  .durationMs = durationMs});
}

void TestLiveTraces::writeMany(int count, int durationMs)
{
    for (int i = 0; i < count; ++i)
        write(u"GET /many/%1"_s.arg(i), durationMs);
}

void TestLiveTraces::select(const QString &operation)
{
    const qsizetype row = listed().indexOf(u"auth "_s + operation);
    QVERIFY(row >= 0);
    list()->setCurrentIndex(list()->model()->index(static_cast<int>(row), 0));
    QTRY_VERIFY(m_window->isSettled());
}

/// How often PostgreSQL was asked for all spans of a trace.
int TestLiveTraces::tracesAskedFor() const
{
    const QStringList statements = m_postgres.statements(u"reader"_s);
    return static_cast<int>(std::ranges::count_if(statements, [](const QString &statement) {
        return statement.contains(u"= ANY ("_s) && !statement.contains(u"span_id = ANY"_s);
    }));
}

void TestLiveTraces::aSpanIsListedWithinASecond_data()
{
    QTest::addColumn<bool>("isRedis");
    QTest::newRow("redis") << true;
    QTest::newRow("postgresql") << false;
}

void TestLiveTraces::aSpanIsListedWithinASecond()
{
    QFETCH(bool, isRedis);
    for (int i = 0; i < 5; ++i) {
        const RecordText record{.trace = "fresh-" + std::to_string(i),
                                .span = "fresh-span-" + std::to_string(i),
                                .operation = "GET /fresh/" + std::to_string(i),
                                .endNs = nowNs()};
        if (isRedis)
            writeToRedis(record);
        else
            QCOMPARE(m_postgres.insert(QByteArray::fromStdString(record.text())), QString());
        QElapsedTimer timer;
        timer.start();
        QTRY_VERIFY_WITH_TIMEOUT(listed().contains(u"auth GET /fresh/%1"_s.arg(i)), 5'000);
        QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed())));
        QTest::qWait(130 * i); // anywhere between two questions
    }
}

void TestLiveTraces::theListStandsStillUnderThePointer()
{
    const QStringList before = listed();
    const QPoint middle = list()->visualRect(list()->model()->index(1, 0)).center();
    QCursor::setPos(list()->viewport()->mapToGlobal(middle));
    QTest::mouseMove(list()->viewport(), middle);
    QTRY_VERIFY(list()->viewport()->underMouse());
    write(u"GET /longest"_s, 90);
    QTRY_VERIFY_WITH_TIMEOUT(says(u"1 new, shown when the pointer leaves"_s), 3'000);
    QCOMPARE(listed(), before);
    QCOMPARE(list()->indexAt(middle).row(), 1);
    QWidget &elsewhere = m_window->findChild<waterfall::WaterfallView *>()->canvas();
    QCursor::setPos(elsewhere.mapToGlobal(elsewhere.rect().center()));
    QTest::mouseMove(&elsewhere, elsewhere.rect().center());
    QTRY_COMPARE(listed(), QStringList{u"auth GET /longest"_s} + before);
    QVERIFY(!says(u"1 new"_s));
}

void TestLiveTraces::nothingIsAskedWhileTheWindowIsHidden()
{
    const auto isStill = [this] {
        QTest::qWait(700); // the last question may be under way
        const quint64 before = asked();
        QTest::qWait(1'200);
        return asked() == before;
    };
    QTRY_VERIFY(asked() > 10);
    m_window->hide();
    QVERIFY(isStill());
    write(u"GET /meanwhile"_s, 10);
    m_window->show();
    QTRY_VERIFY_WITH_TIMEOUT(listed().contains(u"auth GET /meanwhile"_s), 1'500);
    m_window->showMinimized();
    QVERIFY(isStill());
    // Loading once more because the user said so is no following.
    m_workspace->stores().search({});
    QTRY_VERIFY(!m_workspace->stores().isSearching());
    QVERIFY(isStill());
    write(u"GET /later"_s, 10);
    m_window->showNormal();
    QTRY_VERIFY_WITH_TIMEOUT(listed().contains(u"auth GET /later"_s), 1'500);
}

void TestLiveTraces::nothingIsAskedWhileTheListIsScrolledBack()
{
    writeMany(40, 5);
    QTRY_COMPARE_WITH_TIMEOUT(list()->model()->rowCount(), 42, 3'000);
    QTRY_VERIFY(list()->verticalScrollBar()->maximum() > 10);
    list()->verticalScrollBar()->setValue(10);
    QTRY_VERIFY(says(u"Paused while the list is scrolled down"_s));
    QTest::qWait(700);
    const quint64 before = asked();
    const QStringList shown = listed();
    write(u"GET /longest"_s, 90);
    QTest::qWait(1'200);
    QCOMPARE(asked(), before);
    QCOMPARE(listed(), shown);
    QCOMPARE(list()->verticalScrollBar()->value(), 10);
    QCOMPARE(m_workspace->stores().states().at(0).phase, workspace::StoreState::Phase::Paused);
    list()->verticalScrollBar()->setValue(0);
    QTRY_COMPARE_WITH_TIMEOUT(listed().value(0), u"auth GET /longest"_s, 1'500);
    QVERIFY(!says(u"Paused"_s));
    // A filter that leaves nothing leaves nothing to have scrolled back to.
    list()->verticalScrollBar()->setValue(10);
    QVERIFY(m_workspace->stores().isPaused());
    auto *filter = m_window->findChild<traces::TraceFilterBar *>();
    QTest::keyClicks(&filter->field(), u"service=nowhere"_s);
    QTest::keyClick(&filter->field(), Qt::Key_Return);
    QTRY_VERIFY(!m_workspace->stores().isPaused());
}

void TestLiveTraces::aChosenTraceThatIsPushedDownDoesNotPause()
{
    QCOMPARE(list()->currentIndex().row(), 0);
    writeMany(40, 60);
    QTRY_COMPARE_WITH_TIMEOUT(list()->model()->rowCount(), 42, 3'000);
    QTRY_COMPARE(list()->currentIndex().data().toString(), u"auth GET /first"_s);
    QVERIFY(list()->currentIndex().row() >= 40);
    QCOMPARE(list()->verticalScrollBar()->value(), 0);
    QVERIFY(!m_workspace->stores().isPaused());
    write(u"GET /longest"_s, 90);
    QTRY_COMPARE_WITH_TIMEOUT(listed().value(0), u"auth GET /longest"_s, 1'500);
}

void TestLiveTraces::aFilterAppliesToWhatComes()
{
    auto *filter = m_window->findChild<traces::TraceFilterBar *>();
    QTest::keyClicks(&filter->field(), u"service=payment"_s);
    QTest::keyClick(&filter->field(), Qt::Key_Return);
    QVERIFY(listed().isEmpty());
    write(u"GET /other"_s, 30);
    write(u"POST /pay"_s, 20, "payment"); // a list that is new is found as soon as one that grows
    QTRY_COMPARE_WITH_TIMEOUT(listed(), QStringList{u"payment POST /pay"_s}, 1'500);
    QTRY_COMPARE(m_workspace->snapshot()->traces().size(), std::size_t(4));
    write(u"POST /refund"_s, 25, "payment");
    QTRY_COMPARE_WITH_TIMEOUT(listed(), (QStringList{u"payment POST /refund"_s, u"payment POST /pay"_s}), 1'500);
    m_workspace->history().undo();
    QCOMPARE(listed().size(), 5);
}

void TestLiveTraces::anOpenTraceGrowsInPlace()
{
    const std::int64_t end = nowNs();
    RecordText root{.trace = "grows", .span = "root", .operation = "GET /grows", .endNs = end, .durationMs = 100};
    RecordText child{.trace = "grows",
                     .span = "child",
                     .parent = "root",
                     .service = "db",
                     .operation = "SELECT",
                     .endNs = end - 20'000'000,
                     .durationMs = 50};
    writeToRedis(root);
    writeToRedis(child);
    QTRY_VERIFY_WITH_TIMEOUT(listed().contains(u"auth GET /grows"_s), 1'500);
    QTRY_COMPARE(m_workspace->snapshot()->spans().size(), std::size_t(4));
    select(u"GET /grows"_s);
    QTRY_COMPARE(waterfall().summary().spanCount, 2U);
    waterfall().select(waterfall().order().rowAt(1));
    const TimeRange before = waterfall().scale().visible();
    waterfall().zoomAt(2, 200);
    waterfall().commitWindow();
    const TimeRange zoomed = waterfall().scale().visible();
    QVERIFY(!waterfall().scale().showsAll());
    const std::string chosen = m_workspace->snapshot()->spanIdText(waterfall().selected());
    RecordText late = child;
    late.span = "late";
    late.endNs = end + 150'000'000; // longer than what was known
    writeToRedis(late);
    QTRY_COMPARE_WITH_TIMEOUT(waterfall().summary().spanCount, 3U, 1'500);
    QCOMPARE(m_workspace->snapshot()->spanIdText(waterfall().selected()), chosen);
    QCOMPARE(m_workspace->snapshot()->spanIdText(m_workspace->selection().span), chosen);
    QVERIFY(waterfall().scale().visible() == zoomed);
    QCOMPARE(list()->currentIndex().data().toString(), u"auth GET /grows"_s);
    m_workspace->history().undo(); // the step was made before it grew
    QVERIFY(waterfall().scale().visible() == before);
    QCOMPARE(m_workspace->snapshot()->spanIdText(waterfall().selected()), chosen);
}

/// The first trace is opened by the window itself: nobody asked for the rest of it.
void TestLiveTraces::onlyATraceTheUserChoseIsAskedForAgain()
{
    QTRY_VERIFY(m_window->isSettled());
    QCOMPARE(waterfall().summary().spanCount, 1U);
    QTest::qWait(500);
    QCOMPARE(tracesAskedFor(), m_tracesAskedBefore);
    select(u"GET /second"_s);
    QTRY_COMPARE(tracesAskedFor(), m_tracesAskedBefore + 1);
}

void TestLiveTraces::theTimeBarGoesOnWithoutBlinking()
{
    const auto lanes = m_window->findChildren<mainwindow::Sparkline *>();
    QVERIFY(!lanes.isEmpty());
    QTRY_VERIFY(lanes.first()->isVisible());
    HideCounter hidden;
    for (mainwindow::Sparkline *lane : lanes)
        lane->installEventFilter(&hidden);
    const TimeRange whole = m_workspace->fullRange();
    write(u"GET /third"_s, 30);
    QTRY_COMPARE_WITH_TIMEOUT(listed().size(), 3, 1'500);
    QTRY_VERIFY(m_workspace->fullRange().end > whole.end);
    QTRY_VERIFY(m_window->isSettled());
    const TimeRange narrowed{whole.begin, whole.end};
    m_workspace->narrowTo(narrowed);
    const QStringList inside = listed();
    QCOMPARE(inside.size(), 2);
    write(u"GET /fourth"_s, 30);
    QTRY_COMPARE_WITH_TIMEOUT(m_workspace->snapshot()->traces().size(), std::size_t(4), 1'500);
    QVERIFY(m_workspace->shownRange() == narrowed);
    QCOMPARE(listed(), inside);
    m_workspace->narrowTo({});
    QCOMPARE(listed().size(), 4);
    QTRY_VERIFY(m_window->isSettled());
    QCOMPARE(hidden.count, 0);
    // A drag on the curve is not taken away by what comes.
    mainwindow::Sparkline *lane = lanes.first();
    QTest::mousePress(lane, Qt::LeftButton, {}, QPoint(lane->width() / 2, 10));
    QTest::mouseMove(lane, QPoint(lane->width() - 20, 10));
    write(u"GET /fifth"_s, 30);
    QTRY_COMPARE_WITH_TIMEOUT(m_workspace->snapshot()->traces().size(), std::size_t(5), 1'500);
    QTRY_VERIFY(m_window->isSettled());
    QTest::mouseRelease(lane, Qt::LeftButton, {}, QPoint(lane->width() - 20, 10));
    QVERIFY(m_workspace->isNarrowed());
}

QTEST_MAIN(TestLiveTraces)
#include "tst_live_traces.moc"
