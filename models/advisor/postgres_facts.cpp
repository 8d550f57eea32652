// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/postgres_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace tailspan::advisor {

namespace {

/// The schemas of "\"$user\", public".
std::vector<std::string> schemasOf(std::string_view searchPath)
{
    std::vector<std::string> schemas;
    std::string name;
    bool isQuoted = false;
    for (const char c : searchPath) {
        if (c == '"')
            isQuoted = !isQuoted;
        else if (c == ',' && !isQuoted)
            schemas.push_back(std::exchange(name, {}));
        else if (c != ' ' || isQuoted)
            name += c;
    }
    schemas.push_back(std::move(name));
    return schemas;
}

/// Finds the table of an unqualified column: the only one of its scope that has all its columns.
std::size_t tableHaving(const std::vector<const TableFacts *> &tables, const StatementShape &shape, const ShapeKey &key)
{
    std::size_t found = kUnboundTable;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (tables[i] == nullptr || shape.tables[i].scope != key.scope)
            continue;
        const auto isThere = [&](const std::string &name) { return tables[i]->column(name) != nullptr; };
        if (!std::ranges::all_of(key.columns, isThere))
            continue;
        if (found != kUnboundTable)
            return kUnboundTable;
        found = i;
    }
    return found;
}

class Binder {
public:
    Binder(const PostgresFacts &facts, StatementShape &shape) : m_shape(shape)
    {
        for (const ShapeTable &table : shape.tables)
            m_tables.push_back(facts.tableOf(table));
    }

    /// False when the key belongs to no table that is known.
    bool bind(ShapeKey &key) const
    {
        if (key.table == kUnboundTable)
            key.table = tableHaving(m_tables, m_shape, key);
        if (key.table >= m_tables.size() || m_tables[key.table] == nullptr)
            return false;
        const auto isThere = [&](const std::string &name) { return m_tables[key.table]->column(name) != nullptr; };
        return std::ranges::all_of(key.columns, isThere);
    }

private:
    StatementShape &m_shape;
    std::vector<const TableFacts *> m_tables;
};

} // namespace

const ColumnFacts *TableFacts::column(std::string_view columnName) const
{
    const auto found = std::ranges::find(columns, columnName, &ColumnFacts::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string TableFacts::title() const
{
    return schema == "public" ? name : schema + "." + name;
}

const TableFacts *PostgresFacts::table(std::string_view schema, std::string_view name) const
{
    const auto isIt = [&](const TableFacts &table) { return table.name == name && table.schema == schema; };
    const auto found = std::ranges::find_if(tables, isIt);
    return found == tables.end() ? nullptr : &*found;
}

const TableFacts *PostgresFacts::tableOf(const ShapeTable &named) const
{
    if (!named.schema.empty())
        return table(named.schema, named.name);
    for (const std::string &schema : schemasOf(settings.searchPath)) {
        if (const TableFacts *found = table(schema, named.name))
            return found;
    }
    const auto isNamed = [&](const TableFacts &table) { return table.name == named.name; };
    const auto first = std::ranges::find_if(tables, isNamed);
    return std::ranges::count_if(tables, isNamed) == 1 ? &*first : nullptr;
}

std::vector<const IndexFacts *> PostgresFacts::indexesOf(const TableFacts &of) const
{
    std::vector<const IndexFacts *> found;
    for (const IndexFacts &index : indexes) {
        if (index.table == of.name && index.schema == of.schema)
            found.push_back(&index);
    }
    return found;
}

const StatementFacts *PostgresFacts::statement(std::string_view queryId) const
{
    const auto found = std::ranges::find(statements, queryId, &StatementFacts::queryId);
    return found == statements.end() ? nullptr : &*found;
}

const StatementPlan *PostgresFacts::plan(std::string_view queryId) const
{
    const auto found = std::ranges::find(plans, queryId, &StatementPlan::queryId);
    return found == plans.end() ? nullptr : &*found;
}

double PostgresFacts::callsPerHour(const StatementFacts &of) const
{
    constexpr double kSecondsAnHour = 3600;
    return window.seconds > 0 ? static_cast<double>(of.calls) / window.seconds * kSecondsAnHour
                              : std::numeric_limits<double>::quiet_NaN();
}

void bindShape(const PostgresFacts &facts, StatementShape &shape)
{
    const Binder binder(facts, shape);
    std::erase_if(shape.predicates, [&](ShapePredicate &predicate) { return !binder.bind(predicate.key); });
    std::erase_if(shape.joins, [&](ShapeJoin &join) { return !binder.bind(join.left) || !binder.bind(join.right); });
    std::erase_if(shape.columns, [&](ShapeKey &key) { return !binder.bind(key); });
    for (ShapeOrder &order : shape.order) {
        if (!binder.bind(order.key)) {
            shape.order.clear();
            break;
        }
    }
}

} // namespace tailspan::advisor
