// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sql/parse_tree.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::sql {

/// A column as written: "a"."x" or "x".
struct ColumnName {
    std::string schema;
    std::string qualifier;
    std::string name; ///< "*" for all columns.
    friend bool operator==(const ColumnName &, const ColumnName &) = default;
};

/// What an index could hold: one column, or a function of columns of one table without constants.
struct KeyExpression {
    std::vector<ColumnName> columns;
    std::string text; ///< SQL with unqualified columns; of a column its name unquoted.
    bool isExpression = false;
};

[[nodiscard]] std::optional<ColumnName> columnOf(const Node &node);
/// Of what stands below "ColumnRef".
[[nodiscard]] std::optional<ColumnName> columnOfReference(const Node &reference);
/// Nothing for anything else than a column, a function or cast of columns that share a qualifier.
[[nodiscard]] std::optional<KeyExpression> keyOf(const Node &node);
/// Whether a node reads no column outside a subquery: a parameter, a constant, now() - $1, a scalar subquery.
[[nodiscard]] bool isValue(const Node &node);
/// n of $n below casts; 0 for anything else.
[[nodiscard]] std::uint32_t parameterOf(const Node &node);
/// Of what stands below "ParamRef".
[[nodiscard]] std::uint32_t numberOf(const Node &reference);
/// A name as SQL, in quotes where it needs them.
[[nodiscard]] std::string sqlName(const std::string &name);

} // namespace tailspan::sql
