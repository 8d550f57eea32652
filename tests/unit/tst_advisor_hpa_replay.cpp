// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/hpa_replay.h"

#include <QtTest>

#include <cmath>

using namespace tailspan::advisor;

namespace {

std::vector<PodSample> pods(std::initializer_list<std::optional<double>> usages, double request = 1)
{
    std::vector<PodSample> samples;
    for (const auto &usage : usages)
        samples.push_back({usage, request, true});
    return samples;
}

std::uint32_t wanted(std::uint32_t current, const std::vector<PodSample> &samples, double target)
{
    return wantedReplicas(current, samples, target, true).value();
}

ScalingBounds bounds(std::uint32_t least, std::uint32_t most)
{
    ScalingBounds result;
    result.least = least;
    result.most = most;
    return result;
}

ScalingRules rules(std::vector<ScalingRules::Policy> policies, ScalingRules::Select select = ScalingRules::Select::Most)
{
    ScalingRules result;
    result.policies = std::move(policies);
    result.select = select;
    return result;
}

ScalingRules waiting(double seconds)
{
    ScalingRules result;
    result.stabilizationSeconds = Declared{seconds, "", {}};
    return result;
}

/// Demand in cores, one value a minute.
ReplayQuestion question(std::vector<double> demand)
{
    ReplayQuestion result;
    for (std::size_t i = 0; i < demand.size(); ++i)
        result.timesNs.push_back(static_cast<std::int64_t>(i) * 60'000'000'000);
    result.demand = std::move(demand);
    result.requestPerPod = 1;
    result.target = 0.5;
    result.bounds = bounds(1, 20);
    result.readySeconds = 30;
    return result;
}

} // namespace

class TestAdvisorHpaReplay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The two examples of kubernetes.io, tasks/run-application/horizontal-pod-autoscale, "Algorithm details":
    // a metric of 200m against 100m doubles, 50m halves.
    void examplesOfTheDocumentation()
    {
        QCOMPARE(wantedReplicas(3, pods({0.2, 0.2, 0.2}), 0.1, false), std::optional(6u));
        QCOMPARE(wantedReplicas(4, pods({0.05, 0.05, 0.05, 0.05}), 0.1, false), std::optional(2u));
    }

    void roundsUp()
    {
        QCOMPARE(wanted(3, pods({0.9, 0.9, 0.9}), 0.7), 4u); // 3 * 0.9 / 0.7 = 3.86
        QCOMPARE(wanted(2, pods({1.0, 1.0}), 0.5), 4u);      // exactly
    }

    void staysWithinTheTolerance()
    {
        QCOMPARE(wanted(5, pods({0.55, 0.55, 0.55, 0.55, 0.55}), 0.5), 5u); // 1.1
        QCOMPARE(wanted(5, pods({0.56, 0.56, 0.56, 0.56, 0.56}), 0.5), 6u); // 1.12 * 5 = 5.6
        QCOMPARE(wanted(5, pods({0.45, 0.45, 0.45, 0.45, 0.45}), 0.5), 5u);
        QCOMPARE(wantedReplicas(5, pods({0.56, 0.56, 0.56, 0.56, 0.56}), 0.5, true, 0.2), std::optional(5u));
    }

    void missingPodsDampTheDecision()
    {
        // Up: 1.2 / 0.5 over two; with the third idle 0.8 / 0.5 = 1.6 * 3 = 4.8.
        QCOMPARE(wanted(3, pods({1.2, 1.2, std::nullopt}), 0.5), 5u);
        // Down: 0.2 / 0.8 over two; with the third busy to its request (0.2 + 0.2 + 1) / 3 / 0.8 = 0.583 * 3 = 1.75.
        QCOMPARE(wanted(3, pods({0.2, 0.2, std::nullopt}), 0.8), 2u);
        // With a target above 100 % the missing one counts as busy to the target: (0.5 + 0.5 + 1.5) / 3 / 1.5 = 0.56.
        QCOMPARE(wanted(3, pods({0.5, 0.5, std::nullopt}), 1.5), 2u);
        // It turns: 0.6 / 0.5 is up, with two idle (0.6) / 3 / 0.5 = 0.4 is down: nothing changes.
        QCOMPARE(wanted(3, pods({0.6, std::nullopt, std::nullopt}), 0.5), 3u);
        QCOMPARE(wantedReplicas(3, pods({std::nullopt, std::nullopt}), 0.5, true), std::nullopt);
    }

    void unreadyPodsCountAsIdleOnTheWayUpOnly()
    {
        std::vector<PodSample> samples = pods({1.0, 1.0});
        samples.push_back({0.9, 1, false});
        QCOMPARE(wanted(3, samples, 0.5), 4u); // (1 + 1 + 0) / 3 / 0.5 = 1.33 * 3
        samples = pods({0.2, 0.2});
        samples.push_back({0.9, 1, false});
        QCOMPARE(wanted(3, samples, 0.5), 1u); // 0.4 * 2 ready
    }

    void utilisationIsOfTheRequest()
    {
        QCOMPARE(wanted(2, pods({0.4, 0.4}, 0.25), 0.8), 4u); // 160 % of the request against 80 %
        QCOMPARE(wantedReplicas(2, pods({0.4, 0.4}, 0), 0.8, true), std::nullopt);
    }

    void defaultsGoUpByFourOrDouble()
    {
        ScalingMemory memory;
        QCOMPARE(memory.decide(0, 2, 100, bounds(1, 50)), 6u);   // + 4
        QCOMPARE(memory.decide(15, 6, 100, bounds(1, 50)), 12u); // doubled: the earlier 4 are out of the period
        QCOMPARE(memory.decide(30, 12, 100, bounds(1, 50)), 24u);
        QCOMPARE(memory.decide(45, 24, 100, bounds(1, 30)), 30u); // the maximum
    }

    void withinOnePeriodTheStartCounts()
    {
        ScalingMemory memory;
        ScalingBounds slow = bounds(1, 50);
        slow.up = rules({{false, 2, 60}});
        QCOMPARE(memory.decide(0, 4, 20, slow), 6u);
        QCOMPARE(memory.decide(15, 6, 20, slow), 6u); // 2 in this minute already
        QCOMPARE(memory.decide(61, 6, 20, slow), 8u);
        slow.up = rules({{false, 2, 60}, {true, 50, 60}}, ScalingRules::Select::Least);
        ScalingMemory other;
        QCOMPARE(other.decide(0, 10, 40, slow), 12u); // the smaller of 12 and 15
        slow.up = rules({}, ScalingRules::Select::Disabled);
        QCOMPARE(other.decide(100, 12, 40, slow), 12u);
    }

    void downWaitsForTheHighestWishOfFiveMinutes()
    {
        ScalingMemory memory;
        const ScalingBounds wide = bounds(1, 50);
        QCOMPARE(memory.decide(0, 10, 10, wide), 10u);
        QCOMPARE(memory.decide(15, 10, 3, wide), 10u);
        QCOMPARE(memory.decide(150, 10, 5, wide), 10u);
        QCOMPARE(memory.decide(310, 10, 3, wide), 5u); // the wish for 10 is older; the one for 5 is not
        QCOMPARE(memory.decide(451, 5, 3, wide), 3u);
    }

    void upWindowTakesTheLowestWish()
    {
        ScalingMemory memory;
        ScalingBounds patient = bounds(1, 50);
        patient.up = waiting(60);
        QCOMPARE(memory.decide(0, 4, 4, patient), 4u);
        QCOMPARE(memory.decide(15, 4, 8, patient), 4u);
        QCOMPARE(memory.decide(61, 4, 8, patient), 8u);
    }

    void replayFollowsTheFormula()
    {
        // 4 cores at 50 % of one core a pod are 8 pods; from 2 it goes 2 -> 6 -> 8.
        const ReplayResult result = replayAutoscaler(question(std::vector<double>(30, 4.0)));
        QCOMPARE(result.replicas.at(0), 5.0); // + 4 of 1
        QCOMPARE(result.replicas.at(5), 8.0);
        QCOMPARE(result.replicas.back(), 8.0);
        QCOMPARE(result.pinnedMinutes, 0.0);
        QCOMPARE(result.knownMinutes, 29.0);
    }

    void replayIsPinnedAtItsMaximum()
    {
        ReplayQuestion small = question(std::vector<double>(60, 4.0));
        small.bounds = bounds(2, 4);
        const ReplayResult result = replayAutoscaler(small);
        QCOMPARE(result.replicas.back(), 4.0);
        QVERIFY(result.pinnedMinutes > 57);
        QCOMPARE(result.wished.back(), 8.0);
        QVERIFY(std::abs(result.podHours - 4 * 59.0 / 60) < 0.05);
    }

    void podsTakeLoadOnlyWhenTheyAreReady()
    {
        ReplayQuestion ramp = question({0.5, 0.5, 0.5, 4, 4, 4, 4, 4, 4, 4});
        ramp.hotRatio = 0.9;
        ramp.readySeconds = 20;
        const double quick = replayAutoscaler(ramp).hotMinutes;
        ramp.readySeconds = 120;
        const double slow = replayAutoscaler(ramp).hotMinutes;
        QVERIFY2(quick > 0 && slow > quick + 1, std::to_string(slow - quick).c_str());
    }

    void gapsDecideNothing()
    {
        std::vector<double> demand(20, 4.0);
        for (std::size_t i = 8; i < 12; ++i)
            demand[i] = std::nan("");
        const ReplayResult result = replayAutoscaler(question(demand));
        QVERIFY(std::isnan(result.replicas.at(9)));
        QCOMPARE(result.replicas.at(13), 8.0);
        QCOMPARE(result.knownMinutes, 15.0);
        QVERIFY(replayAutoscaler(question(std::vector<double>(5, std::nan("")))).knownMinutes == 0);
    }

    void questionsWithoutSenseHaveNoAnswer()
    {
        ReplayQuestion bad = question({1, 2, 3});
        bad.requestPerPod = 0;
        QVERIFY(replayAutoscaler(bad).replicas.empty());
        bad = question({1, 2, 3});
        bad.bounds = bounds(5, 2);
        QVERIFY(replayAutoscaler(bad).replicas.empty());
    }
};

QTEST_GUILESS_MAIN(TestAdvisorHpaReplay)
#include "tst_advisor_hpa_replay.moc"
