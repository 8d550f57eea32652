// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace tailspan::trace {

/// A place in a trace, to hand to somebody else:
///
///     tailspan://trace/4bf92f3577b34da6?span=00f067aa&from=1700000000000000000&to=1700000000250000000&file=/x.json
///
/// Times are nanoseconds since the epoch. It names what to look at, never how to get in: no address, no secret.
struct TraceLink {
    std::string traceId;
    std::string spanId;              ///< Empty: the whole trace.
    std::optional<TimeRange> window; ///< What was zoomed to.
    std::string file;                ///< Absolute path of the file it was in; empty for a store.

    friend bool operator==(const TraceLink &, const TraceLink &) = default;
};

inline constexpr std::string_view kLinkScheme = "tailspan://";

[[nodiscard]] bool isTraceLink(std::string_view text);
[[nodiscard]] std::string linkText(const TraceLink &link);
/// Fields that are not known are left out, so that a newer link still opens. Errors: Malformed, with what is missing.
[[nodiscard]] Result<TraceLink> parseTraceLink(std::string_view text);

} // namespace tailspan::trace
