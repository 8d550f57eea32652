// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/postgres_table.h"
#include "app/sources/trace_source.h"

#include <optional>

namespace tailspan::sources {

/// Where the server of an address is and how to log in.
[[nodiscard]] net::PostgresTarget postgresTarget(const SourceAddress &address, const SourceSecrets &secrets);

/// The connection of one source and what is known about its table. Every statement runs in a read-only transaction of
/// its own, with limits that end with it. Thread: one.
class PostgresSession {
public:
    PostgresSession(const SourceAddress &address, const SourceSecrets &secrets, SourceCost &cost);

    [[nodiscard]] Result<> connect(const Ask &ask, const net::PostgresConnection::OnStage &onStage = {});
    [[nodiscard]] bool isConnected() const { return m_connection && m_connection->isOpen(); }
    void disconnect();
    /// Connects when there is no connection. `patience` multiplies the statement's time limit.
    [[nodiscard]] Result<net::PostgresAnswer> run(const net::PostgresStatement &statement,
                                                  const net::PostgresConnection::OnRow &onRow, const Ask &ask,
                                                  int patience = 1);
    /// A template that knows the table, which is looked up once a connection. Errors: PostgresTable's.
    [[nodiscard]] Result<SqlTemplate> sql(const Ask &ask);
    /// Precondition: sql() has succeeded.
    [[nodiscard]] const PostgresTable &table() const { return *m_table; }
    /// The last error said that a table or column is missing: what was known about the table is out of date.
    [[nodiscard]] bool forgetChangedTable();
    /// The server's clock, as of the last statement.
    [[nodiscard]] std::int64_t nowNs() const;
    [[nodiscard]] const SourceAddress &address() const { return m_address; }

private:
    [[nodiscard]] Result<> begin(const Ask &ask, std::chrono::milliseconds limit);
    [[nodiscard]] Result<> setLimits(const Ask &ask, std::chrono::milliseconds limit);
    [[nodiscard]] Result<net::PostgresAnswer> runOne(const net::PostgresStatement &statement,
                                                     const net::PostgresConnection::OnRow &onRow, const Ask &ask,
                                                     std::chrono::milliseconds limit);
    void end(bool isDone, const Ask &ask);

    SourceAddress m_address;
    net::PostgresTarget m_target;
    std::chrono::milliseconds m_statementLimit;
    SourceCost &m_cost;
    std::optional<net::PostgresConnection> m_connection;
    std::optional<PostgresTable> m_table;
    std::string m_lastState;
    bool m_checksClient = true; ///< The server can notice that nobody waits for the answer any more.
    std::int64_t m_clockOffsetNs = 0;
};

} // namespace tailspan::sources
