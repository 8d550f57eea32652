// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/block_bootstrap.h"

#include "models/loadtest/interval.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

std::uint64_t SeededRandom::next()
{
    m_state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
    return mixed ^ mixed >> 31U;
}

std::size_t SeededRandom::below(std::size_t bound)
{
    // The upper half of a product: a bias of bound / 2^32, far below what any count here could show.
    return static_cast<std::size_t>((next() >> 32U) * bound >> 32U);
}

double SeededRandom::unit()
{
    return static_cast<double>(next() >> 11U) * 0x1p-53;
}

double autocorrelationTime(std::span<const double> values)
{
    const std::size_t n = values.size();
    const double chance = 1.96 / std::sqrt(static_cast<double>(std::max<std::size_t>(n, 1)));
    const double mean = meanOf(values);
    double variance = 0;
    for (const double value : values)
        variance += (value - mean) * (value - mean);
    if (n < 4 || !(variance > 0))
        return 0.5;
    double time = 0.5;
    for (std::size_t lag = 1; lag < n / 2; ++lag) {
        double sum = 0;
        for (std::size_t i = lag; i < n; ++i)
            sum += (values[i] - mean) * (values[i - lag] - mean);
        if (sum / variance < chance)
            break;
        time += sum / variance;
    }
    return time;
}

std::optional<BlockPlan> planBlocks(std::size_t steps, double autocorrelationTime)
{
    constexpr std::size_t kUsualBlocks = 30;
    const double needed = std::ceil(3 * std::clamp(autocorrelationTime, 0.5, 1e6));
    BlockPlan plan;
    plan.blockSteps = std::max(static_cast<std::size_t>(needed), steps / kUsualBlocks);
    if (plan.blockSteps * kFewestBlocks > steps)
        return std::nullopt;
    plan.blocks = (steps + plan.blockSteps - 1) / plan.blockSteps;
    return plan;
}

} // namespace tailspan::loadtest
