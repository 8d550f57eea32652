// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_source.h"

namespace tailspan::sources {

namespace {

using Kind = OptionInfo::Kind;

std::vector<OptionInfo> columnOptions()
{
    return {
        {"table", "Table", "Table or view with one row a span; schema.table works.", Kind::Text, "",
         "distributed_traces"},
        {"trace-id", "Trace id column", "Column with the trace's id.", Kind::Text, "", "trace_id"},
        {"span-id", "Span id column", "Column with the span's id.", Kind::Text, "", "span_id"},
        {"parent-id", "Parent id column", "Column with the id of the parent span.", Kind::Text, "", "parent_span_id"},
        {"service-name", "Service column", "Column with the name of the service.", Kind::Text, "", "service_name"},
        {"operation", "Operation column", "Column with the name of the operation.", Kind::Text, "", "operation"},
        {"start", "Start column",
         "Column with the start of a span; without an end column, spans of over an hour are found by their start.",
         Kind::Text, "", ""},
        {"end", "End column", "Column with the end of a span: a timestamp or a number since 1970.", Kind::Text, "",
         "timestamp"},
        {"time-unit", "Unit of times", "What a number in the start or end column counts.", Kind::Choice, "ns|us|ms|s",
         "ms"},
        {"duration", "Duration column", "Column with the length of a span.", Kind::Text, "", "duration"},
        {"duration-unit", "Unit of durations", "What a number in the duration column counts.", Kind::Choice,
         "ns|us|ms|s", "ms"},
        {"status", "Status column", "Column with the HTTP status code or a text such as ERROR.", Kind::Text, "",
         "status_code"},
        {"error", "Error column", "Column with the error's text or whether there was one.", Kind::Text, "", "error"},
        {"neighbors", "Neighbors column", "Column with a JSON list of the services the span called.", Kind::Text, "",
         "neighbors"},
        {"attributes", "Attribute columns", "JSON columns that key=value is looked for in, separated by commas.",
         Kind::Text, "", "request,response,metadata"}};
}

std::vector<OptionInfo> connectionOptions()
{
    return {
        {"sslmode", "TLS", "How the server is checked; without a choice verify-full, for this machine prefer.",
         Kind::Choice, "verify-full|verify-ca|require|prefer|disable", ""},
        {"sslrootcert", "Authorities", "File of the certificate authorities to trust; else the system's.", Kind::File,
         "", ""},
        {"sslcert", "Client certificate", "File of the certificate to show to the server.", Kind::File, "", ""},
        {"sslkey", "Client key", "File of the client certificate's key.", Kind::File, "", ""},
        {"service", "Service", "Section of the service file that names host, database and user.", Kind::Text, "", ""},
        {"statement-timeout", "Time limit", "Seconds that one statement may take on the server.", Kind::Number, "",
         "10"}};
}

/// Asks; once more when the table was altered since it was looked at. `call` must not have handed anything over then,
/// which holds: a statement that names a missing column gives no row.
template <class Call>
auto asked(PostgresSession &session, Call call)
{
    auto outcome = call();
    if (!outcome.has_value() && session.isConnected() && session.forgetChangedTable())
        outcome = call();
    if (!outcome.has_value() && outcome.error().context.empty())
        outcome.error().context = session.address().text();
    return outcome;
}

} // namespace

SourceInfo infoPostgresSource()
{
    SourceInfo info;
    info.kind = "postgresql";
    info.title = "PostgreSQL";
    info.description = "A table or view of spans in PostgreSQL, also behind PgBouncer.";
    info.schemes = {"postgresql", "postgres"};
    info.defaultPort = 5432;
    info.databaseTitle = "Database";
    info.canAggregate = true;
    info.options = columnOptions();
    for (OptionInfo &option : info.options)
        option.isFolded = std::string_view(option.id) != "table";
    for (const OptionInfo &option : connectionOptions())
        info.options.push_back(option);
    return info;
}

std::unique_ptr<TraceSource> makePostgresSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    return std::make_unique<PostgresSource>(address, secrets);
}

Result<> PostgresSource::probe(const OnProbeStep &onStep, Ask ask)
{
    return probePostgres(m_session, onStep, ask);
}

Result<SearchPage> PostgresSource::search(const trace::TraceQuery &query, Ask ask)
{
    return asked(m_session, [&] { return searchPostgres(m_session, query, ask); });
}

Result<FetchOutcome> PostgresSource::fetch(const FetchRequest &request, trace::TraceBuilder &builder,
                                           std::uint16_t input, Ask ask)
{
    return asked(m_session, [&] { return fetchPostgres(m_session, request, builder, input, ask); });
}

Result<FetchOutcome> PostgresSource::tail(TailPosition &position, trace::TraceBuilder &builder, std::uint16_t input,
                                          Ask ask)
{
    return asked(m_session, [&] { return tailPostgres(m_session, position, builder, input, ask); });
}

Result<trace::SpanDetails> PostgresSource::details(const trace::SpanAddress &span, Ask ask)
{
    return asked(m_session, [&] { return detailsFromPostgres(m_session, span, ask); });
}

Result<> PostgresSource::manyDetails(std::span<const trace::SpanAddress> spans, const OnDetails &onDetails, Ask ask)
{
    AskedSpans wanted(spans);
    return asked(m_session, [&] { return attributesFromPostgres(m_session, spans, wanted, onDetails, ask); });
}

Result<Aggregate> PostgresSource::aggregate(AggregateKind kind, const trace::TraceQuery &query, std::size_t columns,
                                            Ask ask)
{
    return asked(m_session, [&] { return aggregateInPostgres(m_session, kind, query, columns, ask); });
}

} // namespace tailspan::sources
