// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/metric_history.h"
#include "models/metric/metric_catalog.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advice {

/// One question to Prometheus whose answer holds a role of many services, one series each.
struct RoleQuestion {
    enum class Naming : std::uint8_t {
        Label,      ///< The label is the service.
        Autoscaler, ///< The label is a HorizontalPodAutoscaler; it scales the service.
        Pod,        ///< The label is a pod; its name begins with the service's.
    };
    advisor::Role role = advisor::Role::RequestRate;
    /// PromQL. "%s" stands for the matcher of the name, "%by" for the labels to group by, "$window" for the length of
    /// time of rates.
    std::string expression;
    std::string label; ///< Names the service.
    Naming naming = Naming::Label;
    bool isByPod = false;           ///< A series a pod, with what tells pods apart, instead of one a service.
    double factor = 1;              ///< To the unit of the role.
    std::set<std::string> services; ///< Only of these; empty: of all.

    [[nodiscard]] std::string asked() const; ///< For all services.
    [[nodiscard]] std::string askedOf(std::string_view name) const;
};

/// What to ask a server that measures `names`, whose signals are those of `mapping`: rates, errors, latencies and what
/// processes use by the mapping; autoscalers, replicas, requests and limits from kube-state-metrics; use of pods from
/// cAdvisor; servers from postgres_exporter and redis_exporter.
[[nodiscard]] std::vector<RoleQuestion> roleQuestions(const metric::MetricMapping &mapping,
                                                      const std::set<std::string, std::less<>> &names);

/// The service of a pod by the way Kubernetes names pods: "payment-7d9f8c6b5d-x2x4k" of a ReplicaSet, "db-0" of a
/// StatefulSet, "agent-x2x4k" of a DaemonSet. The whole name where it is none of these.
[[nodiscard]] std::string serviceOfPod(std::string_view pod);

} // namespace tailspan::advice
