// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::trace {
class TraceSnapshot;
}
namespace tailspan::loadtest {
struct LoadTestReport;
}

namespace tailspan::advisor {

struct SpanCalls;       // span_calls.h: what each span calls, from names and attributes
struct MetricHistory;   // metric_history.h: series by service, pod and role
struct PostgresFacts;   // postgres_facts.h: catalogs, statistics, statements, plans under hypothetical indexes
struct RedisFacts;      // redis_facts.h: INFO, SLOWLOG, sampled keys
struct KeyedRequests;   // keyed_requests.h: who asked for what when, and what the answer was
struct ScalingConfig;   // scaling_config.h: HPA, VPA, quota, pools, cache layers as declared
struct RecoveryRecords; // recovery_records.h: what was tried before, and whether it helped

enum class Input : std::uint8_t { Traces, Metrics, Postgres, Redis, LoadTest, Scaling, Recovery };
inline constexpr std::size_t kInputCount = 7;
[[nodiscard]] std::string_view inputText(Input input);    ///< "traces"
[[nodiscard]] std::string_view howToProvide(Input input); ///< "Open a trace file or connect Redis or PostgreSQL."

/// A set of inputs as bits.
class InputSet {
public:
    constexpr InputSet() = default;
    constexpr InputSet(Input input) : m_bits(bit(input)) {} // NOLINT(google-explicit-constructor): reads as a list
    [[nodiscard]] constexpr bool contains(Input input) const { return (m_bits & bit(input)) != 0; }
    [[nodiscard]] constexpr bool containsAll(InputSet other) const { return (m_bits & other.m_bits) == other.m_bits; }
    friend constexpr InputSet operator|(InputSet a, InputSet b)
    {
        InputSet both;
        both.m_bits = a.m_bits | b.m_bits;
        return both;
    }

private:
    [[nodiscard]] static constexpr std::uint32_t bit(Input input) { return 1u << static_cast<unsigned>(input); }
    std::uint32_t m_bits = 0;
};
[[nodiscard]] constexpr InputSet operator|(Input a, Input b)
{
    return InputSet(a) | InputSet(b);
}

/// Everything that was observed, any part of which may be missing. Not owned: the caller keeps it alive while the
/// detectors run. Immutable meanwhile; detectors may run on several threads.
struct Inputs {
    const trace::TraceSnapshot *traces = nullptr;
    const SpanCalls *calls = nullptr; ///< Of `traces`; set whenever those are.
    const MetricHistory *metrics = nullptr;
    const PostgresFacts *postgres = nullptr;
    const RedisFacts *redis = nullptr;
    const KeyedRequests *keyedRequests = nullptr; ///< From traces; null when no span tells its key.
    std::vector<const loadtest::LoadTestReport *> reports;
    const ScalingConfig *scaling = nullptr;
    const RecoveryRecords *recovery = nullptr;
    std::int64_t nowNs = 0; ///< Since 1970. Given, so that a run can be repeated.

    [[nodiscard]] InputSet present() const;
};

} // namespace tailspan::advisor
