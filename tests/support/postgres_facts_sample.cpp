// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgres_facts_sample.h"

#include "app/sql/shape_reader.h"

namespace tailspan::test {

using namespace advisor;

PostgresFactsSample::PostgresFactsSample()
{
    facts.database = "app";
    facts.role = "guest";
    facts.atNs = 1'800'000'000'000'000'000;
    facts.settings.searchPath = "\"$user\", public";
    facts.settings.maxConnections = 100;
    facts.abilities.isStatisticsReader = true;
    facts.window.seconds = 3600;
    facts.statisticsSinceNs = facts.atNs;
}

PostgresFactsSample &PostgresFactsSample::table(const std::string &name, double rows)
{
    TableFacts table;
    table.oid = static_cast<std::int64_t>(facts.tables.size()) + 1;
    table.schema = "public";
    table.name = name;
    table.rows = rows;
    table.liveRows = static_cast<std::int64_t>(rows);
    table.pages = static_cast<std::int64_t>(rows / 80);
    table.mayRead = true;
    table.lastAnalyzeNs = facts.atNs;
    facts.tables.push_back(std::move(table));
    return column("id", -1);
}

PostgresFactsSample &PostgresFactsSample::column(const std::string &name, double distinct, const std::string &type)
{
    ColumnFacts column;
    column.name = name;
    column.type = type;
    column.isText = type == "text";
    column.isSortedByLetters = !column.isText;
    column.hasStatistics = true;
    column.distinct = distinct;
    column.averageWidth = column.isText ? 20 : 4;
    facts.tables.back().columns.push_back(std::move(column));
    return *this;
}

PostgresFactsSample &PostgresFactsSample::index(const std::string &name, const std::string &keys,
                                                const std::string &predicate)
{
    IndexFacts index;
    index.oid = static_cast<std::int64_t>(facts.indexes.size()) + 100;
    index.schema = "public";
    index.table = facts.tables.back().name;
    index.name = name;
    index.method = "btree";
    index.predicate = predicate;
    index.bytes = 1 << 20;
    index.definition = "CREATE INDEX " + name + " ON public." + index.table + " USING btree (" + keys + ")";
    std::string rest = keys;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(", "), rest.size());
        std::string key = rest.substr(0, end);
        rest.erase(0, end + 2);
        IndexPart part;
        part.isDescending = part.isNullsFirst = key.ends_with(" desc");
        part.text = part.isDescending ? key.substr(0, key.size() - 5) : key;
        part.isExpression = part.text.find('(') != std::string::npos;
        part.operatorClass = "int4_ops";
        index.keys.push_back(std::move(part));
    }
    facts.indexes.push_back(std::move(index));
    return *this;
}

PostgresFactsSample &PostgresFactsSample::statement(const std::string &text, std::int64_t calls, double meanMs,
                                                    std::int64_t rows)
{
    StatementFacts statement;
    statement.queryId = std::to_string(facts.statements.size() + 1);
    statement.text = text;
    statement.calls = calls;
    statement.meanMs = meanMs;
    statement.totalMs = meanMs * static_cast<double>(calls);
    statement.rows = rows;
    statement.shape = sql::readShape(text);
    bindShape(facts, statement.shape);
    facts.totalMs += statement.totalMs;
    facts.statements.push_back(std::move(statement));
    return *this;
}

} // namespace tailspan::test
