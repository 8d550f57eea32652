// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/postgres_connection.h"

#include "app/net/postgres_error.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cerrno>

#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

namespace tailspan::net {

namespace {

struct ClearResult {
    void operator()(PGresult *result) const { PQclear(result); }
};
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

std::string fieldOf(const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);
    return text == nullptr ? std::string() : text;
}

std::uint64_t bytesOf(const PGresult *result)
{
    std::uint64_t bytes = 0;
    for (int column = 0; column < PQnfields(result); ++column)
        bytes += static_cast<std::uint64_t>(PQgetlength(result, 0, column));
    return bytes;
}

} // namespace

void PostgresConnection::Close::operator()(pg_conn *connection) const
{
    // A statement is under way or the other side is gone: without this the farewell could wait for room to write.
    if (PQtransactionStatus(connection) != PQTRANS_IDLE && PQsocket(connection) >= 0)
        ::shutdown(PQsocket(connection), SHUT_RDWR);
    PQfinish(connection);
}

void PostgresConnection::close()
{
    m_connection.reset();
}

int PostgresConnection::backendPid() const
{
    return PQbackendPID(m_connection.get());
}

int PostgresConnection::serverVersion() const
{
    return PQserverVersion(m_connection.get());
}

std::string PostgresConnection::user() const
{
    const char *name = PQuser(m_connection.get());
    return name == nullptr ? std::string() : name;
}

Result<> PostgresConnection::wait(short events, const Deadline &deadline, const std::stop_token &stop)
{
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled", m_text);
        if (deadline.isOver())
            return fail(ErrorCode::Timeout,
                        "The server gave no answer in time. It may be overloaded, frozen or cut off; what it had sent "
                        "until then is kept.",
                        m_text);
        pollfd waiting{PQsocket(m_connection.get()), events, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(deadline.next(kStopSlice).count()));
        if (ready > 0)
            return {};
        if (ready < 0 && errno != EINTR)
            return tl::unexpected(brokenError());
    }
}

Error PostgresConnection::brokenError()
{
    const std::string message = m_connection == nullptr ? std::string() : PQerrorMessage(m_connection.get());
    const bool isForeign = message.find("synchronization") != std::string::npos
        || message.find("message contents") != std::string::npos
        || message.find("insufficient data") != std::string::npos;
    if (isForeign)
        return {ErrorCode::Malformed,
                "What the server sends is not PostgreSQL's protocol. Check host and port, and what stands between.",
                m_text};
    return {ErrorCode::Unreachable, "The connection broke: the server or something on the way closed it.", m_text};
}

Result<PostgresAnswer> PostgresConnection::run(const PostgresStatement &statement, const OnRow &onRow,
                                               const PostgresLimits &limits, std::stop_token stop)
{
    m_lastState.clear();
    if (m_connection == nullptr)
        return fail(ErrorCode::Unreachable, "The connection is closed.", m_text);
    const Deadline deadline(limits.time);
    const Result<> sent = send(statement, deadline, stop);
    auto answer = sent.has_value() ? receive(onRow, limits, deadline, stop)
                                   : Result<PostgresAnswer>(tl::unexpected(sent.error()));
    const bool isReady = m_connection != nullptr && PQstatus(m_connection.get()) == CONNECTION_OK
        && PQtransactionStatus(m_connection.get()) != PQTRANS_ACTIVE;
    if (!isReady) // cancelled, out of time or broken: nothing could be asked on it any more
        close();
    return answer;
}

Result<> PostgresConnection::send(const PostgresStatement &statement, const Deadline &deadline,
                                  const std::stop_token &stop)
{
    PGconn *connection = m_connection.get();
    std::vector<const char *> values;
    values.reserve(statement.values.size());
    for (const auto &value : statement.values) {
        if (value && value->find('\0') != std::string::npos)
            return fail(ErrorCode::Malformed, "A text of the filter holds a zero byte, which no stored text can.",
                        m_text);
        values.push_back(value ? value->c_str() : nullptr);
    }
    constexpr int kBinary = 1;
    if (PQsendQueryParams(connection, statement.text.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                          nullptr, nullptr, kBinary)
        == 0)
        return tl::unexpected(brokenError());
    PQsetSingleRowMode(connection);
    while (true) {
        const int left = PQflush(connection);
        if (left == 0)
            return {};
        if (left < 0)
            return tl::unexpected(brokenError());
        TS_CHECK(wait(POLLIN | POLLOUT, deadline, stop));
        if (PQconsumeInput(connection) == 0)
            return tl::unexpected(brokenError());
    }
}

Result<PostgresAnswer> PostgresConnection::receive(const OnRow &onRow, const PostgresLimits &limits,
                                                   const Deadline &deadline, const std::stop_token &stop)
{
    PGconn *connection = m_connection.get();
    PostgresAnswer answer;
    std::optional<Error> refused;
    while (true) {
        while (PQisBusy(connection) != 0) {
            TS_CHECK(wait(POLLIN, deadline, stop));
            if (PQconsumeInput(connection) == 0)
                return tl::unexpected(brokenError());
        }
        const ResultHandle result(PQgetResult(connection));
        if (result == nullptr)
            break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_SINGLE_TUPLE) {
            ++answer.rows;
            answer.bytes += bytesOf(result.get());
            if (answer.bytes > limits.bytes)
                return fail(ErrorCode::LimitReached,
                            "The answer is larger than " + bytesText(limits.bytes) + "; the rest was not read.",
                            m_text);
            TS_CHECK(onRow(PostgresRow(result.get())));
            constexpr std::uint64_t kLookEvery = 1024;
            if (answer.rows % kLookEvery == 0 && stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled", m_text);
        } else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            m_lastState = fieldOf(result.get(), PG_DIAG_SQLSTATE);
            refused = m_lastState.empty()
                ? brokenError()
                : postgresError(m_lastState, fieldOf(result.get(), PG_DIAG_MESSAGE_PRIMARY), m_text);
        }
    }
    if (refused)
        return tl::unexpected(*std::move(refused));
    return answer;
}

} // namespace tailspan::net
