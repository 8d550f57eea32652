// SPDX-License-Identifier: GPL-3.0-or-later
// Finding spans in the open trace, with real keys.
#include "app/tracefiles/open_trace_files.h"
#include "tests/gui/traces_fixture.h"
#include "tests/support/spans_from_text.h"
#include "tests/support/trace_samples.h"
#include "ui/waterfall/find_bar.h"
#include "ui/waterfall/find_session.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QLineEdit>

using namespace tailspan;
using namespace tailspan::waterfall;
using namespace Qt::StringLiterals;

namespace {

const char *const kTree = R"(
    web GET /pay @0ms +100ms
      db SELECT users @10ms +20ms
        disk read @12ms +5ms error
        disk write @18ms +5ms
      cache GET cart @40ms +5ms
      queue send @80ms +10ms
        worker handle @85ms +3ms
)";

} // namespace

class TestFind : public QObject, private test::WaterfallFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::prepareWindows(); }
    void init() { open(); }
    void cleanup() { m_view.reset(); }
    void controlFOpensAndEnterWalksTheHits();
    void shiftEnterGoesBackAndAround();
    void aWrongExpressionIsSaidAndFindsNothing();
    void hidingKeepsAncestorsAndByChoiceWhatIsBelow();
    void goingToAHiddenSpanShowsAllAgain();
    void escapeClosesAndShowsEverything();
    void anotherTraceIsSearchedForTheSame();
    void attributesOfAFileAreFound();
    void theFirstOfManyHitsComesBeforeTheCount();
    void withoutATraceNothingHappens();

private:
    void find(const QString &text);
    QString selected() const;
    FindBar &bar() const { return m_view->findBar(); }
    FindSession &session() const { return m_view->findSession(); }
};

void TestFind::find(const QString &text)
{
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(bar().field().hasFocus());
    QTest::keyClicks(&bar().field(), text);
    QTRY_COMPARE(session().text(), text);
    QTRY_VERIFY(!session().isRunning());
}

QString TestFind::selected() const
{
    if (!m_view->state().selected().isValid())
        return {};
    const std::string_view name = m_view->state().snapshot()->operationOf(m_view->state().selected());
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

void TestFind::controlFOpensAndEnterWalksTheHits()
{
    show(test::spansFromText(kTree));
    QVERIFY(!bar().isVisible());
    find(u"service=disk"_s);
    QCOMPARE(bar().countText(), u"2 hits"_s);
    QTest::keyClick(&bar().field(), Qt::Key_Return);
    QCOMPARE(selected(), u"read"_s);
    QCOMPARE(bar().countText(), u"1 of 2"_s);
    QTest::keyClick(&bar().field(), Qt::Key_Return);
    QCOMPARE(selected(), u"write"_s);
    QTest::keyClick(&bar().field(), Qt::Key_Return);
    QCOMPARE(selected(), u"read"_s);
}

void TestFind::shiftEnterGoesBackAndAround()
{
    show(test::spansFromText(kTree));
    find(u"duration<=5ms"_s);
    QTest::keyClick(&bar().field(), Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(selected(), u"handle"_s);
    QTest::keyClick(&bar().field(), Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(selected(), u"GET cart"_s);
    m_view->canvas().setFocus();
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_N, Qt::ShiftModifier);
    QCOMPARE(selected(), u"write"_s);
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_N);
    QCOMPARE(selected(), u"GET cart"_s);
}

void TestFind::aWrongExpressionIsSaidAndFindsNothing()
{
    show(test::spansFromText(kTree));
    find(u"(GET"_s);
    QCOMPARE(session().hitCount(), 0U);
    QVERIFY(!session().problem().isEmpty());
    QCOMPARE(bar().countText(), QString());
    QTest::keyClick(&bar().field(), Qt::Key_Return);
    QCOMPARE(m_view->state().order().visibleCount(), 7U);
}

void TestFind::hidingKeepsAncestorsAndByChoiceWhatIsBelow()
{
    show(test::spansFromText(kTree));
    find(u"send OR read"_s);
    m_view->canvas().setFocus();
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_H);
    QCOMPARE(m_view->state().order().visibleCount(), 4U); // web, db, read, send
    session().setHiding(true, true);
    QCOMPARE(m_view->state().order().visibleCount(), 5U); // and what send does
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_H);
    QCOMPARE(m_view->state().order().visibleCount(), 7U);
}

void TestFind::goingToAHiddenSpanShowsAllAgain()
{
    show(test::spansFromText(kTree));
    find(u"read"_s);
    session().setHiding(true, false);
    QCOMPARE(m_view->state().order().visibleCount(), 3U);
    m_view->state().select(SpanRow(5));
    QCOMPARE(m_view->state().order().visibleCount(), 7U);
    QVERIFY(!session().isHiding());
    QCOMPARE(session().hitCount(), 1U);
}

void TestFind::escapeClosesAndShowsEverything()
{
    show(test::spansFromText(kTree));
    find(u"read"_s);
    session().setHiding(true, false);
    QTest::keyClick(&bar().field(), Qt::Key_Escape);
    QVERIFY(!bar().isVisible());
    QVERIFY(m_view->canvas().hasFocus());
    QCOMPARE(m_view->state().order().visibleCount(), 7U);
    QVERIFY(m_view->state().hits() == nullptr);
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_F, Qt::ControlModifier); // the text is there again
    QTRY_COMPARE(session().hitCount(), 1U);
}

void TestFind::anotherTraceIsSearchedForTheSame()
{
    show(test::spansFromText(kTree));
    find(u"status=error"_s);
    session().setHiding(true, false);
    show(test::spansFromText("web a @0ms +9ms\n  db b @1ms +2ms error\n  db c @4ms +2ms error\n  db d @6ms +2ms\n"));
    QTRY_COMPARE(session().hitCount(), 2U);
    QTRY_COMPARE(m_view->state().order().visibleCount(), 3U);
}

void TestFind::attributesOfAFileAreFound()
{
    Progress progress;
    show(tracefiles::openTraceBytes(bytes::sourceFromMemory("many", test::jaegerTraces(1, 400, false)), {}, progress)
             .value());
    find(u"http.status_code=~[0-9]"_s);
    QVERIFY(session().hitCount() > 0);
    QCOMPARE(session().problem(), QString());
}

void TestFind::theFirstOfManyHitsComesBeforeTheCount()
{
    show(test::randomTrace(300'000, 7));
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_F, Qt::ControlModifier);
    session().setText(u"NOT status=error"_s);
    QTRY_VERIFY(session().hitCount() > 0);
    session().goNext();
    QVERIFY(m_view->state().selected().isValid());
    QTRY_VERIFY(!session().isRunning());
    const auto errors = static_cast<std::uint32_t>(m_view->state().summary().errorCount);
    QCOMPARE(session().hitCount(), 300'000 - errors);
}

void TestFind::withoutATraceNothingHappens()
{
    QTest::keyClick(m_view->canvas().viewport(), Qt::Key_F, Qt::ControlModifier);
    QVERIFY(!bar().isVisible());
    session().setText(u"x"_s);
    session().setHiding(true, true);
    session().goNext();
    session().goPrevious();
    QCOMPARE(session().hitCount(), 0U);
}

QTEST_MAIN(TestFind)
#include "tst_find.moc"
