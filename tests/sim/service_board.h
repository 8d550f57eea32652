// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/call_tree.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace tailspan::sim {

/// What the twelve services would report about themselves: counters and gauges that agree with the records and with
/// the planted faults.
class ServiceBoard {
public:
    /// Upper bounds of the duration histogram, seconds; one more bucket has no bound.
    static constexpr std::array kBoundsS{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};

    ServiceBoard(const std::vector<Fault> &faults, std::int64_t beginNs);

    /// Counts a finished call.
    void add(const Call &call);
    /// Sets the gauges for that time. The calls are those that began or will begin and are not recorded yet.
    void sample(std::int64_t atNs, const std::map<std::string, int> &inFlight);

    /// Prometheus' text format, for all services.
    [[nodiscard]] std::string prometheusText() const;
    /// JSON of the keys metrics:SERVICE, service:SERVICE:state and snapshot:SERVICE:MS.
    [[nodiscard]] std::string metricsJson(const std::string &service) const;
    [[nodiscard]] std::string stateJson(const std::string &service) const;
    [[nodiscard]] std::string snapshotJson(const std::string &service) const;

private:
    struct Route {
        std::map<int, std::uint64_t> byStatus;
        std::array<std::uint64_t, kBoundsS.size() + 1> buckets{};
        std::uint64_t count = 0;
        double sumS = 0;
    };
    struct State {
        std::map<std::string, Route> routes;
        std::uint64_t requests = 0, errors = 0, cacheHits = 0, cacheMisses = 0;
        double cpuS = 0, memoryBytes = 0, eventLoopLagS = 0;
        int inFlight = 0, poolUsed = 0, poolWaiting = 0;
    };

    double leakedBytes(const std::string &service, double seconds) const;
    bool isActive(FaultKind kind, const std::string &service, double seconds) const;
    void appendRoutes(std::string &text) const;
    void appendGauges(std::string &text) const;

    const std::vector<Fault> &m_faults;
    std::int64_t m_beginNs;
    std::int64_t m_sampledNs;
    std::map<std::string, State> m_states;
};

} // namespace tailspan::sim
