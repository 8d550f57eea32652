// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_tail.h"

#include <algorithm>

namespace tailspan::sources {

namespace {

using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;

constexpr std::chrono::milliseconds kBetweenWalks{200};
constexpr std::uint64_t kKeysEachWalk = 1'000;
constexpr std::chrono::seconds kBetweenRetries{5};
constexpr std::size_t kHeadsAtOnce = 256;

std::string markOf(std::string_view record)
{
    return std::to_string(record.size()) + ":" + std::to_string(std::hash<std::string_view>()(record));
}

/// The new records of one list, newest first, until the mark of the look before.
class NewRecords {
public:
    NewRecords(std::string knownMark, std::int64_t beginNs) : m_knownMark(std::move(knownMark)), m_beginNs(beginNs) {}

    Result<RecordAnswer> take(std::string_view record)
    {
        const std::string mark = markOf(record);
        if (newestMark.empty())
            newestMark = mark;
        if (mark == m_knownMark) {
            foundMark = true;
            return RecordAnswer::EndOfList;
        }
        ++element;
        if (!m_filter.read(record)) {
            ++bad;
            firstBad = firstBad == 0 ? element : firstBad;
            return RecordAnswer::GoOn;
        }
        const auto endNs = m_filter.fields().endNs;
        if (m_knownMark.empty() && endNs && *endNs < m_beginNs)
            return ++m_tooOld < kOldInARow ? RecordAnswer::GoOn : RecordAnswer::EndOfList;
        m_tooOld = 0;
        records.emplace_back(record);
        return RecordAnswer::GoOn;
    }

    std::string newestMark;
    bool foundMark = false;
    std::vector<std::string> records;
    std::uint64_t element = 0;
    std::uint64_t bad = 0;
    std::uint64_t firstBad = 0;

private:
    static constexpr int kOldInARow = 20; // several collectors write into one list, not quite in order
    std::string m_knownMark;
    std::int64_t m_beginNs;
    int m_tooOld = 0;
    StoredRecordFilter m_filter{{}};
};

} // namespace

Result<RedisTail::Look> RedisTail::look(RedisSession &session, TailPosition &position, std::uint64_t scanLimit,
                                        const OnNewRecord &onRecord, Ask ask)
{
    ask.progress.begin("looking for new spans", 0);
    TS_CHECK(findLists(session, scanLimit, ask.stop));
    TS_TRY(const std::vector<std::string> grown, grownLists(session, position, ask.stop));
    Look look;
    for (const std::string &key : grown)
        TS_CHECK(readList(key, session, position, look, onRecord, ask));
    if (!m_refused.empty() && m_refused.size() == m_walk.known().size())
        return tl::unexpected(*m_refused.begin()->second.refused);
    for (const auto &[key, list] : m_refused)
        look.lists.push_back(list);
    return look;
}

Result<> RedisTail::findLists(RedisSession &session, std::uint64_t scanLimit, const std::stop_token &stop)
{
    const auto now = Clock::now();
    if (m_walkedAt && m_walk.sawAll() && now - *m_walkedAt < kBetweenWalks)
        return {};
    TS_CHECK(m_walk.walk(session, m_walkedAt ? kKeysEachWalk : scanLimit, stop));
    m_walkedAt = now;
    if (now - m_retriedAt >= kBetweenRetries) {
        m_refused.clear();
        m_retriedAt = now;
    }
    return {};
}

Result<std::vector<std::string>> RedisTail::grownLists(RedisSession &session, const TailPosition &position,
                                                       const std::stop_token &stop)
{
    std::vector<std::string> keys;
    std::copy_if(m_walk.known().begin(), m_walk.known().end(), std::back_inserter(keys),
                 [this](const std::string &key) { return !m_refused.contains(key); });
    std::vector<std::string> grown;
    for (std::size_t first = 0; first < keys.size(); first += kHeadsAtOnce) {
        const std::size_t end = std::min(keys.size(), first + kHeadsAtOnce);
        std::vector<RedisCommand> heads;
        for (std::size_t i = first; i < end; ++i)
            heads.push_back({RedisVerb::LRange, {keys[i], "0", "0"}});
        TS_CHECK(session.ask(
            heads,
            [&](std::size_t i, RedisReplyView reply) -> Result<> {
                const std::string &key = keys[first + i];
                const auto known = position.marks.find(key);
                const bool isSame = reply.size() > 0 && known != position.marks.end()
                    && known->second == markOf(reply[0].text());
                if (reply.isError() || (reply.size() > 0 && !isSame))
                    grown.push_back(key); // an error is met, and told, by the reading
                return {};
            },
            stop));
    }
    return grown;
}

Result<> RedisTail::readList(const std::string &key, RedisSession &session, TailPosition &position, Look &look,
                             const OnNewRecord &onRecord, Ask ask)
{
    const auto known = position.marks.find(key);
    const bool hasMark = known != position.marks.end();
    NewRecords fresh(hasMark ? known->second : std::string(), saturatingSubtract(session.nowNs(), position.backNs));
    RedisListReader reader(session, {key}, pageSize(key));
    const Result<> read = reader.run([&](std::size_t, std::string_view record) { return fresh.take(record); }, ask);
    if (reader.lists().front().refused) {
        m_refused[key] = reader.lists().front(); // the other lists go on
        return {};
    }
    TS_CHECK(read);
    look.lists.push_back(reader.lists().front());
    if (hasMark && !fresh.foundMark)
        look.gaps.push_back(key);
    if (fresh.bad > 0 && look.bad.count == 0)
        look.bad.first = key + ", element " + std::to_string(fresh.firstBad);
    look.bad.count += fresh.bad;
    for (const std::string &record : fresh.records)
        onRecord(record);
    if (!fresh.newestMark.empty())
        position.marks[key] = fresh.newestMark;
    m_cameLast[key] = fresh.records.size();
    return {};
}

/// Twice as many as came last time: mostly one page, and little of it known already.
std::size_t RedisTail::pageSize(const std::string &key) const
{
    const auto came = m_cameLast.find(key);
    const std::uint64_t expected = came == m_cameLast.end() ? 50 : came->second;
    return static_cast<std::size_t>(std::clamp<std::uint64_t>(2 * expected, 10, 100));
}

} // namespace tailspan::sources
