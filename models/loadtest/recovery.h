// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tailspan::loadtest {

struct RequestStep;

/// When a system counts as well again after a spike of load. At least one of the two limits must be given.
struct RecoveryRule {
    std::optional<Duration> p95Limit;   ///< Of the requests that succeeded.
    std::optional<double> errorLimit;   ///< Failures / requests, 0..1.
    std::size_t goodSteps = 5;          ///< So many good steps in a row end a breach.
    std::optional<Duration> spikeBegin; ///< Since the begin of the run; without it the first breach anywhere counts.
    std::optional<Duration> spikeEnd;   ///< Good steps before it do not count.
    friend bool operator==(const RecoveryRule &, const RecoveryRule &) = default;
};

enum class RecoveryState : std::uint8_t {
    NoData,   ///< There are no steps to look at.
    NoBreach, ///< All steps were good: nothing to recover from.
    Recovered,
    NeverRecovered, ///< Not until the end of the run.
};

struct Recovery {
    RecoveryState state = RecoveryState::NoData;
    TimePoint breachBegin;
    TimePoint recoveredAt;        ///< The begin of the first of the good steps.
    Duration time;                ///< From the begin of the breach to recoveredAt, or to the end of the run.
    std::size_t stepsWithout = 0; ///< Of the breach: steps in which no request succeeded.
};

/// A step is good when at least one request succeeded in it and both limits hold. So an outage, whose latencies would
/// read as zero, is no recovery, and neither is a gap in the data (unless the file says that no user was at work).
/// `begin`: of the run, what the spike's times count from. Steps as requestSteps() gives them.
[[nodiscard]] Recovery findRecovery(std::span<const RequestStep> steps, TimePoint begin, const RecoveryRule &rule);

} // namespace tailspan::loadtest
