// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/scaled_service.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr std::size_t kFewest = 5; ///< Steps of either kind, for any claim about what tells them apart.

/// The p95 while the pods have time to spare.
double calmOf(const ScaledService &service, const std::vector<double> &use)
{
    std::vector<double> calm;
    // The quietest quarter: the target itself may be above what users bear.
    const double busy = std::min(service.target.value_or(1e9), quantileOf(use, 0.25));
    for (std::size_t i = 0; i < use.size(); ++i) {
        if (use[i] <= busy && std::isfinite(service.latency[i]))
            calm.push_back(service.latency[i]);
    }
    const std::size_t enough = std::max<std::size_t>(10, knownCount(service.latency) / 10);
    return calm.size() >= enough ? medianOf(std::move(calm)) : quantileOf(service.latency, 0.2);
}

/// The use above which it is slow and below which it is not; nothing where that is right less often than 85 of 100
/// times, either way.
void findHotRatio(const std::vector<double> &use, const std::vector<Holds> &isSlow, Slowness &slowness)
{
    std::vector<std::pair<double, bool>> points;
    for (std::size_t i = 0; i < use.size(); ++i) {
        if (std::isfinite(use[i]) && isSlow[i] != Holds::Unknown)
            points.emplace_back(use[i], isSlow[i] == Holds::Yes);
    }
    const auto slow = static_cast<double>(std::ranges::count(points, true, &std::pair<double, bool>::second));
    const double fine = static_cast<double>(points.size()) - slow;
    if (slow < kFewest || fine < kFewest)
        return;
    std::ranges::sort(points);
    double slowBelow = 0;
    double fineBelow = 0;
    double best = 0;
    double between = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double right = std::min(fineBelow / fine, (slow - slowBelow) / slow);
        if (right > best && (i == 0 || points[i].first > points[i - 1].first)) {
            best = right;
            slowness.slowFrom = points[i].first;
            between = i == 0 ? points[i].first : (points[i].first + points[i - 1].first) / 2;
        }
        (points[i].second ? slowBelow : fineBelow) += 1;
    }
    if (best >= 0.85)
        slowness.hotRatio = between;
}

double lostPerHour(const ScaledService &service, const Slowness &slowness)
{
    if (service.rate.empty() || service.timesNs.empty())
        return 0;
    double lostMs = 0;
    for (std::size_t i = 0; i < slowness.isSlow.size(); ++i) {
        if (slowness.isSlow[i] == Holds::Yes && service.rate[i] > 0)
            lostMs += 0.05 * service.rate[i] * (service.latency[i] - slowness.calmSeconds) * 1e3
                * static_cast<double>(service.stepNs) / 1e9;
    }
    return lostMs / std::max(service.hours(), 1e-9);
}

struct Cause {
    Role role;
    bool isOfService; ///< Else of a server that all use.
    const char *text;
};
constexpr Cause kCauses[] = {
    {Role::LockWaiting, false, "locks of the database"},        {Role::PoolWaiting, true, "connections of its pool"},
    {Role::PoolWait, true, "connections of its pool"},          {Role::ServerActive, false, "the database being busy"},
    {Role::ServerCpu, false, "the CPU of the database server"},
};

/// The best of what could explain the latency other than the CPU of the pods.
void findCause(const ScaledService &service, const std::vector<double> &use, const MetricHistory &metrics,
               ScalingGate &gate)
{
    for (const Cause &cause : kCauses) {
        for (const RoleSeries *series : metrics.of(cause.role, cause.isOfService ? service.service : "")) {
            if (!series->pod.empty())
                continue;
            std::vector<double> values = valuesAt(series->series, service.timesNs, service.stepNs);
            const auto own = partialCorrelationOf(service.latency, values, use);
            if (!own || *own <= gate.causeCoefficient)
                continue;
            gate.causeCoefficient = *own;
            gate.cause = cause.text;
            gate.causeQuery = series->query;
            gate.causeValues = std::move(values);
        }
    }
}

/// The same by traces of the slow time: what the requests of the service waited for.
void findInTraces(const ScaledService &service, const Slowness &slowness, const trace::TraceSnapshot &traces,
                  const Rules &rules, ScalingGate &gate)
{
    constexpr std::uint32_t kFewestTraces = 20;
    auto waiting = waitingShareOf(traces, service.service, service.range(slowness.longest), kFewestTraces, {});
    if (!waiting || waiting->share < rules.number("scale.wont-help.least-waiting-share"))
        return;
    gate.isBlocked = true;
    gate.cause = waiting->where;
    gate.causeCoefficient = waiting->share;
    gate.causeValues.clear();
    gate.reason = percentText(waiting->share) + " of what decided how long its requests took was waiting, mostly for "
        + waiting->where + ", and its p95 does not go with its CPU (" + decimalText(gate.cpuCoefficient) + ")";
    gate.waiting = std::move(waiting);
}

} // namespace

double slowMedianOf(const std::vector<double> &values, const Slowness &slowness)
{
    std::vector<double> slow;
    for (std::size_t i = 0; i < std::min(values.size(), slowness.isSlow.size()); ++i) {
        if (slowness.isSlow[i] == Holds::Yes)
            slow.push_back(values[i]);
    }
    return medianOf(std::move(slow));
}

std::optional<Slowness> slownessOf(const ScaledService &service, const Rules &rules)
{
    if (knownCount(service.latency) < 2 * kFewest)
        return std::nullopt;
    const std::vector<double> use = service.utilisation();
    Slowness slowness;
    slowness.calmSeconds = use.empty() ? quantileOf(service.latency, 0.2) : calmOf(service, use);
    if (!(slowness.calmSeconds >= 0))
        return std::nullopt;
    slowness.limitSeconds = std::max(slowness.calmSeconds * rules.number("scale.slow.p95-factor"),
                                     slowness.calmSeconds + rules.number("scale.slow.least-excess-ms") / 1e3);
    for (const double value : service.latency)
        slowness.isSlow.push_back(std::isnan(value)                   ? Holds::Unknown
                                      : value > slowness.limitSeconds ? Holds::Yes
                                                                      : Holds::No);
    slowness.longest = longestRun(slowness.isSlow);
    slowness.minutes = service.minutesOf(countOf(slowness.isSlow, Holds::Yes));
    if (!use.empty())
        findHotRatio(use, slowness.isSlow, slowness);
    slowness.lostMsPerHour = lostPerHour(service, slowness);
    return slowness;
}

std::optional<ScalingGate> scalingGate(const ScaledService &service, const Slowness &slowness, const Inputs &inputs,
                                       const Rules &rules)
{
    const std::vector<double> use = service.utilisation();
    if (inputs.metrics == nullptr || use.empty() || countOf(slowness.isSlow, Holds::Yes) < kFewest)
        return std::nullopt;
    ScalingGate gate;
    findCause(service, use, *inputs.metrics, gate);
    const auto byCpu = gate.causeValues.empty() ? correlationOf(service.latency, use)
                                                : partialCorrelationOf(service.latency, use, gate.causeValues);
    // Where use does not move at all, latency cannot follow it.
    gate.cpuCoefficient = byCpu.value_or(0);
    const double most = rules.number("scale.wont-help.most-cpu-correlation");
    const bool isExplained = gate.causeCoefficient >= rules.number("scale.wont-help.least-cause-correlation");
    // Pods that are busy to their target could be helped whatever else moved with them.
    const double busy = rules.number("scale.wont-help.most-busy") * service.target.value_or(1);
    const bool isIdle = slowMedianOf(use, slowness) < busy;
    gate.isBlocked = isIdle && gate.cpuCoefficient < most && isExplained;
    if (gate.isBlocked)
        gate.reason = "its p95 goes with " + gate.cause + " (partial correlation " + decimalText(gate.causeCoefficient)
            + ") and not with its CPU (" + decimalText(gate.cpuCoefficient) + ")";
    else if (inputs.traces != nullptr && isIdle && gate.cpuCoefficient < most)
        findInTraces(service, slowness, *inputs.traces, rules, gate);
    return gate;
}

} // namespace tailspan::advisor
