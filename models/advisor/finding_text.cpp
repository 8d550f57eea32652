// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/finding_text.h"

#include "models/advisor/impact.h"
#include "models/base/number_text.h"

namespace tailspan::advisor {

bool isSaving(const Estimate &estimate)
{
    return !estimate.now && estimate.chance.empty();
}

std::string estimateText(const Estimate &estimate)
{
    const std::string unit = estimate.unit.empty() ? "" : " " + estimate.unit;
    const std::string interval = " (" + decimalText(estimate.low) + " to " + decimalText(estimate.high)
        + ", 80 % interval)";
    if (!estimate.chance.empty())
        return estimate.chance + ", 80 % interval " + decimalText(estimate.low) + " to " + decimalText(estimate.high)
            + unit;
    if (estimate.now)
        return estimate.metric + ": " + decimalText(*estimate.now) + " → " + decimalText(estimate.expected) + unit
            + interval;
    return "saves " + decimalText(estimate.expected) + unit + " of " + estimate.metric + interval;
}

std::string stateText(const Finding &finding)
{
    switch (finding.verification.state) {
    case VerificationState::Verified: return "verified";
    case VerificationState::Refuted: return "refuted";
    case VerificationState::Unverified: break;
    }
    return finding.estimate ? "estimate" : "unverified";
}

std::string impactOf(const Finding &finding)
{
    if (finding.impactMsPerHour)
        return lossText(*finding.impactMsPerHour);
    return finding.impactText;
}

} // namespace tailspan::advisor
