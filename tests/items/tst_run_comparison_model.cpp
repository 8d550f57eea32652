// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/run_comparison_model.h"
#include "models/items/run_comparison_text.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace tailspan;
using namespace tailspan::items;
using namespace Qt::StringLiterals;
using loadtest::ChangeVerdict;

namespace {

loadtest::MetricChange change(const char *name, std::optional<std::string> endpoint, double before, double after,
                              double spread, ChangeVerdict verdict)
{
    loadtest::MetricChange one;
    one.name = name;
    one.endpoint = std::move(endpoint);
    one.before = before;
    one.after = after;
    one.ratio = after / before;
    one.low = *one.ratio - spread;
    one.high = *one.ratio + spread;
    one.verdict = verdict;
    return one;
}

loadtest::Comparison slower()
{
    loadtest::Comparison comparison;
    comparison.verdict = ChangeVerdict::Regression;
    comparison.metrics = {change("p50", {}, 1e7, 1.3e7, 0.04, ChangeVerdict::Regression),
                          change("p95", {}, 2e7, 2.8e7, 0.05, ChangeVerdict::Regression),
                          change("throughput", {}, 100, 99, 0.01, ChangeVerdict::NoChange),
                          change("p95", "GET <b>/x</b>", 2e7, 5e7, 0.2, ChangeVerdict::Regression)};
    loadtest::MetricChange errors;
    errors.name = "errors";
    errors.before = 0.0;
    errors.after = 0.02;
    errors.verdict = ChangeVerdict::Inconclusive;
    comparison.metrics.push_back(errors);
    return comparison;
}

QString cell(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class TestRunComparisonModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theModelKeepsTheRules();
    void figuresHaveTheirUnits();
    void barsKnowWhatIsTooSmall();
    void missingFiguresSortAsNothing();
    void theHeadlineSaysWhatSpeaksLoudest();
    void everyVerdictHasItsSentence();
};

void TestRunComparisonModel::theModelKeepsTheRules()
{
    RunComparisonModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const loadtest::Comparison comparison = slower();
    model.setComparison(&comparison, {});
    QCOMPARE(model.rowCount(), 5);
    QVERIFY(!model.data(model.index(9, 0)).isValid());
    model.setComparison(nullptr, {});
    QCOMPARE(model.rowCount(), 0);
}

void TestRunComparisonModel::figuresHaveTheirUnits()
{
    RunComparisonModel model;
    const loadtest::Comparison comparison = slower();
    model.setComparison(&comparison, {});
    QCOMPARE(cell(model, 1, RunComparisonModel::VerdictColumn), u"regression"_s);
    QCOMPARE(cell(model, 1, RunComparisonModel::SubjectColumn), u"all requests"_s);
    QCOMPARE(cell(model, 1, RunComparisonModel::BeforeColumn), u"20 ms"_s);
    QCOMPARE(cell(model, 1, RunComparisonModel::ChangeColumn), u"+40 %"_s);
    QCOMPARE(cell(model, 1, RunComparisonModel::IntervalColumn), u"+35 % to +45 %"_s);
    QCOMPARE(cell(model, 2, RunComparisonModel::AfterColumn), u"99/s"_s);
    QCOMPARE(cell(model, 3, RunComparisonModel::SubjectColumn), u"GET <b>/x</b>"_s);
    QCOMPARE(cell(model, 4, RunComparisonModel::IntervalColumn), u"-"_s);
    QCOMPARE(model.index(1, 0).data(ToneRole).toInt(), static_cast<int>(CellTone::Bad));
}

void TestRunComparisonModel::barsKnowWhatIsTooSmall()
{
    RunComparisonModel model;
    const loadtest::Comparison comparison = slower();
    model.setComparison(&comparison, {});
    const auto figures = [&](int row) {
        return model.index(row, 0).data(RunComparisonModel::FiguresRole).value<layout::RatioFigures>();
    };
    QCOMPARE(figures(0).minimumEffect, 0.2);  // 2 ms of 10 ms
    QCOMPARE(figures(2).minimumEffect, 0.05); // of a throughput
    QVERIFY(model.index(0, 0).data(RunComparisonModel::ReachRole).toDouble() > 1.2);
}

void TestRunComparisonModel::missingFiguresSortAsNothing()
{
    RunComparisonModel model;
    const loadtest::Comparison comparison = slower();
    model.setComparison(&comparison, {});
    QVERIFY(!model.index(4, RunComparisonModel::ChangeColumn).data(SortRole).isValid());
    QCOMPARE(model.index(1, RunComparisonModel::ChangeColumn).data(SortRole).toDouble(), 1.4);
}

void TestRunComparisonModel::theHeadlineSaysWhatSpeaksLoudest()
{
    QCOMPARE(headlineOf(slower()).text, u"p95 got 40 % slower, 35 to 45 %"_s);
    loadtest::Comparison comparison = slower();
    comparison.metrics = {change("p95", "Login", 2e7, 1e7, 0.05, ChangeVerdict::Improvement)};
    comparison.verdict = ChangeVerdict::Improvement;
    QCOMPARE(headlineOf(comparison).text, u"p95 of Login got 50 % faster, 45 to 55 %"_s);
    comparison.metrics = {change("throughput", {}, 100, 80, 0.05, ChangeVerdict::Regression)};
    comparison.verdict = ChangeVerdict::Regression;
    QCOMPARE(headlineOf(comparison).text, u"throughput fell by 20 %, 15 to 25 %"_s);
}

void TestRunComparisonModel::everyVerdictHasItsSentence()
{
    loadtest::Comparison comparison;
    comparison.notes = {"The load differs by 40 %."};
    QCOMPARE(headlineOf(comparison).text, u"Cannot be compared: The load differs by 40 %."_s);
    comparison.verdict = ChangeVerdict::NoChange;
    QCOMPARE(headlineOf(comparison).text, u"No change"_s);
    comparison.metrics = {change("p95", {}, 2e7, 2e7, 0.03, ChangeVerdict::NoChange)};
    QCOMPARE(headlineOf(comparison).text, u"No change: p95 within -3 % to +3 %"_s);
    comparison.metrics[0].verdict = comparison.verdict = ChangeVerdict::Inconclusive;
    QVERIFY(headlineOf(comparison).text.startsWith(u"Inconclusive: p95 moved by 0 %"));
    comparison.metrics[0].low.reset();
    QVERIFY(headlineOf(comparison).text.startsWith(u"Not tested: p95"));
    for (const ChangeVerdict verdict : {ChangeVerdict::Regression, ChangeVerdict::Improvement, ChangeVerdict::NoChange,
                                        ChangeVerdict::Inconclusive, ChangeVerdict::NotComparable})
        QVERIFY(!changeWord(verdict).isEmpty());
}

QTEST_GUILESS_MAIN(TestRunComparisonModel)
#include "tst_run_comparison_model.moc"
