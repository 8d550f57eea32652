// SPDX-License-Identifier: GPL-3.0-or-later
// The advisor's findings on the Replay page: a mark where each lives, a click that opens it.
#include "models/items/table_roles.h"
#include "tests/gui/replay_fixture.h"
#include "ui/replay/finding_strip.h"
#include "ui/replay/report_table.h"
#include "ui/widgets/chip.h"

#include <QMenu>

using namespace tailspan;
using namespace tailspan::replay;
using namespace Qt::StringLiterals;
using test::second;

namespace {

constexpr int kWaitMs = 20'000;

loadtest::Verdict brokenVerdict(const std::string &scenario, std::optional<TimeRange> breach)
{
    loadtest::Verdict verdict;
    verdict.scenario = scenario;
    verdict.criterion = "p95";
    verdict.comparison = "<";
    verdict.limit = 200;
    verdict.observed = 450;
    verdict.unit = "ms";
    verdict.passed = false;
    verdict.breach = breach;
    return verdict;
}

} // namespace

class TestReplayFindings : public QObject, private test::ReplayFixture {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepare(); }
    void init() { show(); }
    void cleanup() { close(); }
    void aWindowIsMarkedAboveTheLanes();
    void whatConcernsAllOfTheRunIsAChip();
    void endpointsAreMarkedInTheirTable();
    void severalInOnePlaceAreAMenu();

private:
    void advise()
    {
        m_workspace->advice().run();
        QTRY_VERIFY_WITH_TIMEOUT(m_workspace->advice().advised() != nullptr && !m_workspace->advice().isRunning(),
                                 kWaitMs);
    }
    [[nodiscard]] FindingStrip &strip() const { return *m_page->findChild<FindingStrip *>(u"findingStrip"_s); }
    [[nodiscard]] static loadtest::LoadTestReport runWith(const std::vector<loadtest::Scenario> &scenarios)
    {
        loadtest::LoadTestReport report = test::sampleRun(60);
        report.scenarios = scenarios;
        return report;
    }
    [[nodiscard]] static loadtest::Scenario scenario(const std::string &name, std::optional<TimeRange> breach)
    {
        loadtest::Scenario made;
        made.name = name;
        made.verdicts.push_back(brokenVerdict(name, breach));
        return made;
    }
};

void TestReplayFindings::aWindowIsMarkedAboveTheLanes()
{
    open(runWith({scenario("spike & <b>more</b>", TimeRange{second(20), second(40)})}));
    QVERIFY(!strip().isVisible());
    advise();
    QVERIFY(strip().isVisible());
    QCOMPARE(strip().bands().size(), std::size_t(1));
    const QRectF band = strip().rectOf(strip().bands().front());
    QVERIFY(std::abs(band.left() - lanes().xOf(second(20))) < 2); // under each other
    QVERIFY(std::abs(band.right() - lanes().xOf(second(40))) < 2);
    QSignalSpy asked(m_page.get(), &widgets::Page::viewRequested);
    QTest::mouseClick(&strip(), Qt::LeftButton, {}, band.center().toPoint());
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), u"advisor"_s);
    const QString id = QString::fromStdString(m_workspace->advice().advised()->advice.findings.front().id);
    QCOMPARE(asked[0][1].toString(), u"id:"_s + id);
    strip().setFocus();
    QTest::keyClick(&strip(), Qt::Key_Right);
    QTest::keyClick(&strip(), Qt::Key_Return);
    QCOMPARE(asked.size(), 2);
    m_workspace->advice().dismiss(*m_workspace->advice().finding(id), u"known"_s);
    QVERIFY(!strip().isVisible());
}

void TestReplayFindings::whatConcernsAllOfTheRunIsAChip()
{
    open(runWith({scenario(loadtest::kWholeRun, {})}));
    QVERIFY(m_page->findChild<widgets::Chip *>(u"runAdvice"_s) == nullptr);
    advise();
    QVERIFY(!strip().isVisible());
    auto *chip = m_page->findChild<widgets::Chip *>(u"runAdvice"_s);
    QVERIFY(chip != nullptr);
    QVERIFY(chip->text().contains(u"1 finding"_s));
    QSignalSpy asked(m_page.get(), &widgets::Page::viewRequested);
    chip->click();
    QCOMPARE(asked.size(), 1);
}

void TestReplayFindings::endpointsAreMarkedInTheirTable()
{
    loadtest::LoadTestReport report = test::sampleRun(60);
    const std::string name = report.endpoints[1].name;
    report.scenarios = {scenario(name, {})};
    open(std::move(report));
    advise();
    auto *table = m_page->findChild<ReportTable *>(u"endpointTable"_s);
    const QModelIndex marked = table->model()->index(1, 0);
    QVERIFY(marked.data(items::AdviceRole).toString().startsWith(u"Finding: "_s));
    QVERIFY(table->model()->index(0, 0).data(items::AdviceRole).toString().isEmpty());
    QSignalSpy asked(m_page.get(), &widgets::Page::viewRequested);
    table->setCurrentIndex(marked);
    Q_EMIT table->activated(marked);
    QCOMPARE(asked.size(), 1);
    Q_EMIT table->activated(table->model()->index(0, 0));
    QCOMPARE(asked.size(), 1);
}

void TestReplayFindings::severalInOnePlaceAreAMenu()
{
    open(runWith(
        {scenario("one", TimeRange{second(20), second(40)}), scenario("two", TimeRange{second(30), second(50)})}));
    advise();
    QCOMPARE(strip().bands().size(), std::size_t(1));
    QSignalSpy asked(m_page.get(), &widgets::Page::viewRequested);
    QTest::mouseClick(&strip(), Qt::LeftButton, {}, strip().rectOf(strip().bands().front()).center().toPoint());
    auto *menu = strip().findChild<QMenu *>();
    QVERIFY(menu != nullptr);
    QCOMPARE(menu->actions().size(), 2);
    menu->actions().last()->trigger();
    QCOMPARE(asked.size(), 1);
    menu->close();
}

QTEST_MAIN(TestReplayFindings)
#include "tst_replay_findings.moc"
