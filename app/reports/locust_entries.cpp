// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/locust_entries.h"

#include "app/reports/report_text.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

std::optional<std::int64_t> nsOf(std::optional<double> ms)
{
    return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
}

} // namespace

std::string locustName(std::string_view method, std::string_view name)
{
    return plainName(method.empty() ? std::string(name) : std::string(method) + " " + std::string(name));
}

bool isLocustTotal(std::string_view method, std::string_view name)
{
    return (method.empty() || method == "None") && (name == "Aggregated" || name == "Total");
}

/// requests writes "HTTPError('503 Server Error: ...')".
std::string locustFailureKind(std::string_view error)
{
    for (const std::string_view words : {" Server Error", " Client Error"}) {
        const std::size_t at = error.find(words);
        if (at == std::string_view::npos || at < 3 || !isDigit(error[at - 1]) || !isDigit(error[at - 2])
            || !isDigit(error[at - 3]))
            continue;
        return "status " + std::string(error.substr(at - 3, 3));
    }
    return error.empty() ? std::string("failed, no message") : failureText(error);
}

void addLocustEntry(const LocustEntry &entry, LoadTestReport &report)
{
    RequestTallies tallies;
    const std::uint64_t failed = std::min(entry.failures, entry.requests);
    tallies.of(RequestClass::Ok).count = entry.requests - failed;
    tallies.of(RequestClass::Failed).count = failed;
    if (!entry.isTotal) {
        report.endpoints.push_back({entry.name, std::move(tallies), entry.latency, true});
        return;
    }
    report.requests = std::move(tallies);
    report.reportedLatency = entry.latency;
    report.reportedThroughputRps = entry.rps;
    report.contents.hasRequests = true;
    report.contents.hasFailures = true;
}

void finishLocustEntries(LoadTestReport &report)
{
    std::stable_sort(report.endpoints.begin(), report.endpoints.end(), [](const Endpoint &a, const Endpoint &b) {
        return requestCount(a.requests, {}) > requestCount(b.requests, {});
    });
    if (report.contents.hasRequests || report.endpoints.empty())
        return;
    for (const Endpoint &endpoint : report.endpoints)
        report.requests.merge(endpoint.requests);
    report.contents.hasRequests = true;
    report.contents.hasFailures = true;
}

void setLocustFailures(const std::map<std::string, std::uint64_t> &countOfKind, LoadTestReport &report)
{
    report.failureKinds.clear();
    report.failures.clear();
    for (const auto &[kind, count] : countOfKind) {
        if (count == 0)
            continue;
        report.failures.push_back({static_cast<std::uint32_t>(report.failureKinds.size()), count});
        report.failureKinds.push_back(kind);
    }
    std::stable_sort(report.failures.begin(), report.failures.end(),
                     [](FailureCount a, FailureCount b) { return a.count > b.count; });
}

LocustColumns LocustColumns::of(const NamedCsv &table)
{
    LocustColumns columns;
    columns.method = table.column({"type", "method"});
    columns.name = table.column({"name"});
    columns.requests = table.column({"total request count", "request count", "# requests"});
    columns.failures = table.column({"total failure count", "failure count", "# failures"});
    columns.median = table.column({"total median response time", "median response time"});
    columns.mean = table.column({"total average response time", "average response time"});
    columns.max = table.column({"total max response time", "max response time"});
    columns.rps = table.column({"requests/s"});
    columns.percentiles = {table.column({"50%"}), table.column({"90%"}), table.column({"95%"}), table.column({"99%"}),
                           table.column({"100%"})};
    return columns;
}

LatencyStats locustPercentiles(NamedCsv &table, const LocustColumns &columns)
{
    LatencyStats stats;
    stats.p50Ns = nsOf(table.number(columns.percentiles[0]));
    stats.p90Ns = nsOf(table.number(columns.percentiles[1]));
    stats.p95Ns = nsOf(table.number(columns.percentiles[2]));
    stats.p99Ns = nsOf(table.number(columns.percentiles[3]));
    stats.maxNs = nsOf(table.number(columns.percentiles[4]));
    return stats;
}

LocustEntry locustEntry(NamedCsv &table, const LocustColumns &columns)
{
    LocustEntry entry;
    const std::string_view method = table.cell(columns.method);
    const std::string_view name = table.cell(columns.name);
    entry.name = locustName(method, name);
    entry.isTotal = isLocustTotal(method, name);
    entry.requests = table.count(columns.requests).value_or(0);
    entry.failures = table.count(columns.failures).value_or(0);
    if (entry.requests > 0) {
        entry.latency.meanNs = nsOf(table.number(columns.mean));
        entry.latency.p50Ns = nsOf(table.number(columns.median));
        entry.latency.maxNs = nsOf(table.number(columns.max));
    }
    entry.rps = table.number(columns.rps);
    return entry;
}

} // namespace tailspan::reports
