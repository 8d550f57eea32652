// SPDX-License-Identifier: GPL-3.0-or-later
// Random hostile graphs and sizes beyond reason: what every snapshot promises must hold for them too.
#include "models/trace/critical_path.h"
#include "models/trace/trace_builder.h"
#include "tests/support/snapshot_check.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include <pthread.h>

using namespace tailspan;
using namespace tailspan::trace;

namespace {

constexpr std::int64_t kNow = 1'795'000'000'000'000'000;

SpanDraft draft(std::uint64_t trace, std::uint64_t id, std::uint64_t parent, std::int64_t startNs,
                std::int64_t durationNs)
{
    SpanDraft span;
    span.trace = {0, trace, IdForm::Hex16};
    span.span = id == 0 ? Id() : Id{0, id, IdForm::Hex16};
    span.parent = parent == 0 ? Id() : Id{0, parent, IdForm::Hex16};
    span.startNs = startNs;
    span.durationNs = durationNs;
    return span;
}

TraceSnapshotPtr built(std::vector<SpanBatch> inputs)
{
    TraceBuilder builder;
    for (SpanBatch &batch : inputs) {
        const std::uint16_t input = builder.addInput({});
        for (std::size_t i = 0; i < batch.spans.size(); ++i)
            batch.spans[i].recordOffset = i; // so that each row names its draft
        builder.add(input, std::move(batch));
    }
    Progress progress;
    auto snapshot = builder.build({}, progress);
    return snapshot.has_value() ? *snapshot : nullptr;
}

/// Parents anywhere (cycles, itself, nowhere), ids used again, times of every kind.
SpanBatch hostileSpans(std::uint32_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
    constexpr std::int64_t kOdd[] = {0, -1, std::numeric_limits<std::int64_t>::max(),
                                     std::numeric_limits<std::int64_t>::min(), 5};
    const std::uint64_t traces = 1 + random() % 5;
    SpanBatch batch;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t id = chance(3) ? 1 + random() % count : chance(2) ? 0 : i + 1;
        const std::uint64_t parent = chance(10) ? 0 : chance(5) ? id : 1 + random() % (count + count / 20 + 1);
        const std::int64_t start = chance(5) ? kOdd[random() % 5]
                                             : kNow + static_cast<std::int64_t>(random() % 1'000'000);
        const std::int64_t duration = chance(5) ? kOdd[random() % 5] : static_cast<std::int64_t>(random() % 100'000);
        SpanDraft span = draft(1 + random() % traces, id, parent, start, duration);
        if (chance(3))
            span.marks |= kMarkSharedId;
        if (chance(3))
            span.marks |= kMarkMissingDuration;
        span.kind = static_cast<SpanKind>(random() % 6);
        batch.spans.push_back(span);
    }
    return batch;
}

/// Runs on a thread with a stack of 256 KiB: what recursed would not come back.
void onSmallStack(const std::function<void()> &body)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    QCOMPARE(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
    pthread_t thread{};
    const auto start = [](void *argument) -> void * {
        (*static_cast<const std::function<void()> *>(argument))();
        return nullptr;
    };
    QCOMPARE(pthread_create(&thread, &attributes, start, const_cast<std::function<void()> *>(&body)), 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
}

struct Timed {
    TraceSnapshotPtr snapshot;
    CriticalPath path;
    std::string broken;
    qint64 ms = 0;
};

Timed builtOnSmallStack(SpanBatch batch)
{
    Timed result;
    onSmallStack([&] {
        QElapsedTimer timer;
        timer.start();
        std::vector<SpanBatch> inputs;
        inputs.push_back(std::move(batch));
        result.snapshot = built(std::move(inputs));
        result.path = criticalPathOf(*result.snapshot, result.snapshot->traces()[0]);
        (void)selfTimesNs(*result.snapshot, result.snapshot->traces()[0]);
        result.ms = timer.elapsed();
        result.broken = test::brokenPromise(*result.snapshot);
    });
    return result;
}

constexpr qint64 kSecondsMs = 8'000; // generous: sanitizers and a busy machine

} // namespace

class TestTraceProperties : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPromiseHoldsForHostileGraphs()
    {
        for (unsigned seed = 1; seed <= 120; ++seed) {
            const std::uint32_t count = seed % 10 == 0 ? 20'000 : 1 + seed * 13 % 700;
            const auto snapshot = built({hostileSpans(count, seed)});
            QVERIFY2(test::brokenPromise(*snapshot).empty(),
                     (test::brokenPromise(*snapshot) + ", seed " + std::to_string(seed)).c_str());
            for (const TraceSummary &trace : snapshot->traces()) {
                const CriticalPath path = criticalPathOf(*snapshot, trace);
                QVERIFY(path.lengthNs >= 0 && path.lengthNs <= trace.durationNs);
            }
        }
    }

    void everyDraftIsARowExactlyOnce()
    {
        for (unsigned seed = 200; seed < 240; ++seed) {
            const SpanBatch batch = hostileSpans(3'000, seed);
            const auto snapshot = built({batch});
            std::vector<std::uint64_t> seen = snapshot->spans().recordOffset;
            std::sort(seen.begin(), seen.end());
            QCOMPARE(seen.size(), batch.spans.size());
            for (std::size_t i = 0; i < seen.size(); ++i)
                QCOMPARE(seen[i], std::uint64_t{i});
            for (std::uint32_t row = 0; row < snapshot->spans().size(); ++row) {
                const SpanDraft &source = batch.spans[snapshot->spans().recordOffset[row]];
                QCOMPARE(snapshot->spans().startNs[row], source.startNs);
                QVERIFY(snapshot->spans().id(SpanRow(row)) == source.span);
            }
        }
    }

    void theOrderOfTheInputChangesNothingButTies()
    {
        SpanBatch batch;
        std::mt19937_64 random(5);
        for (std::uint32_t i = 0; i < 2'000; ++i)
            batch.spans.push_back(draft(1 + i % 7, i + 1, i < 7 ? 0 : 1 + (random() % (i / 7)) * 7 + i % 7,
                                        kNow + i * 3, static_cast<std::int64_t>(random() % 9'999)));
        const std::string straight = test::drawingOf(*built({batch}));
        std::shuffle(batch.spans.begin(), batch.spans.end(), random);
        QVERIFY(test::drawingOf(*built({batch})) == straight);
    }

    void theSameSpansFromTwoInputsAreMergedOrAccountedFor()
    {
        for (unsigned seed = 300; seed < 320; ++seed) {
            const SpanBatch batch = hostileSpans(2'000, seed);
            const auto once = built({batch});
            const auto twice = built({batch, batch});
            QVERIFY2(test::brokenPromise(*twice).empty(), test::brokenPromise(*twice).c_str());
            QCOMPARE(twice->spans().size() + twice->ledger().count(RepairKind::MergedDuplicate),
                     2 * batch.spans.size());
            // All but the spans without an id, which nothing tells to be copies, are merged.
            const auto withoutId = std::count_if(batch.spans.begin(), batch.spans.end(),
                                                 [](const SpanDraft &s) { return !s.span.isPresent(); });
            QCOMPARE(twice->spans().size(), once->spans().size() + static_cast<std::size_t>(withoutId));
        }
    }

    void aChainOf100000SpansNeedsNoStack()
    {
        constexpr std::uint32_t kDepth = 100'000;
        SpanBatch batch;
        for (std::uint32_t i = 0; i < kDepth; ++i)
            batch.spans.push_back(draft(1, i + 1, i, kNow + i, 4 * std::int64_t{kDepth} - 2 * i));
        const Timed result = builtOnSmallStack(std::move(batch));
        QCOMPARE(result.broken, std::string());
        QCOMPARE(result.snapshot->spans().depth.back(), kDepth - 1);
        QCOMPARE(result.path.lengthNs, 4 * std::int64_t{kDepth});
        QVERIFY2(result.ms < kSecondsMs, qPrintable(QString::number(result.ms)));
    }

    void aMillionSiblingsNeedNoStack()
    {
        constexpr std::uint32_t kCount = 1'000'000;
        SpanBatch batch;
        batch.spans.push_back(draft(1, 1, 0, kNow, kCount));
        for (std::uint32_t i = 1; i < kCount; ++i)
            batch.spans.push_back(draft(1, i + 1, 1, kNow + (i * 7'919ULL) % kCount, 1));
        const Timed result = builtOnSmallStack(std::move(batch));
        QCOMPARE(result.broken, std::string());
        QCOMPARE(result.snapshot->spans().subtreeSize[0], kCount);
        QVERIFY2(result.ms < kSecondsMs, qPrintable(QString::number(result.ms)));
    }

    void aCycleOf100000SpansIsCutOnce()
    {
        constexpr std::uint32_t kCount = 100'000;
        SpanBatch batch;
        for (std::uint32_t i = 0; i < kCount; ++i)
            batch.spans.push_back(draft(1, i + 1, i == 0 ? kCount : i, kNow + i, 1));
        const Timed result = builtOnSmallStack(std::move(batch));
        QCOMPARE(result.broken, std::string());
        QCOMPARE(result.snapshot->traces()[0].rootCount, 1U);
        QCOMPARE(result.snapshot->ledger().count(RepairKind::Cycle), std::uint64_t{kCount});
        QVERIFY2(result.ms < kSecondsMs, qPrintable(QString::number(result.ms)));
    }

    void aCrowdUnderOneIdIsLinkedInSeconds()
    {
        constexpr std::uint32_t kCount = 200'000;
        SpanBatch batch;
        for (std::uint32_t i = 0; i < kCount; ++i)
            batch.spans.push_back(draft(1, i % 2 == 0 ? 7 : i + 10, i % 2 == 0 ? 0 : 7, kNow + i, 3));
        QElapsedTimer timer;
        timer.start();
        const auto snapshot = built({batch, batch});
        QVERIFY2(timer.elapsed() < kSecondsMs, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(test::brokenPromise(*snapshot), std::string());
        QCOMPARE(snapshot->spans().size(), std::size_t{kCount});
        QCOMPARE(snapshot->ledger().count(RepairKind::DuplicateSpanId), std::uint64_t{kCount / 2 - 1});
        for (std::uint32_t row = 0; row < 1'000; ++row) { // each child under a holder of the id that it lies in
            const std::uint32_t parent = snapshot->spans().parent[row];
            if (parent != SpanRow::kNone)
                QVERIFY(snapshot->spans().startNs[parent] <= snapshot->spans().startNs[row]);
        }
    }

    void aStopIsHeard()
    {
        TraceBuilder builder;
        builder.add(builder.addInput({}), hostileSpans(1'000, 1));
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto snapshot = builder.build(stop.get_token(), progress);
        QVERIFY(!snapshot.has_value());
        QVERIFY(snapshot.error().code == ErrorCode::Cancelled);
    }

    void noSpansGiveAnEmptySnapshot()
    {
        const auto snapshot = built({SpanBatch()});
        QVERIFY(snapshot->spans().isEmpty());
        QVERIFY(snapshot->traces().empty());
        QVERIFY(snapshot->range().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestTraceProperties)
#include "tst_trace_properties.moc"
