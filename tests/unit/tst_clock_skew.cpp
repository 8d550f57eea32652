// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/clock_skew.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <string>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// "client-db 5 calls, 5 out, 5 agree, -30 to -20: -25" a line, in milliseconds.
std::string textOf(const TraceSnapshot &snapshot)
{
    std::string text;
    const auto pairs = clockPairsOf(snapshot, {});
    for (const ClockPair &pair : *pairs) {
        text += std::string(snapshot.serviceName(ServiceId(pair.serviceA))) + "-"
            + std::string(snapshot.serviceName(ServiceId(pair.serviceB))) + " " + std::to_string(pair.calls)
            + " calls, " + std::to_string(pair.tooLong) + " too long, " + std::to_string(pair.stickingOut) + " out, "
            + std::to_string(pair.agreeing) + " agree, " + std::to_string(pair.lowestNs / kMs) + " to "
            + std::to_string(pair.highestNs / kMs) + ": "
            + (pair.isEstimated ? std::to_string(pair.offsetNs / kMs) : "none") + "\n";
    }
    return text;
}

/// Offsets of the services in milliseconds, by name.
std::map<std::string, std::int64_t> offsetsOf(const TraceSnapshot &snapshot, const std::vector<ClockPair> &pairs)
{
    const ClockOffsets offsets = clockOffsetsOf(snapshot, pairs);
    std::map<std::string, std::int64_t> byName;
    for (std::uint32_t service = 0; service < snapshot.serviceCount(); ++service)
        byName[std::string(snapshot.serviceName(ServiceId(service)))] = offsets.offsetNs[service] / kMs;
    return byName;
}

/// Traces client -> api -> db whose clocks are ahead by so many milliseconds; calls lie strictly inside their callers.
TraceSnapshotPtr skewed(std::uint32_t count, int apiAhead, int dbAhead, unsigned seed)
{
    std::mt19937 random(seed);
    const auto span = [](const char *name, std::int64_t us, std::int64_t lengthUs, std::int64_t aheadMs) {
        return std::string(name) + " call @" + std::to_string(us + aheadMs * 1000) + "us +" + std::to_string(lengthUs)
            + "us\n";
    };
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::int64_t at = 10'000'000 + std::int64_t{i} * 1'000'000;
        const auto wait = [&] { return 200 + static_cast<std::int64_t>(random() % 20'000); };
        const std::int64_t db = wait(), toDb = wait(), fromDb = wait(), toApi = wait(), fromApi = wait();
        const std::int64_t api = toDb + db + fromDb;
        text += "trace " + std::to_string(i + 1) + "\n" + span("client", at, toApi + api + fromApi, 0) + "  "
            + span("api", at + toApi, api, apiAhead) + "    " + span("db", at + toApi + toDb, db, dbAhead);
    }
    return spansFromText(text);
}

} // namespace

class TestClockSkew : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theOffsetThatPutsCallsInsideTheirCallersIsFound()
    {
        const auto snapshot = spansFromText("client a @0ms +100ms\n  db q @110ms +10ms\n  db q @150ms +40ms\n"
                                            "  db q @130ms +20ms\n  db q @160ms +10ms\n");
        // Allowed: -110 to -20, -150 to -90, -130 to -50, -160 to -70.
        QCOMPARE(textOf(*snapshot), "client-db 4 calls, 0 too long, 4 out, 4 agree, -110 to -90: -100\n");
    }

    void clocksThatNeedNotDifferAreLeftAlone()
    {
        const auto snapshot = spansFromText("client a @0ms +100ms\n  db q @10ms +10ms\n  db q @20ms +40ms\n"
                                            "  db q @30ms +20ms\n  db q @60ms +39ms\n");
        QCOMPARE(textOf(*snapshot), "client-db 4 calls, 0 too long, 0 out, 4 agree, -10 to 1: none\n");
    }

    void aCallThatOutlivesItsCallerIsNoSkew()
    {
        const auto snapshot = spansFromText("client a @0ms +100ms\n  db q @10ms +10ms\n  db q @20ms +40ms\n"
                                            "  db q @0ms +100ms\n  db q @60ms +60ms\n  db q @0ms +500ms\n");
        QCOMPARE(textOf(*snapshot), "client-db 5 calls, 1 too long, 1 out, 3 agree, 0 to 0: none\n");
    }

    void fewCallsProveNothing()
    {
        const auto snapshot = spansFromText("client a @0ms +100ms\n  db q @110ms +10ms\n  db q @150ms +40ms\n");
        QCOMPARE(textOf(*snapshot), "client-db 2 calls, 0 too long, 2 out, 2 agree, -110 to -90: none\n");
    }

    void callsInBothDirectionsAreOneEvidence()
    {
        const auto snapshot = spansFromText("client a @0ms +100ms\n  db q @150ms +50ms\n    client b @60ms +10ms\n"
                                            "    client b @70ms +10ms\n    client b @62ms +10ms\n");
        // Of db's clock: -150 to -100 as called; as caller -130 to -90, -120 to -80 and -128 to -88.
        const std::vector<ClockPair> pairs = *clockPairsOf(*snapshot, {});
        QCOMPARE(pairs.size(), std::size_t{1});
        QCOMPARE(pairs[0].agreeing, 4U);
        QCOMPARE(pairs[0].lowestNs, -120 * kMs);
        QCOMPARE(pairs[0].highestNs, -100 * kMs);
        QCOMPARE(pairs[0].offsetNs, -110 * kMs);
    }

    void whatNobodyWaitsForIsNoEvidence()
    {
        const auto snapshot =
            spansFromText("client a @0ms +100ms\n  db q @110ms +10ms async\n  db q @150ms +40ms consumer\n"
                          "  db q @150ms +40ms unended\n  client b @120ms +10ms\n");
        QCOMPARE(textOf(*snapshot), "");
    }

    void offsetsAddUpAlongTheCallsToTheServiceOfTheRoots()
    {
        for (unsigned seed = 1; seed <= 10; ++seed) {
            const auto snapshot = skewed(200, 300, -5000, seed);
            const auto offsets = offsetsOf(*snapshot, *clockPairsOf(*snapshot, {}));
            QCOMPARE(offsets.at("client"), 0);
            QVERIFY(std::abs(offsets.at("api") + 300) <= 2);
            QVERIFY(std::abs(offsets.at("db") - 5000) <= 4);
        }
    }

    void withoutSkewNothingIsCorrected()
    {
        for (unsigned seed = 1; seed <= 10; ++seed) {
            const auto snapshot = skewed(200, 0, 0, seed);
            const auto pairs = clockPairsOf(*snapshot, {});
            for (const ClockPair &pair : *pairs)
                QVERIFY(!pair.isEstimated && pair.stickingOut == 0 && pair.offsetNs == 0);
        }
    }

    void anOffsetThatTheUserSetsCountsLikeAFoundOne()
    {
        const auto snapshot = skewed(20, 0, 0, 1);
        std::vector<ClockPair> pairs = *clockPairsOf(*snapshot, {});
        // The first pair is api and client; what the user sets puts the client's times on the clock of api.
        pairs[0].offsetNs = -7 * kMs;
        const auto offsets = offsetsOf(*snapshot, pairs);
        QCOMPARE(offsets.at("api"), 7);
        QCOMPARE(offsets.at("db"), 7);
    }

    void servicesThatCallNoneOfTheOthersKeepTheirOwnClock()
    {
        const auto snapshot = spansFromText("trace a\nclient a @0ms +100ms\ntrace b\njob b @0ms +10ms\n");
        const ClockOffsets offsets = clockOffsetsOf(*snapshot, *clockPairsOf(*snapshot, {}));
        QCOMPARE(offsets.reference, (std::vector<std::uint32_t>{0, 1}));
        QCOMPARE(offsets.offsetNs, (std::vector<std::int64_t>{0, 0}));
    }

    void theIntervalIsWhereTheMostCallsAgree()
    {
        std::mt19937 random(9);
        for (int round = 0; round < 200; ++round) {
            std::string text;
            for (int i = 0; i < 8; ++i) {
                text += "client a @" + std::to_string(i * 1000) + "ms +20ms\n  db q @"
                    + std::to_string(i * 1000 + static_cast<int>(random() % 40)) + "ms +"
                    + std::to_string(1 + random() % 15) + "ms\n";
            }
            const auto snapshot = spansFromText(text);
            const ClockPair pair = (*clockPairsOf(*snapshot, {})).front();
            const auto agreeingAt = [&](std::int64_t offset) {
                std::uint32_t agreeing = 0;
                const SpanTable &spans = snapshot->spans();
                for (std::uint32_t row = 0; row < spans.size(); ++row) {
                    const std::uint32_t parent = spans.parent[row];
                    if (parent == SpanRow::kNone)
                        continue;
                    const std::int64_t start = spans.startNs[row] + offset;
                    const bool isInside = start >= spans.startNs[parent]
                        && start + spans.durationNs[row] <= spans.startNs[parent] + spans.durationNs[parent];
                    agreeing += isInside ? 1 : 0;
                }
                return agreeing;
            };
            QCOMPARE(agreeingAt(pair.lowestNs), pair.agreeing);
            QCOMPARE(agreeingAt(pair.highestNs), pair.agreeing);
            for (std::int64_t ms = -45; ms <= 45; ++ms)
                QVERIFY(agreeingAt(ms * kMs) <= pair.agreeing);
        }
    }

    void timesAtTheEndsOf64BitsDoNotOverflow()
    {
        const auto snapshot =
            spansFromText("client a @=7000000000000000000ns +9223372036854775807ns\n"
                          "  db b @=5ns +9223372036854775807ns\n  db b @=1s +9223372036854775807ns\n");
        const std::vector<ClockPair> pairs = *clockPairsOf(*snapshot, {});
        for (const ClockPair &pair : pairs)
            QVERIFY(pair.lowestNs <= pair.highestNs);
        QCOMPARE(clockOffsetsOf(*snapshot, pairs).offsetNs.size(), std::size_t{2});
    }

    void aStopEndsTheWork()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(clockPairsOf(*test::randomTrace(10, 1), stop.get_token()).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestClockSkew)
#include "tst_clock_skew.moc"
