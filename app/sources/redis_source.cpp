// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/server_words.h"
#include "app/sources/asked_spans.h"
#include "app/sources/redis_notes.h"
#include "app/sources/redis_probe.h"
#include "app/sources/redis_search.h"
#include "app/sources/redis_settings.h"
#include "app/sources/redis_tail.h"
#include "app/tracefiles/stored_records.h"
#include "models/base/number_text.h"
#include "models/base/utf8.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace tailspan::sources {

namespace {

constexpr std::chrono::seconds kListsStayKnown{5};

/// The lists of the target's collector: `<prefix>traces:<service>`, JSON records, newest first.
class RedisSource final : public TraceSource {
public:
    RedisSource(const SourceAddress &address, const SourceSecrets &secrets)
        : m_settings(redisSettings(address, secrets)),
          m_session(m_settings ? m_settings->target : net::RedisTarget{}, m_cost),
          m_keyPrefix((m_settings ? m_settings->keyPrefix : "") + "traces:"), m_walk(m_keyPrefix), m_tail(m_walk)
    {}

    Result<> probe(const OnProbeStep &onStep, Ask ask) override
    {
        if (!m_settings) {
            onStep({ProbeStep::State::Failed, "address understood", m_settings.error().message});
            return tl::unexpected(m_settings.error());
        }
        return probeRedis(m_session, m_walk, m_settings->scanLimit, m_settings->listLimit, onStep, std::move(ask));
    }

    Result<SearchPage> search(const trace::TraceQuery &query, Ask ask) override
    {
        TS_TRY(const std::vector<std::string> keys, listsFor(query, ask.stop));
        RedisHits hits;
        const auto take = [&](std::size_t, const StoredRecordFilter &record) -> Result<> {
            hits.add(record.fields());
            return {};
        };
        TS_TRY(const RedisReading reading,
               readFittingRecords(m_session, keys, query, tracesOf(query), take, std::move(ask)));
        SearchPage page = hits.page(query);
        RedisNotes notes = notesOf(reading, query, rangeBeginNs(query));
        if (reading.bad.count > 0)
            notes.add(pluralText(reading.bad.count, "record", "records")
                      + " could not be understood (first: " + net::serverWords(reading.bad.first) + ").");
        page.isComplete = notes.text.empty();
        page.note = notes.text;
        return page;
    }

    Result<FetchOutcome> fetch(const FetchRequest &request, trace::TraceBuilder &builder, std::uint16_t input,
                               Ask ask) override
    {
        const bool isByIds = !request.traceIds.empty(); // then whole traces, whatever else the query says
        TS_TRY(const std::vector<std::string> keys, listsFor(isByIds ? trace::TraceQuery{} : request.query, ask.stop));
        NewestSpans kept(builder.strings(), request.spanLimit);
        std::int64_t oldestStartNs = std::numeric_limits<std::int64_t>::max();
        const auto take = [&](std::size_t list, const StoredRecordFilter &record) {
            const StoredRecordFields &fields = record.fields();
            kept.add(record, list);
            if (fields.endNs)
                oldestStartNs =
                    std::min(oldestStartNs, saturatingSubtract(*fields.endNs, fields.durationNs.value_or(0)));
            return Result<>();
        };
        const auto reading = readFittingRecords(m_session, keys, isByIds ? trace::TraceQuery{} : request.query,
                                                isByIds ? request.traceIds : tracesOf(request.query), take, ask);
        TS_TRY(FetchOutcome outcome, addTo(builder, input, kept, reading, ask.stop));
        const bool isNothing = outcome.spans == 0 && isByIds;
        RedisNotes notes = notesOf(*reading, request.query, isByIds ? oldestStartNs : rangeBeginNs(request.query));
        if (isNothing && !notes.text.empty())
            return fail(ErrorCode::NotFound, "Redis holds no span of this trace. " + notes.text, m_session.place());
        if (isNothing)
            return fail(ErrorCode::NotFound, "Redis holds no span of this trace (any more).", m_session.place());
        if (kept.isCut())
            notes.text = "First " + countText(outcome.spans) + " of more." + (notes.text.empty() ? "" : " ")
                + notes.text;
        outcome.isComplete = notes.text.empty();
        outcome.note = notes.text;
        return outcome;
    }

    Result<FetchOutcome> tail(TailPosition &position, trace::TraceBuilder &builder, std::uint16_t input,
                              Ask ask) override
    {
        if (!m_settings)
            return tl::unexpected(m_settings.error());
        std::string lines;
        FetchOutcome outcome;
        const auto look = m_tail.look(
            m_session, position, m_settings->scanLimit,
            [&](std::string_view record) {
                appendAsLine(lines, record);
                ++outcome.spans;
            },
            ask);
        // Their marks have moved: they must not be lost, also when another list's reading failed or was stopped.
        TS_CHECK(tracefiles::addStoredRecords(std::move(lines), builder, input, {}));
        if (!look)
            return tl::unexpected(look.error());
        noteBad(builder, input, look->bad);
        RedisNotes notes;
        std::vector<std::string> torn;
        for (const std::string &key : look->gaps)
            torn.push_back(net::serverWords(key.substr(m_keyPrefix.size())));
        if (!torn.empty())
            notes.add("Spans of " + listedNames(torn)
                      + " were lost between two looks: more came than Redis keeps, or the list was emptied.");
        notes.addUnread(look->lists, m_keyPrefix);
        notes.addUnseen(m_walk, m_session.server(), m_settings->scanLimit);
        outcome.isComplete = notes.text.empty();
        outcome.note = notes.text;
        return outcome;
    }

    Result<trace::SpanDetails> details(const trace::SpanAddress &span, Ask ask) override
    {
        trace::TraceQuery query;
        if (!span.service.empty())
            query.services = {span.service};
        TS_TRY(const std::vector<std::string> keys, listsFor(query, ask.stop));
        ask.progress.begin("looking for the span", 0);
        std::string found;
        StoredRecordFilter filter{{}};
        RedisListReader reader(m_session, keys);
        const auto take = [&](std::size_t, std::string_view record) -> Result<RecordAnswer> {
            const bool mayBe = found.empty() && record.find(span.spanId) != std::string_view::npos;
            if (mayBe && filter.read(record) && filter.fields().spanId == span.spanId
                && (span.traceId.empty() || filter.fields().traceId == span.traceId))
                found = record;
            return found.empty() ? RecordAnswer::GoOn : RecordAnswer::EndOfList;
        };
        TS_CHECK(reader.run(take, std::move(ask)));
        if (found.empty())
            return fail(ErrorCode::NotFound,
                        "Redis has forgotten this span: it keeps the newest " + countText(m_settings->listLimit)
                            + " of a service. A long-term store may still hold it.",
                        m_session.place());
        TS_TRY(trace::SpanDetails details, tracefiles::storedRecordDetails(found));
        std::uint64_t replaced = 0;
        details.rawRecord = validUtf8(utf8Prefix(found, trace::kRawRecordLimit), replaced);
        return details;
    }

    Result<> manyDetails(std::span<const trace::SpanAddress> spans, const OnDetails &onDetails, Ask ask) override
    {
        trace::TraceQuery query;
        for (const trace::SpanAddress &span : spans)
            query.services.push_back(span.service);
        if (std::ranges::count(query.services, std::string()) > 0)
            query.services.clear();
        TS_TRY(const std::vector<std::string> keys, listsFor(query, ask.stop));
        AskedSpans asked(spans);
        StoredRecordFilter filter{{}};
        Progress ofRecords; // most records of the lists were not asked for
        RedisListReader reader(m_session, keys);
        const auto take = [&](std::size_t, std::string_view record) -> Result<RecordAnswer> {
            const StoredRecordFields &fields = filter.fields();
            const auto number = filter.read(record) ? asked.take(fields.traceId, fields.spanId, fields.service)
                                                    : std::nullopt;
            if (!number)
                return RecordAnswer::GoOn;
            ask.progress.done.fetch_add(1, std::memory_order_relaxed);
            if (Result<trace::SpanDetails> details = tracefiles::storedRecordDetails(record); details.has_value())
                onDetails(*number, std::move(*details));
            return asked.areAllTaken() ? RecordAnswer::EndOfList : RecordAnswer::GoOn;
        };
        return reader.run(take, {ask.stop, ofRecords});
    }

private:
    /// The lists to read: those of the services, else all that are there.
    Result<std::vector<std::string>> listsFor(const trace::TraceQuery &query, const std::stop_token &stop)
    {
        if (!m_settings)
            return tl::unexpected(m_settings.error());
        std::vector<std::string> keys;
        for (const std::string &service : query.services)
            keys.push_back(m_keyPrefix + service);
        std::sort(keys.begin(), keys.end());
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        if (!keys.empty())
            return keys;
        const auto now = std::chrono::steady_clock::now();
        if (!m_walk.sawAll() || !m_walkedAt || now - *m_walkedAt > kListsStayKnown) {
            TS_CHECK(m_walk.walk(m_session, m_settings->scanLimit, stop));
            m_walkedAt = now;
        }
        return std::vector<std::string>(m_walk.known().begin(), m_walk.known().end());
    }

    static std::vector<std::string> tracesOf(const trace::TraceQuery &query)
    {
        return query.traceId.empty() ? std::vector<std::string>() : std::vector{query.traceId};
    }

    static std::optional<std::int64_t> rangeBeginNs(const trace::TraceQuery &query)
    {
        return query.range ? std::optional(query.range->begin.ns()) : std::nullopt;
    }

    RedisNotes notesOf(const RedisReading &reading, const trace::TraceQuery &query,
                       std::optional<std::int64_t> wantedFromNs) const
    {
        RedisNotes notes;
        notes.addForgotten(reading.lists, m_keyPrefix, m_settings->listLimit, wantedFromNs);
        notes.addUnread(reading.lists, m_keyPrefix);
        if (query.services.empty())
            notes.addUnseen(m_walk, m_session.server(), m_settings->scanLimit);
        return notes;
    }

    /// Adds what was kept, also of a reading that broke off: what was read stays.
    static Result<FetchOutcome> addTo(trace::TraceBuilder &builder, std::uint16_t input, NewestSpans &kept,
                                      const Result<RedisReading> &reading, const std::stop_token &stop)
    {
        if (!stop.stop_requested())
            kept.addTo(builder, input);
        if (!reading)
            return tl::unexpected(reading.error());
        noteBad(builder, input, reading->bad);
        return FetchOutcome{kept.size(), true, {}};
    }

    static void noteBad(trace::TraceBuilder &builder, std::uint16_t input, const RedisBadRecords &bad)
    {
        if (bad.count > 0)
            builder.input(input).quality.add(QualityIssue::MalformedRecord, bad.count, net::serverWords(bad.first));
    }

    Result<RedisSettings> m_settings;
    RedisSession m_session;
    std::string m_keyPrefix;
    RedisKeyWalk m_walk;
    RedisTail m_tail;
    std::optional<std::chrono::steady_clock::time_point> m_walkedAt;
};

} // namespace

std::unique_ptr<TraceSource> makeRedisSource(const SourceAddress &address, const SourceSecrets &secrets);

std::unique_ptr<TraceSource> makeRedisSource(const SourceAddress &address, const SourceSecrets &secrets)
{
    return std::make_unique<RedisSource>(address, secrets);
}

} // namespace tailspan::sources
