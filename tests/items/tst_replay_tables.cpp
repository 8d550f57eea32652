// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/endpoint_model.h"
#include "models/items/verdict_model.h"
#include "models/items/verdict_text.h"
#include "tests/support/sample_run.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace tailspan;
using namespace tailspan::items;
using Tester = QAbstractItemModelTester;

namespace {

loadtest::LoadTestReportPtr shared(loadtest::LoadTestReport report)
{
    return std::make_shared<const loadtest::LoadTestReport>(std::move(report));
}

QString cell(const QAbstractItemModel &model, int row, int column, int role = Qt::DisplayRole)
{
    return model.index(row, column).data(role).toString();
}

void failOnWarning(QtMsgType type, const QMessageLogContext &, const QString &text)
{
    if (type != QtDebugMsg && type != QtInfoMsg)
        QTest::qFail(qPrintable(text), __FILE__, __LINE__);
}

} // namespace

class TestReplayTables : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_before = qInstallMessageHandler(failOnWarning); }
    void cleanupTestCase() { qInstallMessageHandler(m_before); }
    void bothModelsKeepTheRules();
    void failedVerdictsComeFirst();
    void numbersHaveTheirUnits();
    void aDisputeIsSaidFirstInTheStrip();
    void endpointsTellWhatTheFileHolds();
    void copiesCarryPlainNumbers();

private:
    QtMessageHandler m_before = nullptr;
};

void TestReplayTables::bothModelsKeepTheRules()
{
    VerdictModel verdicts;
    EndpointModel endpoints;
    const Tester verdictTester(&verdicts, Tester::FailureReportingMode::QtTest);
    const Tester endpointTester(&endpoints, Tester::FailureReportingMode::QtTest);
    for (const auto &report :
         {shared(test::sampleRun(20)), shared(test::sampleSuite()), loadtest::LoadTestReportPtr()}) {
        verdicts.setReport(report);
        endpoints.setReport(report);
        QCOMPARE(endpoints.rowCount(), report ? static_cast<int>(report->endpoints.size()) : 0);
    }
    QVERIFY(!verdicts.index(0, 0).data().isValid());
}

void TestReplayTables::failedVerdictsComeFirst()
{
    VerdictModel model;
    model.setReport(shared(test::sampleRun(20)));
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(cell(model, 0, VerdictModel::VerdictColumn), QStringLiteral("failed"));
    QCOMPARE(cell(model, 1, VerdictModel::VerdictColumn), QStringLiteral("open"));
    QCOMPARE(cell(model, 2, VerdictModel::VerdictColumn), QStringLiteral("passed"));
    QCOMPARE(model.index(0, 0).data(ToneRole).toInt(), static_cast<int>(CellTone::Bad));
    QCOMPARE(cell(model, 0, VerdictModel::OriginColumn), QStringLiteral("report"));
}

void TestReplayTables::numbersHaveTheirUnits()
{
    QCOMPARE(verdictNumberText(412.4, "ms"), QStringLiteral("412 ms"));
    QCOMPARE(verdictNumberText(2410, "ms"), QStringLiteral("2.41 s"));
    QCOMPARE(verdictNumberText(74, "s"), QStringLiteral("74 s"));
    QCOMPARE(verdictNumberText(8.5, "%"), QStringLiteral("8.5 %"));
    QCOMPARE(verdictNumberText(1000, "users"), QStringLiteral("1,000 users"));
    QCOMPARE(verdictNumberText(0.0021, ""), QStringLiteral("0.0021"));
    QCOMPARE(verdictNumberText({}, "ms"), QStringLiteral("no data"));
    QCOMPARE(verdictNumberText(std::nan(""), "ms"), QStringLiteral("no data"));
}

void TestReplayTables::aDisputeIsSaidFirstInTheStrip()
{
    const std::vector<VerdictChip> chips = verdictChipsOf(test::sampleSuite());
    QCOMPARE(chips.size(), std::size_t{4}); // the dispute, what failed of it, and the two of the other scenario
    QCOMPARE(chips[0].state, VerdictState::Disputed);
    QCOMPARE(chips[0].text, QStringLiteral("disputed: report says passed, Tailspan says failed"));
    QCOMPARE(chips[1].state, VerdictState::Failed);
    QCOMPARE(chips[1].text, QStringLiteral("failed · disputed: recovery time 70 s, limit ≤ 60 s"));
    QCOMPARE(chips[2].state, VerdictState::Passed);
    VerdictModel model;
    model.setReport(shared(test::sampleSuite()));
    QCOMPARE(cell(model, 0, VerdictModel::ScenarioColumn), QStringLiteral("disputed"));
    QCOMPARE(cell(model, 0, VerdictModel::VerdictColumn), QStringLiteral("passed, disputed"));
}

void TestReplayTables::endpointsTellWhatTheFileHolds()
{
    auto report = test::sampleRun(20);
    report.endpoints[1].hasFailures = false;
    EndpointModel model;
    model.setReport(shared(report));
    QCOMPARE(cell(model, 0, EndpointModel::NameColumn), QStringLiteral("GET /slow"));
    QCOMPARE(cell(model, 0, EndpointModel::RequestsColumn), QStringLiteral("200"));
    QCOMPARE(cell(model, 0, EndpointModel::FailuresColumn), QStringLiteral("5"));
    QCOMPARE(cell(model, 0, EndpointModel::ErrorRatioColumn), QStringLiteral("2.5 %"));
    QCOMPARE(cell(model, 1, EndpointModel::FailuresColumn), QStringLiteral("no data"));
    QVERIFY(!model.index(1, EndpointModel::FailuresColumn).data(SortRole).isValid());
    QCOMPARE(model.index(0, EndpointModel::RequestsColumn).data(SortRole).toDouble(), 200.0);
}

void TestReplayTables::copiesCarryPlainNumbers()
{
    EndpointModel model;
    model.setReport(shared(test::sampleRun(20)));
    QCOMPARE(cell(model, 0, EndpointModel::MaxColumn, FullTextRole), QStringLiteral("500.000"));
    QCOMPARE(model.headerData(EndpointModel::MaxColumn, Qt::Horizontal, FullTextRole).toString(),
             QStringLiteral("Max ms"));
    QCOMPARE(model.headerData(EndpointModel::MaxColumn, Qt::Horizontal, Qt::DisplayRole).toString(),
             QStringLiteral("Max"));
}

QTEST_GUILESS_MAIN(TestReplayTables)
#include "tst_replay_tables.moc"
