// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/postgres_facts.h"
#include "models/advisor/rules.h"

#include <optional>
#include <string>

namespace tailspan::advisor {

/// Whether a statement returns more rows a call than anybody looks at, often. Rules "db.large-result.*".
[[nodiscard]] bool returnsManyRows(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules);

/// Rows that come back a call.
[[nodiscard]] double rowsPerCall(const StatementFacts &statement);

/// The columns that pages go on behind, as SQL: of the primary key, else of a unique index; empty where there is none.
[[nodiscard]] std::string pageColumns(const PostgresFacts &facts, const TableFacts &table);

/// The statement as it would read its first page; nothing where that is not only a matter of adding to its end.
[[nodiscard]] std::optional<std::string> firstPageText(const PostgresFacts &facts, const StatementFacts &statement,
                                                       const Rules &rules);

} // namespace tailspan::advisor
