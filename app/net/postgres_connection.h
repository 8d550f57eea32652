// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/deadline.h"
#include "app/net/postgres_row.h"
#include "models/base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

struct pg_conn;

namespace tailspan::net {

/// Where a PostgreSQL server (or PgBouncer) is and how to talk to it.
struct PostgresTarget {
    std::string host; ///< Name, number or the folder of a socket; "" when a service names it.
    std::uint16_t port = 0;
    std::string user;
    std::string database;
    std::string password; ///< "": libpq looks into PGPASSFILE or .pgpass.
    std::string service;  ///< A section of the service file.
    std::string sslMode;  ///< "": verify-full, for this machine prefer.
    std::string sslRootCert;
    std::string sslCert;
    std::string sslKey;
    std::string sslKeyPassphrase;
    std::string text; ///< The address without secrets, for errors.
};

/// One statement of the extended protocol: the server takes exactly one, so no value can smuggle in another.
struct PostgresStatement {
    std::string text;
    std::vector<std::optional<std::string>> values; ///< $1, $2, ...: text form; nothing is NULL.
};

struct PostgresLimits {
    std::chrono::milliseconds time{10'000};
    std::uint64_t bytes = 1ULL << 30; ///< Of the values of all rows.
};

struct PostgresAnswer {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
};

/// A connection over libpq's non-blocking interface. Every wait is a poll of at most 50 ms that looks at the stop token
/// and the time limit; then the socket is shut, because a server that stopped answering answers no cancel request
/// either. What the server still does for a shut socket is bounded by its statement_timeout.
/// No named statements, no settings of the session: one behind PgBouncer's transaction mode works the same.
/// Thread: one.
class PostgresConnection {
public:
    /// What has been reached while connecting, in order.
    enum class Stage : std::uint8_t { Resolved, Connected, Encrypted, Authenticated };
    using OnStage = std::function<void(Stage, const std::string &text)>;
    using OnRow = std::function<Result<>(const PostgresRow &)>;

    /// Errors: Unreachable, Timeout, Auth, NotFound (the database), Cancelled.
    [[nodiscard]] static Result<PostgresConnection> open(const PostgresTarget &target, std::chrono::milliseconds limit,
                                                         std::stop_token stop, const OnStage &onStage = {});

    PostgresConnection(PostgresConnection &&) noexcept = default;
    PostgresConnection &operator=(PostgresConnection &&) noexcept = default;
    ~PostgresConnection() = default;

    /// Gives each row to `onRow` as it comes. An error of `onRow` ends the connection, as do Cancelled and Timeout.
    /// Errors: postgresError's, LimitReached (bytes), Malformed (not PostgreSQL's protocol).
    [[nodiscard]] Result<PostgresAnswer> run(const PostgresStatement &statement, const OnRow &onRow,
                                             const PostgresLimits &limits, std::stop_token stop);
    [[nodiscard]] bool isOpen() const { return m_connection != nullptr; }
    void close();
    /// 150020 for 15.20.
    [[nodiscard]] int serverVersion() const;
    [[nodiscard]] std::string user() const;
    /// What the other side said when it let us in: another one than pg_backend_pid() behind a pooler.
    [[nodiscard]] int backendPid() const;
    /// SQLSTATE of the last failed statement, "" when there was none.
    [[nodiscard]] const std::string &lastState() const { return m_lastState; }

private:
    struct Close {
        void operator()(pg_conn *connection) const;
    };
    using Handle = std::unique_ptr<pg_conn, Close>;

    PostgresConnection(Handle connection, std::string text)
        : m_connection(std::move(connection)), m_text(std::move(text))
    {}
    static Result<Handle> start(const PostgresTarget &target, const Deadline &deadline, const std::stop_token &stop);
    [[nodiscard]] Result<> wait(short events, const Deadline &deadline, const std::stop_token &stop);
    [[nodiscard]] Result<> login(const PostgresTarget &target, const Deadline &deadline, const std::stop_token &stop,
                                 const OnStage &onStage);
    [[nodiscard]] Result<> send(const PostgresStatement &statement, const Deadline &deadline,
                                const std::stop_token &stop);
    [[nodiscard]] Result<PostgresAnswer> receive(const OnRow &onRow, const PostgresLimits &limits,
                                                 const Deadline &deadline, const std::stop_token &stop);
    [[nodiscard]] Error brokenError();

    Handle m_connection;
    std::string m_text;
    std::string m_lastState;
};

} // namespace tailspan::net
