// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/span_draft.h"

#include <cstdint>
#include <optional>

namespace tailspan::tracefiles {

/// What the target's collector stores of a span, whatever the store: the time of receipt (the span's end, late by the
/// transit time), whole milliseconds of duration, a status code and an error text.
struct StoredTimes {
    std::optional<std::int64_t> endNs;
    std::optional<std::int64_t> durationMs;
};

/// Sets start, duration and the marks for what is missing.
inline void applyStoredTimes(trace::SpanDraft &span, const StoredTimes &times)
{
    if (times.durationMs)
        span.durationNs = saturatingMultiply(*times.durationMs, 1'000'000);
    else
        span.marks |= trace::kMarkMissingDuration;
    if (times.endNs)
        span.startNs = saturatingSubtract(*times.endNs, std::max<std::int64_t>(span.durationNs, 0));
    else
        span.marks |= trace::kMarkTimeOutOfRange;
}

/// A status code of 500 or more is an error also when no error text came with it.
[[nodiscard]] inline trace::SpanStatus storedStatus(std::int64_t statusCode, bool hasErrorText)
{
    if (hasErrorText || (statusCode >= 500 && statusCode < 600))
        return trace::SpanStatus::Error;
    return statusCode >= 100 && statusCode < 400 ? trace::SpanStatus::Ok : trace::SpanStatus::Unset;
}

} // namespace tailspan::tracefiles
