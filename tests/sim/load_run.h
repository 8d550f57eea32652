// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/sim/call_tree.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tailspan::sim {

/// A scenario of the test: requests begin at even distances, whatever became of those before (k6's arrival-rate
/// executors), one scenario after another.
struct LoadStage {
    const char *scenario = "";
    double seconds = 0;
    double fromRps = 0;
    double toRps = 0;
    int users = 0; ///< That stand ready; more are started when these all wait.
};
[[nodiscard]] const std::vector<LoadStage> &loadStages();
[[nodiscard]] double loadSeconds();

/// Connections of the one instance of payment to its database, and how long a request waits for one before it fails.
inline constexpr int kPaymentPoolMax = 5;
inline constexpr std::int64_t kPoolTimeoutNs = 2'000'000'000;

struct LoadPlan {
    std::int64_t startNs = 0;
    std::uint64_t seed = 1;
    /// Median of the query that sums the ledger of an account, with its index and without. Nothing else differs: without
    /// it a payment holds its connection for longer, and five of them carry fewer payments a second.
    static constexpr double kWithIndexMs = 60;
    static constexpr double kWithoutIndexMs = 105;
    double ledgerQueryMs = kWithIndexMs;
};

/// One request of the load generator and everything that it led to. Times are ns since 1970.
struct LoadRequest {
    const char *endpoint = ""; ///< "Pay"
    const LoadStage *stage = nullptr;
    std::string traceId; ///< 32 hexadecimal digits, as in a traceparent header
    std::int64_t startNs = 0;
    std::int64_t endNs = 0; ///< As the generator sees it.
    int statusCode = 200;
    std::vector<Call> calls; ///< The first is the one that the generator made; database spans are among them.
    // Of a payment:
    std::int64_t poolArrivedNs = 0; ///< 0: it takes no connection.
    std::int64_t poolLeftNs = 0;    ///< With a connection, or without one after the time limit.
    std::int64_t poolReleasedNs = 0;
    bool hasTimedOut = false;
};

/// A run of all stages: a queue in front of the pool, first come first served, worked out exactly. The same plan gives
/// the same run. In the order in which the requests began.
[[nodiscard]] std::vector<LoadRequest> simulateLoad(const LoadPlan &plan);

/// Spans of the client of a database inside a service, named as OpenTelemetry's instrumentation of node-postgres does.
[[nodiscard]] bool isDatabaseSpan(const Call &call);
[[nodiscard]] const char *statementOf(const Call &call); ///< "" of all others.

} // namespace tailspan::sim
