// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/capacity_picture.h"

#include "models/layout/replay_axis.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using loadtest::Capacity;
using loadtest::LoadBin;

namespace {

constexpr int kUserParts = 5;
constexpr int kThroughputParts = 4;
constexpr int kMostLatencyTicks = 6;
constexpr int kCurvePoints = 96;
constexpr double kDecadeMargin = 0.05;

/// Maps a load and one kind of value to a plot.
struct Plot {
    ValueAxis users;
    ValueAxis values;
    double widthPx = 0;
    double heightPx = 0;
    [[nodiscard]] double xOf(double load) const
    {
        return std::clamp((load - users.low) / (users.high - users.low), 0.0, 1.0) * widthPx;
    }
    [[nodiscard]] double yOf(double value) const
    {
        return std::clamp((values.high - value) / (values.high - values.low), 0.0, 1.0) * heightPx;
    }
    [[nodiscard]] PlotPoint at(double load, double value) const { return {xOf(load), yOf(value)}; }
};

double p95Log10(const LoadBin &bin)
{
    return std::log10(static_cast<double>(std::max<std::int64_t>(bin.latency.quantile(0.95), 1)));
}

void addTicks(const Plot &plot, std::vector<PlotTick> &ticks)
{
    for (const AxisTick &tick : plot.values.ticks)
        ticks.push_back({plot.yOf(tick.value), tick.label});
}

void addThroughput(const Capacity &capacity, const Plot &plot, CapacityPicture &picture)
{
    addTicks(plot, picture.throughputTicks);
    for (const LoadBin &bin : capacity.bins)
        picture.throughput.push_back(plot.at(bin.users, bin.throughput));
    if (capacity.usl) {
        const double first = 1;
        for (int i = 0; i <= kCurvePoints && plot.users.high > first; ++i) {
            const double load = first + (plot.users.high - first) * i / kCurvePoints;
            picture.usl.push_back(plot.at(load, capacity.usl->at(load)));
        }
    }
    if (capacity.bounds && capacity.bounds->demand > 0) {
        const double corner = capacity.bounds->corner();
        const double end = std::min(corner, plot.users.high);
        picture.bounds = {plot.at(0, 0), plot.at(end, end / capacity.bounds->demand)};
        if (corner < plot.users.high)
            picture.bounds.push_back(plot.at(plot.users.high, capacity.bounds->highest));
    }
}

void addLatency(const Capacity &capacity, double lowLog10, double highLog10, Plot plot, CapacityPicture &picture)
{
    plot.values = latencyAxis(lowLog10 - kDecadeMargin, highLog10 + kDecadeMargin, kMostLatencyTicks);
    addTicks(plot, picture.latencyTicks);
    for (const LoadBin &bin : capacity.bins) {
        if (!bin.latency.isEmpty())
            picture.latency.push_back(plot.at(bin.users, p95Log10(bin)));
    }
    if (capacity.largestLoad && capacity.largestLoad->p95Limit.ns() > 0)
        picture.limitPx = plot.yOf(std::log10(static_cast<double>(capacity.largestLoad->p95Limit.ns())));
}

void addMarks(const Capacity &capacity, const Plot &plot, CapacityPicture &picture)
{
    if (capacity.kneeUsers) {
        const double knee = *capacity.kneeUsers;
        picture.knee = LoadMark{plot.xOf(knee), plot.xOf(capacity.low.value_or(knee)),
                                plot.xOf(capacity.high.value_or(knee)), false};
    }
    const auto &largest = capacity.largestLoad;
    if (largest && largest->users && largest->isReached)
        picture.largestLoad = LoadMark{plot.xOf(*largest->users), plot.xOf(largest->low),
                                       largest->high ? plot.xOf(*largest->high) : plot.widthPx,
                                       !largest->high.has_value()};
}

} // namespace

CapacityPicture layCapacity(const Capacity &capacity, double widthPx, double heightPx)
{
    CapacityPicture picture;
    if (capacity.bins.empty() || !(widthPx > 0) || !(heightPx > 0))
        return picture;
    double users = 1;
    double throughput = 0;
    double low = 20;
    double high = 0;
    for (const LoadBin &bin : capacity.bins) {
        users = std::max(users, bin.users);
        throughput = std::max(throughput, bin.throughput);
        if (!bin.latency.isEmpty()) {
            low = std::min(low, p95Log10(bin));
            high = std::max(high, p95Log10(bin));
        }
    }
    if (capacity.largestLoad && capacity.largestLoad->p95Limit.ns() > 0) {
        const double limit = std::log10(static_cast<double>(capacity.largestLoad->p95Limit.ns()));
        low = std::min(low, limit);
        high = std::max(high, limit);
    }
    const Plot plot{linearAxis(users, AxisUnit::Count, kUserParts),
                    linearAxis(throughput, AxisUnit::PerSecond, kThroughputParts), widthPx, heightPx};
    for (const AxisTick &tick : plot.users.ticks)
        picture.userTicks.push_back({plot.xOf(tick.value), tick.label});
    addThroughput(capacity, plot, picture);
    if (low <= high)
        addLatency(capacity, low, high, plot, picture);
    addMarks(capacity, plot, picture);
    return picture;
}

} // namespace tailspan::layout
