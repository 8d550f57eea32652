// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// A command that Redis found slow, its values taken out.
struct RedisSlowCommand {
    std::string text; ///< "HGETALL cart:*"
    std::uint64_t count = 0;
    double totalMs = 0;
    double longestMs = 0;
    std::int64_t newestNs = 0; ///< Since 1970.
};

/// Keys of one form, from a sample.
struct RedisKeyPattern {
    std::string pattern; ///< "cart:*"
    std::string type;    ///< "string", "list", ...; "mixed" of several.
    std::uint64_t sampled = 0;
    std::uint64_t withoutTtl = 0;   ///< Of those sampled: never expire.
    double shortestTtlSeconds = 0;  ///< Left to live, of those that expire.
    double longestTtlSeconds = 0;   ///< About the TTL they were given, as a sample meets fresh ones as well.
    std::uint64_t sampledBytes = 0; ///< Of those measured, with what Redis adds.
    std::uint64_t measured = 0;

    [[nodiscard]] double meanBytes() const
    {
        return measured > 0 ? static_cast<double>(sampledBytes) / static_cast<double>(measured) : 0;
    }
};

/// What a Redis says about itself and its keys. Read-only and in small steps: app/advice/redis_gathering.h. Values of
/// keys are never read. What the user may not ask is absent, and a note says so. Immutable while detectors run.
struct RedisFacts {
    std::string place; ///< "cache:6379", without credentials.
    std::string version;
    std::optional<double> uptimeSeconds;
    std::optional<double> usedMemoryBytes;
    std::optional<double> maxMemoryBytes; ///< 0: no limit.
    std::string evictionPolicy;           ///< "allkeys-lru"
    std::optional<double> hits;           ///< Since the start of the server, as the two below.
    std::optional<double> misses;
    std::optional<double> evictedKeys;
    std::optional<double> expiredKeys;
    std::optional<double> commandsPerSecond;
    std::optional<double> connectedClients;
    std::optional<double> blockedClients;
    std::optional<double> fragmentation; ///< Resident over used memory.
    std::uint64_t keyCount = 0;          ///< Of all databases; those that expire:
    std::uint64_t expiringCount = 0;
    std::vector<RedisSlowCommand> slow;    ///< The most time first.
    std::vector<RedisKeyPattern> patterns; ///< The most sampled first.
    std::uint64_t sampledKeys = 0;
    bool isWholeKeySpace = false; ///< The sample holds every key.
    std::vector<std::string> notes;

    [[nodiscard]] const RedisKeyPattern *pattern(std::string_view text) const;
};

/// Takes over what INFO answers. Unknown lines and values that are no numbers are passed over.
void addRedisInfo(RedisFacts &facts, std::string_view info);

} // namespace tailspan::advisor
