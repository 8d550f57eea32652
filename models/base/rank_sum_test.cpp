// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/rank_sum_test.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tailspan {

namespace {

/// Steps of the shift algorithm that a p-value may cost: below a millisecond.
constexpr double kMostExactSteps = 400'000;
constexpr std::size_t kMostKnown = 1024; // tie patterns remembered

struct Sizes {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::uint64_t smallest = 0; ///< Observations tied at the smallest value.
    std::uint64_t doubledRankSumOfA = 0;
    double tieCorrection = 0; ///< Sum of t^3 - t.

    std::uint64_t all() const { return a + b; }
    std::uint64_t above() const { return all() - smallest; }
};

Sizes sizesOf(std::span<const RankSumTest::Tie> ties)
{
    Sizes sizes;
    for (const RankSumTest::Tie &tie : ties) {
        const std::uint64_t size = tie.inA + tie.inB;
        // Ranks all() + 1 to all() + size share their mean.
        sizes.doubledRankSumOfA += tie.inA * (2 * sizes.all() + size + 1);
        if (sizes.all() == 0)
            sizes.smallest = size;
        sizes.a += tie.inA;
        sizes.b += tie.inB;
        const auto t = static_cast<double>(size);
        sizes.tieCorrection += t * t * t - t;
    }
    return sizes;
}

double logBinomial(std::uint64_t n, std::uint64_t k)
{
    const auto logFactorial = [](std::uint64_t x) { return std::lgamma(static_cast<double>(x) + 1); };
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

double normalPValue(const Sizes &sizes)
{
    const auto n = static_cast<double>(sizes.all());
    const double product = static_cast<double>(sizes.a) * static_cast<double>(sizes.b);
    const double variance = product / 12 * (n + 1 - sizes.tieCorrection / (n * (n - 1)));
    const double expected = static_cast<double>(sizes.a) * (n + 1) / 2;
    const double off = std::abs(static_cast<double>(sizes.doubledRankSumOfA) / 2 - expected) - 0.5;
    if (off <= 0 || variance <= 0)
        return 1;
    return std::erfc(off / std::sqrt(2 * variance)); // twice the tail of the standard normal
}

/// Doubled rank sums of the ways in which `chosen` of the values above the smallest, and the rest of the sample from
/// the smallest, make up a sample of `sampleSize`.
double exactPValue(const Sizes &sizes, std::uint64_t sampleSize, std::uint64_t doubledRankSum,
                   const std::vector<std::vector<double>> &ways)
{
    const auto expected = static_cast<std::int64_t>(sampleSize * (sizes.all() + 1));
    const std::int64_t observed = std::abs(static_cast<std::int64_t>(doubledRankSum) - expected);
    const double logAll = logBinomial(sizes.all(), sampleSize);
    const std::uint64_t fewest = sampleSize > sizes.smallest ? sampleSize - sizes.smallest : 0;
    double p = 0;
    for (std::uint64_t chosen = fewest; chosen < ways.size() && chosen <= sampleSize; ++chosen) {
        const std::uint64_t tied = sampleSize - chosen;
        const auto base = static_cast<std::int64_t>(tied * (sizes.smallest + 1) + chosen * 2 * (sizes.smallest + 1));
        double farAway = 0;
        for (std::size_t sum = 0; sum < ways[chosen].size(); ++sum) {
            if (std::abs(base + static_cast<std::int64_t>(sum) - expected) >= observed)
                farAway += ways[chosen][sum];
        }
        if (farAway > 0)
            p += farAway * std::exp(logBinomial(sizes.smallest, tied) - logAll);
    }
    return std::min(p, 1.0);
}

} // namespace

double RankSumTest::pValue(std::span<const Tie> ties)
{
    const Sizes sizes = sizesOf(ties);
    const bool isAsExpected = sizes.doubledRankSumOfA == sizes.a * (sizes.all() + 1);
    if (sizes.a == 0 || sizes.b == 0 || isAsExpected)
        return 1;
    // The smaller sample is followed: its distribution is that of the other, mirrored.
    const bool isAFollowed = sizes.a <= sizes.b;
    const std::uint64_t sampleSize = std::min(sizes.a, sizes.b);
    const std::uint64_t mostChosen = std::min(sampleSize, sizes.above());
    const auto above = static_cast<double>(sizes.above());
    const auto chosen = static_cast<double>(mostChosen);
    if (above * chosen * 2 * above * chosen > kMostExactSteps)
        return normalPValue(sizes);
    std::vector<std::uint64_t> tieSizes;
    for (std::size_t i = 1; i < ties.size(); ++i)
        tieSizes.push_back(ties[i].inA + ties[i].inB);
    const std::uint64_t all = sizes.all() * (sizes.all() + 1); // doubled rank sum of everyone
    return exactPValue(sizes, sampleSize, isAFollowed ? sizes.doubledRankSumOfA : all - sizes.doubledRankSumOfA,
                       waysFor(tieSizes, mostChosen));
}

double RankSumTest::pValue(std::span<const std::int64_t> a, std::span<const std::int64_t> b)
{
    std::vector<std::pair<std::int64_t, bool>> values;
    for (const std::int64_t value : a)
        values.emplace_back(value, true);
    for (const std::int64_t value : b)
        values.emplace_back(value, false);
    std::sort(values.begin(), values.end());
    std::vector<Tie> ties;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i == 0 || values[i].first != values[i - 1].first)
            ties.emplace_back();
        ++(values[i].second ? ties.back().inA : ties.back().inB);
    }
    return pValue(ties);
}

const RankSumTest::Ways &RankSumTest::waysFor(const std::vector<std::uint64_t> &tieSizes, std::size_t mostChosen)
{
    std::vector<std::uint64_t> key(tieSizes);
    key.push_back(mostChosen);
    if (const auto known = m_known.find(key); known != m_known.end())
        return known->second;
    if (m_known.size() >= kMostKnown)
        m_known.clear();
    Ways ways(mostChosen + 1);
    ways[0].assign(1, 1.0);
    std::uint64_t before = 0; // values that the loop is done with
    for (const std::uint64_t size : tieSizes) {
        const std::size_t score = 2 * before + size - 1; // twice (mid rank - 1)
        for (std::uint64_t i = 0; i < size; ++i) {
            for (std::size_t chosen = std::min<std::size_t>(mostChosen, before + i + 1); chosen > 0; --chosen) {
                const std::vector<double> &from = ways[chosen - 1];
                std::vector<double> &to = ways[chosen];
                to.resize(std::max(to.size(), from.size() + score));
                for (std::size_t sum = 0; sum < from.size(); ++sum)
                    to[sum + score] += from[sum];
            }
        }
        before += size;
    }
    return m_known.emplace(std::move(key), std::move(ways)).first->second;
}

std::vector<double> falseDiscoveryRates(std::span<const double> pValues)
{
    std::vector<std::size_t> order(pValues.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return pValues[a] != pValues[b] ? pValues[a] < pValues[b] : a < b; });
    std::vector<double> rates(pValues.size());
    double lowest = 1;
    for (std::size_t place = order.size(); place > 0; --place) {
        const double rate = pValues[order[place - 1]] * static_cast<double>(order.size()) / static_cast<double>(place);
        lowest = std::min(lowest, rate);
        rates[order[place - 1]] = lowest;
    }
    return rates;
}

} // namespace tailspan
