// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/minimap_layout.h"
#include "models/layout/waterfall_layout.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <random>
#include <set>

using namespace tailspan;
using namespace tailspan::layout;

namespace {

constexpr double kWidth = 1000;

TimeRange rangeOf(const trace::TraceSnapshot &snapshot)
{
    const trace::TraceSummary &summary = snapshot.traces()[0];
    return {TimePoint(summary.startNs), TimePoint(summary.startNs + summary.durationNs)};
}

RankedBits errorsOf(const trace::TraceSnapshot &snapshot)
{
    return {snapshot.spans().size(),
            [&](std::size_t i) { return snapshot.spans().isError(SpanRow(static_cast<std::uint32_t>(i))); }};
}

WaterfallLayout laidOut(const trace::TraceSnapshot &snapshot, const RowOrder &order, const TimeScale &scale,
                        std::uint32_t first = 0, std::uint32_t count = 1'000'000, const PathIndex *path = nullptr)
{
    const RankedBits errors = errorsOf(snapshot);
    WaterfallInput input;
    input.snapshot = &snapshot;
    input.order = &order;
    input.errors = &errors;
    input.path = path;
    input.key = {snapshot.generation(), TraceRow(0), order.revision(), 0, scale, first, count, 20};
    return layOutWaterfall(input);
}

const char *const kTree = R"(
    web GET /pay @0ms +100ms
      db SELECT @10ms +20ms
        disk read @12ms +5ms error
        disk read @18ms +5ms
      cache GET @40ms +5ms
      queue send @90ms +30ms
)";

} // namespace

class TestWaterfallLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everySpanIsOneRowWithOneBarInsideTheTimeline();
    void theBarIsWhereTheSpanIs();
    void aShortSpanIsAtLeastTwoPixels();
    void barsAreClippedAtTheEdgesAndMarkedBeyondThem();
    void aFoldCountsWhatItHides();
    void aSpanOutsideItsParentIsThin();
    void treeLinesReachTheNextSibling();
    void deepRowsStayInsideTheColumn();
    void theCriticalPathGoesUnderTheRightRows();
    void ancestorsThatAreScrolledOutStayAtTheTop();
    void atMostFiveAncestorsStayHoweverDeep();
    void theCostGrowsWithRowsNotWithSpans();
    void randomTreesKeepTheRules();
    void theMinimapHasOneMarkAPixelAndLane();
    void theMinimapKeepsErrorsAndSkipsTimesOutOfRange();
    void aStoppedMinimapEnds();
};

void TestWaterfallLayout::everySpanIsOneRowWithOneBarInsideTheTimeline()
{
    const auto snapshot = test::randomTrace(3000, 4);
    const RowOrder order(snapshot, TraceRow(0));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth));
    QCOMPARE(result.rows.size(), std::size_t{3000});
    std::set<std::uint32_t> seen;
    for (const WaterfallRow &row : result.rows) {
        QVERIFY(seen.insert(row.span.value()).second);
        QVERIFY(row.bar.xPx >= 0 && row.bar.xPx + row.bar.widthPx <= kWidth + 1e-6);
    }
}

void TestWaterfallLayout::theBarIsWhereTheSpanIs()
{
    const auto snapshot = test::spansFromText(kTree);
    const RowOrder order(snapshot, TraceRow(0));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), 1200));
    QCOMPARE(result.rows[1].bar.xPx, 100.0); // the trace lasts 120 ms
    QCOMPARE(result.rows[1].bar.widthPx, 200.0);
    QVERIFY(result.rows[2].isError);
    QCOMPARE(result.rows[2].depth, 2U);
}

void TestWaterfallLayout::aShortSpanIsAtLeastTwoPixels()
{
    const auto snapshot = test::spansFromText(R"(
        web GET @0ms +1s
          a first @0ms +1ns
          b last @1s +0ns
    )");
    const RowOrder order(snapshot, TraceRow(0));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth));
    QCOMPARE(result.rows[1].bar.widthPx, kMinBarPx);
    QVERIFY(result.rows[1].bar.isPoint);
    QCOMPARE(result.rows[2].bar.xPx, kWidth - kMinBarPx);
}

void TestWaterfallLayout::barsAreClippedAtTheEdgesAndMarkedBeyondThem()
{
    const auto snapshot = test::spansFromText(kTree);
    const RowOrder order(snapshot, TraceRow(0));
    const TimePoint start = rangeOf(*snapshot).begin;
    const TimeScale scale = TimeScale(rangeOf(*snapshot), kWidth)
                                .showing({start + Duration::milliseconds(15), start + Duration::milliseconds(25)});
    const WaterfallLayout result = laidOut(*snapshot, order, scale);
    QVERIFY(result.rows[0].bar.isClippedLeft && result.rows[0].bar.isClippedRight);
    QCOMPARE(result.rows[0].bar.widthPx, kWidth);
    QVERIFY(result.rows[2].bar.isClippedLeft);
    QCOMPARE(result.rows[4].bar.place, BarPlace::After);
    const TimeScale late = TimeScale(rangeOf(*snapshot), kWidth)
                               .showing({start + Duration::milliseconds(60), start + Duration::milliseconds(70)});
    QCOMPARE(laidOut(*snapshot, order, late).rows[1].bar.place, BarPlace::Before);
}

void TestWaterfallLayout::aFoldCountsWhatItHides()
{
    const auto snapshot = test::spansFromText(kTree);
    RowOrder order(snapshot, TraceRow(0));
    order.setFolded(SpanRow(1), true);
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth));
    QCOMPARE(result.rows.size(), std::size_t{4});
    QVERIFY(result.rows[1].isFolded);
    QCOMPARE(result.rows[1].hiddenSpans, 2U);
    QCOMPARE(result.rows[1].hiddenErrors, 1U);
    QCOMPARE(result.rows[0].hiddenErrors, 0U);
}

void TestWaterfallLayout::aSpanOutsideItsParentIsThin()
{
    const auto snapshot = test::spansFromText(kTree);
    const RowOrder order(snapshot, TraceRow(0));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth));
    QVERIFY(result.rows[5].bar.isThin);
    QVERIFY(!result.rows[4].bar.isThin);
}

void TestWaterfallLayout::treeLinesReachTheNextSibling()
{
    const auto snapshot = test::spansFromText(kTree);
    const RowOrder order(snapshot, TraceRow(0));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth));
    QVERIFY(result.rows[1].hasNextSibling);
    QCOMPARE(result.rows[2].guides, std::uint64_t{1}); // db has a sibling below: its parent's line goes on
    QVERIFY(result.rows[2].hasNextSibling);
    QVERIFY(!result.rows[3].hasNextSibling);
    QVERIFY(!result.rows[5].hasNextSibling);
    QVERIFY(!result.rows[0].hasNextSibling);
}

void TestWaterfallLayout::deepRowsStayInsideTheColumn()
{
    const auto snapshot = test::chainTrace(100'000);
    const RowOrder order(snapshot, TraceRow(0));
    const TimeScale scale(rangeOf(*snapshot), kWidth);
    for (const std::uint32_t first : {0U, 15U, 99'960U}) {
        const WaterfallLayout result = laidOut(*snapshot, order, scale, first, 40);
        QCOMPARE(result.rows.size(), std::size_t{40});
        for (const WaterfallRow &row : result.rows)
            QVERIFY(row.indent <= 20);
        QVERIFY(result.visitedSpans < 40 * 22);
    }
    QVERIFY(laidOut(*snapshot, order, scale, 50'000, 10).rows[0].indent > 0);
    QVERIFY(!laidOut(*snapshot, order, scale, 50'000, 10).rows[9].isIndentCut);
    QVERIFY(laidOut(*snapshot, order, scale, 50'000, 40).rows[39].isIndentCut);
}

void TestWaterfallLayout::theCriticalPathGoesUnderTheRightRows()
{
    const auto snapshot = test::spansFromText(kTree);
    const RowOrder order(snapshot, TraceRow(0));
    const TimePoint start = rangeOf(*snapshot).begin;
    const auto at = [start](std::int64_t ms) { return start + Duration::milliseconds(ms); };
    const PathIndex path({{SpanRow(0), at(0), at(10)},
                          {SpanRow(0), at(30), at(90)},
                          {SpanRow(1), at(10), at(12)},
                          {SpanRow(5), at(90), at(120)}});
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), 1200), 0, 100, &path);
    QCOMPARE(result.pathLines.size(), std::size_t{4});
    QCOMPARE(result.pathLines[1].xPx, 300.0);
    QCOMPARE(result.pathLines[1].widthPx, 600.0);
    QCOMPARE(result.pathLines[3].place, 5U);
}

void TestWaterfallLayout::ancestorsThatAreScrolledOutStayAtTheTop()
{
    const auto snapshot = test::spansFromText(kTree);
    const RowOrder order(snapshot, TraceRow(0));
    const TimeScale scale(rangeOf(*snapshot), kWidth);
    QVERIFY(laidOut(*snapshot, order, scale, 0, 3).stickyRows.empty());
    // "db" at the top would be covered by the root, and its children need it: both stay.
    const WaterfallLayout first = laidOut(*snapshot, order, scale, 1, 5);
    QCOMPARE(first.stickyRows.size(), std::size_t{2});
    QCOMPARE(first.stickyRows[0].span, SpanRow(0));
    QCOMPARE(first.stickyRows[1].span, SpanRow(1));
    const WaterfallLayout second = laidOut(*snapshot, order, scale, 2, 4);
    QCOMPARE(second.stickyRows.front().span, SpanRow(0));
    QCOMPARE(second.rows.front().span, SpanRow(2));
    QVERIFY(second.pathLines.empty());
}

void TestWaterfallLayout::atMostFiveAncestorsStayHoweverDeep()
{
    const auto snapshot = test::chainTrace(100'000);
    const RowOrder order(snapshot, TraceRow(0));
    const WaterfallLayout result = laidOut(*snapshot, order, TimeScale(rangeOf(*snapshot), kWidth), 50'000, 40);
    QCOMPARE(result.stickyRows.size(), std::size_t{kMostStickyRows});
    for (std::uint32_t i = 0; i < kMostStickyRows; ++i) // right above the first row that they leave uncovered
        QCOMPARE(result.stickyRows[i].span, SpanRow(50'000 + i));
}

void TestWaterfallLayout::theCostGrowsWithRowsNotWithSpans()
{
    std::uint64_t most = 0;
    for (const std::uint32_t spans : {10'000U, 300'000U}) {
        const auto snapshot = test::randomTrace(spans, 6);
        const RowOrder order(snapshot, TraceRow(0));
        const TimeScale scale(rangeOf(*snapshot), kWidth);
        for (std::uint32_t first = 0; first + 40 < spans; first += spans / 50)
            most = std::max(most, laidOut(*snapshot, order, scale, first, 40).visitedSpans);
    }
    QVERIFY2(most <= (40 + kMostStickyRows) * 13, qPrintable(QString::number(most)));
}

void TestWaterfallLayout::randomTreesKeepTheRules()
{
    std::mt19937_64 random(13);
    for (unsigned seed = 0; seed < 10; ++seed) {
        const auto snapshot = test::randomTrace(800, seed);
        RowOrder order(snapshot, TraceRow(0));
        TimeScale scale(rangeOf(*snapshot), kWidth);
        for (int step = 0; step < 30; ++step) {
            order.setFolded(SpanRow(static_cast<std::uint32_t>(random() % 800)), random() % 3 != 0);
            scale = scale.zoomed(random() % 2 == 0 ? 2.5 : 0.5, static_cast<double>(random() % 1000));
            const WaterfallLayout result = laidOut(*snapshot, order, scale);
            std::uint64_t shown = 0;
            for (const WaterfallRow &row : result.rows) {
                shown += 1 + row.hiddenSpans;
                const bool isOnScreen = row.bar.place == BarPlace::OnScreen;
                QCOMPARE(row.bar.widthPx >= kMinBarPx, isOnScreen);
                QVERIFY(row.bar.xPx >= 0 && row.bar.xPx + row.bar.widthPx <= kWidth + 1e-6);
            }
            QCOMPARE(shown, std::uint64_t{800}); // each span is a row or counted under exactly one fold
        }
    }
}

void TestWaterfallLayout::theMinimapHasOneMarkAPixelAndLane()
{
    for (const std::uint32_t spans : {1U, 7U, 5000U, 200'000U}) {
        const auto snapshot = test::randomTrace(spans, 8);
        const MinimapLayout map = layOutMinimap(*snapshot, TraceRow(0), 640, 11);
        QCOMPARE(map.laneCount, static_cast<std::uint16_t>(std::min(spans, 11U)));
        std::set<std::pair<int, int>> taken;
        for (const MinimapMark &mark : map.marks) {
            QVERIFY(mark.lane < map.laneCount);
            for (int x = mark.xPx; x < mark.xPx + mark.widthPx; ++x) {
                QVERIFY(x >= 0 && x < 640);
                QVERIFY(taken.emplace(mark.lane, x).second);
            }
        }
        QVERIFY(!map.marks.empty());
    }
}

void TestWaterfallLayout::theMinimapKeepsErrorsAndSkipsTimesOutOfRange()
{
    const auto snapshot = test::spansFromText(kTree);
    const MinimapLayout map = layOutMinimap(*snapshot, TraceRow(0), 240, 11);
    const auto errors =
        std::count_if(map.marks.begin(), map.marks.end(), [](const MinimapMark &m) { return m.isError; });
    QVERIFY(errors >= 1);
    QCOMPARE(map.laneCount, std::uint16_t{6});
}

void TestWaterfallLayout::aStoppedMinimapEnds()
{
    const auto snapshot = test::randomTrace(10'000, 8);
    std::stop_source source;
    source.request_stop();
    QVERIFY(layOutMinimap(*snapshot, TraceRow(0), 640, 11, source.get_token()).marks.empty());
}

QTEST_GUILESS_MAIN(TestWaterfallLayout)
#include "tst_waterfall_layout.moc"
