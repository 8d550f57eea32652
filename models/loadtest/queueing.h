// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tailspan::loadtest {

/// The chance that a request finds all `servers` busy (Erlang's C formula); 1 from `offered` >= servers on.
/// offered: rate x service time.
[[nodiscard]] double erlangC(std::uint32_t servers, double offered);

/// The response time that `ratio` of the requests stay below in a queue with random arrivals and service times
/// (M/M/c); nullopt where it has no end.
[[nodiscard]] std::optional<double> responseQuantile(std::uint32_t servers, double rate, double serviceTime,
                                                     double ratio);

/// What a load test showed, and what is wanted.
struct ReplicaQuestion {
    double targetRps = 0;
    double highestRps = 0; ///< Throughput at which the tested system was saturated.
    std::uint32_t testedReplicas = 1;
    Duration serviceTime; ///< Mean response time under low load: nothing queues.
    std::optional<Duration> p95Limit;
};

struct ReplicaAnswer {
    std::uint32_t replicas = 0;
    double utilization = 0;      ///< 0..1 at the target rate.
    std::optional<Duration> p95; ///< Predicted.
    std::string assumption;      ///< A sentence that must be shown beside the number.
};

/// The fewest replicas whose predicted p95 stays below the limit, or, without a limit, that are busy to at most 80 %.
/// nullopt where even a thousand replicas would not do or the question holds no figures.
[[nodiscard]] std::optional<ReplicaAnswer> replicasFor(const ReplicaQuestion &question);

} // namespace tailspan::loadtest
