// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_candidates.h"

#include "models/advisor/candidate_builder.h"
#include "models/advisor/index_cover.h"
#include "models/advisor/index_text.h"

#include <algorithm>
#include <cmath>

namespace tailspan::advisor {

namespace {

/// Whether a table is large enough for an index to matter, and nothing about it is under way.
bool isWorthIt(const TableFacts &table, const Rules &rules)
{
    const double rows = std::max(table.rows, static_cast<double>(table.liveRows));
    return rows >= rules.number("db.missing-index.min-rows")
        && static_cast<double>(table.pages) >= rules.number("db.missing-index.min-pages") && !table.isBuildingIndex;
}

bool isFrequent(const PostgresFacts &facts, const StatementFacts &statement, const Rules &rules)
{
    const bool isBusy = statement.totalMs >= facts.totalMs * rules.number("db.missing-index.busy-time-share");
    if (statement.meanMs < rules.number("db.missing-index.min-saved-ms") && !isBusy)
        return false; // nothing to gain
    return static_cast<double>(statement.calls) >= rules.number("db.missing-index.min-calls")
        || statement.totalMs >= facts.totalMs * rules.number("db.missing-index.min-time-share");
}

void merge(std::vector<IndexCandidate> &all, IndexCandidate candidate)
{
    const auto isSame = [&](const IndexCandidate &known) {
        return known.schema == candidate.schema && known.table == candidate.table && known.keys == candidate.keys
            && known.included == candidate.included && known.predicate == candidate.predicate;
    };
    const auto known = std::ranges::find_if(all, isSame);
    if (known == all.end()) {
        all.push_back(std::move(candidate));
        return;
    }
    for (std::string &statement : candidate.statements) {
        if (std::ranges::find(known->statements, statement) == known->statements.end())
            known->statements.push_back(std::move(statement));
    }
}

bool isAskedByJoin(const PostgresFacts &facts, const ForeignKeyFacts &key, std::vector<std::string> &statements)
{
    for (const StatementFacts &statement : facts.statements) {
        const auto isOfKey = [&](const ShapeKey &column) {
            if (column.table >= statement.shape.tables.size() || column.text != key.columns.front())
                return false;
            const TableFacts *table = facts.tableOf(statement.shape.tables[column.table]);
            return table != nullptr && table->name == key.table && table->schema == key.schema;
        };
        const auto isJoined = [&](const ShapeJoin &join) { return isOfKey(join.left) || isOfKey(join.right); };
        const auto isCompared = [&](const ShapePredicate &predicate) { return isOfKey(predicate.key); };
        if (std::ranges::any_of(statement.shape.joins, isJoined)
            || std::ranges::any_of(statement.shape.predicates, isCompared))
            statements.push_back(statement.queryId);
    }
    return !statements.empty();
}

/// A foreign key without an index is trouble when rows of the parent go, or when it is looked up by. One that nobody
/// joins, of a parent of which nothing is deleted, is fine.
void addForeignKeys(const PostgresFacts &facts, const Rules &rules, std::vector<IndexCandidate> &all)
{
    for (const ForeignKeyFacts &key : facts.foreignKeys) {
        const TableFacts *table = facts.table(key.schema, key.table);
        const TableFacts *parent = facts.table(key.parentSchema, key.parentTable);
        if (table == nullptr || key.columns.empty() || !isWorthIt(*table, rules))
            continue;
        IndexCandidate candidate;
        candidate.reason = CandidateReason::ForeignKey;
        candidate.schema = key.schema;
        candidate.table = key.table;
        for (const std::string &column : key.columns)
            candidate.keys.push_back({column, false, false, false, {}});
        const bool isJoined = isAskedByJoin(facts, key, candidate.statements);
        const bool isParentDeleted = parent != nullptr && parent->deleted > 0;
        if ((isJoined || isParentDeleted) && coveringIndex(facts, candidate, candidate.keys.size()) == nullptr)
            merge(all, std::move(candidate));
    }
}

} // namespace

double distinctValues(const TableFacts &table, const ColumnFacts &column)
{
    if (!column.hasStatistics || !std::isfinite(column.distinct) || !std::isfinite(table.rows))
        return 0;
    return column.distinct >= 0 ? column.distinct : -column.distinct * std::max(table.rows, 0.0);
}

IndexCandidate partialCandidate(const TableFacts &table, const StatementFacts &statement, const ShapePredicate &rare,
                                const std::string &value, double share)
{
    IndexCandidate candidate;
    candidate.reason = CandidateReason::Partial;
    candidate.schema = table.schema;
    candidate.table = table.name;
    candidate.statements.push_back(statement.queryId);
    candidate.predicate = quotedIdentifier(rare.key.text) + " = " + quotedLiteral(value);
    candidate.rowShare = share;
    const auto addKey = [&](const ShapeKey &key, bool isDescending, bool isNullsFirst) {
        const auto isKnown = [&](const CandidateKey &known) { return known.text == key.text; };
        if (key.table == rare.key.table && key.text != rare.key.text && std::ranges::none_of(candidate.keys, isKnown)
            && candidate.keys.size() < 2)
            candidate.keys.push_back({key.text, key.isExpression, isDescending, isNullsFirst, {}});
    };
    for (const ShapePredicate &predicate : statement.shape.predicates) {
        if (predicate.kind == PredicateKind::Equal)
            addKey(predicate.key, false, false);
    }
    for (const ShapeOrder &order : statement.shape.order)
        addKey(order.key, order.isDescending, order.isNullsFirst);
    if (candidate.keys.empty())
        candidate.keys.push_back({rare.key.text, rare.key.isExpression, false, false, {}});
    return candidate;
}

std::vector<IndexCandidate> missingIndexCandidates(const PostgresFacts &facts, const Rules &rules)
{
    std::vector<IndexCandidate> all;
    for (const StatementFacts &statement : facts.statements) {
        if (statement.shape.verb == StatementVerb::Insert || !isFrequent(facts, statement, rules))
            continue;
        for (std::size_t i = 0; i < statement.shape.tables.size(); ++i) {
            const TableFacts *table = facts.tableOf(statement.shape.tables[i]);
            if (table == nullptr || !isWorthIt(*table, rules))
                continue;
            for (IndexCandidate &candidate : CandidateBuilder(facts, statement, i, *table, rules).candidates())
                merge(all, std::move(candidate));
        }
    }
    addForeignKeys(facts, rules, all);
    return all;
}

} // namespace tailspan::advisor
