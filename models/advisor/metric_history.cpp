// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/metric_history.h"

#include <algorithm>
#include <array>

namespace tailspan::advisor {

std::string_view roleId(Role role)
{
    static constexpr std::array<std::string_view, kRoleCount> kIds = {
        "request-rate",      "error-ratio",        "latency-p95",      "cpu-usage",
        "cpu-request",       "cpu-limit",          "memory-usage",     "heap-after-gc",
        "memory-limit",      "event-loop-lag",     "restarts",         "pool-used",
        "pool-waiting",      "pool-limit",         "pool-wait",        "replicas",
        "replicas-desired",  "replicas-minimum",   "replicas-maximum", "metric-target",
        "pod-ready-seconds", "server-connections", "server-active",    "server-maximum",
        "server-cpu",        "lock-waiting",       "cache-hit-ratio",  "cache-evictions",
        "cache-memory",      "memory-request",     "server-cores",     "server-idle-in-transaction"};
    return kIds[static_cast<std::size_t>(role)];
}

std::vector<const RoleSeries *> MetricHistory::of(Role role, std::string_view service) const
{
    std::vector<const RoleSeries *> found;
    for (const RoleSeries &entry : series) {
        if (entry.role == role && (service.empty() || entry.service == service))
            found.push_back(&entry);
    }
    return found;
}

const RoleSeries *MetricHistory::whole(Role role, std::string_view service) const
{
    const auto found = std::ranges::find_if(series, [&](const RoleSeries &entry) {
        return entry.role == role && entry.service == service && entry.pod.empty();
    });
    return found == series.end() ? nullptr : &*found;
}

std::vector<std::string> MetricHistory::services() const
{
    std::vector<std::string> names;
    for (const RoleSeries &entry : series)
        names.push_back(entry.service);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

} // namespace tailspan::advisor
