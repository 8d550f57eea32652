// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/explain/explanation.h"

#include <string>

namespace tailspan::explain {

/// What a clause is about: "host.name", "calls of inventory: GET /stock".
[[nodiscard]] std::string subjectOf(const Column &column);
/// What it says: "node-1, node-2", "at least 20", "absent".
[[nodiscard]] std::string valueOf(const Column &column, const Clause &clause);
/// The clause as parseSpanQuery reads it; "" when it cannot be said exactly: callers, calls, thresholds of fractions.
[[nodiscard]] std::string conditionOf(const Column &column, const Clause &clause);

/// A regular expression for the whole numbers of at least `low`, or of less than `high`, without signs.
[[nodiscard]] std::string atLeastExpression(std::uint64_t low);
[[nodiscard]] std::string belowExpression(std::uint64_t high);

} // namespace tailspan::explain
