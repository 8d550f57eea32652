// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/database_texts.h"
#include "models/advisor/rules.h"

namespace tailspan::advisor {

/// The finding of a trial that the planner confirmed. Precondition: judgeTrial() accepts it.
[[nodiscard]] Finding verifiedIndexFinding(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules);
/// The same where the costs are our own arithmetic: unverified, with a wider interval.
[[nodiscard]] Finding roughIndexFinding(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules);
/// What was tried for a statement that reads a table whole, and why it is not worth it.
[[nodiscard]] Finding refutedIndexFinding(const PostgresFacts &facts, const IndexTrial &trial, const Rules &rules);

} // namespace tailspan::advisor
