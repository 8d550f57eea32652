// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/largest_load.h"

#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/interval.h"

#include <algorithm>
#include <limits>

namespace tailspan::loadtest {

namespace {

constexpr double kBelowAll = 0;
constexpr double kAboveAll = std::numeric_limits<double>::infinity();

/// The load at which p95 crosses the limit; kBelowAll or kAboveAll where it does not.
double crossing(std::vector<const LoadBin *> bins, Duration limit)
{
    constexpr std::size_t kGroups = 20;
    std::stable_sort(bins.begin(), bins.end(), [](const LoadBin *a, const LoadBin *b) { return a->users < b->users; });
    const std::size_t groups = std::clamp<std::size_t>(bins.size() / 3, 4, kGroups);
    std::vector<double> loads;
    std::vector<double> latencies;
    std::vector<double> weights;
    for (std::size_t group = 0; group < groups; ++group) {
        LogHistogram all;
        double users = 0;
        const std::size_t begin = group * bins.size() / groups;
        const std::size_t end = (group + 1) * bins.size() / groups;
        for (std::size_t i = begin; i < end; ++i) {
            all.merge(bins[i]->latency);
            users += bins[i]->users;
        }
        if (begin == end || all.isEmpty())
            continue;
        loads.push_back(users / static_cast<double>(end - begin));
        latencies.push_back(static_cast<double>(all.quantile(0.95)));
        weights.push_back(static_cast<double>(all.count()));
    }
    makeRising(latencies, weights);
    const auto wanted = static_cast<double>(limit.ns());
    for (std::size_t i = 0; i < loads.size(); ++i) {
        if (latencies[i] < wanted)
            continue;
        if (i == 0)
            return kBelowAll;
        const double share = (wanted - latencies[i - 1]) / (latencies[i] - latencies[i - 1]);
        return loads[i - 1] + share * (loads[i] - loads[i - 1]);
    }
    return kAboveAll;
}

} // namespace

void makeRising(std::vector<double> &values, std::vector<double> weights)
{
    std::vector<double> level; // of joined runs
    std::vector<double> weight;
    std::vector<std::size_t> length;
    for (std::size_t i = 0; i < values.size(); ++i) {
        level.push_back(values[i]);
        weight.push_back(weights[i]);
        length.push_back(1);
        while (level.size() > 1 && level[level.size() - 2] > level.back()) {
            const std::size_t last = level.size() - 1;
            const double sum = weight[last - 1] + weight[last];
            level[last - 1] = (level[last - 1] * weight[last - 1] + level[last] * weight[last]) / sum;
            weight[last - 1] = sum;
            length[last - 1] += length[last];
            level.pop_back();
            weight.pop_back();
            length.pop_back();
        }
    }
    std::size_t at = 0;
    for (std::size_t run = 0; run < level.size(); ++run) {
        for (std::size_t i = 0; i < length[run]; ++i)
            values[at++] = level[run];
    }
}

LargestLoad largestLoadOf(std::span<const LoadBin> bins, Duration limit, std::size_t rounds, std::uint64_t seed)
{
    LargestLoad result;
    result.p95Limit = limit;
    std::vector<const LoadBin *> all;
    double largest = 0;
    for (const LoadBin &bin : bins) {
        all.push_back(&bin);
        largest = std::max(largest, bin.users);
    }
    if (all.empty())
        return result;
    const double measured = crossing(all, limit);
    result.isReached = measured < kAboveAll;
    if (measured > kBelowAll)
        result.users = std::min(measured, largest);
    SeededRandom random(seed);
    std::vector<double> drawn;
    for (std::size_t round = 0; round < rounds; ++round) {
        std::vector<const LoadBin *> sample(all.size());
        for (const LoadBin *&bin : sample)
            bin = all[random.below(all.size())];
        drawn.push_back(crossing(std::move(sample), limit));
    }
    std::sort(drawn.begin(), drawn.end());
    const std::size_t tail = drawn.size() / 40; // 2.5 %
    result.low = drawn.empty() ? result.users.value_or(0) : std::min(drawn[tail], largest);
    const double high = drawn.empty() ? measured : drawn[drawn.size() - 1 - tail];
    if (high < kAboveAll)
        result.high = high;
    return result;
}

} // namespace tailspan::loadtest
