// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/open_files.h"
#include "models/items/run_comparison_model.h"
#include "tests/gui/replay_fixture.h"
#include "tests/support/load_simulation.h"
#include "ui/replay/capacity_plots.h"
#include "ui/replay/capacity_view.h"
#include "ui/replay/compare_view.h"
#include "ui/replay/report_table.h"
#include "ui/replay/shift_view.h"
#include "ui/widgets/chip_row.h"
#include "ui/widgets/plain_label.h"

#include <QClipboard>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QToolButton>

#include <algorithm>
#include <cmath>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;

namespace {

QString sample(const char *name)
{
    return QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/data/reports/") + QLatin1String(name);
}

} // namespace

/// Comparison, capacity and own limits with files as users have them; the fixture's own opener is not used.
class TestReplayViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { test::ReplayFixture::prepare(); }
    void init();
    void cleanup();
    void anEmptyComparisonOffersToChooseRuns();
    void aSlowerRunIsCalledSlower();
    void aRunIsNotSlowerThanItself();
    void aBaselineThatCannotBeReadIsSaidAndDropped();
    void whatIsNoRampShowsNoCapacity();
    void aLimitIsTypedAndAWrongOneIsSaid();
    void aRampShowsItsKneeAndTheLargestLoad();
    void ownLimitsJoinTheVerdictsAndJumpToTheirBreach();
    void aBrokenFileOfLimitsIsSaid();
    void tabsLeadToTheViews();

private:
    void open(const char *name);
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(m_page->isSettled() && !m_workspace->isOpening(), 20000); }
    QString writeLimits(const char *text);
    template <class T>
    T *find(const QString &name)
    {
        return m_page->findChild<T *>(name);
    }

    QTemporaryDir m_folder;
    loadtest::LoadTestReportPtr m_simulated; ///< Opened in place of a file.
    std::unique_ptr<settings::SettingsStore> m_settings;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<ReplayPage> m_page;
};

void TestReplayViews::init()
{
    m_settings = std::make_unique<settings::SettingsStore>(QString());
    m_simulated.reset();
    m_workspace =
        std::make_unique<workspace::Workspace>(*m_settings,
                                               [this](const std::vector<std::string> &paths, std::stop_token stop,
                                                      Progress &progress) -> Result<workspace::Opened> {
                                                   if (!m_simulated)
                                                       return workspace::openFiles(paths, std::move(stop), progress);
                                                   workspace::Opened opened;
                                                   opened.report = m_simulated;
                                                   return opened;
                                               });
    m_page = std::make_unique<ReplayPage>(*m_workspace);
    m_page->resize(1200, 800);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestReplayViews::cleanup()
{
    m_page.reset();
    m_workspace.reset();
}

void TestReplayViews::open(const char *name)
{
    QSignalSpy finished(m_workspace.get(), &workspace::Workspace::openFinished);
    m_workspace->open({sample(name)});
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20000);
    settle();
}

QString TestReplayViews::writeLimits(const char *text)
{
    QFile file(m_folder.filePath(u"limits.yaml"_s));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(text);
    return file.fileName();
}

void TestReplayViews::anEmptyComparisonOffersToChooseRuns()
{
    open("k6-v0.48-runA.ndjson.gz");
    QVERIFY(m_page->showView(u"compare"_s));
    QVERIFY(!m_page->showView(u"nothing"_s));
    bool isOffered = false;
    for (const QPushButton *button : m_page->findChildren<QPushButton *>())
        isOffered = isOffered || (button->isVisible() && button->text().startsWith(u"Choose runs"));
    QVERIFY(isOffered);
    QVERIFY(!find<ReportTable>(u"comparisonTable"_s)->isVisible());
}

void TestReplayViews::aSlowerRunIsCalledSlower()
{
    open("k6-v0.48-runB-slower.ndjson.gz");
    QVERIFY(m_page->showView(u"compare"_s));
    QSignalSpy changed(&m_workspace->analysis(), &workspace::RunAnalysis::baselineChanged);
    m_workspace->compareWith({sample("k6-v0.48-runA.ndjson.gz")});
    QVERIFY(!m_page->isSettled());
    settle();
    QCOMPARE(changed.size(), 1);
    const loadtest::Comparison *comparison = m_workspace->analysis().comparison();
    QVERIFY(comparison != nullptr);
    QCOMPARE(comparison->verdict, loadtest::ChangeVerdict::Regression);
    const QString headline = find<CompareView>(u"compareView"_s)->headline();
    QVERIFY2(headline.startsWith(u"p95 got ") && headline.contains(u"slower"), qPrintable(headline));
    auto *table = find<ReportTable>(u"comparisonTable"_s);
    QCOMPARE(table->model()->rowCount(), static_cast<int>(comparison->metrics.size()));
    table->sortByColumn(items::RunComparisonModel::VerdictColumn, Qt::AscendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"regression"_s);
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().startsWith(u"Verdict\tEndpoint\tFigure"));
    const auto *shift = find<ShiftView>(u"shiftView"_s);
    QCOMPARE(shift->picture().line.size(), comparison->shift.size());
    QVERIFY2(shift->reading().startsWith(u"p95: "), qPrintable(shift->reading()));
    bool isVarianceSaid = false;
    for (const std::string &note : comparison->notes)
        isVarianceSaid = isVarianceSaid || note.find("run-to-run variance") != std::string::npos;
    QVERIFY(isVarianceSaid);
}

void TestReplayViews::aRunIsNotSlowerThanItself()
{
    open("k6-v0.48-runA.ndjson.gz");
    m_workspace->compareWith({sample("k6-v0.48-runA.ndjson.gz")});
    settle();
    QVERIFY(m_workspace->analysis().comparison() != nullptr);
    QVERIFY(m_workspace->analysis().comparison()->verdict != loadtest::ChangeVerdict::Regression);
    m_workspace->closeAll();
    QVERIFY(m_workspace->analysis().comparison() == nullptr);
    QVERIFY(!m_workspace->analysis().baseline().empty()); // the next run is compared with it too
}

void TestReplayViews::aBaselineThatCannotBeReadIsSaidAndDropped()
{
    open("k6-v0.48-runA.ndjson.gz");
    QVERIFY(m_page->showView(u"compare"_s));
    m_workspace->compareWith({m_folder.filePath(u"absent.json"_s)});
    settle();
    const auto *error = find<widgets::PlainLabel>(u"baselineError"_s);
    QVERIFY(error->isVisible());
    QVERIFY2(error->text().contains(u"absent.json"), qPrintable(error->text()));
    QVERIFY(m_workspace->analysis().baseline().empty());
    m_workspace->analysis().dropBaseline();
    QVERIFY(!error->isVisible());
}

void TestReplayViews::whatIsNoRampShowsNoCapacity()
{
    open("concurrent-users-ok.json");
    QVERIFY(m_page->showView(u"capacity"_s));
    QVERIFY(m_workspace->analysis().capacity() == nullptr);
    QVERIFY(!find<CapacityPlots>(u"capacityPlots"_s)->isVisible());
    bool isSaid = false;
    for (const QLabel *label : m_page->findChildren<QLabel *>())
        isSaid = isSaid || (label->isVisible() && label->text().contains(u"This run does not show a capacity"));
    QVERIFY(isSaid);
}

void TestReplayViews::aLimitIsTypedAndAWrongOneIsSaid()
{
    open("k6-v0.48-runA.ndjson.gz");
    QVERIFY(m_page->showView(u"capacity"_s));
    auto *view = find<CapacityView>(u"capacityView"_s);
    const auto limit = [this] { return m_workspace->analysis().capacityOptions().p95Limit; };
    view->setFields(u"25ms"_s);
    settle();
    QCOMPARE(limit(), std::optional(Duration::milliseconds(25)));
    for (const QString &wrong : {u"fast"_s, u"peak-users=many"_s}) {
        view->setFields(wrong);
        QVERIFY(!find<widgets::PlainLabel>(u"capacityFieldsSaid"_s)->text().isEmpty());
        QCOMPARE(limit(), std::optional(Duration::milliseconds(25)));
    }
    view->setFields(u"p95=,peak-users="_s);
    QVERIFY(!limit());
}

void TestReplayViews::aRampShowsItsKneeAndTheLargestLoad()
{
    const test::ClosedSystem system;
    m_simulated = test::simulate(system);
    open("none");
    QVERIFY(m_page->showView(u"capacity:150ms"_s));
    settle();
    const loadtest::Capacity *capacity = m_workspace->analysis().capacity();
    QVERIFY(capacity != nullptr && capacity->kneeUsers);
    QVERIFY(std::abs(*capacity->kneeUsers / system.knee() - 1) < 0.2);
    QVERIFY(capacity->largestLoad && capacity->largestLoad->users);
    const QString headline = find<CapacityView>(u"capacityView"_s)->headline();
    QVERIFY2(headline.contains(u"p95 stays under 150") && headline.contains(u"users"), qPrintable(headline));
    const auto *plots = find<CapacityPlots>(u"capacityPlots"_s);
    QVERIFY(plots->isVisible());
    QCOMPARE(plots->picture().throughput.size(), capacity->bins.size());
    QVERIFY(plots->picture().knee && plots->picture().limitPx);
}

void TestReplayViews::ownLimitsJoinTheVerdictsAndJumpToTheirBreach()
{
    open("k6-v0.48-runA.ndjson.gz");
    const auto *table = find<ReportTable>(u"verdictTable"_s);
    const int before = table->model()->rowCount();
    m_workspace->openLimits(writeLimits("limits:\n  - p95: < 1 ms\n    errors: < 90 %\n"));
    settle();
    QCOMPARE(table->model()->rowCount(), before + 2);
    const loadtest::LoadTestReportPtr judged = m_workspace->analysis().judged();
    QVERIFY(judged != m_workspace->report());
    ReplayState &state = m_page->state();
    state.setHead(state.run().end);
    const auto chips = find<widgets::ChipRow>(u"verdictStrip"_s)->chips();
    const auto failed = std::find_if(chips.begin(), chips.end(), [](const widgets::Chip *chip) {
        return chip->text().startsWith(u"failed") && chip->text().contains(u"first at");
    });
    QVERIFY(failed != chips.end());
    QTest::mouseClick(*failed, Qt::LeftButton);
    QVERIFY(state.head() < state.run().end - Duration::seconds(5));
    m_workspace->openLimits({});
    QCOMPARE(table->model()->rowCount(), before);
}

void TestReplayViews::aBrokenFileOfLimitsIsSaid()
{
    open("k6-v0.48-runA.ndjson.gz");
    m_workspace->openLimits(writeLimits("limits:\n  - p95: soon\n"));
    settle();
    const auto *error = find<widgets::PlainLabel>(u"limitsError"_s);
    QVERIFY2(error->text().contains(u"limits.yaml"), qPrintable(error->text()));
    QCOMPARE(m_workspace->analysis().judged(), m_workspace->report());
}

void TestReplayViews::tabsLeadToTheViews()
{
    open("k6-v0.48-runA.ndjson.gz");
    for (QToolButton *tab : m_page->findChildren<QToolButton *>()) {
        if (tab->text() == u"Compare"_s)
            QTest::mouseClick(tab, Qt::LeftButton);
    }
    QVERIFY(find<CompareView>(u"compareView"_s)->isVisible());
    QVERIFY(m_page->showView(u"lanes"_s));
    QVERIFY(m_page->findChild<LanesView *>()->isVisible());
}

QTEST_MAIN(TestReplayViews)
#include "tst_replay_views.moc"
