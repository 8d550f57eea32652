// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"
#include "models/metric/metric_series.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// What a series tells. Units of values: per second, ratio 0 to 1, seconds, bytes, cores or counts as said.
enum class Role : std::uint8_t {
    RequestRate,     ///< Requests a second.
    ErrorRatio,      ///< 0 to 1.
    LatencyP95,      ///< Seconds.
    CpuUsage,        ///< Cores.
    CpuRequest,      ///< Cores.
    CpuLimit,        ///< Cores.
    MemoryUsage,     ///< Bytes: working set or resident.
    HeapAfterGc,     ///< Bytes: old space after a major collection.
    MemoryLimit,     ///< Bytes.
    EventLoopLag,    ///< Seconds.
    Restarts,        ///< Count since the start of the container.
    PoolUsed,        ///< Connections.
    PoolWaiting,     ///< Requests that wait for one.
    PoolLimit,       ///< Connections.
    PoolWait,        ///< Seconds, p95 of waiting for a connection.
    Replicas,        ///< Ready pods.
    ReplicasDesired, ///< By the autoscaler.
    ReplicasMinimum,
    ReplicasMaximum,
    MetricTarget,            ///< What the autoscaler aims at: ratio of the request.
    PodReadySeconds,         ///< From creation to ready.
    ServerConnections,       ///< Of the database server.
    ServerActive,            ///< Backends that run a statement.
    ServerMaximum,           ///< max_connections.
    ServerCpu,               ///< Ratio of all cores of the database server.
    LockWaiting,             ///< Backends that wait for a lock.
    CacheHitRatio,           ///< 0 to 1.
    CacheEvictions,          ///< A second.
    CacheMemory,             ///< Bytes.
    MemoryRequest,           ///< Bytes.
    ServerCores,             ///< Of the host of the database server.
    ServerIdleInTransaction, ///< Backends that hold a transaction open and do nothing.
};
inline constexpr std::size_t kRoleCount = 32;
[[nodiscard]] std::string_view roleId(Role role); ///< "cpu-usage": stable, for files and links.

/// One series with what it stands for.
struct RoleSeries {
    Role role = Role::RequestRate;
    std::string service;
    std::string pod;     ///< Empty: of the whole service.
    std::string version; ///< Empty: not told.
    std::string query;   ///< PromQL that gives it: the reference of evidence.
    metric::MetricSeries series;
};

/// What Prometheus knew over a range. A step without a point is a gap, never zero.
struct MetricHistory {
    TimeRange range;
    std::int64_t stepNs = 0;
    std::int64_t scrapeIntervalNs = 0; ///< 0: not known.
    std::int64_t rateWindowNs = 0;     ///< Rates are means over so long a time before each step; 0: not known.
    std::vector<RoleSeries> series;
    std::vector<std::string> notes; ///< What could not be asked, in words.

    /// All of a role and service; an empty service asks for all services.
    [[nodiscard]] std::vector<const RoleSeries *> of(Role role, std::string_view service = {}) const;
    /// The one of the whole service, or null.
    [[nodiscard]] const RoleSeries *whole(Role role, std::string_view service) const;
    [[nodiscard]] std::vector<std::string> services() const; ///< Sorted, each once.
};

} // namespace tailspan::advisor
