// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// A table where a statement names it.
struct ShapeTable {
    std::string schema; ///< Empty: to be looked for along the search path.
    std::string name;
    std::string alias;       ///< What columns are qualified with; the name itself where there is no alias.
    std::uint32_t scope = 0; ///< Which SELECT it stands in: an unqualified column belongs to one of its scope.
};

inline constexpr std::size_t kUnboundTable = std::numeric_limits<std::size_t>::max();

/// A column, or an expression over columns of one table, that an index could hold.
struct ShapeKey {
    std::size_t table = kUnboundTable; ///< Index into StatementShape::tables; unbound until bindShape().
    std::uint32_t scope = 0;
    std::string text;                 ///< Column name as stored, or SQL of the expression: "lower(email)".
    std::vector<std::string> columns; ///< Of the expression; the column itself otherwise.
    bool isExpression = false;
};

enum class PredicateKind : std::uint8_t { Equal, AnyOf, Range, LikePrefix, IsNull, IsNotNull, IsTrue, IsFalse };

/// A condition that every row of the result meets: one of those that AND joins.
struct ShapePredicate {
    ShapeKey key;
    PredicateKind kind = PredicateKind::Equal;
    std::vector<std::uint32_t> parameters; ///< n of each $n that it is compared with; empty: something else.
    std::vector<std::uint32_t> offsets;    ///< n of what is added to a parameter: of $2 in "BETWEEN $1 AND $1 + $2".
    bool isUpperBound = false;             ///< Of a range: < or <=.
};

/// Equality of columns of two tables.
struct ShapeJoin {
    ShapeKey left;
    ShapeKey right;
};

struct ShapeOrder {
    ShapeKey key;
    bool isDescending = false;
    bool isNullsFirst = false;
};

struct ShapeFunction {
    std::string schema; ///< Empty: along the search path.
    std::string name;
    friend bool operator==(const ShapeFunction &, const ShapeFunction &) = default;
};

enum class StatementVerb : std::uint8_t { Select, Insert, Update, Delete, Other };

/// What a statement asks of its tables, as PostgreSQL's own parser reads it (app/sql). No value of a user is in it.
struct StatementShape {
    StatementVerb verb = StatementVerb::Other;
    std::string problem; ///< Why it could not be read; the rest is empty then.
    std::vector<ShapeTable> tables;
    std::vector<ShapePredicate> predicates;
    std::vector<ShapeJoin> joins;
    std::vector<ShapeOrder>
        order; ///< Of the outermost SELECT over one scope, when every key is a column or expression.
    std::vector<ShapeKey> columns;      ///< Every column it reads, each once a table.
    std::vector<std::size_t> wholeRows; ///< Tables of which it reads all columns.
    std::vector<std::string> written;   ///< Columns that an UPDATE sets.
    std::vector<ShapeFunction> functions;
    std::uint32_t parameters = 0;     ///< Highest n of $n.
    std::uint32_t limitParameter = 0; ///< n of LIMIT $n.
    bool hasLimit = false;
    bool hasOffset = false;
    bool isAggregated = false;  ///< GROUP BY, DISTINCT or an aggregate: rows that are read are not rows that are given.
    bool isReadOnly = false;    ///< One SELECT without INTO, locks or statements that write.
    std::string whyNotReadOnly; ///< In words, when it is not.
};

} // namespace tailspan::advisor
