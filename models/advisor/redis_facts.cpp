// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/redis_facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tailspan::advisor {

namespace {

std::optional<double> numberOf(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = error == std::errc() && end == text.data() + text.size() && std::isfinite(number)
        && number >= 0;
    return isNumber ? std::optional(number) : std::nullopt;
}

/// "db0:keys=12,expires=3,avg_ttl=400": adds the first two.
void addDatabase(RedisFacts &facts, std::string_view value)
{
    while (!value.empty()) {
        const std::string_view part = value.substr(0, value.find(','));
        value.remove_prefix(std::min(value.size(), part.size() + 1));
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos)
            continue;
        constexpr double kMost = 1e15; // more than any Redis holds; what says so is nonsense
        const std::optional<double> number = numberOf(part.substr(equals + 1));
        if (!number || *number > kMost)
            continue;
        if (part.substr(0, equals) == "keys")
            facts.keyCount += static_cast<std::uint64_t>(*number);
        else if (part.substr(0, equals) == "expires")
            facts.expiringCount += static_cast<std::uint64_t>(*number);
    }
}

} // namespace

const RedisKeyPattern *RedisFacts::pattern(std::string_view text) const
{
    const auto found = std::ranges::find(patterns, text, &RedisKeyPattern::pattern);
    return found == patterns.end() ? nullptr : &*found;
}

void addRedisInfo(RedisFacts &facts, std::string_view info)
{
    struct Field {
        std::string_view name;
        std::optional<double> RedisFacts::*value;
    };
    static constexpr std::array<Field, 11> kFields{{{"uptime_in_seconds", &RedisFacts::uptimeSeconds},
                                                    {"used_memory", &RedisFacts::usedMemoryBytes},
                                                    {"maxmemory", &RedisFacts::maxMemoryBytes},
                                                    {"keyspace_hits", &RedisFacts::hits},
                                                    {"keyspace_misses", &RedisFacts::misses},
                                                    {"evicted_keys", &RedisFacts::evictedKeys},
                                                    {"expired_keys", &RedisFacts::expiredKeys},
                                                    {"instantaneous_ops_per_sec", &RedisFacts::commandsPerSecond},
                                                    {"connected_clients", &RedisFacts::connectedClients},
                                                    {"blocked_clients", &RedisFacts::blockedClients},
                                                    {"mem_fragmentation_ratio", &RedisFacts::fragmentation}}};
    while (!info.empty()) {
        std::string_view line = info.substr(0, info.find('\n'));
        info.remove_prefix(std::min(info.size(), line.size() + 1));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        const std::string_view name = line.substr(0, colon), value = line.substr(colon + 1);
        if (name == "redis_version")
            facts.version = value.substr(0, 40);
        else if (name == "maxmemory_policy")
            facts.evictionPolicy = value.substr(0, 40);
        else if (name.starts_with("db") && name.size() > 2 && name[2] >= '0' && name[2] <= '9')
            addDatabase(facts, value);
        for (const Field &field : kFields) {
            if (field.name == name)
                facts.*field.value = numberOf(value);
        }
    }
}

} // namespace tailspan::advisor
