// SPDX-License-Identifier: GPL-3.0-or-later
// Lanes are moved, hidden, made higher and given other axes, by the pointer and by the keyboard, and stay so.
#include "tests/gui/replay_fixture.h"
#include "ui/replay/lane_menu.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QTemporaryDir>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;

class TestReplayArrange : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void aTitleIsDraggedToAnotherPlace();
    void anEdgeIsDraggedForTheHeight();
    void theButtonListsAllLanesAndHidesThem();
    void aTitleOpensTheMenuOfItsLane();
    void theKeyboardReachesEverything();
    void axesAreLogarithmicOrFitted();
    void theChoiceIsKept();
    void aDragOverThePlotsStillScrubs();

private:
    [[nodiscard]] QMenu &lanesMenu() const
    {
        QMenu &menu = *m_page->findChild<LanesButton *>()->menu();
        Q_EMIT menu.aboutToShow();
        return menu;
    }
    /// The action of that text, in a menu of that title below the menu where one is given.
    static QAction *actionIn(const QMenu &menu, const QString &text, const QString &below = {})
    {
        for (QAction *action : menu.actions()) {
            if (!below.isEmpty() && action->menu() != nullptr && action->text() == below)
                return actionIn(*action->menu(), text);
            if (below.isEmpty() && action->menu() == nullptr && action->text().section(u'\t', 0, 0) == text)
                return action;
        }
        return nullptr;
    }
    [[nodiscard]] QMenu *openMenu() const { return m_page->findChild<QMenu *>(u"laneMenu"_s); }
    [[nodiscard]] QPoint titleOf(const QString &id) const { return lanes().titleRect(*lane(id)).center(); }
    [[nodiscard]] int topOf(const QString &id) const { return lanes().titleRect(*lane(id)).top(); }
};

void TestReplayArrange::aTitleIsDraggedToAnotherPlace()
{
    open(test::sampleRun(60));
    const QStringList usual{u"users"_s, u"requests"_s, u"latency"_s, u"errors"_s};
    QCOMPARE(shownLanes(), usual);
    const TimePoint head = state().head();
    QTest::mousePress(&lanes(), Qt::LeftButton, {}, titleOf(u"latency"_s));
    QTest::mouseMove(&lanes(), titleOf(u"requests"_s));
    QVERIFY(lanes().dropLinePx().has_value());
    QTest::mouseMove(&lanes(), titleOf(u"users"_s));
    QTest::mouseRelease(&lanes(), Qt::LeftButton, {}, titleOf(u"users"_s));
    QCOMPARE(shownLanes(), (QStringList{u"latency"_s, u"users"_s, u"requests"_s, u"errors"_s}));
    QVERIFY(!lanes().dropLinePx().has_value());
    QVERIFY(topOf(u"latency"_s) < topOf(u"users"_s));
    QCOMPARE(state().head(), head); // a title is no place in time
    actionIn(lanesMenu(), u"All lanes as usual"_s)->trigger();
    QCOMPARE(shownLanes(), usual);
    QVERIFY(openMenu() == nullptr); // a drag is no click
}

void TestReplayArrange::anEdgeIsDraggedForTheHeight()
{
    open(test::sampleRun(60));
    const int before = topOf(u"latency"_s) - topOf(u"requests"_s);
    const int errors = topOf(u"errors"_s);
    const QPoint edge(300, topOf(u"latency"_s) - 3); // in the gap above it
    const TimePoint head = state().head();
    QTest::mousePress(&lanes(), Qt::LeftButton, {}, edge);
    QTest::mouseMove(&lanes(), edge + QPoint(0, 20));
    QTest::mouseMove(&lanes(), edge + QPoint(0, 40));
    QTest::mouseRelease(&lanes(), Qt::LeftButton, {}, edge + QPoint(0, 40));
    const int after = topOf(u"latency"_s) - topOf(u"requests"_s);
    QVERIFY2(std::abs(after - before - 40) <= 6, qPrintable(QString::number(after - before)));
    QVERIFY(std::abs(topOf(u"errors"_s) - errors) <= 4); // only the neighbour gave way
    QCOMPARE(state().head(), head);
    QVERIFY(m_settings->value().replayLanes.lanes.value(u"requests"_s).height > 1);
    QVERIFY(m_settings->value().replayLanes.lanes.value(u"latency"_s).height < 1);
}

void TestReplayArrange::theButtonListsAllLanesAndHidesThem()
{
    open(test::sampleRun(60));
    QAction *errors = actionIn(lanesMenu(), u"Errors"_s);
    QVERIFY(errors->isChecked());
    errors->trigger();
    QCOMPARE(shownLanes(), (QStringList{u"users"_s, u"requests"_s, u"latency"_s}));
    m_page->grab();
    errors = actionIn(lanesMenu(), u"Errors"_s);
    QVERIFY(!errors->isChecked());
    for (const QString &name : {u"Users"_s, u"Requests/s"_s, u"Latency"_s})
        actionIn(lanesMenu(), name)->trigger();
    QVERIFY(shownLanes().isEmpty());
    settle();
    QVERIFY(!m_page->grab().isNull());
    actionIn(lanesMenu(), u"Errors"_s)->trigger();
    QCOMPARE(shownLanes(), QStringList{u"errors"_s});
    settle();
    QVERIFY(actionIn(lanesMenu(), u"Show this lane"_s, u"Latency"_s) != nullptr);
    actionIn(lanesMenu(), u"Tall"_s, u"Errors"_s)->trigger();
    QCOMPARE(m_settings->value().replayLanes.lanes.value(u"errors"_s).height, 2.0);
}

void TestReplayArrange::aTitleOpensTheMenuOfItsLane()
{
    open(test::sampleRun(60));
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, titleOf(u"users"_s));
    QVERIFY(openMenu() != nullptr && openMenu()->isVisible());
    QVERIFY(!actionIn(*openMenu(), u"Move up"_s)->isEnabled()); // it is the first
    QVERIFY(actionIn(*openMenu(), u"Logarithmic axis"_s) != nullptr);
    actionIn(*openMenu(), u"Move down"_s)->trigger();
    QCOMPARE(shownLanes().first(), u"requests"_s);
    openMenu()->close();
    QTRY_VERIFY(openMenu() == nullptr);
    QTest::mouseClick(&lanes(), Qt::LeftButton, {}, titleOf(u"latency"_s));
    QVERIFY(actionIn(*openMenu(), u"Logarithmic axis"_s) == nullptr); // it is always so
    actionIn(*openMenu(), u"Hide this lane"_s)->trigger();
    QVERIFY(!shownLanes().contains(u"latency"_s));
    openMenu()->close();
}

void TestReplayArrange::theKeyboardReachesEverything()
{
    open(test::sampleRun(60));
    QVERIFY(lanes().hasFocus());
    QVERIFY(lanes().currentLane() == nullptr);
    QTest::keyClick(&lanes(), Qt::Key_Down);
    QTest::keyClick(&lanes(), Qt::Key_Down);
    QCOMPARE(lanes().currentLane()->id(), u"requests"_s);
    QVERIFY(lanes().accessibleDescription().contains(u"Requests/s"_s));
    QTest::keyClick(&lanes(), Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(&lanes(), Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(&lanes(), Qt::Key_Down, Qt::AltModifier); // it is the last
    QCOMPARE(shownLanes(), (QStringList{u"users"_s, u"latency"_s, u"errors"_s, u"requests"_s}));
    QTest::keyClick(&lanes(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(shownLanes().last(), u"errors"_s);
    QContextMenuEvent menuKey(QContextMenuEvent::Keyboard, QPoint(5, 5), lanes().mapToGlobal(QPoint(5, 5)));
    QApplication::sendEvent(&lanes(), &menuKey);
    QVERIFY(openMenu() != nullptr);
    QVERIFY(actionIn(*openMenu(), u"Move up"_s)->isEnabled());
    QTest::keyClick(openMenu(), Qt::Key_Escape);
    QTest::keyClick(&lanes(), Qt::Key_Right); // steps in time as before
    QCOMPARE(state().head(), test::second(1));
    QCOMPARE(m_page->findChild<LanesButton *>()->focusPolicy(), Qt::TabFocus);
}

void TestReplayArrange::axesAreLogarithmicOrFitted()
{
    open(test::sampleRun(60));
    QCOMPARE(lane(u"users"_s)->axis().low, 0.0);
    actionIn(lanesMenu(), u"Logarithmic axis"_s, u"Users"_s)->trigger();
    QVERIFY(lane(u"users"_s)->axis().isLogarithmic);
    QVERIFY(lane(u"users"_s)->axis().high < 2); // 60 users
    actionIn(lanesMenu(), u"Linear axis"_s, u"Users"_s)->trigger();
    actionIn(lanesMenu(), u"Axis from the lowest value"_s, u"Requests/s"_s)->trigger();
    QVERIFY(!lane(u"users"_s)->axis().isLogarithmic);
    QVERIFY(lane(u"requests"_s)->axis().low > 5); // 10 in each second
    QVERIFY(actionIn(lanesMenu(), u"Logarithmic axis"_s, u"Errors"_s) == nullptr);
    QVERIFY(!m_page->grab().isNull());
}

void TestReplayArrange::theChoiceIsKept()
{
    open(test::sampleRun(60));
    actionIn(lanesMenu(), u"Small"_s, u"Users"_s)->trigger();
    actionIn(lanesMenu(), u"Move up"_s, u"Errors"_s)->trigger();
    const settings::Settings kept = m_settings->value();
    close();
    show();
    m_settings->edit() = kept;
    close();
    const QTemporaryDir folder;
    settings::SettingsStore written(folder.filePath(u"settings.json"_s));
    written.edit() = kept;
    QVERIFY(written.save().has_value());
    written.load();
    show();
    m_settings->edit() = written.value();
    m_page.reset();
    m_page = std::make_unique<ReplayPage>(*m_workspace);
    m_page->resize(1100, 800);
    m_page->show();
    open(test::sampleRun(30));
    QCOMPARE(shownLanes(), (QStringList{u"users"_s, u"requests"_s, u"errors"_s, u"latency"_s}));
    QVERIFY(topOf(u"requests"_s) - topOf(u"users"_s) < topOf(u"errors"_s) - topOf(u"requests"_s));
}

void TestReplayArrange::aDragOverThePlotsStillScrubs()
{
    open(test::sampleRun(100));
    const QRect area = lanes().timeArea();
    const QPoint middle(area.left() + area.width() / 2, topOf(u"latency"_s) + 30);
    QTest::mousePress(&lanes(), Qt::LeftButton, {}, middle);
    QTest::mouseMove(&lanes(), middle + QPoint(area.width() / 4, 0));
    QTest::mouseRelease(&lanes(), Qt::LeftButton, {}, middle + QPoint(area.width() / 4, 0));
    QVERIFY(std::abs((state().head() - test::second(75)).toSeconds()) < 0.5);
}

QTEST_MAIN(TestReplayArrange)
#include "tst_replay_arrange.moc"
