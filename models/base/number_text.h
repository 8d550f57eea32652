// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/time.h"

#include <cstdint>
#include <string>

namespace tailspan {

/// How numbers are written everywhere: in the window, on the command line, in files for people.
/// JSON never goes through here: it carries plain numbers in the units of the contract.

/// Three significant digits with the unit that fits: "842 µs", "1.92 s", "2 m 05 s", "3 h 07 m". Negative with a minus.
[[nodiscard]] std::string durationText(Duration duration);
/// "48,213".
[[nodiscard]] std::string countText(std::uint64_t count);
/// "1.2k/s", "340/s", "0.42/s"; below 0.01/s a second counts nothing: "1.4/h".
[[nodiscard]] std::string rateText(double perSecond);
/// Percent with one decimal below 10: "0.4 %", "8.5 %", "42 %". Takes a ratio, 0..1.
[[nodiscard]] std::string percentText(double ratio);
/// "3.4 MiB".
[[nodiscard]] std::string bytesText(std::uint64_t bytes);
/// A plain number with three significant digits and thousands separators: "0.00412", "1,140". An exponent only below
/// 1e-9 and from 1e18 on.
[[nodiscard]] std::string decimalText(double value);
/// ISO 8601 in UTC with as many fractional digits as the value needs (0, 3, 6 or 9): "2026-11-23T14:02:10.250Z".
/// For the first day that 64 bits can hold, in 1677, the raw number with "ns (out of range)".
[[nodiscard]] std::string isoText(TimePoint time);
/// The clock only, UTC: "14:02:10" or, with milliseconds, "14:02:10.250".
[[nodiscard]] std::string clockText(TimePoint time, bool withMilliseconds = false);
/// "1 span", "2 spans": the count and the word in its number.
[[nodiscard]] std::string pluralText(std::uint64_t count, const char *one, const char *many);

} // namespace tailspan
