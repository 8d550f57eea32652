// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/verdict_model.h"
#include "tests/gui/replay_fixture.h"
#include "ui/replay/moment_panel.h"
#include "ui/replay/notes_panel.h"
#include "ui/replay/report_table.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/plain_label.h"

#include <QClipboard>
#include <QPushButton>
#include <QToolButton>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;
using test::second;

class TestReplayPage : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void withoutAReportThePageSaysWhatItIsFor();
    void theNumbersFollowTheCrosshair();
    void theVerdictStripOpensTheTable();
    void tablesKeepTheirOwnKeysAndCopyAsTsv();
    void cellsWithoutANumberSortLast();
    void notesAndDataQualityAreAlwaysVisible();
    void aReportWithoutATimelineSaysWhyAndShowsNoCharts();
    void textFromTheFileIsNeverMarkup();
    void aChangedThemeRepaintsTheLanes();
    void controlsHaveNamesAndCanBeReached();
    void arrowsSwitchBetweenTheTables();
};

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
    const auto *notes = m_page->findChild<NotesPanel *>(u"notes"_s);
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
    QTest::keyClick(&lanes(), Qt::Key_Right); // at the start the way back to it is disabled
    QSet<const QWidget *> reached;
    for (int i = 0; i < 40; ++i) {
        QTest::keyClick(m_page->focusWidget(), Qt::Key_Tab);
        reached.insert(QApplication::focusWidget());
    }
    for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
        const bool isControl = qobject_cast<const QAbstractButton *>(widget)
            || qobject_cast<const QAbstractSlider *>(widget) || qobject_cast<const QTableView *>(widget)
            || qobject_cast<const LanesView *>(widget);
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool isByArrow = button != nullptr && button->group() != nullptr && !button->isChecked();
        if (!isControl || isByArrow || !widget->isVisibleTo(m_page.get()) || widget->focusPolicy() == Qt::NoFocus)
            continue;
        QVERIFY2(reached.contains(widget),
                 qPrintable(QLatin1String(widget->metaObject()->className()) + u" " + widget->accessibleName()));
        QVERIFY(!widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()));
    }
}

void TestReplayPage::arrowsSwitchBetweenTheTables()
{
    open(test::sampleRun(20));
    auto *endpoints = m_page->findChild<ReportTable *>(u"endpointTable"_s);
    QToolButton *tab = nullptr;
    for (QToolButton *each : m_page->findChildren<QToolButton *>()) {
        if (each->text().startsWith(u"Verdicts"))
            tab = each;
    }
    QVERIFY(tab != nullptr);
    QVERIFY(!endpoints->isVisible());
    tab->setFocus();
    QTest::keyClick(tab, Qt::Key_Right);
    QVERIFY(endpoints->isVisible());
    QCOMPARE(state().head(), second(0));
    endpoints->setFocus();
    endpoints->selectRow(0);
    QTest::keyClick(endpoints, Qt::Key_C, Qt::ControlModifier);
    const QString copied = QApplication::clipboard()->text();
    QCOMPARE(copied.section(u'\n', 0, 0), u"Endpoint\tRequests\tFailures\tFailed\tp50 ms\tp95 ms\tp99 ms\tMax ms"_s);
    const QStringList cells = copied.section(u'\n', 1, 1).split(u'\t');
    QCOMPARE(cells.mid(0, 4).join(u'\t'), u"GET /slow\t200\t5\t2.5 %"_s);
    QVERIFY(std::abs(cells.at(4).toDouble() - 300) <= 300 * LogHistogram::kMaxRelativeError);
    QCOMPARE(cells.mid(5).join(u'\t'), u"500.000\t500.000\t500.000"_s);
}

QTEST_MAIN(TestReplayPage)
#include "tst_replay_page.moc"
