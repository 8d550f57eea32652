// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_query.h"
#include "app/sources/postgres_record.h"
#include "app/sources/postgres_rows.h"
#include "app/sources/postgres_source.h"
#include "app/tracefiles/stored_records.h"

#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::sources {

namespace {

/// A bulk read may take this many times as long as other statements.
constexpr int kBulkPatience = 3;
/// Spans whose attributes one statement asks for.
constexpr std::size_t kSpansAtOnce = 1000;

/// Spans that share an id are few, and their rows too.
constexpr std::size_t kMostRowsASpan = 4;

tl::unexpected<Error> oneSpanIsAnother(const PostgresTable &table)
{
    return fail(ErrorCode::Unsupported,
                "One span cannot be told from another: " + table.lack() + " Name it with the option \"span-id\".");
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
        return oneSpanIsAnother(table);
    sql.setSql("detail_columns", detailColumns(table));
    sql.set("candidates", table.idArray(SpanColumn::TraceId, {span.traceId}));
    sql.set("spans", table.idArray(SpanColumn::SpanId, {span.spanId}));
    std::string record;
    bool isOfService = false;
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
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

Result<> attributesFromPostgres(PostgresSession &session, std::span<const trace::SpanAddress> spans, AskedSpans &asked,
                                const OnDetails &onDetails, const Ask &ask)
{
    for (std::size_t begin = 0; begin < spans.size(); begin += kSpansAtOnce) {
        TS_TRY(SqlTemplate sql, session.sql(ask));
        const PostgresTable &table = session.table();
        if (!table.has(SpanColumn::SpanId))
            return oneSpanIsAnother(table);
        std::vector<std::string> traces;
        std::vector<std::string> ids;
        for (const trace::SpanAddress &span : spans.subspan(begin, std::min(kSpansAtOnce, spans.size() - begin))) {
            if (traces.empty() || traces.back() != span.traceId)
                traces.push_back(span.traceId);
            ids.push_back(span.spanId);
        }
        sql.setSql("attribute_columns", attributeColumns(table));
        sql.set("candidates", table.idArray(SpanColumn::TraceId, traces));
        sql.set("spans", table.idArray(SpanColumn::SpanId, ids));
        sql.set("rows", std::to_string(kMostRowsASpan * ids.size()));
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            const auto number = asked.take(row.text(kTraceIdPlace), row.text(kSpanIdPlace), row.text(kServicePlace));
            if (!number)
                return {};
            ask.progress.done.fetch_add(1, std::memory_order_relaxed);
            if (Result<trace::SpanDetails> details = tracefiles::storedRecordDetails(recordOf(row));
                details.has_value())
                onDetails(*number, std::move(*details));
            return {};
        };
        TS_CHECK(session.run(sql.statement("attributes"), take, ask, kBulkPatience));
    }
    return {};
}

} // namespace tailspan::sources
