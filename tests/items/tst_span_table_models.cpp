// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of call paths, groups and changes.
#include "models/items/call_tree_model.h"
#include "models/items/comparison_model.h"
#include "models/items/statistics_model.h"
#include "models/items/table_roles.h"
#include "tests/support/spans_from_text.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

using namespace tailspan;
using namespace tailspan::items;
using namespace Qt::StringLiterals;
using trace::CallTree;

namespace {

const char *const kTraces = R"(
    trace aa
    web GET /pay @0ms +100ms
      db SELECT users @10ms +20ms
      db SELECT users @40ms +20ms error
      auth check @70ms +10ms
    trace bb
    web GET /pay @1s +60ms
      db SELECT users @1010ms +40ms
      cache GET cart @1052ms +2ms
)";

std::shared_ptr<const CallTree> treeOf(const trace::TraceSnapshot &snapshot, std::vector<TraceRow> traces)
{
    const trace::TraceSelection selection(snapshot, std::move(traces));
    return std::make_shared<const CallTree>(
        *callTreeOf(snapshot, selection, *spanTimesOf(snapshot, selection, {}), {}));
}

/// Names of the rows, indented by depth.
QString namesOf(const QAbstractItemModel &model, const QModelIndex &parent = {}, int depth = 0)
{
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        text += QString(depth * 2, u' ') + index.data().toString() + u'\n';
        text += namesOf(model, index, depth + 1);
    }
    return text;
}

QString textAt(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

std::shared_ptr<const ComparisonModel::Compared> compared(const trace::TraceSnapshotPtr &snapshot, TraceRow a,
                                                          TraceRow b)
{
    const trace::TraceSelection before(*snapshot, {a});
    const trace::TraceSelection after(*snapshot, {b});
    return std::make_shared<const ComparisonModel::Compared>(ComparisonModel::Compared{
        snapshot, snapshot, *trace::compareTraces({*snapshot, before}, {*snapshot, after}, {})});
}

} // namespace

class TestSpanTableModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".?"_s)); }

    void theCallTreeMergesTracesByPath()
    {
        const auto snapshot = test::spansFromText(kTraces);
        CallTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(snapshot, treeOf(*snapshot, {TraceRow(0), TraceRow(1)}));
        QCOMPARE(namesOf(model), u"web GET /pay\n  db SELECT users\n  auth check\n  cache GET cart\n"_s);
        const QModelIndex root = model.index(0, 0);
        const QModelIndex queries = model.index(0, CallTreeModel::CallsColumn, root);
        QCOMPARE(queries.data().toString(), u"3"_s);
        QCOMPARE(model.index(0, CallTreeModel::CallsPerTraceColumn, root).data().toString(), u"1.5"_s);
        QCOMPARE(model.index(0, CallTreeModel::FailedColumn, root).data().toString(), u"33 %"_s);
        QCOMPARE(queries.data(FullTextRole).toString(), u"3 calls in 2 traces"_s);
        QCOMPARE(model.index(0, CallTreeModel::SelfColumn, root).data().toString(), u"40 ms"_s);
    }

    void siblingsSortAndPersistentIndexesFollow()
    {
        const auto snapshot = test::spansFromText(kTraces);
        CallTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(snapshot, treeOf(*snapshot, {TraceRow(0), TraceRow(1)}));
        const QPersistentModelIndex kept(model.index(2, CallTreeModel::CallsColumn, model.index(0, 0)));
        const QVariant node = kept.data(NodeRole);
        model.sort(CallTreeModel::PathColumn, Qt::AscendingOrder);
        QCOMPARE(namesOf(model), u"web GET /pay\n  auth check\n  cache GET cart\n  db SELECT users\n"_s);
        QCOMPARE(kept.data(NodeRole), node);
        model.sort(CallTreeModel::CallsColumn, Qt::DescendingOrder);
        QCOMPARE(namesOf(model), u"web GET /pay\n  db SELECT users\n  auth check\n  cache GET cart\n"_s);
        QCOMPARE(kept.data(NodeRole), node);
    }

    void everyNodeIsFoundAgain()
    {
        const auto snapshot = test::randomTraces(40, 60, 5);
        std::vector<TraceRow> all;
        for (std::uint32_t t = 0; t < snapshot->traces().size(); ++t)
            all.emplace_back(t);
        CallTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(snapshot, treeOf(*snapshot, all));
        for (int column = 0; column < CallTreeModel::ColumnCount; ++column) {
            model.sort(column, column % 2 == 0 ? Qt::AscendingOrder : Qt::DescendingOrder);
            for (std::uint32_t node = 0; node < model.tree()->nodes.size(); ++node) {
                const QModelIndex index = model.indexOf(node);
                QCOMPARE(model.nodeAt(index), node);
                QCOMPARE(model.nodeAt(index.parent()), model.tree()->nodes[node].parent);
                QCOMPARE(model.index(index.row(), 0, index.parent()), index);
            }
        }
    }

    void statisticsStartWithWhatTheTraceWaitedFor()
    {
        const auto snapshot = test::spansFromText(kTraces);
        const auto selection = trace::TraceSelection::allOf(*snapshot);
        const auto times = *spanTimesOf(*snapshot, selection, {});
        const trace::SpanGrouping grouping = groupedByService(*snapshot, selection);
        auto groups = std::make_shared<GroupedStatistics>();
        groups->statistics = *statisticsOf(*snapshot, selection, times, grouping, {});
        groups->names = grouping.names;
        StatisticsModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setStatistics(groups);
        QCOMPARE(namesOf(model), u"db\nweb\nauth\ncache\n"_s);
        QCOMPARE(textAt(model, 0, StatisticsModel::SpansColumn), u"3"_s);
        QCOMPARE(textAt(model, 0, StatisticsModel::TotalColumn), u"80 ms"_s);
        QCOMPARE(textAt(model, 0, StatisticsModel::CriticalColumn), u"50 %"_s);
        model.sort(StatisticsModel::NameColumn, Qt::AscendingOrder);
        QCOMPARE(namesOf(model), u"auth\ncache\ndb\nweb\n"_s);
        model.setStatistics(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void aComparisonListsWhatExplainsTheDifferenceFirst()
    {
        const auto snapshot = test::spansFromText(kTraces);
        ComparisonModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setComparison(compared(snapshot, TraceRow(0), TraceRow(1)));
        QCOMPARE(model.index(0, 0).data().toString(), u"web GET /pay"_s);
        QCOMPARE(textAt(model, 0, ComparisonModel::CriticalColumn), u"-32 ms"_s);
        const QModelIndex gone = model.match(model.index(0, 0), Qt::DisplayRole, u"auth check"_s).value(0);
        QVERIFY(gone.data(OperationNameRole).toString().endsWith(u"only in A"_s));
        QCOMPARE(gone.data(FullTextRole).toString(), u"web GET /pay \u203a auth check"_s);
        QCOMPARE(gone.siblingAtColumn(ComparisonModel::P50Column).data().toString(), u"10 ms \u2192 \u2013"_s);
        model.setTree(true);
        QCOMPARE(namesOf(model), u"web GET /pay\n  db SELECT users\n  auth check\n  cache GET cart\n"_s);
        model.setTree(false);
        model.setOnlySignificant(true);
        QCOMPARE(model.rowCount(), 0); // one trace against one proves nothing
    }

    void tracesComparedWithThemselvesDifferInNothing()
    {
        const auto snapshot = test::spansFromText(kTraces);
        ComparisonModel model;
        model.setComparison(compared(snapshot, TraceRow(0), TraceRow(0)));
        QCOMPARE(model.rowCount(), 0);
        model.setTree(true);
        QCOMPARE(model.rowCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSpanTableModels)
#include "tst_span_table_models.moc"
