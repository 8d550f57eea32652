// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_keys.h"

#include <algorithm>

namespace tailspan::sources {

namespace {

using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;

constexpr std::uint64_t kKeysAtOnce = 200;
constexpr std::size_t kLongestKey = 1'024;

bool isCursor(std::string_view text)
{
    return !text.empty() && text.size() <= 20
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::string asRedisPattern(std::string_view text)
{
    std::string pattern;
    for (const char c : text) {
        if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern;
}

Result<> RedisKeyWalk::walk(RedisSession &session, std::uint64_t lookLimit, const std::stop_token &stop)
{
    for (std::uint64_t looked = 0; looked < lookLimit; looked += kKeysAtOnce) {
        TS_CHECK(step(session, stop));
        if (m_cursor == "0")
            break;
    }
    return {};
}

Result<> RedisKeyWalk::step(RedisSession &session, const std::stop_token &stop)
{
    const RedisCommand scan{RedisVerb::Scan,
                            {m_cursor, "MATCH", asRedisPattern(m_prefix) + "*", "COUNT", std::to_string(kKeysAtOnce)}};
    return session.askOne(
        scan,
        [this, &session](RedisReplyView reply) -> Result<> {
            if (reply.size() != 2 || !isCursor(reply[0].text()))
                return fail(ErrorCode::Malformed, "Redis's answer to SCAN is none. Is it really a Redis?",
                            session.place());
            m_cursor = reply[0].text();
            for (std::size_t i = 0; i < reply[1].size(); ++i) {
                const std::string_view key = reply[1][i].text();
                if (!key.starts_with(m_prefix) || key.size() > kLongestKey)
                    continue;
                if (m_current.size() >= m_keyLimit) {
                    m_currentHasMore = true;
                    break;
                }
                m_current.emplace(key);
                m_known.emplace(key);
            }
            if (m_cursor == "0") {
                m_known = std::exchange(m_current, {});
                m_hasMore = std::exchange(m_currentHasMore, false);
                m_sawAll = true;
            }
            return {};
        },
        stop);
}

} // namespace tailspan::sources
