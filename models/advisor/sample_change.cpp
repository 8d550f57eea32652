// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/sample_change.h"

#include <algorithm>
#include <random>

namespace tailspan::advisor {

namespace {

double percentileOf(std::vector<double> &values, double percentile)
{
    std::ranges::sort(values);
    return loadtest::quantileOfSorted(values, percentile);
}

} // namespace

ReplacedPercentile replacePercentile(std::span<const double> usual, std::span<const double> odd, double percentile,
                                     std::uint32_t rounds)
{
    constexpr std::uint64_t kSeed = 20'261'130;
    ReplacedPercentile made;
    std::vector<double> all(usual.begin(), usual.end());
    all.insert(all.end(), odd.begin(), odd.end());
    made.now = percentileOf(all, percentile);
    std::vector<double> calm(usual.begin(), usual.end());
    made.expected = percentileOf(calm, percentile);
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::size_t> pick(0, calm.size() - 1);
    std::vector<double> replicates;
    std::vector<double> drawn(all.size());
    for (std::uint32_t round = 0; round < rounds; ++round) {
        for (double &value : drawn)
            value = calm[pick(random)];
        replicates.push_back(percentileOf(drawn, percentile));
    }
    made.interval = loadtest::replicateInterval(replicates, 0.8);
    return made;
}

} // namespace tailspan::advisor
