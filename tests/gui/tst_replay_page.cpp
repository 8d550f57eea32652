// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "models/items/verdict_model.h"
#include "tests/support/sample_run.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/moment_panel.h"
#include "ui/replay/notes_panel.h"
#include "ui/replay/replay_page.h"
#include "ui/replay/replay_state.h"
#include "ui/replay/report_table.h"
#include "ui/replay/scrubber.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/plain_label.h"

#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;

namespace {

TimePoint second(double s)
{
    return TimePoint(test::kSampleStartNs + std::llround(s * 1e9));
}

void wheel(QWidget &widget, QPoint at, int delta, Qt::KeyboardModifiers modifiers = {})
{
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

} // namespace

class TestReplayPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void withoutAReportThePageSaysWhatItIsFor();
    void spacePlaysAndTheHeadMovesInRealTime();
    void playingStopsAtTheEndAndStartsOver();
    void keysStepAndJump();
    void numberKeysSetTheSpeed();
    void theWheelKeepsTheTimeUnderThePointer();
    void shiftAndTheWheelPan();
    void zoomIsOneUndoableStepSharedWithTheTimeBar();
    void fAndADoubleClickShowTheWholeRun();
    void aPressMovesTheHeadAndTheScrubberDrags();
    void theNumbersFollowTheCrosshair();
    void thePointersMomentIsSharedWithOtherPages();
    void theVerdictStripOpensTheTable();
    void tablesKeepTheirOwnKeysAndCopyAsTsv();
    void cellsWithoutANumberSortLast();
    void notesAndDataQualityAreAlwaysVisible();
    void aReportWithoutATimelineSaysWhyAndShowsNoCharts();
    void textFromTheFileIsNeverMarkup();
    void aChangedThemeRepaintsTheLanes();
    void controlsHaveNamesAndCanBeReached();
    void theLanesSurviveOddReports_data();
    void theLanesSurviveOddReports();

private:
    void open(loadtest::LoadTestReport report);
    [[nodiscard]] ReplayState &state() const { return m_page->state(); }
    [[nodiscard]] LanesView &lanes() const { return *m_page->findChild<LanesView *>(); }
    void settle() const { QTRY_VERIFY(m_page->isSettled()); }

    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<ReplayPage> m_page;
    std::unique_ptr<QWidget> m_details;
    loadtest::LoadTestReportPtr m_next;
};

void TestReplayPage::initTestCase()
{
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
}

void TestReplayPage::init()
{
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(
        *m_settings, [this](const std::vector<std::string> &, std::stop_token, Progress &) -> Result<workspace::Opened> {
            workspace::Opened opened;
            opened.report = m_next;
            return opened;
        });
    m_page = std::make_unique<ReplayPage>(*m_workspace);
    m_page->resize(1100, 800);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestReplayPage::cleanup()
{
    m_page.reset();
    m_workspace.reset();
}

void TestReplayPage::open(loadtest::LoadTestReport report)
{
    m_next = std::make_shared<const loadtest::LoadTestReport>(std::move(report));
    QSignalSpy changed(m_workspace.get(), &workspace::Workspace::reportChanged);
    m_workspace->open({u"report.json"_s});
    QTRY_COMPARE(changed.size(), 1);
    settle();
    m_page->setFocus();
}

void TestReplayPage::withoutAReportThePageSaysWhatItIsFor()
{
    QSignalSpy asked(m_page.get(), &widgets::Page::openRequested);
    QPushButton *button = nullptr;
    for (QPushButton *each : m_page->findChildren<QPushButton *>()) {
        if (each->text() == u"Open a report"_s && each->isVisible())
            button = each;
    }
    QVERIFY(button != nullptr);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(asked.size(), 1);
    QVERIFY(!lanes().isVisible());
    QTest::keyClick(m_page.get(), Qt::Key_Space); // nothing to play
    QVERIFY(!state().isPlaying());
}

void TestReplayPage::spacePlaysAndTheHeadMovesInRealTime()
{
    open(test::sampleRun(60));
    QVERIFY(lanes().hasFocus());
    QCOMPARE(state().head(), second(0));
    QElapsedTimer timer;
    timer.start();
    QTest::keyClick(&lanes(), Qt::Key_2);
    QTest::keyClick(&lanes(), Qt::Key_Space);
    QVERIFY(state().isPlaying());
    QTest::qWait(300);
    QTest::keyClick(&lanes(), Qt::Key_Space);
    const double realSeconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    QVERIFY(!state().isPlaying());
    const double played = (state().head() - second(0)).toSeconds();
    QVERIFY2(played > 2.5 && played <= realSeconds * 10, qPrintable(QString::number(played)));
    const TimePoint stopped = state().head();
    QTest::qWait(60);
    QCOMPARE(state().head(), stopped);
}

void TestReplayPage::playingStopsAtTheEndAndStartsOver()
{
    open(test::sampleRun(6));
    QTest::keyClick(&lanes(), Qt::Key_3);
    QTest::mouseClick(m_page->findChild<QPushButton *>(u"play"_s), Qt::LeftButton);
    QTRY_VERIFY(!state().isPlaying());
    QCOMPARE(state().head(), second(6) - Duration(1));
    QTest::keyClick(&lanes(), Qt::Key_1);
    QTest::keyClick(&lanes(), Qt::Key_Space);
    QVERIFY(state().head() < second(3));
}

void TestReplayPage::keysStepAndJump()
{
    open(test::sampleRun(20));
    QTest::keyClick(&lanes(), Qt::Key_Right);
    QTest::keyClick(&lanes(), Qt::Key_Right);
    QCOMPARE(state().head(), second(2));
    QTest::keyClick(&lanes(), Qt::Key_Left);
    QCOMPARE(state().head(), second(1));
    QTest::keyClick(&lanes(), Qt::Key_End);
    QCOMPARE(state().head(), second(20) - Duration(1));
    QTest::keyClick(&lanes(), Qt::Key_Home);
    QCOMPARE(state().head(), second(0));
}

void TestReplayPage::numberKeysSetTheSpeed()
{
    open(test::sampleRun(20));
    for (const auto &[key, speed] : {std::pair{Qt::Key_3, 60.0}, {Qt::Key_2, 10.0}, {Qt::Key_1, 1.0}}) {
        QTest::keyClick(&lanes(), key);
        QCOMPARE(state().speed(), speed);
        int checked = 0;
        for (const QToolButton *button : m_page->findChildren<QToolButton *>()) {
            if (button->isChecked() && button->text() == u"%1×"_s.arg(speed))
                ++checked;
        }
        QCOMPARE(checked, 1);
    }
}

void TestReplayPage::theWheelKeepsTheTimeUnderThePointer()
{
    open(test::sampleRun(600));
    const QPoint at(lanes().timeArea().left() + 300, lanes().timeArea().center().y());
    const TimePoint pivot = state().scale().timeAt(300);
    for (int i = 0; i < 5; ++i) {
        wheel(lanes(), at, 120);
        QVERIFY(std::abs((state().scale().timeAt(300) - pivot).toSeconds()) < 0.01);
    }
    QVERIFY(state().scale().visible().length().toSeconds() < 250);
    settle();
    QVERIFY(lanes().picture().steps.size() < 260);
}

void TestReplayPage::shiftAndTheWheelPan()
{
    open(test::sampleRun(600));
    const QPoint at = lanes().timeArea().center();
    wheel(lanes(), at, 480);
    const TimeRange before = state().scale().visible();
    wheel(lanes(), at, -120, Qt::ShiftModifier);
    const TimeRange after = state().scale().visible();
    QVERIFY(after.begin > before.begin);
    QVERIFY(std::abs((after.length() - before.length()).toSeconds()) < 0.001);
}

void TestReplayPage::zoomIsOneUndoableStepSharedWithTheTimeBar()
{
    open(test::sampleRun(600));
    for (int i = 0; i < 4; ++i)
        wheel(lanes(), lanes().timeArea().center(), 120);
    const TimeRange zoomed = state().scale().visible();
    QTRY_COMPARE(m_workspace->history().count(), 1);
    QCOMPARE(m_workspace->shownRange(), zoomed);
    QCOMPARE(state().scale().visible(), zoomed);
    m_workspace->history().undo();
    QVERIFY(state().scale().showsAll());
    m_workspace->history().redo();
    QCOMPARE(state().scale().visible(), zoomed);
    m_workspace->narrowTo({second(10), second(20)});
    QCOMPARE(state().scale().visible(), (TimeRange{second(10), second(20)}));
}

void TestReplayPage::fAndADoubleClickShowTheWholeRun()
{
    open(test::sampleRun(600));
    const QPoint at = lanes().timeArea().center();
    wheel(lanes(), at, 480);
    QVERIFY(!state().scale().showsAll());
    QTest::keyClick(&lanes(), Qt::Key_F);
    QVERIFY(state().scale().showsAll());
    QTest::keyClick(&lanes(), Qt::Key_W);
    QVERIFY(!state().scale().showsAll());
    QTest::mouseDClick(&lanes(), Qt::LeftButton, {}, at);
    QVERIFY(state().scale().showsAll());
}

void TestReplayPage::aPressMovesTheHeadAndTheScrubberDrags()
{
    open(test::sampleRun(100));
    const QRect area = lanes().timeArea();
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, QPoint(area.left() + area.width() / 2, area.center().y()));
    QVERIFY(std::abs((state().head() - second(50)).toSeconds()) < 0.5);
    auto *scrubber = m_page->findChild<Scrubber *>();
    const auto xAt = [&](double s) { return QPoint(static_cast<int>(std::lround(scrubber->xOf(second(s)))), 16); };
    QTest::mousePress(scrubber, Qt::LeftButton, {}, xAt(50));
    QTest::mouseMove(scrubber, xAt(80));
    QVERIFY(std::abs((state().head() - second(80)).toSeconds()) < 0.5);
    QTest::mouseMove(scrubber, QPoint(5000, 16)); // beyond the end
    QTest::mouseRelease(scrubber, Qt::LeftButton, {}, QPoint(5000, 16));
    QCOMPARE(state().head(), second(100) - Duration(1));
    scrubber->setFocus();
    QTest::keyClick(scrubber, Qt::Key_PageDown);
    QVERIFY(std::abs((state().head() - second(90)).toSeconds()) < 0.5);
}

void TestReplayPage::theNumbersFollowTheCrosshair()
{
    open(test::sampleRun(20));
    auto *panel = qobject_cast<MomentPanel *>(m_page->detailsWidget());
    QVERIFY(panel != nullptr);
    QCOMPARE(panel->figure(u"Users"_s), u"1"_s);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(&lanes(), Qt::Key_Right);
    QCOMPARE(panel->figure(u"Users"_s), u"4"_s);
    QCOMPARE(panel->figure(u"Requests/s"_s), u"10/s"_s);
    QCOMPARE(panel->figure(u"p95"_s), u"400 ms"_s);
    QCOMPARE(panel->figure(u"status 503"_s), u"1"_s);
    QCOMPARE(panel->title(), u"14:00:03.0 · ramp-up"_s);
}

void TestReplayPage::thePointersMomentIsSharedWithOtherPages()
{
    open(test::sampleRun(100));
    const QRect area = lanes().timeArea();
    QTest::mouseMove(&lanes(), QPoint(area.left() + area.width() / 4, area.center().y()));
    QVERIFY(state().hover().has_value());
    QVERIFY(std::abs((*m_workspace->moment() - second(25)).toSeconds()) < 0.5);
    QCOMPARE(state().head(), second(0)); // looking moves nothing
    m_workspace->setMoment(second(70));
    QCOMPARE(state().hover(), std::optional(second(70)));
    m_workspace->setMoment(second(7000)); // not in this run
    QVERIFY(!state().hover().has_value());
}

void TestReplayPage::theVerdictStripOpensTheTable()
{
    open(test::sampleRun(20));
    const auto chips = m_page->findChild<widgets::ChipRow *>(u"verdictStrip"_s)->chips();
    QCOMPARE(chips.size(), 3);
    QCOMPARE(chips[0]->kind(), widgets::Chip::Kind::Bad);
    QVERIFY(chips[0]->text().startsWith(u"failed"));
    QTest::mouseClick(chips[0], Qt::LeftButton);
    QVERIFY(m_page->findChild<ReportTable *>(u"verdictTable"_s)->hasFocus());
}

void TestReplayPage::tablesKeepTheirOwnKeysAndCopyAsTsv()
{
    open(test::sampleRun(20));
    auto *table = m_page->findChild<ReportTable *>(u"verdictTable"_s);
    table->setFocus();
    table->setCurrentIndex(table->model()->index(1, 0));
    QTest::keyClick(table, Qt::Key_Right);
    QCOMPARE(state().head(), second(0));
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split(u'\n');
    QCOMPARE(lines[0], u"Verdict\tScenario\tCriterion\tObserved\tLimit\tUnit\tJudged by"_s);
    QCOMPARE(lines[1], u"failed\twhole run\thttp_req_duration p(95)\t500 ms\t< 200 ms\tms\treport"_s);
    QTest::keyClick(table, Qt::Key_2); // speeds work everywhere
    QCOMPARE(state().speed(), 10.0);
}

void TestReplayPage::cellsWithoutANumberSortLast()
{
    open(test::sampleRun(20));
    auto *table = m_page->findChild<ReportTable *>(u"verdictTable"_s);
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        table->sortByColumn(items::VerdictModel::ObservedColumn, order);
        QCOMPARE(table->model()->index(2, items::VerdictModel::ObservedColumn).data().toString(), u"no data"_s);
    }
}

void TestReplayPage::notesAndDataQualityAreAlwaysVisible()
{
    open(test::sampleRun(20));
    const auto *notes = m_page->findChild<NotesPanel *>();
    QVERIFY(notes->isVisible());
    QCOMPARE(notes->lines().size(), 2);
    QVERIFY(notes->lines()[0].contains(u"line 7"));
    QCOMPARE(notes->lines()[1], u"A note with <i>markup</i> in it."_s);
}

void TestReplayPage::aReportWithoutATimelineSaysWhyAndShowsNoCharts()
{
    open(test::sampleSuite());
    QVERIFY(!lanes().isVisible());
    const auto *why = m_page->findChild<widgets::PlainLabel *>(u"whyNoTimeline"_s);
    QVERIFY(why->isVisible());
    QVERIFY(why->text().startsWith(u"No timeline: the suite"));
    QVERIFY(!m_page->findChild<QPushButton *>(u"play"_s)->isVisible());
    QCOMPARE(m_page->findChild<ReportTable *>(u"verdictTable"_s)->model()->rowCount(), 4);
    QTest::keyClick(m_page.get(), Qt::Key_Right); // nothing to step through
    open(test::sampleRun(20));
    QVERIFY(lanes().isVisible());
    QVERIFY(!why->isVisible());
}

void TestReplayPage::textFromTheFileIsNeverMarkup()
{
    open(test::sampleRun(20));
    for (const QLabel *label : m_page->findChildren<QLabel *>())
        QVERIFY(label->textFormat() == Qt::PlainText || label->text().isEmpty());
    for (const QWidget *widget : m_page->findChildren<QWidget *>())
        QVERIFY2(!widget->toolTip().contains(u"<b>run"), qPrintable(widget->objectName()));
}

void TestReplayPage::aChangedThemeRepaintsTheLanes()
{
    open(test::sampleRun(20));
    QTest::qWait(50);
    const QRgb light = lanes().grab().toImage().pixel(4, lanes().height() / 2);
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    QTest::qWait(50);
    const QRgb dark = lanes().grab().toImage().pixel(4, lanes().height() / 2);
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Light);
    QVERIFY(qGray(light) > 200);
    QVERIFY(qGray(dark) < 60);
}

void TestReplayPage::controlsHaveNamesAndCanBeReached()
{
    open(test::sampleRun(20));
    QSet<const QWidget *> reached;
    for (int i = 0; i < 40; ++i) {
        QTest::keyClick(m_page->focusWidget(), Qt::Key_Tab);
        reached.insert(QApplication::focusWidget());
    }
    for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
        const bool isControl = qobject_cast<const QAbstractButton *>(widget) || qobject_cast<const QAbstractSlider *>(widget)
                               || qobject_cast<const QTableView *>(widget) || qobject_cast<const LanesView *>(widget);
        if (!isControl || !widget->isVisibleTo(m_page.get()) || widget->focusPolicy() == Qt::NoFocus)
            continue;
        QVERIFY2(reached.contains(widget), widget->metaObject()->className());
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        QVERIFY(!widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()));
    }
}

void TestReplayPage::theLanesSurviveOddReports_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("one bucket") << 0;
    QTest::newRow("no users, failures or latencies") << 1;
    QTest::newRow("no clock") << 2;
    QTest::newRow("latencies of 0 and of hours") << 3;
    QTest::newRow("times near the end of int64") << 4;
    QTest::newRow("a gap of years") << 5;
}

void TestReplayPage::theLanesSurviveOddReports()
{
    QFETCH(int, which);
    loadtest::LoadTestReport report = test::sampleRun(which == 0 ? 1 : 30);
    if (which == 1) {
        report.contents = {true, false, false, false, false, true};
        for (loadtest::Bucket &bucket : report.timeline) {
            bucket.users.reset();
            for (loadtest::RequestTally &tally : bucket.requests.byClass)
                tally.latency.clear();
        }
    }
    if (which == 2)
        report.startedAt.reset();
    if (which == 3) {
        report.timeline[2].requests.of(loadtest::RequestClass::Ok).latency.record(0, 5);
        report.timeline[3].requests.of(loadtest::RequestClass::Ok).latency.record(INT64_MAX, 5);
    }
    if (which == 4) {
        const Duration shift(INT64_MAX - report.timeline.back().range.end.ns());
        for (loadtest::Bucket &bucket : report.timeline)
            bucket.range = {bucket.range.begin + shift, bucket.range.end + shift};
        report.startedAt = report.timeline.front().range.begin;
    }
    if (which == 5)
        report.timeline.back().range = {second(3e8), second(3e8 + 1)};
    open(std::move(report));
    const QPoint at = lanes().timeArea().center();
    for (int i = 0; i < 60; ++i) {
        wheel(lanes(), at, 120);
        if (i % 10 == 0)
            lanes().grab();
    }
    settle();
    QTest::keyClick(&lanes(), Qt::Key_F);
    QTest::keyClick(&lanes(), Qt::Key_End);
    settle();
    QVERIFY(!m_page->grab().isNull());
}

QTEST_MAIN(TestReplayPage)
#include "tst_replay_page.moc"
