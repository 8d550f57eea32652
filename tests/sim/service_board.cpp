// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/service_board.h"

#include "tests/sim/stored_record.h"

#include <algorithm>
#include <cstdio>

namespace tailspan::sim {

namespace {

constexpr double kRestingBytes = 92e6;
constexpr int kPoolMax = 20;

std::string number(double value)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

std::string labels(const std::string &service, const std::string &more = {})
{
    return "{service=\"" + service + "\"" + more + "} ";
}

void appendHead(std::string &text, const char *name, const char *type, const char *help)
{
    text += std::string("# HELP ") + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
}

} // namespace

ServiceBoard::ServiceBoard(const std::vector<Fault> &faults, std::int64_t beginNs)
    : m_faults(faults), m_beginNs(beginNs), m_sampledNs(beginNs)
{
    for (const Service &service : services())
        m_states[service.name].memoryBytes = kRestingBytes;
}

void ServiceBoard::add(const Call &call)
{
    State &state = m_states.at(call.operation->service);
    Route &route = state.routes[call.operation->name];
    const double seconds = static_cast<double>(call.endNs - call.startNs) / 1e9;
    const auto bound = std::lower_bound(kBoundsS.begin(), kBoundsS.end(), seconds);
    ++route.buckets[static_cast<std::size_t>(bound - kBoundsS.begin())];
    ++route.byStatus[call.statusCode];
    ++route.count;
    route.sumS += seconds;
    ++state.requests;
    state.errors += call.statusCode >= 500 ? 1 : 0;
    state.cpuS += call.operation->medianMs * 0.6e-3;
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

void ServiceBoard::sample(std::int64_t atNs, const std::map<std::string, int> &inFlight)
{
    m_sampledNs = atNs;
    const double seconds = static_cast<double>(atNs - m_beginNs) / 1e9;
    for (auto &[service, state] : m_states) {
        const auto found = inFlight.find(service);
        state.inFlight = found == inFlight.end() ? 0 : found->second;
        state.memoryBytes = kRestingBytes + 0.2e6 * state.inFlight + leakedBytes(service, seconds);
        state.eventLoopLagS = 0.002 + 0.0002 * state.inFlight;
        const bool isStarved = isActive(FaultKind::PoolWait, service, seconds);
        state.poolUsed = isStarved ? kPoolMax : std::min(state.inFlight, kPoolMax);
        state.poolWaiting = isStarved ? std::max(1, state.inFlight) : std::max(0, state.inFlight - kPoolMax);
    }
}

void ServiceBoard::appendRoutes(std::string &text) const
{
    appendHead(text, "http_requests_total", "counter", "Requests handled");
    for (const auto &[service, state] : m_states)
        for (const auto &[name, route] : state.routes)
            for (const auto &[status, count] : route.byStatus)
                text += "http_requests_total"
                    + labels(service, ",route=\"" + name + "\",status=\"" + std::to_string(status) + "\"")
                    + std::to_string(count) + '\n';
    const char *const histogram = "http_request_duration_seconds";
    appendHead(text, histogram, "histogram", "Time to handle a request");
    for (const auto &[service, state] : m_states) {
        for (const auto &[name, route] : state.routes) {
            const std::string mark = ",route=\"" + name + "\"";
            std::uint64_t sum = 0;
            for (std::size_t i = 0; i < route.buckets.size(); ++i) {
                sum += route.buckets[i];
                const std::string bound = i < kBoundsS.size() ? number(kBoundsS[i]) : "+Inf";
                text += std::string(histogram) + "_bucket" + labels(service, mark + ",le=\"" + bound + "\"")
                    + std::to_string(sum) + '\n';
            }
            text += std::string(histogram) + "_sum" + labels(service, mark) + number(route.sumS) + '\n';
            text += std::string(histogram) + "_count" + labels(service, mark) + std::to_string(route.count) + '\n';
        }
    }
}

void ServiceBoard::appendGauges(std::string &text) const
{
    const auto append = [&](const char *name, const char *type, const char *help, const auto &valueOf) {
        appendHead(text, name, type, help);
        for (const auto &[service, state] : m_states)
            text += name + labels(service) + number(static_cast<double>(valueOf(state))) + '\n';
    };
    append("http_requests_in_flight", "gauge", "Requests being handled", [](const State &s) { return s.inFlight; });
    append("process_cpu_seconds_total", "counter", "CPU time used", [](const State &s) { return s.cpuS; });
    append("process_resident_memory_bytes", "gauge", "Memory in use", [](const State &s) { return s.memoryBytes; });
    append("nodejs_eventloop_lag_seconds", "gauge", "Delay of the event loop",
           [](const State &s) { return s.eventLoopLagS; });
    append("pg_pool_used", "gauge", "Connections in use", [](const State &s) { return s.poolUsed; });
    append("pg_pool_waiting", "gauge", "Requests waiting for a connection",
           [](const State &s) { return s.poolWaiting; });
    append("pg_pool_max", "gauge", "Most connections of the pool", [](const State &) { return kPoolMax; });
    append("redis_cache_hits_total", "counter", "Lookups that the cache answered",
           [](const State &s) { return s.cacheHits; });
    append("redis_cache_misses_total", "counter", "Lookups that the cache could not answer",
           [](const State &s) { return s.cacheMisses; });
}

std::string ServiceBoard::prometheusText() const
{
    std::string text;
    appendRoutes(text);
    appendGauges(text);
    return text;
}

std::string ServiceBoard::metricsJson(const std::string &service) const
{
    const State &state = m_states.at(service);
    double sumS = 0;
    for (const auto &[name, route] : state.routes)
        sumS += route.sumS;
    const double meanMs = state.requests == 0 ? 0 : 1e3 * sumS / static_cast<double>(state.requests);
    return R"({"requestCount":)" + std::to_string(state.requests) + R"(,"errorCount":)" + std::to_string(state.errors)
        + R"(,"avgResponseTime":)" + number(meanMs) + R"(,"memoryUsage":)" + number(state.memoryBytes)
        + R"(,"timestamp":)" + jsonText(isoTime(m_sampledNs)) + "}";
}

std::string ServiceBoard::stateJson(const std::string &service) const
{
    const State &state = m_states.at(service);
    return R"({"status":"running","activeRequests":)" + std::to_string(state.inFlight) + R"(,"poolWaiting":)"
        + std::to_string(state.poolWaiting) + R"(,"lastUpdate":)" + jsonText(isoTime(m_sampledNs)) + "}";
}

std::string ServiceBoard::snapshotJson(const std::string &service) const
{
    return R"({"serviceName":)" + jsonText(service) + R"(,"timestamp":)" + jsonText(isoTime(m_sampledNs))
        + R"(,"state":)" + stateJson(service) + R"(,"metrics":)" + metricsJson(service) + "}";
}

} // namespace tailspan::sim
