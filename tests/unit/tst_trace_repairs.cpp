// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/trace/trace_builder.h"
#include "tests/support/snapshot_check.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

#include <algorithm>
#include <limits>

using namespace tailspan;
using namespace tailspan::trace;
using test::brokenPromise;
using test::spansFromText;

namespace {

SpanRow rowOf(const TraceSnapshot &snapshot, std::string_view operation)
{
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row) {
        if (snapshot.operationOf(SpanRow(row)) == operation)
            return SpanRow(row);
    }
    return SpanRow();
}

std::string parentOf(const TraceSnapshot &snapshot, std::string_view operation)
{
    const SpanRow parent = snapshot.spans().parentOf(rowOf(snapshot, operation));
    return parent.isValid() ? std::string(snapshot.operationOf(parent)) : "none";
}

bool hasMark(const TraceSnapshot &snapshot, std::string_view operation, SpanMark mark)
{
    return snapshot.spans().hasMark(rowOf(snapshot, operation), mark);
}

/// The text of the ledger's first entry of that kind.
std::string ledgerText(const TraceSnapshot &snapshot, RepairKind kind)
{
    for (const Repair &repair : snapshot.ledger().entries()) {
        if (repair.kind == kind)
            return repairText(snapshot, repair);
    }
    return "nothing";
}

#define VERIFY_PROMISES(snapshot) QCOMPARE(QString::fromStdString(brokenPromise(*(snapshot))), QString())

} // namespace

class TestTraceRepairs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWholeTraceNeedsNoRepair()
    {
        const auto snapshot =
            spansFromText("web a @0ms +100ms\n  db b @10ms +20ms\n  db c @40ms +20ms\n    x d @45ms +5ms\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->ledger().entries().size(), std::size_t{0});
        QCOMPARE(parentOf(*snapshot, "d"), "c");
        QCOMPARE(snapshot->traces()[0].durationNs, 100'000'000);
        QCOMPARE(snapshot->parentConfidence(rowOf(*snapshot, "d")), 1.0F);
    }

    void aParentThatIsNotThereMakesARoot()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms\ndb b @10ms +20ms parent=77\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "b"), "none");
        QVERIFY(hasMark(*snapshot, "b", kMarkUnresolvedParent));
        QCOMPARE(snapshot->recordedParentText(rowOf(*snapshot, "b")), "77");
        QCOMPARE(ledgerText(*snapshot, RepairKind::UnresolvedParent),
                 "names parent 77, which is not in the data; shown as a root");
        QCOMPARE(ledgerText(*snapshot, RepairKind::SeveralRoots), "the trace has 2 roots; this one names it");
        QCOMPARE(snapshot->traces()[0].rootCount, 2U);
        QCOMPARE(snapshot->traces()[0].repairCount, 2U);
    }

    void aParentOfAnotherTraceIsNotTaken()
    {
        const auto snapshot =
            spansFromText("trace t1\nweb a @0ms +9ms id=7\ntrace t2\nweb b @0ms +9ms id=8 parent=7\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "b"), "none");
        QVERIFY(hasMark(*snapshot, "b", kMarkUnresolvedParent));
    }

    void aSpanThatNamesItselfIsARoot()
    {
        const auto snapshot = spansFromText("web a @0ms +9ms id=7 parent=7\n  db b @1ms +1ms parent=7\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "a"), "none");
        QCOMPARE(parentOf(*snapshot, "b"), "a");
        QVERIFY(hasMark(*snapshot, "a", kMarkSelfParent));
        QCOMPARE(snapshot->recordedParentText(rowOf(*snapshot, "a")), "7");
        QCOMPARE(snapshot->ledger().count(RepairKind::SelfParent), 1U);
        QCOMPARE(snapshot->ledger().count(RepairKind::UnresolvedParent), 0U);
    }

    void twoSpansThatNameEachOtherAreCutAtTheEarlier()
    {
        const auto snapshot = spansFromText("web a @5ms +9ms id=1 parent=2\nweb b @3ms +9ms id=2 parent=1\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "b"), "none");
        QCOMPARE(parentOf(*snapshot, "a"), "b");
        QVERIFY(hasMark(*snapshot, "b", kMarkCycleCut));
        QVERIFY(hasMark(*snapshot, "a", kMarkCycle) && !hasMark(*snapshot, "a", kMarkCycleCut));
        QCOMPARE(snapshot->recordedParentText(rowOf(*snapshot, "b")), "1");
        QCOMPARE(snapshot->ledger().count(RepairKind::Cycle), 2U);
        QCOMPARE(ledgerText(*snapshot, RepairKind::Cycle),
                 "is one of 2 spans that name each other as parents; cut here, shown as a root");
    }

    void whatHangsBelowACycleStaysThere()
    {
        const auto snapshot = spansFromText(
            "root r @0ms +50ms id=9 parent=none\n"
            "web a @5ms +9ms id=1 parent=3\nweb b @3ms +9ms id=2 parent=1\nweb c @4ms +9ms id=3 parent=2\n"
            "db below @6ms +1ms id=4 parent=3\ndb deeper @6ms +1ms id=5 parent=4\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "b"), "none");
        QCOMPARE(parentOf(*snapshot, "c"), "b");
        QCOMPARE(parentOf(*snapshot, "a"), "c");
        QCOMPARE(parentOf(*snapshot, "below"), "c");
        QCOMPARE(parentOf(*snapshot, "deeper"), "below");
        QVERIFY(!hasMark(*snapshot, "below", kMarkCycle));
        QCOMPARE(snapshot->traces()[0].rootCount, 2U);
        QCOMPARE(snapshot->ledger().count(RepairKind::Cycle), 3U);
    }

    void twoCyclesInOneTraceAreCutApart()
    {
        const auto snapshot = spansFromText("a a @1ms +1ms id=1 parent=2\na b @2ms +1ms id=2 parent=1\n"
                                            "a c @3ms +1ms id=3 parent=4\na d @4ms +1ms id=4 parent=3\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->traces()[0].rootCount, 2U);
        QCOMPARE(snapshot->ledger().count(RepairKind::Cycle), 4U);
    }

    void spansOfOneIdAreAllShownAndChildrenGoToTheOneAroundThem()
    {
        const auto snapshot =
            spansFromText("web root @0ms +300ms id=r parent=none\n"
                          "svc first @0ms +90ms id=d parent=r\nsvc second @100ms +90ms id=d parent=r\n"
                          "svc third @200ms +90ms id=d parent=r\n"
                          "db in2 @110ms +5ms parent=d\ndb in3 @210ms +5ms parent=d\ndb in1 @10ms +5ms parent=d\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->spans().size(), std::size_t{7});
        QCOMPARE(parentOf(*snapshot, "in1"), "first");
        QCOMPARE(parentOf(*snapshot, "in2"), "second");
        QCOMPARE(parentOf(*snapshot, "in3"), "third");
        for (const char *name : {"first", "second", "third"})
            QVERIFY(hasMark(*snapshot, name, kMarkDuplicateId));
        QCOMPARE(snapshot->ledger().count(RepairKind::DuplicateSpanId), 2U);
        QCOMPARE(ledgerText(*snapshot, RepairKind::DuplicateSpanId),
                 "has the span id of another span, \"first\" of svc");
    }

    void theTwoHalvesOfAZipkinSpanHangOneUnderTheOther()
    {
        const auto snapshot =
            spansFromText("front root @0ms +100ms id=1 parent=none\nfront client @10ms +50ms id=2 parent=1\n"
                          "back server @15ms +40ms id=2 parent=1 shared\ndb query @20ms +5ms id=3 parent=2\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "server"), "client");
        QCOMPARE(parentOf(*snapshot, "client"), "root");
        QCOMPARE(parentOf(*snapshot, "query"), "server");
        QCOMPARE(snapshot->recordedParentText(rowOf(*snapshot, "server")), "1");
        QCOMPARE(snapshot->ledger().entries().size(), std::size_t{0});
    }

    void aServerHalfWithoutItsClientGoesToTheRecordedParent()
    {
        const auto snapshot =
            spansFromText("front root @0ms +100ms id=1 parent=none\nback server @15ms +40ms id=2 parent=1 shared\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "server"), "root");
    }

    void twoServerHalvesWithoutAClientMakeNoCircle()
    {
        const auto snapshot =
            spansFromText("front root @0ms +100ms id=1 parent=none\nback one @15ms +40ms id=2 parent=1 shared\n"
                          "back two @16ms +40ms id=2 parent=1 shared\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(parentOf(*snapshot, "one"), "root");
        QCOMPARE(parentOf(*snapshot, "two"), "root");
        QCOMPARE(snapshot->ledger().count(RepairKind::Cycle), 0U);
        QCOMPARE(snapshot->ledger().count(RepairKind::DuplicateSpanId), 1U);
    }

    void childrenOutsideTheirParentStayWhereTheyAre()
    {
        const auto snapshot = spansFromText("web a @10ms +20ms\n  db early @5ms +10ms\n  db late @25ms +10ms\n  db "
                                            "both @1ms +50ms\n  db in @10ms +20ms\n");
        VERIFY_PROMISES(snapshot);
        for (const char *name : {"early", "late", "both"})
            QVERIFY(hasMark(*snapshot, name, kMarkOutsideParent));
        QVERIFY(!hasMark(*snapshot, "in", kMarkOutsideParent));
        const Repair &both = snapshot->ledger().entries()[0];
        QCOMPARE(repairText(*snapshot, both), "starts 9 ms before its parent and ends 21 ms after it");
        QCOMPARE(snapshot->spans().startNs[rowOf(*snapshot, "both").value()] % 1'000'000'000, 1'000'000);
    }

    void whatNobodyWaitsForMayOutliveItsParent()
    {
        const auto snapshot =
            spansFromText("web a @0ms +10ms producer\n  q b @20ms +5ms consumer\n  q c @20ms +5ms async\n");
        VERIFY_PROMISES(snapshot);
        QVERIFY(hasMark(*snapshot, "b", kMarkAsynchronous));
        QVERIFY(hasMark(*snapshot, "b", kMarkOutsideParent));
        QCOMPARE(snapshot->ledger().count(RepairKind::OutsideParent), 0U);
    }

    void durationsThatAreNoneAreShownWithoutLength()
    {
        const auto snapshot = spansFromText(
            "web root @0ms +100ms\n  a zero @10ms +0ms\n  a negative @20ms -5ms\n  a missing @30ms unended\n");
        VERIFY_PROMISES(snapshot);
        for (const char *name : {"zero", "negative", "missing"})
            QCOMPARE(snapshot->spans().durationNs[rowOf(*snapshot, name).value()], 0);
        QCOMPARE(ledgerText(*snapshot, RepairKind::NegativeDuration), "recorded duration -5 ms; shown with no length");
        QCOMPARE(ledgerText(*snapshot, RepairKind::MissingDuration),
                 "no end or duration recorded; shown with no length");
        QCOMPARE(snapshot->ledger().count(RepairKind::ZeroDuration), 1U);
        QCOMPARE(snapshot->ledger().repairCount(), 2U); // a zero duration is only worth knowing
    }

    void aParentWithoutAnExtentHasNothingOutsideOfIt()
    {
        const auto snapshot = spansFromText("web root @0ms +100ms\n  a negative @20ms -5ms\n    b inner @21ms +5ms\n  "
                                            "a missing @30ms unended\n    b other @31ms +5ms\n");
        VERIFY_PROMISES(snapshot);
        QVERIFY(!hasMark(*snapshot, "inner", kMarkOutsideParent));
        QVERIFY(!hasMark(*snapshot, "other", kMarkOutsideParent));
    }

    void timesThatAreNoClockReadingsDoNotStretchTheTrace()
    {
        const auto snapshot =
            spansFromText("web root @0ms +100ms\n  a zero @=0ns +5ms\n  a negative @=-5s +5ms\n"
                          "  a far @=9223372036854775807ns +5ms\n  a endless @10ms +9223372036854775807ns\n");
        VERIFY_PROMISES(snapshot);
        for (const char *name : {"zero", "negative", "far", "endless"})
            QVERIFY2(hasMark(*snapshot, name, kMarkTimeOutOfRange), name);
        QCOMPARE(snapshot->traces()[0].durationNs, 100'000'000);
        QCOMPARE(snapshot->range().length().ns(), 100'000'000);
        QCOMPARE(snapshot->ledger().count(RepairKind::TimeOutOfRange), 4U);
        QCOMPARE(snapshot->ledger().count(RepairKind::OutsideParent), 0U);
    }

    void aTraceOutOfTimeDoesNotStretchTheRangeOfTheOthers()
    {
        const auto snapshot = spansFromText(
            "trace t1\nweb a @0ms +100ms\ntrace t2\nweb b @=9223372036854775807ns +5ms\ntrace t3\nweb c @=0ns +5ms\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->traces().size(), std::size_t{3});
        QCOMPARE(snapshot->range().length().ns(), 100'000'000);
        QVERIFY(hasMark(*snapshot, "c", kMarkTimeOutOfRange));
    }

    void onlyTimesOutOfRangeStillGiveATrace()
    {
        constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
        const auto snapshot = spansFromText(
            "web a @=9223372036854775807ns +9223372036854775807ns\n  web b @=-9223372036854775807ns +5ns\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->traces()[0].durationNs, kHighest);
        QCOMPARE(snapshot->ledger().count(RepairKind::TimeOutOfRange), 2U);
    }

    void aClockThatBeginsAtZeroIsBelieved()
    {
        const auto snapshot = spansFromText("trace t1\nweb a @=0ns +100ms\n  db b @=50ms +80ms\ntrace t2\nweb c @=0ns "
                                            "+7ms\ntrace t3\nweb d @=3ms +7ms\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->ledger().count(RepairKind::TimeOutOfRange), 0U);
        QVERIFY(hasMark(*snapshot, "b", kMarkOutsideParent));
        QCOMPARE(snapshot->traces()[0].startNs, 0);
        QCOMPARE(snapshot->traces()[0].durationNs, 130'000'000);
    }

    void aSpanWhoseTimeIsOutOfRangeDoesNotNameTheTrace()
    {
        const auto snapshot = spansFromText("web broken @=0ns +5ms parent=none\nweb real @10ms +5ms parent=none\n");
        QCOMPARE(std::string(snapshot->operationOf(SpanRow(snapshot->traces()[0].rootRow))), "real");
    }

    void copiesFromTwoInputsShareARow()
    {
        const auto snapshot = spansFromText(
            "web a @0ms +100ms id=1\n  db b @10ms +20ms id=2\n"
            "file second.txt\nweb a @0ms +100ms id=1\n  db b @10ms +20ms id=2\n  db new @50ms +20ms id=3\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->spans().size(), std::size_t{3});
        QCOMPARE(snapshot->ledger().count(RepairKind::MergedDuplicate), 2U);
        QCOMPARE(ledgerText(*snapshot, RepairKind::MergedDuplicate), "is also in second.txt; shown once");
        QCOMPARE(parentOf(*snapshot, "new"), "a");
        QCOMPARE(snapshot->ledger().repairCount(), 0U);
    }

    void spansThatOnlyShareTheirIdAreNoCopies()
    {
        const auto snapshot =
            spansFromText("web a @0ms +100ms id=1 parent=none\nfile b.txt\nweb a @0ms +101ms id=1 parent=none\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->spans().size(), std::size_t{2});
        QCOMPARE(snapshot->ledger().count(RepairKind::DuplicateSpanId), 1U);
    }

    void equalSpansOfOneInputAreBothShown()
    {
        const auto snapshot = spansFromText("web a @0ms +100ms id=1 parent=none\nweb a @0ms +100ms id=1 parent=none\n");
        VERIFY_PROMISES(snapshot);
        QCOMPARE(snapshot->spans().size(), std::size_t{2});
    }

    void aTraceIsFoundByItsIdAndNothingElseIs()
    {
        const auto snapshot = spansFromText("trace 00000000000000AB\nweb a @0ms +1ms\ntrace odd name\nweb b @0ms "
                                            "+1ms\ntrace 0000000000000000\nweb c @0ms +1ms\n");
        QVERIFY(snapshot->findTrace("00000000000000ab").has_value());
        QVERIFY(snapshot->findTrace("odd").has_value());
        QVERIFY(!snapshot->findTrace("never stored").has_value()); // there is a trace without an id
        QVERIFY(snapshot->findTrace("").has_value());
    }
};

QTEST_GUILESS_MAIN(TestTraceRepairs)
#include "tst_trace_repairs.moc"
