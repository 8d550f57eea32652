// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/duration_ranks.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <tbb/global_control.h>

#include <cmath>
#include <string>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr std::uint8_t kNone = DurationRanks::kNoRank;

std::vector<std::uint8_t> ranksOf(const TraceSnapshot &snapshot, std::uint32_t fewestSpans)
{
    return durationRanksOf(snapshot, {}, fewestSpans)->ofRow;
}

/// By the definition: 100 * (below + equal / 2) / n.
std::uint8_t slowRank(const SpanTable &spans, std::uint32_t row, std::uint32_t fewestSpans)
{
    double below = 0, equal = 0, count = 0;
    for (std::uint32_t other = 0; other < spans.size(); ++other) {
        if (spans.service[other] != spans.service[row] || spans.operation[other] != spans.operation[row])
            continue;
        ++count;
        below += spans.durationNs[other] < spans.durationNs[row] ? 1 : 0;
        equal += spans.durationNs[other] == spans.durationNs[row] ? 1 : 0;
    }
    return count < fewestSpans ? kNone : static_cast<std::uint8_t>(std::floor(100 * (below + equal / 2) / count + 0.5));
}

} // namespace

class TestDurationRanks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSpanIsRankedAmongItsOwnOperationAndTiesShareTheMiddle()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms\n  db q @0ms +10ms\n  db q @10ms +20ms\n"
                                            "  db q @30ms +20ms\n  db q @50ms +40ms\n  x q @60ms +999ms\n");
        QCOMPARE(ranksOf(*snapshot, 4), (std::vector<std::uint8_t>{kNone, 13, 50, 50, 88, kNone}));
    }

    void ofOneDurationEverySpanIsInTheMiddle()
    {
        const auto snapshot = spansFromText("db q @0ms +10ms parent=none\ndb q @10ms +10ms parent=none\n");
        QCOMPARE(ranksOf(*snapshot, 2), (std::vector<std::uint8_t>{50, 50}));
        QCOMPARE(ranksOf(*snapshot, 3), (std::vector<std::uint8_t>{kNone, kNone}));
    }

    void spansWithoutADurationHaveNoRankAndChangeNone()
    {
        const auto snapshot = spansFromText("db q @0ms +10ms parent=none\ndb q @10ms +10ms parent=none unended\n"
                                            "db q @20ms +30ms parent=none\ndb q @30ms +-5ms parent=none\n");
        QCOMPARE(ranksOf(*snapshot, 2), (std::vector<std::uint8_t>{25, kNone, 75, kNone}));
        QCOMPARE(ranksOf(*snapshot, 3), (std::vector<std::uint8_t>{kNone, kNone, kNone, kNone}));
    }

    void ranksAgreeWithTheirDefinition()
    {
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            const auto snapshot = test::randomTraces(20, 90, seed);
            const std::vector<std::uint8_t> ranks = ranksOf(*snapshot, 6);
            for (std::uint32_t row = 0; row < ranks.size(); ++row)
                QCOMPARE(ranks[row], slowRank(snapshot->spans(), row, 6));
        }
    }

    void manySpansAreRankedAsFewAre()
    {
        const auto snapshot = test::chainTrace(20'000); // durations 2, 4, ... 40,000 ns, the longest first
        const std::vector<std::uint8_t> ranks = ranksOf(*snapshot, DurationRanks::kFewestSpans);
        for (std::uint32_t row = 0; row < ranks.size(); ++row)
            QCOMPARE(ranks[row], static_cast<std::uint8_t>(std::floor((19'999.5 - row) / 200.0 + 0.5)));
    }

    void theAnswerDoesNotDependOnTheNumberOfCores()
    {
        const auto snapshot = test::randomTraces(2000, 40, 3);
        const std::vector<std::uint8_t> many = ranksOf(*snapshot, 20);
        const tbb::global_control oneCore(tbb::global_control::max_allowed_parallelism, 1);
        QCOMPARE(ranksOf(*snapshot, 20), many);
    }

    void aStopEndsTheWork()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(durationRanksOf(*test::randomTrace(100, 1), stop.get_token()).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestDurationRanks)
#include "tst_duration_ranks.moc"
