// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/postgres_row.h"
#include "app/sources/postgres_table.h"

#include <string>

namespace tailspan::sources {

/// The columns of a span as a list of SQL, all of them or, for many spans at once, what its attributes are made of
/// without bodies and headers; recordOf() reads rows of either.
[[nodiscard]] std::string detailColumns(const PostgresTable &table);
[[nodiscard]] std::string attributeColumns(const PostgresTable &table);

/// A row of those as the JSON record that the collector writes elsewhere.
[[nodiscard]] std::string recordOf(const net::PostgresRow &row);

/// Places of the ids in either list.
inline constexpr int kTraceIdPlace = 0;
inline constexpr int kSpanIdPlace = 1;
inline constexpr int kServicePlace = 3;

} // namespace tailspan::sources
