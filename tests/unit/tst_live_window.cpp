// SPDX-License-Identifier: GPL-3.0-or-later
// Spans that keep coming must end as the same snapshot as if they had come at once.
#include "models/trace/live_window.h"
#include "tests/support/snapshot_check.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr std::int64_t kNow = 1'795'000'000'000'000'000;
constexpr const char *kNames[] = {"auth", "payment", "orders", "GET /a", "GET /b", "POST /c"};

/// A span as a store gives it; its strings are entered where it goes.
struct Span {
    std::uint16_t input = 0;
    std::uint64_t trace = 0;
    std::uint64_t id = 0;
    std::uint64_t parent = 0;
    std::int64_t startNs = 0;
    std::int64_t durationNs = 0;
    int service = 0;
    int operation = 3;
    bool hasTextIds = false;
};

Id idOf(std::uint64_t number, bool isText, StringPool &pool)
{
    if (number == 0)
        return {};
    return isText ? parseId("id-" + std::to_string(number), pool) : Id{number, number, IdForm::Uuid};
}

SpanDraft draftOf(const Span &span, StringPool &pool)
{
    SpanDraft draft;
    draft.trace = idOf(span.trace, span.hasTextIds, pool);
    draft.span = idOf(span.id, span.hasTextIds, pool);
    draft.parent = idOf(span.parent, span.hasTextIds, pool);
    draft.startNs = span.startNs;
    draft.durationNs = span.durationNs;
    draft.service = pool.intern(kNames[span.service]);
    draft.operation = pool.intern(kNames[span.operation]);
    return draft;
}

std::vector<Span> randomSpans(std::size_t traces, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::vector<Span> spans;
    for (std::uint64_t t = 1; t <= traces; ++t) {
        const std::size_t count = 1 + random() % 12;
        const bool hasTextIds = random() % 4 == 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            Span span;
            span.input = static_cast<std::uint16_t>(random() % 2);
            span.trace = t;
            span.id = t * 100 + i;
            span.parent = i == 0 ? 0 : t * 100 + random() % (i + 1); // sometimes itself
            span.startNs = kNow + static_cast<std::int64_t>(t) * 50'000'000
                + static_cast<std::int64_t>(random() % 40'000'000);
            span.durationNs = static_cast<std::int64_t>(random() % 30'000'000) - 1'000'000;
            span.service = static_cast<int>(random() % 3);
            span.operation = 3 + static_cast<int>(random() % 3);
            span.hasTextIds = hasTextIds;
            spans.push_back(span);
            if (random() % 5 == 0) { // the other store has it too
                span.input = static_cast<std::uint16_t>(1 - span.input);
                spans.push_back(span);
            }
        }
    }
    return spans;
}

std::vector<TraceInput> twoStores()
{
    TraceInput redis;
    redis.name = "redis";
    TraceInput postgres;
    postgres.name = "postgres";
    return {redis, postgres};
}

CollectedSpans collected(const std::vector<Span> &spans)
{
    TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    SpanBatch batch;
    for (const Span &span : spans)
        batch.spans.push_back(draftOf(span, builder.strings()));
    builder.add(input, std::move(batch));
    return std::move(builder).release();
}

void give(LiveWindow &window, std::span<const Span> spans)
{
    for (std::uint16_t input = 0; input < 2; ++input) {
        std::vector<Span> own;
        std::copy_if(spans.begin(), spans.end(), std::back_inserter(own),
                     [&](const Span &span) { return span.input == input; });
        (void)window.add(input, collected(own));
    }
}

TraceSnapshotPtr renewed(LiveWindow &window)
{
    Progress progress;
    auto snapshot = window.snapshot({}, progress);
    return snapshot.has_value() ? *snapshot : nullptr;
}

TraceSnapshotPtr builtAtOnce(const std::vector<Span> &spans)
{
    TraceBuilder builder;
    for (const TraceInput &input : twoStores())
        (void)builder.addInput(input);
    for (std::uint16_t input = 0; input < 2; ++input) {
        SpanBatch batch;
        for (const Span &span : spans) {
            if (span.input == input)
                batch.spans.push_back(draftOf(span, builder.strings()));
        }
        builder.add(input, std::move(batch));
    }
    Progress progress;
    return *builder.build({}, progress);
}

/// Ties of start may stand either way round, so lines are compared as a set.
QStringList sortedLines(const TraceSnapshotPtr &snapshot)
{
    QStringList lines = QString::fromStdString(test::drawingOf(*snapshot)).split(QLatin1Char('\n'));
    lines.sort();
    return lines;
}

} // namespace

class TestLiveWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spansThatComeOneByOneEndAsTheSameSnapshot()
    {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            std::vector<Span> spans = randomSpans(40, seed);
            std::mt19937 random(seed);
            std::shuffle(spans.begin(), spans.end(), random);
            LiveWindow window(twoStores(), 100'000);
            for (std::size_t at = 0; at < spans.size();) {
                const std::size_t count = std::min<std::size_t>(1 + random() % 30, spans.size() - at);
                give(window, std::span(spans).subspan(at, count));
                at += count;
                const TraceSnapshotPtr now = renewed(window);
                QVERIFY(now);
                const std::string broken = test::brokenPromise(*now);
                QVERIFY2(broken.empty(), broken.c_str());
            }
            QCOMPARE(sortedLines(renewed(window)), sortedLines(builtAtOnce(spans)));
        }
    }

    void aSpanThatIsReadTwiceCountsOnce()
    {
        const std::vector<Span> spans = randomSpans(10, 3);
        LiveWindow window(twoStores(), 100'000);
        give(window, spans);
        const TraceSnapshotPtr first = renewed(window);
        const std::size_t count = window.spanCount();
        give(window, spans);
        QCOMPARE(window.spanCount(), count);
        QVERIFY(!window.hasChanged());
        QCOMPARE(renewed(window).get(), first.get());
        QCOMPARE(first->spans().size(), count);
    }

    void differentSpansWithOneIdAllStay()
    {
        Span a;
        a.trace = 1;
        a.id = 7;
        a.startNs = kNow;
        a.durationNs = 5;
        Span b = a;
        b.durationNs = 6;
        LiveWindow window(twoStores(), 100);
        give(window, std::vector<Span>{a, b, a});
        QCOMPARE(renewed(window)->spans().size(), std::size_t{2});
        QCOMPARE(renewed(window)->ledger().count(RepairKind::DuplicateSpanId), std::uint64_t{1});
    }

    void theOldestTracesMakeRoom()
    {
        std::vector<Span> spans = randomSpans(400, 5);
        LiveWindow window(twoStores(), 500);
        for (std::size_t at = 0; at < spans.size(); at += 50) {
            give(window, std::span(spans).subspan(at, std::min<std::size_t>(50, spans.size() - at)));
            const TraceSnapshotPtr now = renewed(window);
            QVERIFY(window.spanCount() <= 500);
            const std::string broken = test::brokenPromise(*now);
            QVERIFY2(broken.empty(), broken.c_str());
        }
        const TraceSnapshotPtr now = renewed(window);
        QVERIFY(window.droppedTraces() > 300);
        QVERIFY(now->findTrace(idText({400, 400, IdForm::Uuid}, now->strings())).has_value()
                || now->findTrace("id-400").has_value());
        QVERIFY(!now->findTrace("id-1").has_value());
        // What was let go can come again.
        give(window, std::span(spans).first(1));
        QVERIFY(renewed(window));
    }

    void aStoppedRenewalLosesNothing()
    {
        const std::vector<Span> spans = randomSpans(30, 9);
        LiveWindow window(twoStores(), 100'000);
        give(window, spans);
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        QVERIFY(!window.snapshot(stop.get_token(), progress).has_value());
        QCOMPARE(sortedLines(renewed(window)), sortedLines(builtAtOnce(spans)));
    }

    void anEmptyWindowIsAnEmptySnapshot()
    {
        LiveWindow window(twoStores(), 10);
        QCOMPARE(renewed(window)->traces().size(), std::size_t{0});
        QCOMPARE(renewed(window)->inputs().size(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestLiveWindow)
#include "tst_live_window.moc"
