// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_query.h"
#include "app/sources/postgres_source.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <unordered_map>

namespace tailspan::sources {

namespace {

/// How many spans one walk along the time index may pass over.
constexpr std::size_t kWalkRows = 200'000;
/// Spans asked for at once, at least and for each trace wanted.
constexpr std::size_t kWalkBatch = 1'000;
constexpr std::size_t kSpansPerTrace = 8;

TraceHit hitOf(const net::PostgresRow &row, const PostgresTable &table)
{
    TraceHit hit;
    hit.traceId = row.text(0);
    hit.fittingSpans = static_cast<std::uint64_t>(row.integer(1).value_or(0));
    hit.newestEndNs = row.nanoseconds(2, table.readUnitNs(SpanColumn::End)).value_or(0);
    hit.longestNs = row.integer(3).value_or(0);
    return hit;
}

/// A trace as the walk met it first: where it stands in the order, and the end of that span.
struct Meeting {
    std::size_t place = 0;
    std::int64_t endNs = 0;
};

/// A table of hundreds of millions of spans is not grouped to list its newest traces: they are met in order by walking
/// back along the index on the time. A trace met again on a later page is known by its newest span, which lies before
/// that page.
class NewestSearch {
public:
    NewestSearch(PostgresSession &session, const trace::TraceQuery &query, const Ask &ask)
        : m_session(session), m_query(query), m_ask(ask), m_cursor(query.after)
    {}

    Result<SearchPage> run()
    {
        while (m_page.hits.size() <= m_query.traceLimit && !m_isAtEnd && m_walked < kWalkRows) {
            TS_TRY(const std::vector<std::string> met, walk());
            TS_CHECK(summarize(met));
        }
        if (m_page.hits.size() > m_query.traceLimit) {
            m_page.hits.resize(m_query.traceLimit);
            m_page.next = endOf(m_page.hits);
        } else if (!m_isAtEnd) {
            m_page.isComplete = false;
            m_page.note = "looked at " + countText(m_walked) + " spans; narrow the time range or the filters";
            m_page.next = m_cursor;
        }
        return std::move(m_page);
    }

private:
    static std::optional<trace::PageEnd> endOf(const std::vector<TraceHit> &hits)
    {
        if (hits.empty())
            return std::nullopt;
        return trace::PageEnd{hits.back().newestEndNs, hits.back().traceId};
    }

    Result<SqlTemplate> conditions()
    {
        TS_TRY(SqlTemplate sql, m_session.sql(m_ask));
        TS_CHECK(setConditions(sql, m_session.table(), m_query));
        return sql;
    }

    /// The traces not met before of the next spans.
    Result<std::vector<std::string>> walk()
    {
        TS_TRY(SqlTemplate sql, conditions());
        const PostgresTable &table = m_session.table();
        const std::size_t rows = std::max(kWalkBatch, (m_query.traceLimit + 1) * kSpansPerTrace);
        if (m_cursor) {
            sql.set("after", table.timeText(m_cursor->value));
            sql.set("after_id", m_cursor->traceId);
        }
        sql.set("rows", std::to_string(rows));
        std::vector<std::string> met;
        std::size_t got = 0;
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            ++got;
            m_cursor = trace::PageEnd{row.nanoseconds(1, table.readUnitNs(SpanColumn::End)).value_or(0),
                                      std::string(row.text(0))};
            if (m_met.try_emplace(m_cursor->traceId, Meeting{m_met.size(), m_cursor->value}).second)
                met.push_back(m_cursor->traceId);
            return {};
        };
        TS_CHECK(m_session.run(sql.statement("search_newest"), take, m_ask));
        m_walked += got;
        m_isAtEnd = got < rows;
        return met;
    }

    /// Adds what the fitting spans of these traces say, in the order they were met.
    Result<> summarize(const std::vector<std::string> &met)
    {
        if (met.empty())
            return {};
        TS_TRY(SqlTemplate sql, conditions());
        const PostgresTable &table = m_session.table();
        sql.set("candidates", table.idArray(SpanColumn::TraceId, met));
        std::vector<std::pair<std::size_t, TraceHit>> hits;
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            TraceHit hit = hitOf(row, table);
            const auto meeting = m_met.find(hit.traceId);
            if (meeting == m_met.end())
                return {};
            // On a later page, a newer span than the one met first was met on a page before.
            if (!m_query.after || hit.newestEndNs <= meeting->second.endNs)
                hits.emplace_back(meeting->second.place, std::move(hit));
            return {};
        };
        TS_CHECK(m_session.run(sql.statement("search_summary"), take, m_ask));
        std::sort(hits.begin(), hits.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
        for (auto &[place, hit] : hits)
            m_page.hits.push_back(std::move(hit));
        return {};
    }

    PostgresSession &m_session;
    const trace::TraceQuery &m_query;
    const Ask &m_ask;
    std::optional<trace::PageEnd> m_cursor;
    std::unordered_map<std::string, Meeting> m_met;
    std::size_t m_walked = 0;
    bool m_isAtEnd = false;
    SearchPage m_page;
};

Result<SearchPage> searchLongest(PostgresSession &session, const trace::TraceQuery &query, const Ask &ask)
{
    TS_TRY(SqlTemplate sql, session.sql(ask));
    const PostgresTable &table = session.table();
    TS_CHECK(setConditions(sql, table, query));
    if (query.after) {
        sql.set("after", std::to_string(query.after->value));
        sql.set("after_id", query.after->traceId);
    }
    sql.set("rows", std::to_string(query.traceLimit + 1));
    SearchPage page;
    const auto take = [&](const net::PostgresRow &row) -> Result<> {
        page.hits.push_back(hitOf(row, table));
        return {};
    };
    TS_CHECK(session.run(sql.statement("search_longest"), take, ask));
    if (page.hits.size() > query.traceLimit) {
        page.hits.resize(query.traceLimit);
        if (!page.hits.empty())
            page.next = trace::PageEnd{page.hits.back().longestNs, page.hits.back().traceId};
    }
    return page;
}

} // namespace

Result<SearchPage> searchPostgres(PostgresSession &session, const trace::TraceQuery &query, const Ask &ask)
{
    ask.progress.begin("searching", 0);
    if (query.order == trace::TraceOrder::Longest)
        return searchLongest(session, query, ask);
    return NewestSearch(session, query, ask).run();
}

} // namespace tailspan::sources
