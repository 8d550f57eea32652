// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tailspan::reports {

/// A time stamp of a JMeter file.
struct JmeterTime {
    std::int64_t ns = 0;
    bool hasZone = false; ///< It is an instant; else local time of the load generator, as if it were UTC.
    bool hasDate = true;  ///< False: a clock only, counted from midnight.
};

/// Reads what JMeter writes and what its own tools accept: milliseconds since the epoch, yyyy/MM/dd HH:mm:ss[.SSS],
/// yyyy-MM-dd HH:mm:ss[.SSS] (also with T and an offset), MM/dd/yy HH:mm:ss, HH:mm:ss[.SSS].
[[nodiscard]] std::optional<JmeterTime> parseJmeterTime(std::string_view text);

} // namespace tailspan::reports
