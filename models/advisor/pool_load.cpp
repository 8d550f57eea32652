// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/pool_load.h"

#include "models/base/hash.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tailspan::advisor {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
/// Of waiting times that fall off exponentially, the 95th percentile is three times the mean.
constexpr double kP95OfMean = 2.9957;

std::size_t podCount(const MetricHistory &metrics, const std::string &service)
{
    std::set<std::string> pods;
    for (const Role role : {Role::PoolUsed, Role::PoolLimit}) {
        for (const RoleSeries *series : metrics.of(role, service)) {
            if (!series->pod.empty())
                pods.insert(series->pod);
        }
    }
    return pods.size();
}

double podsOf(const MetricHistory &metrics, const std::string &service)
{
    if (const RoleSeries *replicas = metrics.whole(Role::Replicas, service)) {
        const double median = medianOf(replicas->series.values);
        if (median >= 1)
            return median;
    }
    return static_cast<double>(std::max<std::size_t>(1, podCount(metrics, service)));
}

std::optional<double> usual(const RoleSeries *series)
{
    const double value = series != nullptr ? medianOf(series->series.values) : kGap;
    return value > 0 ? std::optional(value) : std::nullopt;
}

} // namespace

TimeRange PoolLoad::range(const Run &run) const
{
    if (run.length() == 0)
        return {};
    return {TimePoint(timesNs[run.begin]), TimePoint(saturatingAdd(timesNs[run.end - 1], stepNs))};
}

namespace {

/// Ten minutes of a pool, summed up.
struct PoolBlock {
    double used = 0;
    double rate = 0;
    std::size_t steps = 0;
    std::size_t full = 0;

    void add(const PoolBlock &other)
    {
        used += other.used;
        rate += other.rate;
        steps += other.steps;
        full += other.full;
    }
    [[nodiscard]] bool isCalm() const { return 10 * full <= steps; }
};

std::vector<PoolBlock> blocksOf(const PoolLoad &load)
{
    constexpr double kBlockNs = 600e9;
    const auto length = static_cast<std::size_t>(std::max(1.0, kBlockNs / static_cast<double>(load.stepNs)));
    std::vector<PoolBlock> blocks(load.used.size() / length + 1);
    for (std::size_t i = 0; i < load.used.size() && i < load.rate.size(); ++i) {
        const bool isFull = !load.limit.empty() && load.used[i] >= 0.9 * load.limit[i];
        if (load.rate[i] > 0 && load.used[i] >= 0)
            blocks[i / length].add({load.used[i], load.rate[i], 1, isFull ? std::size_t{1} : 0});
    }
    std::erase_if(blocks, [](const PoolBlock &block) { return block.steps == 0; });
    // In a full pool requests get through one a hold as well, but some of the rate may be of those that were refused.
    if (std::ranges::any_of(blocks, &PoolBlock::isCalm))
        std::erase_if(blocks, [](const PoolBlock &block) { return !block.isCalm(); });
    return blocks;
}

} // namespace

PoolLoad::Hold PoolLoad::hold() const
{
    constexpr std::size_t kRounds = 400;
    const std::vector<PoolBlock> blocks = blocksOf(*this);
    PoolBlock all;
    for (const PoolBlock &block : blocks)
        all.add(block);
    if (!(all.used > 0))
        return {kGap, kGap, kGap};
    std::vector<double> drawn;
    std::uint64_t state = 0;
    for (std::size_t round = 0; round < kRounds; ++round) {
        PoolBlock sum;
        for (std::size_t i = 0; i < blocks.size(); ++i)
            sum.add(blocks[mixBits(++state * 0x9e3779b97f4a7c15ULL) % blocks.size()]);
        drawn.push_back(sum.used / sum.rate);
    }
    const double seconds = all.used / all.rate;
    return {std::min(seconds, quantileOf(drawn, 0.1)), seconds, std::max(seconds, quantileOf(drawn, 0.9))};
}

std::vector<PoolLoad> poolLoads(const MetricHistory &metrics)
{
    std::vector<PoolLoad> loads;
    for (const RoleSeries *used : metrics.of(Role::PoolUsed)) {
        if (!used->pod.empty())
            continue;
        PoolLoad load;
        load.service = used->service;
        load.stepNs = std::max<std::int64_t>(metrics.stepNs, 1'000'000'000);
        load.timesNs = used->series.timesNs;
        load.used = used->series.values;
        load.usedQuery = used->query;
        load.pods = podsOf(metrics, load.service);
        const auto column = [&](Role role) {
            const RoleSeries *series = metrics.whole(role, load.service);
            return series != nullptr ? valuesAt(series->series, load.timesNs, load.stepNs) : std::vector<double>();
        };
        load.limit = column(Role::PoolLimit);
        load.waiting = column(Role::PoolWaiting);
        load.wait = column(Role::PoolWait);
        load.rate = column(Role::RequestRate);
        load.latency = column(Role::LatencyP95);
        load.isWaitMeasured = knownCount(load.wait) > 0;
        const RoleSeries *waits = metrics.whole(load.isWaitMeasured ? Role::PoolWait : Role::PoolWaiting, load.service);
        load.waitQuery = waits != nullptr ? waits->query : "";
        if (!load.isWaitMeasured && !load.waiting.empty() && !load.rate.empty()) {
            load.wait.assign(load.timesNs.size(), kGap);
            for (std::size_t i = 0; i < load.wait.size(); ++i)
                load.wait[i] = load.rate[i] > 0 ? kP95OfMean * load.waiting[i] / load.rate[i] : kGap;
        }
        loads.push_back(std::move(load));
    }
    return loads;
}

std::optional<ServerLoad> serverLoad(const MetricHistory &metrics)
{
    std::set<std::string> names;
    for (const Role role : {Role::ServerMaximum, Role::ServerActive, Role::ServerConnections}) {
        for (const RoleSeries *series : metrics.of(role))
            names.insert(series->service);
    }
    if (names.size() != 1)
        return std::nullopt;
    ServerLoad load;
    load.server = *names.begin();
    load.stepNs = std::max<std::int64_t>(metrics.stepNs, 1'000'000'000);
    const RoleSeries *active = metrics.whole(Role::ServerActive, load.server);
    const RoleSeries *all = metrics.whole(Role::ServerConnections, load.server);
    const RoleSeries *idle = metrics.whole(Role::ServerIdleInTransaction, load.server);
    const RoleSeries *base = active != nullptr ? active : all;
    if (base == nullptr)
        return std::nullopt;
    load.timesNs = base->series.timesNs;
    const auto column = [&](const RoleSeries *series) {
        return series != nullptr ? valuesAt(series->series, load.timesNs, load.stepNs) : std::vector<double>();
    };
    load.active = column(active);
    load.connections = column(all);
    load.idleInTransaction = column(idle);
    load.cpu = column(metrics.whole(Role::ServerCpu, load.server));
    load.maximum = usual(metrics.whole(Role::ServerMaximum, load.server));
    load.cores = usual(metrics.whole(Role::ServerCores, load.server));
    load.activeQuery = active != nullptr ? active->query : "";
    load.idleQuery = idle != nullptr ? idle->query : "";
    return load;
}

std::optional<std::uint32_t> connectionsFor(double rate, double holdSeconds, double mostWaitSeconds, std::uint32_t most)
{
    if (!(rate > 0) || !(holdSeconds > 0))
        return std::nullopt;
    const auto first = static_cast<std::uint32_t>(std::clamp(std::floor(rate * holdSeconds), 1.0, 1e6));
    for (std::uint32_t servers = first; servers <= most; ++servers) {
        if (waitQuantile(servers, rate, holdSeconds, 0.95) <= mostWaitSeconds)
            return servers;
    }
    return std::nullopt;
}

} // namespace tailspan::advisor
