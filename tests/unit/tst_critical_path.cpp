// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/critical_path.h"
#include "models/trace/trace_builder.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <random>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// "root 0-10, b 10-90, root 90-100": the path in milliseconds of the trace.
std::string pathText(const TraceSnapshot &snapshot)
{
    const TraceSummary &trace = snapshot.traces()[0];
    std::string text;
    for (const CriticalSegment &segment : criticalPathOf(snapshot, trace).segments) {
        text += (text.empty() ? "" : ", ") + std::string(snapshot.operationOf(SpanRow(segment.row))) + " "
            + std::to_string((segment.beginNs - trace.startNs) / kMs) + "-"
            + std::to_string((segment.endNs - trace.startNs) / kMs);
    }
    return text;
}

std::int64_t pathLengthMs(const TraceSnapshot &snapshot)
{
    return criticalPathOf(snapshot, snapshot.traces()[0]).lengthNs / kMs;
}

/// Of one span, by its definition: what of it no child covers.
std::int64_t slowSelfNs(const SpanTable &spans, std::uint32_t row)
{
    std::vector<std::pair<std::int64_t, std::int64_t>> covered;
    const std::int64_t begin = spans.startNs[row];
    const std::int64_t end = saturatingAdd(begin, spans.durationNs[row]);
    for (std::uint32_t child = 0; child < spans.size(); ++child) {
        const std::int64_t from = std::max(spans.startNs[child], begin);
        const std::int64_t to = std::min(saturatingAdd(spans.startNs[child], spans.durationNs[child]), end);
        if (spans.parent[child] == row && from < to)
            covered.emplace_back(from, to);
    }
    std::sort(covered.begin(), covered.end());
    std::int64_t self = spans.durationNs[row];
    std::int64_t at = begin;
    for (const auto &[from, to] : covered) {
        self -= std::max<std::int64_t>(0, to - std::max(from, at));
        at = std::max(at, to);
    }
    return self;
}

/// Random trees; `isNested` keeps every child inside its parent.
TraceSnapshotPtr randomTree(std::uint32_t count, unsigned seed, bool isNested)
{
    std::mt19937_64 random(seed);
    TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    SpanBatch batch;
    const auto pick = [&](std::int64_t below) {
        return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(std::max<std::int64_t>(below, 1)));
    };
    for (std::uint32_t i = 0; i < count; ++i) {
        SpanDraft span;
        span.trace = {0, 1, IdForm::Hex16};
        span.span = {0, i + 1, IdForm::Hex16};
        span.startNs = 1'700'000'000 * std::int64_t{1'000'000'000};
        span.durationNs = 10'000;
        if (i > 0) {
            const auto parent = static_cast<std::uint32_t>(pick(i));
            const SpanDraft &outer = batch.spans[parent];
            span.parent = outer.span;
            if (isNested) {
                span.startNs = outer.startNs + pick(outer.durationNs + 1);
                span.durationNs = pick(outer.startNs + outer.durationNs - span.startNs + 1);
            } else {
                span.startNs += pick(30'000) - 10'000;
                span.durationNs = pick(15'000) - 500;
            }
        }
        batch.spans.push_back(span);
    }
    builder.add(input, std::move(batch));
    Progress progress;
    return *builder.build({}, progress);
}

} // namespace

class TestCriticalPath : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSpanWithoutChildrenIsItsPath() { QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n")), "a 0-100"); }

    void theChildThatEndsLastIsWaitedFor()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @10ms +80ms\n  x c @20ms +30ms\n")),
                 "a 0-10, b 10-90, a 90-100");
    }

    void siblingsThatTouchAreBothOnThePath()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @0ms +40ms\n  x c @40ms +60ms\n")),
                 "b 0-40, c 40-100");
    }

    void ofSiblingsThatOverlapTheEarlierIsNotWaitedFor()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @0ms +50ms\n  x c @40ms +60ms\n")),
                 "a 0-40, c 40-100");
    }

    void anEarlierSiblingFillsTheGapBeforeTheLast()
    {
        QCOMPARE(
            pathText(*spansFromText("web a @0ms +100ms\n  x b @5ms +20ms\n  x c @15ms +55ms\n  x d @70ms +20ms\n")),
            "a 0-15, c 15-70, d 70-90, a 90-100");
    }

    void asynchronousChildrenAreNotWaitedFor()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @10ms +20ms\n  x c @40ms +60ms async\n")),
                 "a 0-10, b 10-30, a 30-100");
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms producer\n  x c @40ms +600ms consumer\n")), "a 0-100");
    }

    void whatRunsBeyondItsParentCountsToItsEnd()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @50ms +500ms\n")), "a 0-50, b 50-100");
        QCOMPARE(pathText(*spansFromText("web a @10ms +100ms\n  x b @0ms +60ms\n    y c @0ms +30ms\n")),
                 "c 10-30, b 30-60, a 60-110");
    }

    void spansWithoutLengthAreOnNoPath()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @50ms +0ms\n  x c @100ms +0ms\n")), "a 0-100");
        QCOMPARE(pathText(*spansFromText("web a @0ms +0ms\n")), "");
    }

    void theGapsBetweenRootsBelongToNobody()
    {
        const auto snapshot = spansFromText("web a @0ms +10ms parent=none\nweb b @20ms +30ms parent=none\n");
        QCOMPARE(pathText(*snapshot), "a 0-10, b 20-50");
        QCOMPARE(pathLengthMs(*snapshot), 40);
    }

    void spansOutOfTimeAreOnNoPath()
    {
        QCOMPARE(pathText(*spansFromText("web a @0ms +100ms\n  x b @=0ns +9223372036854775807ns\n")), "a 0-100");
    }

    void timesAtTheEndsOf64BitsDoNotOverflow()
    {
        const auto snapshot = spansFromText("web a @=9223372036854775807ns +9223372036854775807ns\n  x b "
                                            "@=-9223372036854775807ns +9223372036854775807ns\n");
        QVERIFY(pathLengthMs(*snapshot) >= 0);
        for (const std::int64_t self : selfTimesNs(*snapshot, snapshot->traces()[0]))
            QVERIFY(self >= 0);
    }

    void rowsOnThePathIncludeThoseAbove()
    {
        const auto snapshot =
            spansFromText("web a @0ms +100ms\n  x b @0ms +100ms\n    y c @0ms +100ms\n  x d @10ms +20ms\n");
        const TraceSummary &trace = snapshot->traces()[0];
        const CriticalPath path = criticalPathOf(*snapshot, trace);
        QCOMPARE(pathText(*snapshot), "c 0-100");
        QCOMPARE(path.rowsOnPath(*snapshot, trace), (std::vector<bool>{true, true, true, false}));
    }

    void nestedTreesHaveAPathAsLongAsTheirRoot()
    {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            const auto snapshot = randomTree(1 + seed * 7, seed, true);
            const TraceSummary &trace = snapshot->traces()[0];
            const CriticalPath path = criticalPathOf(*snapshot, trace);
            QCOMPARE(path.lengthNs, snapshot->spans().durationNs[trace.rootRow]);
        }
    }

    void segmentsAreInOrderApartAndInsideTheirSpans()
    {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            const auto snapshot = randomTree(1 + seed * 7, seed, seed % 2 == 0);
            const SpanTable &spans = snapshot->spans();
            std::int64_t at = std::numeric_limits<std::int64_t>::min();
            std::int64_t sum = 0;
            for (const CriticalSegment &segment : criticalPathOf(*snapshot, snapshot->traces()[0]).segments) {
                QVERIFY(segment.beginNs >= at);
                QVERIFY(segment.endNs > segment.beginNs);
                QVERIFY(segment.beginNs >= spans.startNs[segment.row]);
                QVERIFY(segment.endNs <= spans.startNs[segment.row] + spans.durationNs[segment.row]);
                at = segment.endNs;
                sum += segment.endNs - segment.beginNs;
            }
            QCOMPARE(criticalPathOf(*snapshot, snapshot->traces()[0]).lengthNs, sum);
        }
    }

    void selfTimesAgreeWithTheUnionOfTheChildren()
    {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            const auto snapshot = randomTree(1 + seed * 5, seed, seed % 3 == 0);
            const std::vector<std::int64_t> self = selfTimesNs(*snapshot, snapshot->traces()[0]);
            for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row)
                QCOMPARE(self[row], slowSelfNs(snapshot->spans(), row));
        }
    }
};

QTEST_GUILESS_MAIN(TestCriticalPath)
#include "tst_critical_path.moc"
