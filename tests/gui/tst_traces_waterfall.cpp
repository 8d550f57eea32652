// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/kept_rows.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "ui/style/motion.h"
#include "ui/waterfall/minimap_widget.h"
#include "ui/waterfall/waterfall_header.h"

#include <QAccessible>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QMenu>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QToolButton>
#include <QWheelEvent>

using namespace tailspan;
using namespace tailspan::waterfall;
using namespace Qt::StringLiterals;

namespace {

const char *const kTree = R"(
    web GET /pay @0ms +100ms
      db SELECT @10ms +20ms
        disk read @12ms +5ms error
        disk read @18ms +5ms
      cache GET @40ms +5ms
      queue send @80ms +10ms
)";

/// A root, a run of `calls` like spans and one more span.
trace::TraceSnapshotPtr loopTrace(int calls)
{
    std::string text = "web GET /pay @0ms +10000ms\n";
    for (int i = 0; i < calls; ++i)
        text += "  db SELECT @" + std::to_string(100 + i * 20) + "ms +15ms\n";
    return test::spansFromText(text + "  cache GET @9000ms +5ms\n");
}

constexpr int kRow = style::metric::kWaterfallRow;

} // namespace

class TestTracesWaterfall : public QObject, private test::WaterfallFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init() { open(); }
    void cleanup() { m_view.reset(); }
    void theWheelOverTheTimelineZoomsAtThePointer();
    void theWheelOverTheNamesScrolls();
    void shiftWheelPans();
    void aDragOnTheTimelinePansAndAClickSelects();
    void aFlickGoesOnForAMomentAndIsOneStep();
    void aFlickEndsAtOnceWhereTheDesktopWantsNoMotion();
    void aDragOnTheRulerShowsThatRange();
    void theMinimapWindowMovesResizesAndOpensAnew();
    void theNameColumnIsResizedAtItsEdge();
    void aClickOnTheFoldMarkFoldsAndAltFoldsTheSubtree();
    void arrowsWalkFoldAndUnfold();
    void homeEndAndPagesReachBothEnds();
    void lettersZoomPanAndFit();
    void commaPeriodAndBracketsWalkTheTree();
    void hoveringLightsUpTheSameOperation();
    void foldsHideAndShowTheirErrors();
    void selectingAHiddenSpanOpensItsFolds();
    void hidingTheRestKeepsHitsAndGoesWhenAHiddenSpanIsSelected();
    void aRunOfLikeSiblingsOpensAndFoldsByClickAndKeys();
    void foldsAreTakenBackAndSurviveARenewal();
    void theRowOfARunIsTheSelectionAlthoughOthersAnswerIt();
    void runsOfALargeTraceNeverHideTheSelection();
    void parentsStayAtTheTopWhileScrolledAndAClickGoesThere();
    void colourIsByServiceByRankAndByError();
    void rowsAreOfferedToScreenReaders();
    void malformedSpansAreBadgedAndStayOnScreen();
    void aHundredThousandDeepChainIsWalkedByKeyboard();
    void aMillionSpansScrollWithoutWalkingThem();
    void anEmptyViewTakesEveryEvent();

private:
    WaterfallState &state() const { return m_view->state(); }
    QWidget *rows() const { return m_view->canvas().viewport(); }
    int timelineX(double ratio) const;
    void wheel(const QPoint &position, const QPoint &delta, Qt::KeyboardModifiers modifiers = {}) const;
    void drag(QWidget *widget, const QPoint &from, const QPoint &to) const;
    std::string_view selectedOperation() const { return state().snapshot()->operationOf(state().selected()); }
};

int TestTracesWaterfall::timelineX(double ratio) const
{
    return WaterfallColumns().timelineLeft() + static_cast<int>(ratio * state().scale().widthPx());
}

void TestTracesWaterfall::wheel(const QPoint &position, const QPoint &delta, Qt::KeyboardModifiers modifiers) const
{
    QWheelEvent event(position, rows()->mapToGlobal(position), {}, delta, Qt::NoButton, modifiers, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(rows(), &event);
}

void TestTracesWaterfall::drag(QWidget *widget, const QPoint &from, const QPoint &to) const
{
    QTest::mousePress(widget, Qt::LeftButton, {}, from);
    QTest::mouseMove(widget, (from + to) / 2);
    QTest::mouseMove(widget, to);
    QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
}

void TestTracesWaterfall::theWheelOverTheTimelineZoomsAtThePointer()
{
    show(test::spansFromText(kTree));
    const QPoint pointer(timelineX(0.3), 50);
    const double x = pointer.x() - WaterfallColumns().timelineLeft();
    const TimePoint under = state().scale().timeAt(x);
    for (int i = 0; i < 10; ++i)
        wheel(pointer, {0, 120});
    QVERIFY(state().scale().lengthNs() < 1.1e7);
    QVERIFY(std::llabs((state().scale().timeAt(x) - under).ns()) <= 1);
    for (int i = 0; i < 12; ++i)
        wheel(pointer, {0, -120});
    QVERIFY(state().scale().showsAll());
}

void TestTracesWaterfall::theWheelOverTheNamesScrolls()
{
    show(test::randomTrace(500, 1));
    const TimeRange before = state().scale().visible();
    wheel({60, 50}, {0, -120});
    QVERIFY(m_view->canvas().verticalScrollBar()->value() > 0);
    QVERIFY(state().scale().visible() == before);
    wheel({60, 50}, {0, 120}, Qt::ControlModifier);
    QVERIFY(state().scale().lengthNs() < static_cast<double>(before.length().ns()));
}

void TestTracesWaterfall::shiftWheelPans()
{
    show(test::spansFromText(kTree));
    state().zoomAt(8, 300);
    const TimePoint before = state().scale().visible().begin;
    wheel({timelineX(0.5), 50}, {0, -120}, Qt::ShiftModifier);
    QVERIFY(state().scale().visible().begin > before);
    wheel({timelineX(0.5), 50}, {0, 120}, Qt::ShiftModifier);
    QVERIFY(std::llabs((state().scale().visible().begin - before).ns()) <= 1);
}

void TestTracesWaterfall::aDragOnTheTimelinePansAndAClickSelects()
{
    show(test::spansFromText(kTree));
    state().zoomAt(4, 300);
    const TimePoint before = state().scale().visible().begin;
    drag(rows(), {timelineX(0.6), 30}, {timelineX(0.4), 30});
    QVERIFY(state().scale().visible().begin > before);
    QVERIFY(!state().selected().isValid());
    QTest::mouseClick(rows(), Qt::LeftButton, {}, QPoint(timelineX(0.5), 4 * kRow + 5));
    QCOMPARE(state().selected(), SpanRow(4));
}

void TestTracesWaterfall::aFlickGoesOnForAMomentAndIsOneStep()
{
    show(test::spansFromText(kTree));
    state().zoomAt(16, 300);
    state().commitWindow();
    QSignalSpy committed(&state(), &WaterfallState::windowCommitted);
    drag(rows(), {timelineX(0.6), 30}, {timelineX(0.5), 30});
    const TimePoint letGo = state().scale().visible().begin;
    QCOMPARE(committed.count(), 0); // it still goes on
    QElapsedTimer timer;
    timer.start();
    QTRY_COMPARE(committed.count(), 1);
    QVERIFY2(timer.elapsed() < 3 * style::metric::kMotionMs, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(state().scale().visible().begin > letGo);
    const TimePoint rest = state().scale().visible().begin;
    QTest::qWait(2 * style::metric::kMotionMs);
    QVERIFY(state().scale().visible().begin == rest);
    drag(rows(), {timelineX(0.6), 30}, {timelineX(0.5), 30});
    QTest::mousePress(rows(), Qt::LeftButton, {}, QPoint(timelineX(0.5), 30)); // a press holds it
    QCOMPARE(committed.count(), 2);
    QTest::mouseRelease(rows(), Qt::LeftButton, {}, QPoint(timelineX(0.5), 30));
}

void TestTracesWaterfall::aFlickEndsAtOnceWhereTheDesktopWantsNoMotion()
{
    const QTemporaryDir folder;
    const QByteArray before = qgetenv("XDG_CONFIG_HOME");
    qputenv("XDG_CONFIG_HOME", folder.path().toUtf8());
    QVERIFY(!style::isMotionReduced());
    QVERIFY(QDir(folder.path()).mkdir(u"gtk-3.0"_s));
    QFile settings(folder.filePath(u"gtk-3.0/settings.ini"_s));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write("[Settings]\ngtk-enable-animations=0\n");
    settings.close();
    QVERIFY(style::isMotionReduced());
    show(test::spansFromText(kTree));
    state().zoomAt(16, 300);
    state().commitWindow();
    QSignalSpy committed(&state(), &WaterfallState::windowCommitted);
    drag(rows(), {timelineX(0.6), 30}, {timelineX(0.5), 30});
    qputenv("XDG_CONFIG_HOME", before);
    QCOMPARE(committed.count(), 1);
}

void TestTracesWaterfall::aDragOnTheRulerShowsThatRange()
{
    show(test::spansFromText(kTree));
    QSignalSpy committed(&state(), &WaterfallState::windowCommitted);
    drag(&m_view->header(), {timelineX(0.2), 10}, {timelineX(0.4), 10});
    QCOMPARE(committed.count(), 1);
    const double offset = static_cast<double>((state().scale().visible().begin - state().origin()).ns());
    QVERIFY(std::abs(offset - 2e7) < 3e5);
    QVERIFY(std::abs(state().scale().lengthNs() - 2e7) < 6e5);
    QTest::mouseDClick(&m_view->header(), Qt::LeftButton, {}, QPoint(timelineX(0.4), 10));
    QVERIFY(state().scale().showsAll());
}

void TestTracesWaterfall::theMinimapWindowMovesResizesAndOpensAnew()
{
    show(test::spansFromText(kTree));
    MinimapWidget &map = m_view->minimap();
    QVERIFY(!map.strip().marks.empty());
    drag(&map, {200, 20}, {400, 20}); // a new window
    QVERIFY(std::abs(state().scale().lengthNs() - 2.016e7) < 4e5);
    const TimePoint before = state().scale().visible().begin;
    drag(&map, {300, 20}, {400, 20}); // moves it
    QVERIFY(std::abs(static_cast<double>((state().scale().visible().begin - before).ns()) - 1.008e7) < 3e5);
    const double length = state().scale().lengthNs();
    drag(&map, {500, 20}, {600, 20}); // its right edge
    QVERIFY(std::abs(state().scale().lengthNs() - length - 1.008e7) < 3e5);
    drag(&map, {700, 20}, {800, 20}); // elsewhere: a new one
    QVERIFY(state().scale().lengthNs() < length * 0.6);
    QTest::mouseDClick(&map, Qt::LeftButton, {}, QPoint(500, 20));
    QVERIFY(state().scale().showsAll());
}

void TestTracesWaterfall::theNameColumnIsResizedAtItsEdge()
{
    show(test::spansFromText(kTree));
    const double before = state().scale().widthPx();
    drag(&m_view->header(), {style::metric::kNameColumnWidth, 10}, {style::metric::kNameColumnWidth + 100, 10});
    QCOMPARE(state().scale().widthPx(), before - 100);
    drag(&m_view->header(), {style::metric::kNameColumnWidth + 100, 10}, {5, 10});
    QCOMPARE(state().scale().widthPx(), before + style::metric::kNameColumnWidth - WaterfallColumns::kMinNamePx);
}

void TestTracesWaterfall::aClickOnTheFoldMarkFoldsAndAltFoldsTheSubtree()
{
    show(test::spansFromText(kTree));
    const QPoint dbMark(kNameLeftPx + kIndentPx + 5, kRow + kRow / 2);
    QTest::mouseClick(rows(), Qt::LeftButton, {}, dbMark);
    QCOMPARE(state().order().visibleCount(), 4U);
    QVERIFY(!state().selected().isValid()); // folding selects nothing
    QTest::mouseClick(rows(), Qt::LeftButton, {}, dbMark);
    QCOMPARE(state().order().visibleCount(), 6U);
    QTest::mouseClick(rows(), Qt::LeftButton, Qt::AltModifier, QPoint(120, kRow / 2));
    QCOMPARE(state().order().visibleCount(), 1U);
    QTest::mouseClick(rows(), Qt::LeftButton, {}, QPoint(kNameLeftPx + 5, kRow / 2));
    QCOMPARE(state().order().visibleCount(), 4U); // the inner fold is kept
}

void TestTracesWaterfall::arrowsWalkFoldAndUnfold()
{
    show(test::spansFromText(kTree));
    WaterfallCanvas &canvas = m_view->canvas();
    QTest::keyClick(&canvas, Qt::Key_Down);
    QCOMPARE(state().selected(), SpanRow(0));
    QTest::keyClick(&canvas, Qt::Key_Right);
    QCOMPARE(state().selected(), SpanRow(1));
    QTest::keyClick(&canvas, Qt::Key_Left);
    QCOMPARE(state().order().visibleCount(), 4U);
    QTest::keyClick(&canvas, Qt::Key_Left);
    QCOMPARE(state().selected(), SpanRow(0));
    QTest::keyClick(&canvas, Qt::Key_Down);
    QTest::keyClick(&canvas, Qt::Key_Down);
    QCOMPARE(state().selected(), SpanRow(4)); // past the folded children
    QTest::keyClick(&canvas, Qt::Key_Up);
    QTest::keyClick(&canvas, Qt::Key_Right);
    QCOMPARE(state().order().visibleCount(), 6U);
}

void TestTracesWaterfall::homeEndAndPagesReachBothEnds()
{
    show(test::randomTrace(300, 2));
    WaterfallCanvas &canvas = m_view->canvas();
    QTest::keyClick(&canvas, Qt::Key_End);
    QCOMPARE(state().selected(), SpanRow(299));
    QVERIFY(rows()->rect().contains(canvas.rowRect(299)));
    QTest::keyClick(&canvas, Qt::Key_PageUp);
    QCOMPARE(state().selected(), SpanRow(299 - static_cast<std::uint32_t>(canvas.rowsPerPage())));
    QTest::keyClick(&canvas, Qt::Key_Home);
    QCOMPARE(state().selected(), SpanRow(0));
    QCOMPARE(canvas.verticalScrollBar()->value(), 0);
    QTest::keyClick(&canvas, Qt::Key_PageDown);
    QCOMPARE(state().selected(), SpanRow(static_cast<std::uint32_t>(canvas.rowsPerPage())));
}

void TestTracesWaterfall::lettersZoomPanAndFit()
{
    show(test::spansFromText(kTree));
    WaterfallCanvas &canvas = m_view->canvas();
    const double whole = state().scale().lengthNs();
    QTest::keyClick(&canvas, Qt::Key_W);
    QVERIFY(state().scale().lengthNs() < whole);
    const TimePoint before = state().scale().visible().begin;
    QTest::keyClick(&canvas, Qt::Key_D);
    QVERIFY(state().scale().visible().begin > before);
    QTest::keyClick(&canvas, Qt::Key_A);
    QTest::keyClick(&canvas, Qt::Key_S);
    state().select(SpanRow(4));
    QTest::keyClick(&canvas, Qt::Key_F);
    QVERIFY(state().scale().lengthNs() < 6e6); // 5 ms and a margin
    QTest::keyClick(&canvas, Qt::Key_F);
    QVERIFY(state().scale().showsAll());
}

void TestTracesWaterfall::commaPeriodAndBracketsWalkTheTree()
{
    show(test::spansFromText(kTree));
    WaterfallCanvas &canvas = m_view->canvas();
    QTest::keyClick(&canvas, Qt::Key_Period);
    QTest::keyClick(&canvas, Qt::Key_Period);
    QCOMPARE(selectedOperation(), std::string_view("SELECT"));
    QTest::keyClick(&canvas, Qt::Key_BracketRight);
    QCOMPARE(state().selected(), SpanRow(2));
    QTest::keyClick(&canvas, Qt::Key_BracketLeft);
    QTest::keyClick(&canvas, Qt::Key_BracketLeft);
    QCOMPARE(state().selected(), SpanRow(0));
    QTest::keyClick(&canvas, Qt::Key_Comma);
    QCOMPARE(state().selected(), SpanRow(0));
}

void TestTracesWaterfall::hoveringLightsUpTheSameOperation()
{
    show(test::spansFromText(kTree));
    const QImage before = rows()->grab().toImage();
    QTest::mouseMove(rows(), QPoint(timelineX(0.13), 2 * kRow + 10));
    QCOMPARE(state().hovered(), SpanRow(2));
    QVERIFY(state().crosshair().has_value());
    const QImage after = rows()->grab().toImage();
    // The other "disk read" changes its look although the pointer is not on it.
    const QRect twin(timelineX(0.18) - 3, 3 * kRow, 40, kRow);
    QVERIFY(before.copy(twin) != after.copy(twin));
}

void TestTracesWaterfall::foldsHideAndShowTheirErrors()
{
    show(test::spansFromText(kTree));
    state().setFolded(SpanRow(1), true);
    const layout::WaterfallLayout &shown = m_view->canvas().currentLayout();
    QCOMPARE(shown.rows[1].hiddenSpans, 2U);
    QCOMPARE(shown.rows[1].hiddenErrors, 1U);
}

void TestTracesWaterfall::selectingAHiddenSpanOpensItsFolds()
{
    show(test::spansFromText(kTree));
    state().setSubtreeFolded(SpanRow(0), true);
    state().select(SpanRow(3));
    QCOMPARE(state().order().visibleCount(), 6U);
    state().setFolded(SpanRow(1), true); // hides the selection: its visible ancestor takes it
    QCOMPARE(state().selected(), SpanRow(1));
}

void TestTracesWaterfall::hidingTheRestKeepsHitsAndGoesWhenAHiddenSpanIsSelected()
{
    show(test::spansFromText(kTree));
    state().select(SpanRow(4));
    const std::vector<std::uint32_t> hits{3};
    QSignalSpy changed(&state(), &WaterfallState::rowsChanged);
    state().setKept(layout::keptRows(*state().snapshot(), TraceRow(0), hits, false));
    QCOMPARE(changed.count(), 1);
    QVERIFY(state().isNarrowed());
    QCOMPARE(m_view->canvas().currentLayout().rows.size(), std::size_t{3});
    QCOMPARE(state().selected(), SpanRow(4)); // it stays selected, and the keys start from its place
    QTest::keyClick(&m_view->canvas(), Qt::Key_Up);
    QCOMPARE(state().selected(), SpanRow(3));
    QTest::keyClick(&m_view->canvas(), Qt::Key_Left);
    QTest::keyClick(&m_view->canvas(), Qt::Key_Left);
    QCOMPARE(state().order().visibleCount(), 2U);
    state().select(SpanRow(3)); // kept: only its fold opens
    QVERIFY(state().isNarrowed());
    QCOMPARE(state().order().visibleCount(), 3U);
    state().select(SpanRow(5));
    QVERIFY(!state().isNarrowed());
    QCOMPARE(state().order().visibleCount(), 6U);
    state().setKept(layout::RowSet(6));
    for (const int key : {Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_PageUp})
        QTest::keyClick(&m_view->canvas(), static_cast<Qt::Key>(key));
    QVERIFY(!m_view->grab().isNull());
}

void TestTracesWaterfall::aRunOfLikeSiblingsOpensAndFoldsByClickAndKeys()
{
    show(loopTrace(30));
    WaterfallCanvas &canvas = m_view->canvas();
    const layout::RowEntry run(SpanRow(1), layout::RowEntry::Kind::Run);
    QCOMPARE(state().order().visibleCount(), 3U);
    const QPoint mark(kNameLeftPx + kIndentPx + 5, kRow + kRow / 2);
    QTest::mouseClick(rows(), Qt::LeftButton, {}, mark);
    QCOMPARE(state().order().visibleCount(), 33U);
    QTest::mouseClick(rows(), Qt::LeftButton, Qt::AltModifier, QPoint(120, kRow + 5));
    QCOMPARE(state().order().visibleCount(), 3U);
    QTest::mouseClick(rows(), Qt::LeftButton, {}, QPoint(120, kRow + 5));
    QCOMPARE(state().selectedEntry(), run);
    QTest::keyClick(&canvas, Qt::Key_Right);
    QCOMPARE(state().order().visibleCount(), 33U);
    QTest::keyClick(&canvas, Qt::Key_Right);
    QCOMPARE(state().selectedEntry(), layout::RowEntry(SpanRow(1)));
    QTest::keyClick(&canvas, Qt::Key_Down);
    QCOMPARE(state().selected(), SpanRow(2));
    QTest::keyClick(&canvas, Qt::Key_Left); // to the head of the run, which then folds
    QCOMPARE(state().selectedEntry(), run);
    QTest::keyClick(&canvas, Qt::Key_Left);
    QCOMPARE(state().order().visibleCount(), 3U);
    QTest::keyClick(&canvas, Qt::Key_Down);
    QCOMPARE(state().selected(), SpanRow(31));
    QTest::keyClick(&canvas, Qt::Key_Up);
    QCOMPARE(state().selectedEntry(), run);
    QTest::keyClick(&canvas, Qt::Key_Return);
    QCOMPARE(state().order().visibleCount(), 33U);
    QTest::mouseDClick(rows(), Qt::LeftButton, {}, QPoint(120, kRow + 5));
    QCOMPARE(state().order().visibleCount(), 3U);
    QAccessibleInterface *row = QAccessible::queryAccessibleInterface(&canvas)->child(1);
    QCOMPARE(row->text(QAccessible::Name), u"db 30 \u00d7 SELECT"_s);
    QCOMPARE(row->text(QAccessible::Value), u"450 ms, starts at 100 ms, one after another"_s);
    QVERIFY(row->state().collapsed);
    row->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(state().order().visibleCount(), 33U);
    QVERIFY(!m_view->grab().isNull());
}

void TestTracesWaterfall::foldsAreTakenBackAndSurviveARenewal()
{
    const trace::TraceSnapshotPtr snapshot = loopTrace(30);
    show(snapshot);
    QSignalSpy committed(&state(), &WaterfallState::foldCommitted);
    const layout::RowEntry run(SpanRow(1), layout::RowEntry::Kind::Run);
    state().setFolded(run, false);
    QCOMPARE(committed.count(), 1);
    const auto change = committed.first().first().value<layout::FoldChange>();
    state().restoreFolds(change, !change.isFolded);
    QCOMPARE(state().order().visibleCount(), 3U);
    state().restoreFolds(change, change.isFolded);
    QCOMPARE(committed.count(), 1);
    m_view->renewTrace(snapshot, TraceRow(0));
    QTRY_VERIFY(m_view->isSettled());
    QCOMPARE(state().order().visibleCount(), 33U);
    state().setFolded(SpanRow(0), true);
    m_view->renewTrace(snapshot, TraceRow(0));
    QCOMPARE(state().order().visibleCount(), 1U);
}

void TestTracesWaterfall::theRowOfARunIsTheSelectionAlthoughOthersAnswerIt()
{
    show(loopTrace(30));
    connect(&state(), &WaterfallState::selectionChanged, this, [this](SpanRow row) { state().select(row); });
    const layout::RowEntry run(SpanRow(1), layout::RowEntry::Kind::Run);
    state().selectEntry(run);
    QCOMPARE(state().selectedEntry(), run);
    QCOMPARE(state().order().visibleCount(), 3U);
    state().fitSelection();
    QVERIFY(state().scale().lengthNs() > 5.9e8 && state().scale().lengthNs() < 7e8); // all members
    state().select(SpanRow(1)); // somebody wants to see the member itself
    QCOMPARE(state().selectedEntry(), layout::RowEntry(SpanRow(1)));
    QCOMPARE(state().order().visibleCount(), 33U);
}

void TestTracesWaterfall::runsOfALargeTraceNeverHideTheSelection()
{
    const trace::TraceSnapshotPtr snapshot = test::traceWithRuns(60'000, 3);
    const layout::RowRuns runs = layout::findRowRuns(*snapshot, TraceRow(0));
    const auto large = std::find_if(runs.runs.begin(), runs.runs.end(),
                                    [](const layout::RowRun &run) { return run.isFoldedAtFirst(); });
    QVERIFY(large != runs.runs.end());
    m_view->setTrace(snapshot, TraceRow(0));
    QVERIFY(!m_view->isSettled()); // the runs come from a worker
    state().select(SpanRow(large->begin + 2));
    QTRY_VERIFY(m_view->isSettled());
    QVERIFY(state().order().visibleCount() < 60'000);
    QVERIFY(state().order().placeOf(SpanRow(large->begin + 2)).has_value());
}

void TestTracesWaterfall::parentsStayAtTheTopWhileScrolledAndAClickGoesThere()
{
    show(test::chainTrace(500));
    WaterfallCanvas &canvas = m_view->canvas();
    canvas.verticalScrollBar()->setValue(100 * kRow);
    QCOMPARE(canvas.currentLayout().stickyRows.size(), std::size_t{layout::kMostStickyRows});
    QTest::mouseClick(rows(), Qt::LeftButton, {}, QPoint(120, 5));
    QCOMPARE(state().selected(), canvas.currentLayout().rows[layout::kMostStickyRows].span);
    QCOMPARE(*canvas.placeAt(canvas.rowRect(state().selected().value()).center().y()), state().selected().value());
    canvas.verticalScrollBar()->setValue(300 * kRow);
    for (const int key : {Qt::Key_Up, Qt::Key_PageUp, Qt::Key_Up}) { // each is seen, not covered
        QTest::keyClick(&canvas, static_cast<Qt::Key>(key));
        const QRect row = canvas.rowRect(state().selected().value());
        QCOMPARE(canvas.placeAt(row.center().y()), std::optional(state().selected().value()));
    }
    QVERIFY(!m_view->grab().isNull());
}

void TestTracesWaterfall::colourIsByServiceByRankAndByError()
{
    std::string text = "web GET /pay @0ms +10000ms error\n";
    for (int i = 0; i < 40; ++i) // each slower than the one before, with another span in between: no run
        text += "  db SELECT @" + std::to_string(i * 200) + "ms +" + std::to_string(50 + i) + "ms\n  cache GET @"
            + std::to_string(i * 200 + 100) + "ms +" + std::to_string(5 + i) + "ms\n";
    show(test::spansFromText(text));
    const style::Theme &theme = style::theme();
    auto *button = m_view->header().findChild<QToolButton *>(u"waterfallColors"_s);
    QVERIFY(button != nullptr && button->isVisible());
    const auto colorOf = [this](std::uint32_t row) {
        const layout::WaterfallRow &shown = m_view->canvas().currentLayout().rows[row];
        return barColor(state().colorBy(), shown, *state().snapshot(), state().ranks());
    };
    QCOMPARE(colorOf(0), theme.categories[state().spans().service[0]]);
    QTest::keyClick(&m_view->canvas(), Qt::Key_C);
    QVERIFY(button->text().startsWith(u"Fast to slow"_s));
    QTRY_VERIFY(state().ranks() != nullptr);
    QCOMPARE(colorOf(0), theme.quiet); // the only one of its kind
    QCOMPARE(colorOf(1), theme.ranks.front());
    const QImage ranked = rows()->grab().toImage();
    m_view->canvas().verticalScrollBar()->setValue(m_view->canvas().verticalScrollBar()->maximum());
    const layout::WaterfallRow &slowest = m_view->canvas().currentLayout().rows.back();
    QCOMPARE(barColor(state().colorBy(), slowest, *state().snapshot(), state().ranks()), theme.ranks.back());
    m_view->canvas().verticalScrollBar()->setValue(0);
    button->findChild<QMenu *>()->actions().at(2)->trigger();
    QCOMPARE(state().colorBy(), ColorBy::Error);
    QCOMPARE(colorOf(0), theme.bad);
    QCOMPARE(colorOf(1), theme.quiet);
    QVERIFY(rows()->grab().toImage() != ranked);
    m_view->renewTrace(test::spansFromText(text), TraceRow(0)); // ranks are those of another snapshot
    QCOMPARE(state().ranks(), nullptr);
    QTest::keyClick(&m_view->canvas(), Qt::Key_C);
    QCOMPARE(state().colorBy(), ColorBy::Service);
}

void TestTracesWaterfall::rowsAreOfferedToScreenReaders()
{
    show(test::spansFromText(kTree));
    QAccessibleInterface *tree = QAccessible::queryAccessibleInterface(&m_view->canvas());
    QVERIFY(tree != nullptr);
    QCOMPARE(tree->role(), QAccessible::Tree);
    QCOMPARE(tree->childCount(), 6);
    QAccessibleInterface *row = tree->child(2);
    QCOMPARE(row->role(), QAccessible::TreeItem);
    QCOMPARE(row->text(QAccessible::Name), u"disk read"_s);
    QCOMPARE(row->text(QAccessible::Value), u"5 ms, starts at 12 ms, failed"_s);
    QCOMPARE(tree->indexOfChild(row), 2);
    QCOMPARE(row->parent()->object(), &m_view->canvas());
    QVERIFY(tree->child(1)->state().expanded);
    QTest::keyClick(&m_view->canvas(), Qt::Key_End);
    QVERIFY(tree->child(5)->state().focused);
    QCOMPARE(tree->focusChild(), tree->child(5));
    const QRect place = row->rect();
    QCOMPARE(tree->childAt(place.center().x(), place.center().y()), row);
    state().setFolded(SpanRow(1), true);
    QCOMPARE(tree->childCount(), 4);
    QVERIFY(tree->child(1)->state().collapsed);
    row = tree->child(2);
    row->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(state().selected(), SpanRow(4));
}

void TestTracesWaterfall::malformedSpansAreBadgedAndStayOnScreen()
{
    show(test::spansFromText(R"(
        web GET @0ms +100ms id=1
          self loop @10ms +5ms id=2 parent=2
          cycle a @20ms +5ms id=3 parent=4
          cycle b @20ms +5ms id=4 parent=3
          twin one @30ms +5ms id=5 parent=1
          twin two @30ms +5ms id=5 parent=1
          back wards @40ms -5ms parent=1
          none zero @50ms +0ms parent=1
    )"));
    QCOMPARE(state().order().visibleCount(), 8U);
    for (const layout::WaterfallRow &row : m_view->canvas().currentLayout().rows) {
        QVERIFY(row.bar.place == layout::BarPlace::OnScreen);
        QVERIFY(row.bar.widthPx >= layout::kMinBarPx);
    }
    QVERIFY(!m_view->grab().isNull());
}

void TestTracesWaterfall::aHundredThousandDeepChainIsWalkedByKeyboard()
{
    show(test::chainTrace(100'000));
    WaterfallCanvas &canvas = m_view->canvas();
    QTest::keyClick(&canvas, Qt::Key_End);
    QCOMPARE(state().selected(), SpanRow(99'999));
    QTest::keyClick(&canvas, Qt::Key_BracketLeft);
    QCOMPARE(state().selected(), SpanRow(99'998));
    QTest::keyClick(&canvas, Qt::Key_F);
    state().setSubtreeFolded(SpanRow(0), true);
    QCOMPARE(state().selected(), SpanRow(0));
    QVERIFY(!m_view->grab().isNull());
}

void TestTracesWaterfall::aMillionSpansScrollWithoutWalkingThem()
{
    show(test::randomTrace(1'000'000, 3));
    QScrollBar *bar = m_view->canvas().verticalScrollBar();
    QCOMPARE(bar->maximum(), 1'000'000 * kRow - rows()->height());
    for (int i = 0; i < 50; ++i) {
        bar->setValue(bar->maximum() / 50 * i);
        QVERIFY(m_view->canvas().currentLayout().visitedSpans < 40 * 14);
    }
    QVERIFY(!m_view->minimap().strip().marks.empty());
}

void TestTracesWaterfall::anEmptyViewTakesEveryEvent()
{
    m_view->setTrace(nullptr, {});
    WaterfallCanvas &canvas = m_view->canvas();
    for (const int key :
         {Qt::Key_W, Qt::Key_F, Qt::Key_Down, Qt::Key_Left, Qt::Key_Return, Qt::Key_Period, Qt::Key_End})
        QTest::keyClick(&canvas, static_cast<Qt::Key>(key));
    wheel({600, 50}, {0, 120});
    drag(rows(), {600, 50}, {500, 50});
    drag(&m_view->minimap(), {200, 20}, {300, 20});
    drag(&m_view->header(), {600, 10}, {700, 10});
    QCOMPARE(QAccessible::queryAccessibleInterface(&canvas)->childCount(), 0);
    QVERIFY(!m_view->grab().isNull());
}

QTEST_MAIN(TestTracesWaterfall)
#include "tst_traces_waterfall.moc"
