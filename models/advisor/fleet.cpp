// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/fleet.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

constexpr double kDefaultSurge = 0.25;

double largestOf(const metric::MetricSeries &series)
{
    double largest = 0;
    for (const double value : series.values)
        largest = std::isfinite(value) ? std::max(largest, value) : largest;
    return largest;
}

double surgeOf(const Workload *workload, double maximum, bool isDeployment)
{
    if (workload != nullptr && workload->surgePods)
        return workload->surgePods->value;
    if (workload != nullptr && workload->kind != "Deployment")
        return 0;
    if (!isDeployment)
        return 0;
    const double ratio = workload != nullptr && workload->surgeRatio ? workload->surgeRatio->value : kDefaultSurge;
    return std::ceil(maximum * ratio - 1e-9);
}

std::optional<FleetService> declaredOf(const ScalingConfig &config, const std::string &service, Fleet &fleet)
{
    const HorizontalAutoscaler *scaler = config.horizontalOf(service);
    const Workload *workload = config.workloadOf(service);
    const MaybeDeclared &most = scaler != nullptr && scaler->maxReplicas ? scaler->maxReplicas
        : workload != nullptr                                            ? workload->replicas
                                                                         : MaybeDeclared();
    if (!most)
        return std::nullopt;
    const bool isDeployment = scaler == nullptr || scaler->targetKind == "Deployment";
    FleetService entry{service, most->value, surgeOf(workload, most->value, isDeployment), most->place, {}};
    if (workload == nullptr && entry.surge > 0)
        fleet.assumptions.push_back("A rollout of " + service
                                    + " has 25 % more pods, the default: its Deployment was not given.");
    return entry;
}

void addMeasured(Fleet &fleet, const MetricHistory &metrics)
{
    for (const Role role : {Role::ReplicasMaximum, Role::Replicas}) {
        for (const RoleSeries *series : metrics.of(role)) {
            const double most = largestOf(series->series);
            if (!series->pod.empty() || most <= 0 || fleet.of(series->service) != nullptr)
                continue;
            FleetService entry;
            entry.service = series->service;
            entry.maximum = most;
            entry.surge = std::ceil(most * kDefaultSurge - 1e-9);
            entry.query = series->query;
            fleet.services.push_back(std::move(entry));
            fleet.assumptions.push_back("A rollout of " + series->service
                                        + " has 25 % more pods, the default: its Deployment was not given.");
        }
    }
}

} // namespace

double Fleet::maximum() const
{
    double sum = 0;
    for (const FleetService &entry : services)
        sum += entry.maximum;
    return sum;
}

double Fleet::total() const
{
    double sum = 0;
    for (const FleetService &entry : services)
        sum += entry.total();
    return sum;
}

const FleetService *Fleet::of(std::string_view service) const
{
    const auto found = std::ranges::find(services, service, &FleetService::service);
    return found == services.end() ? nullptr : &*found;
}

Fleet fleetOf(const ScalingConfig *config, const MetricHistory *metrics)
{
    Fleet fleet;
    if (config != nullptr) {
        for (const std::string &service : config->services()) {
            if (auto entry = declaredOf(*config, service, fleet))
                fleet.services.push_back(std::move(*entry));
        }
    }
    if (metrics != nullptr && fleet.services.empty()) // else pods of others, such as the cluster's own, would count
        addMeasured(fleet, *metrics);
    return fleet;
}

const PoolFigure *poolOf(const ScalingConfig &config, std::string_view service)
{
    const PoolFigure *own = nullptr;
    const PoolFigure *general = nullptr;
    for (const PoolFigure &figure : config.pools) {
        const bool limits = figure.role == PoolFigure::Role::Size || figure.role == PoolFigure::Role::Most;
        if (!limits || (!figure.service.empty() && figure.service != service))
            continue;
        const PoolFigure *&best = figure.service.empty() ? general : own;
        if (best == nullptr || figure.connections.value < best->connections.value)
            best = &figure;
    }
    return own != nullptr ? own : general;
}

} // namespace tailspan::advisor
