// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/open_files.h"
#include "tests/gui/replay_fixture.h"
#include "ui/replay/compare_dialog.h"
#include "ui/replay/compare_pictures.h"
#include "ui/replay/compare_view.h"
#include "ui/replay/heat_difference_view.h"
#include "ui/replay/overlay_view.h"
#include "ui/replay/report_table.h"
#include "ui/replay/run_side_list.h"
#include "ui/replay/trend_plots.h"
#include "ui/replay/trend_view.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/plain_label.h"

#include <QDir>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QUrl>

#include <random>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;
using workspace::RunChoice;

namespace {

constexpr int kRunSeconds = 60;
constexpr int kRequestsPerSecond = 20;
constexpr qint64 kFirstNightMs = 1'793'584'800'000; // 2026-11-02 02:00 UTC

/// A run of JMeter as its CSV: 10 users, log-normal latencies around `medianMs`.
QByteArray jtl(qint64 beginMs, double medianMs, const char *label, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> latency(std::log(medianMs), 0.3);
    QByteArray text = "timeStamp,elapsed,label,responseCode,success,allThreads\n";
    for (int i = 0; i < kRunSeconds * kRequestsPerSecond; ++i) {
        const qint64 start = beginMs + i * 1000 / kRequestsPerSecond;
        text += QByteArray::number(start) + ',' + QByteArray::number(qRound(latency(random))) + ',' + label
            + (i % 100 == 0 ? ",500,false,10\n" : ",200,true,10\n");
    }
    return text;
}

} // namespace

/// Runs of both sides chosen in the dialog, the pictures of a comparison, and the trend of a folder, with real files.
class TestReplayCompare : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void repeatsOfBothSidesAreTestedByRun();
    void whyRunsAreNotComparableIsSaidBeforeComparing();
    void filesAreDroppedAndRemoved();
    void whatWasChosenIsOfferedAgain();
    void theLeastChangeIsEdited();
    void picturesReadBothSides();
    void aFolderOfTenShowsItsTrend();
    void aRunOfTheTrendIsOpened();
    void anEmptyFolderIsSaid();

private:
    QString write(const QString &name, const QByteArray &text);
    void open(const QString &path);
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(m_page->isSettled() && !m_workspace->isOpening(), 20000); }
    CompareDialog *dialog();
    template <class T>
    T *find(const char *name)
    {
        return m_page->findChild<T *>(QLatin1StringView(name));
    }

    QTemporaryDir m_folder;
    QString m_fast;    ///< A folder of five runs.
    QString m_slow;    ///< Five runs that are 40 % slower.
    QString m_nightly; ///< Twelve runs, slower from the eighth on.
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<ReplayPage> m_page;
};

QString TestReplayCompare::write(const QString &name, const QByteArray &text)
{
    QFile file(m_folder.filePath(name));
    QDir().mkpath(QFileInfo(file).path());
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(text);
    return file.fileName();
}

void TestReplayCompare::initTestCase()
{
    test::ReplayFixture::prepare();
    m_fast = m_folder.filePath(u"fast"_s);
    m_slow = m_folder.filePath(u"slow"_s);
    m_nightly = m_folder.filePath(u"nightly"_s);
    for (unsigned i = 0; i < 5; ++i) {
        write(u"fast/run-%1.jtl"_s.arg(i), jtl(kFirstNightMs + i * 3'600'000LL, 60, "Login", i));
        write(u"slow/run-%1.jtl"_s.arg(i), jtl(kFirstNightMs + (i + 10) * 3'600'000LL, 84, "Login", i + 50));
    }
    for (unsigned i = 0; i < 12; ++i)
        write(u"nightly/night-%1.jtl"_s.arg(i, 2, 10, QLatin1Char('0')),
              jtl(kFirstNightMs + i * 86'400'000LL, i < 7 ? 60 : 90, "Login", i + 100));
}

void TestReplayCompare::init()
{
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_workspace = std::make_unique<workspace::Workspace>(*m_settings);
    m_page = std::make_unique<ReplayPage>(*m_workspace);
    m_page->resize(1300, 900);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestReplayCompare::cleanup()
{
    m_page.reset();
    m_workspace.reset();
}

void TestReplayCompare::open(const QString &path)
{
    QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
    m_workspace->open({path});
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20000);
    settle();
}

CompareDialog *TestReplayCompare::dialog()
{
    m_page->showView(u"compare"_s);
    return find<CompareView>("compareView")->chooseRuns();
}

void TestReplayCompare::repeatsOfBothSidesAreTestedByRun()
{
    open(m_slow + u"/run-0.jtl"_s);
    CompareDialog *asked = dialog();
    auto *compare = asked->findChild<QPushButton *>(u"compare"_s);
    QVERIFY(!compare->isEnabled());
    asked->side(RunChoice::Side::Before).setPaths({m_fast});
    asked->side(RunChoice::Side::After).setPaths({m_slow}); // the open run is one of them, and counts once
    QTRY_VERIFY_WITH_TIMEOUT(asked->said().contains(u"Mann-Whitney"), 20000);
    QVERIFY2(asked->said().contains(u"5 and 5 runs"), qPrintable(asked->said()));
    QVERIFY2(asked->side(RunChoice::Side::Before).found().startsWith(u"5 runs, JMeter"),
             qPrintable(asked->side(RunChoice::Side::Before).found()));
    QTest::mouseClick(compare, Qt::LeftButton);
    settle();
    const loadtest::Comparison *comparison = m_workspace->analysis().comparison();
    QVERIFY(comparison != nullptr);
    QCOMPARE(comparison->verdict, loadtest::ChangeVerdict::Regression);
    QVERIFY(comparison->metrics.front().pValue && *comparison->metrics.front().pValue < 0.05);
    QCOMPARE(comparison->shift.size(), std::size_t(99));
    QVERIFY(std::all_of(comparison->shift.begin(), comparison->shift.end(),
                        [](const auto &one) { return one.lowNs <= one.highNs; }));
    QCOMPARE(m_workspace->analysis().current().size(), std::size_t(5));
    open(m_fast + u"/run-0.jtl"_s); // of the same name, but the repeats were those of the other run
    QCOMPARE(m_workspace->analysis().current().size(), std::size_t(1));
    QCOMPARE(m_workspace->analysis().baseline().size(), std::size_t(5));
}

void TestReplayCompare::whyRunsAreNotComparableIsSaidBeforeComparing()
{
    const QString other = write(u"other.jtl"_s, jtl(kFirstNightMs, 60, "Checkout", 9));
    open(m_slow + u"/run-0.jtl"_s);
    CompareDialog *asked = dialog();
    asked->side(RunChoice::Side::Before).setPaths({other});
    const auto *chip = asked->findChild<widgets::Chip *>(u"comparable"_s);
    QTRY_COMPARE_WITH_TIMEOUT(chip->text(), u"not comparable"_s, 20000);
    QVERIFY2(asked->said().contains(u"The endpoint Checkout"), qPrintable(asked->said()));
    asked->side(RunChoice::Side::Before).setPaths({m_folder.filePath(u"absent.jtl"_s)});
    QTRY_VERIFY_WITH_TIMEOUT(asked->side(RunChoice::Side::Before).found().contains(u"absent.jtl"), 20000);
    QVERIFY(!asked->findChild<QPushButton *>(u"compare"_s)->isEnabled());
    asked->reject();
}

void TestReplayCompare::filesAreDroppedAndRemoved()
{
    open(m_slow + u"/run-0.jtl"_s);
    CompareDialog *asked = dialog();
    RunSideList &before = asked->side(RunChoice::Side::Before);
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_fast), QUrl::fromLocalFile(m_slow + u"/run-1.jtl"_s)});
    QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&before, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&before, &drop);
    QCOMPARE(before.paths().size(), 2);
    QTRY_VERIFY_WITH_TIMEOUT(before.found().startsWith(u"6 runs"), 20000);
    auto *list = before.findChild<QListWidget *>();
    list->setFocus();
    list->item(1)->setSelected(true);
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(before.paths(), QStringList{m_fast});
    RunSideList &after = asked->side(RunChoice::Side::After);
    auto *afterList = after.findChild<QListWidget *>();
    QVERIFY(afterList->item(0)->text().contains(u"the open run"));
    afterList->setFocus();
    afterList->item(0)->setSelected(true);
    QTest::keyClick(afterList, Qt::Key_Delete);
    QCOMPARE(afterList->count(), 0);
    QTRY_VERIFY_WITH_TIMEOUT(!asked->findChild<QPushButton *>(u"compare"_s)->isEnabled(), 20000);
    asked->reject();
}

void TestReplayCompare::whatWasChosenIsOfferedAgain()
{
    open(m_slow + u"/run-0.jtl"_s);
    m_workspace->compareWith({m_fast});
    settle();
    QCOMPARE(m_settings->value().recentRuns, QList<QStringList>{QStringList{m_fast}});
    CompareDialog *asked = dialog();
    RunSideList &before = asked->side(RunChoice::Side::Before);
    QAction *recent = nullptr;
    for (QAction *action : before.findChildren<QAction *>()) {
        if (action->text() == u"fast/"_s)
            recent = action;
    }
    QVERIFY(recent != nullptr);
    recent->trigger();
    QCOMPARE(before.paths(), QStringList{m_fast});
    asked->reject();
}

void TestReplayCompare::theLeastChangeIsEdited()
{
    open(m_slow + u"/run-0.jtl"_s);
    m_page->showView(u"compare"_s);
    m_workspace->compareWith({m_fast + u"/run-0.jtl"_s});
    settle();
    QCOMPARE(m_workspace->analysis().comparison()->verdict, loadtest::ChangeVerdict::Regression);
    auto *field = find<QDoubleSpinBox>("leastChange");
    QVERIFY(field->isVisible());
    field->setValue(90);
    QVERIFY(!m_page->isSettled());
    settle();
    QVERIFY(m_workspace->analysis().comparison()->verdict != loadtest::ChangeVerdict::Regression);
}

void TestReplayCompare::picturesReadBothSides()
{
    open(m_slow + u"/run-0.jtl"_s);
    QVERIFY(m_page->showView(u"compare-time:"_s + m_fast + u"/run-0.jtl"_s));
    settle();
    auto *overlay = find<OverlayView>("overlayView");
    QVERIFY(overlay->isVisible());
    QCOMPARE(overlay->picture().plots[0].lines.size(), std::size_t(2));
    overlay->setFocus();
    QTest::keyClick(overlay, Qt::Key_Right);
    QVERIFY2(overlay->reading().contains(u"before 10 users") && overlay->reading().contains(u"after 10 users"),
             qPrintable(overlay->reading()));
    QVERIFY(m_page->showView(u"compare-heat"_s));
    auto *heat = find<HeatDifferenceView>("heatDifferenceView");
    QVERIFY(heat->isVisible() && !heat->heat().isEmpty());
    QVERIFY(heat->heat().difference.significantTiles > 0);
    std::uint32_t row = 0;
    for (std::uint32_t one = 0; one < heat->heat().after.rows.count(); ++one) {
        if (heat->heat().after.count(4, one) > heat->heat().after.count(4, row))
            row = one;
    }
    QTest::mouseMove(heat, heat->placeOf(4, row).toPoint());
    const QString counts = u": %1 before"_s.arg(heat->heat().before.count(4, row));
    QTRY_VERIFY2(heat->reading().contains(counts), qPrintable(heat->reading()));
    heat->setFocus();
    QTest::keyClick(heat, Qt::Key_Up);
    QVERIFY(!heat->reading().contains(counts)
            || heat->heat().before.count(4, row + 1) == heat->heat().before.count(4, row));
}

void TestReplayCompare::aFolderOfTenShowsItsTrend()
{
    open(m_slow + u"/run-0.jtl"_s);
    CompareDialog *asked = dialog();
    asked->side(RunChoice::Side::Before).setPaths({m_nightly});
    auto *trend = asked->findChild<QPushButton *>(u"showTrend"_s);
    QTRY_VERIFY_WITH_TIMEOUT(trend->isVisible(), 20000);
    QTest::mouseClick(trend, Qt::LeftButton);
    settle();
    const auto *view = find<TrendView>("trendView");
    QVERIFY(view->isVisible());
    QVERIFY2(view->headline().startsWith(u"12 runs, 2026-11-02 to 2026-11-13"), qPrintable(view->headline()));
    const auto *plots = find<TrendPlots>("trendPlots");
    QCOMPARE(plots->picture().runPx.size(), std::size_t(12));
    QCOMPARE(plots->picture().plots[0].marks.size(), std::size_t(1));
    QCOMPARE(plots->picture().plots[0].marks[0].run, std::size_t(7));
    const auto *table = find<ReportTable>("trendTable");
    QCOMPARE(table->model()->rowCount(), 12);
    QVERIFY(table->model()->index(7, 7).data().toString().contains(u"p95 +"));
}

void TestReplayCompare::aRunOfTheTrendIsOpened()
{
    QVERIFY(m_page->showView(u"trend:"_s + m_nightly));
    settle();
    QTRY_VERIFY_WITH_TIMEOUT(m_workspace->report() && !m_workspace->isOpening(), 20000); // the newest one
    QCOMPARE(m_workspace->report()->fileName, std::string("night-11.jtl"));
    settle();
    auto *plots = find<TrendPlots>("trendPlots");
    QVERIFY(plots->isVisible());
    QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
    QTest::mouseMove(plots, plots->placeOf(3).toPoint());
    QTRY_VERIFY2(plots->reading().startsWith(u"night-03.jtl, 2026-11-05 02:00 UTC: p50 "),
                 qPrintable(plots->reading()));
    QTest::mouseClick(plots, Qt::LeftButton, {}, plots->placeOf(3).toPoint());
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20000);
    QCOMPARE(m_workspace->report()->fileName, std::string("night-03.jtl"));
    settle();
    QVERIFY(plots->isVisible()); // the trend stays
    plots->setFocus();
    QTest::keyClick(plots, Qt::Key_Right);
    QCOMPARE(plots->currentRun(), std::optional(std::size_t(4)));
    QCOMPARE(find<ReportTable>("trendTable")->currentIndex().row(), 4);
    QTest::keyClick(plots, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, 20000);
    QCOMPARE(m_workspace->report()->fileName, std::string("night-04.jtl"));
    m_workspace->trend().drop();
    QVERIFY(!plots->isVisible());
}

void TestReplayCompare::anEmptyFolderIsSaid()
{
    open(m_slow + u"/run-0.jtl"_s);
    const QString empty = m_folder.filePath(u"empty"_s);
    QDir().mkpath(empty);
    m_page->showView(u"trend:"_s + empty);
    settle();
    const auto *error = find<widgets::PlainLabel>("trendError");
    QVERIFY(error->isVisible());
    QVERIFY2(error->text().contains(u"folder without a load-test report"), qPrintable(error->text()));
}

QTEST_MAIN(TestReplayCompare)
#include "tst_replay_compare.moc"
