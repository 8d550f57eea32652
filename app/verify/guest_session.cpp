// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/guest_session.h"

#include "models/advisor/index_text.h"

#include <algorithm>
#include <thread>

namespace tailspan::verify {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kConnectLimit{10'000};
/// How much longer than the server's own limit is waited for its answer.
constexpr milliseconds kGrace{2'000};
constexpr const char *kIdleLimitMs = "5000";
constexpr std::chrono::minutes kExplainWindow{1};

Result<> ignoreRow(const net::PostgresRow &)
{
    return {};
}

std::string prepareText(const PlanQuestion &question)
{
    std::string types;
    for (const std::string &type : question.types)
        types += (types.empty() ? "(" : ", ") + type;
    return "PREPARE tailspan_plan" + (types.empty() ? "" : types + ")") + " AS " + question.text;
}

std::string executeText(const PlanQuestion &question)
{
    std::string text = "EXPLAIN (FORMAT JSON, VERBOSE) EXECUTE tailspan_plan";
    for (std::size_t i = 0; i < question.values.size(); ++i) {
        text += i == 0 ? "(" : ", ";
        text += question.values[i] ? advisor::quotedLiteral(*question.values[i]) : "NULL";
    }
    return text + (question.values.empty() ? "" : ")");
}

} // namespace

Result<GuestSession> GuestSession::open(const net::PostgresTarget &target, const GuestBudget &budget,
                                        const std::stop_token &stop)
{
    TS_TRY(net::PostgresConnection connection, net::PostgresConnection::open(target, kConnectLimit, stop));
    return GuestSession(std::move(connection), budget, stop);
}

Result<> GuestSession::runOne(const net::PostgresStatement &statement, const OnRow &onRow)
{
    if (!m_connection.isOpen())
        return fail(ErrorCode::Unreachable, "The connection to PostgreSQL has ended.");
    net::PostgresLimits limits;
    limits.time = m_budget.statementLimit + kGrace;
    const auto answer = m_connection.run(statement, onRow, limits, m_stop);
    if (!answer) {
        m_lastState = m_connection.lastState();
        return tl::unexpected(answer.error());
    }
    return {};
}

Result<> GuestSession::runPlain(const std::string &text)
{
    return runOne({text, {}}, ignoreRow);
}

Result<> GuestSession::begin()
{
    TS_CHECK(runPlain("BEGIN READ ONLY"));
    sources::SqlTemplate sql;
    sql.set("statement_timeout", std::to_string(m_budget.statementLimit.count()));
    sql.set("lock_timeout", std::to_string(m_budget.lockLimit.count()));
    sql.set("idle_timeout", kIdleLimitMs);
    return runOne(sql.statement("advisor_limits"), ignoreRow);
}

void GuestSession::end()
{
    if (!m_connection.isOpen())
        return;
    const std::string state = m_lastState;
    if (!runPlain("ROLLBACK"))
        m_connection.close();
    m_lastState = state;
}

Result<> GuestSession::sleep(std::chrono::nanoseconds time) const
{
    const auto until = steady_clock::now() + time;
    while (steady_clock::now() < until) {
        if (m_stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped.");
        const auto left = until - steady_clock::now();
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, net::kStopSlice));
    }
    return {};
}

Result<> GuestSession::payFor(steady_clock::time_point since)
{
    const std::chrono::nanoseconds busy = steady_clock::now() - since;
    m_busy += busy;
    if (m_budget.dutyShare >= 1 || m_budget.dutyShare <= 0)
        return {};
    const double rest = static_cast<double>(busy.count()) * (1 / m_budget.dutyShare - 1);
    return sleep(std::chrono::nanoseconds(static_cast<std::int64_t>(rest)));
}

Result<> GuestSession::ask(const net::PostgresStatement &statement, const OnRow &onRow)
{
    const auto since = steady_clock::now();
    m_lastState.clear();
    Result<> done = begin();
    if (done)
        done = runOne(statement, onRow);
    end();
    TS_CHECK(payFor(since));
    return done;
}

Result<> GuestSession::waitForExplain()
{
    if (m_budget.explainsPerMinute <= 0)
        return {};
    const auto isFull = [&] {
        while (!m_explainTimes.empty() && steady_clock::now() - m_explainTimes.front() > kExplainWindow)
            m_explainTimes.pop_front();
        return m_explainTimes.size() >= static_cast<std::size_t>(m_budget.explainsPerMinute);
    };
    while (isFull())
        TS_CHECK(sleep(net::kStopSlice));
    m_explainTimes.push_back(steady_clock::now());
    return {};
}

Result<> GuestSession::applySettings(const PlanQuestion &question)
{
    sources::SqlTemplate sql;
    sql.set("mode", question.isGeneric ? "force_generic_plan" : "force_custom_plan");
    sql.set("search_path", question.searchPath);
    sql.set("statement_timeout", std::to_string(m_budget.statementLimit.count()));
    sql.set("lock_timeout", std::to_string(m_budget.lockLimit.count()));
    sql.set("idle_timeout", kIdleLimitMs);
    TS_CHECK(runOne(sql.statement("advisor_plan_settings"), ignoreRow));
    for (const auto &[name, value] : question.settings) {
        sources::SqlTemplate one;
        one.set("name", name);
        one.set("value", value);
        TS_CHECK(runOne(one.statement("advisor_plan_setting"), ignoreRow));
    }
    return {};
}

Result<std::string> GuestSession::explainInside(const PlanQuestion &question)
{
    TS_CHECK(runPlain("BEGIN READ ONLY"));
    TS_CHECK(applySettings(question));
    TS_CHECK(runPlain(prepareText(question)));
    std::string json;
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        json += row.text(0);
        return {};
    };
    TS_CHECK(runOne({executeText(question), {}}, take));
    return json;
}

Result<std::string> GuestSession::explain(const PlanQuestion &question)
{
    TS_CHECK(waitForExplain());
    const auto since = steady_clock::now();
    m_lastState.clear();
    ++m_explains;
    auto json = explainInside(question);
    end();
    // A prepared statement outlives the transaction, and its generic plan would outlive a hypothetical index.
    const std::string state = m_lastState;
    if (m_connection.isOpen())
        static_cast<void>(runPlain("DEALLOCATE ALL"));
    m_lastState = state;
    TS_CHECK(payFor(since));
    return json;
}

} // namespace tailspan::verify
