// SPDX-License-Identifier: GPL-3.0-or-later
// Events of spans as rows: shown and hidden with real keys, walked, undone, and said where there are none.
#include "app/tracefiles/open_trace_files.h"
#include "models/trace/event_marks.h"
#include "tests/gui/traces_fixture.h"
#include "ui/waterfall/event_ticks.h"
#include "ui/waterfall/waterfall_painter.h"

#include <QToolTip>

using namespace tailspan;
using namespace Qt::StringLiterals;

namespace {

const char *const kFile = R"({"data":[{"traceID":"aa","spans":[
{"traceID":"aa","spanID":"1","operationName":"POST /pay","startTime":1700000000000000,"duration":120000,
 "processID":"p1","logs":[
  {"timestamp":1700000000060000,"fields":[{"key":"event","value":"retry token=ey.verysecret1234"}]},
  {"timestamp":1700000000012000,"fields":[{"key":"event","value":"cache miss"}]}]},
{"traceID":"aa","spanID":"2","operationName":"SELECT users","references":[{"refType":"CHILD_OF","traceID":"aa",
 "spanID":"1"}],"startTime":1700000000010000,"duration":80000,"processID":"p1"}],
"processes":{"p1":{"serviceName":"web"}}}]})";

} // namespace

class TestEventRows : public QObject, private test::TracesFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init()
    {
        show();
        Progress progress;
        open(tracefiles::openTraceBytes(bytes::sourceFromMemory("pay.json", kFile), {}, progress).value());
        view()->canvas().setFocus();
    }
    void cleanup() { close(); }

    void eShowsTheEventsInTheirOrderAndHidesThem()
    {
        QTest::keyClick(&view()->canvas(), Qt::Key_E);
        QTRY_COMPARE(order().visibleCount(), 4U);
        QCOMPARE(nameAt(1), u"event cache miss"_s);
        QVERIFY2(nameAt(2).startsWith(u"event retry"_s), qPrintable(nameAt(2)));
        QVERIFY(!nameAt(2).contains(u"verysecret"_s));
        QCOMPARE(waterfall::rowValue(*state().snapshot(), order(), order().entryAt(1)),
                 u"+12 ms after the start of web POST /pay"_s);
        QVERIFY(!view()->grab().isNull());
        QTest::keyClick(&view()->canvas(), Qt::Key_E);
        QCOMPARE(order().visibleCount(), 2U);
    }

    void theyAreWalkedAndStandForTheirSpan()
    {
        QTest::keyClick(&view()->canvas(), Qt::Key_E);
        QTRY_COMPARE(order().visibleCount(), 4U);
        QTest::keyClick(&view()->canvas(), Qt::Key_Down);
        QVERIFY(state().selectedEntry().isEvent());
        QCOMPARE(selectedOperation(), u"POST /pay"_s);
        QTest::keyClick(&view()->canvas(), Qt::Key_Down);
        QTest::keyClick(&view()->canvas(), Qt::Key_Down);
        QCOMPARE(selectedOperation(), u"SELECT users"_s);
        QTest::keyClick(&view()->canvas(), Qt::Key_Up);
        QTest::keyClick(&view()->canvas(), Qt::Key_Left);
        QVERIFY(state().selectedEntry().isSpan());
        QCOMPARE(selectedOperation(), u"POST /pay"_s);
        // By mouse, and the selected event goes with its row.
        QTest::mouseClick(view()->canvas().viewport(), Qt::LeftButton, {}, view()->canvas().rowRect(2).center());
        QVERIFY(state().selectedEntry().isEvent());
        QTest::keyClick(&view()->canvas(), Qt::Key_E);
        QVERIFY(state().selectedEntry().isSpan());
        QCOMPARE(selectedOperation(), u"POST /pay"_s);
    }

    void theyAreAStepOfUndo()
    {
        QTest::keyClick(&view()->canvas(), Qt::Key_E);
        QTRY_COMPARE(order().visibleCount(), 4U);
        m_workspace->history().undo();
        QCOMPARE(order().visibleCount(), 2U);
        m_workspace->history().redo();
        QCOMPARE(order().visibleCount(), 4U);
    }

    void aSpanWithoutEventsSaysSo()
    {
        QTest::keyClick(&view()->canvas(), Qt::Key_Down);
        QSignalSpy said(&view()->canvas().events(), &waterfall::EventTicks::noRows);
        QTest::keyClick(&view()->canvas(), Qt::Key_E);
        QTRY_COMPARE(said.size(), 1);
        QCOMPARE(said[0][1].toString(), u"This span has no events."_s);
        QCOMPARE(order().visibleCount(), 2U);
    }

private:
    waterfall::WaterfallState &state() const { return view()->state(); }
    const layout::RowOrder &order() const { return state().order(); }
    QString nameAt(std::uint32_t place) const
    {
        return waterfall::rowName(*state().snapshot(), order(), order().entryAt(place));
    }
};

QTEST_MAIN(TestEventRows)
#include "tst_event_rows.moc"
