// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace tailspan::trace {

/// Beyond this a time stamp or a length is no clock reading: the year 2200. Sums of two stay inside 64 bits.
inline constexpr std::int64_t kLatestPlausibleNs = 7'258'118'400'000'000'000;
inline constexpr std::int64_t kLongestPlausibleNs = 100LL * 366 * 24 * 3600 * 1'000'000'000;

/// Times before this are no readings of a wall clock: the year 1971.
inline constexpr std::int64_t kEarliestRealClockNs = 365LL * 24 * 3600 * 1'000'000'000;

/// False for 0 (how writers say "unknown", unless the clock of the recording begins there), negative stamps and those
/// near the end of 64 bits.
[[nodiscard]] constexpr bool isPlausibleTime(std::int64_t startNs, bool clockBeginsAtZero = false)
{
    return (startNs > 0 || (startNs == 0 && clockBeginsAtZero)) && startNs < kLatestPlausibleNs;
}

/// The extent of the spans whose times mean something.
struct TimeBounds {
    std::int64_t beginNs = std::numeric_limits<std::int64_t>::max();
    std::int64_t endNs = std::numeric_limits<std::int64_t>::min();

    [[nodiscard]] bool isEmpty() const { return beginNs > endNs; }
    void add(std::int64_t startNs, std::int64_t durationNs)
    {
        beginNs = std::min(beginNs, startNs);
        endNs = std::max(endNs, saturatingAdd(startNs, durationNs));
    }
};

} // namespace tailspan::trace
