// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/session_statements.h"

#include "app/sql/parse_tree.h"
#include "app/sql/shape_reader.h"
#include "app/verify/row_reader.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

constexpr int kFirstWithQueryIds = 140'000;

bool isUtility(const advisor::StatementShape &shape)
{
    return shape.verb == advisor::StatementVerb::Other && shape.problem.empty();
}

/// Where the server gives no id: one of the text, the same in every run.
std::string idOf(const std::string &text)
{
    std::uint64_t hash = 14'695'981'039'346'656'037U; // FNV-1a
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    return std::to_string(static_cast<std::int64_t>(hash));
}

} // namespace

Result<> SessionStatements::look(GuestSession &session)
{
    const auto now = std::chrono::steady_clock::now();
    sources::SqlTemplate sql;
    sql.setSql("query_id", session.version() >= kFirstWithQueryIds ? "coalesce(a.query_id::text, '')" : "''::text");
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        const std::int64_t pid = reader.integer();
        Seen seen;
        seen.queryId = reader.text();
        seen.role = reader.text();
        const std::int64_t start = reader.integer();
        seen.ms = std::max(reader.number(), 0.0);
        std::string text = reader.text();
        m_lastCommits = reader.integer();
        if (!m_firstCommits)
            m_firstCommits = m_lastCommits;
        Seen &known = m_seen[{pid, start}];
        if (known.text.empty()) // the same statement as before is not read again
            seen.text = sql::withoutConstants(text);
        else
            seen.text = std::move(known.text);
        known = std::move(seen);
        return {};
    };
    if (m_begin == std::chrono::steady_clock::time_point())
        m_begin = now;
    m_end = now;
    return session.ask(sql.statement("advisor_session_statements"), take);
}

std::map<std::string, advisor::StatementFacts> SessionStatements::byStatement() const
{
    std::map<std::string, advisor::StatementFacts> found;
    for (const auto &[when, seen] : m_seen) {
        if (seen.text.empty())
            continue;
        advisor::StatementFacts &statement = found[seen.queryId.empty() ? idOf(seen.text) : seen.queryId];
        if (statement.text.empty()) {
            statement.text = seen.text;
            statement.role = seen.role;
            statement.areRowsCounted = false;
            statement.shape = sql::readShape(seen.text);
        }
        ++statement.calls;
        statement.totalMs += seen.ms;
    }
    return found;
}

void SessionStatements::take(advisor::PostgresFacts &facts) const
{
    facts.window.seconds = std::chrono::duration<double>(m_end - m_begin).count();
    facts.window.isSinceReset = false;
    facts.window.isComplete = false;
    std::map<std::string, advisor::StatementFacts> found = byStatement();
    std::erase_if(found, [](const auto &entry) { return isUtility(entry.second.shape); });
    double seen = 0;
    for (const auto &[id, statement] : found)
        seen += static_cast<double>(statement.calls);
    const double commits = static_cast<double>(m_lastCommits - m_firstCommits.value_or(m_lastCommits));
    const double scale = seen > 0 ? std::max(commits / seen, 1.0) : 1;
    for (auto &[id, statement] : found) {
        statement.queryId = id;
        statement.meanMs = statement.totalMs / static_cast<double>(statement.calls);
        statement.calls = static_cast<std::int64_t>(static_cast<double>(statement.calls) * scale);
        statement.totalMs = statement.meanMs * static_cast<double>(statement.calls);
        advisor::bindShape(facts, statement.shape);
        facts.totalMs += statement.totalMs;
        facts.statements.push_back(std::move(statement));
    }
    std::ranges::sort(facts.statements, std::ranges::greater{}, &advisor::StatementFacts::totalMs);
}

} // namespace tailspan::verify
