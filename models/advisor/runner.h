// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/detector.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <span>

namespace tailspan::advisor {

/// The whole advice: ranked, without contradictions.
struct Advice {
    std::vector<Finding> findings;  ///< Ranked: rankFindings(). Refuted ones last; hidden by default, but listed.
    std::vector<Unjudged> unjudged; ///< What did not run or could not be judged.
    InputSet inputs;                ///< What was there.
};

/// Runs every detector whose needs are met, on all cores, then resolves conflicts and ranks. A detector that throws is
/// listed as one that could not judge. Progress counts detectors. Thread: any. Errors: Cancelled.
[[nodiscard]] Result<Advice> runDetectors(std::span<const DetectorPtr> detectors, const Inputs &inputs,
                                          const Rules &rules, const std::stop_token &stop, Progress &progress);

/// Findings that would change one target in different directions, or the same way twice, become one: the verified one
/// wins, then the more confident, then the one with more impact; the winner lists what gave way (Finding::conflicts).
/// An index that another suggested index of the same table covers as a prefix gives way to it.
void resolveConflicts(std::vector<Finding> &findings);

/// Not refuted first, then by severity, impact, confidence, and id, so that equal runs rank alike.
void rankFindings(std::vector<Finding> &findings);

} // namespace tailspan::advisor
