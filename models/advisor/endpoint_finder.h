// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/retimer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::advisor {

/// Which operation users wait for when they wait for a span. Immutable. The snapshot outlives it.
class EndpointFinder {
public:
    explicit EndpointFinder(const trace::TraceSnapshot &snapshot);

    /// The operation of the trace's root, or, if it has fewer than `fewest` requests in the snapshot, of the entry next
    /// below it on the way to the span. An entry is a span of kind server or consumer, one whose parent belongs to
    /// another service, or a root.
    [[nodiscard]] EndpointKey endpointOf(std::uint32_t row, std::uint32_t fewest = kFewestRequests) const;
    /// That of most of the spans; looks at some hundred of them.
    [[nodiscard]] EndpointKey endpointOfMost(std::span<const std::uint32_t> rows) const;
    /// The outermost span of the endpoint around the row, or the row itself.
    [[nodiscard]] std::uint32_t requestOf(std::uint32_t row, EndpointKey endpoint) const;
    /// How many spans of an operation there are.
    [[nodiscard]] std::uint32_t countOf(EndpointKey operation) const;

    static constexpr std::uint32_t kFewestRequests = 20; ///< With fewer, percentiles say little.

private:
    const trace::SpanTable &m_spans;
    KeyNumbers m_numbers;
    std::vector<std::uint32_t> m_counts;
};

} // namespace tailspan::advisor
