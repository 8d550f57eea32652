// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace tailspan::trace {

/// How far the clocks of two services are apart, with the evidence: the calls between them, in either direction. A call
/// that waits lies inside its caller, so it allows the offsets of the called clock from
/// (start of caller - start of call) to (end of caller - end of call).
/// A service is taken for one clock. Hosts of a service that disagree, and clocks that drift by more than the calls have
/// room, show as calls that do not agree; then there is no estimate.
struct ClockPair {
    static constexpr std::uint32_t kFewestCalls = 3; ///< That an offset has to put inside their callers.
    static constexpr double kFewestAgreeing = 0.9;   ///< Of the calls that fit into their callers at all.
    static constexpr double kFewestRepaired = 0.5;   ///< Of the calls that stick out of their callers now.

    std::uint32_t serviceA = 0; ///< ServiceId, the smaller one.
    std::uint32_t serviceB = 0;
    std::uint32_t calls = 0;       ///< Waited for, with recorded times and callers.
    std::uint32_t tooLong = 0;     ///< Of them longer than their callers: no offset helps, they are no evidence.
    std::uint32_t stickingOut = 0; ///< Of the others, starting before or ending after their callers as recorded.
    std::uint32_t agreeing = 0;    ///< Of the others, inside their callers at any offset of the interval.
    /// Nanoseconds to add to B's times to be on A's clock: those that the most calls allow. Of several such intervals
    /// the one nearest to 0.
    std::int64_t lowestNs = 0;
    std::int64_t highestNs = 0;
    /// The middle of the interval, as if requests and answers took equally long (Cristian 1989); 0 where the clocks do
    /// not have to differ, or the evidence does not reach the limits above.
    std::int64_t offsetNs = 0;
    bool isEstimated = false;  ///< offsetNs was found; false says "no reason to correct", not "clocks agree".
    bool isOverridden = false; ///< offsetNs is what the user has set.
};

/// What a view may add to the times of each service: a layer over the snapshot, which stays as it is.
struct ClockOffsets {
    static constexpr std::uint32_t kNoReference = 0xffffffff;

    std::vector<std::int64_t> offsetNs;   ///< By ServiceId; 0 for references.
    std::vector<std::uint32_t> reference; ///< By ServiceId, the service whose clock it is put on; kNoReference for one
                                          ///< that no span of the snapshot belongs to.
};

/// Interval by the intersection algorithm of Marzullo (1984), which time servers are judged by: the offsets that the
/// most calls allow, whatever the rest says. Left out are calls with inferred callers (their times were the evidence
/// for the caller), those that nobody waits for, and those with times that mean nothing. By services.
/// Thread: any; uses all cores, and the answer is the same on any number of them. n log n in the calls.
/// Errors: Cancelled.
[[nodiscard]] Result<std::vector<ClockPair>> clockPairsOf(const TraceSnapshot &snapshot, const std::stop_token &stop);

/// Puts all services that call each other on one clock, that of the service with the most roots. Each service gets its
/// offset along the strongest evidence: the spanning tree of pairs with the most agreeing calls. Takes the pairs as
/// they are, so that an offset which the user has set counts like a found one.
[[nodiscard]] ClockOffsets clockOffsetsOf(const TraceSnapshot &snapshot, const std::vector<ClockPair> &pairs);

} // namespace tailspan::trace
