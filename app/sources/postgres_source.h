// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/asked_spans.h"
#include "app/sources/postgres_session.h"
#include "app/sources/trace_source.h"

namespace tailspan::sources {

/// A table of spans in PostgreSQL, also behind PgBouncer, as a view, partitioned or distributed. Thread: one.
class PostgresSource final : public TraceSource {
public:
    PostgresSource(const SourceAddress &address, const SourceSecrets &secrets) : m_session(address, secrets, m_cost) {}

    [[nodiscard]] Result<> probe(const OnProbeStep &onStep, Ask ask) override;
    [[nodiscard]] Result<SearchPage> search(const trace::TraceQuery &query, Ask ask) override;
    [[nodiscard]] Result<FetchOutcome> fetch(const FetchRequest &request, trace::TraceBuilder &builder,
                                             std::uint16_t input, Ask ask) override;
    [[nodiscard]] Result<FetchOutcome> tail(TailPosition &position, trace::TraceBuilder &builder, std::uint16_t input,
                                            Ask ask) override;
    [[nodiscard]] Result<trace::SpanDetails> details(const trace::SpanAddress &span, Ask ask) override;
    [[nodiscard]] Result<> manyDetails(std::span<const trace::SpanAddress> spans, const OnDetails &onDetails,
                                       Ask ask) override;
    [[nodiscard]] Result<Aggregate> aggregate(AggregateKind kind, const trace::TraceQuery &query, std::size_t columns,
                                              Ask ask) override;

private:
    PostgresSession m_session;
};

// One file each. All ask through the session and connect when they have to.
[[nodiscard]] Result<> probePostgres(PostgresSession &session, const OnProbeStep &onStep, const Ask &ask);
[[nodiscard]] Result<SearchPage> searchPostgres(PostgresSession &session, const trace::TraceQuery &query,
                                                const Ask &ask);
[[nodiscard]] Result<FetchOutcome> fetchPostgres(PostgresSession &session, const FetchRequest &request,
                                                 trace::TraceBuilder &builder, std::uint16_t input, const Ask &ask);
[[nodiscard]] Result<FetchOutcome> tailPostgres(PostgresSession &session, TailPosition &position,
                                                trace::TraceBuilder &builder, std::uint16_t input, const Ask &ask);
[[nodiscard]] Result<trace::SpanDetails> detailsFromPostgres(PostgresSession &session, const trace::SpanAddress &span,
                                                             const Ask &ask);
/// `asked`: of the same spans; what it has given already is not handed over again.
[[nodiscard]] Result<> attributesFromPostgres(PostgresSession &session, std::span<const trace::SpanAddress> spans,
                                              AskedSpans &asked, const OnDetails &onDetails, const Ask &ask);
[[nodiscard]] Result<Aggregate> aggregateInPostgres(PostgresSession &session, AggregateKind kind,
                                                    const trace::TraceQuery &query, std::size_t columns,
                                                    const Ask &ask);

} // namespace tailspan::sources
