// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/named_csv.h"
#include "models/loadtest/load_test_report.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tailspan::reports {

// What Locust's files have in common: one entry an endpoint and one, "Aggregated", for all of them.

struct LocustEntry {
    std::string name; ///< "GET /api/jobs"
    bool isTotal = false;
    std::uint64_t requests = 0;
    std::uint64_t failures = 0;
    loadtest::LatencyStats latency;
    std::optional<double> rps; ///< Of the whole run.
};

/// "GET" and "/api/jobs" as one name.
[[nodiscard]] std::string locustName(std::string_view method, std::string_view name);
/// All entries together: "Aggregated", or "Total" before Locust 1.
[[nodiscard]] bool isLocustTotal(std::string_view method, std::string_view name);
/// What a failure is called: by its status where the message names one, else by its text.
[[nodiscard]] std::string locustFailureKind(std::string_view error);

/// Adds an endpoint, or fills the figures of the run.
void addLocustEntry(const LocustEntry &entry, loadtest::LoadTestReport &report);
/// Orders the endpoints, and adds them up where the file has no entry for all.
void finishLocustEntries(loadtest::LoadTestReport &report);
/// Fills failureKinds and failures; kinds of several endpoints are one.
void setLocustFailures(const std::map<std::string, std::uint64_t> &countOfKind, loadtest::LoadTestReport &report);

/// Where a table has the columns of latencies.
struct LocustColumns {
    std::size_t method = NamedCsv::kAbsent;
    std::size_t name = NamedCsv::kAbsent;
    std::size_t requests = NamedCsv::kAbsent;
    std::size_t failures = NamedCsv::kAbsent;
    std::size_t median = NamedCsv::kAbsent;
    std::size_t mean = NamedCsv::kAbsent;
    std::size_t max = NamedCsv::kAbsent;
    std::size_t rps = NamedCsv::kAbsent;
    std::array<std::size_t, 5> percentiles{}; ///< 50, 90, 95, 99, 100

    [[nodiscard]] static LocustColumns of(const NamedCsv &table);
};
/// Percentiles of a row as its columns have them, with `max` from the 100th.
[[nodiscard]] loadtest::LatencyStats locustPercentiles(NamedCsv &table, const LocustColumns &columns);
/// A row as an entry; its latencies without percentiles but the median.
[[nodiscard]] LocustEntry locustEntry(NamedCsv &table, const LocustColumns &columns);

inline constexpr const char *kLocustBuckets =
    "Locust groups its latencies: to 1 ms below 100 ms, 10 ms below 1 s, 100 ms below 10 s, else 1 s. Percentiles are "
    "that coarse.";
inline constexpr const char *kLocustAllRequests =
    "Latencies cover every finished request; the file does not tell those of failed ones apart.";

} // namespace tailspan::reports
