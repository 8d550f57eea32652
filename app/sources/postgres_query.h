// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/postgres_table.h"
#include "models/trace/trace_query.h"

namespace tailspan::sources {

/// Sets the conditions of conditions.sql that the query has. Errors: Unsupported when it asks for something the table
/// does not hold or the role may not read.
[[nodiscard]] Result<> setConditions(SqlTemplate &sql, const PostgresTable &table, const trace::TraceQuery &query);

/// Sets :begin, :finish and, where ends are computed, the bounds of the start that an index can serve.
void setRange(SqlTemplate &sql, const PostgresTable &table, const TimeRange &range);

} // namespace tailspan::sources
