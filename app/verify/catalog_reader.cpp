// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/catalog_reader.h"

#include "app/verify/row_reader.h"
#include "models/advisor/index_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <unordered_map>

namespace tailspan::verify {

namespace {

using advisor::IndexFacts;
using advisor::PostgresFacts;
using advisor::TableFacts;

constexpr char kItem = '\x1f';
constexpr char kPart = '\x1e';

/// One row of `advisor_server`.
void takeServer(const net::PostgresRow &row, const GuestSession &session, PostgresFacts &facts)
{
    RowReader reader(row);
    facts.database = reader.text();
    facts.role = reader.text();
    facts.abilities.isStandby = reader.flag();
    facts.abilities.isBehindPooler = reader.integer() != session.backendPid();
    facts.atNs = reader.epochNs().value_or(0);
    facts.abilities.isStatisticsReader = reader.flag();
    facts.settings.maxConnections = reader.integer();
    facts.settings.reservedConnections = reader.integer();
    facts.settings.statementsMax = reader.integer();
    facts.settings.blockBytes = reader.integer();
    facts.settings.hasIoTiming = reader.flag();
    facts.settings.hasAutovacuum = reader.flag();
    facts.settings.randomPageCost = reader.number();
    facts.settings.searchPath = reader.text();
    facts.statisticsSinceNs = reader.epochNs();
}

TableFacts tableOf(const net::PostgresRow &row, std::int64_t blockBytes)
{
    RowReader reader(row);
    TableFacts table;
    table.oid = reader.integer();
    table.schema = reader.text();
    table.name = reader.text();
    table.rows = reader.number();
    table.pages = reader.integer();
    table.bytes = table.pages * blockBytes;
    table.isPartitioned = reader.flag();
    table.mayRead = reader.flag();
    table.liveRows = reader.integer();
    table.deadRows = reader.integer();
    table.changedSinceAnalyze = reader.integer();
    table.lastAnalyzeNs = reader.epochNs();
    table.sequentialScans = reader.integer();
    table.sequentialRows = reader.integer();
    table.indexScans = reader.integer();
    table.inserted = reader.integer();
    table.updated = reader.integer();
    table.deleted = reader.integer();
    table.hotUpdated = reader.integer();
    table.isBuildingIndex = reader.flag();
    return table;
}

advisor::ColumnFacts columnOf(RowReader &reader)
{
    advisor::ColumnFacts column;
    column.name = reader.text();
    column.type = reader.text();
    column.isText = reader.flag();
    column.isSortedByLetters = reader.flag();
    column.isIndexable = reader.flag();
    column.hasStatistics = reader.flag();
    column.distinct = reader.number();
    column.nullShare = reader.number();
    column.averageWidth = static_cast<double>(reader.integer());
    column.correlation = reader.number();
    for (const std::string &share : reader.list(',')) {
        double value = 0;
        std::from_chars(share.data(), share.data() + share.size(), value);
        column.commonShares.push_back(value);
    }
    return column;
}

std::vector<advisor::IndexPart> partsOf(const std::vector<std::string> &rows)
{
    constexpr int kDescending = 1; // INDOPTION_DESC
    constexpr int kNullsFirst = 2; // INDOPTION_NULLS_FIRST
    std::vector<advisor::IndexPart> parts;
    for (const std::string &text : rows) {
        const std::vector<std::string> fields = RowReader::split(text, kItem);
        if (fields.size() < 5)
            continue;
        const int option = fields[2] == "1" ? 1 : fields[2] == "2" ? 2 : fields[2] == "3" ? 3 : 0;
        parts.push_back({fields[0], fields[1] == "1", (option & kDescending) != 0, (option & kNullsFirst) != 0,
                         fields[3], fields[4] == "1"});
    }
    return parts;
}

IndexFacts indexOf(const net::PostgresRow &row, std::int64_t blockBytes)
{
    RowReader reader(row);
    IndexFacts index;
    index.oid = reader.integer();
    index.schema = reader.text();
    index.table = reader.text();
    index.name = reader.text();
    index.definition = reader.text();
    index.method = reader.text();
    index.keys = partsOf(reader.list(kPart));
    index.included = reader.list(kItem);
    index.predicate = reader.text();
    index.isUnique = reader.flag();
    index.isPrimary = reader.flag();
    index.isOfConstraint = reader.flag();
    index.isReplicaIdentity = reader.flag();
    index.isClustered = reader.flag();
    index.isValid = reader.flag();
    index.isOfPartition = reader.flag();
    index.bytes = reader.integer() * blockBytes;
    index.scans = reader.integer();
    return index;
}

advisor::ForeignKeyFacts foreignKeyOf(const net::PostgresRow &row)
{
    RowReader reader(row);
    advisor::ForeignKeyFacts key;
    key.name = reader.text();
    key.schema = reader.text();
    key.table = reader.text();
    key.columns = reader.list(kItem);
    key.parentSchema = reader.text();
    key.parentTable = reader.text();
    key.parentColumns = reader.list(kItem);
    return key;
}

Result<> readColumns(GuestSession &session, sources::SqlTemplate &sql, PostgresFacts &facts)
{
    std::unordered_map<std::int64_t, TableFacts *> byOid;
    for (TableFacts &table : facts.tables)
        byOid[table.oid] = &table;
    return session.ask(sql.statement("advisor_columns"), [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        if (const auto found = byOid.find(reader.integer()); found != byOid.end())
            found->second->columns.push_back(columnOf(reader));
        return {};
    });
}

} // namespace

Result<ExtensionSchemas> readServer(GuestSession &session, PostgresFacts &facts)
{
    facts.version = session.version();
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        takeServer(row, session, facts);
        return {};
    };
    TS_CHECK(session.ask(sources::SqlTemplate().statement("advisor_server"), take));
    ExtensionSchemas schemas;
    const auto takeExtension = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        const std::string name = reader.text();
        const std::string version = reader.text();
        const std::string schema = advisor::quotedIdentifier(reader.text());
        if (name == "hypopg") {
            facts.abilities.hypopgVersion = version;
            facts.abilities.canHideIndexes = reader.flag();
            schemas.hypopg = schema;
        } else if (name == "pg_stat_statements") {
            facts.abilities.statementsVersion = version;
            schemas.statements = schema;
        } else {
            facts.abilities.hasQualstats = true;
        }
        return {};
    };
    TS_CHECK(session.ask(sources::SqlTemplate().statement("advisor_extensions"), takeExtension));
    return schemas;
}

Result<> readCatalog(GuestSession &session, std::int64_t maxTables, PostgresFacts &facts)
{
    sources::SqlTemplate sql;
    sql.set("rows", std::to_string(maxTables));
    const std::int64_t blockBytes = facts.settings.blockBytes;
    TS_CHECK(session.ask(sql.statement("advisor_tables"), [&](const net::PostgresRow &row) -> Result<> {
        facts.tables.push_back(tableOf(row, blockBytes));
        return {};
    }));
    if (std::ssize(facts.tables) >= maxTables)
        facts.notes.push_back("Only the " + countText(static_cast<std::uint64_t>(maxTables))
                              + " largest tables were looked at.");
    std::vector<std::string> oids;
    for (const TableFacts &table : facts.tables)
        oids.push_back(std::to_string(table.oid));
    sources::SqlTemplate byTables;
    byTables.set("tables", sources::arrayText(oids));
    TS_CHECK(readColumns(session, byTables, facts));
    sources::SqlTemplate forIndexes;
    forIndexes.set("tables", sources::arrayText(oids));
    TS_CHECK(session.ask(forIndexes.statement("advisor_indexes"), [&](const net::PostgresRow &row) -> Result<> {
        facts.indexes.push_back(indexOf(row, blockBytes));
        return {};
    }));
    sources::SqlTemplate forKeys;
    forKeys.set("tables", sources::arrayText(oids));
    return session.ask(forKeys.statement("advisor_foreign_keys"), [&](const net::PostgresRow &row) -> Result<> {
        facts.foreignKeys.push_back(foreignKeyOf(row));
        return {};
    });
}

Result<TableCounters> readTableCounters(GuestSession &session)
{
    TableCounters counters;
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        std::array<std::int64_t, 4> &written = counters[reader.integer()];
        for (std::int64_t &value : written)
            value = reader.integer();
        return {};
    };
    TS_CHECK(session.ask(sources::SqlTemplate().statement("advisor_table_counters"), take));
    return counters;
}

void setWritten(const TableCounters &before, const TableCounters &after, PostgresFacts &facts)
{
    for (TableFacts &table : facts.tables) {
        const auto begin = before.find(table.oid);
        const auto end = after.find(table.oid);
        const std::array<std::int64_t *, 4> written = {&table.inserted, &table.updated, &table.deleted,
                                                       &table.hotUpdated};
        for (std::size_t i = 0; i < written.size(); ++i) {
            const std::int64_t from = begin == before.end() ? 0 : begin->second[i];
            *written[i] = end == after.end() ? 0 : std::max<std::int64_t>(end->second[i] - from, 0);
        }
    }
}

void scaleWritten(double share, PostgresFacts &facts)
{
    for (TableFacts &table : facts.tables) {
        for (std::int64_t *written : {&table.inserted, &table.updated, &table.deleted, &table.hotUpdated})
            *written = static_cast<std::int64_t>(static_cast<double>(*written) * share);
    }
}

} // namespace tailspan::verify
