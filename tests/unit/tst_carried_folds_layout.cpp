// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/carried_folds.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::layout;
using test::spansFromText;

namespace {

using Rows = std::vector<std::uint32_t>;

RowFolds folds(Rows folded, Rows openedRuns)
{
    return {{true, std::move(folded), {}, {}}, {false, {}, std::move(openedRuns), {}}};
}

} // namespace

class TestCarriedFolds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spansAreKnownAgainByTheirIds_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::newRow("numbers") << QStringLiteral("11") << QStringLiteral("22");
        QTest::newRow("texts") << QStringLiteral("order-one") << QStringLiteral("order-two");
    }
    void spansAreKnownAgainByTheirIds()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        const std::string one = " id=" + a.toStdString() + "\n";
        const std::string two = " id=" + b.toStdString() + "\n";
        const auto before = spansFromText("web r @0ms +90ms id=1\n  db a @10ms +5ms" + one
                                          + "    db x @11ms +1ms id=3\n" + "  db b @20ms +5ms" + two
                                          + "    db y @21ms +1ms id=4\n");
        const auto after = spansFromText("other o @0ms +1ms id=7 parent=none\nweb r @1ms +90ms id=1\n  db b @5ms +5ms"
                                         + two + "    db y @6ms +1ms id=4\n  db new @8ms +1ms id=9\n  db a @10ms +5ms"
                                         + one + "    db x @11ms +1ms id=3\n");
        const TraceOf from{*before, TraceRow(0)};
        const TraceOf to{*after, TraceRow(0)};
        QVERIFY(!hasSameRows(from, to));
        RowFolds shown = folds({1, 3}, {4});
        const auto events = std::make_shared<const std::vector<trace::EventMark>>(2);
        shown.opened.events.push_back({3, events});
        const RowFolds carried = carriedFolds(from, to, shown);
        QCOMPARE(carried.opened.events.size(), std::size_t{1});
        QCOMPARE(carried.opened.events[0].row, 2U);
        QCOMPARE(carried.opened.events[0].events, events);
        QCOMPARE(carried.folded.spans, (Rows{5, 2}));
        QCOMPARE(carried.opened.runs, Rows{3});
        QVERIFY(carried.folded.isFolded);
        QVERIFY(!carried.opened.isFolded);
    }

    void whatIsGoneIsLeftOut()
    {
        const auto before = spansFromText("web r @0ms +90ms id=1\n  db a @10ms +5ms id=2\n");
        const auto after = spansFromText("web r @0ms +90ms id=1\n");
        const RowFolds carried = carriedFolds({*before, TraceRow(0)}, {*after, TraceRow(0)}, folds({0, 1}, {}));
        QCOMPARE(carried.folded.spans, Rows{0});
    }

    void theSameRowsAreKnownInAnotherSnapshot()
    {
        const auto before = spansFromText("web r @0ms +90ms id=1\n  db a @10ms +5ms id=two\n");
        const auto after = spansFromText("web s @5ms +90ms id=1\n  db b @10ms +5ms id=two\n");
        const auto other = spansFromText("web s @5ms +90ms id=1\n  db b @10ms +5ms id=three\n");
        QVERIFY(hasSameRows({*before, TraceRow(0)}, {*after, TraceRow(0)}));
        QVERIFY(!hasSameRows({*before, TraceRow(0)}, {*other, TraceRow(0)}));
    }
};

QTEST_GUILESS_MAIN(TestCarriedFolds)
#include "tst_carried_folds_layout.moc"
