// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/result_pages.h"

#include "models/advisor/index_judgement.h"
#include "models/advisor/index_text.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

/// Rows that were not counted are as many as the planner expects: of plain columns with fresh statistics it knows.
bool areRowsSure(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules)
{
    const auto isKnown = [](const ShapePredicate &predicate) {
        return predicate.kind == PredicateKind::Equal && !predicate.key.isExpression;
    };
    const auto isFresh = [&](const ShapeTable &named) {
        const TableFacts *table = facts.tableOf(named);
        return table != nullptr && !hasStaleStatistics(*table, rules);
    };
    return statement.areRowsCounted
        || (!statement.shape.isAggregated && std::ranges::all_of(statement.shape.predicates, isKnown)
            && std::ranges::all_of(statement.shape.tables, isFresh));
}

} // namespace

double rowsPerCall(const StatementFacts &statement)
{
    return static_cast<double>(statement.rows) / static_cast<double>(std::max<std::int64_t>(statement.calls, 1));
}

bool returnsManyRows(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules)
{
    const StatementShape &shape = statement.shape;
    const bool isList = shape.verb == StatementVerb::Select && !shape.tables.empty() && !shape.hasLimit;
    return isList && areRowsSure(facts, statement, rules)
        && rowsPerCall(statement) >= rules.number("db.large-result.min-rows")
        && facts.callsPerHour(statement) >= rules.number("db.large-result.min-calls-per-hour")
        && static_cast<double>(statement.calls) >= rules.number("db.large-result.min-calls");
}

std::string pageColumns(const PostgresFacts &facts, const TableFacts &table)
{
    const IndexFacts *key = nullptr;
    for (const IndexFacts *index : facts.indexesOf(table)) {
        const bool isKey = index->isPrimary || (index->isUnique && index->predicate.empty());
        if (isKey && (key == nullptr || index->isPrimary))
            key = index;
    }
    std::string columns;
    for (const IndexPart &part : key == nullptr ? std::vector<IndexPart>() : key->keys)
        columns += (columns.empty() ? "" : ", ")
            + (part.isExpression ? "(" + part.text + ")" : quotedIdentifier(part.text));
    return columns;
}

std::optional<std::string> firstPageText(const PostgresFacts &facts, const StatementFacts &statement,
                                         const Rules &rules)
{
    const StatementShape &shape = statement.shape;
    const TableFacts *table = shape.tables.size() == 1 ? facts.tableOf(shape.tables.front()) : nullptr;
    const bool isPlain = shape.verb == StatementVerb::Select && shape.isReadOnly && !shape.hasLimit && !shape.hasOffset
        && !shape.isAggregated;
    const std::string columns = table == nullptr ? std::string() : pageColumns(facts, *table);
    if (!isPlain || columns.empty())
        return std::nullopt;
    std::string text = statement.text;
    while (text.ends_with(';') || text.ends_with(' ') || text.ends_with('\n'))
        text.pop_back();
    if (shape.order.empty())
        text += "\nORDER BY " + columns; // a line of its own: the text may end in a comment
    const auto rows = static_cast<std::uint64_t>(rules.number("db.large-result.page-rows"));
    return text + "\nLIMIT " + std::to_string(rows);
}

} // namespace tailspan::advisor
