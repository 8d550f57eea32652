// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/row_order.h"
#include "tests/support/spans_from_text.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace tailspan;
using layout::RowOrder;

namespace {

/// The rows on the page, worked out the slow way.
std::vector<std::uint32_t> slowOrder(const trace::TraceSnapshot &snapshot, const RowOrder &order)
{
    std::vector<std::uint32_t> rows;
    const trace::TraceSummary &summary = snapshot.traces()[0];
    for (std::uint32_t r = summary.firstRow; r < summary.firstRow + summary.spanCount;) {
        rows.push_back(r);
        r += order.isFolded(SpanRow(r)) ? snapshot.spans().subtreeSize[r] : 1;
    }
    return rows;
}

void check(const trace::TraceSnapshot &snapshot, const RowOrder &order)
{
    const std::vector<std::uint32_t> expected = slowOrder(snapshot, order);
    QCOMPARE(std::size_t{order.visibleCount()}, expected.size());
    std::vector<std::uint32_t> placeOf(snapshot.spans().size(), ~0U);
    for (std::uint32_t place = 0; place < expected.size(); ++place) {
        QCOMPARE(order.rowAt(place).value(), expected[place]);
        placeOf[expected[place]] = place;
    }
    for (std::uint32_t r = 0; r < placeOf.size(); ++r) {
        const auto place = order.placeOf(SpanRow(r));
        QCOMPARE(place.has_value(), placeOf[r] != ~0U);
        if (place.has_value())
            QCOMPARE(*place, placeOf[r]);
        QVERIFY(order.placeOf(order.visibleFor(SpanRow(r))).has_value());
    }
}

} // namespace

class TestRowOrderLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySpanIsARowWhileNothingIsFolded();
    void aFoldHidesExactlyWhatIsBelow();
    void randomFoldsAgreeWithAWalkOfTheTree();
    void unfoldingEverythingRestoresTheOrder();
    void revealOpensEveryFoldAbove();
    void foldingASubtreeLeavesOnlyItsTop();
    void aSpanWithoutChildrenDoesNotFold();
    void aMillionFoldedSiblingsAreLookedUpQuickly();
    void aVeryDeepChainWorks();
};

void TestRowOrderLayout::everySpanIsARowWhileNothingIsFolded()
{
    const auto snapshot = test::randomTrace(1000, 1);
    const RowOrder order(snapshot, TraceRow(0));
    check(*snapshot, order);
    QCOMPARE(order.visibleCount(), 1000U);
}

void TestRowOrderLayout::aFoldHidesExactlyWhatIsBelow()
{
    const auto snapshot = test::spansFromText(R"(
        web GET /pay @0ms +100ms
          db SELECT @10ms +20ms
            disk read @12ms +5ms
          cache GET @40ms +5ms
    )");
    RowOrder order(snapshot, TraceRow(0));
    QVERIFY(order.setFolded(SpanRow(1), true));
    QCOMPARE(order.visibleCount(), 3U);
    QCOMPARE(order.rowAt(2), SpanRow(3));
    QVERIFY(!order.placeOf(SpanRow(2)).has_value());
    QCOMPARE(order.visibleFor(SpanRow(2)), SpanRow(1));
    QVERIFY(!order.setFolded(SpanRow(1), true));
}

void TestRowOrderLayout::randomFoldsAgreeWithAWalkOfTheTree()
{
    std::mt19937 random(5);
    for (unsigned seed = 0; seed < 8; ++seed) {
        const auto snapshot = test::randomTrace(400, seed);
        RowOrder order(snapshot, TraceRow(0));
        for (int step = 0; step < 60; ++step) {
            const SpanRow row(static_cast<std::uint32_t>(random() % 400));
            if (step % 7 == 0)
                order.setSubtreeFolded(row, random() % 2 == 0);
            else
                order.setFolded(row, random() % 3 != 0);
            check(*snapshot, order);
        }
    }
}

void TestRowOrderLayout::unfoldingEverythingRestoresTheOrder()
{
    const auto snapshot = test::randomTrace(500, 9);
    RowOrder order(snapshot, TraceRow(0));
    QVERIFY(order.setSubtreeFolded(SpanRow(0), true));
    QCOMPARE(order.visibleCount(), 1U);
    QVERIFY(order.setSubtreeFolded(SpanRow(0), false));
    QCOMPARE(order.visibleCount(), 500U);
    check(*snapshot, order);
}

void TestRowOrderLayout::revealOpensEveryFoldAbove()
{
    const auto snapshot = test::chainTrace(50);
    RowOrder order(snapshot, TraceRow(0));
    order.setSubtreeFolded(SpanRow(0), true);
    QVERIFY(order.reveal(SpanRow(30)));
    QVERIFY(order.placeOf(SpanRow(30)).has_value());
    QVERIFY(order.isFolded(SpanRow(30)));
    QVERIFY(!order.placeOf(SpanRow(31)).has_value());
    QVERIFY(!order.reveal(SpanRow(30)));
}

void TestRowOrderLayout::foldingASubtreeLeavesOnlyItsTop()
{
    const auto snapshot = test::spansFromText(R"(
        web GET /pay @0ms +100ms
          db SELECT @10ms +20ms
            disk read @12ms +5ms
          cache GET @40ms +5ms
    )");
    RowOrder order(snapshot, TraceRow(0));
    order.setSubtreeFolded(SpanRow(0), true);
    order.setFolded(SpanRow(0), false);
    QVERIFY(order.isFolded(SpanRow(1)));
    QCOMPARE(order.visibleCount(), 3U);
}

void TestRowOrderLayout::aSpanWithoutChildrenDoesNotFold()
{
    const auto snapshot = test::chainTrace(3);
    RowOrder order(snapshot, TraceRow(0));
    const auto revision = order.revision();
    QVERIFY(!order.setFolded(SpanRow(2), true));
    QVERIFY(!order.setFolded(SpanRow(77), true));
    QCOMPARE(order.revision(), revision);
}

void TestRowOrderLayout::aMillionFoldedSiblingsAreLookedUpQuickly()
{
    const auto snapshot = test::randomTrace(1'000'000, 2);
    RowOrder order(snapshot, TraceRow(0));
    order.setSubtreeFolded(SpanRow(0), true);
    order.setFolded(SpanRow(0), false);
    QVERIFY(order.visibleCount() > 10);
    QElapsedTimer timer;
    timer.start();
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < 100'000; ++i)
        sum += order.rowAt(i % order.visibleCount()).value();
    QVERIFY(sum > 0);
    QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
}

void TestRowOrderLayout::aVeryDeepChainWorks()
{
    const auto snapshot = test::chainTrace(100'000);
    RowOrder order(snapshot, TraceRow(0));
    QVERIFY(order.setFolded(SpanRow(50'000), true));
    QCOMPARE(order.visibleCount(), 50'001U);
    QVERIFY(order.reveal(SpanRow(99'999)));
    QCOMPARE(order.visibleCount(), 100'000U);
}

QTEST_GUILESS_MAIN(TestRowOrderLayout)
#include "tst_row_order_layout.moc"
