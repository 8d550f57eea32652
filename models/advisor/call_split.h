// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/span_calls.h"

#include <cstdint>
#include <stop_token>
#include <utility>
#include <vector>

namespace tailspan::advisor {

/// Where the time of one call goes, or of many added up, as far as spans tell. Nanoseconds.
struct CallSplit {
    double queueNs = 0;       ///< Waiting for a connection of a pool: in the pool's span, but not making one.
    double connectNs = 0;     ///< Making a connection: looking up the address, TCP, TLS, logging in.
    double serverNs = 0;      ///< In the spans of who answers.
    double restNs = 0;        ///< The way there and back, and the work of who answers where that records no spans.
    std::size_t answered = 0; ///< Calls with spans of who answers.

    [[nodiscard]] double sumNs() const { return queueNs + connectNs + serverNs + restNs; }
    void add(const CallSplit &other);
};

/// Splits calls. What gets the connection stands below the call or, as drivers with a pool record it, right before it.
/// Thread: one. The table and the calls outlive it.
class CallSplitter {
public:
    CallSplitter(const trace::SpanTable &spans, const SpanCalls &calls, std::stop_token stop = {})
        : m_spans(spans), m_calls(calls), m_stop(std::move(stop))
    {}

    /// `connectRows`, when given, gets the rows of what makes connections.
    [[nodiscard]] CallSplit splitOf(std::uint32_t row, std::vector<std::uint32_t> *connectRows = nullptr);
    /// What got the connection for the call right before it under the same parent, or SpanCalls::kNone.
    [[nodiscard]] std::uint32_t connectionBefore(std::uint32_t row);

private:
    void addConnection(CallSplit &split, std::uint32_t row, std::vector<std::uint32_t> *connectRows) const;

    const trace::SpanTable &m_spans;
    const SpanCalls &m_calls;
    const std::stop_token m_stop;        ///< When it says so, the rest of the spans has no sibling before it.
    std::vector<std::uint32_t> m_before; // by row: the sibling before it; made when first asked for
};

} // namespace tailspan::advisor
