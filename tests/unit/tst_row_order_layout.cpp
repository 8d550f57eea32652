// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/kept_rows.h"
#include "models/layout/row_order.h"
#include "models/layout/row_runs.h"
#include "tests/support/spans_from_text.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>

using namespace tailspan;
using layout::keptRows;
using layout::RowOrder;

namespace {

layout::EventRows eventRows(std::size_t count)
{
    return std::make_shared<const std::vector<trace::EventMark>>(count);
}

/// The rows on the page, worked out the slow way.
std::vector<layout::RowEntry> slowOrder(const trace::TraceSnapshot &snapshot, const RowOrder &order)
{
    std::vector<layout::RowEntry> rows;
    const trace::TraceSummary &summary = snapshot.traces()[0];
    for (std::uint32_t r = summary.firstRow; r < summary.firstRow + summary.spanCount;) {
        if (!order.isKept(SpanRow(r))) {
            ++r;
            continue;
        }
        rows.emplace_back(SpanRow(r));
        const layout::EventRows events = order.eventsOf(SpanRow(r));
        for (std::uint32_t i = 0; events != nullptr && i < events->size(); ++i)
            rows.emplace_back(SpanRow(r), layout::RowEntry::Kind::Event, i);
        r += order.isFolded(SpanRow(r)) ? snapshot.spans().subtreeSize[r] : 1;
    }
    return rows;
}

void check(const trace::TraceSnapshot &snapshot, const RowOrder &order)
{
    const std::vector<layout::RowEntry> expected = slowOrder(snapshot, order);
    QCOMPARE(std::size_t{order.visibleCount()}, expected.size());
    std::vector<std::uint32_t> placeOf(snapshot.spans().size(), ~0U);
    for (std::uint32_t place = 0; place < expected.size(); ++place) {
        QVERIFY(order.entryAt(place) == expected[place]);
        QCOMPARE(order.placeOf(expected[place]), std::optional(place));
        if (expected[place].isSpan())
            placeOf[expected[place].span.value()] = place;
    }
    for (std::uint32_t r = 0; r < placeOf.size(); ++r) {
        const auto place = order.placeOf(SpanRow(r));
        QCOMPARE(place.has_value(), placeOf[r] != ~0U);
        if (place.has_value())
            QCOMPARE(*place, placeOf[r]);
        const layout::RowEntry shown = order.visibleFor(SpanRow(r));
        QCOMPARE(shown.isValid(), order.isKept(SpanRow(r)));
        if (shown.isValid())
            QVERIFY(order.placeOf(shown).has_value());
        if (place.has_value())
            QCOMPARE(shown.span, SpanRow(r));
    }
}

/// Ancestors of hits, and what is below them, worked out row by row.
layout::RowSet slowKept(const trace::TraceSnapshot &snapshot, const std::vector<std::uint32_t> &hits, bool below)
{
    const trace::SpanTable &spans = snapshot.spans();
    layout::RowSet kept(static_cast<std::uint32_t>(spans.size()));
    for (const std::uint32_t hit : hits) {
        for (std::uint32_t r = 0; r < spans.size(); ++r) {
            const bool isAbove = r <= hit && hit < r + spans.subtreeSize[r];
            const bool isBelow = hit <= r && r < hit + spans.subtreeSize[hit];
            if (isAbove || (below && isBelow))
                kept.set(r, true);
        }
    }
    return kept;
}

} // namespace

class TestRowOrderLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySpanIsARowWhileNothingIsFolded();
    void aFoldHidesExactlyWhatIsBelow();
    void eventsStandBelowTheirSpans();
    void eventsAreTakenBackAndComeAgain();
    void eventsAndRunsKeepTheirPlaces();
    void randomFoldsAgreeWithAWalkOfTheTree();
    void unfoldingEverythingRestoresTheOrder();
    void revealOpensEveryFoldAbove();
    void foldingASubtreeLeavesOnlyItsTop();
    void aSpanWithoutChildrenDoesNotFold();
    void aMillionFoldedSiblingsAreLookedUpQuickly();
    void aVeryDeepChainWorks();
    void rowSetsFindTheNextRowInAndOut();
    void keptRowsAreTheHitsTheirAncestorsAndByChoiceAllBelow();
    void hitsOfOtherTracesAreNotKept();
    void aKeptSetHidesTheRestTogetherWithFolds();
    void takingTheKeptSetAwayRestoresTheOrder();
    void anEmptyKeptSetLeavesNoRow();
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
    QVERIFY(!order.setFolded(SpanRow(1), true).isEmpty());
    QCOMPARE(order.visibleCount(), 3U);
    QCOMPARE(order.rowAt(2), SpanRow(3));
    QVERIFY(!order.placeOf(SpanRow(2)).has_value());
    QCOMPARE(order.visibleFor(SpanRow(2)).span, SpanRow(1));
    QVERIFY(order.setFolded(SpanRow(1), true).isEmpty());
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
    QVERIFY(!order.setSubtreeFolded(SpanRow(0), true).isEmpty());
    QCOMPARE(order.visibleCount(), 1U);
    QVERIFY(!order.setSubtreeFolded(SpanRow(0), false).isEmpty());
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
    QVERIFY(order.setFolded(SpanRow(2), true).isEmpty());
    QVERIFY(order.setFolded(SpanRow(77), true).isEmpty());
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

void TestRowOrderLayout::eventsStandBelowTheirSpans()
{
    std::mt19937 random(21);
    for (unsigned seed = 0; seed < 8; ++seed) {
        const auto snapshot = test::randomTrace(300, seed);
        RowOrder order(snapshot, TraceRow(0));
        for (int step = 0; step < 60; ++step) {
            const SpanRow row(static_cast<std::uint32_t>(random() % 300));
            if (random() % 2 == 0)
                order.setEvents(row, order.eventsOf(row) != nullptr ? nullptr : eventRows(1 + random() % 4));
            else
                order.setFolded(row, random() % 2 == 0);
            if (random() % 8 == 0)
                order.setKept(keptRows(*snapshot, TraceRow(0), std::vector<std::uint32_t>{row.value()}, true));
            else if (random() % 4 == 0)
                order.setKept(std::nullopt);
            check(*snapshot, order);
        }
    }
}

void TestRowOrderLayout::eventsAreTakenBackAndComeAgain()
{
    const auto snapshot = test::randomTrace(50, 3);
    RowOrder order(snapshot, TraceRow(0));
    const layout::FoldChange shown = order.setEvents(SpanRow(7), eventRows(3));
    QCOMPARE(order.visibleCount(), 53U);
    QVERIFY(order.setEvents(SpanRow(7), eventRows(2)).isEmpty()); // they are there
    QVERIFY(order.setEvents(SpanRow(8), nullptr).isEmpty());
    QCOMPARE(order.folds().opened.events.size(), std::size_t{1});
    QVERIFY(order.apply(shown, !shown.isFolded));
    QCOMPARE(order.visibleCount(), 50U);
    QVERIFY(order.apply(shown, shown.isFolded));
    QCOMPARE(order.visibleCount(), 53U);
    const layout::FoldChange hidden = order.setEvents(SpanRow(7), nullptr);
    QVERIFY(hidden.isFolded);
    QVERIFY(order.apply(hidden, !hidden.isFolded));
    QCOMPARE(order.eventsOf(SpanRow(7))->size(), std::size_t{3});
    const layout::RowEntry event = order.entryAt(*order.placeOf(SpanRow(7)) + 2);
    QVERIFY(event.isEvent());
    QVERIFY(!order.canFold(event));
    QVERIFY(order.setFolded(event, true).isEmpty());
    QVERIFY(order.setSubtreeFolded(event, true).isEmpty());
}

void TestRowOrderLayout::eventsAndRunsKeepTheirPlaces()
{
    std::mt19937 random(5);
    const auto snapshot = test::traceWithRuns(2000, 5);
    const trace::TraceSummary &summary = snapshot->traces()[0];
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(std::make_shared<const layout::RowRuns>(layout::findRowRuns(*snapshot, TraceRow(0))));
    for (int step = 0; step < 200; ++step) {
        const SpanRow row(summary.firstRow + static_cast<std::uint32_t>(random() % summary.spanCount));
        order.setEvents(row, eventRows(1 + random() % 3));
        const layout::RowEntry some = order.entryAt(static_cast<std::uint32_t>(random() % order.visibleCount()));
        order.setFolded(some, random() % 2 == 0);
        std::uint32_t spans = 0;
        for (std::uint32_t place = 0; place < order.visibleCount(); ++place) {
            const layout::RowEntry entry = order.entryAt(place);
            QCOMPARE(order.placeOf(entry), std::optional(place));
            spans += entry.isSpan() ? 1 : 0;
            if (entry.isEvent())
                QCOMPARE(order.entryAt(place - 1 - entry.event), layout::RowEntry(entry.span));
        }
        std::uint32_t shown = 0;
        for (std::uint32_t r = summary.firstRow; r < summary.firstRow + summary.spanCount; ++r) {
            shown += order.placeOf(SpanRow(r)).has_value() ? 1 : 0;
            QVERIFY(order.placeOf(order.visibleFor(SpanRow(r))).has_value());
        }
        QCOMPARE(shown, spans);
    }
}

void TestRowOrderLayout::aVeryDeepChainWorks()
{
    const auto snapshot = test::chainTrace(100'000);
    RowOrder order(snapshot, TraceRow(0));
    QVERIFY(!order.setFolded(SpanRow(50'000), true).isEmpty());
    QCOMPARE(order.visibleCount(), 50'001U);
    QVERIFY(order.reveal(SpanRow(99'999)));
    QCOMPARE(order.visibleCount(), 100'000U);
}

void TestRowOrderLayout::rowSetsFindTheNextRowInAndOut()
{
    for (const std::uint32_t size : {1U, 63U, 64U, 65U, 200U}) {
        for (std::uint32_t begin = 0; begin < size; ++begin) {
            layout::RowSet set(size);
            const std::uint32_t end = std::min(begin + 70, size);
            set.addRange(begin, end);
            QCOMPARE(set.count(), end - begin);
            QCOMPARE(set.nextIn(0), begin);
            QCOMPARE(set.nextOut(begin), end);
            QCOMPARE(set.nextIn(end), size);
            QCOMPARE(set.nextOut(0), begin == 0 ? end : 0);
        }
    }
}

void TestRowOrderLayout::keptRowsAreTheHitsTheirAncestorsAndByChoiceAllBelow()
{
    std::mt19937 random(11);
    for (unsigned seed = 0; seed < 20; ++seed) {
        const auto snapshot = test::randomTrace(300, seed);
        std::vector<std::uint32_t> hits(random() % 12);
        for (std::uint32_t &hit : hits)
            hit = static_cast<std::uint32_t>(random() % 300);
        for (const bool below : {false, true})
            QVERIFY(keptRows(*snapshot, TraceRow(0), hits, below) == slowKept(*snapshot, hits, below));
    }
}

void TestRowOrderLayout::hitsOfOtherTracesAreNotKept()
{
    const auto snapshot = test::randomTraces(3, 50, 4);
    const std::vector<std::uint32_t> hits{3, 60, 120};
    const layout::RowSet kept = keptRows(*snapshot, TraceRow(1), hits, false);
    QCOMPARE(kept.size(), 50U);
    QVERIFY(kept.contains(10));
    QCOMPARE(kept.count(), snapshot->spans().depth[60] + 1);
}

void TestRowOrderLayout::aKeptSetHidesTheRestTogetherWithFolds()
{
    std::mt19937 random(8);
    for (unsigned seed = 0; seed < 8; ++seed) {
        const auto snapshot = test::randomTrace(400, seed);
        RowOrder order(snapshot, TraceRow(0));
        for (int step = 0; step < 40; ++step) {
            const std::uint64_t before = order.revision();
            std::vector<std::uint32_t> hits(random() % 30);
            for (std::uint32_t &hit : hits)
                hit = static_cast<std::uint32_t>(random() % 400);
            const bool hasChanged = order.setKept(keptRows(*snapshot, TraceRow(0), hits, random() % 2 == 0));
            QCOMPARE(order.revision() > before, hasChanged);
            check(*snapshot, order);
            order.setFolded(SpanRow(static_cast<std::uint32_t>(random() % 400)), random() % 3 != 0);
            check(*snapshot, order);
        }
    }
}

void TestRowOrderLayout::takingTheKeptSetAwayRestoresTheOrder()
{
    const auto snapshot = test::randomTrace(500, 9);
    RowOrder order(snapshot, TraceRow(0));
    order.setFolded(SpanRow(snapshot->spans().parent[400]), true);
    const std::uint32_t shown = order.visibleCount();
    const std::vector<std::uint32_t> hits{10, 400};
    QVERIFY(order.setKept(keptRows(*snapshot, TraceRow(0), hits, false)));
    QVERIFY(order.visibleCount() < shown);
    QVERIFY(!order.setKept(order.kept()));
    QVERIFY(order.setKept(std::nullopt));
    QCOMPARE(order.visibleCount(), shown);
    check(*snapshot, order);
}

void TestRowOrderLayout::anEmptyKeptSetLeavesNoRow()
{
    const auto snapshot = test::randomTrace(100, 9);
    RowOrder order(snapshot, TraceRow(0));
    order.setKept(layout::RowSet(100));
    QCOMPARE(order.visibleCount(), 0U);
    QVERIFY(!order.placeAtOrBefore(SpanRow(50)).has_value());
    check(*snapshot, order);
}

QTEST_GUILESS_MAIN(TestRowOrderLayout)
#include "tst_row_order_layout.moc"
