// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/breach_companions.h"

#include "models/base/number_text.h"
#include "models/base/rank_sum_test.h"
#include "models/loadtest/interval.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr double kLeastRise = 1.5;
constexpr double kFalseDiscoveries = 0.01;
constexpr double kScale = 1e6; // the test takes whole numbers

/// Roles that can be the cause of slowness; rates and the latency itself are not.
bool canBeCause(Role role)
{
    switch (role) {
    case Role::CpuUsage:
    case Role::MemoryUsage:
    case Role::EventLoopLag:
    case Role::PoolUsed:
    case Role::PoolWaiting:
    case Role::PoolWait:
    case Role::ServerConnections:
    case Role::ServerActive:
    case Role::ServerCpu:
    case Role::LockWaiting:
    case Role::CacheEvictions: return true;
    default: return false;
    }
}

struct Split {
    std::vector<double> during;
    std::vector<double> outside;
};

Split splitBy(const metric::MetricSeries &series, TimeRange run, TimeRange breach)
{
    Split split;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        const TimePoint time(series.timesNs[i]);
        if (!std::isfinite(series.values[i]) || !run.contains(time))
            continue;
        (breach.contains(time) ? split.during : split.outside).push_back(series.values[i]);
    }
    return split;
}

std::vector<std::int64_t> whole(const std::vector<double> &values)
{
    std::vector<std::int64_t> numbers;
    for (const double value : values)
        numbers.push_back(static_cast<std::int64_t>(std::clamp(value, -1e12, 1e12) * kScale));
    return numbers;
}

} // namespace

std::vector<BreachCompanion> breachCompanions(const MetricHistory &history, TimeRange run, TimeRange breach)
{
    constexpr std::size_t kFewest = 5;
    std::vector<BreachCompanion> all;
    std::vector<double> pValues;
    RankSumTest test;
    for (const RoleSeries &entry : history.series) {
        const Split split = canBeCause(entry.role) ? splitBy(entry.series, run, breach) : Split();
        if (split.during.size() < kFewest || split.outside.size() < kFewest)
            continue;
        BreachCompanion companion;
        companion.series = &entry;
        companion.during = loadtest::medianOf(split.during);
        companion.before = loadtest::medianOf(split.outside);
        companion.pValue = test.pValue(whole(split.during), whole(split.outside));
        companion.text = std::string(roleId(entry.role)) + " of " + (entry.pod.empty() ? entry.service : entry.pod)
            + ": " + decimalText(companion.during) + ", was " + decimalText(companion.before);
        pValues.push_back(companion.pValue);
        all.push_back(std::move(companion));
    }
    const std::vector<double> rates = falseDiscoveryRates(pValues);
    std::vector<BreachCompanion> found;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (rates[i] < kFalseDiscoveries && all[i].during > kLeastRise * std::max(all[i].before, 1e-9))
            found.push_back(all[i]);
    }
    std::ranges::stable_sort(found, std::ranges::greater(), [](const BreachCompanion &companion) {
        return companion.during / std::max(companion.before, 1e-9);
    });
    return found;
}

} // namespace tailspan::advisor
