// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/postgres_facts.h"

#include <cstddef>

namespace tailspan::advisor {

/// The valid index of the table that already serves what the candidate is for, or null. The first `anyOrder` keys are
/// compared for equality, so their order does not matter; the rest is in order, all in one direction or all reversed.
/// Partial indexes count when their condition is the candidate's or says what its keys are compared with; hash, GiST,
/// GIN and BRIN when they begin with the same columns.
[[nodiscard]] const IndexFacts *coveringIndex(const PostgresFacts &facts, const IndexCandidate &candidate,
                                              std::size_t anyOrder);

/// Whether `wide` serves all that `narrow` does: method, keys as a prefix with directions and classes, condition, and
/// what narrow includes. Uniqueness is not looked at.
[[nodiscard]] bool servesAs(const IndexFacts &wide, const IndexFacts &narrow);

} // namespace tailspan::advisor
