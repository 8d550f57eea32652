// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_records.h"

#include "models/base/hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace tailspan::sources {

namespace {

using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;

constexpr std::size_t kListsAtOnce = 6;           // and another six under way meanwhile
constexpr std::uint64_t kMostOfOneList = 100'000; // a hundred times what the target keeps
constexpr std::int64_t kClockSlackNs = 60'000'000'000;

/// A hash of a whole record, four words a step: bulk reads take one of every record.
std::uint64_t fingerprintOf(std::string_view record)
{
    constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15ULL;
    std::array<std::uint64_t, 4> lanes = {1, 2, 3, record.size()};
    while (record.size() >= sizeof lanes) {
        std::array<std::uint64_t, 4> words;
        std::memcpy(words.data(), record.data(), sizeof words);
        for (std::size_t i = 0; i < lanes.size(); ++i)
            lanes[i] = std::rotl((lanes[i] ^ words[i]) * kOdd, 29);
        record.remove_prefix(sizeof lanes);
    }
    std::uint64_t hash = hashBytes(record);
    for (const std::uint64_t lane : lanes)
        hash = mixBits(hash ^ lane);
    return hash;
}

/// Errors that concern one list only; the others may still be read.
bool concernsOneList(const Error &error)
{
    return error.code == ErrorCode::Auth || error.code == ErrorCode::Malformed || error.code == ErrorCode::Unsupported;
}

/// Looks through the records of lists for a query.
class FittingRecords {
public:
    FittingRecords(const trace::TraceQuery &query, const std::vector<std::string> &traceIds,
                   const OnFittingRecord &onRecord, std::size_t lists)
        : m_filter(query), m_traceIds(traceIds), m_onRecord(onRecord), m_lists(lists)
    {
        if (query.range)
            m_wantedFromNs = saturatingSubtract(query.range->begin.ns(), kClockSlackNs);
    }

    Result<RecordAnswer> take(std::size_t list, std::string_view record)
    {
        ListState &state = m_lists[list];
        ++state.records;
        if (!mayBeOfTraces(record)) {
            state.lastSkipped.assign(record);
            return RecordAnswer::GoOn;
        }
        if (!m_filter.read(record)) {
            ++bad.count;
            if (bad.first.empty())
                badList = list, badElement = state.records;
            return RecordAnswer::GoOn;
        }
        const StoredRecordFields &fields = m_filter.fields();
        if (fields.endNs)
            state.oldestEndNs = std::min(state.oldestEndNs.value_or(*fields.endNs), *fields.endNs);
        state.tooOld = fields.endNs && m_wantedFromNs && *fields.endNs < *m_wantedFromNs ? state.tooOld + 1 : 0;
        if (isOfTraces(fields) && m_filter.fits())
            TS_CHECK(m_onRecord(list, m_filter));
        return state.tooOld >= kOldInARow ? RecordAnswer::EndOfList : RecordAnswer::GoOn;
    }

    /// Of the records read and of the last one that was passed over.
    [[nodiscard]] std::optional<std::int64_t> oldestEndNs(std::size_t list)
    {
        std::optional<std::int64_t> oldest = m_lists[list].oldestEndNs;
        const bool isRead = !m_lists[list].lastSkipped.empty() && m_filter.read(m_lists[list].lastSkipped);
        if (isRead && m_filter.fields().endNs)
            oldest = std::min(oldest.value_or(*m_filter.fields().endNs), *m_filter.fields().endNs);
        return oldest;
    }

    RedisBadRecords bad;
    std::size_t badList = 0;
    std::uint64_t badElement = 0;

private:
    static constexpr std::uint64_t kOldInARow = 100;
    struct ListState {
        std::uint64_t records = 0;
        std::uint64_t tooOld = 0; ///< In a row, up to here.
        std::optional<std::int64_t> oldestEndNs;
        std::string lastSkipped;
    };

    /// Looking for the id's bytes is much cheaper than reading the record.
    [[nodiscard]] bool mayBeOfTraces(std::string_view record) const
    {
        constexpr std::size_t kSearched = 8;
        if (m_traceIds.empty() || m_traceIds.size() > kSearched)
            return true;
        return std::any_of(m_traceIds.begin(), m_traceIds.end(),
                           [&](const std::string &id) { return record.find(id) != std::string_view::npos; });
    }
    [[nodiscard]] bool isOfTraces(const StoredRecordFields &fields) const
    {
        return m_traceIds.empty()
            || std::find(m_traceIds.begin(), m_traceIds.end(), fields.traceId) != m_traceIds.end();
    }

    StoredRecordFilter m_filter;
    const std::vector<std::string> &m_traceIds;
    const OnFittingRecord &m_onRecord;
    std::optional<std::int64_t> m_wantedFromNs;
    std::vector<ListState> m_lists;
};

} // namespace

RedisListReader::RedisListReader(RedisSession &session, std::vector<std::string> keys, std::size_t pageSize)
    : m_session(session), m_pageSize(pageSize), m_walks(keys.size())
{
    for (std::string &key : keys)
        m_lists.push_back({std::move(key), 0, false, false, {}, {}});
}

Result<> RedisListReader::run(const OnStoredRecord &onRecord, Ask ask)
{
    if (m_lists.empty())
        return {};
    TS_CHECK(m_session.askInTurns([this] { return nextPages(); },
                                  [&](const RedisCommand &command, std::size_t i, RedisReplyView page) -> Result<> {
                                      const std::size_t list = m_asked.front()[i];
                                      if (i + 1 == m_asked.front().size())
                                          m_asked.pop_front();
                                      return takeReply(list, command, page, onRecord, ask.progress);
                                  },
                                  ask.stop));
    const auto isRefused = [](const RedisListFacts &list) { return list.refused.has_value(); };
    if (std::all_of(m_lists.begin(), m_lists.end(), isRefused))
        return tl::unexpected(*m_lists.front().refused);
    return {};
}

/// The next page of some lists that are not over and of which none is under way, in turns.
std::vector<RedisCommand> RedisListReader::nextPages()
{
    std::vector<std::size_t> asked;
    std::vector<RedisCommand> commands;
    for (std::size_t looked = 0; looked < m_walks.size() && asked.size() < kListsAtOnce; ++looked) {
        const std::size_t list = m_nextList;
        m_nextList = (m_nextList + 1) % m_walks.size();
        Walk &walk = m_walks[list];
        if (walk.isOver || walk.isAsked)
            continue;
        walk.isAsked = true;
        asked.push_back(list);
        commands.push_back(
            {RedisVerb::LRange,
             {m_lists[list].key, std::to_string(walk.next), std::to_string(walk.next + m_pageSize - 1)}});
    }
    if (!asked.empty())
        m_asked.push_back(std::move(asked));
    return commands;
}

Result<> RedisListReader::takeReply(std::size_t list, const RedisCommand &command, RedisReplyView page,
                                    const OnStoredRecord &onRecord, Progress &progress)
{
    m_walks[list].isAsked = false;
    if (!page.isError())
        return takePage(list, page, onRecord, progress);
    Error error = m_session.errorOf(command, page);
    if (!concernsOneList(error))
        return tl::unexpected(std::move(error));
    m_lists[list].refused = std::move(error);
    m_walks[list].isOver = true;
    return {};
}

Result<> RedisListReader::takePage(std::size_t list, RedisReplyView page, const OnStoredRecord &onRecord,
                                   Progress &progress)
{
    Walk &walk = m_walks[list];
    RedisListFacts &facts = m_lists[list];
    std::vector<std::uint64_t> hashes;
    hashes.reserve(page.size());
    for (std::size_t i = 0; i < page.size() && !walk.isOver; ++i) {
        const std::string_view record = page[i].text();
        const std::uint64_t hash = fingerprintOf(record);
        if (walk.seen.contains(hash))
            continue;
        hashes.push_back(hash);
        ++facts.records;
        TS_TRY(const RecordAnswer answer, onRecord(list, record));
        walk.isOver = answer == RecordAnswer::EndOfList;
    }
    walk.seen.insert(hashes.begin(), hashes.end());
    walk.next += page.size();
    progress.done.fetch_add(page.size(), std::memory_order_relaxed);
    if (!walk.isOver && page.size() < m_pageSize) {
        facts.reachedEnd = true;
        walk.isOver = true;
    }
    facts.isCut = !walk.isOver && facts.records >= kMostOfOneList;
    walk.isOver = walk.isOver || facts.isCut;
    if (walk.isOver)
        walk.seen.clear();
    return {};
}

Result<RedisReading> readFittingRecords(RedisSession &session, const std::vector<std::string> &keys,
                                        const trace::TraceQuery &query, const std::vector<std::string> &traceIds,
                                        const OnFittingRecord &onRecord, Ask ask)
{
    ask.progress.begin("reading Redis", 0);
    FittingRecords fitting(query, traceIds, onRecord, keys.size());
    RedisListReader reader(session, keys);
    TS_CHECK(reader.run([&](std::size_t list, std::string_view record) { return fitting.take(list, record); }, ask));
    RedisReading reading{reader.takeLists(), fitting.bad};
    if (reading.bad.count > 0)
        reading.bad.first = keys[fitting.badList] + ", element " + std::to_string(fitting.badElement);
    for (std::size_t i = 0; i < keys.size(); ++i)
        reading.lists[i].oldestEndNs = fitting.oldestEndNs(i);
    return reading;
}

} // namespace tailspan::sources
