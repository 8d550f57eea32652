// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/clock_correction.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <algorithm>
#include <string>

using namespace tailspan;
using namespace tailspan::trace;
using test::spansFromText;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// "  db q @10ms +10ms outside" a span, times from the start of the snapshot's range.
std::string drawn(const TraceSnapshot &snapshot)
{
    std::string text;
    const SpanTable &spans = snapshot.spans();
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        const SpanRow span(row);
        const std::int64_t at = snapshot.range().isEmpty() ? 0 : snapshot.range().begin.ns();
        text += std::string(std::size_t{2} * spans.depth[row], ' ') + std::string(snapshot.serviceOf(span)) + " "
            + std::string(snapshot.operationOf(span)) + " @" + std::to_string((spans.startNs[row] - at) / kMs) + "ms +"
            + std::to_string(spans.durationNs[row] / kMs) + "ms"
            + (spans.hasMark(span, kMarkOutsideParent) ? " outside" : "") + "\n";
    }
    return text;
}

/// Everything of a snapshot that a view can ask for, by row.
std::string allOf(const TraceSnapshot &snapshot)
{
    std::string text;
    const SpanTable &spans = snapshot.spans();
    for (std::uint32_t row = 0; row < spans.size(); ++row) {
        const SpanRow span(row);
        text += snapshot.spanIdText(span) + " " + snapshot.traceIdText(snapshot.traceOf(span)) + " "
            + snapshot.recordedParentText(span) + " " + std::string(snapshot.serviceOf(span)) + " "
            + std::string(snapshot.operationOf(span)) + " " + std::to_string(spans.startNs[row]) + " "
            + std::to_string(spans.durationNs[row]) + " " + std::to_string(spans.parent[row]) + " "
            + std::to_string(spans.depth[row]) + " " + std::to_string(spans.subtreeSize[row]) + " "
            + std::to_string(spans.marks[row]) + " " + std::to_string(spans.recordOffset[row]) + " "
            + std::to_string(snapshot.parentConfidence(span)) + "\n";
    }
    for (const Repair &repair : snapshot.ledger().entries())
        text += repairText(snapshot, repair) + "\n";
    for (const TraceSummary &trace : snapshot.traces())
        text += std::to_string(trace.startNs) + " " + std::to_string(trace.durationNs) + " "
            + std::to_string(trace.repairCount) + "\n";
    return text;
}

std::vector<std::int64_t> offsetsFor(const TraceSnapshot &snapshot, std::string_view service, std::int64_t offsetNs)
{
    std::vector<std::int64_t> offsets(snapshot.serviceCount());
    for (std::uint32_t id = 0; id < offsets.size(); ++id)
        offsets[id] = snapshot.serviceName(ServiceId(id)) == service ? offsetNs : 0;
    return offsets;
}

TraceSnapshotPtr skewed()
{
    return spansFromText("client a @0ms +100ms\n  db q @110ms +10ms\n  db r @150ms +40ms\n"
                         "  cache g @30ms +5ms\n  db q @130ms +20ms\n  db q @160ms +10ms\n");
}

/// What readers find in files: duplicates, cycles, lost parents, negative and missing durations, odd times.
const char *const kOdd = "trace aa\nclient a @0ms +100ms\n  db q @110ms +10ms id=77\n  db q @120ms +10ms id=77\n"
                         "  db neg @10ms +-5ms\n  db open @20ms +0ms unended\n  db lost @30ms +1ms parent=99\n"
                         "  api self @5ms +1ms id=55 parent=55\n  api x @6ms +1ms id=61 parent=62\n"
                         "  api y @7ms +1ms id=62 parent=61\n  db never @=0s +1ms\n  db zero @50ms +0ms\n";

} // namespace

class TestClockCorrection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void callsMoveInsideTheirCallersAndStandInTheirNewOrder()
    {
        const auto recorded = skewed();
        ClockCorrection correction;
        correction.isOn = true;
        const auto finding = correctClocks(recorded, correction, {});
        QVERIFY(finding);
        QCOMPARE(finding->movedServices, std::size_t{1});
        const std::string wanted = "client a @0ms +100ms\n  db q @10ms +10ms\n  db q @30ms +20ms\n"
                                   "  cache g @30ms +5ms\n  db r @50ms +40ms\n  db q @60ms +10ms\n";
        QCOMPARE(drawn(*finding->shown), wanted);
        QCOMPARE(recorded->ledger().count(RepairKind::OutsideParent), 4U);
        QCOMPARE(finding->shown->ledger().count(RepairKind::OutsideParent), 0U);
        QCOMPARE(finding->shown->traces()[0].durationNs, 100 * kMs);
        QCOMPARE(finding->shown->clockOffsetNs(ServiceId(finding->shown->spans().service[1])), -100 * kMs);
        QVERIFY(finding->shown->generation() != recorded->generation());
    }

    void offIsTheRecordedSnapshotItself()
    {
        const auto recorded = skewed();
        const auto finding = correctClocks(recorded, {}, {});
        QCOMPARE(finding->shown.get(), recorded.get());
        QCOMPARE(finding->movedServices, std::size_t{1});
        QCOMPARE(recorded->clockOffsetNs(ServiceId(0)), 0);
    }

    void whatTheUserSetsCountsInsteadOfWhatWasFound()
    {
        const auto recorded = skewed();
        ClockCorrection correction{true, {{{"client", "db"}, -95 * kMs}}};
        QVERIFY(drawn(*correctClocks(recorded, correction, {})->shown).find("db r @55ms") != std::string::npos);
        correction.overrides = {{{"db", "client"}, 95 * kMs}};
        QVERIFY(drawn(*correctClocks(recorded, correction, {})->shown).find("db r @55ms") != std::string::npos);
        correction.overrides = {{{"client", "db"}, 0}};
        QCOMPARE(correctClocks(recorded, correction, {})->shown.get(), recorded.get());
    }

    void movingByNothingChangesNothing_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("skewed") << QStringLiteral("client a @0ms +100ms\n  db q @110ms +10ms\n");
        QTest::newRow("all kinds of repairs") << QString::fromLatin1(kOdd);
        QTest::newRow("from zero") << QStringLiteral("client a @=0ms +100ms\n  db q @=10ms +10ms\n");
    }
    void movingByNothingChangesNothing()
    {
        QFETCH(QString, text);
        const auto recorded = spansFromText(text.toStdString());
        const auto moved = withClocksMoved(*recorded, std::vector<std::int64_t>(recorded->serviceCount()), {});
        QCOMPARE(allOf(**moved), allOf(*recorded));
    }

    void movingThereAndBackIsNoMove()
    {
        for (unsigned seed = 0; seed < 30; ++seed) {
            const auto recorded = test::randomTraces(20, 30, seed);
            std::vector<std::int64_t> there(recorded->serviceCount());
            for (std::size_t service = 0; service < there.size(); ++service)
                there[service] = (static_cast<std::int64_t>(service * 7919 + seed) % 200 - 100) * kMs / 10;
            const auto moved = withClocksMoved(*recorded, there, {});
            QCOMPARE((*moved)->spans().size(), recorded->spans().size());
            std::vector<std::int64_t> back(there);
            for (std::int64_t &offset : back)
                offset = -offset;
            const auto restored = withClocksMoved(**moved, back, {});
            QCOMPARE((*restored)->traces().size(), recorded->traces().size());
            QCOMPARE(allOf(**restored), allOf(*recorded));
        }
    }

    void timesThatMeanNothingStay()
    {
        const auto recorded = spansFromText(kOdd);
        const auto moved = withClocksMoved(*recorded, offsetsFor(*recorded, "db", -90 * kMs), {});
        QCOMPARE((*moved)->ledger().count(RepairKind::TimeOutOfRange), 1U);
        QCOMPARE((*moved)->ledger().count(RepairKind::NegativeDuration), 1U);
        QCOMPARE((*moved)->ledger().count(RepairKind::Cycle), recorded->ledger().count(RepairKind::Cycle));
    }

    void whereClocksBeginAtZeroNothingFallsBeforeIt()
    {
        const auto recorded = spansFromText("client a @=0ms +100ms\n  db q @=10ms +10ms\n");
        const auto moved = withClocksMoved(*recorded, offsetsFor(*recorded, "db", -30 * kMs), {});
        QCOMPARE((*moved)->ledger().count(RepairKind::TimeOutOfRange), 0U);
        QCOMPARE(drawn(**moved), "client a @20ms +100ms\n  db q @0ms +10ms outside\n");
    }

    void aStopEndsTheWork()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(correctClocks(skewed(), {}, stop.get_token()).error().code, ErrorCode::Cancelled);
        const auto recorded = skewed();
        QCOMPARE(withClocksMoved(*recorded, {0, 0, 0}, stop.get_token()).error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestClockCorrection)
#include "tst_clock_correction.moc"
