// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_session.h"
#include "models/base/wall_clock.h"

#include <algorithm>
#include <charconv>

namespace tailspan::sources {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConnectLimit{10'000};
/// How much longer than the server's own limit is waited for its answer.
constexpr milliseconds kGrace{2'000};
constexpr milliseconds kShortLimit{5'000};
constexpr const char *kLockLimitMs = "1000";
constexpr const char *kIdleLimitMs = "10000";
constexpr const char *kCheckIntervalMs = "1000";
constexpr int kFirstVersionWithCheck = 140'000;
constexpr long kDefaultStatementSeconds = 10;
constexpr long kMaxStatementSeconds = 3'600;

milliseconds statementLimit(const SourceAddress &address)
{
    const std::string text = address.option("statement-timeout");
    long seconds = kDefaultStatementSeconds;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return std::chrono::seconds(std::clamp(seconds, 1L, kMaxStatementSeconds));
}

net::PostgresStatement plain(std::string_view name)
{
    return SqlTemplate().statement(name);
}

Result<> ignoreRow(const net::PostgresRow &)
{
    return {};
}

} // namespace

net::PostgresTarget postgresTarget(const SourceAddress &address, const SourceSecrets &secrets)
{
    net::PostgresTarget target;
    target.host = address.host;
    target.port = address.port;
    target.user = address.user;
    target.database = address.database;
    target.password = secrets.password;
    target.service = address.option("service");
    target.sslMode = address.option("sslmode");
    target.sslRootCert = address.option("sslrootcert");
    target.sslCert = address.option("sslcert");
    target.sslKey = address.option("sslkey");
    target.sslKeyPassphrase = secrets.keyPassphrase;
    target.text = address.text();
    return target;
}

PostgresSession::PostgresSession(const SourceAddress &address, const SourceSecrets &secrets, SourceCost &cost)
    : m_address(address), m_target(postgresTarget(address, secrets)), m_statementLimit(statementLimit(address)),
      m_cost(cost)
{}

Result<> PostgresSession::connect(const Ask &ask, const net::PostgresConnection::OnStage &onStage)
{
    disconnect();
    TS_TRY(net::PostgresConnection connection,
           net::PostgresConnection::open(m_target, kConnectLimit, ask.stop, onStage));
    m_connection.emplace(std::move(connection));
    return {};
}

void PostgresSession::disconnect()
{
    m_connection.reset();
    m_table.reset();
}

std::int64_t PostgresSession::nowNs() const
{
    return currentTime().ns() + m_clockOffsetNs;
}

Result<net::PostgresAnswer> PostgresSession::runOne(const net::PostgresStatement &statement,
                                                    const net::PostgresConnection::OnRow &onRow, const Ask &ask,
                                                    milliseconds limit)
{
    const auto started = std::chrono::steady_clock::now();
    net::PostgresLimits limits;
    limits.time = limit + kGrace;
    auto answer = m_connection->run(statement, onRow, limits, ask.stop);
    const auto waited = std::chrono::steady_clock::now() - started;
    const auto waitedNs = std::chrono::duration_cast<std::chrono::nanoseconds>(waited).count();
    m_cost.waitedNs.fetch_add(static_cast<std::uint64_t>(waitedNs), std::memory_order_relaxed);
    if (answer.has_value()) {
        m_cost.rows.fetch_add(answer->rows, std::memory_order_relaxed);
        m_cost.bytes.fetch_add(answer->bytes, std::memory_order_relaxed);
    }
    m_lastState = m_connection->lastState();
    return answer;
}

Result<> PostgresSession::setLimits(const Ask &ask, milliseconds limit)
{
    SqlTemplate sql;
    sql.set("statement_timeout", std::to_string(limit.count()));
    sql.set("lock_timeout", kLockLimitMs);
    sql.set("idle_timeout", kIdleLimitMs);
    if (m_checksClient && m_connection->serverVersion() >= kFirstVersionWithCheck)
        sql.set("check_interval", kCheckIntervalMs);
    const auto readClock = [&](const net::PostgresRow &row) -> Result<> {
        if (const auto now = row.nanoseconds(row.width() - 1, 1'000'000'000))
            m_clockOffsetNs = *now - currentTime().ns();
        return {};
    };
    const auto answer = runOne(sql.statement("limits"), readClock, ask, kShortLimit);
    return answer.has_value() ? Result<>() : Result<>(tl::unexpected(answer.error()));
}

Result<> PostgresSession::begin(const Ask &ask, milliseconds limit)
{
    TS_CHECK(runOne(plain("begin"), ignoreRow, ask, kShortLimit));
    Result<> limited = setLimits(ask, limit);
    constexpr std::string_view kWrongValue = "22023"; // not on every system
    if (limited.has_value() || m_lastState != kWrongValue || !m_checksClient)
        return limited;
    m_checksClient = false;
    end(false, ask);
    return begin(ask, limit);
}

void PostgresSession::end(bool isDone, const Ask &ask)
{
    if (!isConnected())
        return;
    const std::string state = m_lastState;
    const auto ended = runOne(plain(isDone ? "commit" : "rollback"), ignoreRow, ask, kShortLimit);
    m_lastState = state;
    if (!ended.has_value())
        m_connection->close();
}

Result<net::PostgresAnswer> PostgresSession::run(const net::PostgresStatement &statement,
                                                 const net::PostgresConnection::OnRow &onRow, const Ask &ask,
                                                 int patience)
{
    const bool wasConnected = isConnected();
    if (!wasConnected)
        TS_CHECK(connect(ask));
    const milliseconds limit = m_statementLimit * patience;
    Result<> begun = begin(ask, limit);
    if (!begun.has_value() && wasConnected && begun.error().code == ErrorCode::Unreachable) {
        // The connection was kept from an earlier call and ended since, as by a restart; nothing was asked on it.
        const std::optional<PostgresTable> table = m_table;
        TS_CHECK(connect(ask));
        m_table = table;
        begun = begin(ask, limit);
    }
    if (!begun.has_value()) {
        m_connection->close();
        return tl::unexpected(begun.error());
    }
    auto answer = runOne(statement, onRow, ask, limit);
    m_cost.queries.fetch_add(1, std::memory_order_relaxed);
    end(answer.has_value(), ask);
    return answer;
}

Result<SqlTemplate> PostgresSession::sql(const Ask &ask)
{
    if (!m_table) {
        SqlTemplate shape;
        shape.set("table", quotedTable(m_address.option("table")));
        std::vector<FoundColumn> columns;
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            columns.push_back({std::string(row.text(0)), std::string(row.text(1)), row.flag(2)});
            return {};
        };
        TS_CHECK(run(shape.statement("table_shape"), take, ask));
        TS_TRY(PostgresTable table, PostgresTable::make(m_address, columns));
        m_table.emplace(std::move(table));
    }
    SqlTemplate sql;
    m_table->describe(sql);
    return sql;
}

bool PostgresSession::forgetChangedTable()
{
    const bool isChanged = m_lastState == "42703" || m_lastState == "42P01" || m_lastState == "42501";
    if (isChanged)
        m_table.reset();
    m_lastState.clear();
    return isChanged;
}

} // namespace tailspan::sources
