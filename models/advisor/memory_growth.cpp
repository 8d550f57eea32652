// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/memory_growth.h"

#include "models/base/number_text.h"
#include "models/base/time.h"
#include "models/loadtest/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace tailspan::advisor {

namespace {

constexpr double kNsPerDay = 86'400e9;
constexpr std::int64_t kFloorNs = 6LL * 3600 * 1'000'000'000; // research/1.11: six hours hold several major collections

using metric::MetricSeries;

/// Where the values after the last restart begin.
std::size_t afterRestart(const MetricSeries &memory, const MetricSeries *restarts)
{
    constexpr double kFallen = 0.5;
    std::size_t begin = 0;
    double last = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 0; i < memory.values.size(); ++i) {
        if (!std::isfinite(memory.values[i]))
            continue;
        if (memory.values[i] < kFallen * last)
            begin = i;
        last = memory.values[i];
    }
    if (restarts == nullptr)
        return begin;
    for (std::size_t i = 1; i < restarts->values.size(); ++i) {
        if (restarts->values[i] > restarts->values[i - 1]) {
            const auto at = std::ranges::lower_bound(memory.timesNs, restarts->timesNs[i]);
            begin = std::max(begin, static_cast<std::size_t>(at - memory.timesNs.begin()));
        }
    }
    return begin;
}

struct Floor {
    double value = std::numeric_limits<double>::infinity();
    double loadSum = 0;
    std::size_t loadCount = 0;
};

/// By the begin of six hours each, of which the last end with the history: the floor of a part of them is higher, and the
/// last one counts most for how much room is left. Less than half of the first six hours are left out.
std::map<std::int64_t, Floor> floorsOf(const MetricSeries &memory, const MetricSeries *load, std::size_t begin)
{
    std::map<std::int64_t, Floor> floors;
    if (begin >= memory.timesNs.size())
        return floors;
    const std::int64_t endNs = memory.timesNs.back();
    const auto startOf = [endNs](std::int64_t timeNs) {
        return endNs - (saturatingSubtract(endNs, timeNs) / kFloorNs + 1) * kFloorNs;
    };
    for (std::size_t i = begin; i < memory.values.size(); ++i) {
        if (std::isfinite(memory.values[i])) {
            Floor &floor = floors[startOf(memory.timesNs[i])];
            floor.value = std::min(floor.value, memory.values[i]);
        }
    }
    if (!floors.empty() && saturatingSubtract(memory.timesNs[begin], floors.begin()->first) > kFloorNs / 2)
        floors.erase(floors.begin());
    for (std::size_t i = 0; load != nullptr && i < load->values.size(); ++i) {
        const auto found = floors.find(startOf(load->timesNs[i]));
        if (found != floors.end() && std::isfinite(load->values[i])) {
            found->second.loadSum += load->values[i];
            ++found->second.loadCount;
        }
    }
    return floors;
}

/// Takes out what goes with the load, by the robust line of changes on changes: levels would take a leak for the work of
/// a load that happens to grow as well.
void takeOutLoad(std::vector<double> &floors, const std::vector<double> &loads)
{
    std::vector<std::pair<double, double>> changes;
    for (std::size_t i = 1; i < floors.size(); ++i)
        changes.emplace_back(loads[i] - loads[i - 1], floors[i] - floors[i - 1]);
    std::ranges::sort(changes);
    std::vector<double> x;
    std::vector<double> y;
    for (const auto &[load, floor] : changes) {
        x.push_back(load);
        y.push_back(floor);
    }
    const TheilSen line = theilSen(x, y, 0.95);
    if (line.low <= 0)
        return; // memory does not grow with the load for sure
    for (std::size_t i = 0; i < floors.size(); ++i)
        floors[i] -= line.slope * (loads[i] - loads.front());
}

double largestJump(const std::vector<double> &floors)
{
    double largest = 0;
    for (std::size_t i = 1; i < floors.size(); ++i)
        largest = std::max(largest, floors[i] - floors[i - 1]);
    return largest;
}

/// Why it is no leak; empty when it is one.
std::string objection(const MemoryGrowth &growth, const Rules &rules)
{
    const MannKendall rank = mannKendall(growth.floors);
    if (rank.s <= 0 || rank.pValue >= rules.number("service.memory-leak.p-value") || growth.trend.low <= 0)
        return "its floor does not rise for sure";
    const double base = std::max(loadtest::medianOf(growth.floors), 1.0);
    if (growth.trend.slope < rules.number("service.memory-leak.least-share-per-day") * base)
        return "it rises by less than " + percentText(rules.number("service.memory-leak.least-share-per-day"))
            + " a day";
    const std::size_t half = growth.floors.size() / 2;
    const std::span days(growth.days);
    const std::span floors(growth.floors);
    const TheilSen second = theilSen(days.subspan(half), floors.subspan(half), 0.9);
    if (second.low < rules.number("service.memory-leak.second-half-low") * growth.trend.slope
        || second.slope < rules.number("service.memory-leak.second-half-slope") * growth.trend.slope)
        return "it levels off: warming up, or a cache that fills";
    const double rise = growth.floors.back() - growth.floors.front();
    if (rise <= 0 || largestJump(growth.floors) > rules.number("service.memory-leak.largest-jump") * rise)
        return "most of the rise is one step, as after a deployment";
    return {};
}

} // namespace

MemoryGrowth judgeGrowth(const MetricSeries &memory, const MetricSeries *load, const MetricSeries *restarts,
                         const Rules &rules)
{
    MemoryGrowth growth;
    const auto floors = floorsOf(memory, load, afterRestart(memory, restarts));
    std::vector<double> loads;
    bool hasLoad = load != nullptr && !floors.empty();
    for (const auto &[startNs, floor] : floors) {
        if (growth.floors.empty())
            growth.beginNs = startNs;
        growth.days.push_back(static_cast<double>(startNs - growth.beginNs) / kNsPerDay);
        growth.floors.push_back(floor.value);
        hasLoad = hasLoad && floor.loadCount > 0;
        loads.push_back(floor.loadCount > 0 ? floor.loadSum / static_cast<double>(floor.loadCount) : 0);
    }
    const double leastDays = rules.number("service.memory-leak.least-days");
    if (growth.floors.size() < 8 || !(growth.days.back() + 0.25 >= leastDays)) {
        growth.whyNot = "less than " + decimalText(leastDays) + " days since the last restart";
        return growth;
    }
    growth.isJudged = true;
    growth.lastFloor = growth.floors.back();
    if (hasLoad)
        takeOutLoad(growth.floors, loads);
    growth.trend = theilSen(growth.days, growth.floors, 0.99);
    growth.whyNot = objection(growth, rules);
    growth.isLeak = growth.whyNot.empty();
    return growth;
}

} // namespace tailspan::advisor
