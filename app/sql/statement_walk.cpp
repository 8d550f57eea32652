// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sql/statement_walk.h"

#include <algorithm>
#include <array>

namespace tailspan::sql {

using advisor::PredicateKind;
using advisor::ShapeKey;
using advisor::StatementShape;
using advisor::StatementVerb;

namespace {

constexpr std::array<std::string_view, 7> kAggregates = {"count", "sum",       "avg",       "min",
                                                         "max",   "array_agg", "string_agg"};

/// Writing statements and locks below a SELECT.
constexpr std::array<std::string_view, 5> kWriting = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt",
                                                      "CreateTableAsStmt"};

bool isIn(std::string_view name, const auto &names)
{
    return std::ranges::find(names, name) != names.end();
}

/// The parameter that a sum or difference of parameters begins with, the others into `offsets`; 0 for anything else.
std::uint32_t firstOfSum(const Node &value, std::vector<std::uint32_t> &offsets)
{
    if (const std::uint32_t number = parameterOf(value); number > 0)
        return number;
    const auto [type, sum] = typed(value);
    if (type != "A_Expr" || textOf(*sum, "kind") != "AEXPR_OP")
        return 0;
    const std::vector<std::string> sign = namesOf(member(*sum, "name"));
    const std::uint32_t offset = parameterOf(member(*sum, "rexpr"));
    if (sign.empty() || (sign.back() != "+" && sign.back() != "-") || offset == 0)
        return 0;
    offsets.push_back(offset);
    return firstOfSum(member(*sum, "lexpr"), offsets);
}

/// Those of a list, or the one; empty when a part is no parameter.
std::vector<std::uint32_t> parametersOf(const Node &value, std::vector<std::uint32_t> &offsets)
{
    const auto [type, list] = typed(value);
    std::vector<std::uint32_t> numbers;
    if (type == "List") {
        for (const Node &item : member(*list, "items"))
            numbers.push_back(firstOfSum(item, offsets));
    } else {
        numbers.push_back(firstOfSum(value, offsets));
    }
    if (std::ranges::find(numbers, 0U) != numbers.end()) {
        numbers.clear();
        offsets.clear();
    }
    return numbers;
}

bool isTrue(const Node &node)
{
    return node.is_boolean() && node.get<bool>();
}

} // namespace

StatementShape StatementWalk::read(const Node &statement)
{
    const auto [type, node] = typed(statement);
    m_shape.isReadOnly = true;
    if (type == "SelectStmt") {
        m_shape.verb = StatementVerb::Select;
        select(*node, true);
    } else if (type == "UpdateStmt") {
        change(*node, StatementVerb::Update);
    } else if (type == "DeleteStmt") {
        change(*node, StatementVerb::Delete);
    } else if (type == "InsertStmt") {
        change(*node, StatementVerb::Insert);
    } else {
        refuse("It is no SELECT.");
    }
    return std::move(m_shape);
}

void StatementWalk::refuse(const std::string &why)
{
    if (m_shape.isReadOnly)
        m_shape.whyNotReadOnly = why;
    m_shape.isReadOnly = false;
}

void StatementWalk::select(const Node &select, bool isOutermost)
{
    if (!member(select, "withClause").is_null()) {
        for (const Node &item : member(member(select, "withClause"), "ctes"))
            m_withNames.insert(textOf(*typed(item).node, "ctename"));
        visit(member(select, "withClause"));
    }
    for (const char *arm : {"larg", "rarg"}) { // of UNION and its like
        if (!member(select, arm).is_null())
            this->select(member(select, arm), false);
    }
    m_scopes.emplace_back().number = m_scopeCount++;
    const Node &fromClause = member(select, "fromClause");
    for (const Node &item : fromClause)
        from(item);
    conditions(member(select, "whereClause"));
    const bool isGrouped = !member(select, "groupClause").is_null() || !member(select, "distinctClause").is_null();
    m_shape.isAggregated = m_shape.isAggregated || isGrouped;
    if (isOutermost) {
        m_shape.hasLimit = !member(select, "limitCount").is_null();
        m_shape.limitParameter = parameterOf(member(select, "limitCount"));
        m_shape.hasOffset = !member(select, "limitOffset").is_null();
        if (!isGrouped && member(select, "larg").is_null())
            sort(member(select, "sortClause"));
    }
    if (!member(select, "intoClause").is_null())
        refuse("It writes into a table.");
    if (!member(select, "lockingClause").is_null())
        refuse("It locks rows (FOR UPDATE or FOR SHARE).");
    for (const auto &[name, part] : select.items()) {
        if (name != "withClause" && name != "larg" && name != "rarg")
            visit(part);
    }
    m_scopes.pop_back();
}

void StatementWalk::change(const Node &statement, StatementVerb verb)
{
    m_shape.verb = verb;
    refuse("It writes.");
    m_scopes.emplace_back().number = m_scopeCount++;
    range(member(statement, "relation"));
    for (const char *clause : {"fromClause", "usingClause"}) {
        for (const Node &item : member(statement, clause))
            from(item);
    }
    if (verb == StatementVerb::Update) {
        for (const Node &item : member(statement, "targetList"))
            m_shape.written.push_back(textOf(*typed(item).node, "name"));
    }
    conditions(member(statement, "whereClause"));
    for (const auto &[name, part] : statement.items())
        visit(part);
    m_scopes.pop_back();
}

void StatementWalk::from(const Node &node)
{
    const auto [type, inner] = typed(node);
    if (type == "RangeVar")
        range(*inner);
    else if (type == "JoinExpr")
        join(*inner);
    else
        m_scopes.back().hasOther = true; // walked by visit()
}

void StatementWalk::join(const Node &join)
{
    from(member(join, "larg"));
    from(member(join, "rarg"));
    // The condition of an outer join limits the inner side only, and an index on that side is what it can use.
    conditions(member(join, "quals"));
    const Scope &scope = m_scopes.back();
    const Node &shared = member(join, "usingClause");
    if (!shared.is_array() || scope.tables.size() < 2)
        return;
    for (const std::string &name : namesOf(shared)) {
        const auto key = [&](std::size_t table) { return ShapeKey{table, scope.number, name, {name}, false}; };
        m_shape.joins.push_back({key(scope.tables[scope.tables.size() - 2]), key(scope.tables.back())});
    }
}

void StatementWalk::range(const Node &table)
{
    Scope &scope = m_scopes.back();
    const std::string name = textOf(table, "relname");
    const std::string schema = textOf(table, "schemaname");
    if (name.empty() || (schema.empty() && m_withNames.contains(name))) {
        scope.hasOther = true;
        return;
    }
    std::string alias = textOf(member(table, "alias"), "aliasname");
    if (alias.empty())
        alias = name;
    scope.aliases.emplace(alias, m_shape.tables.size());
    scope.tables.push_back(m_shape.tables.size());
    m_shape.tables.push_back({schema, name, alias, scope.number});
}

void StatementWalk::conditions(const Node &node)
{
    const auto [type, inner] = typed(node);
    if (type == "BoolExpr" && textOf(*inner, "boolop") == "AND_EXPR") {
        for (const Node &part : member(*inner, "args"))
            conditions(part);
    } else if (type == "BoolExpr" && textOf(*inner, "boolop") == "NOT_EXPR") {
        const Node &negated = member(*inner, "args");
        if (const auto key = negated.empty() ? std::nullopt : keyOf(negated.front()); key && !key->isExpression)
            conditionOf(*key, PredicateKind::IsFalse, {});
    } else if (type == "A_Expr") {
        comparison(*inner);
    } else if (type == "NullTest") {
        nullTest(*inner);
    } else if (type == "ColumnRef") {
        if (const auto key = keyOf(node))
            conditionOf(*key, PredicateKind::IsTrue, {});
    }
}

void StatementWalk::comparison(const Node &expression)
{
    const std::string kind = textOf(expression, "kind");
    const std::vector<std::string> names = namesOf(member(expression, "name"));
    const std::string sign = names.empty() ? std::string() : names.back();
    const Node *left = &member(expression, "lexpr");
    const Node *right = &member(expression, "rexpr");
    auto key = keyOf(*left);
    const auto other = keyOf(*right);
    if (kind == "AEXPR_OP" && sign == "=" && key && other && !key->isExpression && !other->isExpression) {
        advisor::ShapeJoin found;
        if (place(*key, found.left) && place(*other, found.right))
            m_shape.joins.push_back(found);
        return;
    }
    const bool isTurned = !key && other;
    if (isTurned) {
        key = other;
        std::swap(left, right);
    }
    if (!key || !isValue(*right))
        return;
    static constexpr std::array<std::string_view, 4> kRange = {"<", "<=", ">", ">="};
    if (kind == "AEXPR_OP" && sign == "=")
        conditionOf(*key, PredicateKind::Equal, *right);
    else if ((kind == "AEXPR_IN" && sign == "=") || (kind == "AEXPR_OP_ANY" && sign == "="))
        conditionOf(*key, PredicateKind::AnyOf, *right);
    else if ((kind == "AEXPR_OP" && isIn(sign, kRange)) || kind == "AEXPR_BETWEEN")
        rangeOf(*key, *right, isTurned != sign.starts_with('<'));
    else if (kind == "AEXPR_LIKE" && sign == "~~")
        conditionOf(*key, PredicateKind::LikePrefix, *right);
}

void StatementWalk::rangeOf(const KeyExpression &key, const Node &value, bool isUpperBound)
{
    const std::size_t before = m_shape.predicates.size();
    conditionOf(key, PredicateKind::Range, value);
    if (m_shape.predicates.size() > before)
        m_shape.predicates.back().isUpperBound = isUpperBound;
}

void StatementWalk::conditionOf(const KeyExpression &key, PredicateKind kind, const Node &value)
{
    advisor::ShapePredicate predicate;
    predicate.kind = kind;
    predicate.parameters = parametersOf(value, predicate.offsets);
    if (place(key, predicate.key))
        m_shape.predicates.push_back(std::move(predicate));
}

void StatementWalk::nullTest(const Node &test)
{
    if (const auto key = keyOf(member(test, "arg")); key && !key->isExpression)
        conditionOf(*key, textOf(test, "nulltesttype") == "IS_NULL" ? PredicateKind::IsNull : PredicateKind::IsNotNull,
                    {});
}

bool StatementWalk::place(const KeyExpression &key, ShapeKey &placed) const
{
    placed.text = key.text;
    placed.isExpression = key.isExpression;
    for (const ColumnName &column : key.columns)
        placed.columns.push_back(column.name);
    const std::string &qualifier = key.columns.front().qualifier;
    placed.scope = m_scopes.back().number;
    if (qualifier.empty()) {
        const Scope &scope = m_scopes.back();
        if (scope.tables.size() == 1 && !scope.hasOther && m_scopes.size() == 1)
            placed.table = scope.tables.front();
        return !scope.tables.empty();
    }
    for (auto scope = m_scopes.rbegin(); scope != m_scopes.rend(); ++scope) {
        if (const auto found = scope->aliases.find(qualifier); found != scope->aliases.end()) {
            placed.table = found->second;
            placed.scope = scope->number;
            return true;
        }
    }
    return false;
}

void StatementWalk::sort(const Node &clause)
{
    for (const Node &item : clause) {
        const Node &by = *typed(item).node;
        const auto key = keyOf(member(by, "node"));
        advisor::ShapeOrder order;
        if (!key || !place(*key, order.key)) {
            m_shape.order.clear(); // an index has all of it or none
            return;
        }
        order.isDescending = textOf(by, "sortby_dir") == "SORTBY_DESC";
        const std::string nulls = textOf(by, "sortby_nulls");
        order.isNullsFirst = nulls == "SORTBY_NULLS_FIRST" || (nulls != "SORTBY_NULLS_LAST" && order.isDescending);
        m_shape.order.push_back(std::move(order));
    }
}

void StatementWalk::readColumn(const ColumnName &column)
{
    if (m_scopes.empty())
        return;
    if (column.name == "*") {
        for (const std::size_t table : m_scopes.back().tables) {
            if (column.qualifier.empty() || m_shape.tables[table].alias == column.qualifier)
                m_shape.wholeRows.push_back(table);
        }
        return;
    }
    ShapeKey key;
    if (!place({{column}, column.name, false}, key))
        return;
    const auto isSame = [&](const ShapeKey &known) {
        return known.table == key.table && known.scope == key.scope && known.text == key.text;
    };
    if (std::ranges::none_of(m_shape.columns, isSame))
        m_shape.columns.push_back(std::move(key));
}

void StatementWalk::visit(const Node &node)
{
    if (node.is_array()) {
        for (const Node &item : node)
            visit(item);
    } else if (node.is_object()) {
        for (const auto &[name, value] : node.items())
            visitNamed(name, value);
    }
}

void StatementWalk::visitNamed(const std::string &type, const Node &node)
{
    if (type == "SelectStmt") {
        select(node, false);
        return;
    }
    if (type == "ColumnRef") {
        if (const auto column = columnOfReference(node))
            readColumn(*column);
        return;
    }
    if (isIn(type, kWriting))
        refuse("A part of it writes.");
    if (type == "ParamRef")
        m_shape.parameters = std::max(m_shape.parameters, numberOf(node));
    if (type == "FuncCall") {
        const std::vector<std::string> names = namesOf(member(node, "funcname"));
        const std::string name = names.empty() ? std::string() : names.back();
        m_shape.functions.push_back({names.size() > 1 ? names.front() : std::string(), name});
        const bool isWindow = !member(node, "over").is_null();
        m_shape.isAggregated = m_shape.isAggregated || isWindow || isIn(name, kAggregates)
            || isTrue(member(node, "agg_star"));
    }
    visit(node);
}

} // namespace tailspan::sql
