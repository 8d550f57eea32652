// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_query.h"
#include "app/sources/postgres_rows.h"
#include "app/sources/postgres_source.h"
#include "app/tracefiles/stored_records.h"

#include "models/base/number_text.h"

#include <array>
#include <charconv>

namespace tailspan::sources {

namespace {

/// A bulk read may take this many times as long as other statements.
constexpr int kBulkPatience = 3;

struct RecordField {
    SpanColumn column;
    const char *name;
    bool isJson; ///< Written as it is: JSON or a number.
};

// As the collector writes the same record elsewhere.
constexpr std::array<RecordField, 14> kFields{{
    {SpanColumn::TraceId, "traceId", false},
    {SpanColumn::SpanId, "spanId", false},
    {SpanColumn::ParentId, "parentSpanId", false},
    {SpanColumn::Service, "serviceName", false},
    {SpanColumn::Operation, "operation", false},
    {SpanColumn::Start, "startTime", false},
    {SpanColumn::End, "timestamp", false},
    {SpanColumn::Duration, "duration", true},
    {SpanColumn::Status, "statusCode", true},
    {SpanColumn::Request, "request", true},
    {SpanColumn::Response, "response", true},
    {SpanColumn::Error, "error", false},
    {SpanColumn::Metadata, "metadata", true},
    {SpanColumn::Neighbors, "neighbors", true},
}};

void appendJsonString(std::string &json, std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    json += '"';
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (letter == '"' || letter == '\\')
            json += '\\';
        if (byte >= 0x20)
            json += letter;
        else
            json.append("\\u00").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    }
    json += '"';
}

bool isJsonValue(std::string_view text)
{
    if (text.starts_with('{') || text.starts_with('[') || text.starts_with('"') || text == "true" || text == "false"
        || text == "null")
        return true;
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::string recordOf(const net::PostgresRow &row)
{
    std::string json = "{";
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        const int place = static_cast<int>(i);
        if (row.isNull(place))
            continue;
        if (json.size() > 1)
            json += ',';
        appendJsonString(json, kFields[i].name);
        json += ':';
        if (kFields[i].isJson && isJsonValue(row.text(place)))
            json += row.text(place);
        else
            appendJsonString(json, row.text(place));
    }
    return json + "}";
}

std::string detailColumns(const PostgresTable &table)
{
    std::string columns;
    for (const RecordField &field : kFields)
        columns += (columns.empty() ? "" : ", ") + table.asText(field.column);
    return columns;
}

} // namespace

Result<FetchOutcome> fetchPostgres(PostgresSession &session, const FetchRequest &request, trace::TraceBuilder &builder,
                                   std::uint16_t input, const Ask &ask)
{
    ask.progress.begin("reading spans", 0);
    TS_TRY(SqlTemplate sql, session.sql(ask));
    const PostgresTable &table = session.table();
    const bool isByTraces = !request.traceIds.empty();
    if (isByTraces)
        sql.set("candidates", table.idArray(SpanColumn::TraceId, request.traceIds));
    else
        TS_CHECK(setConditions(sql, table, request.query));
    sql.set("rows", std::to_string(request.spanLimit + 1));
    FetchOutcome outcome;
    PostgresRows rows(table, builder, input);
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        if (rows.count() == request.spanLimit) {
            outcome.isComplete = false;
            return {};
        }
        rows.add(row);
        ask.progress.done.store(rows.count(), std::memory_order_relaxed);
        return {};
    };
    const auto statement = sql.statement(isByTraces ? "fetch_traces" : "fetch_query");
    const auto answer = session.run(statement, take, ask, kBulkPatience);
    rows.flush();
    outcome.spans = rows.count();
    if (!answer.has_value()) {
        if (outcome.spans > 0)
            builder.input(input).isComplete = false;
        return tl::unexpected(answer.error());
    }
    if (isByTraces && outcome.spans == 0)
        return fail(ErrorCode::NotFound, "The table holds none of these traces. They may be older than what it keeps.");
    if (!outcome.isComplete) {
        builder.input(input).isComplete = false;
        outcome.note = "first " + countText(request.spanLimit) + " of more";
    }
    if (!table.lack().empty())
        outcome.note += (outcome.note.empty() ? "" : ". ") + table.lack();
    return outcome;
}

Result<trace::SpanDetails> detailsFromPostgres(PostgresSession &session, const trace::SpanAddress &span, const Ask &ask)
{
    ask.progress.begin("reading the span", 0);
    TS_TRY(SqlTemplate sql, session.sql(ask));
    const PostgresTable &table = session.table();
    if (!table.has(SpanColumn::SpanId))
        return fail(ErrorCode::Unsupported,
                    "One span cannot be told from another: " + table.lack() + " Name it with the option \"span-id\".");
    sql.setSql("detail_columns", detailColumns(table));
    sql.set("candidates", table.idArray(SpanColumn::TraceId, {span.traceId}));
    sql.set("spans", table.idArray(SpanColumn::SpanId, {span.spanId}));
    std::string record;
    bool isOfService = false;
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        constexpr int kServicePlace = 3;
        const bool fits = row.text(kServicePlace) == span.service;
        if (record.empty() || (fits && !isOfService))
            record = recordOf(row);
        isOfService = isOfService || fits;
        return {};
    };
    TS_CHECK(session.run(sql.statement("details"), take, ask));
    if (record.empty())
        return fail(ErrorCode::NotFound, "The table holds no span " + span.spanId + " any more.");
    TS_TRY(trace::SpanDetails details, tracefiles::storedRecordDetails(record));
    details.rawRecord = record.substr(0, trace::kRawRecordLimit);
    return details;
}

} // namespace tailspan::sources
