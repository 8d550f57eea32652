// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"

#include <vector>

namespace tailspan::advisor {

/// Indexes that could help statements of the workload, none of which exists: columns that are compared for equality
/// (most selective first), then one range or the order of a LIMIT; expressions; prefixes of LIKE; parts that IS NULL and
/// flags leave; looked-up columns of joins and foreign keys; columns to include where they are narrow. Equal ones of
/// several statements are one. What the planner makes of them is app/verify's matter. Pure. Rules: "db.missing-index.*".
[[nodiscard]] std::vector<IndexCandidate> missingIndexCandidates(const PostgresFacts &facts, const Rules &rules);

/// A partial index on the rows with one rare value of a column that the statement compares for equality; its keys are
/// what else the statement compares or sorts by, else the column itself.
[[nodiscard]] IndexCandidate partialCandidate(const TableFacts &table, const StatementFacts &statement,
                                              const ShapePredicate &rare, const std::string &value, double share);

/// How many values a column has; 0: not known.
[[nodiscard]] double distinctValues(const TableFacts &table, const ColumnFacts &column);

} // namespace tailspan::advisor
