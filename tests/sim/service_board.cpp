// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/service_board.h"

#include "tests/sim/stored_record.h"

#include <algorithm>

namespace tailspan::sim {

namespace {

constexpr double kRestingBytes = 92e6;
constexpr double kRestingHeapBytes = 31e6;
/// What one handling leaves for the collector, and when that collects.
constexpr double kGarbageBytes = 0.4e6;
constexpr double kNurseryBytes = 16e6;
/// Share of the time of a database call that its rows cost the processor when they are read.
constexpr double kRowsCpuShare = 0.12;
/// An instance that is replaced finishes what it has begun.
constexpr std::int64_t kDrainNs = 15'000'000'000;

template <std::size_t kCount>
void count(Histogram<kCount> &histogram, const std::array<double, kCount> &boundsS, double seconds)
{
    const auto bound = std::lower_bound(boundsS.begin(), boundsS.end(), seconds);
    ++histogram.buckets[static_cast<std::size_t>(bound - boundsS.begin())];
    ++histogram.count;
    histogram.sumS += seconds;
}

template <std::size_t kCount>
void write(MetricWriter &writer, const std::string &name, const std::string &labels, const Histogram<kCount> &histogram,
           const std::array<double, kCount> &boundsS)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= kCount; ++i) {
        sum += histogram.buckets[i];
        const std::string bound = i < kCount ? number(boundsS[i]) : "+Inf";
        writer.sample(name + "_bucket", labels + ",le=\"" + bound + "\"", static_cast<double>(sum));
    }
    writer.sample(name + "_sum", labels, histogram.sumS);
    writer.sample(name + "_count", labels, static_cast<double>(histogram.count));
}

} // namespace

ServiceBoard::ServiceBoard(const std::vector<Fault> &faults, std::int64_t beginNs, std::size_t slots)
    : m_faults(faults), m_beginNs(beginNs), m_sampledNs(beginNs), m_slots(slots)
{
    for (const Service &service : services()) {
        m_totals[service.name] = {};
        deploy(service.name, m_states[service.name], 0);
        for (auto &[instance, state] : m_states[service.name])
            setGauges(*instance, state, 0);
    }
}

void ServiceBoard::add(const Call &call)
{
    Totals &totals = m_totals.at(call.operation->service);
    const double seconds = static_cast<double>(call.endNs - call.startNs) / 1e9;
    ++totals.requests;
    totals.errors += call.statusCode >= 500 ? 1 : 0;
    totals.sumS += seconds;
    State &state = m_states.at(call.operation->service)[call.instance];
    if (state.startedNs == 0) // deployed since the last sample
        state.startedNs = call.startNs;
    Route &route = state.routes[call.operation->name];
    ++route.byStatus[call.statusCode];
    count(route.durations, kBoundsS, seconds);
    count(state.queries, kDatabaseBoundsS, call.databaseMs / 1e3);
    ++state.requests;
    state.cpuS += call.operation->medianMs * 0.6e-3 + call.databaseMs * kRowsCpuShare * 1e-3;
    state.allocatedBytes += kGarbageBytes + call.databaseMs * 20e3;
    // Each handling looks one thing up; every eighth time the cache does not have it.
    ++(state.requests % 8 == 0 ? state.cacheMisses : state.cacheHits);
}

bool ServiceBoard::isActive(FaultKind kind, const std::string &service, double seconds) const
{
    return std::any_of(m_faults.begin(), m_faults.end(), [&](const Fault &fault) {
        return fault.kind == kind && fault.service == service && fault.isActiveAt(seconds);
    });
}

/// A leak that is over has ended with a restart.
double ServiceBoard::leakedBytes(const std::string &service, double seconds) const
{
    double bytes = 0;
    for (const Fault &fault : m_faults)
        if (fault.kind == FaultKind::Leak && fault.service == service && fault.isActiveAt(seconds))
            bytes += fault.parameter * (seconds - fault.fromS);
    return bytes;
}

/// Starts what should run and has no state, and lets go what has been replaced.
void ServiceBoard::deploy(const std::string &service, States &states, double seconds)
{
    const bool hasNewVersion = isActive(FaultKind::BadVersion, service, seconds);
    for (std::size_t slot = 0; slot < m_slots; ++slot) {
        const bool isNew = hasNewVersion && isRenewed(slot);
        State &running = states[&instanceAt(service, slot, isNew)];
        running.replacedNs = 0;
        if (running.startedNs == 0)
            running.startedNs = m_sampledNs;
        const auto other = states.find(&instanceAt(service, slot, !isNew));
        if (other == states.end())
            continue;
        if (other->second.replacedNs == 0)
            other->second.replacedNs = m_sampledNs;
        else if (m_sampledNs - other->second.replacedNs > kDrainNs)
            states.erase(other);
    }
}

void ServiceBoard::collectGarbage(State &state) const
{
    for (; state.allocatedBytes >= kNurseryBytes; state.allocatedBytes -= kNurseryBytes) {
        const double tookS = 0.0008 + 0.0004 * static_cast<double>(state.collections.count % 4);
        count(state.collections, kCollectionBoundsS, tookS);
        state.cpuS += tookS;
    }
}

void ServiceBoard::setGauges(const Instance &instance, State &state, double seconds) const
{
    const double leaked = leakedBytes(instance.service, seconds);
    state.memoryBytes = kRestingBytes + 0.2e6 * state.inFlight + leaked;
    state.heapBytes = kRestingHeapBytes + state.allocatedBytes + leaked;
    state.eventLoopLagS = 0.002 + 0.0008 * state.inFlight;
    const bool isStarved = isActive(FaultKind::PoolWait, instance.service, seconds);
    state.pool.used = isStarved ? kPoolMax : std::min(state.inFlight, kPoolMax);
    state.pool.waiting = isStarved ? std::max(1, state.inFlight) : std::max(0, state.inFlight - kPoolMax);
    state.queued = state.inFlight / 2;
}

void ServiceBoard::sample(std::int64_t atNs, const std::map<const Instance *, int> &inFlight)
{
    m_sampledNs = atNs;
    const double seconds = static_cast<double>(atNs - m_beginNs) / 1e9;
    for (auto &[service, states] : m_states) {
        deploy(service, states, seconds);
        for (auto &[instance, state] : states) {
            const auto found = inFlight.find(instance);
            state.inFlight = found == inFlight.end() ? 0 : found->second;
            collectGarbage(state);
            setGauges(*instance, state, seconds);
        }
    }
}

void ServiceBoard::setPool(const Instance &instance, const Pool &pool)
{
    m_states.at(instance.service)[&instance].pool = pool;
}

void ServiceBoard::eachState(std::string_view service,
                             const std::function<void(const std::string &, const State &)> &take) const
{
    for (const auto &[name, states] : m_states) {
        if (!service.empty() && service != name)
            continue;
        std::map<std::string, std::pair<const Instance *, const State *>> byName; // the addresses are in no order
        for (const auto &[instance, state] : states)
            byName[instance->name] = {instance, &state};
        for (const auto &[instanceName, found] : byName)
            take("service=\"" + name + "\",instance=\"" + instanceName + "\",version=\"" + found.first->version + '"',
                 *found.second);
    }
}

void ServiceBoard::writeRoutes(MetricWriter &writer, std::string_view service) const
{
    writer.family("http_requests_total", "counter", "Requests handled");
    eachState(service, [&](const std::string &labels, const State &state) {
        for (const auto &[name, route] : state.routes)
            for (const auto &[status, handled] : route.byStatus)
                writer.sample("http_requests_total",
                              labels + ",route=\"" + name + "\",status=\"" + std::to_string(status) + '"',
                              static_cast<double>(handled));
    });
    const char *const histogram = "http_request_duration_seconds";
    writer.family(histogram, "histogram", "Time to handle a request");
    eachState(service, [&](const std::string &labels, const State &state) {
        for (const auto &[name, route] : state.routes)
            sim::write(writer, histogram, labels + ",route=\"" + name + '"', route.durations, kBoundsS);
    });
}

void ServiceBoard::writeRuntime(MetricWriter &writer, std::string_view service) const
{
    const auto append = [&](const char *name, const char *type, const char *help, const auto &valueOf) {
        writer.family(name, type, help);
        eachState(service, [&](const std::string &labels, const State &state) {
            writer.sample(name, labels, static_cast<double>(valueOf(state)));
        });
    };
    append("app_build_info", "gauge", "The version that runs, as a label", [](const State &) { return 1; });
    append("process_start_time_seconds", "gauge", "When the process started, since 1970",
           [](const State &s) { return static_cast<double>(s.startedNs) / 1e9; });
    append("process_cpu_seconds_total", "counter", "CPU time used", [](const State &s) { return s.cpuS; });
    append("process_resident_memory_bytes", "gauge", "Memory in use", [](const State &s) { return s.memoryBytes; });
    append("nodejs_eventloop_lag_seconds", "gauge", "Delay of the event loop",
           [](const State &s) { return s.eventLoopLagS; });
    append("nodejs_eventloop_lag_p99_seconds", "gauge", "The 99th percentile of the delay of the event loop",
           [](const State &s) { return 2.5 * s.eventLoopLagS; });
    append("nodejs_heap_size_used_bytes", "gauge", "Heap in use", [](const State &s) { return s.heapBytes; });
    append("nodejs_heap_size_total_bytes", "gauge", "Heap taken from the system",
           [](const State &s) { return 1.3 * s.heapBytes; });
    const char *const collections = "nodejs_gc_duration_seconds";
    writer.family(collections, "histogram", "Time to collect garbage");
    eachState(service, [&](const std::string &labels, const State &state) {
        sim::write(writer, collections, labels + ",kind=\"minor\"", state.collections, kCollectionBoundsS);
    });
    append("http_requests_in_flight", "gauge", "Requests being handled", [](const State &s) { return s.inFlight; });
    append("job_queue_length", "gauge", "Jobs that wait for a worker", [](const State &s) { return s.queued; });
}

void ServiceBoard::writeStores(MetricWriter &writer, std::string_view service) const
{
    const auto append = [&](const char *name, const char *type, const char *help, const auto &valueOf) {
        writer.family(name, type, help);
        eachState(service, [&](const std::string &labels, const State &state) {
            writer.sample(name, labels, static_cast<double>(valueOf(state)));
        });
    };
    const char *const queries = "db_query_duration_seconds";
    writer.family(queries, "histogram", "Time that the database took for one handling");
    eachState(service, [&](const std::string &labels, const State &state) {
        sim::write(writer, queries, labels, state.queries, kDatabaseBoundsS);
    });
    append("pg_pool_used", "gauge", "Connections in use", [](const State &s) { return s.pool.used; });
    append("pg_pool_waiting", "gauge", "Requests waiting for a connection",
           [](const State &s) { return s.pool.waiting; });
    append("pg_pool_max", "gauge", "Most connections of the pool", [](const State &s) { return s.pool.most; });
    append("redis_cache_hits_total", "counter", "Lookups that the cache answered",
           [](const State &s) { return s.cacheHits; });
    append("redis_cache_misses_total", "counter", "Lookups that the cache could not answer",
           [](const State &s) { return s.cacheMisses; });
}

void ServiceBoard::write(MetricWriter &writer, std::string_view service) const
{
    writeRoutes(writer, service);
    writeRuntime(writer, service);
    writeStores(writer, service);
}

std::string ServiceBoard::prometheusText(std::string_view service) const
{
    PrometheusText writer;
    write(writer, service);
    return std::move(writer.text);
}

std::string ServiceBoard::metricsJson(const std::string &service) const
{
    const Totals &totals = m_totals.at(service);
    double memoryBytes = 0;
    eachState(service, [&](const std::string &, const State &state) { memoryBytes += state.memoryBytes; });
    const double meanMs = totals.requests == 0 ? 0 : 1e3 * totals.sumS / static_cast<double>(totals.requests);
    return R"({"requestCount":)" + std::to_string(totals.requests) + R"(,"errorCount":)" + std::to_string(totals.errors)
        + R"(,"avgResponseTime":)" + number(meanMs) + R"(,"memoryUsage":)" + number(memoryBytes) + R"(,"timestamp":)"
        + jsonText(isoTime(m_sampledNs)) + "}";
}

std::string ServiceBoard::stateJson(const std::string &service) const
{
    int inFlight = 0;
    int waiting = 0;
    eachState(service, [&](const std::string &, const State &state) {
        inFlight += state.inFlight;
        waiting += state.pool.waiting;
    });
    return R"({"status":"running","activeRequests":)" + std::to_string(inFlight) + R"(,"poolWaiting":)"
        + std::to_string(waiting) + R"(,"lastUpdate":)" + jsonText(isoTime(m_sampledNs)) + "}";
}

std::string ServiceBoard::snapshotJson(const std::string &service) const
{
    return R"({"serviceName":)" + jsonText(service) + R"(,"timestamp":)" + jsonText(isoTime(m_sampledNs))
        + R"(,"state":)" + stateJson(service) + R"(,"metrics":)" + metricsJson(service) + "}";
}

} // namespace tailspan::sim
