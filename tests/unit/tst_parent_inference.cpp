// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/trace/parent_inference.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <random>
#include <set>
#include <stop_token>
#include <vector>

using namespace tailspan::trace;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// Builds the columns record by record; times in ms.
class Columns {
public:
    std::uint32_t add(std::uint32_t trace, std::uint32_t service, std::int64_t startMs, std::int64_t endMs,
                      std::uint32_t group, std::initializer_list<std::uint32_t> neighbors = {})
    {
        return addNs(trace, service, startMs * kMs, endMs * kMs, group, neighbors);
    }

    std::uint32_t addNs(std::uint32_t trace, std::uint32_t service, std::int64_t startNs, std::int64_t endNs,
                        std::uint32_t group, std::initializer_list<std::uint32_t> neighbors = {})
    {
        m_input.trace.push_back(trace);
        m_input.service.push_back(service);
        m_input.operation.push_back(service);
        m_input.startNs.push_back(startNs);
        m_input.endNs.push_back(endNs);
        m_input.parentGroup.push_back(group);
        m_input.neighbor.insert(m_input.neighbor.end(), neighbors);
        m_input.neighborBegin.push_back(static_cast<std::uint32_t>(m_input.neighbor.size()));
        if (group != kNoGroup)
            m_input.groupCount = std::max(m_input.groupCount, group + 1);
        return static_cast<std::uint32_t>(m_input.trace.size() - 1);
    }

    CallerInferenceInput &input() { return m_input; }
    std::vector<InferredCaller> infer() const { return inferCallers(m_input, {}); }

private:
    CallerInferenceInput m_input{{}, {}, {}, {}, {}, {}, {0}, {}, 0};
};

/// What every answer promises, whatever the input.
bool keepsPromises(const CallerInferenceInput &input, const std::vector<InferredCaller> &callers)
{
    if (callers.size() != input.groupCount)
        return false;
    std::set<std::uint32_t> used;
    for (std::uint32_t group = 0; group < callers.size(); ++group) {
        const InferredCaller &caller = callers[group];
        if (!(caller.confidence >= 0 && caller.confidence <= 1))
            return false;
        if (caller.record == kNoCaller)
            continue;
        if (caller.record >= input.trace.size() || !used.insert(caller.record).second)
            return false;
        std::size_t steps = 0;
        for (std::uint32_t at = group; at < callers.size() && callers[at].record != kNoCaller;
             at = input.parentGroup[callers[at].record])
            if (++steps > callers.size())
                return false;
    }
    return true;
}

// Services of the ordinary traces below.
enum : std::uint32_t { kFront = 1, kAuth = 2, kShop = 3, kStore = 4 };

/// front calls auth, then shop; shop calls store. Returns the rows of front and shop; two groups from `group`
/// on.
struct OrdinaryTrace {
    std::uint32_t front, shop;
};

OrdinaryTrace addOrdinary(Columns &columns, std::uint32_t trace, std::uint32_t group, std::int64_t atMs)
{
    const std::int64_t extra = trace % 5;
    const std::uint32_t front = columns.add(trace, kFront, atMs, atMs + 60 + extra, kNoGroup, {kAuth, kShop});
    columns.add(trace, kAuth, atMs + 2, atMs + 10, group);
    const std::uint32_t shop = columns.add(trace, kShop, atMs + 12, atMs + 57, group, {kStore});
    columns.add(trace, kStore, atMs + 20 + extra, atMs + 50, group + 1);
    return {front, shop};
}

} // namespace

class ParentInferenceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyInputGivesNoGroups()
    {
        QVERIFY(inferCallers({}, {}).empty());
        QVERIFY(Columns().infer().empty());
    }

    void groupsWithoutAnyRecordHaveNoCaller()
    {
        Columns columns;
        columns.input().groupCount = 3;
        const auto callers = columns.infer();
        QCOMPARE(callers.size(), std::size_t{3});
        for (const InferredCaller &caller : callers)
            QCOMPARE(caller.record, kNoCaller);
    }

    void aTreeIsPutBackTogether()
    {
        Columns columns;
        std::vector<OrdinaryTrace> expected;
        for (std::uint32_t t = 0; t < 20; ++t)
            expected.push_back(addOrdinary(columns, t, 2 * t, 1000 * t));
        const auto callers = columns.infer();
        QVERIFY(keepsPromises(columns.input(), callers));
        for (std::uint32_t t = 0; t < 20; ++t) {
            QCOMPARE(callers[2 * t].record, expected[t].front);
            QCOMPARE(callers[2 * t + 1].record, expected[t].shop);
            QVERIFY(callers[2 * t].confidence > 0.9F);
            QVERIFY(callers[2 * t + 1].confidence > 0.9F);
        }
    }

    void oneTraceAloneIsEnough()
    {
        Columns columns;
        const OrdinaryTrace expected = addOrdinary(columns, 7, 0, 5000);
        const auto callers = columns.infer();
        QCOMPARE(callers[0].record, expected.front);
        QCOMPARE(callers[1].record, expected.shop);
    }

    void aRecordThatCalledNobodyIsNeverACaller()
    {
        Columns columns;
        columns.add(0, kFront, 0, 100, kNoGroup);
        columns.add(0, kAuth, 10, 20, 0);
        QCOMPARE(columns.infer()[0].record, kNoCaller);
    }

    void aRecordThatCalledOthersIsNotTheCaller()
    {
        Columns columns;
        columns.add(0, kFront, 0, 100, kNoGroup, {kShop});
        columns.add(0, kAuth, 10, 20, 0);
        QCOMPARE(columns.infer()[0].record, kNoCaller);
    }

    void aCallerInAnotherTraceIsNotTaken()
    {
        Columns columns;
        columns.add(1, kFront, 0, 100, kNoGroup, {kAuth});
        columns.add(2, kAuth, 10, 20, 0);
        QCOMPARE(columns.infer()[0].record, kNoCaller);
    }

    void timeTellsLikeCallersApart()
    {
        Columns columns;
        std::vector<std::uint32_t> shops;
        for (std::uint32_t t = 0; t < 15; ++t)
            for (std::uint32_t call = 0; call < 3; ++call) {
                const std::int64_t at = 1000 * t + 40 * call;
                shops.push_back(columns.add(t, kShop, at, at + 35, kNoGroup, {kStore}));
                columns.add(t, kStore, at + 3, at + 30 + call, 3 * t + call);
            }
        const auto callers = columns.infer();
        QVERIFY(keepsPromises(columns.input(), callers));
        for (std::size_t group = 0; group < callers.size(); ++group) {
            QCOMPARE(callers[group].record, shops[group]);
            QVERIFY(callers[group].confidence > 0.9F);
        }
    }

    void childrenThatSeemToEndAfterTheirCallerAreStillLinked()
    {
        Columns columns;
        std::vector<std::uint32_t> shops;
        for (std::uint32_t t = 0; t < 30; ++t) {
            const std::int64_t late = t % 6 == 0 ? 25 : t % 3;
            shops.push_back(columns.add(t, kShop, 1000 * t, 1000 * t + 40, kNoGroup, {kStore}));
            columns.add(t, kStore, 1000 * t + 1 + late, 1000 * t + 38 + late, t);
        }
        const auto callers = columns.infer();
        for (std::size_t group = 0; group < callers.size(); ++group)
            QCOMPARE(callers[group].record, shops[group]);
    }

    void likeCallersAtTheSameTimeShareTheConfidence()
    {
        Columns columns;
        for (std::uint32_t t = 0; t < 20; ++t)
            for (std::uint32_t call = 0; call < 2; ++call) {
                columns.add(t, kShop, 1000 * t, 1000 * t + 30, kNoGroup, {kStore});
                columns.add(t, kStore, 1000 * t + 5, 1000 * t + 20, 2 * t + call);
            }
        const auto callers = columns.infer();
        QVERIFY(keepsPromises(columns.input(), callers));
        for (const InferredCaller &caller : callers) {
            QVERIFY(caller.record != kNoCaller);
            QVERIFY(std::abs(caller.confidence - 0.5F) < 0.02F);
        }
    }

    void twoGroupsDoNotShareOneCaller()
    {
        Columns columns;
        columns.add(0, kShop, 0, 50, kNoGroup, {kStore});
        columns.add(0, kStore, 5, 20, 0);
        columns.add(0, kStore, 6, 21, 1);
        const auto callers = columns.infer();
        QVERIFY(keepsPromises(columns.input(), callers));
        QVERIFY(callers[0].record == kNoCaller || callers[1].record == kNoCaller);
    }

    void aCallerThatWasNeverStoredIsNotInvented()
    {
        Columns columns;
        std::uint32_t group = 0;
        for (std::uint32_t t = 0; t < 40; ++t, group += 2)
            addOrdinary(columns, t, group, 1000 * t);
        // In these traces shop's record is lost; the only record that called store ran long before.
        const std::uint32_t firstLost = group;
        for (std::uint32_t t = 40; t < 50; ++t, ++group) {
            columns.add(t, kShop, 1000 * t, 1000 * t + 45, kNoGroup, {kStore});
            columns.add(t, kStore, 1000 * t + 500, 1000 * t + 530, group);
        }
        const auto callers = columns.infer();
        for (std::uint32_t g = firstLost; g < group; ++g)
            QCOMPARE(callers[g].record, kNoCaller);
        for (std::uint32_t g = 0; g < firstLost; ++g)
            QVERIFY(callers[g].record != kNoCaller);
    }

    void aGroupWithSomeChildrenLostStillFindsItsCaller()
    {
        Columns columns;
        std::vector<std::uint32_t> fronts;
        for (std::uint32_t t = 0; t < 40; ++t) {
            fronts.push_back(columns.add(t, kFront, 1000 * t, 1000 * t + 60, kNoGroup, {kAuth, kStore}));
            if (t % 8 != 0)
                columns.add(t, kAuth, 1000 * t + 2, 1000 * t + 10, t);
            columns.add(t, kStore, 1000 * t + 12, 1000 * t + 57, t);
        }
        const auto callers = columns.infer();
        for (std::uint32_t t = 0; t < 40; ++t)
            QCOMPARE(callers[t].record, fronts[t]);
    }

    void repeatedNeighborsCountOnce()
    {
        Columns columns;
        const std::uint32_t shop = columns.add(0, kShop, 0, 40, kNoGroup, {kStore, kStore, kStore});
        columns.add(0, kStore, 5, 30, 0);
        QCOMPARE(columns.infer()[0].record, shop);
    }

    void theOrderOfRecordsDoesNotMatter()
    {
        Columns ordered, reversed;
        for (std::uint32_t t = 0; t < 10; ++t)
            addOrdinary(ordered, t, 2 * t, 1000 * t);
        const CallerInferenceInput &in = ordered.input();
        const auto last = static_cast<std::uint32_t>(in.trace.size() - 1);
        for (std::uint32_t i = last + 1; i-- > 0;) {
            const std::uint32_t row =
                reversed.addNs(in.trace[i], in.service[i], in.startNs[i], in.endNs[i], in.parentGroup[i]);
            for (std::uint32_t n = in.neighborBegin[i]; n < in.neighborBegin[i + 1]; ++n)
                reversed.input().neighbor.push_back(in.neighbor[n]);
            reversed.input().neighborBegin[row + 1] = static_cast<std::uint32_t>(reversed.input().neighbor.size());
        }
        const auto one = ordered.infer(), other = reversed.infer();
        QCOMPARE(one.size(), other.size());
        for (std::size_t group = 0; group < one.size(); ++group)
            QCOMPARE(other[group].record, last - one[group].record);
    }

    void aRecordIsNotTheCallerOfItsOwnGroup()
    {
        Columns columns;
        columns.add(0, kShop, 0, 100, 0, {kShop});
        QCOMPARE(columns.infer()[0].record, kNoCaller);
    }

    void recordsThatCouldCallEachOtherFormNoRing()
    {
        Columns columns;
        for (std::uint32_t t = 0; t < 30; ++t)
            for (std::uint32_t i = 0; i < 5; ++i)
                columns.add(t, kShop, 10, 10, 5 * t + i, {kShop});
        const auto callers = columns.infer();
        QVERIFY(keepsPromises(columns.input(), callers));
        QVERIFY(std::ranges::any_of(callers, [](const InferredCaller &c) { return c.record == kNoCaller; }));
    }

    void timesAtTheEndsOfTheRangeDoNotOverflow()
    {
        constexpr std::int64_t kLow = std::numeric_limits<std::int64_t>::min();
        constexpr std::int64_t kHigh = std::numeric_limits<std::int64_t>::max();
        Columns columns;
        std::uint32_t group = 0;
        for (const std::int64_t start : {kLow, std::int64_t{-1}, std::int64_t{0}, kHigh})
            for (const std::int64_t end : {kLow, std::int64_t{0}, std::int64_t{1}, kHigh}) {
                columns.addNs(0, kShop, start, end, kNoGroup, {kStore});
                columns.addNs(0, kStore, end, start, group++);
            }
        QVERIFY(keepsPromises(columns.input(), columns.infer()));
    }

    void indicesAtTheEndOfTheRangeAreTakenAsTheyAre()
    {
        constexpr std::uint32_t kHuge = 0xfffffffe;
        Columns columns;
        const std::uint32_t caller = columns.add(kHuge, kHuge, 0, 50, kNoGroup, {kHuge - 1});
        columns.add(kHuge, kHuge - 1, 5, 40, 0);
        QCOMPARE(columns.infer()[0].record, caller);
    }

    void columnsThatContradictEachOtherGiveNoLinks()
    {
        const auto linksNothing = [](auto &&spoil) {
            Columns columns;
            addOrdinary(columns, 0, 0, 0);
            spoil(columns.input());
            const auto callers = columns.infer();
            return callers.size() == 2
                && std::ranges::all_of(callers, [](const InferredCaller &c) { return c.record == kNoCaller; });
        };
        QVERIFY(linksNothing([](CallerInferenceInput &in) { in.startNs.pop_back(); }));
        QVERIFY(linksNothing([](CallerInferenceInput &in) { in.parentGroup.push_back(0); }));
        QVERIFY(linksNothing([](CallerInferenceInput &in) { in.neighborBegin.clear(); }));
        QVERIFY(linksNothing([](CallerInferenceInput &in) { in.neighborBegin[1] = 99; }));
        QVERIFY(linksNothing([](CallerInferenceInput &in) { in.neighbor.clear(); }));
    }

    void groupNumbersBeyondTheCountAreIgnored()
    {
        Columns columns;
        const OrdinaryTrace expected = addOrdinary(columns, 0, 0, 0);
        columns.input().parentGroup.back() = 1000;
        const auto callers = columns.infer();
        QCOMPARE(callers.size(), std::size_t{2});
        QCOMPARE(callers[0].record, expected.front);
        QCOMPARE(callers[1].record, kNoCaller);
    }

    void aGroupNumberInSeveralTracesKeepsThePromises()
    {
        Columns columns;
        for (std::uint32_t t = 0; t < 10; ++t)
            addOrdinary(columns, t, 0, 1000 * t);
        QVERIFY(keepsPromises(columns.input(), columns.infer()));
    }

    void aRequestedStopGivesNoLinks()
    {
        Columns columns;
        addOrdinary(columns, 0, 0, 0);
        std::stop_source stop;
        stop.request_stop();
        const auto callers = inferCallers(columns.input(), stop.get_token());
        QCOMPARE(callers.size(), std::size_t{2});
        for (const InferredCaller &caller : callers)
            QCOMPARE(caller.record, kNoCaller);
    }

    void anyRandomInputKeepsThePromises()
    {
        for (unsigned seed = 1; seed <= 60; ++seed) {
            std::mt19937 random(seed);
            const auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
            Columns columns;
            const std::uint32_t span = 1 + below(40), services = 1 + below(4), groups = 1 + below(120);
            for (std::uint32_t i = 0; i < 200; ++i) {
                const std::int64_t start = below(span);
                const std::uint32_t group = below(8) == 0 ? kNoGroup : below(groups);
                columns.add(below(2), below(services), start, start + below(5) - 1, group,
                            {below(services), below(services)});
            }
            QVERIFY2(keepsPromises(columns.input(), columns.infer()), qPrintable(QString::number(seed)));
        }
    }

    void oneTraceWithThousandsOfGroupsIsDoneInTime()
    {
        constexpr std::uint32_t kGroups = 20'000;
        Columns columns;
        std::vector<std::uint32_t> shops;
        for (std::uint32_t g = 0; g < kGroups; ++g) {
            const std::int64_t at = 7LL * g;
            shops.push_back(columns.add(0, kShop, at, at + 12, kNoGroup, {kStore}));
            columns.add(0, kStore, at + 2, at + 10, g);
        }
        const auto callers = columns.infer();
        QVERIFY(keepsPromises(columns.input(), callers));
        std::uint32_t right = 0;
        for (std::uint32_t g = 0; g < kGroups; ++g)
            right += callers[g].record == shops[g] ? 1 : 0;
        QVERIFY2(right > kGroups * 99 / 100, qPrintable(QString::number(right)));
    }

    void allTimesEqualInOneGiantTraceIsDoneInTime()
    {
        constexpr std::uint32_t kGroups = 3'000;
        Columns columns;
        for (std::uint32_t g = 0; g < kGroups; ++g) {
            columns.add(0, kShop, 0, 0, kNoGroup, {kShop});
            columns.add(0, kShop, 0, 0, g, {kShop});
        }
        QVERIFY(keepsPromises(columns.input(), columns.infer()));
    }
};

QTEST_GUILESS_MAIN(ParentInferenceTest)
#include "tst_parent_inference.moc"
