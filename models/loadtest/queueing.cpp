// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/queueing.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

double erlangC(std::uint32_t servers, double offered)
{
    if (servers == 0 || offered >= servers)
        return 1;
    if (!(offered > 0))
        return 0;
    double blocked = 1; // Erlang's B formula, by its recurrence
    for (std::uint32_t i = 1; i <= servers; ++i)
        blocked = offered * blocked / (i + offered * blocked);
    const double busy = offered / servers;
    return blocked / (1 - busy * (1 - blocked));
}

std::optional<double> responseQuantile(std::uint32_t servers, double rate, double serviceTime, double ratio)
{
    const double offered = rate * serviceTime;
    if (!(serviceTime > 0) || offered >= servers)
        return std::nullopt;
    const double waits = erlangC(servers, offered);
    const double mu = 1 / serviceTime;
    const double spare = servers - offered; // rate of leaving the queue, in mu
    // P(T > t), the sum of an exponential service and a wait that is 0 or exponential (Gross and Harris, 2.3).
    const auto above = [&](double t) {
        if (std::abs(spare - 1) < 1e-9)
            return std::exp(-mu * t) * (1 + waits * mu * t);
        return std::exp(-mu * t) * (1 + waits * (1 - std::exp(-mu * t * (spare - 1))) / (spare - 1));
    };
    double low = 0;
    double high = serviceTime;
    while (above(high) > 1 - ratio && high < 1e12)
        high *= 2;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        (above(middle) > 1 - ratio ? low : high) = middle;
    }
    return high;
}

std::optional<ReplicaAnswer> replicasFor(const ReplicaQuestion &question)
{
    constexpr std::uint32_t kMostReplicas = 1000;
    constexpr double kBusyEnough = 0.8;
    const double service = question.serviceTime.toSeconds();
    if (!(question.targetRps > 0) || !(question.highestRps > 0) || question.testedReplicas == 0 || !(service > 0))
        return std::nullopt;
    // Saturated, all servers are busy: their number is the highest throughput times the service time (Little's law).
    const double perReplica = std::max(1.0, question.highestRps * service / question.testedReplicas);
    const double each = question.testedReplicas * perReplica / question.highestRps; // service time with whole servers
    for (std::uint32_t replicas = 1; replicas <= kMostReplicas; ++replicas) {
        const auto servers = static_cast<std::uint32_t>(std::floor(perReplica * replicas + 1e-9));
        const double busy = question.targetRps * each / servers;
        const auto p95 = responseQuantile(servers, question.targetRps, each, 0.95);
        const bool isEnough = question.p95Limit ? p95 && *p95 <= question.p95Limit->toSeconds() : busy <= kBusyEnough;
        if (!isEnough)
            continue;
        ReplicaAnswer answer;
        answer.replicas = replicas;
        answer.utilization = busy;
        if (p95)
            answer.p95 = Duration(std::llround(*p95 * 1e9));
        answer.assumption = "Assumes random arrivals and service times (M/M/c) with " + decimalText(perReplica)
            + " requests at once in each replica of " + durationText(question.serviceTime)
            + ", and that nothing shared behind the replicas (a database, a pool) is the limit.";
        return answer;
    }
    return std::nullopt;
}

} // namespace tailspan::loadtest
