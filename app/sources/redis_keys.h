// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/redis_session.h"

#include <set>
#include <string>

namespace tailspan::sources {

/// A text as a pattern of SCAN that fits this text only.
[[nodiscard]] std::string asRedisPattern(std::string_view text);

/// A walk over the keys of a Redis by SCAN, which blocks the server for no longer than 200 keys take. A walk that is
/// over begins again; keys of the walk before stay until then, so that known() never forgets in between.
/// Thread: one.
class RedisKeyWalk {
public:
    /// Finds keys that begin with `prefix`. More than `keyLimit` of them are left out.
    explicit RedisKeyWalk(std::string prefix, std::size_t keyLimit = 10'000)
        : m_prefix(std::move(prefix)), m_keyLimit(keyLimit)
    {}

    /// Walks on by one step or to the end, but looks at no more than about `lookLimit` keys in this call.
    [[nodiscard]] Result<> walk(RedisSession &session, std::uint64_t lookLimit, const std::stop_token &stop);
    /// True when a walk has come to its end at least once.
    [[nodiscard]] bool sawAll() const { return m_sawAll; }
    /// True when the last whole walk met more keys than the limit.
    [[nodiscard]] bool hasMore() const { return m_hasMore; }
    /// The whole keys, sorted.
    [[nodiscard]] const std::set<std::string> &known() const { return m_known; }
    [[nodiscard]] const std::string &prefix() const { return m_prefix; }

private:
    [[nodiscard]] Result<> step(RedisSession &session, const std::stop_token &stop);

    std::string m_prefix;
    std::size_t m_keyLimit;
    std::string m_cursor = "0";
    bool m_sawAll = false;
    bool m_hasMore = false;
    bool m_currentHasMore = false;
    std::set<std::string> m_current; ///< Of the walk that is under way.
    std::set<std::string> m_known;
};

} // namespace tailspan::sources
