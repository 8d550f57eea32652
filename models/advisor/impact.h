// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/rules.h"

namespace tailspan::advisor {

/// The severity of time lost on the critical path, by the rules "severity.low-ms-per-hour" to "severity.critical-…".
[[nodiscard]] Severity severityOfLoss(double msPerHour, const Rules &rules);

/// "1,140 s/h", "21 h/h": time lost by all users together in an hour.
[[nodiscard]] std::string lossText(double msPerHour);

} // namespace tailspan::advisor
