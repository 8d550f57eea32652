// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/index_estimate.h"

#include "models/advisor/index_candidates.h"

#include <algorithm>
#include <cmath>

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

RoughCosts roughCosts(const PostgresFacts &facts, const TableFacts &table, const IndexCandidate &candidate)
{
    // PostgreSQL's own cost units: a page read in order is 1, a row looked at 0.01, an entry of an index 0.005.
    constexpr double kRowCost = 0.01;
    constexpr double kEntryCost = 0.005;
    constexpr double kRangeShare = 1.0 / 3; // as PostgreSQL assumes where it knows no bounds
    constexpr double kPatternShare = 0.005;
    double left = rowsOf(table);
    for (const CandidateKey &key : candidate.keys) {
        const ColumnFacts *column = table.column(key.text);
        const double distinct = column == nullptr ? 0 : distinctValues(table, *column);
        if (!key.operatorClass.empty() || key.isExpression)
            left *= kPatternShare;
        else if (candidate.reason == CandidateReason::Range)
            left *= kRangeShare;
        else
            left *= distinct > 0 ? (1 - column->nullShare) / distinct : 1;
    }
    left = std::max(left, 1.0);
    const double pages = static_cast<double>(std::max<std::int64_t>(table.pages, 1));
    const double descent = std::log2(rowsOf(table) + 1) * kEntryCost;
    const double reads = std::min(left, pages) * facts.settings.randomPageCost;
    return {pages + rowsOf(table) * kRowCost, descent + reads + left * (kRowCost + kEntryCost)};
}

} // namespace tailspan::advisor
