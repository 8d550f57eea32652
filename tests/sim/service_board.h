// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/call_tree.h"
#include "tests/sim/metric_writer.h"

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tailspan::sim {

/// Counts of durations up to some bounds, in seconds; one more bucket has no bound.
template <std::size_t kCount>
struct Histogram {
    std::array<std::uint64_t, kCount + 1> buckets{};
    std::uint64_t count = 0;
    double sumS = 0;
};

/// What the instances of the twelve services would report about themselves, named as prom-client and node-postgres
/// programs do: counters and gauges that agree with the records and with the planted faults. Each series has the
/// labels service, instance and version.
class ServiceBoard {
public:
    static constexpr std::array kBoundsS{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
    static constexpr std::array kDatabaseBoundsS{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0};
    static constexpr std::array kCollectionBoundsS{0.001, 0.01, 0.1, 1.0};
    static constexpr int kPoolMax = 10; ///< Connections of one instance

    /// `slots`: how many instances of each service run.
    ServiceBoard(const std::vector<Fault> &faults, std::int64_t beginNs, std::size_t slots = kSlots);

    /// Counts a finished call.
    void add(const Call &call);
    /// Sets the gauges for that time. The calls are those that began or will begin and are not recorded yet.
    void sample(std::int64_t atNs, const std::map<const Instance *, int> &inFlight);
    /// What the last sample says of a pool whose queue is worked out elsewhere.
    struct Pool {
        int used = 0, waiting = 0, most = kPoolMax;
    };
    void setPool(const Instance &instance, const Pool &pool);

    /// Of one service; "" for all.
    void write(MetricWriter &writer, std::string_view service = {}) const;
    /// The same in Prometheus' text format.
    [[nodiscard]] std::string prometheusText(std::string_view service = {}) const;
    /// JSON of the keys metrics:SERVICE, service:SERVICE:state and snapshot:SERVICE:MS: the instances together.
    [[nodiscard]] std::string metricsJson(const std::string &service) const;
    [[nodiscard]] std::string stateJson(const std::string &service) const;
    [[nodiscard]] std::string snapshotJson(const std::string &service) const;

private:
    struct Route {
        std::map<int, std::uint64_t> byStatus;
        Histogram<kBoundsS.size()> durations;
    };
    /// Of one instance.
    struct State {
        std::int64_t startedNs = 0;
        std::int64_t replacedNs = 0; ///< 0 while it runs.
        std::map<std::string, Route> routes;
        Histogram<kDatabaseBoundsS.size()> queries;
        Histogram<kCollectionBoundsS.size()> collections; ///< Of garbage
        double allocatedBytes = 0;                        ///< Since the last collection
        std::uint64_t requests = 0, cacheHits = 0, cacheMisses = 0;
        double cpuS = 0, memoryBytes = 0, heapBytes = 0, eventLoopLagS = 0;
        int inFlight = 0, queued = 0;
        Pool pool;
    };
    struct Totals {
        std::uint64_t requests = 0, errors = 0;
        double sumS = 0;
    };
    using States = std::map<const Instance *, State>;

    bool isActive(FaultKind kind, const std::string &service, double seconds) const;
    double leakedBytes(const std::string &service, double seconds) const;
    void deploy(const std::string &service, States &states, double seconds);
    void collectGarbage(State &state) const;
    void setGauges(const Instance &instance, State &state, double seconds) const;
    /// All instances of a service that have state, by name.
    void eachState(std::string_view service, const std::function<void(const std::string &, const State &)> &take) const;
    void writeRoutes(MetricWriter &writer, std::string_view service) const;
    void writeRuntime(MetricWriter &writer, std::string_view service) const;
    void writeStores(MetricWriter &writer, std::string_view service) const;

    const std::vector<Fault> &m_faults;
    std::int64_t m_beginNs;
    std::int64_t m_sampledNs;
    std::size_t m_slots;
    std::map<std::string, States> m_states;
    std::map<std::string, Totals> m_totals; ///< Also of instances that are gone.
};

} // namespace tailspan::sim
