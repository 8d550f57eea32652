// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/candidate_builder.h"

#include "models/advisor/index_cover.h"
#include "models/advisor/index_text.h"

#include <algorithm>

namespace tailspan::advisor {

namespace {

constexpr std::string_view kPatternClass = "text_pattern_ops";

bool isNarrowPart(PredicateKind kind)
{
    return kind == PredicateKind::IsNull || kind == PredicateKind::IsNotNull || kind == PredicateKind::IsTrue
        || kind == PredicateKind::IsFalse;
}

/// What the share of a value of two is, from the shares of the most common values; half when nothing is known.
double shareOfFlag(const ColumnFacts &column)
{
    if (column.commonShares.empty())
        return 1;
    return column.commonShares.size() == 1 ? 1 : column.commonShares.back();
}

} // namespace

CandidateBuilder::CandidateBuilder(const PostgresFacts &facts, const StatementFacts &statement, std::size_t tableNumber,
                                   const TableFacts &table, const Rules &rules)
    : m_facts(facts), m_statement(statement), m_tableNumber(tableNumber), m_table(table), m_rules(rules),
      m_maxKeys(static_cast<std::size_t>(rules.number("db.missing-index.max-keys")))
{}

std::vector<IndexCandidate> CandidateBuilder::candidates()
{
    sortPredicates();
    equalities();
    ranges();
    sorted();
    parts();
    covering();
    return std::move(m_found);
}

bool CandidateBuilder::isUsable(const ShapeKey &key) const
{
    if (key.table != m_tableNumber)
        return false;
    return std::ranges::all_of(key.columns, [&](const std::string &name) {
        const ColumnFacts *column = m_table.column(name);
        return column != nullptr && (column->isIndexable || key.isExpression);
    });
}

void CandidateBuilder::sortPredicates()
{
    for (const ShapePredicate &predicate : m_statement.shape.predicates) {
        if (!isUsable(predicate.key))
            continue;
        if (predicate.kind == PredicateKind::Equal || predicate.kind == PredicateKind::AnyOf)
            addEqual(predicate.key, false);
        else if (isNarrowPart(predicate.kind))
            addPart(predicate);
        else
            addRange(predicate);
    }
    for (const ShapeJoin &join : m_statement.shape.joins) {
        for (const ShapeKey *key : {&join.left, &join.right}) {
            if (isUsable(*key))
                addEqual(*key, true);
        }
    }
    std::ranges::stable_sort(m_equal, std::ranges::greater{}, &Compared::distinct);
}

void CandidateBuilder::addEqual(const ShapeKey &key, bool isJoin)
{
    const auto isKnown = [&](const Compared &known) { return known.key.text == key.text; };
    if (std::ranges::any_of(m_equal, isKnown) || std::ranges::any_of(m_joins, isKnown))
        return;
    const ColumnFacts *column = m_table.column(key.columns.front());
    Compared compared{{key.text, key.isExpression, false, false, {}}, distinctValues(m_table, *column)};
    (isJoin ? m_joins : m_equal).push_back(std::move(compared));
}

void CandidateBuilder::addRange(const ShapePredicate &predicate)
{
    const ColumnFacts *column = m_table.column(predicate.key.columns.front());
    CandidateKey key{predicate.key.text, predicate.key.isExpression, false, false, {}};
    if (predicate.kind == PredicateKind::LikePrefix) {
        if (!column->isText)
            return;
        m_isPattern = true;
        if (!column->isSortedByLetters)
            key.operatorClass = kPatternClass;
    }
    const auto isKnown = [&](const Compared &known) { return known.key == key; };
    if (std::ranges::none_of(m_ranges, isKnown))
        m_ranges.push_back({key, distinctValues(m_table, *column)});
}

void CandidateBuilder::addPart(const ShapePredicate &predicate)
{
    const ColumnFacts *column = m_table.column(predicate.key.columns.front());
    if (predicate.key.isExpression || !column->hasStatistics)
        return;
    const std::string name = quotedIdentifier(column->name);
    if (predicate.kind == PredicateKind::IsNull)
        m_parts.emplace_back(name + " IS NULL", column->nullShare);
    else if (predicate.kind == PredicateKind::IsNotNull)
        m_parts.emplace_back(name + " IS NOT NULL", 1 - column->nullShare);
    else if (predicate.kind == PredicateKind::IsTrue) // which of the two is the rare one is not told: the plan decides
        m_parts.emplace_back(name, shareOfFlag(*column));
    else
        m_parts.emplace_back("NOT " + name, shareOfFlag(*column));
}

std::vector<CandidateKey> CandidateBuilder::equalKeys(std::size_t count) const
{
    std::vector<CandidateKey> keys;
    for (std::size_t i = 0; i < std::min(count, m_equal.size()); ++i)
        keys.push_back(m_equal[i].key);
    return keys;
}

void CandidateBuilder::add(CandidateReason reason, std::vector<CandidateKey> keys, std::size_t anyOrder)
{
    if (keys.empty() || keys.size() > m_maxKeys)
        return;
    IndexCandidate candidate;
    candidate.reason = reason;
    candidate.schema = m_table.schema;
    candidate.table = m_table.name;
    candidate.keys = std::move(keys);
    candidate.statements.push_back(m_statement.queryId);
    const bool hasPattern = std::ranges::any_of(candidate.keys, [&](const CandidateKey &key) {
        return m_isPattern && std::ranges::any_of(m_ranges, [&](const Compared &range) { return range.key == key; });
    });
    if (hasPattern)
        candidate.assumptions.emplace_back("The patterns of LIKE begin with letters, not with a wildcard.");
    if (coveringIndex(m_facts, candidate, anyOrder) == nullptr)
        m_found.push_back(std::move(candidate));
}

void CandidateBuilder::equalities()
{
    const auto reasonOf = [](const Compared &compared) {
        return compared.key.isExpression ? CandidateReason::Expression : CandidateReason::Equality;
    };
    for (std::size_t count = 1; count <= std::min(m_equal.size(), m_maxKeys); ++count)
        add(reasonOf(m_equal[count - 1]), equalKeys(count), count);
    for (std::size_t i = 1; i < m_equal.size(); ++i)
        add(reasonOf(m_equal[i]), {m_equal[i].key}, 1);
    for (const Compared &join : m_joins) {
        add(CandidateReason::Join, {join.key}, 1);
        std::vector<CandidateKey> keys = equalKeys(m_maxKeys - 1);
        keys.push_back(join.key);
        add(CandidateReason::Join, keys, keys.size());
    }
}

/// Behind all equalities, or the most selective one: a range or order in front would read rows of other values.
std::vector<std::size_t> CandidateBuilder::prefixCounts(std::size_t behind) const
{
    const std::size_t most = std::min(m_equal.size(), m_maxKeys - std::min(behind, m_maxKeys));
    return most <= 1 ? std::vector<std::size_t>{most} : std::vector<std::size_t>{most, 1};
}

void CandidateBuilder::ranges()
{
    for (const Compared &range : m_ranges) {
        const CandidateReason reason = range.key.operatorClass.empty() ? CandidateReason::Range
                                                                       : CandidateReason::Prefix;
        for (const std::size_t count : prefixCounts(1)) {
            std::vector<CandidateKey> keys = equalKeys(count);
            keys.push_back(range.key);
            add(count == 0 || reason == CandidateReason::Prefix ? reason : CandidateReason::Equality, keys, count);
        }
    }
}

void CandidateBuilder::sorted()
{
    const std::vector<ShapeOrder> &order = m_statement.shape.order;
    const auto isOurs = [&](const ShapeOrder &by) { return isUsable(by.key); };
    if (order.empty() || !m_statement.shape.hasLimit || !std::ranges::all_of(order, isOurs))
        return;
    for (const std::size_t count : prefixCounts(order.size())) {
        std::vector<CandidateKey> keys = equalKeys(count);
        for (const ShapeOrder &by : order) {
            const auto isKnown = [&](const CandidateKey &key) { return key.text == by.key.text; };
            if (std::ranges::none_of(keys, isKnown))
                keys.push_back({by.key.text, by.key.isExpression, by.isDescending, by.isNullsFirst, {}});
        }
        add(CandidateReason::Sort, std::move(keys), count);
    }
}

void CandidateBuilder::parts()
{
    const double mostShare = m_rules.number("db.missing-index.partial-share");
    const std::vector<IndexCandidate> whole = m_found;
    for (const auto &[condition, share] : m_parts) {
        if (!(share <= mostShare))
            continue;
        for (IndexCandidate candidate : whole) {
            candidate.reason = CandidateReason::Partial;
            candidate.predicate = condition;
            candidate.rowShare = share;
            if (coveringIndex(m_facts, candidate, candidate.keys.size()) == nullptr)
                m_found.push_back(std::move(candidate));
        }
    }
}

void CandidateBuilder::covering()
{
    const StatementShape &shape = m_statement.shape;
    if (std::ranges::find(shape.wholeRows, m_tableNumber) != shape.wholeRows.end() || m_found.empty())
        return;
    IndexCandidate candidate = m_found.front();
    for (const IndexCandidate &found : m_found) { // the one with the most keys of all rows
        if (found.predicate.empty() && found.keys.size() >= candidate.keys.size())
            candidate = found;
    }
    double width = 0;
    for (const ShapeKey &read : shape.columns) {
        const auto isKey = [&](const CandidateKey &key) { return key.text == read.text; };
        if (read.table != m_tableNumber || std::ranges::any_of(candidate.keys, isKey))
            continue;
        const ColumnFacts *column = m_table.column(read.text);
        if (column == nullptr || !column->hasStatistics)
            return;
        width += column->averageWidth;
        candidate.included.push_back(read.text);
    }
    const bool isNarrow = width <= m_rules.number("db.missing-index.include-bytes")
        && static_cast<double>(candidate.included.size()) <= m_rules.number("db.missing-index.include-columns");
    if (candidate.included.empty() || !isNarrow)
        return;
    candidate.reason = CandidateReason::Covering;
    m_found.push_back(std::move(candidate));
}

} // namespace tailspan::advisor
