// SPDX-License-Identifier: GPL-3.0-or-later
// Flame graph, statistics, call tree, comparison and scatter of the chosen traces, with real keys and clicks.
#include "app/tracefiles/open_trace_files.h"
#include "models/items/call_tree_model.h"
#include "models/items/comparison_model.h"
#include "models/items/statistics_model.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/trace_samples.h"
#include "ui/analysis/call_tree_pane.h"
#include "ui/analysis/compare_pane.h"
#include "ui/analysis/flame_pane.h"
#include "ui/analysis/flame_view.h"
#include "ui/analysis/path_bar.h"
#include "ui/analysis/span_tree_view.h"
#include "ui/analysis/statistics_pane.h"
#include "ui/traces/trace_scatter_view.h"

#include <QApplication>
#include <QPushButton>
#include <QTabBar>
#include <QToolButton>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

const char *const kTraces = R"(
    trace aaaaaaaaaaaaaaa1
    web GET /pay @0ms +120ms
      db SELECT users @10ms +80ms error
        disk read @20ms +30ms
      cache GET cart @95ms +5ms
    trace aaaaaaaaaaaaaaa2
    web GET /pay @1s +40ms
      db SELECT users @1010ms +20ms
    trace aaaaaaaaaaaaaaa3
    web GET /pay @2s +42ms
      db SELECT users @2010ms +21ms
    trace bbbbbbbbbbbbbbb3
    batch import @3s +3s
)";

} // namespace

class TestTraceViews : public QObject, private test::TracesFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init() { show(); }
    void cleanup() { close(); }
    void digitsSwitchTheViews();
    void theFlameGraphFollowsTheSelectionAndLeadsIt();
    void aFlameIsFocusedAndLeftByMouseAndKeyboard();
    void theZoomOfTheWaterfallNarrowsTheSums();
    void statisticsAreGroupedByServiceOperationAndAttribute();
    void aPieceOfThePathBarLeadsToItsGroup();
    void severalTracesAreMergedByPath();
    void twoTracesAreCompared();
    void aChosenTraceIsComparedWithTheOthersLikeIt();
    void aBaselineStaysUntilItIsForgotten();
    void aDragInTheScatterChoosesItsTraces();
    void nothingOpenShowsNothing();

private:
    void clickTrace(int row, Qt::KeyboardModifiers modifiers = {});
    void press(Qt::Key key);
    analysis::FlameView *flame() const { return m_page->findChild<analysis::FlameView *>(); }
    template <class T>
    T &the() const
    {
        return *m_page->findChild<T *>();
    }
    void clickCell(const QString &operation, bool isDouble = false);
    const layout::FlameCell *cellOf(const QString &operation) const;
};

void TestTraceViews::clickTrace(int row, Qt::KeyboardModifiers modifiers)
{
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, modifiers,
                      list()->visualRect(list()->model()->index(row, 0)).center());
    settle();
}

void TestTraceViews::press(Qt::Key key)
{
    QTest::keyClick(QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : view(), key);
    settle();
}

const layout::FlameCell *TestTraceViews::cellOf(const QString &operation) const
{
    for (const layout::FlameCell &cell : flame()->picture().cells) {
        if (flame()->textOf(cell).section(u'\n', 0, 0).endsWith(operation))
            return &cell;
    }
    return nullptr;
}

void TestTraceViews::clickCell(const QString &operation, bool isDouble)
{
    const layout::FlameCell *cell = cellOf(operation);
    QVERIFY2(cell != nullptr, qPrintable(operation));
    const QPoint at = flame()->rectOf(*cell).center().toPoint();
    if (isDouble)
        QTest::mouseDClick(flame()->viewport(), Qt::LeftButton, {}, at);
    else
        QTest::mouseClick(flame()->viewport(), Qt::LeftButton, {}, at);
    settle();
}

void TestTraceViews::digitsSwitchTheViews()
{
    open(test::spansFromText(kTraces));
    view()->setFocus();
    auto *tabs = m_page->findChild<QTabBar *>(u"traceViews"_s);
    for (int view = tabs->count() - 1; view >= 0; --view) {
        press(static_cast<Qt::Key>(Qt::Key_1 + view));
        QCOMPARE(tabs->currentIndex(), view);
    }
    QVERIFY(view()->isVisible());
    m_workspace->history().undo();
    QCOMPARE(tabs->currentIndex(), 1);
    m_workspace->history().redo();
    QCOMPARE(tabs->currentIndex(), 0);
    QVERIFY(m_page->showView(u"flame"_s));
    QVERIFY(!m_page->showView(u"nothing"_s));
}

void TestTraceViews::theFlameGraphFollowsTheSelectionAndLeadsIt()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    QVERIFY(m_page->showView(u"flame"_s));
    QTRY_VERIFY(cellOf(u"SELECT users"_s) != nullptr);
    clickCell(u"read"_s);
    QCOMPARE(selectedOperation(), u"read"_s);
    QCOMPARE(view()->state().selected(), m_workspace->selection().span);
    flame()->setFocus();
    press(Qt::Key_Up);
    QCOMPARE(selectedOperation(), u"SELECT users"_s);
    press(Qt::Key_Right);
    QCOMPARE(selectedOperation(), u"GET cart"_s);
    view()->state().select(SpanRow(view()->state().summary().firstRow));
    QCOMPARE(flame()->current(), 0U);
}

void TestTraceViews::aFlameIsFocusedAndLeftByMouseAndKeyboard()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    QVERIFY(m_page->showView(u"flame"_s));
    QTRY_VERIFY(cellOf(u"SELECT users"_s) != nullptr);
    const double before = cellOf(u"SELECT users"_s)->widthPx;
    clickCell(u"SELECT users"_s, true);
    QVERIFY(cellOf(u"SELECT users"_s)->widthPx > before);
    QVERIFY(cellOf(u"GET /pay"_s)->isAbove);
    flame()->setFocus();
    press(Qt::Key_Backspace);
    QCOMPARE(flame()->focusNode(), 0U);
    press(Qt::Key_Backspace);
    QCOMPARE(flame()->focusNode(), trace::CallTree::kNone);
    press(Qt::Key_Down);
    press(Qt::Key_Return);
    QCOMPARE(flame()->focusNode(), flame()->current());
    m_workspace->history().undo();
    QCOMPARE(flame()->focusNode(), trace::CallTree::kNone);
    m_workspace->history().undo();
    QCOMPARE(flame()->focusNode(), 0U);
    m_workspace->history().redo();
    m_workspace->history().redo();
    QCOMPARE(flame()->focusNode(), flame()->current());
}

void TestTraceViews::theZoomOfTheWaterfallNarrowsTheSums()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    QVERIFY(m_page->showView(u"statistics"_s));
    settle();
    auto &pane = the<analysis::StatisticsPane>();
    QCOMPARE(pane.model().rowCount(), 4);
    waterfall::WaterfallState &state = view()->state();
    const TimePoint start = state.origin();
    state.showRange({start + Duration(96'000'000), start + Duration(110'000'000)});
    QTRY_COMPARE(pane.model().rowCount(), 2); // the root and the cache
    QVERIFY2(pane.summaryText().contains(u"only 96"_s), qPrintable(pane.summaryText()));
    state.showAll();
    QTRY_COMPARE(pane.model().rowCount(), 4);
}

void TestTraceViews::statisticsAreGroupedByServiceOperationAndAttribute()
{
    Progress progress;
    open(tracefiles::openTraceBytes(bytes::sourceFromMemory("many", test::jaegerTraces(1, 400, false)), {}, progress)
             .value());
    QVERIFY(m_page->showView(u"statistics"_s));
    settle();
    auto &pane = the<analysis::StatisticsPane>();
    const int services = pane.model().rowCount();
    QVERIFY(services > 0);
    pane.setGroupedBy(u"operation"_s);
    QTRY_VERIFY(pane.isSettled());
    QVERIFY(pane.model().rowCount() >= services);
    pane.setGroupedBy(u"http.status_code"_s);
    QTRY_VERIFY(pane.isSettled());
    QVERIFY(pane.model().rowCount() > 0);
    pane.setGroupedBy(u"no.such.attribute"_s);
    QTRY_VERIFY(pane.isSettled());
    QCOMPARE(pane.model().rowCount(), 0);
}

void TestTraceViews::aPieceOfThePathBarLeadsToItsGroup()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    QVERIFY(m_page->showView(u"statistics"_s));
    settle();
    auto &bar = the<analysis::PathBar>();
    QTRY_VERIFY(bar.isVisible());
    QVERIFY2(bar.text().startsWith(u"db 42 %"_s), qPrintable(bar.text()));
    QTest::mouseClick(&bar, Qt::LeftButton, {}, QPoint(10, 8));
    QCOMPARE(selectedOperation(), u"SELECT users"_s);
}

void TestTraceViews::severalTracesAreMergedByPath()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    clickTrace(2, Qt::ControlModifier);
    clickTrace(3, Qt::ControlModifier);
    QVERIFY(m_page->showView(u"tree"_s));
    settle();
    auto &pane = the<analysis::CallTreePane>();
    QTRY_COMPARE(pane.model().rowCount(), 1);
    const QModelIndex root = pane.model().index(0, 0);
    QCOMPARE(root.siblingAtColumn(items::CallTreeModel::CallsColumn).data().toString(), u"3"_s);
    QVERIFY2(pane.summaryText().startsWith(u"3 traces"_s), qPrintable(pane.summaryText()));
    const QModelIndex queries = pane.model().index(0, 0, root);
    QTest::mouseClick(pane.view().viewport(), Qt::LeftButton, {}, pane.view().visualRect(queries).center());
    QCOMPARE(selectedOperation(), u"SELECT users"_s);
    QTRY_COMPARE(pane.model().index(0, 0).siblingAtColumn(items::CallTreeModel::CallsColumn).data().toString(),
                 u"3"_s); // going to the longest of them did not give up the choice
}

void TestTraceViews::twoTracesAreCompared()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    clickTrace(2, Qt::ControlModifier);
    QVERIFY(m_page->showView(u"compare"_s));
    settle();
    auto &pane = the<analysis::ComparePane>();
    QTRY_VERIFY(pane.model().rowCount() > 0);
    QVERIFY2(pane.verdictText().startsWith(u"A: the earlier of the two, 1 trace, mean 120 ms"_s),
             qPrintable(pane.verdictText()));
    QVERIFY(pane.verdictText().endsWith(u"-78 ms"_s));
}

void TestTraceViews::aChosenTraceIsComparedWithTheOthersLikeIt()
{
    open(test::spansFromText(kTraces));
    clickTrace(1);
    QVERIFY(m_page->showView(u"compare"_s));
    settle();
    auto &pane = the<analysis::ComparePane>();
    QTRY_VERIFY2(pane.verdictText().contains(u"begin alike, 2 traces, mean 41 ms"_s), qPrintable(pane.verdictText()));
    clickTrace(0); // nothing begins like this one
    QTRY_COMPARE(pane.model().rowCount(), 0);
}

void TestTraceViews::aBaselineStaysUntilItIsForgotten()
{
    open(test::spansFromText(kTraces));
    clickTrace(2);
    QVERIFY(m_page->showView(u"compare"_s));
    auto &pane = the<analysis::ComparePane>();
    QTest::mouseClick(m_page->findChild<QPushButton *>(u"useAsBaseline"_s), Qt::LeftButton);
    QVERIFY(pane.hasBaseline());
    clickTrace(1);
    QTRY_VERIFY2(pane.verdictText().startsWith(u"A: baseline, 1 trace, mean 42 ms"_s), qPrintable(pane.verdictText()));
    const trace::TraceSnapshotPtr first = m_workspace->snapshot();
    open(test::spansFromText(kTraces)); // the baseline is of the file before
    clickTrace(3);
    QTRY_VERIFY2(pane.verdictText().startsWith(u"A: baseline, 1 trace, mean 42 ms"_s), qPrintable(pane.verdictText()));
    QVERIFY(pane.model().compared()->snapshotA == first);
    pane.forgetBaseline();
    QTRY_VERIFY2(pane.verdictText().startsWith(u"A: the other"_s), qPrintable(pane.verdictText()));
}

void TestTraceViews::aDragInTheScatterChoosesItsTraces()
{
    open(test::spansFromText(kTraces));
    list()->setFocus();
    press(Qt::Key_T);
    auto &scatter = the<traces::TraceScatterView>();
    QTRY_VERIFY(scatter.isVisible());
    QCOMPARE(scatter.picture().marks.size(), std::size_t{4});
    const QRectF plot = scatter.plotRect();
    const double y = plot.top() + scatter.picture().yOf(41'000'000);
    const QPoint from(static_cast<int>(plot.left()) + 2, static_cast<int>(y) - 12);
    const QPoint to(static_cast<int>(plot.right()) - 2, static_cast<int>(y) + 12);
    QTest::mousePress(&scatter, Qt::LeftButton, {}, from);
    QTest::mouseMove(&scatter, to);
    QTest::mouseRelease(&scatter, Qt::LeftButton, {}, to);
    QCOMPARE(list()->selectionModel()->selectedRows().size(), 2);
    QTest::mouseClick(
        &scatter, Qt::LeftButton, {},
        (plot.topLeft() + QPointF(scatter.picture().marks.back().xPx, scatter.picture().marks.back().yPx)).toPoint());
    QCOMPARE(selectedOperation(), u"import"_s);
    press(Qt::Key_T);
    QVERIFY(list()->isVisible());
}

void TestTraceViews::nothingOpenShowsNothing()
{
    for (const char *name : {"flame", "statistics", "tree", "compare", "scatter", "waterfall"})
        QVERIFY(m_page->showView(QString::fromLatin1(name)));
    open(test::spansFromText(""));
    settle();
}

QTEST_MAIN(TestTraceViews)
#include "tst_trace_views.moc"
