// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/kept_rows.h"
#include "models/layout/waterfall_layout.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <random>
#include <set>

using namespace tailspan;
using namespace tailspan::layout;

namespace {

constexpr double kWidth = 800;

std::shared_ptr<const RowRuns> runsOf(const trace::TraceSnapshot &snapshot)
{
    return std::make_shared<RowRuns>(findRowRuns(snapshot, TraceRow(0)));
}

TimeRange rangeOf(const trace::TraceSnapshot &snapshot)
{
    const trace::TraceSummary &summary = snapshot.traces()[0];
    return {TimePoint(summary.startNs), TimePoint(summary.startNs + summary.durationNs)};
}

/// `calls` like calls below one root, then another span.
trace::TraceSnapshotPtr loop(int calls, int everyMs, int lengthMs)
{
    std::string text = "web GET /pay @0ms +10000ms\n";
    for (int i = 0; i < calls; ++i) {
        text += "  db SELECT @" + std::to_string(100 + i * everyMs) + "ms +" + std::to_string(lengthMs) + "ms";
        text += i == 3 ? " error\n" : "\n";
    }
    return test::spansFromText(text + "  cache GET @9000ms +5ms\n");
}

/// Each span is on the page or behind exactly one row of it; look-ups in both directions agree.
void check(const trace::TraceSnapshot &snapshot, const RowOrder &order)
{
    const auto spans = static_cast<std::uint32_t>(snapshot.spans().size());
    std::uint32_t reached = 0;
    std::uint32_t lastRow = 0;
    std::set<std::uint32_t> seen;
    for (std::uint32_t place = 0; place < order.visibleCount(); ++place) {
        const RowEntry entry = order.entryAt(place);
        QCOMPARE(order.placeOf(entry), std::optional(place));
        QVERIFY(entry.span.value() >= lastRow);
        lastRow = entry.span.value();
        if (entry.isRun()) {
            const RowRun *run = order.runAt(entry.span);
            QVERIFY(run != nullptr);
            reached += order.isFolded(entry) ? run->end - run->begin : 0;
        } else {
            QVERIFY(seen.insert(entry.span.value()).second);
            reached += order.isFolded(entry) ? snapshot.spans().subtreeSize[entry.span.value()] : 1;
        }
    }
    QCOMPARE(reached, spans);
    for (std::uint32_t row = 0; row < spans; ++row) {
        QCOMPARE(order.placeOf(SpanRow(row)).has_value(), seen.contains(row));
        QVERIFY(order.placeOf(order.visibleFor(SpanRow(row))).has_value());
    }
}

WaterfallLayout laidOut(const trace::TraceSnapshot &snapshot, const RowOrder &order, const TimeScale &scale,
                        const PathIndex *path = nullptr)
{
    const RankedBits errors(snapshot.spans().size(), [&](std::size_t i) {
        return snapshot.spans().isError(SpanRow(static_cast<std::uint32_t>(i)));
    });
    WaterfallInput input{&snapshot, &order, &errors, path, {}};
    input.key = {snapshot.generation(), TraceRow(0), order.revision(), 0, scale, 0, 1'000'000, 20};
    return layOutWaterfall(input);
}

RowEntry runEntry(std::uint32_t row)
{
    return {SpanRow(row), RowEntry::Kind::Run};
}

} // namespace

class TestRowRunsLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fiveLikeSiblingsAreARunAndFourAreNot();
    void anotherOperationOrATimeOutOfRangeEndsARun();
    void aRunTellsWhetherItsMembersOverlap();
    void runsBelowMembersKnowTheOuterRun();
    void onlyLongRunsAreFoldedAtFirst();
    void aFoldedRunIsOneRowAndItsMembersComeBack();
    void revealOpensTheRunsAround();
    void undoOfAnyFoldRestoresThePage();
    void everySpanIsReachedExactlyOnceHoweverItIsFolded();
    void runsGoWhileThePageIsNarrowed();
    void theRowOfARunShowsItsTimesAndErrors();
    void aRunHasAtMostOneMarkAPixel();
    void theHiddenPathIsDrawnOnceAPixelUnderItsFold();
};

void TestRowRunsLayout::fiveLikeSiblingsAreARunAndFourAreNot()
{
    QVERIFY(runsOf(*loop(4, 10, 5))->runs.empty());
    const auto runs = runsOf(*loop(5, 10, 5));
    QCOMPARE(runs->runs.size(), std::size_t{1});
    QCOMPARE(runs->runs[0].begin, 1U);
    QCOMPARE(runs->runs[0].end, 6U);
    QCOMPARE(runs->runs[0].members, 5U);
    QCOMPARE(runs->runs[0].busy, Duration::milliseconds(25));
}

void TestRowRunsLayout::anotherOperationOrATimeOutOfRangeEndsARun()
{
    const auto snapshot = test::spansFromText(R"(
        web GET @0ms +100ms
          db SELECT @1ms +1ms
          db SELECT @3ms +1ms
          db SELECT @5ms +1ms
          db UPDATE @7ms +1ms
          db SELECT @9ms +1ms
          db SELECT @11ms +1ms
    )");
    QVERIFY(runsOf(*snapshot)->runs.empty());
    const auto far = test::spansFromText(R"(
        web GET @0ms +100ms
          db SELECT @=0s +1ms
          db SELECT @1ms +1ms
          db SELECT @3ms +1ms
          db SELECT @5ms +1ms
          db SELECT @7ms +1ms
    )");
    QVERIFY(runsOf(*far)->runs.empty());
}

void TestRowRunsLayout::aRunTellsWhetherItsMembersOverlap()
{
    QVERIFY(!runsOf(*loop(6, 10, 5))->runs[0].isSideBySide);
    const auto touching = runsOf(*loop(6, 10, 10));
    QVERIFY(!touching->runs[0].isSideBySide);
    QCOMPARE(touching->busy.size(), std::size_t{1});
    const auto overlapping = runsOf(*loop(6, 10, 15));
    QVERIFY(overlapping->runs[0].isSideBySide);
    QCOMPARE(overlapping->runs[0].busy, Duration::milliseconds(65));
}

void TestRowRunsLayout::runsBelowMembersKnowTheOuterRun()
{
    const auto snapshot = test::traceWithRuns(5000, 3);
    const auto found = runsOf(*snapshot);
    const std::vector<RowRun> &runs = found->runs;
    QVERIFY(runs.size() > 50);
    for (std::uint32_t i = 0; i < runs.size(); ++i) {
        std::uint32_t innermost = RowRun::kNone;
        for (std::uint32_t j = 0; j < i; ++j) {
            if (runs[j].begin <= runs[i].begin && runs[i].end <= runs[j].end)
                innermost = j;
        }
        QCOMPARE(runs[i].outer, innermost);
    }
}

void TestRowRunsLayout::onlyLongRunsAreFoldedAtFirst()
{
    for (const int calls : {19, 20}) {
        const auto snapshot = loop(calls, 10, 5);
        RowOrder order(snapshot, TraceRow(0));
        order.setRuns(runsOf(*snapshot));
        QCOMPARE(order.isFolded(runEntry(1)), calls == 20);
        QCOMPARE(order.visibleCount(), calls == 20 ? 3U : 22U);
        check(*snapshot, order);
    }
}

void TestRowRunsLayout::aFoldedRunIsOneRowAndItsMembersComeBack()
{
    const auto snapshot = loop(6, 10, 5);
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(runsOf(*snapshot));
    QCOMPARE(order.visibleCount(), 9U);
    QVERIFY(order.entryAt(1).isRun());
    QCOMPARE(order.entryAt(2), RowEntry(SpanRow(1)));
    QVERIFY(!order.setFolded(runEntry(1), true).isEmpty());
    QCOMPARE(order.visibleCount(), 3U);
    QCOMPARE(order.entryAt(2), RowEntry(SpanRow(7)));
    QCOMPARE(order.visibleFor(SpanRow(4)), runEntry(1));
    QVERIFY(order.setFolded(runEntry(1), true).isEmpty());
    QVERIFY(order.setFolded(runEntry(2), true).isEmpty());
    QVERIFY(!order.setFolded(runEntry(1), false).isEmpty());
    QCOMPARE(order.visibleCount(), 9U);
}

void TestRowRunsLayout::revealOpensTheRunsAround()
{
    const auto snapshot = test::traceWithRuns(3000, 5);
    for (std::uint32_t row = 0; row < 3000; row += 37) {
        RowOrder order(snapshot, TraceRow(0));
        order.setRuns(runsOf(*snapshot));
        order.setSubtreeFolded(SpanRow(0), true);
        order.reveal(SpanRow(row));
        QVERIFY(order.placeOf(SpanRow(row)).has_value());
    }
}

void TestRowRunsLayout::undoOfAnyFoldRestoresThePage()
{
    std::mt19937 random(2);
    const auto snapshot = test::traceWithRuns(800, 6);
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(runsOf(*snapshot));
    const auto page = [&order] {
        std::vector<RowEntry> entries;
        for (std::uint32_t place = 0; place < order.visibleCount(); ++place)
            entries.push_back(order.entryAt(place));
        return entries;
    };
    for (int step = 0; step < 200; ++step) {
        const std::vector<RowEntry> before = page();
        const RowEntry entry = before[random() % before.size()];
        const bool isFolded = random() % 2 == 0;
        const FoldChange change = step % 5 == 0 ? order.setSubtreeFolded(entry, isFolded)
                                                : order.setFolded(entry, isFolded);
        const std::vector<RowEntry> after = page();
        order.apply(change, !isFolded);
        QVERIFY(page() == before);
        order.apply(change, isFolded);
        QVERIFY(page() == after);
    }
}

void TestRowRunsLayout::everySpanIsReachedExactlyOnceHoweverItIsFolded()
{
    std::mt19937 random(4);
    for (unsigned seed = 0; seed < 6; ++seed) {
        const auto snapshot = test::traceWithRuns(600, seed);
        RowOrder order(snapshot, TraceRow(0));
        order.setRuns(runsOf(*snapshot));
        for (int step = 0; step < 60; ++step) {
            const RowEntry entry = order.entryAt(static_cast<std::uint32_t>(random() % order.visibleCount()));
            if (step % 7 == 0)
                order.setSubtreeFolded(entry, random() % 3 == 0);
            else
                order.setFolded(entry, random() % 3 != 0);
            check(*snapshot, order);
            const TimeScale scale = TimeScale(rangeOf(*snapshot), kWidth).zoomed(3, 200);
            std::uint32_t reached = 0;
            for (const WaterfallRow &row : laidOut(*snapshot, order, scale).rows)
                reached += row.hiddenSpans + (row.isRun ? 0 : 1);
            QCOMPARE(reached, 600U);
        }
    }
}

void TestRowRunsLayout::runsGoWhileThePageIsNarrowed()
{
    const auto snapshot = loop(30, 10, 5);
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(runsOf(*snapshot));
    QCOMPARE(order.visibleCount(), 3U);
    const std::vector<std::uint32_t> hits{4, 9};
    order.setKept(keptRows(*snapshot, TraceRow(0), hits, false));
    QCOMPARE(order.visibleCount(), 3U);
    QCOMPARE(order.entryAt(1), RowEntry(SpanRow(4)));
    QVERIFY(!order.placeOf(runEntry(1)).has_value());
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth));
    QVERIFY(result.rows[1].hasNextSibling);
    QVERIFY(!result.rows[2].hasNextSibling); // those that follow in the trace are not on the page
    order.setKept(std::nullopt);
    QCOMPARE(order.entryAt(1), runEntry(1));
}

void TestRowRunsLayout::theRowOfARunShowsItsTimesAndErrors()
{
    const auto snapshot = loop(30, 100, 5);
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(runsOf(*snapshot));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), 1000));
    const WaterfallRow &row = result.rows[1];
    QVERIFY(row.isRun && row.isFolded && row.hasNextSibling);
    QCOMPARE(row.runMembers, 30U);
    QCOMPARE(row.hiddenSpans, 30U);
    QCOMPARE(row.hiddenErrors, 1U);
    QCOMPARE(row.runBusy, Duration::milliseconds(150));
    QCOMPARE(row.bar.xPx, 10.0); // a pixel is 10 ms
    QCOMPARE(row.bar.widthPx, 290.5);
    QCOMPARE(result.runPieces.size(), std::size_t{30});
    QCOMPARE(result.runPieces[1].xPx, 20.0);
    QCOMPARE(result.runPieces[1].widthPx, 1.0);
}

void TestRowRunsLayout::aRunHasAtMostOneMarkAPixel()
{
    std::mt19937 random(9);
    const auto snapshot = test::traceWithRuns(4000, 12);
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(runsOf(*snapshot));
    TimeScale scale(rangeOf(*snapshot), kWidth);
    for (int step = 0; step < 40; ++step) {
        const WaterfallLayout result = laidOut(*snapshot, order, scale);
        for (std::size_t i = 0; i < result.runPieces.size(); ++i) {
            const RunPiece &piece = result.runPieces[i];
            QVERIFY(piece.xPx >= 0 && piece.widthPx > 0 && piece.xPx + piece.widthPx <= kWidth + 1);
            if (i > 0 && result.runPieces[i - 1].place == piece.place)
                QVERIFY(piece.xPx >= result.runPieces[i - 1].xPx + result.runPieces[i - 1].widthPx - 1e-6);
        }
        scale = scale.zoomed(random() % 3 == 0 ? 0.2 : 3, static_cast<double>(random() % 800));
    }
}

void TestRowRunsLayout::theHiddenPathIsDrawnOnceAPixelUnderItsFold()
{
    const auto snapshot = loop(30, 100, 50);
    RowOrder order(snapshot, TraceRow(0));
    order.setRuns(runsOf(*snapshot));
    std::vector<PathSegment> pieces;
    for (std::uint32_t row = 1; row <= 30; ++row)
        pieces.push_back({SpanRow(row), snapshot->spans().start(SpanRow(row)), snapshot->spans().end(SpanRow(row))});
    const PathIndex path(std::move(pieces));
    const TimeScale scale(rangeOf(*snapshot), 1000);
    const WaterfallLayout folded = laidOut(*snapshot, order, scale, &path);
    QCOMPARE(folded.pathLines.size(), std::size_t{30});
    QVERIFY(folded.pathLines[0].isHidden);
    QCOMPARE(folded.pathLines[0].place, 1U);
    QCOMPARE(folded.pathLines[0].xPx, 10.0);
    QCOMPARE(folded.pathLines[0].widthPx, 5.0);
    const WaterfallLayout small = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), 20), &path);
    QCOMPARE(small.pathLines.size(), std::size_t{1}); // all in a few pixels, which lie side by side
    order.setFolded(runEntry(1), false);
    QVERIFY(!laidOut(*snapshot, order, scale, &path).pathLines[0].isHidden);
}

QTEST_GUILESS_MAIN(TestRowRunsLayout)
#include "tst_row_runs_layout.moc"
