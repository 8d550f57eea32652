// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/table_roles.h"
#include "models/items/trace_list_filter.h"
#include "models/items/trace_list_model.h"
#include "models/trace/query_text.h"
#include "models/trace/trace_search.h"
#include "tests/support/spans_from_text.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

using namespace tailspan;
using namespace tailspan::items;
using namespace Qt::StringLiterals;

namespace {

const char *const kTraces = R"(
    trace aaaaaaaaaaaaaaa1
    web GET /pay @0ms +120ms
      db SELECT users @10ms +80ms error
    trace aaaaaaaaaaaaaaa2
    web GET /home @1s +20ms
      cache GET cart @1005ms +5ms
    trace bbbbbbbbbbbbbbb3
    batch import @2s +3s
)";

QStringList column(const TraceListModel &model, int which)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts.append(model.index(row, which).data().toString());
    return texts;
}

TraceListFilter parsed(const char *text)
{
    const auto filter = parseTraceFilter(text);
    if (!filter.has_value())
        qFatal("%s", filter.error().text().c_str());
    return *filter;
}

/// What the filter lets through.
std::shared_ptr<const std::vector<bool>> fitting(const trace::TraceSnapshot &snapshot, const char *text)
{
    Progress progress;
    return std::make_shared<const std::vector<bool>>(searchTraces(snapshot, parsed(text).queries(), {}, progress).fits);
}

} // namespace

class TestTraceListModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".?"_s)); }
    void theLongestTraceStandsFirst();
    void everyColumnSortsBothWays_data();
    void everyColumnSortsBothWays();
    void sortingKeepsPersistentIndexesOnTheirTrace();
    void filtersNarrowTheList_data();
    void filtersNarrowTheList();
    void aRangeListsTheTracesThatOverlapIt();
    void wordsAreTermsAndExpressionsAreOne();
    void aWrongDurationIsSaid();
    void durationsAreRead();
    void manyTracesSortAndFilterQuickly();
    void withoutASnapshotThereIsNothing();
};

void TestTraceListModel::theLongestTraceStandsFirst()
{
    TraceListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(test::spansFromText(kTraces));
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(column(model, TraceListModel::RootColumn),
             (QStringList{u"batch import"_s, u"web GET /pay"_s, u"web GET /home"_s}));
    QCOMPARE(column(model, TraceListModel::DurationColumn), (QStringList{u"3 s"_s, u"120 ms"_s, u"20 ms"_s}));
    QCOMPARE(column(model, TraceListModel::ErrorsColumn), (QStringList{u""_s, u"1"_s, u""_s}));
    QCOMPARE(column(model, TraceListModel::StartColumn).at(1), u"00:00:00.000"_s);
    QCOMPARE(column(model, TraceListModel::TraceIdColumn).at(0), u"bbbbbbbb"_s);
    QCOMPARE(model.index(1, TraceListModel::DurationColumn).data(items::BarRatioRole).toDouble(), 0.04);
    QCOMPARE(model.index(1, TraceListModel::ServicesColumn).data(items::FullTextRole).toString(), u"web, db"_s);
}

void TestTraceListModel::everyColumnSortsBothWays_data()
{
    QTest::addColumn<int>("which");
    for (int which = 0; which < TraceListModel::ColumnCount; ++which)
        QTest::addRow("column %d", which) << which;
}

void TestTraceListModel::everyColumnSortsBothWays()
{
    QFETCH(int, which);
    TraceListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(test::randomTraces(60, 7, 3));
    for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
        model.sort(which, order);
        for (int row = 1; row < model.rowCount(); ++row) {
            const QVariant above = model.index(row - 1, which).data(items::SortRole);
            const QVariant below = model.index(row, which).data(items::SortRole);
            const auto compared = QVariant::compare(above, below);
            QVERIFY(compared == QPartialOrdering::Equivalent
                    || compared == (order == Qt::AscendingOrder ? QPartialOrdering::Less : QPartialOrdering::Greater));
        }
    }
}

void TestTraceListModel::sortingKeepsPersistentIndexesOnTheirTrace()
{
    TraceListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setSnapshot(test::randomTraces(50, 5, 4));
    const QPersistentModelIndex kept(model.index(7, 2));
    const QVariant trace = kept.data(items::TraceRole);
    model.sort(TraceListModel::StartColumn, Qt::DescendingOrder);
    QCOMPARE(kept.data(items::TraceRole), trace);
    QCOMPARE(model.rowOf(TraceRow(trace.toUInt())), std::optional(kept.row()));
}

void TestTraceListModel::filtersNarrowTheList_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("shown");
    const QString batch = u"batch import"_s, pay = u"web GET /pay"_s, home = u"web GET /home"_s;
    QTest::newRow("nothing") << u"  "_s << QStringList{batch, pay, home};
    QTest::newRow("an operation below the root") << u"SELECT"_s << QStringList{pay};
    QTest::newRow("case does not matter") << u"select"_s << QStringList{pay};
    QTest::newRow("part of a service") << u"cach"_s << QStringList{home};
    QTest::newRow("a trace id") << u"bbbb"_s << QStringList{batch};
    QTest::newRow("two words must both fit") << u"GET users"_s << QStringList{pay};
    QTest::newRow("a phrase") << u"\"GET cart\""_s << QStringList{home};
    QTest::newRow("a service by name") << u"service=web"_s << QStringList{pay, home};
    QTest::newRow("not part of a service's name") << u"service=we"_s << QStringList{};
    QTest::newRow("errors") << u"status=error"_s << QStringList{pay};
    QTest::newRow("longer than") << u"duration>120ms"_s << QStringList{batch};
    QTest::newRow("at least") << u"duration>=120ms"_s << QStringList{batch, pay};
    QTest::newRow("together") << u"service=web duration>=1ms status=error"_s << QStringList{pay};
    QTest::newRow("at most") << u"duration<=120ms"_s << QStringList{pay, home};
    QTest::newRow("without") << u"NOT service=web"_s << QStringList{batch};
    QTest::newRow("either") << u"import OR (service=cache AND NOT status=error)"_s << QStringList{batch, home};
    QTest::newRow("a pattern") << u"operation=~^SEL"_s << QStringList{pay};
    QTest::newRow("in two spans of a trace") << u"service=web operation=~^SEL"_s << QStringList{pay};
    QTest::newRow("none") << u"nowhere"_s << QStringList{};
}

void TestTraceListModel::filtersNarrowTheList()
{
    QFETCH(QString, text);
    TraceListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const trace::TraceSnapshotPtr snapshot = test::spansFromText(kTraces);
    model.setSnapshot(snapshot);
    model.setFitting(fitting(*snapshot, text.toUtf8().constData()));
    QTEST(column(model, TraceListModel::RootColumn), "shown");
}

void TestTraceListModel::aRangeListsTheTracesThatOverlapIt()
{
    TraceListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const trace::TraceSnapshotPtr snapshot = test::spansFromText(kTraces);
    model.setSnapshot(snapshot);
    const TimePoint begin = snapshot->range().begin;
    model.setRange({begin + Duration::milliseconds(1010), begin + Duration::milliseconds(2500)});
    QCOMPARE(column(model, TraceListModel::RootColumn), (QStringList{u"batch import"_s, u"web GET /home"_s}));
    model.setRange(
        {begin + Duration::milliseconds(1020), begin + Duration::milliseconds(2000)}); // half open on both sides
    QCOMPARE(model.rowCount(), 0);
    model.setRange({});
    QCOMPARE(model.rowCount(), 3);
}

void TestTraceListModel::wordsAreTermsAndExpressionsAreOne()
{
    using Terms = std::vector<std::string>;
    QCOMPARE(parsed(" service=\"a b\"  \"GET /x\" duration>500ms ").terms,
             (Terms{"service=\"a b\"", "\"GET /x\"", "duration>500ms"}));
    QCOMPARE(parsed("a OR  (b c)").terms, Terms{"a OR (b c)"});
    QCOMPARE(parsed("NOT service=db").terms, Terms{"NOT service=db"});
    QVERIFY(parsed("  ").isEmpty());
}

void TestTraceListModel::aWrongDurationIsSaid()
{
    const auto filter = parseTraceFilter("duration>soon");
    QVERIFY(!filter.has_value());
    QVERIFY(filter.error().message.find("\"soon\" is not a duration") != std::string::npos);
}

void TestTraceListModel::durationsAreRead()
{
    QCOMPARE(trace::parseDuration("500ms")->ns(), 500'000'000LL);
    QCOMPARE(trace::parseDuration("1.5 s")->ns(), 1'500'000'000LL);
    QCOMPARE(trace::parseDuration("20us")->ns(), 20'000LL);
    QCOMPARE(trace::parseDuration("2m")->ns(), 120'000'000'000LL);
    for (const char *wrong : {"", "ms", "5", "5 parsecs", "-3s", "1e99s", "nan s"})
        QVERIFY2(!trace::parseDuration(wrong).has_value(), wrong);
}

void TestTraceListModel::manyTracesSortAndFilterQuickly()
{
    TraceListModel model;
    const trace::TraceSnapshotPtr snapshot = test::randomTraces(100'000, 4, 5);
    model.setSnapshot(snapshot);
    QElapsedTimer timer;
    timer.start();
    for (int which = 0; which < TraceListModel::ColumnCount; ++which)
        model.sort(which, Qt::AscendingOrder);
    const qint64 sorted = timer.restart();
    model.setFitting(fitting(*snapshot, "operation duration>1ms"));
    const qint64 filtered = timer.elapsed();
    QCOMPARE(model.rowCount(), 100'000);
    // Eight sorts; the limits leave room for sanitizers and loaded machines.
    QVERIFY2(sorted < 4000, qPrintable(QString::number(sorted)));
    QVERIFY2(filtered < 1000, qPrintable(QString::number(filtered)));
}

void TestTraceListModel::withoutASnapshotThereIsNothing()
{
    TraceListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    model.sort(0);
    model.setFitting(nullptr);
    model.setSnapshot(nullptr);
    QVERIFY(!model.traceAt(0).isValid());
}

QTEST_GUILESS_MAIN(TestTraceListModel)
#include "tst_trace_list_model.moc"
