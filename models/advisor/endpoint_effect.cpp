// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/endpoint_effect.h"

#include "models/base/hash.h"
#include "models/base/number_text.h"
#include "models/base/radix_sort.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kRounds = 100;
constexpr std::array<double, 3> kQuantiles{0.5, 0.95, 0.99};
constexpr double kNsPerMs = 1e6;
constexpr double kNsPerHour = 3.6e12;
constexpr double kShortestHours = 1.0 / 60;
/// With fewer, a p95 is the slowest request and little else.
constexpr std::uint64_t kFewestForP95 = 20;
constexpr std::uint64_t kFewestForP99 = 100;
/// A percentile that changes by less does not show what a fix does.
constexpr double kLeastShown = 0.01;
/// Normal deviates in the middle of five equal shares; the 80 % interval of an estimate reaches to the outer two.
constexpr std::array<double, 5> kDeviates{-1.2816, -0.5244, 0, 0.5244, 1.2816};
constexpr double kOuterDeviate = 1.2816;

double valueAt(const ValueInterval &value, double deviate)
{
    const double arm = deviate < 0 ? value.expected - value.low : value.high - value.expected;
    return value.expected + arm * deviate / kOuterDeviate;
}

/// How often a request is drawn: Poisson with mean 1, from 16 random bits.
std::uint8_t drawCount(std::uint32_t bits)
{
    static constexpr std::uint32_t kUpTo[] = {24109, 48219, 60273, 64291, 65296, 65497, 65530, 65535};
    std::uint8_t count = 0;
    while (count < 7 && bits >= kUpTo[count])
        ++count;
    return count;
}

/// Low, high and the middle of what the rounds gave, and the figure itself: it lies between.
Change changeOf(double now, double expected, std::vector<double> rounds)
{
    std::ranges::sort(rounds);
    const auto at = [&](double ratio) {
        return rounds[static_cast<std::size_t>(ratio * static_cast<double>(rounds.size() - 1))];
    };
    constexpr double kTail = (1 - Estimate::kCoverage) / 2;
    return {now, std::min(at(kTail), expected), expected, std::max(at(1 - kTail), expected)};
}

std::vector<std::uint32_t> orderOf(std::span<const std::int64_t> values)
{
    std::vector<KeyedRow> rows(values.size());
    for (std::uint32_t i = 0; i < values.size(); ++i)
        rows[i] = {sortKeyOf(values[i]), i};
    radixSort(rows);
    std::vector<std::uint32_t> order(values.size());
    std::ranges::transform(rows, order.begin(), [](const KeyedRow &row) { return row.row; });
    return order;
}

/// The quantiles of durations, each counted as often as its weight says, in milliseconds.
std::array<double, 3> quantilesOf(std::span<const std::uint32_t> order, std::span<const std::int64_t> ns,
                                  const std::uint8_t *weights)
{
    double total = static_cast<double>(order.size());
    if (weights != nullptr) {
        total = 0;
        for (std::size_t i = 0; i < order.size(); ++i)
            total += weights[i];
    }
    std::array<double, 3> quantiles{};
    double seen = 0;
    std::size_t next = 0;
    for (const std::uint32_t i : order) {
        seen += weights == nullptr ? 1 : weights[i];
        while (next < kQuantiles.size() && seen > 0 && seen >= kQuantiles[next] * total)
            quantiles[next++] = static_cast<double>(ns[i]) / kNsPerMs;
    }
    return quantiles;
}

/// The mean, each counted as often as its weight says, in milliseconds.
template <class Ns>
double meanMsOf(const std::vector<Ns> &ns, const std::uint8_t *weights)
{
    double sum = 0, total = 0;
    for (std::size_t i = 0; i < ns.size(); ++i) {
        const double weight = weights == nullptr ? 1 : weights[i];
        sum += weight * static_cast<double>(ns[i]);
        total += weight;
    }
    return total > 0 ? sum / total / kNsPerMs : 0;
}

/// What shows the effect best, with its name.
std::pair<const char *, const Change &> shownBest(const EndpointEffect &effect)
{
    const auto isShown = [](const Change &change) { return change.expected <= (1 - kLeastShown) * change.now; };
    const bool isFew = effect.requests < kFewestForP95;
    const Change &usual = isFew ? effect.p50() : effect.p95();
    if (isShown(usual) || effect.savedMsPerRequest.expected <= 0)
        return {isFew ? "median of " : "p95 of ", usual};
    if (effect.requests >= kFewestForP99 && isShown(effect.p99()))
        return {"p99 of ", effect.p99()};
    return {"mean of ", effect.meanMs};
}

} // namespace

EffectBootstrap::EffectBootstrap(const RetimePlan &plan) : m_plan(plan)
{
    m_weights.resize(kRounds);
    tbb::parallel_for(std::size_t{0}, kRounds, [&](std::size_t round) {
        std::vector<std::uint8_t> &weights = m_weights[round];
        weights.resize(plan.requestCount());
        for (std::size_t i = 0; i < weights.size(); ++i)
            weights[i] = drawCount(static_cast<std::uint32_t>(mixBits((round + 1) * 0x9e3779b97f4a7c15ULL + i) >> 48U));
    });
}

EffectBootstrap::Outcome EffectBootstrap::outcomeOf(const CompiledEdits &edits) const
{
    Outcome outcome;
    outcome.durationNs.resize(m_plan.requestCount());
    m_plan.retime(edits, outcome.durationNs);
    outcome.savedNs.resize(outcome.durationNs.size());
    for (std::size_t i = 0; i < outcome.savedNs.size(); ++i)
        outcome.savedNs[i] = static_cast<double>(m_plan.durationNs(i) - outcome.durationNs[i]);
    outcome.byDuration = orderOf(outcome.durationNs);
    return outcome;
}

EndpointEffect EffectBootstrap::effect(CompiledEdits edits, std::span<const ValueInterval> values)
{
    EndpointEffect effect;
    effect.requestTotal = m_plan.requestTotal();
    effect.requests = m_plan.requestCount();
    effect.touched = edits.touchedCount();
    effect.clippedShare = m_plan.clippedShare();
    effect.tracesHours = static_cast<double>(m_plan.range().length().ns()) / kNsPerHour;
    effect.hours = std::max(effect.tracesHours, kShortestHours);
    if (effect.requests == 0)
        return effect;
    values = values.first(std::min(values.size(), edits.count()));
    const bool isCertain = std::ranges::all_of(values, [](const ValueInterval &v) { return v.low == v.high; });
    std::vector<Outcome> outcomes;
    for (const double deviate : kDeviates) {
        if (isCertain && deviate != 0)
            continue;
        for (std::size_t edit = 0; edit < values.size(); ++edit)
            edits.setValue(edit, valueAt(values[edit], deviate));
        outcomes.push_back(outcomeOf(edits));
    }
    summarize(outcomes, outcomes[outcomes.size() / 2], effect);
    return effect;
}

void EffectBootstrap::summarize(std::span<const Outcome> outcomes, const Outcome &expected,
                                EndpointEffect &effect) const
{
    std::array<std::vector<double>, 3> quantiles;
    quantiles.fill(std::vector<double>(kRounds));
    std::vector<double> saved(kRounds); // on average, in milliseconds
    tbb::parallel_for(std::size_t{0}, kRounds, [&](std::size_t round) {
        const Outcome &outcome = outcomes[round % outcomes.size()];
        const std::uint8_t *const weights = m_weights[round].data();
        const auto drawn = quantilesOf(outcome.byDuration, outcome.durationNs, weights);
        for (std::size_t q = 0; q < drawn.size(); ++q)
            quantiles[q][round] = drawn[q];
        saved[round] = meanMsOf(outcome.savedNs, weights);
    });
    std::vector<std::int64_t> before(m_plan.requestCount());
    for (std::size_t i = 0; i < before.size(); ++i)
        before[i] = m_plan.durationNs(i);
    const auto now = quantilesOf(orderOf(before), before, nullptr);
    const auto after = quantilesOf(expected.byDuration, expected.durationNs, nullptr);
    for (std::size_t q = 0; q < now.size(); ++q)
        effect.quantilesMs[q] = changeOf(now[q], after[q], std::move(quantiles[q]));
    effect.savedMsPerRequest = changeOf(0, meanMsOf(expected.savedNs, nullptr), std::move(saved));
    // The same requests with and without it: what differs between them has no part in the interval of their mean.
    const double mean = meanMsOf(before, nullptr);
    const Change &perRequest = effect.savedMsPerRequest;
    effect.meanMs = {mean, mean - perRequest.high, mean - perRequest.expected, mean - perRequest.low};
    const double requestsPerHour = static_cast<double>(effect.requestTotal) / effect.hours;
    effect.savedMsPerHour = {0, effect.savedMsPerRequest.low * requestsPerHour,
                             effect.savedMsPerRequest.expected * requestsPerHour,
                             effect.savedMsPerRequest.high * requestsPerHour};
}

EndpointEffect effectOf(const RetimePlan &plan, std::vector<RetimeEdit> edits, const ValueInterval &value)
{
    return EffectBootstrap(plan).effect(plan.compile(std::move(edits)), value);
}

Estimate estimateOf(const EndpointEffect &effect, const std::string &endpoint, const std::string &basis)
{
    const auto [name, change] = shownBest(effect);
    Estimate estimate;
    estimate.metric = name + endpoint;
    estimate.unit = "ms";
    estimate.now = change.now;
    estimate.low = change.low;
    estimate.expected = change.expected;
    estimate.high = change.high;
    estimate.basis = basis + "; " + pluralText(effect.requests, "request", "requests") + " of " + endpoint
        + " retimed with it, bootstrap over them";
    return estimate;
}

std::vector<std::string> doubtsOf(const EndpointEffect &effect)
{
    constexpr double kMuchClipped = 0.05;
    std::vector<std::string> doubts;
    if (effect.clippedShare > kMuchClipped)
        doubts.push_back(
            percentText(effect.clippedShare)
            + " of the time of calls lies outside their callers (clocks that disagree, or calls that nobody "
              "waits for) and was left out.");
    if (effect.requests < kFewestForP95)
        doubts.push_back("Only " + pluralText(effect.requests, "request", "requests")
                         + " of the endpoint can be looked at.");
    const std::string length = durationText(Duration(std::llround(effect.tracesHours * kNsPerHour)));
    const std::string count = countText(effect.requestTotal);
    doubts.push_back((effect.tracesHours < kShortestHours
                          ? "The traces span " + length + "; the rate counts them as a minute's (" + count + ")"
                          : "The rate is that of the traces (" + count + " in " + length + ")")
                     + "; if they were sampled, what is lost is more in proportion.");
    return doubts;
}

} // namespace tailspan::advisor
