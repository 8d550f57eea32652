// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/base/time.h"

#include <string>
#include <string_view>

namespace tailspan::loadtest {

/// "UTC", "Z", "+02:00", "-0530", "+2": local time minus UTC. Errors: Malformed with what may be written.
[[nodiscard]] Result<Duration> parseZone(std::string_view text);
/// "UTC", "UTC+02:00"
[[nodiscard]] std::string zoneText(Duration zone);

} // namespace tailspan::loadtest
