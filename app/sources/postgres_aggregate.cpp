// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_query.h"
#include "app/sources/postgres_rows.h"
#include "app/sources/postgres_source.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace tailspan::sources {

namespace {

/// Counting over a long range may take this many times as long as other statements.
constexpr int kCountPatience = 3;
constexpr std::size_t kMostRows = 100'000;

std::uint64_t countAt(const net::PostgresRow &row, int column)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(row.integer(column).value_or(0), 0));
}

std::string boundsText()
{
    std::vector<std::string> bounds;
    for (const std::int64_t bound : latencyBoundsNs())
        bounds.push_back(std::to_string(bound));
    return arrayText(bounds);
}

class Counting {
public:
    Counting(PostgresSession &session, const trace::TraceQuery &query, const Ask &ask)
        : m_session(session), m_query(query), m_ask(ask)
    {}

    Result<> count(Aggregate &sums)
    {
        return ask("count", [&](const net::PostgresRow &row) {
            sums.spans = countAt(row, 0);
            sums.errors = countAt(row, 1);
        });
    }

    Result<> facets(Aggregate &sums)
    {
        return ask("facets", [&](const net::PostgresRow &row) {
            FacetRow facet{std::string(row.text(0)), std::string(row.text(1)),   countAt(row, 2),
                           countAt(row, 3),          row.integer(4).value_or(0), row.integer(5).value_or(0)};
            sums.spans += facet.spans;
            sums.errors += facet.errors;
            sums.isComplete = sums.facets.size() < kMostRows - 1;
            sums.facets.push_back(std::move(facet));
        });
    }

    Result<> heatmap(Aggregate &sums, std::size_t columns)
    {
        TS_CHECK(findRange(sums));
        if (sums.range.isEmpty())
            return {};
        const auto wanted = static_cast<std::int64_t>(std::max<std::size_t>(columns, 1));
        const std::int64_t lengthNs = sums.range.length().ns();
        sums.columnNs = lengthNs / wanted + (lengthNs % wanted != 0 ? 1 : 0);
        return ask(
            "heatmap",
            [&](const net::PostgresRow &row) {
                const std::int64_t column = row.integer(0).value_or(-1);
                const std::int64_t band = row.integer(1).value_or(-1);
                if (column < 0 || band < 0)
                    return;
                sums.heat.push_back({static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(band),
                                     countAt(row, 2), countAt(row, 3)});
                sums.spans += sums.heat.back().spans;
                sums.errors += sums.heat.back().errors;
            },
            [&](SqlTemplate &sql) {
                std::vector<std::string> edges;
                for (std::int64_t atNs = sums.range.begin.ns(); atNs < sums.range.end.ns();
                     atNs = saturatingAdd(atNs, sums.columnNs))
                    edges.push_back(m_session.table().timeText(atNs));
                sql.set("edges", arrayText(edges));
                sql.set("bounds", boundsText());
            });
    }

    Result<> edges(Aggregate &sums)
    {
        TS_CHECK(m_session.sql(m_ask));
        const PostgresTable &table = m_session.table();
        const bool hasParents = table.has(SpanColumn::SpanId) && table.has(SpanColumn::ParentId);
        if (!table.has(SpanColumn::Service) || (!hasParents && !table.has(SpanColumn::Neighbors)))
            return fail(ErrorCode::Unsupported, "Who called whom is not stored. " + table.lack());
        bool byParents = hasParents;
        if (hasParents && table.has(SpanColumn::Neighbors)) {
            TS_TRY(byParents, parentsResolve());
        }
        return byParents ? edgesByParents(sums) : edgesByNeighbors(sums);
    }

private:
    template <class Take>
    Result<> ask(std::string_view statement, Take take)
    {
        return ask(statement, take, [](SqlTemplate &) {});
    }

    template <class Take, class Prepare>
    Result<> ask(std::string_view statement, Take take, Prepare prepare)
    {
        TS_TRY(SqlTemplate sql, m_session.sql(m_ask));
        TS_CHECK(setConditions(sql, m_session.table(), m_query));
        sql.set("rows", std::to_string(kMostRows));
        prepare(sql);
        const auto onRow = [&](const net::PostgresRow &row) -> Result<> {
            take(row);
            return {};
        };
        TS_CHECK(m_session.run(sql.statement(statement), onRow, m_ask, kCountPatience));
        return {};
    }

    Result<> findRange(Aggregate &sums)
    {
        if (m_query.range) {
            sums.range = *m_query.range;
            return {};
        }
        TS_CHECK(m_session.sql(m_ask));
        const std::int64_t unit = m_session.table().readUnitNs(SpanColumn::End);
        return ask("time_bounds", [&](const net::PostgresRow &row) {
            const auto first = row.nanoseconds(0, unit);
            const auto last = row.nanoseconds(1, unit);
            if (first && last)
                sums.range = {TimePoint(*first), TimePoint(saturatingAdd(*last, 1))};
        });
    }

    /// Whether parents name stored spans: the target's collector draws new ids, so there they never do.
    Result<bool> parentsResolve()
    {
        std::vector<std::string> traces;
        std::vector<std::string> parents;
        TS_CHECK(ask("parents_sample", [&](const net::PostgresRow &row) {
            traces.emplace_back(row.text(0));
            parents.emplace_back(row.text(1));
        }));
        if (traces.empty())
            return false;
        TS_TRY(SqlTemplate sql, m_session.sql(m_ask));
        sql.set("candidates", m_session.table().idArray(SpanColumn::TraceId, traces));
        sql.set("spans", m_session.table().idArray(SpanColumn::SpanId, parents));
        std::uint64_t found = 0;
        const auto onRow = [&](const net::PostgresRow &row) -> Result<> {
            found = countAt(row, 0);
            return {};
        };
        TS_CHECK(m_session.run(sql.statement("parents_found"), onRow, m_ask));
        return found > 0;
    }

    Result<> edgesByNeighbors(Aggregate &sums)
    {
        std::map<std::pair<std::string, std::string>, EdgeRow> edges;
        std::size_t rows = 0;
        TS_CHECK(ask("edges_neighbors", [&](const net::PostgresRow &row) {
            ++rows;
            const std::string from(row.text(0));
            for (const std::string &to : neighborNames(row.text(1))) {
                EdgeRow &edge = edges[{from, to}];
                edge.calls += countAt(row, 2);
                edge.errors += countAt(row, 3);
            }
        }));
        take(std::move(edges), rows, sums);
        return {};
    }

    Result<> edgesByParents(Aggregate &sums)
    {
        std::map<std::pair<std::string, std::string>, EdgeRow> edges;
        std::size_t rows = 0;
        const auto add = [&](const net::PostgresRow &row) {
            ++rows;
            EdgeRow &edge = edges[{std::string(row.text(0)), std::string(row.text(1))}];
            edge.bands.resize(kLatencyBounds + 1);
            const std::int64_t band = row.integer(2).value_or(-1);
            if (band >= 0 && band < static_cast<std::int64_t>(edge.bands.size()))
                edge.bands[static_cast<std::size_t>(band)] += countAt(row, 3);
            edge.calls += countAt(row, 3);
            edge.errors += countAt(row, 4);
        };
        TS_CHECK(ask("edges_parents", add, [](SqlTemplate &sql) { sql.set("bounds", boundsText()); }));
        take(std::move(edges), rows, sums);
        return {};
    }

    static void take(std::map<std::pair<std::string, std::string>, EdgeRow> edges, std::size_t rows, Aggregate &sums)
    {
        sums.isComplete = rows < kMostRows;
        for (auto &[ends, edge] : edges) {
            edge.from = ends.first;
            edge.to = ends.second;
            sums.edges.push_back(std::move(edge));
        }
    }

    PostgresSession &m_session;
    const trace::TraceQuery &m_query;
    const Ask &m_ask;
};

} // namespace

Result<Aggregate> aggregateInPostgres(PostgresSession &session, AggregateKind kind, const trace::TraceQuery &query,
                                      std::size_t columns, const Ask &ask)
{
    ask.progress.begin("counting in the store", 0);
    Counting counting(session, query, ask);
    Aggregate sums;
    Result<> outcome;
    switch (kind) {
    case AggregateKind::Count: outcome = counting.count(sums); break;
    case AggregateKind::Facets: outcome = counting.facets(sums); break;
    case AggregateKind::Heatmap: outcome = counting.heatmap(sums, columns); break;
    case AggregateKind::Edges: outcome = counting.edges(sums); break;
    }
    if (!outcome.has_value())
        return tl::unexpected(outcome.error());
    if (query.range)
        sums.range = *query.range;
    return sums;
}

} // namespace tailspan::sources
