// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/redis_gathering.h"

#include "app/sources/redis_session.h"
#include "models/advisor/call_text.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <map>

namespace tailspan::advice {

namespace {

using advisor::RedisFacts;
using advisor::RedisKeyPattern;
using advisor::RedisSlowCommand;
using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeysAtOnce = 100;
constexpr std::size_t kMostPatterns = 500;

class Gathering {
public:
    Gathering(const net::RedisTarget &target, const RedisGathering &limits, const std::stop_token &stop,
              Progress &progress)
        : m_limits(limits), m_session(target, m_cost), m_stop(stop), m_progress(progress)
    {}

    Result<RedisFacts> run()
    {
        m_progress.begin("asking Redis about itself", m_limits.keys);
        TS_CHECK(m_session.connect([](auto, const auto &) {}, m_stop));
        m_facts.place = m_session.place();
        TS_CHECK(askInfo());
        TS_CHECK(askSlow());
        TS_CHECK(sampleKeys());
        finish();
        return std::move(m_facts);
    }

private:
    using OnReply = std::function<void(std::size_t, RedisReplyView)>;

    void note(const std::string &sentence)
    {
        if (std::ranges::find(m_facts.notes, sentence) == m_facts.notes.end())
            m_facts.notes.push_back(sentence);
    }

    /// Error answers become notes: other questions may be allowed.
    Result<> ask(const std::vector<RedisCommand> &commands, const OnReply &onReply)
    {
        return m_session.ask(
            commands,
            [&](std::size_t i, RedisReplyView reply) -> Result<> {
                if (reply.isError())
                    note(m_session.errorOf(commands[i], reply).message);
                else
                    onReply(i, reply);
                return {};
            },
            m_stop);
    }

    Result<> askInfo()
    {
        return ask({{RedisVerb::Info, {}}},
                   [&](std::size_t, RedisReplyView reply) { addRedisInfo(m_facts, reply.text()); });
    }

    Result<> askSlow()
    {
        const std::vector<RedisCommand> commands{{RedisVerb::SlowLogGet, {std::to_string(m_limits.slowCommands)}}};
        return ask(commands, [&](std::size_t, RedisReplyView reply) {
            for (std::size_t i = 0; i < reply.size(); ++i)
                addSlow(reply[i]);
        });
    }

    /// [number, seconds since 1970, microseconds, [command, arguments...], ...]
    void addSlow(RedisReplyView entry)
    {
        constexpr std::size_t kParts = 4;
        if (entry.size() < kParts || entry[3].size() == 0)
            return;
        std::string statement(entry[3][0].text());
        if (entry[3].size() > 1) // further arguments are values
            statement += " " + std::string(entry[3][1].text());
        const std::string text = advisor::redisText(statement).text;
        constexpr double kUsPerMs = 1'000;
        const double ms = static_cast<double>(std::max<std::int64_t>(0, entry[2].integer())) / kUsPerMs;
        auto found = std::ranges::find(m_facts.slow, text, &RedisSlowCommand::text);
        if (found == m_facts.slow.end())
            found = m_facts.slow.insert(m_facts.slow.end(), RedisSlowCommand{text, 0, 0, 0, 0});
        ++found->count;
        found->totalMs += ms;
        found->longestMs = std::max(found->longestMs, ms);
        found->newestNs = std::max(found->newestNs, saturatingMultiply(entry[1].integer(), 1'000'000'000));
    }

    Result<> sampleKeys()
    {
        const auto until = Clock::now() + m_limits.keyTime;
        std::string cursor = "0";
        do {
            std::vector<std::string> keys;
            std::string next;
            TS_CHECK(ask({{RedisVerb::Scan, {cursor, "COUNT", "200"}}}, [&](std::size_t, RedisReplyView reply) {
                if (reply.size() < 2)
                    return;
                next = reply[0].text();
                for (std::size_t i = 0; i < reply[1].size(); ++i)
                    keys.emplace_back(reply[1][i].text());
            }));
            if (next.empty())
                return {}; // may not be asked
            for (std::size_t first = 0; first < keys.size(); first += kKeysAtOnce) {
                const std::size_t count = std::min(kKeysAtOnce, keys.size() - first);
                TS_CHECK(lookAt(std::span(keys).subspan(first, count)));
            }
            cursor = next;
        } while (cursor != "0" && m_facts.sampledKeys < m_limits.keys && Clock::now() < until);
        m_facts.isWholeKeySpace = cursor == "0";
        return {};
    }

    struct Seen {
        std::string type;
        std::int64_t ttl = -2; // -1: does not expire; -2: gone, or not told
        std::int64_t bytes = 0;
    };

    Result<> lookAt(std::span<const std::string> keys)
    {
        std::vector<RedisCommand> commands;
        for (const std::string &key : keys) {
            commands.push_back({RedisVerb::Type, {key}});
            commands.push_back({RedisVerb::Ttl, {key}});
            commands.push_back({RedisVerb::MemoryUsage, {key, "SAMPLES", "5"}});
        }
        std::vector<Seen> seen(keys.size());
        constexpr std::size_t kQuestions = 3;
        TS_CHECK(ask(commands, [&](std::size_t i, RedisReplyView reply) {
            Seen &key = seen[i / kQuestions];
            if (i % kQuestions == 0)
                key.type = reply.text();
            else if (i % kQuestions == 1)
                key.ttl = reply.integer();
            else
                key.bytes = reply.integer();
        }));
        for (std::size_t i = 0; i < keys.size(); ++i)
            addKey(keys[i], seen[i]);
        m_progress.done.fetch_add(keys.size(), std::memory_order_relaxed);
        return {};
    }

    void addKey(const std::string &key, const Seen &seen)
    {
        if (seen.type == "none")
            return; // gone meanwhile
        ++m_facts.sampledKeys;
        std::string name = advisor::redisKeyPattern(key);
        if (!m_patterns.contains(name) && m_patterns.size() >= kMostPatterns)
            name = "(other)";
        RedisKeyPattern &pattern = m_patterns[name];
        pattern.pattern = name;
        pattern.type = pattern.sampled == 0 || pattern.type == seen.type ? seen.type : "mixed";
        ++pattern.sampled;
        if (seen.ttl == -1) {
            ++pattern.withoutTtl;
        } else if (seen.ttl >= 0) {
            const auto ttl = static_cast<double>(seen.ttl);
            const bool isFirst = pattern.sampled - pattern.withoutTtl == 1;
            pattern.shortestTtlSeconds = isFirst ? ttl : std::min(pattern.shortestTtlSeconds, ttl);
            pattern.longestTtlSeconds = std::max(pattern.longestTtlSeconds, ttl);
        }
        if (seen.bytes > 0) {
            ++pattern.measured;
            pattern.sampledBytes += static_cast<std::uint64_t>(seen.bytes);
        }
    }

    void finish()
    {
        for (auto &[name, pattern] : m_patterns)
            m_facts.patterns.push_back(std::move(pattern));
        std::ranges::stable_sort(m_facts.patterns, std::greater(), &RedisKeyPattern::sampled);
        std::ranges::stable_sort(m_facts.slow, std::greater(), &RedisSlowCommand::totalMs);
        if (!m_facts.isWholeKeySpace)
            note("Of about " + countText(m_facts.keyCount) + " keys " + countText(m_facts.sampledKeys)
                 + " were looked at.");
        if (m_session.server().isClusterNode)
            note("It is one node of a cluster; the others were not asked.");
    }

    const RedisGathering m_limits;
    sources::SourceCost m_cost;
    sources::RedisSession m_session;
    const std::stop_token &m_stop;
    Progress &m_progress;
    RedisFacts m_facts;
    std::map<std::string, RedisKeyPattern> m_patterns;
};

} // namespace

Result<RedisFacts> gatherRedisFacts(const net::RedisTarget &target, const RedisGathering &limits,
                                    const std::stop_token &stop, Progress &progress)
{
    return Gathering(target, limits, stop, progress).run();
}

} // namespace tailspan::advice
