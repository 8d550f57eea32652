// SPDX-License-Identifier: GPL-3.0-or-later
// A report without a clock is laid on the axis by the user; what was measured then appears below it, and the traces
// that ran then are led to.
#include "models/base/wall_clock.h"
#include "tests/gui/metrics_fixture.h"
#include "tests/gui/replay_fixture.h"
#include "ui/replay/align_bar.h"
#include "ui/replay/lane_layout.h"
#include "ui/replay/metric_rows.h"
#include "ui/replay/schedule_lane.h"
#include "ui/widgets/plain_label.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;
using test::second;

namespace {

constexpr int kPatienceMs = 30'000;

loadtest::LoadTestReport totalsOnly(std::int64_t seconds)
{
    loadtest::LoadTestReport report = test::sampleSuite();
    report.scenarios[0].duration = Duration::seconds(seconds / 3);
    report.scenarios[1].duration = Duration::seconds(seconds - seconds / 3);
    return report;
}

} // namespace

class TestReplayAlignment : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void aTypedBeginMakesAScheduleAndCanBeUndone();
    void whatCannotBeReadIsSaid();
    void aDragMovesTheRun();
    void theAlignmentIsRememberedForTheFile();
    void aTimelineWithoutAClockIsMoved();
    void reportsWithAClockAreNotAsked();
    void aLoopGoesRound();
    void tracesThatAreNotThereAreSaid();
    void metricsOfTheRunAppearBelow();

private:
    void type(const QString &text)
    {
        auto *edit = m_page->findChild<QLineEdit *>(u"beganAt"_s);
        edit->setFocus();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
        QTest::qWait(50); // what appears is laid out
    }
    [[nodiscard]] QString alignment() const { return m_page->findChild<widgets::PlainLabel *>(u"alignment"_s)->text(); }
    [[nodiscard]] ScheduleLane &schedule() const { return *m_page->findChild<ScheduleLane *>(); }
};

void TestReplayAlignment::aTypedBeginMakesAScheduleAndCanBeUndone()
{
    open(totalsOnly(300));
    QVERIFY(m_page->findChild<AlignBar *>()->isVisible());
    QVERIFY(!schedule().isVisible());
    type(u"2026-11-23T14:00:00Z"_s);
    QVERIFY(schedule().isVisible());
    QVERIFY(!lanes().isVisible()); // nothing of it was measured
    QCOMPARE(state().run(), (TimeRange{second(0), second(300)}));
    QCOMPARE(schedule().parts().size(), std::size_t(2));
    QCOMPARE(alignment(), u"Aligned by hand: began at 2026-11-23 14:00:00 UTC, as typed."_s);
    QCOMPARE(m_workspace->fullRange(), (TimeRange{second(0), second(300)}));
    QTest::mouseClick(&schedule(), Qt::LeftButton, {}, QPoint(schedule().width() / 2, 20));
    QVERIFY(state().head() > second(100) && state().head() < second(200));
    m_workspace->history().undo();
    QVERIFY(!schedule().isVisible());
    m_workspace->history().redo();
    QVERIFY(schedule().isVisible());
    QTest::mouseClick(m_page->findChild<QPushButton *>(u"forgetAlignment"_s), Qt::LeftButton);
    QVERIFY(!schedule().isVisible());
}

void TestReplayAlignment::whatCannotBeReadIsSaid()
{
    open(totalsOnly(300));
    type(u"soon"_s);
    QVERIFY(alignment().startsWith(u"Cannot read \"soon\""_s));
    QVERIFY(!schedule().isVisible());
    QVERIFY(!m_page->findChild<QPushButton *>(u"endedAtFileTime"_s)->isEnabled()); // there is no such file
}

void TestReplayAlignment::aDragMovesTheRun()
{
    open(totalsOnly(300));
    type(u"2026-11-23T14:00:00Z"_s);
    const double pxPerSecond = state().scale().widthPx() / 300;
    const QPoint from(400, 20);
    QTest::mousePress(&schedule(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&schedule(), from + QPoint(100, 0));
    QTest::mouseRelease(&schedule(), Qt::LeftButton, {}, from + QPoint(100, 0));
    const double movedS = (state().run().begin - second(0)).toSeconds();
    QVERIFY2(std::abs(movedS - 100 / pxPerSecond) < 1, qPrintable(QString::number(movedS)));
    QVERIFY(alignment().endsWith(u"moved on the axis."_s));
    m_workspace->history().undo();
    QCOMPARE(state().run().begin, second(0));
}

void TestReplayAlignment::theAlignmentIsRememberedForTheFile()
{
    open(totalsOnly(300));
    type(u"2026-11-23T14:00:00Z"_s);
    open(totalsOnly(300));
    QCOMPARE(state().run().begin, second(0));
    QVERIFY(schedule().isVisible());
}

void TestReplayAlignment::aTimelineWithoutAClockIsMoved()
{
    loadtest::LoadTestReport report = test::sampleRun(20);
    report.startedAt.reset();
    open(report);
    QVERIFY(m_page->findChild<AlignBar *>()->isVisible());
    type(u"2026-11-23T15:00:00Z"_s);
    settle();
    QVERIFY(lanes().isVisible());
    QCOMPARE(state().run().begin, second(3600));
    QCOMPARE(lanes().picture().steps.front().range.begin, second(3600));
}

void TestReplayAlignment::reportsWithAClockAreNotAsked()
{
    open(test::sampleRun(20));
    QVERIFY(!m_page->findChild<AlignBar *>()->isVisible());
}

void TestReplayAlignment::aLoopGoesRound()
{
    open(test::sampleRun(60));
    state().setHead(second(10));
    QTest::keyClick(&lanes(), Qt::Key_BracketLeft);
    state().setHead(second(14));
    QTest::keyClick(&lanes(), Qt::Key_BracketRight);
    QCOMPARE(state().loop(), (TimeRange{second(10), second(14)}));
    state().setHead(second(11));
    QTest::keyClick(&lanes(), Qt::Key_3); // 60x: the loop takes a fifteenth of a second
    QTest::keyClick(&lanes(), Qt::Key_Space);
    for (int i = 0; i < 20; ++i) {
        QTest::qWait(15);
        QVERIFY(state().loop().contains(state().head()));
    }
    QVERIFY(state().isPlaying());
    QTest::keyClick(&lanes(), Qt::Key_Backslash);
    QTRY_VERIFY(!state().isPlaying()); // at the end of the run
}

void TestReplayAlignment::tracesThatAreNotThereAreSaid()
{
    open(test::sampleRun(20));
    std::optional<loadtest::TracesWanted> wanted;
    for (int y = lanes().timeArea().top(); y < lanes().timeArea().bottom() && !(wanted && wanted->hasBand()); ++y)
        wanted = lanes().wantedAt(QPoint(lanes().timeArea().center().x(), y)); // down to the latency lane
    QVERIFY(wanted && wanted->hasBand() && *wanted->lowNs < *wanted->highNs);
    QCOMPARE(wanted->time.length(), Duration::seconds(1));
    QVERIFY(!lanes().wantedAt(QPoint(2, 2)));
    QTest::keyClick(&lanes(), Qt::Key_T);
    const auto *said = m_page->findChild<widgets::PlainLabel *>(u"saidOfTraces"_s);
    QTRY_VERIFY(said->isVisible());
    QVERIFY(said->text().startsWith(u"No loaded trace ran in 14:00:00 - 14:00:01 UTC"_s));
}

void TestReplayAlignment::metricsOfTheRunAppearBelow()
{
    TAILSPAN_NEED_SERVER(test::PrometheusServer::missing());
    test::PrometheusServer server;
    const TimePoint now = currentTime();
    QCOMPARE(server.start({.openMetrics = test::servicesHistory(now.ns() / 1'000'000'000)}), QString());
    m_workspace->connectTo(
        {test::storeOf("prometheus+http://127.0.0.1:" + std::to_string(server.port()) + "?interval=15s")});
    open(totalsOnly(1800));
    const auto *rows = m_page->findChild<MetricRows *>();
    QVERIFY(!rows->isVisible()); // nobody said when it was
    m_workspace->alignReport(loadtest::RunAlignment{now - Duration::seconds(2400), loadtest::RunAlignment::How::Typed});
    QTRY_VERIFY_WITH_TIMEOUT(rows->isVisible(), kPatienceMs);
    const auto isFilled = [rows] {
        return rows->lanes().size() == 2
            && std::ranges::none_of(rows->lanes(), [](const auto *lane) { return lane->picture().isEmpty; });
    };
    QTRY_VERIFY_WITH_TIMEOUT(isFilled() && rows->isSettled(), kPatienceMs);
    QCOMPARE(rows->lanes()[0]->spec().title, u"Pool used"_s); // of a pool whose limit nobody tells
    QCOMPARE(rows->lanes()[1]->spec().title, u"Memory"_s);
    QCOMPARE(rows->shownServices().size(), std::size_t(2));
    // Memory grows all the time: its line goes up from left to right, on the axis of the run.
    const layout::LaneLine &memory = rows->lanes()[1]->picture().lines.front();
    QVERIFY(memory.runs.front().front().yPx > memory.runs.front().back().yPx);
    QVERIFY(memory.runs.front().back().xPx > state().scale().widthPx() * 0.9);
    for (QAction *action : m_page->findChild<QToolButton *>(u"chooseMetrics"_s)->menu()->actions()) {
        if (action->text() == u"auth"_s)
            action->trigger();
    }
    QCOMPARE(rows->shownServices(), std::vector<std::string>{"payment"});
    QTRY_COMPARE_WITH_TIMEOUT(rows->lanes()[0]->picture().lines.size(), std::size_t(1), kPatienceMs);
    QCOMPARE(m_workspace->runMetrics().services, std::optional(QStringList{u"payment"_s})); // for the next time
    // They are arranged as the lanes of the report are.
    metriclanes::MetricLane *memoryLane = rows->lanes()[1];
    const int usualHeight = memoryLane->height();
    QTest::keyClick(memoryLane, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(rows->lanes()[0], memoryLane); // with its answers
    QTest::qWait(50);                       // what moved is laid out
    QVERIFY(!memoryLane->picture().isEmpty);
    QTest::mousePress(memoryLane, Qt::LeftButton, {}, QPoint(300, usualHeight - 2));
    QTest::mouseMove(memoryLane, QPoint(300, usualHeight + 10));
    QTest::mouseMove(memoryLane, QPoint(300, usualHeight + 28));
    QTest::mouseRelease(memoryLane, Qt::LeftButton, {}, QPoint(300, usualHeight + 28));
    QVERIFY2(std::abs(memoryLane->sizeHint().height() - usualHeight - 30) <= 2,
             qPrintable(QString::number(memoryLane->sizeHint().height())));
    settings::LaneChoice choice = m_settings->value().replayLanes.lanes.value(u"metric.memory"_s);
    QVERIFY(choice.height > 1.4);
    choice.isLogarithmic = true;
    m_page->findChild<LaneLayout *>()->setChoice(u"metric.memory"_s, choice);
    QTRY_VERIFY_WITH_TIMEOUT(rows->isSettled(), kPatienceMs);
    QVERIFY(!memoryLane->picture().isEmpty);
    choice.isHidden = true;
    m_page->findChild<LaneLayout *>()->setChoice(u"metric.memory"_s, choice);
    QCOMPARE(rows->lanes().size(), std::size_t(1));
    QCOMPARE(rows->lanes()[0]->spec().title, u"Pool used"_s);
    open(totalsOnly(1800));
    QCOMPARE(rows->shownServices(), std::vector<std::string>{"payment"});
}

QTEST_MAIN(TestReplayAlignment)
#include "tst_replay_alignment.moc"
