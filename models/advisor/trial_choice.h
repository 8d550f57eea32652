// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/index_judgement.h"

#include <vector>

namespace tailspan::advisor {

/// One index set, not ten: refuses trials that are not worth it, and of those that are, those for whose statements
/// another chosen one is about as good ("db.missing-index.good-enough"), fewer columns first. What is chosen stays
/// Accepted; the others say why not. Pure.
void chooseTrials(const PostgresFacts &facts, const Rules &rules, std::vector<IndexTrial> &trials);

} // namespace tailspan::advisor
