// SPDX-License-Identifier: GPL-3.0-or-later
// Retiming: what requests would have taken, had some of their spans taken less.
#include "models/advisor/endpoint_finder.h"
#include "models/advisor/what_if.h"
#include "tests/support/planted_traces.h"
#include "tests/support/spans_from_text.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using Kind = RetimeEdit::Kind;

namespace {

EndpointKey keyOf(const trace::TraceSnapshot &snapshot, std::string_view operation)
{
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row)
        if (snapshot.operationOf(SpanRow(row)) == operation)
            return EndpointKey::of(snapshot.spans(), row);
    qFatal("no such operation");
}

std::vector<std::uint32_t> rowsOf(const trace::TraceSnapshot &snapshot, std::string_view operation)
{
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < snapshot.spans().size(); ++row)
        if (snapshot.operationOf(SpanRow(row)) == operation)
            rows.push_back(row);
    return rows;
}

/// What the requests of an endpoint take in microseconds, with one edit of all spans of an operation.
std::vector<std::int64_t> retimedUs(const trace::TraceSnapshot &snapshot, std::string_view endpoint,
                                    std::string_view operation, Kind kind, double value, double fixedUs = 0,
                                    double eachUs = 0)
{
    const RetimePlan plan = RetimePlan::of(snapshot, keyOf(snapshot, endpoint), {});
    RetimeEdit edit{kind, rowsOf(snapshot, operation), value, fixedUs * 1e3, eachUs * 1e3};
    std::vector<std::int64_t> ns(plan.requestCount());
    plan.retime(plan.compile({edit}), ns);
    for (std::int64_t &one : ns)
        one /= 1'000;
    return ns;
}

using Us = std::vector<std::int64_t>;

} // namespace

class TestAdvisorRetimer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutAnEditEveryRequestTakesWhatItTook();
    void sequenceGetsShorterAndGapsStay();
    void longerSiblingBesideHidesTheSaving();
    void childrenOfChildrenCount();
    void nobodyWaitsForAsynchronousChildren();
    void whatSticksOutIsClippedAndTold();
    void overlapSeenOnceMakesAPairIndependent();
    void fewOverlapsAreNoiseOfClocks();
    void gapsGoWithWhatIsDropped();
    void mergedCallsBecomeOne();
    void batchTakesAsLongAsTheFirstAndABitForEach();
    void valuesOfAllEditsAreDrawn();
    void parallelCallsTakeTheLongest();
    void cacheHitsTheShareThatIsAsked();
    void hitsTakeASampleAndMissesAreAdded();
    void ownTimeIsScaledWithoutTheCalls();
    void neverLongerThanItWas();
    void nestedRequestsOfTheEndpointArePartOfTheOuter();
    void intervalHoldsTheTruthAboutFourTimesOfFive();
    void whatIfAnswersEveryAmount();
    void endpointIsTheRootOrTheEntryWithEnoughRequests();
    void emptyAndHostileDataCostNothing();
};

void TestAdvisorRetimer::withoutAnEditEveryRequestTakesWhatItTook()
{
    for (const std::uint64_t seed : {1, 2, 3}) {
        const auto snapshot = test::randomTraces(200, 60, seed);
        for (std::uint32_t trace = 0; trace < 20; ++trace) {
            const auto key = EndpointKey::of(snapshot->spans(), snapshot->traces()[trace].rootRow);
            const RetimePlan plan = RetimePlan::of(*snapshot, key, {});
            std::vector<std::int64_t> ns(plan.requestCount());
            // Something is "changed" in every request, by the factor 1.
            std::vector<std::uint32_t> all(snapshot->spans().size());
            std::iota(all.begin(), all.end(), 0U);
            plan.retime(plan.compile({{Kind::Scale, all, 1, 0, 0}}), ns);
            for (std::size_t i = 0; i < ns.size(); ++i)
                QCOMPARE(ns[i], plan.durationNs(i));
            plan.retime(plan.compile({{Kind::Scale, all, 0.5, 0, 0}}), ns);
            for (std::size_t i = 0; i < ns.size(); ++i)
                QVERIFY(ns[i] <= plan.durationNs(i));
        }
    }
}

void TestAdvisorRetimer::sequenceGetsShorterAndGapsStay()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db one @10ms +20ms\n"
                                              "  db two @35ms +40ms\n");
    // 10 before, 20 and 40 halved to 10 and 20, 5 between, 25 at the end.
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "one", Kind::Scale, 0.5), Us{90'000});
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "two", Kind::Remove, 0), Us{60'000});
}

void TestAdvisorRetimer::longerSiblingBesideHidesTheSaving()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db long @10ms +80ms\n"
                                              "  db short @10ms +30ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "short", Kind::Remove, 0), Us{100'000});
    // Faster only until the other is the longer one.
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "long", Kind::Remove, 0), Us{50'000});
}

void TestAdvisorRetimer::childrenOfChildrenCount()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  auth verify @10ms +60ms\n"
                                              "    db read @20ms +40ms\n"
                                              "  web render @75ms +20ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "read", Kind::Scale, 0.25), Us{70'000});
}

void TestAdvisorRetimer::nobodyWaitsForAsynchronousChildren()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  mail send @10ms +90ms async\n"
                                              "  db read @10ms +20ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "send", Kind::Remove, 0), Us{100'000});
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "read", Kind::Remove, 0), Us{80'000});
}

void TestAdvisorRetimer::whatSticksOutIsClippedAndTold()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db late @80ms +40ms\n");
    const RetimePlan plan = RetimePlan::of(*snapshot, keyOf(*snapshot, "GET /pay"), {});
    QCOMPARE(plan.clippedShare(), 0.5);
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "late", Kind::Scale, 0.5), Us{90'000}); // of the 20 ms inside
}

void TestAdvisorRetimer::overlapSeenOnceMakesAPairIndependent()
{
    const auto snapshot = test::spansFromText("trace a\n"
                                              "web GET /pay @0ms +100ms\n"
                                              "  db one @0ms +40ms\n"
                                              "  db two @40ms +60ms\n"
                                              "trace b\n"
                                              "web GET /pay @0ms +70ms\n"
                                              "  db one @0ms +40ms\n"
                                              "  db two @10ms +60ms\n");
    // In the second they overlap, so in the first two keeps its start.
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "one", Kind::Remove, 0), (Us{100'000, 70'000}));
}

void TestAdvisorRetimer::fewOverlapsAreNoiseOfClocks()
{
    test::PlantedTraces traces;
    for (int i = 0; i < 40; ++i) {
        traces.beginTrace();
        const double at = i * 1'000.0;
        const auto root =
            traces.add(test::PlantedTraces::kRoot, {"web", "GET /pay", trace::SpanKind::Server, at, 100, false, {}, 0});
        traces.add(root, {"db", "one", trace::SpanKind::Client, at, 40, false, {}, 0});
        traces.add(root, {"db", "two", trace::SpanKind::Client, at + (i == 7 ? 10.0 : 40.0), 60, false, {}, 0});
    }
    const Us retimed = retimedUs(*traces.build(), "GET /pay", "one", Kind::Remove, 0);
    QCOMPARE(retimed[0], 60'000);
    QCOMPARE(retimed[7], 100'000);
}

void TestAdvisorRetimer::gapsGoWithWhatIsDropped()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db try @0ms +20ms\n"
                                              "  db again @60ms +20ms\n");
    const RetimePlan plan = RetimePlan::of(*snapshot, keyOf(*snapshot, "GET /pay"), {});
    RetimeEdit edit{Kind::Remove, rowsOf(*snapshot, "again"), 0, 0, 0};
    std::vector<std::int64_t> ns(1);
    plan.retime(plan.compile({edit}), ns);
    QCOMPARE(ns[0], std::int64_t{80'000'000});
    edit.droppedGapNs = RetimeEdit::kWholeGap;
    plan.retime(plan.compile({edit}), ns);
    QCOMPARE(ns[0], std::int64_t{40'000'000});
    edit.droppedGapNs = 1'000'000;
    plan.retime(plan.compile({edit}), ns);
    QCOMPARE(ns[0], std::int64_t{79'000'000});
}

void TestAdvisorRetimer::mergedCallsBecomeOne()
{
    const auto snapshot = test::spansFromText("web GET /cart @0ms +100ms\n"
                                              "  db item @0ms +20ms\n"
                                              "  db item @22ms +20ms\n"
                                              "  db item @44ms +20ms\n"
                                              "  db item @66ms +20ms\n");
    // One of 20 + 4 * 1 ms; three gaps of 2 ms and 14 ms at the end stay.
    QCOMPARE(retimedUs(*snapshot, "GET /cart", "item", Kind::Merge, 1, 20'000, 1'000), Us{44'000});
    // A batch is never dearer than the calls.
    QCOMPARE(retimedUs(*snapshot, "GET /cart", "item", Kind::Merge, 1, 500'000, 0), Us{100'000});
}

void TestAdvisorRetimer::batchTakesAsLongAsTheFirstAndABitForEach()
{
    const auto snapshot = test::spansFromText("web GET /cart @0ms +100ms\n"
                                              "  db item @0ms +25ms\n"
                                              "  db item @27ms +15ms\n"
                                              "  db item @44ms +20ms\n"
                                              "  db item @66ms +20ms\n");
    // The first of 25 + 3 * 2 * 1 ms; three gaps of 2 ms and 14 ms at the end stay.
    QCOMPARE(retimedUs(*snapshot, "GET /cart", "item", Kind::Batch, 2, 0, 1'000), Us{51'000});
    QCOMPARE(retimedUs(*snapshot, "GET /cart", "item", Kind::Batch, 1, 0, 90'000), Us{100'000});
}

void TestAdvisorRetimer::valuesOfAllEditsAreDrawn()
{
    test::PlantedTraces traces;
    for (int i = 0; i < 50; ++i)
        addLoop(traces, i * 100.0, "shop", "GET /cart", 10,
                {{"", "SELECT item", trace::SpanKind::Client, 0, 2, false, {}, 0},
                 {"", "SELECT price", trace::SpanKind::Client, 0, 2, false, {}, 0}});
    const auto snapshot = traces.build();
    const RetimePlan plan = RetimePlan::of(*snapshot, keyOf(*snapshot, "GET /cart"), {});
    const std::vector<RetimeEdit> edits{{Kind::Batch, rowsOf(*snapshot, "SELECT item"), 1, 0, 1e5},
                                        {Kind::Batch, rowsOf(*snapshot, "SELECT price"), 1, 0, 1e5}};
    const ValueInterval one{0.5, 1, 4};
    EffectBootstrap bootstrap(plan);
    const Change ofFirst = bootstrap.effect(plan.compile(edits), one).p50();
    const Change ofBoth = bootstrap.effect(plan.compile(edits), std::array{one, one}).p50();
    QCOMPARE(ofBoth.expected, ofFirst.expected);
    // Nine further calls of up to 0.4 ms in the place of 0.1 ms, of one and of both.
    QVERIFY(std::abs(ofFirst.high - ofFirst.expected - 2.7) < 0.1);
    QVERIFY(std::abs(ofBoth.high - ofBoth.expected - 5.4) < 0.1);
}

void TestAdvisorRetimer::parallelCallsTakeTheLongest()
{
    const auto snapshot = test::spansFromText("web GET /cart @0ms +100ms\n"
                                              "  a item @0ms +20ms\n"
                                              "  b item @20ms +50ms\n"
                                              "  c item @70ms +20ms\n"
                                              "  d last @90ms +10ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /cart", "item", Kind::Parallel, 1), Us{60'000});
    QCOMPARE(retimedUs(*snapshot, "GET /cart", "item", Kind::Parallel, 1.2), Us{70'000});
}

void TestAdvisorRetimer::cacheHitsTheShareThatIsAsked()
{
    test::PlantedTraces traces;
    for (int i = 0; i < 1'000; ++i)
        addLoop(traces, i * 100, "shop", "GET /item", 1,
                {{"", "SELECT item", trace::SpanKind::Client, 0, 20, false, {}, 0}});
    const auto snapshot = traces.build();
    WhatIf question(*snapshot, {keyOf(*snapshot, "GET /item"), keyOf(*snapshot, "SELECT item")}, WhatIfKind::Cache);
    const EndpointEffect none = question.at(0);
    const EndpointEffect most = question.at(0.9, 1);
    QCOMPARE(none.savedMsPerRequest.expected, 0.0);
    QVERIFY(most.savedMsPerRequest.expected > 0.85 * 19 && most.savedMsPerRequest.expected < 0.95 * 21);
    QVERIFY(most.p50().expected < 5);
    QVERIFY(most.p99().expected > 20);
}

void TestAdvisorRetimer::hitsTakeASampleAndMissesAreAdded()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db read @20ms +40ms\n"
                                              "  db last @70ms +10ms\n");
    const RetimePlan plan = RetimePlan::of(*snapshot, keyOf(*snapshot, "GET /pay"), {});
    const auto retimed = [&](const std::vector<RetimeEdit> &edits) {
        std::vector<std::int64_t> ns(plan.requestCount());
        plan.retime(plan.compile(edits), ns);
        return ns.at(0);
    };
    RetimeEdit hit{Kind::Hit, rowsOf(*snapshot, "read"), 2, 0, 0, {1e6}};
    QCOMPARE(retimed({hit}), std::int64_t{62'000'000});
    hit.samplesNs = {1e9}; // a hit that took longer than the call would be none
    QCOMPARE(retimed({hit}), std::int64_t{100'000'000});
    const RetimeEdit miss{Kind::Add, rowsOf(*snapshot, "last"), 1, 0, 0, {3e6}};
    QCOMPARE(retimed({miss}), std::int64_t{103'000'000});
    hit.samplesNs = {1e6};
    QCOMPARE(retimed({hit, miss}), std::int64_t{65'000'000});
    QCOMPARE(retimed({RetimeEdit{Kind::Add, rowsOf(*snapshot, "last"), 1, 0, 0, {}}}), std::int64_t{100'000'000});
}

void TestAdvisorRetimer::ownTimeIsScaledWithoutTheCalls()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db read @20ms +40ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "GET /pay", Kind::ScaleOwn, 0.5), Us{70'000});
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "GET /pay", Kind::Scale, 0.5), Us{50'000});
}

void TestAdvisorRetimer::neverLongerThanItWas()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  db read @20ms +40ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "read", Kind::Scale, 3), Us{100'000});
}

void TestAdvisorRetimer::nestedRequestsOfTheEndpointArePartOfTheOuter()
{
    const auto snapshot = test::spansFromText("web GET /pay @0ms +100ms\n"
                                              "  web GET /pay @10ms +60ms\n"
                                              "    db read @20ms +40ms\n");
    QCOMPARE(retimedUs(*snapshot, "GET /pay", "read", Kind::Remove, 0), Us{60'000});
}

void TestAdvisorRetimer::intervalHoldsTheTruthAboutFourTimesOfFive()
{
    // Of many samples of one population, whose p95 with half the time is known.
    int held = 0;
    constexpr int kSamples = 60;
    constexpr double kTrueP95 = 1 + 0.5 * 38; // of lengths between 0 and 40 ms
    for (int sample = 0; sample < kSamples; ++sample) {
        test::PlantedTraces traces(static_cast<std::uint64_t>(sample) + 10);
        for (int i = 0; i < 150; ++i) {
            traces.beginTrace();
            const double length = traces.between(0, 40);
            const double at = i * 100.0;
            const std::size_t root = traces.add(
                test::PlantedTraces::kRoot, {"shop", "GET /", trace::SpanKind::Server, at, length + 1, false, {}, 0});
            traces.add(root, {"shop", "read", trace::SpanKind::Client, at + 0.5, length, false, {}, 0});
        }
        const auto snapshot = traces.build();
        const RetimePlan plan = RetimePlan::of(*snapshot, keyOf(*snapshot, "GET /"), {});
        const EndpointEffect effect =
            effectOf(plan, {{Kind::Scale, rowsOf(*snapshot, "read"), 1, 0, 0}}, {0.5, 0.5, 0.5});
        held += effect.p95().low <= kTrueP95 && kTrueP95 <= effect.p95().high ? 1 : 0;
        QVERIFY(effect.p95().low <= effect.p95().expected && effect.p95().expected <= effect.p95().high);
    }
    QVERIFY2(held >= 40 && held <= 57, qPrintable(QString::number(held)));
}

void TestAdvisorRetimer::whatIfAnswersEveryAmount()
{
    test::PlantedTraces traces;
    for (int i = 0; i < 50; ++i)
        addLoop(traces, i * 100, "shop", "GET /cart", 10,
                {{"", "SELECT item", trace::SpanKind::Client, 0, 2, false, {}, 0}});
    const auto snapshot = traces.build();
    const WhatIfTarget target{keyOf(*snapshot, "GET /cart"), keyOf(*snapshot, "SELECT item")};
    for (const auto kind : {WhatIfKind::Faster, WhatIfKind::OwnTime, WhatIfKind::Remove, WhatIfKind::Cache,
                            WhatIfKind::Batch, WhatIfKind::Parallel}) {
        WhatIf question(*snapshot, target, kind);
        QCOMPARE(question.spanCount(), std::uint64_t{500});
        double before = -1;
        for (const double amount : {std::nan(""), -1.0, 0.0, 0.3, 0.7, 1.0, 9.0}) {
            const EndpointEffect effect = question.at(amount);
            QVERIFY(std::isfinite(effect.p95().expected));
            QVERIFY(effect.p95().low <= effect.p95().high);
            const bool isMore = kind != WhatIfKind::Batch && kind != WhatIfKind::Parallel;
            QVERIFY(before < 0 || (isMore ? effect.p95().expected <= before : effect.p95().expected >= before));
            before = effect.p95().expected;
        }
    }
    WhatIf half(*snapshot, target, WhatIfKind::Faster);
    const EndpointEffect effect = half.at(0.5);
    QVERIFY(effect.p50().expected < 0.62 * effect.p50().now);
    QVERIFY(effect.savedMsPerHour.expected > 0);
}

void TestAdvisorRetimer::endpointIsTheRootOrTheEntryWithEnoughRequests()
{
    test::PlantedTraces traces;
    traces.beginTrace();
    const auto root =
        traces.add(test::PlantedTraces::kRoot, {"batch", "nightly", trace::SpanKind::Internal, 0, 3'000, false, {}, 0});
    for (int i = 0; i < 25; ++i) {
        const auto server =
            traces.add(root, {"shop", "GET /cart", trace::SpanKind::Server, i * 100.0, 90, false, {}, 0});
        traces.add(server, {"shop", "SELECT item", trace::SpanKind::Client, i * 100.0 + 1, 20, false, {}, 0});
    }
    const auto snapshot = traces.build();
    const EndpointFinder finder(*snapshot);
    const std::uint32_t row = rowsOf(*snapshot, "SELECT item").front();
    QCOMPARE(finder.endpointOf(row), keyOf(*snapshot, "GET /cart"));
    QCOMPARE(finder.endpointOf(row, 1), keyOf(*snapshot, "nightly"));
    QCOMPARE(finder.requestOf(row, keyOf(*snapshot, "nightly")), 0U);
}

void TestAdvisorRetimer::emptyAndHostileDataCostNothing()
{
    const auto snapshot = test::spansFromText("web GET / @0ms +0ms\n  db read @0ms +0ms\n  db read @0ms +9000000s\n");
    const RetimePlan plan = RetimePlan::of(*snapshot, keyOf(*snapshot, "GET /"), {});
    const EndpointEffect effect =
        effectOf(plan, {{Kind::Scale, rowsOf(*snapshot, "read"), 0.5, 0, 0}}, {0.1, 0.5, 0.9});
    QCOMPARE(effect.p95().expected, 0.0);
    const RetimePlan none = RetimePlan::of(*snapshot, {77, 78}, {});
    QCOMPARE(none.requestCount(), std::size_t{0});
    QCOMPARE(effectOf(none, {}, {}).requests, std::uint64_t{0});
}

QTEST_GUILESS_MAIN(TestAdvisorRetimer)
#include "tst_advisor_retimer.moc"
