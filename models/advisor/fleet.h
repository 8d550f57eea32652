// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/metric_history.h"
#include "models/advisor/scaling_config.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// The most pods of one service.
struct FleetService {
    std::string service;
    double maximum = 0; ///< Replicas the autoscaler may go to, or that are declared.
    double surge = 0;   ///< Further pods while a new version is rolled out.
    Place place;        ///< Of the maximum; an empty file where metrics tell it.
    std::string query;  ///< The same the other way.
    [[nodiscard]] double total() const { return maximum + surge; }
};

/// How many pods there can be at once.
struct Fleet {
    std::vector<FleetService> services;
    std::vector<std::string> assumptions;

    [[nodiscard]] double maximum() const;
    [[nodiscard]] double total() const;
    [[nodiscard]] const FleetService *of(std::string_view service) const;
};

/// From autoscalers and workloads as declared; where none are, from the largest values of metrics.
/// During a rolling update a Deployment has up to maxSurge more pods, 25 % (rounded up) unless it says otherwise
/// (kubernetes.io, workloads/controllers/deployment); a StatefulSet has none more. Either may be null.
[[nodiscard]] Fleet fleetOf(const ScalingConfig *config, const MetricHistory *metrics);

/// The largest pool of connections that a pod of the service may open: the service's own figure, else the one of all.
/// Of several that disagree the smallest that limits, so that no budget is called broken that may hold.
[[nodiscard]] const PoolFigure *poolOf(const ScalingConfig &config, std::string_view service);

} // namespace tailspan::advisor
