// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tailspan {

/// RFC 3339: "2026-11-23T14:21:14.262689807Z", with 0 to 9 fractional digits (further ones are cut) and Z or an
/// offset (also "+00", as PostgreSQL writes it); a blank may stand for the T, and without an offset the time is taken as UTC. Nanoseconds since the epoch.
[[nodiscard]] std::optional<std::int64_t> parseIsoTimeNs(std::string_view text);

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; nullopt for a date that does not exist.
[[nodiscard]] std::optional<std::int64_t> daysSinceEpoch(int year, int month, int day);

} // namespace tailspan
