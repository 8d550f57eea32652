// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/endpoint_effect.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// What a user asks for.
enum class WhatIfKind : std::uint8_t {
    Faster,   ///< The amount is the share of the duration that is saved: 0 to 1.
    OwnTime,  ///< The same, of the time outside what the spans call.
    Remove,   ///< The amount is the share of the calls that are no longer made.
    Cache,    ///< The amount is the hit ratio.
    Batch,    ///< All of one parent become one call; the amount is the share of it that more calls add: 0 nothing.
    Parallel, ///< All of one parent run together; the amount is by how much that slows each: 0 not at all.
};
[[nodiscard]] std::string_view whatIfText(WhatIfKind kind); ///< "make it faster"

/// Which spans change: all of an operation inside the requests of an endpoint (EndpointFinder::endpointOf a span).
struct WhatIfTarget {
    EndpointKey endpoint;
    EndpointKey spans;
};

/// A question whose amount moves under a slider: prepared once, answered at each step. 10,000 traces a step take tens of
/// milliseconds. Thread: one at a time, any. Holds no snapshot.
class WhatIf {
public:
    WhatIf(const trace::TraceSnapshot &snapshot, const WhatIfTarget &target, WhatIfKind kind);

    /// The spans that change, and the requests; 0 when there is nothing to ask.
    [[nodiscard]] std::uint64_t spanCount() const { return m_spanCount; }
    [[nodiscard]] const RetimePlan &plan() const { return *m_plan; }
    /// `amount` is clamped to 0..1. `hitMs`: what a hit takes, for Cache.
    [[nodiscard]] EndpointEffect at(double amount, double hitMs = 0.5);

private:
    std::unique_ptr<RetimePlan> m_plan; // its address is kept by m_bootstrap
    std::unique_ptr<EffectBootstrap> m_bootstrap;
    std::vector<std::uint32_t> m_rows;
    CompiledEdits m_edits;
    WhatIfKind m_kind;
    double m_hitMs = -1;
    double m_meanNs = 0; // of one call
    std::uint64_t m_spanCount = 0;
};

} // namespace tailspan::advisor
