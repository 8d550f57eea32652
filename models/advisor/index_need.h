// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"
#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"

#include <string>

namespace tailspan::advisor {

/// Whether something other than reading hangs on an index: uniqueness, a constraint, replication, clustering, a
/// partitioned parent; or it is not valid, which is another matter.
[[nodiscard]] bool isNeeded(const IndexFacts &index);

/// The finding that an index should go: what it takes, the statement that drops it and the one that makes it again.
/// `detector` and `title` as given; what, confidence and verification are the caller's.
[[nodiscard]] Finding dropIndexFinding(const PostgresFacts &facts, const IndexFacts &index, std::string_view detector,
                                       std::string title, const Rules &rules);

} // namespace tailspan::advisor
