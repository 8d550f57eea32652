// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/replay_fixture.h"
#include "ui/replay/scrubber.h"

#include <QPushButton>
#include <QToolButton>
#include <QWheelEvent>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;
using test::second;

namespace {

void wheel(QWidget &widget, QPoint at, int delta, Qt::KeyboardModifiers modifiers = {})
{
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

} // namespace

class TestReplayLanes : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void spacePlaysAndTheHeadMovesInRealTime();
    void playingStopsAtTheEndAndStartsOver();
    void keysStepAndJump();
    void numberKeysSetTheSpeed();
    void theWheelKeepsTheTimeUnderThePointer();
    void shiftAndTheWheelPan();
    void zoomIsOneUndoableStepSharedWithTheTimeBar();
    void fAndADoubleClickShowTheWholeRun();
    void aPressMovesTheHeadAndTheScrubberDrags();
    void thePointersMomentIsSharedWithOtherPages();
    void theLanesSurviveOddReports_data();
    void theLanesSurviveOddReports();
};

void TestReplayLanes::spacePlaysAndTheHeadMovesInRealTime()
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

void TestReplayLanes::playingStopsAtTheEndAndStartsOver()
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

void TestReplayLanes::keysStepAndJump()
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

void TestReplayLanes::numberKeysSetTheSpeed()
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

void TestReplayLanes::theWheelKeepsTheTimeUnderThePointer()
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

void TestReplayLanes::shiftAndTheWheelPan()
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

void TestReplayLanes::zoomIsOneUndoableStepSharedWithTheTimeBar()
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

void TestReplayLanes::fAndADoubleClickShowTheWholeRun()
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

void TestReplayLanes::aPressMovesTheHeadAndTheScrubberDrags()
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

void TestReplayLanes::thePointersMomentIsSharedWithOtherPages()
{
    open(test::sampleRun(100));
    const QRect area = lanes().timeArea();
    QTest::mouseMove(&lanes(), QPoint(area.left() + area.width() / 4, area.center().y()));
    QVERIFY(state().hover().has_value());
    QVERIFY(std::abs((*m_workspace->moment() - second(25)).toSeconds()) < 0.5);
    QCOMPARE(state().head(), second(0));      // looking moves nothing
    QTest::keyClick(&lanes(), Qt::Key_Right); // a pointer at rest does not hold the numbers
    QCOMPARE(m_workspace->moment(), std::optional(second(1)));
    m_workspace->setMoment(second(70));
    QCOMPARE(state().hover(), std::optional(second(70)));
    m_workspace->setMoment(second(7000)); // not in this run
    QVERIFY(!state().hover().has_value());
}

void TestReplayLanes::theLanesSurviveOddReports_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("one bucket") << 0;
    QTest::newRow("no users, failures or latencies") << 1;
    QTest::newRow("no clock") << 2;
    QTest::newRow("latencies of 0 and of hours") << 3;
    QTest::newRow("times near the end of int64") << 4;
    QTest::newRow("a gap of years") << 5;
}

void TestReplayLanes::theLanesSurviveOddReports()
{
    QFETCH(int, which);
    loadtest::LoadTestReport report = test::sampleRun(which == 0 ? 1 : 30);
    if (which == 1) {
        report.contents = {true, false, false, false, false, loadtest::LatencyDetail::None, true};
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

QTEST_MAIN(TestReplayLanes)
#include "tst_replay_lanes.moc"
