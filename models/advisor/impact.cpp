// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/impact.h"

#include "models/base/number_text.h"

namespace tailspan::advisor {

Severity severityOfLoss(double msPerHour, const Rules &rules)
{
    if (msPerHour >= rules.number("severity.critical-ms-per-hour"))
        return Severity::Critical;
    if (msPerHour >= rules.number("severity.high-ms-per-hour"))
        return Severity::High;
    if (msPerHour >= rules.number("severity.medium-ms-per-hour"))
        return Severity::Medium;
    return msPerHour >= rules.number("severity.low-ms-per-hour") ? Severity::Low : Severity::Info;
}

std::string lossText(double msPerHour)
{
    constexpr double kMsPerSecond = 1000;
    constexpr double kSecondsPerHour = 3600;
    constexpr double kManySeconds = 36'000; // From ten hours an hour, hours are easier to read.
    const double seconds = msPerHour / kMsPerSecond;
    if (seconds < kManySeconds)
        return decimalText(seconds) + " s/h";
    return decimalText(seconds / kSecondsPerHour) + " h/h";
}

} // namespace tailspan::advisor
