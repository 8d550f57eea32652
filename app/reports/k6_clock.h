// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace tailspan::reports {

/// Reads the time stamps of k6. Keeps the last minute it saw, because consecutive lines share it. Thread: one each.
class K6Clock {
public:
    /// RFC 3339 with up to nine fractional digits.
    [[nodiscard]] bool readIso(std::string_view text, std::int64_t &ns);
    /// The same, or a count of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its digits
    /// (K6_CSV_TIME_FORMAT).
    [[nodiscard]] bool readAny(std::string_view text, std::int64_t &ns);

private:
    char m_minute[17] = {}; // "2026-11-23T14:21:"
    std::int64_t m_minuteNs = 0;
};

/// How many nanoseconds one unit of an epoch stamp with so many digits is: 10 are seconds, 13 milliseconds, 16
/// microseconds, 19 nanoseconds.
[[nodiscard]] std::int64_t epochUnitNs(std::size_t digits);

} // namespace tailspan::reports
