// SPDX-License-Identifier: GPL-3.0-or-later
// Several stores as one: merging, order, paging, stores that fail or are slow. The stores here answer from memory; real
// ones are asked in tests/integration.
#include "tests/support/memory_source.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <thread>

using namespace tailspan;
using namespace tailspan::sources;
using test::MemorySource;
using test::setOf;
using test::StoredSpan;

namespace {

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

    void aStoreWithoutATraceThatAnotherOneHasIsWell()
    {
        SourceSet set = setOf(store({{"b", "2", 40, 9}}), store({{"a", "1", 50, 5}}));
        FetchRequest request;
        request.traceIds = {"a"};
        Progress progress;
        const SetFetch fetched = set.fetch(request, {}, progress);
        QVERIFY(!fetched.error && fetched.notes.empty());
        QCOMPARE(set.thread(0).status().phase, SourceStatus::Phase::Answered);
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
