// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/constant_sets.h"

#include "app/verify/prefix_pattern.h"
#include "app/verify/row_reader.h"
#include "models/advisor/index_candidates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace tailspan::verify {

namespace {

using advisor::PostgresFacts;
using advisor::PredicateKind;
using advisor::ShapePredicate;
using advisor::StatementFacts;
using advisor::TableFacts;

constexpr std::size_t kSets = 5;
/// Where in the sorted values the sets take theirs; the first and last sets take common and rare ones.
constexpr std::array<double, kSets> kPlaces = {0.5, 0.75, 0.6, 0.95, 0.99};
/// Where nothing is known of a range: between its bounds, and from its bound to the end, as a share of the values.
constexpr double kUnknownWidth = 0.05;
/// Of what a range is seen to select: the sets try narrower and wider ones.
constexpr std::array<double, kSets> kWidths = {1, 0.5, 2, 0.75, 1.5};

/// Values of one column.
struct ColumnValues {
    std::vector<std::string> common; ///< Most common first.
    std::vector<double> shares;
    std::vector<std::string> bounds; ///< Of the histogram, sorted.

    [[nodiscard]] bool isEmpty() const { return common.empty() && bounds.empty(); }
    [[nodiscard]] std::string at(double place) const
    {
        const std::vector<std::string> &from = bounds.empty() ? common : bounds;
        const double last = static_cast<double>(from.size() - 1);
        return from[static_cast<std::size_t>(std::lround(std::clamp(place, 0.0, 1.0) * last))];
    }
    /// Of the set: the most common, a middle one, …, the rarest.
    [[nodiscard]] std::string equalFor(std::size_t set) const
    {
        if (set == 0 && !common.empty())
            return common.front();
        if (set == kSets - 1 || bounds.empty())
            return bounds.empty() ? common[set * (common.size() - 1) / (kSets - 1)] : at(1.0 / 3);
        return at(kPlaces[set]);
    }
};

using ValuesByColumn = std::map<std::string, ColumnValues>; ///< By "schema.table.column".

std::string columnKey(const TableFacts &table, const std::string &column)
{
    return table.schema + "." + table.name + "." + column;
}

const TableFacts *tableOf(const PostgresFacts &facts, const StatementFacts &statement, const ShapePredicate &predicate)
{
    return predicate.key.table < statement.shape.tables.size()
        ? facts.tableOf(statement.shape.tables[predicate.key.table])
        : nullptr;
}

Result<> readValues(GuestSession &session, const TableFacts &table, const std::vector<std::string> &columns,
                    ValuesByColumn &values)
{
    sources::SqlTemplate sql;
    sql.set("schema", table.schema);
    sql.set("table", table.name);
    sql.set("columns", sources::arrayText(columns));
    return session.ask(sql.statement("advisor_constants"), [&](const net::PostgresRow &row) -> Result<> {
        constexpr char kItem = '\x1f';
        RowReader reader(row);
        ColumnValues &of = values[columnKey(table, reader.text())];
        of.common = reader.list(kItem);
        of.bounds = reader.list(kItem);
        for (const std::string &share : reader.list(',')) {
            double number = 0;
            std::from_chars(share.data(), share.data() + share.size(), number);
            of.shares.push_back(number);
        }
        of.shares.resize(of.common.size());
        return {};
    });
}

/// The share of a table's rows that a range selects, from the rows that come back a call; nothing when these are
/// counted, limited or joined.
std::optional<double> observedShare(const PostgresFacts &facts, const StatementFacts &statement)
{
    const advisor::StatementShape &shape = statement.shape;
    if (shape.isAggregated || shape.hasLimit || shape.tables.size() != 1 || statement.calls <= 0
        || !statement.areRowsCounted)
        return std::nullopt;
    const TableFacts *table = facts.tableOf(shape.tables.front());
    if (table == nullptr || !(table->rows > 0))
        return std::nullopt;
    double left = table->rows;
    for (const ShapePredicate &predicate : shape.predicates) {
        const advisor::ColumnFacts *column = table->column(predicate.key.columns.front());
        const double distinct = column == nullptr ? 0 : advisor::distinctValues(*table, *column);
        if (predicate.kind == PredicateKind::Equal && distinct > 0)
            left /= distinct;
    }
    const double perCall = static_cast<double>(statement.rows) / static_cast<double>(statement.calls);
    return std::clamp(perCall / std::max(left, 1.0), 0.0, 1.0);
}

/// Where among the sorted values the bound of a range stands, in one set.
double boundPlace(std::size_t set, bool isUpper, bool hasBoth, std::optional<double> share)
{
    const double width = share ? std::min(*share * kWidths[set], 1.0) : hasBoth ? kUnknownWidth : 1 - kPlaces[set];
    if (!hasBoth)
        return isUpper ? width : 1 - width;
    const double lower = kPlaces[set] * (1 - width);
    return isUpper ? lower + width : lower;
}

struct RangeSeen {
    bool hasBoth = false;
    std::optional<double> share;
};

/// False when the parameter has a value already, as $1 in "BETWEEN $1 AND $1 + $2": no one value is right for both.
bool give(std::vector<std::optional<std::string>> &parameters, std::uint32_t number, std::string value)
{
    if (number - 1 >= parameters.size())
        return true;
    std::optional<std::string> &parameter = parameters[number - 1];
    const bool isFree = !parameter;
    parameter = std::move(value);
    return isFree;
}

/// The parameter that an offset is added to is the whole value.
bool giveNoOffset(std::vector<std::optional<std::string>> &parameters, std::uint32_t number)
{
    constexpr const char *kNone = "0";
    const bool isGiven = number - 1 < parameters.size() && parameters[number - 1] == kNone;
    return isGiven || give(parameters, number, kNone);
}

/// Sets what one predicate compares with, in one set. False when something else is compared with the same parameter.
bool place(const ShapePredicate &predicate, const ColumnValues &values, std::size_t set, const RangeSeen &range,
           std::vector<std::optional<std::string>> &parameters)
{
    bool isFree = true;
    const bool isBetween = predicate.parameters.size() > 1;
    for (std::size_t i = 0; i < predicate.parameters.size(); ++i) {
        std::string value;
        if (predicate.kind == PredicateKind::Range)
            value = values.at(
                boundPlace(set, isBetween ? i > 0 : predicate.isUpperBound, isBetween || range.hasBoth, range.share));
        else if (predicate.kind == PredicateKind::LikePrefix)
            value = prefixPattern(values.equalFor(set), values.bounds, range.share);
        else
            value = values.equalFor((set + i) % kSets);
        const bool isArray = predicate.kind == PredicateKind::AnyOf && predicate.parameters.size() == 1;
        isFree &= give(parameters, predicate.parameters[i], isArray ? sources::arrayText({value}) : value);
    }
    for (const std::uint32_t offset : predicate.offsets)
        isFree &= giveNoOffset(parameters, offset);
    return isFree;
}

bool hasBothBounds(const StatementFacts &statement, const ShapePredicate &predicate)
{
    return std::ranges::any_of(statement.shape.predicates, [&](const ShapePredicate &other) {
        return other.kind == PredicateKind::Range && other.isUpperBound != predicate.isUpperBound
            && other.key.text == predicate.key.text && other.key.table == predicate.key.table;
    });
}

/// LIMIT $n: what comes back a call. False when something is compared with it too.
bool placeLimit(const StatementFacts &statement, std::vector<std::optional<std::string>> &parameters)
{
    const std::uint32_t limit = statement.shape.limitParameter;
    const std::int64_t perCall = statement.rows / std::max<std::int64_t>(statement.calls, 1);
    return limit == 0 || give(parameters, limit, std::to_string(std::max<std::int64_t>(perCall, 1)));
}

/// The sets whose parameters all have values.
std::vector<ConstantSet> setsOf(const PostgresFacts &facts, const StatementFacts &statement,
                                const ValuesByColumn &values)
{
    const std::optional<double> share = observedShare(facts, statement);
    std::vector<ConstantSet> sets;
    for (std::size_t set = 0; set < kSets; ++set) {
        ConstantSet made;
        made.values.resize(statement.shape.parameters);
        made.isRare = set == kSets - 1;
        bool isFree = true; // each parameter stands in one place
        for (const ShapePredicate &predicate : statement.shape.predicates) {
            const TableFacts *table = tableOf(facts, statement, predicate);
            const auto found = table == nullptr ? values.end()
                                                : values.find(columnKey(*table, predicate.key.columns.front()));
            if (found != values.end() && !found->second.isEmpty())
                isFree &=
                    place(predicate, found->second, set, {hasBothBounds(statement, predicate), share}, made.values);
        }
        isFree &= placeLimit(statement, made.values);
        const auto isSet = [](const std::optional<std::string> &value) { return value.has_value(); };
        const auto isSame = [&](const ConstantSet &other) { return other.values == made.values; };
        if (isFree && std::ranges::all_of(made.values, isSet) && std::ranges::none_of(sets, isSame))
            sets.push_back(std::move(made));
    }
    return sets;
}

/// Whether so few rows can be what the statement asks for: it returns no more of them a call.
bool fitsRows(const StatementFacts &statement, const TableFacts &table, double share)
{
    constexpr double kTolerance = 5;
    if (statement.shape.isAggregated || statement.shape.hasLimit || statement.shape.tables.size() != 1
        || !statement.areRowsCounted)
        return true;
    const double perCall = static_cast<double>(statement.rows)
        / static_cast<double>(std::max<std::int64_t>(statement.calls, 1));
    return perCall <= share * table.rows * kTolerance;
}

/// Values that few rows have, far fewer than if all were alike, the rarest first.
std::vector<RareValue> rareValues(const PostgresFacts &facts, const StatementFacts &statement,
                                  const ValuesByColumn &values, const advisor::Rules &rules)
{
    std::vector<RareValue> rare;
    for (std::size_t i = 0; i < statement.shape.predicates.size(); ++i) {
        const ShapePredicate &predicate = statement.shape.predicates[i];
        const TableFacts *table = tableOf(facts, statement, predicate);
        if (predicate.kind != PredicateKind::Equal || predicate.key.isExpression || predicate.parameters.empty()
            || table == nullptr)
            continue;
        const auto found = values.find(columnKey(*table, predicate.key.text));
        if (found == values.end() || !found->second.bounds.empty()
            || static_cast<double>(found->second.common.size()) > rules.number("db.missing-index.partial-values"))
            continue;
        for (std::size_t k = 0; k < found->second.common.size(); ++k) {
            const double share = found->second.shares[k];
            const double alike = share * static_cast<double>(found->second.common.size());
            if (share > 0 && share <= rules.number("db.missing-index.partial-share")
                && alike <= rules.number("db.missing-index.partial-skew") && fitsRows(statement, *table, share))
                rare.push_back({i, found->second.common[k], share});
        }
    }
    std::ranges::stable_sort(rare, {}, &RareValue::share);
    return rare;
}

} // namespace

Result<Constants> constantsFor(GuestSession &session, const PostgresFacts &facts, const StatementFacts &statement,
                               const advisor::Rules &rules)
{
    std::map<const TableFacts *, std::vector<std::string>> wanted;
    for (const ShapePredicate &predicate : statement.shape.predicates) {
        if (const TableFacts *table = tableOf(facts, statement, predicate))
            wanted[table].push_back(predicate.key.columns.front());
    }
    ValuesByColumn values;
    for (const auto &[table, columns] : wanted)
        TS_CHECK(readValues(session, *table, columns, values));
    Constants constants;
    if (statement.shape.parameters > 0 && statement.shape.verb == advisor::StatementVerb::Select)
        constants.sets = setsOf(facts, statement, values);
    constants.rare = rareValues(facts, statement, values, rules);
    return constants;
}

} // namespace tailspan::verify
