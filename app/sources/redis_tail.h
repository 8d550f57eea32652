// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/redis_keys.h"
#include "app/sources/redis_records.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace tailspan::sources {

/// Follows lists that grow at their head. A look costs one LRANGE of one element a list, all in one write; only lists
/// with a new head are read, from the head to the mark of the look before. Lists that are new are found by a SCAN that
/// goes on with every look by about 1,000 keys: at once where the server holds no more, which is the cost of one command.
/// A mark is the hash of the newest record that was handed out.
/// Thread: one.
class RedisTail {
public:
    explicit RedisTail(RedisKeyWalk &walk) : m_walk(walk) {}

    struct Look {
        std::vector<std::string> gaps; ///< Keys of lists that were trimmed past their mark: spans between were lost.
        std::vector<RedisListFacts> lists; ///< That were read or are refused.
        RedisBadRecords bad;
    };
    /// Hands out the new records and moves the position, list by list: after an error, the records of lists that were
    /// not finished come again.
    using OnNewRecord = std::function<void(std::string_view record)>;
    [[nodiscard]] Result<Look> look(RedisSession &session, TailPosition &position, std::uint64_t scanLimit,
                                    const OnNewRecord &onRecord, Ask ask);

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] Result<> findLists(RedisSession &session, std::uint64_t scanLimit, const std::stop_token &stop);
    [[nodiscard]] Result<std::vector<std::string>> grownLists(RedisSession &session, const TailPosition &position,
                                                              const std::stop_token &stop);
    [[nodiscard]] Result<> readList(const std::string &key, RedisSession &session, TailPosition &position, Look &look,
                                    const OnNewRecord &onRecord, Ask ask);
    [[nodiscard]] std::size_t pageSize(const std::string &key) const;

    RedisKeyWalk &m_walk;
    std::optional<Clock::time_point> m_walkedAt;
    Clock::time_point m_retriedAt;
    std::map<std::string, RedisListFacts> m_refused;           ///< Not asked for again until the next retry.
    std::unordered_map<std::string, std::uint64_t> m_cameLast; ///< How many records the last look brought, by list.
};

} // namespace tailspan::sources
