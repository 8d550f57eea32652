// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/scaled_service.h"

#include "models/base/hash.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

/// A step with its use, whether it was slow, and the hour it is of.
struct UsePoint {
    double use = 0;
    bool isSlow = false;
    std::uint32_t block = 0;
};
/// The best parting of slow from fine: the use just below and just above it, and how often it is right either way.
struct Parting {
    double below = 0;
    double above = 0;
    double right = 0;
};

/// Of points by use, each counted as often as its hour is drawn.
Parting partingOf(const std::vector<UsePoint> &points, const std::vector<double> &weights)
{
    double slow = 0, fine = 0;
    for (const UsePoint &point : points)
        (point.isSlow ? slow : fine) += weights[point.block];
    if (!(slow > 0) || !(fine > 0))
        return {}; // nothing to part
    Parting best;
    double slowBelow = 0, fineBelow = 0;
    double last = std::numeric_limits<double>::quiet_NaN(); // of those that are drawn
    for (const UsePoint &point : points) {
        if (weights[point.block] == 0)
            continue;
        const double right = std::min(fineBelow / fine, (slow - slowBelow) / slow);
        if (right > best.right && !(point.use <= last))
            best = {std::isnan(last) ? point.use : last, point.use, right};
        (point.isSlow ? slowBelow : fineBelow) += weights[point.block];
        last = point.use;
    }
    return best;
}

std::vector<UsePoint> steadyPoints(const ScaledService &service, const std::vector<double> &use,
                                   const std::vector<Holds> &isSlow, const Rules &rules)
{
    const std::vector<bool> steady = service.steadySteps(rules.number("scale.slow.steady-change"));
    const auto anHour = static_cast<std::size_t>(std::max(1.0, 3.6e12 / static_cast<double>(service.stepNs)));
    std::vector<UsePoint> points;
    for (std::size_t i = 0; i < use.size(); ++i) {
        if (std::isfinite(use[i]) && isSlow[i] != Holds::Unknown && steady[i])
            points.push_back({use[i], isSlow[i] == Holds::Yes, static_cast<std::uint32_t>(i / anHour)});
    }
    std::ranges::sort(points, {}, &UsePoint::use);
    return points;
}

/// The use above which it is slow and below which it is not; nothing where that is right less often than 85 of 100
/// times, either way. The interval is that of drawing hours again, and reaches over what no step has shown.
void findHotRatio(const std::vector<UsePoint> &points, Slowness &slowness)
{
    constexpr std::size_t kRounds = 200;
    constexpr double kTail = 0.1; // of an 80 % interval
    constexpr double kLeastRight = 0.85;
    const auto slow = static_cast<std::size_t>(std::ranges::count(points, true, &UsePoint::isSlow));
    if (slow < kFewest || points.size() - slow < kFewest)
        return;
    const std::size_t blocks = 1 + std::ranges::max_element(points, {}, &UsePoint::block)->block;
    const Parting best = partingOf(points, std::vector<double>(blocks, 1));
    if (best.right < kLeastRight)
        return;
    constexpr double kMiddle = 0.5;
    const auto between = [&best](double share) { return best.below + share * (best.above - best.below); };
    slowness.hotRatio = between(kMiddle);
    slowness.hotLow = between(kTail);
    slowness.hotHigh = between(1 - kTail);
    if (best.right == 1)
        return; // all is told but what no step has shown
    std::vector<double> middles;
    std::vector<double> weights(blocks);
    std::uint64_t state = 0;
    for (std::size_t round = 0; round < kRounds; ++round) {
        std::ranges::fill(weights, 0);
        for (std::size_t i = 0; i < blocks; ++i)
            ++weights[mixBits(++state * 0x9e3779b97f4a7c15ULL) % blocks];
        const Parting drawn = partingOf(points, weights);
        if (drawn.right >= kLeastRight) // else no slow hour was drawn
            middles.push_back((drawn.below + drawn.above) / 2);
    }
    if (middles.empty())
        return;
    slowness.hotLow = std::min(slowness.hotLow, quantileOf(middles, kTail));
    slowness.hotHigh = std::max(slowness.hotHigh, quantileOf(std::move(middles), 1 - kTail));
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
        findHotRatio(steadyPoints(service, use, slowness.isSlow, rules), slowness);
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
