// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::trace {

/// An event (log) of a span, for a tick on its bar.
struct EventMark {
    TimePoint time;
    std::string name; ///< Secrets in it are masked.
};
inline constexpr std::size_t kMostEventMarks = 200; ///< Of one span; further ones are in its details.

/// The events of some spans, by place in `rows`; of each span in the order of time. Reads their records from files;
/// spans of stores have none here, because each would be a question to a server. Thread: any.
[[nodiscard]] std::vector<std::vector<EventMark>> eventMarksOf(const TraceSnapshot &snapshot,
                                                               std::span<const std::uint32_t> rows,
                                                               const std::stop_token &stop);

/// All events of one span, whatever it came from: its record is read again, or its store asked. At most
/// kMostEventMarks; then the last one says how many are left out. Thread: any but the window's, it may take a while.
[[nodiscard]] Result<std::vector<EventMark>> eventsOf(const TraceSnapshot &snapshot, SpanRow row);

} // namespace tailspan::trace
