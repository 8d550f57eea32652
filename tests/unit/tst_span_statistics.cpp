// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/critical_path.h"
#include "models/trace/span_statistics.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <string>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr std::int64_t kMs = 1'000'000;

SpanStatistics statisticsBy(const TraceSnapshot &snapshot, const SpanGrouping &grouping)
{
    const TraceSelection all = TraceSelection::allOf(snapshot);
    return *statisticsOf(snapshot, all, *spanTimesOf(snapshot, all, {}), grouping, {});
}

/// "web 2x 150 self 110 critical 110 p50 75 max 100 errors 0" a line.
std::string textOf(const SpanGrouping &grouping, const SpanStatistics &statistics)
{
    std::string text;
    for (std::size_t group = 0; group < grouping.names.size(); ++group) {
        const SpanTotals &totals = statistics.groups[group];
        text += grouping.names[group] + " " + std::to_string(totals.count) + "x " + std::to_string(totals.totalNs / kMs)
            + " self " + std::to_string(totals.selfNs / kMs) + " critical " + std::to_string(totals.criticalNs / kMs)
            + " p50 " + std::to_string(totals.p50Ns / kMs) + " max " + std::to_string(totals.maxNs / kMs) + " errors "
            + std::to_string(totals.errorCount) + "\n";
    }
    return text;
}

constexpr std::string_view kTwoTraces = "trace aa\nweb a @0ms +100ms\n  db q @0ms +40ms error\n  db r @0ms +30ms\n"
                                        "trace bb\nweb a @200ms +50ms\n  db q @210ms +20ms\n";

} // namespace

class TestSpanStatistics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void servicesAreCountedWithTheirTimes()
    {
        const auto snapshot = spansFromText(kTwoTraces);
        const SpanGrouping byService = groupedByService(*snapshot, TraceSelection::allOf(*snapshot));
        const SpanStatistics statistics = statisticsBy(*snapshot, byService);
        QCOMPARE(textOf(byService, statistics),
                 "web 2x 150 self 90 critical 90 p50 75 max 100 errors 0\n"
                 "db 3x 90 self 90 critical 60 p50 30 max 40 errors 1\n");
        QCOMPARE(statistics.criticalNs, 150 * kMs);
        QCOMPARE(statistics.criticalShare(0), 0.6);
        QCOMPARE(statistics.groups[1].traceCount, 2U);
    }

    void operationsAreToldApartByService()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms\n  db a @0ms +40ms\n");
        const SpanGrouping byOperation = groupedByOperation(*snapshot, TraceSelection::allOf(*snapshot));
        QCOMPARE(textOf(byOperation, statisticsBy(*snapshot, byOperation)),
                 "web a 1x 100 self 60 critical 60 p50 100 max 100 errors 0\n"
                 "db a 1x 40 self 40 critical 40 p50 40 max 40 errors 0\n");
    }

    void spansWithoutAGroupAreCounted()
    {
        const auto snapshot = spansFromText(kTwoTraces);
        const SpanGrouping byHost{{0, SpanGroups::kNoGroup, 2, 0, SpanGroups::kNoGroup}, {"h1", "h2", "h3"}};
        const SpanStatistics statistics = statisticsBy(*snapshot, byHost);
        QCOMPARE(statistics.ungroupedCount, 2U);
        QCOMPARE(statistics.groups[0].count, 2U);
        QCOMPARE(statistics.groups[1].count, 0U);
        QCOMPARE(statistics.groups[1].p99Ns, 0);
        QCOMPARE(statistics.criticalNs, 150 * kMs);
    }

    void nothingIsLostOrCountedTwice()
    {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto snapshot = test::randomTraces(9, 70, seed);
            const TraceSelection all = TraceSelection::allOf(*snapshot);
            std::int64_t path = 0;
            for (const TraceSummary &trace : snapshot->traces())
                path += criticalPathOf(*snapshot, trace).lengthNs;
            for (const SpanGrouping &grouping :
                 {groupedByService(*snapshot, all), groupedByOperation(*snapshot, all)}) {
                const SpanStatistics statistics = statisticsBy(*snapshot, grouping);
                std::uint32_t count = 0;
                std::int64_t self = 0;
                double share = 0;
                for (std::uint32_t group = 0; group < statistics.groups.size(); ++group) {
                    const SpanTotals &totals = statistics.groups[group];
                    count += totals.count;
                    self += totals.selfNs;
                    share += statistics.criticalShare(group);
                    QVERIFY(totals.p50Ns <= totals.p95Ns && totals.p95Ns <= totals.p99Ns);
                    QVERIFY(totals.p99Ns <= totals.maxNs && totals.selfNs <= totals.totalNs);
                    QCOMPARE(snapshot->spans().durationNs[totals.longestRow], totals.maxNs);
                }
                QCOMPARE(count, static_cast<std::uint32_t>(snapshot->spans().size()));
                QCOMPARE(statistics.ungroupedCount, 0U);
                QCOMPARE(statistics.criticalNs, path);
                QCOMPARE(self, statistics.selfNs);
                QVERIFY(std::abs(share - 1) < 1e-9);
            }
        }
    }

    void theAnswerDoesNotDependOnTheNumberOfCores()
    {
        const auto snapshot = test::randomTraces(3000, 40, 3);
        const SpanGrouping grouping = groupedByOperation(*snapshot, TraceSelection::allOf(*snapshot));
        const std::string many = textOf(grouping, statisticsBy(*snapshot, grouping));
        const tbb::global_control oneCore(tbb::global_control::max_allowed_parallelism, 1);
        QCOMPARE(textOf(grouping, statisticsBy(*snapshot, grouping)), many);
    }

    void aStopEndsTheWork()
    {
        const auto snapshot = test::randomTrace(100, 1);
        const TraceSelection all = TraceSelection::allOf(*snapshot);
        const SpanTimes times = *spanTimesOf(*snapshot, all, {});
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = statisticsOf(*snapshot, all, times, groupedByService(*snapshot, all), stop.get_token());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestSpanStatistics)
#include "tst_span_statistics.moc"
