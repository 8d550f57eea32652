// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/workload_reader.h"

#include "app/sql/shape_reader.h"
#include "app/verify/row_reader.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

using advisor::PostgresFacts;
using advisor::StatementFacts;

constexpr std::string_view kOwnMark = "/* tailspan */";
constexpr std::string_view kHidden = "<insufficient privilege>";
constexpr int kFirstWithQueryIds = 140'000;

/// Whether version "1.10" is at least "1.9".
bool isAtLeast(const std::string &version, int major, int minor)
{
    const std::vector<std::string> parts = RowReader::split(version, '.');
    const auto number = [&](std::size_t i) {
        int value = 0;
        if (i < parts.size())
            std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), value);
        return value;
    };
    return std::pair(number(0), number(1)) >= std::pair(major, minor);
}

Result<> readInfo(GuestSession &session, const std::string &schema, StatementSnapshot &snapshot)
{
    sources::SqlTemplate sql;
    sql.setSql("info", schema + ".pg_stat_statements_info");
    return session.ask(sql.statement("advisor_statements_info"), [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        snapshot.thrownOut = reader.integer();
        snapshot.sinceNs = reader.epochNs();
        return {};
    });
}

/// The difference of two readings of one statement; a reading that went down was reset in between.
StatementFacts difference(const std::string &queryId, const StatementCounters *before, const StatementCounters &after)
{
    static const StatementCounters kNone;
    const bool isReset = before == nullptr || before->calls > after.calls || before->totalMs > after.totalMs;
    const StatementCounters &from = isReset ? kNone : *before;
    StatementFacts facts;
    facts.queryId = queryId;
    facts.text = after.text;
    facts.role = after.role;
    facts.calls = after.calls - from.calls;
    facts.totalMs = after.totalMs - from.totalMs;
    facts.meanMs = facts.calls > 0 ? facts.totalMs / static_cast<double>(facts.calls) : 0;
    facts.deviationMs = after.deviationMs;
    facts.rows = after.rows - from.rows;
    facts.sharedBlocksHit = after.hit - from.hit;
    facts.sharedBlocksRead = after.read - from.read;
    facts.tempBlocks = after.temp - from.temp;
    return facts;
}

/// One query id run by several roles is one statement.
void merge(StatementFacts &into, const StatementFacts &other)
{
    into.calls += other.calls;
    into.totalMs += other.totalMs;
    into.meanMs = into.calls > 0 ? into.totalMs / static_cast<double>(into.calls) : 0;
    into.deviationMs = std::max(into.deviationMs, other.deviationMs);
    into.rows += other.rows;
    into.sharedBlocksHit += other.sharedBlocksHit;
    into.sharedBlocksRead += other.sharedBlocksRead;
    into.tempBlocks += other.tempBlocks;
}

void setWindow(const StatementSnapshot *before, const StatementSnapshot &after, PostgresFacts &facts)
{
    constexpr double kNsPerSecond = 1e9;
    facts.statementsSinceNs = after.sinceNs;
    const std::int64_t begin = before != nullptr ? before->atNs
                                                 : after.sinceNs.value_or(facts.statisticsSinceNs.value_or(after.atNs));
    facts.window.seconds = static_cast<double>(after.atNs - begin) / kNsPerSecond;
    facts.window.isSinceReset = before == nullptr;
    facts.window.isComplete = before == nullptr ? after.thrownOut <= 0 : after.thrownOut == before->thrownOut;
    if (!facts.window.isComplete)
        facts.notes.push_back("pg_stat_statements had no room for all statements and threw some out: raise "
                              "pg_stat_statements.max for a complete picture.");
}

} // namespace

Result<StatementSnapshot> readStatements(GuestSession &session, const ExtensionSchemas &schemas,
                                         const std::string &version, bool withTexts)
{
    StatementSnapshot snapshot;
    snapshot.atNs = currentTime().ns();
    if (!isAtLeast(version, 1, 8))
        return fail(ErrorCode::Unsupported,
                    "pg_stat_statements " + version
                        + " is older than 1.8; run ALTER EXTENSION pg_stat_statements UPDATE.");
    if (isAtLeast(version, 1, 9))
        TS_CHECK(readInfo(session, schemas.statements, snapshot));
    sources::SqlTemplate sql;
    sql.setSql("statements", schemas.statements + ".pg_stat_statements");
    sql.setSql("with_texts", withTexts ? "true" : "false");
    sql.setSql("query", withTexts ? "left(s.query, 300000)::text" : "''::text");
    sql.setSql("and_top_level", isAtLeast(version, 1, 9) ? "AND s.toplevel" : "");
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        const std::string queryId = reader.text();
        const std::int64_t user = reader.integer();
        StatementCounters counters;
        counters.role = reader.text();
        counters.calls = reader.integer();
        counters.totalMs = reader.number();
        counters.deviationMs = reader.number();
        counters.rows = reader.integer();
        counters.hit = reader.integer();
        counters.read = reader.integer();
        counters.temp = reader.integer();
        counters.text = reader.text();
        snapshot.counters.insert_or_assign({queryId, user}, std::move(counters));
        return {};
    };
    TS_CHECK(session.ask(sql.statement("advisor_statements"), take));
    return snapshot;
}

void takeWorkload(const StatementSnapshot *before, const StatementSnapshot &after, PostgresFacts &facts)
{
    setWindow(before, after, facts);
    std::map<std::string, StatementFacts> byId;
    std::uint64_t hidden = 0;
    for (const auto &[key, counters] : after.counters) {
        if (key.first.empty() || counters.text == kHidden) {
            ++hidden;
            continue;
        }
        if (counters.text.find(kOwnMark) != std::string::npos)
            continue;
        const StatementCounters *earlier = nullptr;
        if (before != nullptr) {
            const auto found = before->counters.find(key);
            earlier = found == before->counters.end() ? nullptr : &found->second;
        }
        StatementFacts statement = difference(key.first, earlier, counters);
        if (statement.calls <= 0)
            continue;
        const auto [place, isNew] = byId.try_emplace(key.first, statement);
        if (!isNew)
            merge(place->second, statement);
    }
    for (auto &[id, statement] : byId) {
        statement.shape = sql::readShape(statement.text);
        const bool isUtility = statement.shape.verb == advisor::StatementVerb::Other && statement.shape.problem.empty();
        if (isUtility) // BEGIN, SET, CREATE INDEX: nothing to be planned
            continue;
        advisor::bindShape(facts, statement.shape);
        facts.totalMs += statement.totalMs;
        facts.statements.push_back(std::move(statement));
    }
    std::ranges::sort(facts.statements, std::ranges::greater{}, &StatementFacts::totalMs);
    if (hidden > 0)
        facts.notes.push_back(pluralText(hidden, "statement", "statements")
                              + " of other roles could not be read: GRANT pg_monitor TO " + facts.role + ".");
}

Result<> readActivity(GuestSession &session, PostgresFacts &facts)
{
    sources::SqlTemplate sql;
    sql.setSql("query_id", facts.version >= kFirstWithQueryIds ? "coalesce(a.query_id::text, '')" : "''::text");
    advisor::ActivitySample sample;
    sample.atNs = currentTime().ns();
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        advisor::SessionFacts seen;
        seen.pid = reader.integer();
        seen.application = reader.text();
        seen.role = reader.text();
        seen.state = reader.text();
        seen.waitType = reader.text();
        seen.waitEvent = reader.text();
        seen.transactionSeconds = reader.number();
        seen.stateSeconds = reader.number();
        for (const std::string &pid : reader.list(',')) {
            std::int64_t number = 0;
            std::from_chars(pid.data(), pid.data() + pid.size(), number);
            seen.blockedBy.push_back(number);
        }
        seen.queryId = reader.text();
        seen.relation = reader.text();
        sample.active += seen.state == "active" ? 1 : 0;
        sample.sessions.push_back(std::move(seen));
        return {};
    };
    TS_CHECK(session.ask(sql.statement("advisor_activity"), take));
    facts.activity.push_back(std::move(sample));
    return {};
}

Result<> readConnections(GuestSession &session, PostgresFacts &facts)
{
    const auto takeCount = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        advisor::ConnectionCount count;
        count.application = reader.text();
        count.role = reader.text();
        count.state = reader.text();
        count.count = reader.integer();
        facts.connections.push_back(std::move(count));
        return {};
    };
    TS_CHECK(session.ask(sources::SqlTemplate().statement("advisor_connections"), takeCount));
    const auto takeReplica = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        advisor::ReplicaFacts replica;
        replica.name = reader.text();
        replica.state = reader.text();
        replica.lagSeconds = reader.number();
        facts.replicas.push_back(std::move(replica));
        return {};
    };
    return session.ask(sources::SqlTemplate().statement("advisor_replicas"), takeReplica);
}

} // namespace tailspan::verify
