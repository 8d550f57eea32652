// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_estimate.h"

#include "models/advisor/index_candidates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::advisor {

namespace {

constexpr double kEightyPercent = 1.2816; // of the normal distribution, to each side

double widthOf(const TableFacts &table, const IndexCandidate &candidate)
{
    constexpr double kUnknownWidth = 16;
    double width = 0;
    const auto add = [&](const std::string &name) {
        const ColumnFacts *column = table.column(name);
        width += column != nullptr && column->hasStatistics ? std::max(column->averageWidth, 1.0) : kUnknownWidth;
    };
    for (const CandidateKey &key : candidate.keys)
        add(key.text);
    for (const std::string &name : candidate.included)
        add(name);
    return width;
}

double rowsOf(const TableFacts &table)
{
    return std::max({table.rows, static_cast<double>(table.liveRows), 1.0});
}

/// How many different keys an index would have; few make it small, as b-trees store a key once for many rows.
double keysOf(const TableFacts &table, const IndexCandidate &candidate)
{
    double keys = 1;
    for (const CandidateKey &key : candidate.keys) {
        const ColumnFacts *column = table.column(key.text);
        const double distinct = column == nullptr ? 0 : distinctValues(table, *column);
        keys *= distinct > 0 ? distinct : rowsOf(table);
    }
    return std::min(keys, rowsOf(table));
}

/// The column of an expression such as lower(email), which has about as many values as its column; empty where not of
/// one column.
std::string columnOf(const PostgresFacts &facts, const IndexCandidate &candidate, const CandidateKey &key)
{
    for (const std::string &queryId : candidate.statements) {
        const StatementFacts *statement = facts.statement(queryId);
        for (const ShapePredicate &predicate :
             statement == nullptr ? std::vector<ShapePredicate>() : statement->shape.predicates) {
            if (predicate.key.text == key.text && predicate.key.columns.size() == 1)
                return predicate.key.columns.front();
        }
    }
    return {};
}

/// The rows that come back a call, of a statement over one table alone; infinite where they say nothing.
double rowsOfPattern(const PostgresFacts &facts, const IndexCandidate &candidate)
{
    const StatementFacts *statement = candidate.statements.empty() ? nullptr
                                                                   : facts.statement(candidate.statements.front());
    if (statement == nullptr || statement->calls <= 0 || statement->shape.isAggregated || statement->shape.hasLimit
        || statement->shape.tables.size() != 1)
        return std::numeric_limits<double>::infinity();
    return std::max(static_cast<double>(statement->rows) / static_cast<double>(statement->calls), 1.0);
}

/// How many rows of the table a candidate's keys leave.
double rowsLeft(const PostgresFacts &facts, const TableFacts &table, const IndexCandidate &candidate)
{
    constexpr double kRangeShare = 1.0 / 3; // as PostgreSQL assumes where it knows no bounds
    constexpr double kPatternShare = 0.005;
    double left = rowsOf(table) * candidate.rowShare;
    for (const CandidateKey &key : candidate.keys) {
        const ColumnFacts *column = table.column(key.isExpression ? columnOf(facts, candidate, key) : key.text);
        const double distinct = column == nullptr ? 0 : distinctValues(table, *column);
        if (candidate.rowShare < 1) // the condition is what leaves few
            continue;
        if (!key.operatorClass.empty())
            left = std::min(left * kPatternShare, rowsOfPattern(facts, candidate));
        else if (candidate.reason == CandidateReason::Range)
            left *= kRangeShare;
        else if (key.isExpression)
            left *= distinct > 0 ? 1 / distinct : kPatternShare;
        else
            left *= distinct > 0 ? (1 - column->nullShare) / distinct : 1;
    }
    return std::max(left, 1.0);
}

/// The rows that come back a call over those that the planner expects, where both are of the same: one table, nothing
/// counted or limited. It guesses badly of expressions and patterns, and what an index costs goes with the rows.
double rowsFactor(const StatementFacts &statement, double plannedRows)
{
    const StatementShape &shape = statement.shape;
    if (plannedRows <= 0 || statement.calls <= 0 || !statement.areRowsCounted || shape.isAggregated || shape.hasLimit
        || shape.tables.size() != 1)
        return 1;
    const double rows = static_cast<double>(statement.rows) / static_cast<double>(statement.calls);
    return std::max(rows, 1.0) / std::max(plannedRows, 1.0);
}

} // namespace

Spread meanAfter(double meanMs, double costBefore, double costAfter, const Rules &rules, double extraSd)
{
    const double median = rules.number("db.estimate.log10-median");
    const double deviation = std::hypot(rules.number("db.estimate.log10-sd"), extraSd);
    const double floorMs = std::min(rules.number("db.estimate.floor-ms"), meanMs);
    const double predicted = costAfter > 0 ? std::max(costBefore / costAfter, 1.0) : 1;
    const auto after = [&](double sigmas) {
        const double speedUp = predicted * std::pow(10.0, median + sigmas * deviation);
        return std::clamp(meanMs / speedUp, floorMs, meanMs);
    };
    return {after(kEightyPercent), after(0), after(-kEightyPercent)};
}

PageCosts warmPageCosts(const Rules &rules)
{
    return {rules.number("db.estimate.warm-page-cost"), rules.number("db.estimate.warm-random-page-cost")};
}

double scatteredCost(double rows, double pages, const PageCosts &costs)
{
    const double touched = std::min(2 * pages * rows / (2 * pages + rows), pages);
    return touched * (costs.anywhere - (costs.anywhere - costs.inOrder) * std::sqrt(touched / pages));
}

double countError(double events)
{
    return kEightyPercent / std::sqrt(std::max(events, 1.0));
}

PlanChange changeOf(const StatementTrial &trial)
{
    return {trial.costBefore,
            trial.costAfter,
            trial.warmBefore,
            trial.warmAfter,
            trial.plannedRows,
            trial.scatteredAfter,
            false};
}

Spread lookupMs(const PostgresFacts &facts, const Rules &rules)
{
    double least = 0;
    for (const StatementPlan &plan : facts.plans) {
        const StatementFacts *statement = facts.statement(plan.queryId);
        const bool isLookup = statement != nullptr && statement->shape.verb == StatementVerb::Select
            && plan.cost <= rules.number("db.estimate.lookup-cost")
            && static_cast<double>(statement->calls) >= rules.number("db.estimate.lookup-calls");
        if (isLookup && statement->meanMs > 0 && (least <= 0 || statement->meanMs < least))
            least = statement->meanMs;
    }
    const double expected =
        std::max(least > 0 ? least : rules.number("db.estimate.lookup-ms"), rules.number("db.estimate.floor-ms"));
    const double sd = least > 0 ? rules.number("db.estimate.lookup-log10-sd")
                                : rules.number("db.estimate.lookup-unseen-log10-sd");
    const double times = std::pow(10.0, kEightyPercent * sd);
    return {expected / times, expected, expected * times};
}

Spread timeAfter(const PostgresFacts &facts, const StatementFacts &statement, const PlanChange &change,
                 const Rules &rules, double extraSd)
{
    const double blocks = static_cast<double>(statement.sharedBlocksHit + statement.sharedBlocksRead);
    const bool isCached = blocks > 0
        && static_cast<double>(statement.sharedBlocksHit) >= blocks * rules.number("db.estimate.warm-hit-share");
    const bool isWarm = isCached && change.warmBefore > 0 && change.warmAfter > 0;
    const double before = isWarm ? change.warmBefore : change.before;
    const double factor = rowsFactor(statement, change.plannedRows);
    const double after = (isWarm ? change.warmAfter : change.after) * factor;
    const double most = isWarm ? std::max(after, change.scatteredAfter * factor) : after;
    const double median = isWarm ? rules.number("db.estimate.warm-log10-median")
                                 : rules.number("db.estimate.log10-median");
    const double sd =
        std::hypot(isWarm ? rules.number("db.estimate.warm-log10-sd") : rules.number("db.estimate.log10-sd"), extraSd);
    const Spread lookup = lookupMs(facts, rules);
    const double others = change.isHot ? rules.number("db.estimate.lookup-hot-times")
                                       : rules.number("db.estimate.lookup-times");
    const auto total = [&](double lookupPart, double cost, double sigmas) {
        const double ratio = before > 0 ? std::min(cost / before, 1.0) : 1;
        const double work = statement.meanMs * ratio * std::pow(10.0, sigmas * sd - median);
        return std::min(lookupPart + work, statement.meanMs);
    };
    return {total(lookup.low * others, after, -kEightyPercent),
            total(lookup.expected * others, std::sqrt(after * most), 0),
            total(lookup.high * others, most, kEightyPercent)};
}

double indexBytes(const TableFacts &table, const IndexCandidate &candidate)
{
    constexpr double kEntryBytes = 8 + 4; // tuple header and line pointer
    constexpr double kFill = 0.9;
    constexpr double kDuplicates = 50; // rows a key from which storing keys once pays
    constexpr double kDeduplicated = 3;
    const double rows = rowsOf(table) * candidate.rowShare;
    const double aligned = std::ceil(widthOf(table, candidate) / 8) * 8;
    const double bytes = rows * (aligned + kEntryBytes) / kFill;
    return keysOf(table, candidate) < rows / kDuplicates ? bytes / kDeduplicated : bytes;
}

double writeCostMsPerHour(const PostgresFacts &facts, const TableFacts &table, const IndexCandidate &candidate,
                          const Rules &rules)
{
    if (!(facts.window.seconds > 0))
        return 0;
    constexpr double kSecondsAnHour = 3600;
    constexpr double kMsPerUs = 1e-3;
    // An update that is not HOT writes an entry into every index; one of a key of this index stops being HOT.
    double written = static_cast<double>(table.inserted) + static_cast<double>(table.updated - table.hotUpdated);
    for (const StatementFacts &statement : facts.statements) {
        const auto isKey = [&](const std::string &column) {
            return std::ranges::find(candidate.keys, column, &CandidateKey::text) != candidate.keys.end();
        };
        const bool isOfTable = !statement.shape.tables.empty()
            && facts.tableOf(statement.shape.tables.front()) == &table;
        if (isOfTable && std::ranges::any_of(statement.shape.written, isKey))
            written += static_cast<double>(statement.rows);
    }
    const bool isWide = widthOf(table, candidate) > rules.number("db.missing-index.wide-bytes");
    const double entryUs = isWide ? rules.number("db.missing-index.wide-entry-us")
                                  : rules.number("db.missing-index.entry-us");
    return written * candidate.rowShare * entryUs * kMsPerUs / facts.window.seconds * kSecondsAnHour;
}

PlanChange roughCosts(const PostgresFacts &facts, const TableFacts &table, const IndexCandidate &candidate,
                      const Rules &rules)
{
    // PostgreSQL's own cost units: a page read in order is 1, a row looked at 0.01, an entry of an index 0.005.
    constexpr double kRowCost = 0.01;
    constexpr double kEntryCost = 0.005;
    const double rows = rowsOf(table);
    const double left = rowsLeft(facts, table, candidate);
    const double pages = static_cast<double>(std::max<std::int64_t>(table.pages, 1));
    const double descent = std::log2(rows + 1) * kEntryCost;
    const double looks = descent + left * (kRowCost + kEntryCost);
    const PageCosts warm = warmPageCosts(rules);
    PlanChange change;
    change.before = pages + rows * kRowCost;
    change.after = looks + scatteredCost(left, pages, {1, facts.settings.randomPageCost});
    change.warmBefore = pages * warm.inOrder + rows * kRowCost;
    change.warmAfter = looks + scatteredCost(left, pages, warm);
    change.plannedRows = left;
    return change;
}

} // namespace tailspan::advisor
