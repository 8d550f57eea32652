// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/redis_session.h"
#include "app/sources/stored_record_filter.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace tailspan::sources {

/// How the reading of one list ended.
struct RedisListFacts {
    std::string key;
    std::uint64_t records = 0; ///< Read.
    bool reachedEnd = false;   ///< False: the rest was not wanted.
    bool isCut = false;        ///< The list is longer than anything that is read of one.
    std::optional<std::int64_t> oldestEndNs;
    std::optional<Error> refused; ///< It is no list, or the user may not read it.
};

/// Records that are no whole JSON object with an id.
struct RedisBadRecords {
    std::uint64_t count = 0;
    std::string first; ///< "traces:auth, element 17"
};

struct RedisReading {
    std::vector<RedisListFacts> lists;
    RedisBadRecords bad;
};

/// What a record's reader answers.
enum class RecordAnswer : std::uint8_t { GoOn, EndOfList };
using OnStoredRecord = std::function<Result<RecordAnswer>(std::size_t list, std::string_view record)>;

/// Reads lists of records, newest first, some lists side by side and each in pages: a page is one LRANGE, which holds
/// up the server for a moment only. A record that moved to the next page because others came in front is not handed
/// out twice. Lists that cannot be read are noted; an error only when none could be read.
class RedisListReader {
public:
    RedisListReader(RedisSession &session, std::vector<std::string> keys, std::size_t pageSize = 100);
    /// Progress counts records. Errors: those of the session, and what onRecord gave.
    [[nodiscard]] Result<> run(const OnStoredRecord &onRecord, Ask ask);
    [[nodiscard]] const std::vector<RedisListFacts> &lists() const { return m_lists; }
    [[nodiscard]] std::vector<RedisListFacts> takeLists() { return std::move(m_lists); }

private:
    struct Walk {
        std::size_t next = 0;
        bool isAsked = false;
        bool isOver = false;
        std::unordered_set<std::uint64_t> seen; ///< Hashes of the records of earlier pages.
    };
    [[nodiscard]] std::vector<net::RedisCommand> nextPages();
    [[nodiscard]] Result<> takeReply(std::size_t list, const net::RedisCommand &command, net::RedisReplyView page,
                                     const OnStoredRecord &onRecord, Progress &progress);
    [[nodiscard]] Result<> takePage(std::size_t list, net::RedisReplyView page, const OnStoredRecord &onRecord,
                                    Progress &progress);

    RedisSession &m_session;
    std::size_t m_pageSize;
    std::vector<RedisListFacts> m_lists;
    std::vector<Walk> m_walks;
    std::deque<std::vector<std::size_t>> m_asked; ///< Lists by batch, oldest first.
    std::size_t m_nextList = 0;
};

/// A record that fits a query, read; valid while the callback runs.
using OnFittingRecord = std::function<Result<>(std::size_t list, const StoredRecordFilter &record)>;
/// Reads the records of those lists that fit a query. Without ids all; with ids only those of these traces. A list is
/// read no further than a page that is older than the query's range by a minute, which is more than collectors' clocks
/// differ.
[[nodiscard]] Result<RedisReading> readFittingRecords(RedisSession &session, const std::vector<std::string> &keys,
                                                      const trace::TraceQuery &query,
                                                      const std::vector<std::string> &traceIds,
                                                      const OnFittingRecord &onRecord, Ask ask);

} // namespace tailspan::sources
