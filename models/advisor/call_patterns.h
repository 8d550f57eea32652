// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/call_findings.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace tailspan::advisor {

/// One call that an operation makes again and again: SiblingCalls of one signature under parents of one operation.
struct CallPattern {
    EndpointKey parent;
    std::uint32_t signature = 0;
    std::vector<std::uint32_t> siblings; ///< Into SpanCalls::siblings, by parent.
    std::uint64_t callCount = 0;
    double sumNs = 0;

    [[nodiscard]] double meanCount() const
    {
        return static_cast<double>(callCount) / static_cast<double>(siblings.size());
    }
};

/// Patterns of the siblings that `accepts` lets through, those that take the most time first. Looks at the stop token.
[[nodiscard]] std::vector<CallPattern> callPatterns(const trace::SpanTable &spans, const SpanCalls &calls,
                                                    const std::function<bool(const SiblingCalls &)> &accepts,
                                                    const std::stop_token &stop);
/// All rows of a pattern, ascending.
[[nodiscard]] std::vector<std::uint32_t> rowsOf(const SpanCalls &calls, const CallPattern &pattern);
/// Its parents, ascending.
[[nodiscard]] std::vector<std::uint32_t> parentsOf(const SpanCalls &calls, const CallPattern &pattern);

} // namespace tailspan::advisor
