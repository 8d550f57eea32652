// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/session_statements.h"

#include "app/sql/parse_tree.h"
#include "app/sql/shape_reader.h"
#include "app/verify/row_reader.h"
#include "models/base/hash.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

constexpr int kFirstWithQueryIds = 140'000;

/// What all texts together may take: a window can be a day long.
constexpr std::size_t kMostTextBytes = 64 * 1024 * 1024;
constexpr std::size_t kBytesBesideText = 1024;

/// One statement whose constants the parser takes out. Of others (NOTIFY, several at once) it leaves some in.
bool isKept(const std::string &text)
{
    return !text.empty() && sql::readShape(text).verb != advisor::StatementVerb::Other;
}

/// Where the server gives no id: one of the text, the same in every run.
std::string idOf(const std::string &text)
{
    return std::to_string(static_cast<std::int64_t>(hashBytes(text)));
}

} // namespace

std::string SessionStatements::keep(const std::string &queryId, const std::string &role, const std::string &text)
{
    std::string clean = sql::withoutConstants(text);
    clean.erase(clean.find_last_not_of("; \t\r\n") + 1);
    std::string id = queryId.empty() ? idOf(clean) : queryId;
    const auto known = m_statements.find(id);
    if (known != m_statements.end() && known->second.text == clean)
        return id;
    const std::size_t bytes = clean.size() + kBytesBesideText;
    if (!isKept(clean) || (known == m_statements.end() && m_textBytes + bytes > kMostTextBytes))
        return {};
    if (known == m_statements.end()) {
        m_textBytes += bytes;
        m_statements.emplace(id, Statement{std::move(clean), role});
    }
    return id;
}

void SessionStatements::count(const Seen &seen, Statements &into)
{
    if (const auto found = into.find(seen.id); found != into.end()) {
        ++found->second.calls;
        found->second.ms += seen.ms;
    }
}

/// Of sessions that ended only what they ran is counted.
void SessionStatements::forgetUnseen()
{
    std::erase_if(m_seen, [&](const auto &entry) {
        if (entry.second.look == m_looks)
            return false;
        count(entry.second, m_statements);
        return true;
    });
}

Result<> SessionStatements::look(GuestSession &session)
{
    const auto now = std::chrono::steady_clock::now();
    if (m_begin == std::chrono::steady_clock::time_point())
        m_begin = now;
    m_end = now;
    ++m_looks;
    sources::SqlTemplate sql;
    sql.setSql("query_id", session.version() >= kFirstWithQueryIds ? "coalesce(a.query_id::text, '')" : "''::text");
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        RowReader reader(row);
        const std::int64_t pid = reader.integer();
        const std::string queryId = reader.text();
        const std::string role = reader.text();
        const std::int64_t start = reader.integer();
        const double ms = std::max(reader.number(), 0.0);
        const bool isActive = reader.flag();
        const std::chrono::duration<double, std::milli> age(reader.number());
        const std::string text = reader.text();
        m_lastCommits = reader.integer();
        if (!m_firstCommits)
            m_firstCommits = m_lastCommits;
        const auto [place, isNew] = m_seen.try_emplace(pid);
        Seen &seen = place->second;
        if (isNew || seen.start != start) { // the same statement as before is not read again
            count(seen, m_statements);
            const bool isOfWindow = isActive || age <= std::chrono::steady_clock::now() - m_begin;
            seen = {start, isOfWindow ? keep(queryId, role, text) : std::string()};
        }
        seen.ms = ms;
        seen.look = m_looks;
        return {};
    };
    TS_CHECK(session.ask(sql.statement("advisor_session_statements"), take));
    forgetUnseen();
    return {};
}

std::map<std::string, advisor::StatementFacts> SessionStatements::byStatement() const
{
    Statements statements = m_statements;
    for (const auto &[pid, seen] : m_seen)
        count(seen, statements);
    std::map<std::string, advisor::StatementFacts> found;
    for (auto &[id, seen] : statements) {
        advisor::StatementFacts &statement = found[id];
        statement.text = std::move(seen.text);
        statement.role = std::move(seen.role);
        statement.calls = seen.calls;
        statement.totalMs = seen.ms;
        statement.areRowsCounted = false;
        statement.shape = sql::readShape(statement.text);
    }
    return found;
}

void SessionStatements::take(advisor::PostgresFacts &facts) const
{
    facts.window.seconds = std::chrono::duration<double>(m_end - m_begin).count();
    facts.window.isSinceReset = false;
    facts.window.isComplete = false;
    std::map<std::string, advisor::StatementFacts> found = byStatement();
    double seen = 0;
    for (const auto &[id, statement] : found)
        seen += static_cast<double>(statement.calls);
    const double commits = static_cast<double>(m_lastCommits)
        - static_cast<double>(m_firstCommits.value_or(m_lastCommits));
    const double scale = seen > 0 ? std::max(commits / seen, 1.0) : 1;
    for (auto &[id, statement] : found) {
        statement.queryId = id;
        statement.meanMs = statement.totalMs / static_cast<double>(statement.calls);
        statement.calls = countOf(static_cast<double>(statement.calls) * scale);
        statement.totalMs = statement.meanMs * static_cast<double>(statement.calls);
        advisor::bindShape(facts, statement.shape);
        facts.totalMs += statement.totalMs;
        facts.statements.push_back(std::move(statement));
    }
    std::ranges::sort(facts.statements, std::ranges::greater{}, &advisor::StatementFacts::totalMs);
}

} // namespace tailspan::verify
