// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/attribute_list_model.h"
#include "models/items/repair_ledger_model.h"
#include "tests/support/spans_from_text.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QTest>

using namespace tailspan;
using namespace tailspan::items;
using namespace Qt::StringLiterals;

class TestSpanModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".?"_s)); }
    void attributesAreListedAndNarrowed();
    void aHiddenValueIsNeverGivenOut();
    void repairsAreGroupedByKindWithTheirSpans();
    void repairsCanBeThoseOfOneTrace();
    void manyRepairsAreHandedOutInBatches();
};

void TestSpanModels::attributesAreListedAndNarrowed()
{
    AttributeListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setAttributes({{"http.status", "500", false}, {"tenant", "Azora", false}, {"host", "node-1", false}});
    QCOMPARE(model.rowCount(), 3);
    model.setFilterText(u"azo"_s);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, 0).data().toString(), u"tenant"_s);
    model.setFilterText(u"HTTP"_s);
    QCOMPARE(model.index(0, 1).data().toString(), u"500"_s);
    model.setFilterText(u"nothing"_s);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.totalCount(), 3);
}

void TestSpanModels::aHiddenValueIsNeverGivenOut()
{
    AttributeListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setAttributes({{"authorization", "Bearer verysecret", true}});
    QVERIFY(model.hasRedacted());
    for (int role = 0; role < Qt::UserRole + 10; ++role)
        QVERIFY(!model.index(0, 1).data(role).toString().contains(u"verysecret"_s));
    QCOMPARE(model.index(0, 1).data().toString(), u"\u2022\u2022\u2022\u2022\u2022\u2022 redacted"_s);
    model.setFilterText(u"verysecret"_s); // searching must not tell either
    QCOMPARE(model.rowCount(), 0);
}

void TestSpanModels::repairsAreGroupedByKindWithTheirSpans()
{
    const auto snapshot = test::spansFromText(R"(
        web GET @0ms +100ms id=1
          db SELECT @10ms +20ms id=2
          db SELECT @40ms +20ms id=2
        lost child @50ms +5ms id=9 parent=77
    )");
    RepairLedgerModel model;
    model.setSnapshot(snapshot);
    // Made now: the tester fetches while it is told of a reset and takes its own rows for an error.
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(model.rowCount() >= 2);
    std::uint64_t listed = 0;
    for (int group = 0; group < model.rowCount(); ++group) {
        const QModelIndex heading = model.index(group, 0);
        QVERIFY(!heading.data().toString().isEmpty());
        QVERIFY(!heading.data(RepairLedgerModel::ExplanationRole).toString().isEmpty());
        while (model.canFetchMore(heading))
            model.fetchMore(heading);
        QCOMPARE(QString::number(model.rowCount(heading)), model.index(group, 1).data().toString());
        listed += static_cast<std::uint64_t>(model.rowCount(heading));
        for (int row = 0; row < model.rowCount(heading); ++row) {
            const QModelIndex entry = model.index(row, 0, heading);
            QCOMPARE(entry.parent(), heading);
            QVERIFY(entry.data(RepairLedgerModel::SpanRole).isValid());
            QVERIFY(!entry.data().toString().isEmpty());
        }
    }
    QCOMPARE(listed, std::uint64_t{snapshot->ledger().entries().size()});
}

void TestSpanModels::repairsCanBeThoseOfOneTrace()
{
    const auto snapshot = test::spansFromText(R"(
        trace aaaaaaaaaaaaaaa1
        web GET @0ms +100ms
        trace aaaaaaaaaaaaaaa2
        lost child @50ms +5ms parent=77
    )");
    RepairLedgerModel model;
    model.setSnapshot(snapshot, TraceRow(0));
    QCOMPARE(model.rowCount(), 0);
    model.setSnapshot(snapshot, TraceRow(1));
    QVERIFY(model.rowCount() > 0);
    { // the tester cannot follow a reset of a model that fetches
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    model.setSnapshot(nullptr);
    QCOMPARE(model.rowCount(), 0);
}

void TestSpanModels::manyRepairsAreHandedOutInBatches()
{
    std::string text;
    for (int i = 0; i < 1200; ++i)
        text += "lost child @" + std::to_string(i) + "ms +5ms parent=77\n";
    const auto snapshot = test::spansFromText(text);
    RepairLedgerModel model;
    model.setSnapshot(snapshot);
    QModelIndex heading;
    for (int group = 0; group < model.rowCount(); ++group) {
        if (model.index(group, 1).data().toString() == u"1,200"_s)
            heading = model.index(group, 0);
    }
    QVERIFY(heading.isValid());
    QVERIFY(model.hasChildren(heading));
    model.fetchMore(heading);
    QCOMPARE(model.rowCount(heading), RepairLedgerModel::kBatch);
    while (model.canFetchMore(heading))
        model.fetchMore(heading);
    QCOMPARE(model.rowCount(heading), 1200);
}

QTEST_GUILESS_MAIN(TestSpanModels)
#include "tst_span_models.moc"
