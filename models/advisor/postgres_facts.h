// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/index_trial.h"
#include "models/advisor/statement_shape.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// What a server can do for the advisor, and what this role may see.
struct PostgresAbilities {
    std::string statementsVersion; ///< pg_stat_statements: "1.10"; empty: not installed in this database.
    std::string hypopgVersion;     ///< Empty: not installed.
    bool canHideIndexes = false;   ///< hypopg_hide_index, from HypoPG 1.4 on.
    bool hasQualstats = false;
    bool isStatisticsReader = false; ///< Member of pg_monitor or pg_read_all_stats: sees texts and activity of others.
    bool isStandby = false;
    bool isBehindPooler = false; ///< Something between gives out connections: no session of our own.
};

struct PostgresSettings {
    std::int64_t maxConnections = 0;
    std::int64_t reservedConnections = 0; ///< superuser_reserved_connections and, from 16 on, reserved_connections.
    std::int64_t statementsMax = 0;       ///< pg_stat_statements.max
    std::int64_t blockBytes = 8192;
    bool hasIoTiming = false;
    bool hasAutovacuum = true;
    double randomPageCost = 4;
    std::string searchPath;
};

/// Statistics of a column, without any value of it: values are people's data.
struct ColumnFacts {
    std::string name;
    std::string type; ///< "timestamp with time zone"
    bool isText = false;
    bool isSortedByLetters = true; ///< Collation C or no text: a plain b-tree serves LIKE 'abc%'.
    bool isIndexable = true;       ///< Its type has a default b-tree operator class.
    bool hasStatistics = false;    ///< pg_stats has a row that this role may read.
    double distinct = 0;           ///< As n_distinct: negative is a share of the rows.
    double nullShare = 0;
    double averageWidth = 0; ///< Bytes.
    double correlation = 0;
    std::vector<double> commonShares; ///< Shares of the most common values, largest first.
};

struct TableFacts {
    std::int64_t oid = 0;
    std::string schema;
    std::string name;
    double rows = 0;        ///< reltuples; negative: never analyzed.
    std::int64_t pages = 0; ///< relpages
    std::int64_t bytes = 0; ///< pages * block size
    bool isPartitioned = false;
    bool mayRead = false;         ///< This role may SELECT from it: without that nothing about it can be planned.
    bool isBuildingIndex = false; ///< CREATE INDEX or REINDEX runs on it.
    std::int64_t liveRows = 0;
    std::int64_t deadRows = 0;
    std::int64_t changedSinceAnalyze = 0;
    std::optional<std::int64_t> lastAnalyzeNs; ///< By hand or by autovacuum, since 1970.
    std::int64_t sequentialScans = 0;
    std::int64_t sequentialRows = 0;
    std::int64_t indexScans = 0;
    std::int64_t inserted = 0, updated = 0, deleted = 0, hotUpdated = 0; ///< Rows in the window.
    std::vector<ColumnFacts> columns;

    [[nodiscard]] const ColumnFacts *column(std::string_view columnName) const;
    [[nodiscard]] std::string title() const; ///< "ledger", or "app.ledger" outside public.
};

/// A column or expression of an index, in its order.
struct IndexPart {
    std::string text; ///< Column name as stored, or SQL of the expression as the server writes it.
    bool isExpression = false;
    bool isDescending = false;
    bool isNullsFirst = false;
    std::string operatorClass; ///< "text_ops"
    bool isDefaultClass = true;
};

struct IndexFacts {
    std::int64_t oid = 0;
    std::string schema;
    std::string table;
    std::string name;
    std::string definition; ///< pg_get_indexdef: makes it again.
    std::string method;     ///< "btree"
    std::vector<IndexPart> keys;
    std::vector<std::string> included;
    std::string predicate; ///< As the server writes it; empty: of all rows.
    bool isUnique = false;
    bool isPrimary = false;
    bool isOfConstraint = false; ///< Of a PRIMARY KEY, UNIQUE, EXCLUDE, or what a FOREIGN KEY refers to.
    bool isReplicaIdentity = false;
    bool isClustered = false;
    bool isValid = true;
    bool isOfPartition = false; ///< Attached to an index of the partitioned table: dropped only with that.
    std::int64_t bytes = 0;     ///< relpages * block size
    std::int64_t scans = 0;     ///< Since the counters began.
};

struct ForeignKeyFacts {
    std::string name;
    std::string schema, table;
    std::vector<std::string> columns;
    std::string parentSchema, parentTable;
    std::vector<std::string> parentColumns;
};

/// What a statement did in the window.
struct StatementFacts {
    std::string queryId;
    std::string text; ///< Normalised by the server: $n in place of constants.
    std::string role; ///< Who runs it: whose settings its plans have.
    std::int64_t calls = 0;
    double totalMs = 0;
    double meanMs = 0;
    double deviationMs = 0; ///< Since the counters began.
    std::int64_t rows = 0;
    bool areRowsCounted = true; ///< Else `rows` is what the planner expects, `calls` and times what sessions showed.
    std::int64_t sharedBlocksHit = 0, sharedBlocksRead = 0, tempBlocks = 0;
    StatementShape shape;
    std::string whyNotPlanned; ///< Empty: it may be planned.
};

/// One other session as it was seen.
struct SessionFacts {
    std::int64_t pid = 0;
    std::string application;
    std::string role;
    std::string state; ///< "idle in transaction"
    std::string waitType, waitEvent;
    double transactionSeconds = 0; ///< 0: in none.
    double stateSeconds = 0;
    std::vector<std::int64_t> blockedBy; ///< pids
    std::string queryId;                 ///< Of its current or last statement; empty before 14 or when not told.
    std::string relation;                ///< What it waits for, where it is a table.
};

/// A look at all sessions.
struct ActivitySample {
    std::int64_t atNs = 0;
    std::vector<SessionFacts> sessions; ///< In a transaction, waiting, or blocking; no idle ones.
    std::int64_t active = 0;
};

struct ConnectionCount {
    std::string application;
    std::string role;
    std::string state;
    std::int64_t count = 0;
};

struct ReplicaFacts {
    std::string name;
    std::string state;
    double lagSeconds = 0;
};

/// Between which moments statements were counted.
struct StatementWindow {
    double seconds = 0;
    bool isSinceReset = false; ///< The counters' whole life: no snapshot was taken before.
    bool isComplete = true;    ///< No statement was thrown out of the counters meanwhile.
};

/// What was read of one database of a PostgreSQL server. Nothing was written; no value of a row is in it. Immutable
/// while detectors run.
struct PostgresFacts {
    std::string address; ///< Without secrets: "postgresql://host:5432/app".
    std::string database;
    int version = 0; ///< 150018
    std::string role;
    std::int64_t atNs = 0; ///< The server's clock.
    PostgresAbilities abilities;
    PostgresSettings settings;
    std::optional<std::int64_t> statisticsSinceNs; ///< pg_stat_database.stats_reset, else the server's start.
    std::optional<std::int64_t> statementsSinceNs; ///< pg_stat_statements_info.stats_reset
    StatementWindow window;
    std::vector<TableFacts> tables;
    std::vector<IndexFacts> indexes;
    std::vector<ForeignKeyFacts> foreignKeys;
    std::vector<StatementFacts> statements; ///< Of applications; largest total time first.
    double totalMs = 0;                     ///< Of all statements in the window.
    std::vector<ActivitySample> activity;
    std::vector<ConnectionCount> connections;
    std::vector<ReplicaFacts> replicas;
    std::vector<StatementPlan> plans;     ///< Baselines: what the planner does today.
    std::vector<PagePlan> pagePlans;      ///< Of statements that return many rows.
    std::vector<IndexTrial> trials;       ///< Candidates under the planner.
    std::vector<IndexCandidate> partials; ///< Of rare values, where the planner could not try them.
    std::string whyNoTrials;              ///< Empty: they were made.
    std::vector<std::string> notes;       ///< What could not be read, each with what would help.

    [[nodiscard]] const TableFacts *table(std::string_view schema, std::string_view name) const;
    /// An empty schema: the one along the search path, else the only one of that name.
    [[nodiscard]] const TableFacts *tableOf(const ShapeTable &named) const;
    [[nodiscard]] std::vector<const IndexFacts *> indexesOf(const TableFacts &of) const;
    [[nodiscard]] const StatementFacts *statement(std::string_view queryId) const;
    [[nodiscard]] const StatementPlan *plan(std::string_view queryId) const;
    [[nodiscard]] double callsPerHour(const StatementFacts &of) const; ///< NaN without a window.
};

/// Gives every key its table by the catalog; predicates, joins and orders that cannot be placed are dropped.
void bindShape(const PostgresFacts &facts, StatementShape &shape);

} // namespace tailspan::advisor
