// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_rows.h"
#include "app/sources/postgres_source.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <charconv>

namespace tailspan::sources {

namespace {

/// A span may be committed this much later than others that ended with it.
constexpr std::int64_t kOverlapNs = 5'000'000'000;
constexpr std::int64_t kSliceNs = 100'000'000;
constexpr std::size_t kRowsAtOnce = 20'000;

constexpr const char *kFromMark = "from";
constexpr const char *kCountsMark = "counts";

std::int64_t numberIn(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// What is known of the last seconds: how many spans ended in each slice of time from `fromNs` on. The last slice has
/// no end.
struct Window {
    std::int64_t fromNs = 0;
    std::vector<std::int64_t> counts;

    static Window of(const TailPosition &position, std::int64_t nowNs)
    {
        Window window;
        const auto from = position.marks.find(kFromMark);
        if (from == position.marks.end()) {
            window.fromNs = (nowNs - position.backNs) / kSliceNs * kSliceNs;
            window.counts = {0};
            return window;
        }
        window.fromNs = numberIn(from->second);
        const auto counts = position.marks.find(kCountsMark);
        std::string_view rest = counts == position.marks.end() ? std::string_view("0") : counts->second;
        while (!rest.empty()) {
            const std::size_t comma = std::min(rest.find(','), rest.size());
            window.counts.push_back(numberIn(rest.substr(0, comma)));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
        return window;
    }

    void store(TailPosition &position) const
    {
        std::string text;
        for (const std::int64_t count : counts)
            text += (text.empty() ? "" : ",") + std::to_string(count);
        position.marks[kFromMark] = std::to_string(fromNs);
        position.marks[kCountsMark] = text;
    }

    std::size_t sliceOf(std::int64_t ns) const
    {
        return static_cast<std::size_t>(
            std::clamp<std::int64_t>((ns - fromNs) / kSliceNs, 0, static_cast<std::int64_t>(counts.size()) - 1));
    }
};

/// One step of following a table. First only counts are asked for, which costs next to nothing when nothing came; then
/// the slices that grew are read.
class TailStep {
public:
    TailStep(PostgresSession &session, TailPosition &position, const Ask &ask)
        : m_session(session), m_position(position), m_ask(ask)
    {}

    Result<FetchOutcome> run(trace::TraceBuilder &builder, std::uint16_t input)
    {
        TS_CHECK(m_session.sql(m_ask)); // knows the server's clock from here on
        m_window = Window::of(m_position, m_session.nowNs());
        TS_TRY(const std::vector<std::int64_t> counts, countSlices());
        std::vector<std::string> changed;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] != m_window.counts[i])
                changed.push_back(std::to_string(i + 1)); // width_bucket counts from 1
        }
        m_window.counts = counts;
        FetchOutcome outcome;
        if (!changed.empty())
            TS_CHECK(readSlices(changed, builder, input, outcome));
        m_window.store(m_position);
        return outcome;
    }

private:
    Result<SqlTemplate> slicesSql()
    {
        TS_TRY(SqlTemplate sql, m_session.sql(m_ask));
        const PostgresTable &table = m_session.table();
        std::vector<std::string> edges;
        for (std::size_t i = 0; i < m_window.counts.size(); ++i)
            edges.push_back(table.timeText(m_window.fromNs + static_cast<std::int64_t>(i) * kSliceNs));
        sql.set("first", edges.front());
        sql.set("edges", arrayText(edges));
        constexpr std::int64_t kLongestSpanNs = 3'600'000'000'000;
        if (table.endIsComputed())
            sql.set("earliest_start", table.timeText(m_window.fromNs - kLongestSpanNs));
        return sql;
    }

    Result<std::vector<std::int64_t>> countSlices()
    {
        TS_TRY(SqlTemplate sql, slicesSql());
        std::vector<std::int64_t> counts(m_window.counts.size());
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            const std::int64_t slice = row.integer(0).value_or(0) - 1;
            if (slice >= 0 && slice < static_cast<std::int64_t>(counts.size()))
                counts[static_cast<std::size_t>(slice)] = row.integer(1).value_or(0);
            return {};
        };
        TS_CHECK(m_session.run(sql.statement("tail_counts"), take, m_ask));
        return counts;
    }

    Result<> readSlices(const std::vector<std::string> &changed, trace::TraceBuilder &builder, std::uint16_t input,
                        FetchOutcome &outcome)
    {
        TS_TRY(SqlTemplate sql, slicesSql());
        sql.set("changed", arrayText(changed));
        sql.set("rows", std::to_string(kRowsAtOnce));
        for (const std::string &slice : changed) // counted again by what is read
            m_window.counts[static_cast<std::size_t>(numberIn(slice)) - 1] = 0;
        PostgresRows rows(m_session.table(), builder, input);
        std::vector<std::int64_t> ends;
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            rows.add(row);
            ends.push_back(rows.lastEndNs());
            return {};
        };
        const auto answer = m_session.run(sql.statement("tail_rows"), take, m_ask, 1);
        rows.flush();
        if (!answer.has_value())
            return tl::unexpected(answer.error());
        outcome.spans = rows.count();
        if (rows.count() == kRowsAtOnce) {
            outcome.note = "more came than " + countText(kRowsAtOnce) + " at once; the rest follows";
        }
        moveOn(ends);
        return {};
    }

    /// The window ends with the newest span read, but not in the future: one span of a clock gone wrong must not hide
    /// the others.
    void moveOn(const std::vector<std::int64_t> &ends)
    {
        if (ends.empty())
            return;
        const std::int64_t lastKnownNs = m_window.fromNs
            + static_cast<std::int64_t>(m_window.counts.size() - 1) * kSliceNs;
        const std::int64_t newestNs = std::max(lastKnownNs, std::min(ends.back(), m_session.nowNs() + kOverlapNs));
        const std::int64_t lastSliceNs = newestNs / kSliceNs * kSliceNs;
        Window next;
        next.fromNs = std::max(m_window.fromNs, lastSliceNs - kOverlapNs);
        const std::int64_t slices = std::max<std::int64_t>((lastSliceNs - next.fromNs) / kSliceNs, 0) + 1;
        next.counts.assign(static_cast<std::size_t>(slices), 0);
        for (std::size_t i = 0; i < m_window.counts.size(); ++i) {
            const std::int64_t sliceNs = m_window.fromNs + static_cast<std::int64_t>(i) * kSliceNs;
            if (sliceNs >= next.fromNs) // the counts of what was read are in `ends`
                next.counts[next.sliceOf(sliceNs)] += m_window.counts[i];
        }
        for (const std::int64_t endNs : ends) {
            if (endNs >= next.fromNs)
                ++next.counts[next.sliceOf(endNs)];
        }
        m_window = std::move(next);
    }

    PostgresSession &m_session;
    TailPosition &m_position;
    const Ask &m_ask;
    Window m_window;
};

} // namespace

Result<FetchOutcome> tailPostgres(PostgresSession &session, TailPosition &position, trace::TraceBuilder &builder,
                                  std::uint16_t input, const Ask &ask)
{
    ask.progress.begin("following", 0);
    return TailStep(session, position, ask).run(builder, input);
}

} // namespace tailspan::sources
