// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/comparison_parts.h"

#include "models/base/number_text.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/latency_replicates.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

constexpr double kFewestBeyond = 10;

/// Both sides of a comparison, resampled.
struct Sides {
    RequestTable before;
    RequestTable after;
    Replicates beforeFigures;
    Replicates afterFigures;
};

std::vector<RunWindow> windowed(std::span<const LoadTestReportPtr> runs, const std::vector<TimeRange> &windows)
{
    std::vector<RunWindow> result;
    for (std::size_t i = 0; i < runs.size(); ++i)
        result.push_back({runs[i].get(), windows[i]});
    return result;
}

/// The baseline's share of latencies in each stratum; 0 where one of the sides has none.
std::vector<double> mixOf(const RequestTable &before, const RequestTable &after)
{
    std::vector<double> mix(before.strata.size(), 0);
    for (std::size_t s = 0; s < mix.size(); ++s)
        mix[s] = after.strata[s].latencyCount > 0 ? before.strata[s].latencyCount : 0;
    const double total = sumOf(mix);
    for (double &share : mix)
        share = total > 0 ? share / total : 0;
    return mix;
}

/// A change of a positive figure with the interval of its ratio from the rounds.
MetricChange ratioChange(double before, double after, const std::vector<double> &beforeRounds,
                         const std::vector<double> &afterRounds, double minimumEffect, double confidence,
                         bool isUpWorse)
{
    MetricChange change;
    change.before = before;
    change.after = after;
    if (!(before > 0))
        return change;
    std::vector<double> ratios;
    ratios.reserve(beforeRounds.size());
    for (std::size_t round = 0; round < beforeRounds.size(); ++round) {
        if (beforeRounds[round] > 0)
            ratios.push_back(afterRounds[round] / beforeRounds[round]);
    }
    change.ratio = after / before;
    if (ratios.size() < beforeRounds.size() / 2 || ratios.empty())
        return change; // hardly any round had a value: nothing is known
    const Interval interval = replicateInterval(ratios, confidence);
    change.low = interval.low;
    change.high = interval.high;
    change.verdict = judgeChange(*change.ratio, interval.low, interval.high, minimumEffect, isUpWorse);
    return change;
}

void addLatencies(const ReplicatedFigures &before, const ReplicatedFigures &after, double fewerRequests,
                  const std::optional<std::string> &endpoint, std::span<const std::size_t> rows, double confidence,
                  const ComparisonOptions &options, Comparison &result)
{
    for (std::size_t i = 0; i < kEndpointPercentiles.size(); ++i) {
        const std::size_t row = rows[i];
        MetricChange change = ratioChange(before.measuredNs[row], after.measuredNs[row], before.latencyNs[row],
                                          after.latencyNs[row], minimumEffectAt(before.measuredNs[row], options),
                                          confidence, true);
        change.name = "p" + std::to_string(kEndpointPercentiles[i]);
        change.endpoint = endpoint;
        change.hasTooFew = fewerRequests * static_cast<double>(100 - kEndpointPercentiles[i]) / 100 < kFewestBeyond;
        if (change.hasTooFew)
            change.verdict = ChangeVerdict::Inconclusive;
        result.metrics.push_back(std::move(change));
    }
}

void addThroughput(const ReplicatedFigures &before, const ReplicatedFigures &after,
                   const std::optional<std::string> &endpoint, double confidence, const ComparisonOptions &options,
                   Comparison &result)
{
    MetricChange change = ratioChange(before.measuredRate, after.measuredRate, before.rate, after.rate,
                                      options.minimumEffect, confidence, false);
    change.name = "throughput";
    change.endpoint = endpoint;
    result.metrics.push_back(std::move(change));
}

/// Failures by step of one stratum or of all.
struct FailureSteps {
    std::vector<double> failures;
    std::vector<double> finished;
};

FailureSteps failuresOf(const RequestTable &table, std::optional<std::size_t> stratum)
{
    FailureSteps steps{std::vector<double>(table.steps(), 0), std::vector<double>(table.steps(), 0)};
    for (std::size_t s = 0; s < table.strata.size(); ++s) {
        if (stratum && *stratum != s)
            continue;
        for (std::size_t i = 0; i < table.steps(); ++i) {
            steps.failures[i] += table.strata[s].failures[i];
            steps.finished[i] += table.strata[s].finished[i];
        }
    }
    return steps;
}

/// Neighboring steps together, so that bursts of failures count as what they are.
std::vector<double> inBlocks(const std::vector<double> &steps, std::size_t blockSteps)
{
    std::vector<double> blocks((steps.size() + blockSteps - 1) / blockSteps, 0);
    for (std::size_t i = 0; i < steps.size(); ++i)
        blocks[i / blockSteps] += steps[i];
    return blocks;
}

void addErrors(const Sides &sides, std::optional<std::size_t> stratum, const std::optional<std::string> &endpoint,
               std::size_t blockSteps, double confidence, const ComparisonOptions &options, Comparison &result)
{
    const FailureSteps before = failuresOf(sides.before, stratum);
    const FailureSteps after = failuresOf(sides.after, stratum);
    const double finishedBefore = sumOf(before.finished);
    const double finishedAfter = sumOf(after.finished);
    if (!(finishedBefore > 0) || !(finishedAfter > 0))
        return;
    MetricChange change;
    change.name = "errors";
    change.endpoint = endpoint;
    change.before = sumOf(before.failures) / finishedBefore;
    change.after = sumOf(after.failures) / finishedAfter;
    const double effectBefore =
        designEffect(inBlocks(before.failures, blockSteps), inBlocks(before.finished, blockSteps));
    const double effectAfter = designEffect(inBlocks(after.failures, blockSteps), inBlocks(after.finished, blockSteps));
    const Interval difference =
        newcombeInterval(*change.before * finishedBefore / effectBefore, finishedBefore / effectBefore,
                         *change.after * finishedAfter / effectAfter, finishedAfter / effectAfter, confidence);
    const double moved = *change.after - *change.before;
    if (*change.before > 0) {
        change.ratio = *change.after / *change.before;
        change.low = std::max(0.0, 1 + difference.low / *change.before);
        change.high = 1 + difference.high / *change.before;
    }
    const double least = std::max(options.minimumErrors, options.minimumEffect * *change.before);
    const bool isSure = difference.low > 0 || difference.high < 0;
    if (isSure && std::abs(moved) > least)
        change.verdict = moved > 0 ? ChangeVerdict::Regression : ChangeVerdict::Improvement;
    else
        change.verdict = std::abs(moved) > std::max(least, 0.01) ? ChangeVerdict::Inconclusive
                                                                 : ChangeVerdict::NoChange;
    result.metrics.push_back(std::move(change));
}

void addShift(const Sides &sides, double confidence, Comparison &result)
{
    const ReplicatedFigures &before = sides.beforeFigures.overall;
    const ReplicatedFigures &after = sides.afterFigures.overall;
    for (std::size_t p = 0; p < kPercentiles; ++p) {
        std::vector<double> differences(before.latencyNs[p].size());
        for (std::size_t round = 0; round < differences.size(); ++round)
            differences[round] = after.latencyNs[p][round] - before.latencyNs[p][round];
        const Interval band = replicateInterval(differences, confidence);
        result.shift.push_back(
            {static_cast<double>(p + 1), before.measuredNs[p], after.measuredNs[p], band.low, band.high});
    }
}

double sumOfLatencies(const RequestTable &table)
{
    double sum = 0;
    for (const Stratum &stratum : table.strata)
        sum += stratum.latencyCount;
    return sum;
}

void addMetrics(const Sides &sides, const BlockPlan &beforePlan, const ComparisonOptions &options, Comparison &result)
{
    constexpr std::array<std::size_t, 4> kOverallRows{49, 89, 94, 98};
    constexpr std::array<std::size_t, 4> kRows{0, 1, 2, 3};
    const double fewer = std::min(sumOfLatencies(sides.before), sumOfLatencies(sides.after));
    addLatencies(sides.beforeFigures.overall, sides.afterFigures.overall, fewer, std::nullopt, kOverallRows,
                 options.confidence, options, result);
    addThroughput(sides.beforeFigures.overall, sides.afterFigures.overall, std::nullopt, options.confidence, options,
                  result);
    addErrors(sides, std::nullopt, std::nullopt, beforePlan.blockSteps, options.confidence, options, result);
    const std::size_t endpoints = sides.before.strata.size() - 1;
    if (endpoints < 2)
        return;
    // So that all endpoints together keep the confidence (Bonferroni).
    const double confidence = 1 - (1 - options.confidence) / static_cast<double>(endpoints);
    for (std::size_t s = 0; s < endpoints; ++s) {
        const Stratum &before = sides.before.strata[s];
        const Stratum &after = sides.after.strata[s];
        if (!(before.latencyCount > 0) || !(after.latencyCount > 0))
            continue;
        addLatencies(sides.beforeFigures.strata[s], sides.afterFigures.strata[s],
                     std::min(before.latencyCount, after.latencyCount), before.endpoint, kRows, confidence, options,
                     result);
        addThroughput(sides.beforeFigures.strata[s], sides.afterFigures.strata[s], before.endpoint, confidence, options,
                      result);
        addErrors(sides, s, before.endpoint, beforePlan.blockSteps, confidence, options, result);
    }
    result.notes.push_back("Intervals of single endpoints are " + percentText(confidence)
                           + " ones, so that all of them together hold with " + percentText(options.confidence) + ".");
}

void addNotes(std::size_t runsBefore, std::size_t runsAfter, Comparison &result)
{
    if (runsBefore == 1 && runsAfter == 1)
        result.notes.emplace_back("The verdict covers noise within the runs only: it excludes run-to-run variance. "
                                  "Four or more repeats of each side would cover it.");
    else
        result.notes.push_back(std::to_string(runsBefore) + " and " + std::to_string(runsAfter)
                               + " runs were taken together; the verdict excludes most of the run-to-run variance. It "
                                 "takes four or more repeats of each side to cover it.");
    const auto tooFew = std::find_if(result.metrics.begin(), result.metrics.end(),
                                     [](const MetricChange &metric) { return metric.hasTooFew; });
    if (tooFew != result.metrics.end())
        result.notes.emplace_back("Where fewer than ten requests lie beyond a percentile, its verdict stays "
                                  "inconclusive and does not count.");
}

} // namespace

void compareByBlocks(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                     const Comparability &gate, const ComparisonOptions &options, const std::stop_token &stop,
                     Comparison &result)
{
    Sides sides;
    sides.before =
        requestTable(windowed(baseline, gate.baselineWindows), gate.endpoints, gate.byEndpoint, options.view);
    sides.after = requestTable(windowed(current, gate.currentWindows), gate.endpoints, gate.byEndpoint, options.view);
    const auto beforePlan = planBlocks(sides.before.steps(), dependenceOf(sides.before));
    const auto afterPlan = planBlocks(sides.after.steps(), dependenceOf(sides.after));
    if (!beforePlan || !afterPlan) {
        compareByTotals(*baseline.front(), *current.front(), options, result);
        result.notes.back() = "The steady windows are too short for an interval: it takes twenty blocks of three "
                              "autocorrelation times. Differences of the whole runs are shown without a verdict.";
        return;
    }
    const std::vector<double> mix = mixOf(sides.before, sides.after);
    sides.beforeFigures = replicate(sides.before, *beforePlan, mix, options.rounds, options.seed, stop);
    sides.afterFigures = replicate(sides.after, *afterPlan, mix, options.rounds, options.seed + 1, stop);
    addMetrics(sides, *beforePlan, options, result);
    addShift(sides, options.confidence, result);
    result.rounds = options.rounds;
    result.blockLength = Duration(sides.before.width.ns() * static_cast<std::int64_t>(beforePlan->blockSteps));
    result.notes.push_back("Intervals: moving-block bootstrap, " + countText(options.rounds) + " rounds of blocks of "
                           + durationText(result.blockLength) + ".");
    if (!gate.byEndpoint)
        result.notes.emplace_back("A file does not hold endpoints over time: all requests are compared together, "
                                  "whatever their mix was at each moment.");
    addNotes(baseline.size(), current.size(), result);
    result.verdict = jointVerdict(result.metrics);
}

} // namespace tailspan::loadtest
