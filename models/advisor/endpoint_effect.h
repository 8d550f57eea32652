// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/retimer.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// The value of an edit as far as it is known: its median and its 80 % interval. low <= expected <= high.
struct ValueInterval {
    double low = 1;
    double expected = 1;
    double high = 1;
};

/// A figure before and after, with the 80 % interval of the latter.
struct Change {
    double now = 0;
    double low = 0;
    double expected = 0;
    double high = 0;
};

/// What a fix does to an endpoint.
struct EndpointEffect {
    std::array<Change, 3> quantilesMs; ///< p50, p95, p99 of the endpoint's requests.
    Change meanMs;                     ///< Of the same requests with and without the fix.
    Change savedMsPerHour;             ///< Of all its requests together; `now` is 0.
    Change savedMsPerRequest;          ///< On average over all its requests.
    std::uint64_t requestTotal = 0;    ///< Of the endpoint in the traces.
    std::uint64_t requests = 0;        ///< Of those, retimed.
    std::uint64_t touched = 0;         ///< Of those, with something that the fix changes.
    double hours = 0;                  ///< What the rate was taken from; at least a minute.
    double tracesHours = 0;            ///< What the traces span, however short.
    double clippedShare = 0;           ///< RetimePlan::clippedShare().

    [[nodiscard]] const Change &p50() const { return quantilesMs[0]; }
    [[nodiscard]] const Change &p95() const { return quantilesMs[1]; }
    [[nodiscard]] const Change &p99() const { return quantilesMs[2]; }
};

/// Bootstraps over the requests of a plan; keeps what does not depend on the edits, so that a slider can ask again.
/// Each round draws as many requests as there are, with replacement (Poisson weights of mean 1, fixed seed: the same
/// question has the same answer), and a value from the interval. Thread: one at a time. The plan outlives it.
class EffectBootstrap {
public:
    explicit EffectBootstrap(const RetimePlan &plan);

    /// `edits` with the value of each of the first drawn from its interval, all high or all low together: what is not
    /// known of one is not known of the others. Further edits keep theirs.
    [[nodiscard]] EndpointEffect effect(CompiledEdits edits, std::span<const ValueInterval> values);
    [[nodiscard]] EndpointEffect effect(CompiledEdits edits, const ValueInterval &value)
    {
        return effect(std::move(edits), std::span(&value, 1));
    }

private:
    struct Outcome { ///< Of one value.
        std::vector<double> savedNs;
        std::vector<std::uint32_t> byDuration; ///< Requests, the fastest first.
        std::vector<std::int64_t> durationNs;  ///< By request.
    };
    [[nodiscard]] Outcome outcomeOf(const CompiledEdits &edits) const;
    void summarize(std::span<const Outcome> outcomes, const Outcome &expected, EndpointEffect &effect) const;

    const RetimePlan &m_plan;
    std::vector<std::vector<std::uint8_t>> m_weights; // by round and request
};

/// The effect of edits of which the value of the first is drawn from the interval.
[[nodiscard]] EndpointEffect effectOf(const RetimePlan &plan, std::vector<RetimeEdit> edits,
                                      const ValueInterval &value);

/// The estimate of a finding, of the endpoint's p95 where there are enough requests for one, else of its median; of p99
/// or the mean where the fix touches so few requests that those do not move. With what it was computed from. `basis` is
/// the fix's own part of the sentence: "25 calls become one of 80 ms".
[[nodiscard]] Estimate estimateOf(const EndpointEffect &effect, const std::string &endpoint, const std::string &basis);
/// Assumptions and doubts that come with it: clipped time, few requests, sampling.
[[nodiscard]] std::vector<std::string> doubtsOf(const EndpointEffect &effect);

} // namespace tailspan::advisor
