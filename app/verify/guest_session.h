// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/postgres_connection.h"
#include "app/sources/sql_template.h"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tailspan::verify {

/// How much of a host the advisor takes: one connection, and no more of it than this.
struct GuestBudget {
    double dutyShare = 0.05;        ///< Share of the time in which the server works for us; 1: all the time.
    int explainsPerMinute = 50;     ///< 0: as many as there are.
    double activeShareToStop = 0.8; ///< Stops planning when more of max_connections is at work.
    std::chrono::milliseconds statementLimit{2'000};
    std::chrono::milliseconds lockLimit{100};
};

/// One statement to be planned as the application would have it planned.
struct PlanQuestion {
    std::string text;                               ///< One SELECT that PREPARE accepts.
    std::vector<std::optional<std::string>> values; ///< Of $1, $2, …; all absent: a generic plan.
    std::vector<std::string> types; ///< Of $1, $2, … where the text alone does not tell; "unknown" where it does.
    bool isGeneric = true;
    std::string searchPath;
    std::vector<std::pair<std::string, std::string>> settings; ///< Of the role that runs it.
};

/// A connection as a guest of somebody's database. Everything runs in BEGIN READ ONLY with limits of its own that ends
/// at once; in between it waits so that its budget holds. Nothing is left in the session: what is prepared is
/// deallocated. Thread: one.
class GuestSession {
public:
    using OnRow = net::PostgresConnection::OnRow;

    [[nodiscard]] static Result<GuestSession> open(const net::PostgresTarget &target, const GuestBudget &budget,
                                                   const std::stop_token &stop);

    /// One statement in a transaction of its own. Errors: as PostgresConnection::run.
    [[nodiscard]] Result<> ask(const net::PostgresStatement &statement, const OnRow &onRow);
    /// EXPLAIN (FORMAT JSON, VERBOSE) without ANALYZE, by PREPARE and EXECUTE. Precondition: the caller knows that the
    /// text is one SELECT that only computes (StatementShape::isReadOnly and what the server says of its functions).
    [[nodiscard]] Result<std::string> explain(const PlanQuestion &question);
    /// Waits until another EXPLAIN is within the budget. Errors: Cancelled.
    [[nodiscard]] Result<> waitForExplain();

    [[nodiscard]] int version() const { return m_connection.serverVersion(); }
    [[nodiscard]] int backendPid() const { return m_connection.backendPid(); }
    /// SQLSTATE of the last statement that failed.
    [[nodiscard]] const std::string &lastState() const { return m_lastState; }
    [[nodiscard]] const std::stop_token &stop() const { return m_stop; }
    [[nodiscard]] const GuestBudget &budget() const { return m_budget; }
    [[nodiscard]] std::uint64_t explains() const { return m_explains; }
    [[nodiscard]] std::chrono::nanoseconds busy() const { return m_busy; }
    /// Sleeps, looking at the stop token. Errors: Cancelled.
    [[nodiscard]] Result<> sleep(std::chrono::nanoseconds time) const;

private:
    GuestSession(net::PostgresConnection connection, const GuestBudget &budget, std::stop_token stop)
        : m_connection(std::move(connection)), m_budget(budget), m_stop(std::move(stop))
    {}
    [[nodiscard]] Result<> runOne(const net::PostgresStatement &statement, const OnRow &onRow);
    [[nodiscard]] Result<> runPlain(const std::string &text);
    [[nodiscard]] Result<> begin();
    [[nodiscard]] Result<> applySettings(const PlanQuestion &question);
    [[nodiscard]] Result<std::string> explainInside(const PlanQuestion &question);
    void end();
    [[nodiscard]] Result<> payFor(std::chrono::steady_clock::time_point since);

    net::PostgresConnection m_connection;
    GuestBudget m_budget;
    std::stop_token m_stop;
    std::string m_lastState;
    std::deque<std::chrono::steady_clock::time_point> m_explainTimes; ///< Of the last minute.
    std::uint64_t m_explains = 0;
    std::chrono::nanoseconds m_busy{0};
};

} // namespace tailspan::verify
