// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/strong_id.h"
#include "models/base/time.h"
#include "models/loadtest/load_test_report.h"
#include "models/loadtest/trace_times.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::loadtest {

// From a step of a load test to the traces behind it: by the ids that the report names, or else by time, duration and
// endpoint. Pure functions, any thread.

/// Which traces are looked for.
struct TracesWanted {
    TimeRange time;
    /// Latencies [low, high) in ns: then a trace counts where it ended inside `time`, as a request does. Without: every
    /// trace that ran meanwhile.
    std::optional<std::int64_t> lowNs{};
    std::optional<std::int64_t> highNs{};
    std::string endpoint{}; ///< Its name in the report; "" for all. A trace then counts where it ended inside `time`.
    std::string line{};     ///< "p95": the percentile whose place was meant; "" for none.
    [[nodiscard]] bool hasBand() const { return lowNs.has_value() || highNs.has_value(); }
    friend bool operator==(const TracesWanted &, const TracesWanted &) = default;
};

/// By time and duration alone, ascending. Cost: that of TraceTimes.
[[nodiscard]] std::vector<TraceRow> tracesThen(const TraceTimes &times, const TracesWanted &wanted);

/// The ids that the report names for requests of that time, latency and endpoint, each once. Empty where it names none.
[[nodiscard]] std::vector<std::string> traceIdsThen(const LoadTestReport &report, const TracesWanted &wanted);

/// How traces were told to be those of an endpoint.
enum class FoundBy : std::uint8_t {
    TraceId,   ///< The report names them.
    Operation, ///< Time, and the name of an operation.
    Attribute, ///< Time, and the route, path or URL of the first span.
    Time,      ///< Time alone, and duration where one was wanted.
};

struct FoundTraces {
    std::vector<TraceRow> rows; ///< Ascending, of the snapshot of the given times.
    FoundBy by = FoundBy::Time;
    std::vector<std::string> missingIds; ///< Named by the report and not loaded.
    std::string service;                 ///< The endpoint's host names it: the operation has to be one of its.
    bool isEndpointUnknown = false;      ///< Nothing in the traces is named like the endpoint: it was left out.
    bool isWidened = false;              ///< None was as long: `band` was looked into instead.
    TracesWanted band{};                 ///< What was looked for in the end.
    bool isCut = false;                  ///< More traces than could have their attributes read.
};

/// `times` may be null: nothing is loaded. Reads attributes where names of operations do not tell: blocks for as long as
/// their files or stores take.
[[nodiscard]] FoundTraces findTraces(const LoadTestReport &report, const TraceTimes *times, const TracesWanted &wanted,
                                     const std::stop_token &stop);

/// An endpoint with requests in a step and a band of latencies.
struct EndpointShare {
    std::string endpoint;
    std::uint64_t requests = 0;
};
/// The most requests first. Empty where the report does not hold single requests.
[[nodiscard]] std::vector<EndpointShare> endpointsThen(const LoadTestReport &report, const TracesWanted &wanted);

} // namespace tailspan::loadtest
