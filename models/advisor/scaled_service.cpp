// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/scaled_service.h"

#include "models/base/ceil_divide.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace tailspan::advisor {

namespace {

double lastOf(const metric::MetricSeries &series)
{
    for (std::size_t i = series.values.size(); i-- > 0;) {
        if (std::isfinite(series.values[i]))
            return series.values[i];
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::optional<double> lastOf(const MetricHistory &metrics, Role role, const std::string &service)
{
    const RoleSeries *series = metrics.whole(role, service);
    const double value = series != nullptr ? lastOf(series->series) : std::numeric_limits<double>::quiet_NaN();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Pods at each time, counted by who has a value then.
std::vector<double> podCounts(const std::vector<const RoleSeries *> &series, const ScaledService &service)
{
    std::vector<double> counts(service.timesNs.size(), std::numeric_limits<double>::quiet_NaN());
    for (const RoleSeries *pod : series) {
        if (pod->pod.empty())
            continue;
        const std::vector<double> values = valuesAt(pod->series, service.timesNs, service.stepNs);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!std::isnan(values[i]))
                counts[i] = (std::isnan(counts[i]) ? 0 : counts[i]) + 1;
        }
    }
    return counts;
}

void addHistory(ScaledService &service, const MetricHistory &metrics)
{
    const RoleSeries *cpu = metrics.whole(Role::CpuUsage, service.service);
    const RoleSeries *replicas = metrics.whole(Role::Replicas, service.service);
    const RoleSeries *latency = metrics.whole(Role::LatencyP95, service.service);
    const RoleSeries *base = cpu != nullptr ? cpu : latency != nullptr ? latency : replicas;
    if (base == nullptr)
        return;
    service.stepNs = std::max<std::int64_t>(metrics.stepNs, 1'000'000'000);
    service.rateWindowNs = metrics.rateWindowNs;
    service.timesNs = base->series.timesNs;
    const auto column = [&](Role role) {
        const RoleSeries *series = metrics.whole(role, service.service);
        return series != nullptr ? valuesAt(series->series, service.timesNs, service.stepNs) : std::vector<double>();
    };
    service.cpu = column(Role::CpuUsage);
    service.replicas = column(Role::Replicas);
    service.latency = column(Role::LatencyP95);
    service.rate = column(Role::RequestRate);
    service.lag = column(Role::EventLoopLag);
    if (cpu != nullptr)
        service.cpuQuery = cpu->query;
    if (replicas != nullptr)
        service.replicasQuery = replicas->query;
    if (latency != nullptr)
        service.latencyQuery = latency->query;
    if (service.replicas.empty() && cpu != nullptr) {
        service.replicas = podCounts(metrics.of(Role::CpuUsage, service.service), service);
        if (knownCount(service.replicas) == 0)
            service.replicas.clear();
        else
            service.assumptions.emplace_back("Pods were counted by who tells of its CPU.");
    }
}

/// Cores a pod asks for or may use: all pods together by their number, in the middle of the history.
std::optional<double> perPod(const ScaledService &service, const MetricHistory &metrics, Role role)
{
    std::vector<double> values;
    for (const RoleSeries *pod : metrics.of(role, service.service)) {
        if (!pod->pod.empty())
            values.push_back(medianOf(pod->series.values));
    }
    const double median = medianOf(values);
    if (std::isfinite(median) && median > 0)
        return median;
    const RoleSeries *whole = metrics.whole(role, service.service);
    if (whole == nullptr || service.replicas.empty())
        return std::nullopt;
    std::vector<double> each = valuesAt(whole->series, service.timesNs, service.stepNs);
    for (std::size_t i = 0; i < each.size(); ++i)
        each[i] = service.replicas[i] > 0 ? each[i] / service.replicas[i] : std::numeric_limits<double>::quiet_NaN();
    const double ratio = medianOf(std::move(each));
    return std::isfinite(ratio) && ratio > 0 ? std::optional(ratio) : std::nullopt;
}

void addReady(ScaledService &service, const MetricHistory *metrics, const Workload *workload, const Rules &rules)
{
    std::vector<double> seconds;
    if (metrics != nullptr) {
        for (const RoleSeries *pod : metrics->of(Role::PodReadySeconds, service.service))
            seconds.push_back(lastOf(pod->series));
    }
    std::erase_if(seconds, [](double value) { return !(value >= 0 && value < 3'600); });
    if (!seconds.empty()) {
        service.readySeconds = quantileOf(seconds, 0.9);
    } else if (workload != nullptr && workload->readyDelaySeconds) {
        service.readySeconds = workload->readyDelaySeconds->value;
    } else {
        service.readySeconds = rules.number("scale.replay.ready-seconds");
        service.assumptions.emplace_back("A new pod takes load after "
                                         + std::to_string(std::llround(service.readySeconds))
                                         + " s: how long it really takes is not known.");
    }
}

void addDeclared(ScaledService &service, const ScalingConfig &config)
{
    service.declared = config.horizontalOf(service.service);
    const Workload *workload = config.workloadOf(service.service);
    if (service.declared != nullptr) {
        const HorizontalAutoscaler &scaler = *service.declared;
        if (scaler.minReplicas)
            service.least = scaler.minReplicas->value;
        if (scaler.maxReplicas)
            service.most = scaler.maxReplicas->value;
        for (const ScalingTarget &target : scaler.targets) {
            if (target.kind == ScalingTarget::Kind::CpuUtilization)
                service.target = target.target.value;
        }
    }
    if (workload != nullptr && workload->cpuRequest)
        service.requestPerPod = workload->cpuRequest->value;
    if (workload != nullptr && workload->cpuLimit)
        service.limitPerPod = workload->cpuLimit->value;
}

/// What the cluster really has goes before what a file says.
void addMeasured(ScaledService &service, const MetricHistory &metrics)
{
    const auto prefer = [](std::optional<double> &value, const std::optional<double> &measured) {
        if (measured && *measured > 0)
            value = measured;
    };
    prefer(service.least, lastOf(metrics, Role::ReplicasMinimum, service.service));
    prefer(service.most, lastOf(metrics, Role::ReplicasMaximum, service.service));
    prefer(service.target, lastOf(metrics, Role::MetricTarget, service.service));
    prefer(service.requestPerPod, perPod(service, metrics, Role::CpuRequest));
    prefer(service.limitPerPod, perPod(service, metrics, Role::CpuLimit));
}

std::set<std::string> namesOf(const Inputs &inputs)
{
    std::set<std::string> names;
    if (inputs.scaling != nullptr) {
        for (const HorizontalAutoscaler &scaler : inputs.scaling->horizontal)
            names.insert(scaler.service);
    }
    if (inputs.metrics != nullptr) {
        for (const Role role : {Role::Replicas, Role::ReplicasMaximum, Role::CpuUsage}) {
            for (const RoleSeries *series : inputs.metrics->of(role))
                names.insert(series->service);
        }
    }
    return names;
}

} // namespace

double ScaledService::hours() const
{
    return minutesOf(timesNs.size()) / 60;
}

double ScaledService::minutesOf(std::size_t steps) const
{
    return static_cast<double>(steps) * static_cast<double>(stepNs) / 60e9;
}

TimeRange ScaledService::range(const Run &run) const
{
    if (run.length() == 0 || run.end > timesNs.size())
        return {};
    return {TimePoint(timesNs[run.begin]), TimePoint(saturatingAdd(timesNs[run.end - 1], stepNs))};
}

TimeRange ScaledService::range() const
{
    return range({0, timesNs.size()});
}

std::vector<double> ScaledService::utilisation() const
{
    if (cpu.empty() || replicas.empty())
        return {};
    std::vector<double> result(cpu.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < cpu.size(); ++i) {
        if (replicas[i] > 0 && cpu[i] >= 0)
            result[i] = cpu[i] / (replicas[i] * requestPerPod.value_or(1));
    }
    return result;
}

std::vector<bool> ScaledService::steadySteps(double mostChange) const
{
    std::vector<bool> steady(timesNs.size(), true);
    if (rateWindowNs <= 0 || stepNs <= 0 || cpu.empty() || replicas.empty())
        return steady;
    const auto window = static_cast<std::size_t>(ceilDivide(rateWindowNs, stepNs));
    const auto isSame = [&](std::size_t a, std::size_t b) {
        return replicas[a] == replicas[b] && std::abs(cpu[a] - cpu[b]) <= mostChange * std::max(cpu[a], cpu[b]);
    };
    for (std::size_t i = 0; i < steady.size(); ++i) {
        const std::size_t begin = i - std::min(i, window);
        const std::size_t end = std::min(i + window, steady.size() - 1);
        for (std::size_t k = begin; k <= end && steady[i]; ++k)
            steady[i] = isSame(k, i); // a gap is not the same as anything
    }
    return steady;
}

bool ScaledService::canReplay() const
{
    return requestPerPod && target && most && *requestPerPod > 0 && *target > 0 && *most >= least.value_or(1)
        && *most <= 10'000 && knownCount(cpu) > 2;
}

ReplayQuestion ScaledService::question(double hotRatio) const
{
    return question(hotRatio, {0, timesNs.size()});
}

ReplayQuestion ScaledService::question(double hotRatio, const Run &part) const
{
    ReplayQuestion result;
    const auto begin = static_cast<std::ptrdiff_t>(part.begin);
    const auto end = static_cast<std::ptrdiff_t>(part.end);
    result.timesNs.assign(timesNs.begin() + begin, timesNs.begin() + end);
    result.demand.assign(cpu.begin() + begin, cpu.begin() + end);
    result.requestPerPod = requestPerPod.value_or(0);
    result.target = target.value_or(0);
    result.bounds.least = static_cast<std::uint32_t>(std::max(1.0, least.value_or(1)));
    result.bounds.most = static_cast<std::uint32_t>(std::max(1.0, most.value_or(1)));
    if (declared != nullptr) {
        result.bounds.up = declared->up;
        result.bounds.down = declared->down;
        if (declared->up && declared->up->tolerance)
            result.tolerance = declared->up->tolerance->value;
    }
    result.readySeconds = readySeconds;
    result.hotRatio = hotRatio;
    const double now = part.begin < replicas.size() ? replicas[part.begin] : std::nan("");
    result.start = std::isfinite(now) && now >= 1 ? static_cast<std::uint32_t>(now) : result.bounds.least;
    return result;
}

std::string ScaledService::hpaName() const
{
    return declared != nullptr && !declared->name.empty() ? declared->name : service;
}

std::vector<ScaledService> scaledServices(const Inputs &inputs, const Rules &rules)
{
    std::vector<ScaledService> services;
    for (const std::string &name : namesOf(inputs)) {
        ScaledService service;
        service.service = name;
        if (inputs.scaling != nullptr)
            addDeclared(service, *inputs.scaling);
        if (inputs.metrics != nullptr) {
            addHistory(service, *inputs.metrics);
            addMeasured(service, *inputs.metrics);
        }
        addReady(service, inputs.metrics, inputs.scaling != nullptr ? inputs.scaling->workloadOf(name) : nullptr,
                 rules);
        services.push_back(std::move(service));
    }
    return services;
}

} // namespace tailspan::advisor
