// SPDX-License-Identifier: GPL-3.0-or-later
// Several stores as one: merging, order, paging, stores that fail or are slow. The stores here answer from memory; real
// ones are asked in tests/integration.
#include "app/sources/source_set.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <thread>

using namespace tailspan;
using namespace tailspan::sources;

namespace {

struct StoredSpan {
    std::string trace;
    std::string id;
    std::int64_t endNs = 0;
    std::int64_t durationNs = 0;
};

/// Answers from memory, after a while when it is slow.
class MemorySource final : public TraceSource {
public:
    std::vector<StoredSpan> spans;
    std::string failure;
    int delayMs = 0;
    std::shared_ptr<std::atomic<int>> asked = std::make_shared<std::atomic<int>>(0);

    Result<> probe(const OnProbeStep &, Ask) override { return {}; }
    Result<SearchPage> search(const trace::TraceQuery &query, Ask ask) override
    {
        TS_CHECK(wait(ask));
        SearchPage page;
        for (const StoredSpan &span : spans) {
            const auto value = query.order == trace::TraceOrder::Longest ? span.durationNs : span.endNs;
            if (query.after
                && (value > query.after->value || (value == query.after->value && span.trace <= query.after->traceId)))
                continue;
            page.hits.push_back({span.trace, 1, span.endNs, span.durationNs});
        }
        std::sort(page.hits.begin(), page.hits.end(), [&](const TraceHit &a, const TraceHit &b) {
            const auto key = [&](const TraceHit &hit) {
                return std::pair(query.order == trace::TraceOrder::Longest ? -hit.longestNs : -hit.newestEndNs,
                                 hit.traceId);
            };
            return key(a) < key(b);
        });
        if (page.hits.size() > query.traceLimit) {
            page.hits.resize(query.traceLimit);
            const TraceHit &last = page.hits.back();
            page.next = trace::PageEnd{query.order == trace::TraceOrder::Longest ? last.longestNs : last.newestEndNs,
                                       last.traceId};
        }
        return page;
    }
    Result<FetchOutcome> fetch(const FetchRequest &, trace::TraceBuilder &builder, std::uint16_t input,
                               Ask ask) override
    {
        TS_CHECK(wait(ask));
        trace::SpanBatch batch;
        for (const StoredSpan &span : spans) {
            trace::SpanDraft draft;
            draft.trace = trace::parseId(span.trace, builder.strings());
            draft.span = trace::parseId(span.id, builder.strings());
            draft.startNs = span.endNs - span.durationNs;
            draft.durationNs = span.durationNs;
            draft.service = builder.strings().intern("auth");
            draft.operation = builder.strings().intern("GET /");
            batch.spans.push_back(draft);
        }
        builder.add(input, std::move(batch));
        return FetchOutcome{spans.size(), true, {}};
    }
    Result<FetchOutcome> tail(TailPosition &, trace::TraceBuilder &builder, std::uint16_t input, Ask ask) override
    {
        return fetch({}, builder, input, std::move(ask));
    }
    Result<trace::SpanDetails> details(const trace::SpanAddress &span, Ask ask) override
    {
        TS_CHECK(wait(ask));
        trace::SpanDetails details;
        details.attributes = {{"span", span.spanId, false}, {"password", "hunter2", false}};
        return details;
    }

private:
    Result<> wait(const Ask &ask) const
    {
        ++*asked;
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < delayMs) {
            if (ask.stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        if (!failure.empty())
            return fail(ErrorCode::Unreachable, failure, "cache:6379");
        return {};
    }
};

/// Each is moved to its thread when the first question comes.
SourceSet setOf(std::vector<std::unique_ptr<MemorySource>> sources)
{
    std::vector<std::shared_ptr<SourceThread>> threads;
    std::vector<std::string> formats;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        auto holder = std::make_shared<std::unique_ptr<MemorySource>>(std::move(sources[i]));
        threads.push_back(
            std::make_shared<SourceThread>("store " + std::to_string(i + 1),
                                           [holder]() -> std::unique_ptr<TraceSource> { return std::move(*holder); }));
        formats.emplace_back("Memory");
    }
    return SourceSet(std::move(threads), std::move(formats));
}

template <class... Sources>
SourceSet setOf(Sources... sources)
{
    std::vector<std::unique_ptr<MemorySource>> list;
    (list.push_back(std::move(sources)), ...);
    return setOf(std::move(list));
}

std::unique_ptr<MemorySource> store(std::vector<StoredSpan> spans)
{
    auto source = std::make_unique<MemorySource>();
    source->spans = std::move(spans);
    return source;
}

QString idsOf(const std::vector<TraceHit> &hits)
{
    QStringList ids;
    for (const TraceHit &hit : hits)
        ids.append(QString::fromStdString(hit.traceId));
    return ids.join(QLatin1Char(' '));
}

} // namespace

class TestSourceSet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tracesOfTwoStoresComeOnceAndInOrder()
    {
        SourceSet set =
            setOf(store({{"a", "1", 50, 5}, {"b", "2", 40, 9}}), store({{"b", "2", 40, 9}, {"c", "3", 60, 1}}));
        Progress progress;
        const auto newest = set.search({}, {}, progress);
        QVERIFY(newest.has_value());
        QCOMPARE(idsOf(newest->hits), QStringLiteral("c a b"));
        QVERIFY(newest->isComplete && !newest->next);
        trace::TraceQuery longest;
        longest.order = trace::TraceOrder::Longest;
        QCOMPARE(idsOf(set.search(longest, {}, progress)->hits), QStringLiteral("b a c"));
    }

    void pagesOfAllStoresTogetherHoldEveryTraceOnce()
    {
        std::vector<StoredSpan> first;
        std::vector<StoredSpan> second;
        for (int i = 0; i < 40; ++i) {
            const StoredSpan span{"t" + std::to_string(i), std::to_string(i), i / 3, 1};
            if (i % 3 != 0)
                first.push_back(span);
            if (i % 3 != 1)
                second.push_back(span);
        }
        SourceSet set = setOf(store(first), store(second));
        trace::TraceQuery query;
        query.traceLimit = 7;
        QStringList seen;
        for (int page = 0; page < 20; ++page) {
            Progress progress;
            const auto found = set.search(query, {}, progress);
            QVERIFY(found.has_value() && found->hits.size() <= 7);
            if (!found->hits.empty())
                seen.append(idsOf(found->hits).split(QLatin1Char(' ')));
            if (!found->next)
                break;
            query.after = found->next;
        }
        QCOMPARE(seen.size(), 40);
        seen.removeDuplicates();
        QCOMPARE(seen.size(), 40);
    }

    void spansOfTwoStoresAreMergedAndKeepWhereTheyCameFrom()
    {
        SourceSet set = setOf(store({{"a", "1", 50, 5}}), store({{"a", "1", 50, 5}, {"a", "2", 45, 1}}));
        trace::LiveWindow window(set.inputs(), 100);
        Progress progress;
        set.fetch({}, {}, progress).addTo(window);
        const auto snapshot = window.snapshot({}, progress);
        QCOMPARE((*snapshot)->spans().size(), std::size_t{2});
        QCOMPARE((*snapshot)->ledger().count(trace::RepairKind::MergedDuplicate), std::uint64_t{1});
        const auto details = (*snapshot)->details(SpanRow(0));
        QVERIFY(details.has_value());
        QCOMPARE(details->attributes.at(0).value, std::string("2")); // the one that starts first
        QVERIFY(details->attributes.at(1).value != "hunter2");
        QCOMPARE((*snapshot)->details(SpanRow(0), trace::Secrets::Revealed)->attributes.at(1).value,
                 std::string("hunter2"));
    }

    void aStoreThatFailsIsNotedAndTheOthersGoOn()
    {
        auto broken = store({});
        broken->failure = "connection refused";
        SourceSet set = setOf(std::move(broken), store({{"a", "1", 50, 5}}));
        Progress progress;
        const auto found = set.search({}, {}, progress);
        QVERIFY(found.has_value() && !found->isComplete);
        QCOMPARE(idsOf(found->hits), QStringLiteral("a"));
        QVERIFY(found->notes.at(0).isError);
        QCOMPARE(found->notes.at(0).source, std::string("store 1"));
        trace::LiveWindow window(set.inputs(), 100);
        SetFetch fetched = set.fetch({}, {}, progress);
        QVERIFY(!fetched.error && fetched.notes.at(0).isError);
        std::move(fetched).addTo(window);
        const auto snapshot = window.snapshot({}, progress);
        QVERIFY(!(*snapshot)->inputs()[0].isComplete && (*snapshot)->inputs()[1].isComplete);
        QCOMPARE((*snapshot)->spans().size(), std::size_t{1});
        QCOMPARE(set.thread(0).status().phase, SourceStatus::Phase::Failed);
        QCOMPARE(set.thread(1).status().phase, SourceStatus::Phase::Answered);
    }

    void whenNoStoreAnswersTheFirstOnesErrorIsTheAnswer()
    {
        auto broken = store({});
        broken->failure = "connection refused";
        SourceSet set = setOf(std::move(broken));
        Progress progress;
        const auto found = set.search({}, {}, progress);
        QVERIFY(!found.has_value());
        QCOMPARE(found.error().code, ErrorCode::Unreachable);
        QVERIFY(QString::fromStdString(found.error().text()).contains(QStringLiteral("cache:6379")));
    }

    void aStopEndsARunningQuestionAndTakesWaitingOnesBack()
    {
        auto slow = store({});
        slow->delayMs = 10'000;
        const auto asked = slow->asked;
        SourceSet set = setOf(std::move(slow));
        std::stop_source stop;
        std::vector<std::jthread> askers;
        for (int i = 0; i < 3; ++i) {
            askers.emplace_back([&] {
                Progress progress;
                const auto found = set.search({}, stop.get_token(), progress);
                QVERIFY(!found.has_value() && found.error().code == ErrorCode::Cancelled);
            });
        }
        QTRY_COMPARE(asked->load(), 1);
        QElapsedTimer timer;
        timer.start();
        stop.request_stop();
        askers.clear();
        QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(asked->load(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSourceSet)
#include "tst_source_set.moc"
