// SPDX-License-Identifier: GPL-3.0-or-later
// The Heatmap page in the window, with real wheel, drag and key events.
#include "app/settings/settings.h"
#include "app/workspace/workspace.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/incident_file.h"
#include "ui/heatmap/difference_list.h"
#include "ui/heatmap/goes_with_panel.h"
#include "ui/heatmap/heatmap_page.h"
#include "ui/heatmap/selection_panel.h"
#include "ui/mainwindow/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <memory>

using namespace tailspan;
using namespace Qt::StringLiterals;
using heatmap::Baseline;
using heatmap::HeatMapView;
using heatmap::SelectionPanel;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kTraces = 2000;

} // namespace

class TestHeatmapPage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void themapCountsRequestsAndNamesItsSource();
    void theWheelZoomsAtThePointerAndUndoGoesBack();
    void aDragMakesABoxThatExplainsItself();
    void aBoxMovesResizesAndGoesByMouse();
    void aBoxMovesResizesAndGoesByKeyboard();
    void theTracesOfABoxAreListed();
    void aClickOnTheLinkFilters();
    void theTimeBeforeIsCompared();
    void whatIsNotLoadedCannotBeComparedAndSaysWhy();
    void nothingDiffersFromItself();
    void aKeptBoxIsTheBaseline();
    void hoveringMarksTheMomentAndSaysTheCount();
    void theFilterOfAllPagesNarrowsTheMap();
    void subjectsAndErrorsAreChosen();
    void countsCanBeCopied();
    void withoutMetricsTheOtherTabSaysSo();

private:
    heatmap::HeatmapPage *page() const { return m_window->findChild<heatmap::HeatmapPage *>(); }
    HeatMapView &view() const { return page()->view(); }
    heatmap::HeatState &state() const { return page()->state(); }
    void settle() const { QTRY_VERIFY_WITH_TIMEOUT(page()->isSettled(), 20'000); }
    QPoint at(double second, double ms) const;
    void drag(QPoint from, QPoint to) const;
    void boxTheSlowOnes() const;
    QString text(const QString &name) const { return m_window->findChild<QLabel *>(name)->text(); }

    QTemporaryDir m_folder;
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<mainwindow::MainWindow> m_window;
};

void TestHeatmapPage::initTestCase()
{
    test::prepareWindows();
    QVERIFY(m_folder.isValid());
    QFile file(m_folder.filePath(u"incident.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(test::incidentAsJaeger(kTraces)));
}

void TestHeatmapPage::init()
{
    test::failOnWarnings();
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_window = std::make_unique<mainwindow::MainWindow>(*m_workspace);
    m_window->resize(1400, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
    m_workspace->open({m_folder.filePath(u"incident.json"_s)});
    QVERIFY(finished.wait());
    QVERIFY(m_window->showPage(u"heatmap"_s));
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    settle();
    QVERIFY(view().map() != nullptr);
}

void TestHeatmapPage::cleanup()
{
    m_window.reset();
    m_workspace.reset();
}

QPoint TestHeatmapPage::at(double second, double ms) const
{
    const TimePoint time = m_workspace->fullRange().begin + Duration(static_cast<std::int64_t>(second * 1e9));
    return (view().plotRect().topLeft() + QPointF(view().time().xOf(time), view().axis().yOf(ms * 1e6))).toPoint();
}

void TestHeatmapPage::drag(QPoint from, QPoint to) const
{
    QTest::mousePress(&view(), Qt::LeftButton, {}, from);
    QTest::mouseMove(&view(), (from + to) / 2);
    QTest::mouseMove(&view(), to);
    QTest::mouseRelease(&view(), Qt::LeftButton, {}, to);
}

void TestHeatmapPage::boxTheSlowOnes() const
{
    drag(at(425, 900), at(590, 300));
    settle();
    QVERIFY(view().box());
}

void TestHeatmapPage::themapCountsRequestsAndNamesItsSource()
{
    QCOMPARE(view().map()->grid.total, std::uint64_t{kTraces});
    QVERIFY2(text(u"heatTitle"_s).contains(u"requests"_s), qPrintable(text(u"heatTitle"_s)));
    QVERIFY(text(u"heatTitle"_s).contains(u"from spans in"_s));
    QVERIFY(text(u"heatSubtitle"_s).startsWith(u"2,000 requests"_s));
    QCOMPARE(view().picture().columns, view().map()->grid.columns);
    QVERIFY(view().picture().columns > 100); // follows the width
    QVERIFY(!view().picture().outlines.empty());
}

void TestHeatmapPage::theWheelZoomsAtThePointerAndUndoGoesBack()
{
    const TimeRange whole = m_workspace->shownRange();
    const QPoint pointer = at(480, 20);
    const TimePoint under = view().time().timeAt(pointer.x() - view().plotRect().left());
    for (int i = 0; i < 4; ++i) {
        QWheelEvent wheel(pointer, view().mapToGlobal(pointer), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&view(), &wheel);
    }
    QTRY_VERIFY(m_workspace->isNarrowed()); // every page follows, in one step
    QCOMPARE(m_workspace->history().count(), 1);
    const TimeRange shown = m_workspace->shownRange();
    QVERIFY(shown.length() < Duration(whole.length().ns() / 2));
    const double xAfter = view().time().xOf(under) + view().plotRect().left();
    QVERIFY(std::abs(xAfter - pointer.x()) < 1);
    settle();
    QCOMPARE(view().map()->grid.begin, shown.begin); // counted anew, not only stretched
    m_workspace->history().undo();
    QVERIFY(!m_workspace->isNarrowed());
    settle();
    QCOMPARE(view().map()->grid.total, std::uint64_t{kTraces});
}

void TestHeatmapPage::aDragMakesABoxThatExplainsItself()
{
    boxTheSlowOnes();
    const heatmap::DifferenceModel &found = page()->panel().list().differences();
    QVERIFY(found.rowCount() > 0);
    QCOMPARE(QString::fromStdString(found.difference(0).subject), u"version"_s);
    QCOMPARE(QString::fromStdString(found.difference(0).value), u"2.14.1"_s);
    QVERIFY(found.difference(0).selectedShare > 0.9);
    QVERIFY2(page()->panel().words().contains(u"of the map"_s), qPrintable(page()->panel().words()));
    QVERIFY2(view().boxText().contains(u"requests, 00:0"_s), qPrintable(view().boxText()));
}

void TestHeatmapPage::aBoxMovesResizesAndGoesByMouse()
{
    boxTheSlowOnes();
    const layout::HeatBox before = *view().box();
    const std::int64_t columnNs = view().map()->grid.column.ns();
    drag(at(500, 600), at(500, 600) + QPoint(-60, 0)); // inside: moves, by whole cells
    layout::HeatBox after = *view().box();
    QVERIFY(after.time.begin < before.time.begin);
    QCOMPARE(after.time.length(), before.time.length());
    QCOMPARE((after.time.begin - before.time.begin).ns() % columnNs, 0);
    QCOMPARE(after.band, before.band);
    const QPointF origin = view().plotRect().topLeft();
    const layout::HeatRect rect = layout::rectOf(after, view().time(), view().axis());
    const QPoint edge = (origin + QPointF(rect.rightPx, (rect.topPx + rect.bottomPx) / 2)).toPoint();
    drag(edge, edge + QPoint(40, 0)); // on the edge: resizes
    QCOMPARE(view().box()->time.begin, after.time.begin);
    QVERIFY(view().box()->time.end > after.time.end);
    QTest::mouseClick(&view(), Qt::LeftButton, {}, at(60, 20)); // beside it: goes
    QVERIFY(!view().box());
    QVERIFY(!state().box());
    settle();
}

void TestHeatmapPage::aBoxMovesResizesAndGoesByKeyboard()
{
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_Right);
    QVERIFY(view().box()); // the first key makes one
    const layout::HeatBox one = *view().box();
    const Duration column = view().map()->grid.column;
    QCOMPARE(one.time.length(), column);
    QTest::keyClick(&view(), Qt::Key_Left);
    QCOMPARE(view().box()->time.begin, one.time.begin - column);
    QTest::keyClick(&view(), Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(view().box()->time.length(), column + column);
    QTest::keyClick(&view(), Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(view().box()->band.atMostNs > one.band.atMostNs);
    QCOMPARE(view().box()->band.aboveNs, one.band.aboveNs);
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(!view().box());
    settle();
}

void TestHeatmapPage::theTracesOfABoxAreListed()
{
    boxTheSlowOnes();
    view().setFocus();
    QTest::keyClick(&view(), Qt::Key_Return);
    QTRY_COMPARE(m_window->currentPage(), u"traces"_s);
    const auto count = m_workspace->filter().pickedTraces.size();
    QVERIFY(count > 100 && count < 400);
    QVERIFY(m_workspace->filter().pickTitle.starts_with("requests in "));
    m_workspace->history().undo();
    QVERIFY(!m_workspace->filter().hasPick());
}

void TestHeatmapPage::aClickOnTheLinkFilters()
{
    boxTheSlowOnes();
    heatmap::DifferenceList &list = page()->panel().list();
    const QRect row = list.visualRect(list.model()->index(0, 0));
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, QPoint(row.right() - 16, row.center().y()));
    QCOMPARE(m_workspace->filter().terms, std::vector<std::string>{"version=2.14.1"});
    settle();
    QVERIFY(view().map()->grid.total < 400);
    m_workspace->history().undo();
    settle();
    list.setFocus(); // and by keyboard
    list.setCurrentIndex(list.model()->index(0, 0));
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(m_workspace->filter().terms.size(), std::size_t{1});
    settle();
}

void TestHeatmapPage::theTimeBeforeIsCompared()
{
    const TimePoint begin = m_workspace->fullRange().begin;
    m_workspace->narrowTo({begin + Duration(430 * kSecond), begin + Duration(590 * kSecond)});
    settle();
    state().setBaseline(Baseline::Previous);
    settle();
    QVERIFY(state().difference());
    QVERIFY(state().difference()->significantTiles > 0);
    QVERIFY(view().picture().isDifference);
    QVERIFY2(text(u"heatSubtitle"_s).contains(u"areas differ"_s), qPrintable(text(u"heatSubtitle"_s)));
    QVERIFY(text(u"heatTitle"_s).startsWith(u"Difference"_s));
    // What became more lies among the slow ones.
    const auto &difference = *state().difference();
    const std::uint32_t slow = view().map()->grid.rows.rowOf(560'000'000);
    bool isMore = false;
    for (std::uint32_t column = 0; column < difference.columns; ++column)
        isMore = isMore || (difference.cell(column, slow).isSignificant && difference.cell(column, slow).change > 0);
    QVERIFY(isMore);
}

void TestHeatmapPage::whatIsNotLoadedCannotBeComparedAndSaysWhy()
{
    state().setBaseline(Baseline::Yesterday);
    QCOMPARE(state().baseline(), Baseline::None);
    QVERIFY(state().noBaseline(Baseline::Yesterday).contains(u"loaded"_s));
    const auto *box = m_window->findChild<QComboBox *>(u"heatBaseline"_s);
    const auto *model = qobject_cast<const QStandardItemModel *>(box->model());
    QVERIFY(!model->item(static_cast<int>(Baseline::Yesterday))->isEnabled());
    QVERIFY(model->item(static_cast<int>(Baseline::Yesterday))->toolTip().contains(u"loaded"_s));
}

void TestHeatmapPage::nothingDiffersFromItself()
{
    const TimePoint begin = m_workspace->fullRange().begin;
    m_workspace->narrowTo({begin + Duration(200 * kSecond), begin + Duration(400 * kSecond)});
    settle();
    state().setBaseline(Baseline::Previous);
    settle();
    QVERIFY(state().difference()->tiles > 0);
    QCOMPARE(state().difference()->significantTiles, 0U);
    QVERIFY(text(u"heatSubtitle"_s).contains(u"nothing differs"_s));
}

void TestHeatmapPage::aKeptBoxIsTheBaseline()
{
    boxTheSlowOnes();
    QTest::mouseClick(m_window->findChild<QPushButton *>(u"heatKeep"_s), Qt::LeftButton);
    QVERIFY(state().keptBox());
    drag(at(100, 60), at(300, 10));
    settle();
    QVERIFY2(page()->panel().words().contains(u"kept box"_s), qPrintable(page()->panel().words()));
    const heatmap::DifferenceModel &found = page()->panel().list().differences();
    QVERIFY(found.rowCount() > 0);
    QVERIFY(state().noBaseline(Baseline::KeptBox).isEmpty());
    state().setBaseline(Baseline::KeptBox);
    settle();
    QVERIFY(state().difference());
}

void TestHeatmapPage::hoveringMarksTheMomentAndSaysTheCount()
{
    QPoint pointer = at(300, 20);
    while (!view().textAt(pointer).contains(u"of those that ended then"_s) && pointer.y() > view().plotRect().top())
        pointer.ry() -= 2; // to a cell that holds some
    QTest::mouseMove(&view(), pointer);
    QVERIFY(m_workspace->moment());
    const TimePoint wanted = m_workspace->fullRange().begin + Duration(300 * kSecond);
    QVERIFY(std::abs((*m_workspace->moment() - wanted).ns()) < kSecond);
    const QString words = view().textAt(pointer);
    QVERIFY2(words.contains(u"request"_s) && words.contains(u"UTC"_s) && words.contains(u"ms"_s), qPrintable(words));
    QVERIFY(words.contains(u"of those that ended then"_s));
    QVERIFY(view().textAt(QPointF(2, 2)).isEmpty());
}

void TestHeatmapPage::theFilterOfAllPagesNarrowsTheMap()
{
    m_workspace->addFilterTerm("service=db");
    settle();
    QCOMPARE(view().map()->grid.total, std::uint64_t{kTraces}); // spans of the service, not entry spans
    QVERIFY(text(u"heatTitle"_s).startsWith(u"Latency of db"_s));
    m_workspace->addFilterTerm("service=nobody");
    m_workspace->setFilter({});
    settle();
    QVERIFY(text(u"heatTitle"_s).startsWith(u"Latency of requests"_s));
}

void TestHeatmapPage::subjectsAndErrorsAreChosen()
{
    auto *what = m_window->findChild<QComboBox *>(u"heatWhat"_s);
    what->setFocus();
    QTest::keyClick(what, Qt::Key_Down);
    settle();
    QCOMPARE(view().map()->grid.total, std::uint64_t{2 * kTraces});
    state().setService("db");
    settle();
    QCOMPARE(view().map()->grid.total, std::uint64_t{kTraces});
    state().setService({});
    QTest::mouseClick(m_window->findChild<QToolButton *>(u"heatFailed"_s), Qt::LeftButton);
    settle();
    QVERIFY(view().map()->grid.total > 10 && view().map()->grid.total < 100);
    QVERIFY(text(u"heatTitle"_s).contains(u"failed"_s));
}

void TestHeatmapPage::countsCanBeCopied()
{
    for (QAction *action : page()->actions()) {
        if (action->text().startsWith(u"Copy the counts"_s))
            action->trigger();
    }
    const QStringList lines = QApplication::clipboard()->text().trimmed().split(u'\n');
    QVERIFY(lines.size() > 100);
    QCOMPARE(lines.front(), u"begin\tend\tabove_ns\tat_most_ns\tcount"_s);
    int sum = 0;
    for (const QString &line : lines.mid(1))
        sum += line.section(u'\t', 4, 4).toInt();
    QCOMPARE(sum, kTraces);
    QCOMPARE(view().rendered(2).width(), 2 * view().width());
}

void TestHeatmapPage::withoutMetricsTheOtherTabSaysSo()
{
    QTest::mouseClick(m_window->findChild<QToolButton *>(u"tabGoesWith"_s), Qt::LeftButton);
    const auto *panel = m_window->findChild<heatmap::GoesWithPanel *>();
    QVERIFY2(panel->words().contains(u"Prometheus"_s), qPrintable(panel->words()));
}

QTEST_MAIN(TestHeatmapPage)
#include "tst_heatmap_page.moc"
