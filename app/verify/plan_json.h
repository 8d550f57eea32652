// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/index_trial.h"
#include "models/base/result.h"

#include <string>

namespace tailspan::verify {

/// The plan in the answer of EXPLAIN (FORMAT JSON, VERBOSE). Conditions of a plan for constants hold these, so they are
/// kept only when asked for: of generic plans. Errors: Malformed. Thread: any.
[[nodiscard]] Result<advisor::StatementPlan> readPlan(const std::string &json, bool keepsConditions);

/// Whether a node of the plan reads the index.
[[nodiscard]] bool usesIndex(const advisor::StatementPlan &plan, const std::string &index);

} // namespace tailspan::verify
