// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/postgres_sink.h"

#include <libpq-fe.h>

namespace tailspan::sim {

namespace {

constexpr std::size_t kColumns = 14;
/// The protocol counts at most 65535 parameters a statement.
constexpr std::size_t kRowsAtOnce = 500;

constexpr const char *kSchema = R"(
CREATE TABLE IF NOT EXISTS distributed_traces (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(), trace_id VARCHAR(36) NOT NULL, span_id VARCHAR(36) NOT NULL,
  parent_span_id VARCHAR(36), service_name VARCHAR(100) NOT NULL, operation VARCHAR(255) NOT NULL,
  timestamp TIMESTAMP NOT NULL, duration INTEGER, status_code INTEGER, request JSONB, response JSONB, error TEXT,
  metadata JSONB, neighbors JSONB, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX IF NOT EXISTS idx_traces_trace_id ON distributed_traces (trace_id);
CREATE INDEX IF NOT EXISTS idx_traces_service_time ON distributed_traces (service_name, timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_traces_time ON distributed_traces (timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_traces_service_operation ON distributed_traces (service_name, operation);
CREATE TABLE IF NOT EXISTS recovery_records (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(), service_name VARCHAR(100) NOT NULL, strategy JSONB, results JSONB,
  success BOOLEAN, timestamp TIMESTAMP NOT NULL, recovery_duration INTEGER);
)";

std::optional<std::string> textOrNull(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

/// "($1,...,$13,$14::timestamptz::timestamp),(...": the target's created_at stands in the server's zone.
std::string placeholders(std::size_t rows)
{
    std::string text;
    for (std::size_t i = 0; i < rows * kColumns; ++i) {
        const bool isLast = i % kColumns == kColumns - 1;
        text += i % kColumns == 0 ? (i == 0 ? "(" : ",(") : ",";
        text += '$' + std::to_string(i + 1) + (isLast ? "::timestamptz::timestamp)" : "");
    }
    return text;
}

} // namespace

void PostgresSink::Close::operator()(pg_conn *connection) const
{
    PQfinish(connection);
}

Result<std::unique_ptr<PostgresSink>> PostgresSink::open(const std::string &address)
{
    Connection connection(PQconnectdb(address.c_str()));
    if (PQstatus(connection.get()) != CONNECTION_OK)
        return fail(ErrorCode::Unreachable, PQerrorMessage(connection.get()), "--postgres");
    std::unique_ptr<PostgresSink> sink(new PostgresSink(std::move(connection)));
    using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;
    PQsetNoticeProcessor(
        sink->m_connection.get(), [](void *, const char *) {}, nullptr); // "already exists"
    const Answer answer(PQexec(sink->m_connection.get(), kSchema), &PQclear);
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK)
        return fail(ErrorCode::Auth, PQresultErrorMessage(answer.get()), "--postgres");
    return sink;
}

Result<> PostgresSink::run(const std::string &statement, const Cells &parameters) const
{
    std::vector<const char *> values;
    for (const std::optional<std::string> &cell : parameters)
        values.push_back(cell.has_value() ? cell->c_str() : nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQexecParams(m_connection.get(), statement.c_str(),
                                                                            static_cast<int>(values.size()), nullptr,
                                                                            values.data(), nullptr, nullptr, 0),
                                                               &PQclear);
    if (PQresultStatus(answer.get()) == PGRES_COMMAND_OK)
        return {};
    return fail(ErrorCode::Unreachable, PQresultErrorMessage(answer.get()), "--postgres");
}

Result<> PostgresSink::addRecord(const StoredRecord &record)
{
    constexpr std::int64_t kInsertedLaterNs = 3'000'000;
    const Call &call = record.call;
    for (const std::optional<std::string> &cell :
         {std::optional(call.traceId), std::optional(call.storedId), textOrNull(call.parentHiddenId),
          std::optional<std::string>(call.operation->service), std::optional<std::string>(call.operation->name),
          std::optional(record.timestamp), std::optional(std::to_string(record.durationMs)),
          std::optional(std::to_string(call.statusCode)), std::optional(record.request), std::optional(record.response),
          textOrNull(call.error), std::optional(record.metadata), std::optional(record.neighbors)})
        m_cells.push_back(cell);
    m_cells.emplace_back(isoTime(call.receivedNs + kInsertedLaterNs));
    return m_cells.size() >= kRowsAtOnce * kColumns ? flush() : Result<>();
}

Result<> PostgresSink::addRecovery(const RecoveryRecord &record)
{
    return run("INSERT INTO recovery_records (id, service_name, strategy, results, success, timestamp, "
               "recovery_duration) VALUES ($1, $2, $3, $4, $5, $6, $7)",
               {record.id, record.service, record.strategy, record.results, record.isSuccess ? "t" : "f",
                record.timestamp, std::to_string(record.durationMs)});
}

Result<> PostgresSink::flush()
{
    if (m_cells.empty())
        return {};
    const auto result =
        run("INSERT INTO distributed_traces (trace_id, span_id, parent_span_id, service_name, operation, "
            "timestamp, duration, status_code, request, response, error, metadata, neighbors, "
            "created_at) VALUES "
                + placeholders(m_cells.size() / kColumns),
            m_cells);
    m_cells.clear();
    return result;
}

} // namespace tailspan::sim
