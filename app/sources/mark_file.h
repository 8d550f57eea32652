// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/metric/time_marks.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tailspan::sources {

/// Reads a file of marks, one a line: `2026-11-23T14:02:10Z,auth 2.14.1 deployed`, a tab or semicolon in place of the
/// comma as well, or `{"time": "2026-11-23T14:02:10Z", "text": "auth 2.14.1 deployed"}`. A time is RFC 3339, or seconds,
/// milliseconds or nanoseconds since 1970. Blank lines, lines that begin with # and a heading are passed over; `leftOut`
/// counts the others that cannot be read. Sorted by time. Errors: Malformed when no line is a mark.
[[nodiscard]] Result<std::vector<metric::TimeMark>> readMarks(std::string_view text, std::uint64_t &leftOut);

} // namespace tailspan::sources
