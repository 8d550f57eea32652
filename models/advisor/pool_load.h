// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/detector.h"
#include "models/advisor/metric_history.h"
#include "models/advisor/series_tools.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// The connection pools of a service over time, all pods together. A NaN is a gap; a column that is not known is empty.
struct PoolLoad {
    std::string service;
    std::int64_t stepNs = 0;
    std::vector<std::int64_t> timesNs;
    std::vector<double> used, limit, waiting; ///< Connections, and requests that wait for one.
    std::vector<double> wait;                 ///< Seconds, p95; as measured, else what Little's law makes of `waiting`.
    std::vector<double> rate, latency;        ///< Requests a second; p95, seconds.
    double pods = 1;
    bool isWaitMeasured = false;
    std::string usedQuery, waitQuery;

    [[nodiscard]] double minutesOf(std::size_t steps) const
    {
        return static_cast<double>(steps) * static_cast<double>(stepNs) / 60e9;
    }
    [[nodiscard]] double hours() const { return minutesOf(timesNs.size()) / 60; }
    [[nodiscard]] TimeRange range(const Run &run) const;
    /// Seconds that one request holds a connection.
    struct Hold {
        double low = 0; ///< 80 % interval of the mean, stretches of ten minutes drawn again.
        double seconds = 0;
        double high = 0;
    };
    /// Connections in use by requests a second (Little's law), both as means, where the pool is not full; NaN where that
    /// is not known.
    [[nodiscard]] Hold hold() const;
};

[[nodiscard]] std::vector<PoolLoad> poolLoads(const MetricHistory &metrics);

/// The database server as metrics show it, when there is one only.
struct ServerLoad {
    std::string server;
    std::vector<double> connections, active, idleInTransaction, cpu;
    std::optional<double> maximum, cores;
    std::string activeQuery, idleQuery;
    std::vector<std::int64_t> timesNs;
    std::int64_t stepNs = 0;
};
[[nodiscard]] std::optional<ServerLoad> serverLoad(const MetricHistory &metrics);

/// The fewest connections of one pod with which 95 of 100 requests wait less than `mostWaitSeconds`; nothing up to
/// `most`. Random arrivals and holds (Erlang C).
[[nodiscard]] std::optional<std::uint32_t> connectionsFor(double rate, double holdSeconds, double mostWaitSeconds,
                                                          std::uint32_t most);

} // namespace tailspan::advisor
