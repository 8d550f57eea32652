// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/loadtest/time_zone.h"

#include <QString>
#include <QStringList>

namespace tailspan::workspace {

/// The rule of a zone: "Europe/Berlin" from the system's table of zones, or what loadtest::parseZone() takes. Thread:
/// any. Errors: Malformed with what may be written.
[[nodiscard]] Result<loadtest::ZoneRule> zoneNamed(const QString &text);
/// Names of the system's table, sorted; those with a region first, without the many ways to write an offset.
[[nodiscard]] QStringList zoneNames();

} // namespace tailspan::workspace
