// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"

#include <optional>
#include <string_view>

namespace tailspan {

/// What a user typed into the field of the time range. One of the three.
struct TypedRange {
    std::optional<Duration> last;   ///< "last 20m", "2 h", "last hour": up to now.
    std::optional<TimeRange> range; ///< From then to then.
    bool isAll = false;             ///< "all"
};

/// Reads a range: "14:02 - 14:17", "14:02:10 to 14:03", "2026-11-23 14:02 - 14:17", "2026-11-23T14:02:10Z/2026-11-23T14:17:10Z",
/// "yesterday 14:00-15:00", "yesterday", "2026-11-23", "now-2h - now-1h", "last 20m", "1h30m", "last hour", "all".
/// Clock times without a day are of today, or of yesterday where they would lie ahead; an end without a day follows its
/// begin. Times are in the zone `utcOffset` ahead of UTC unless they end in Z, an offset or "UTC".
/// Errors: Malformed with examples.
[[nodiscard]] Result<TypedRange> parseTypedRange(std::string_view text, TimePoint now, Duration utcOffset = {});

} // namespace tailspan
