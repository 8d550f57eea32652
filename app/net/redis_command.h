// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::net {

/// Every command this program can send to Redis. There is no other way to send one, and none of these writes,
/// blocks, or costs more than the size of its answer.
enum class RedisVerb : std::uint8_t {
    Auth,
    ClientSetName,
    Get,
    Info,
    LLen,
    LRange,
    MemoryUsage,
    Ping,
    Scan,
    Select,
    SlowLogGet,
    StrLen,
    Ttl,
    Type,
};

/// One command; its arguments are sent as they are, whatever bytes they hold.
struct RedisCommand {
    RedisVerb verb;
    std::vector<std::string> arguments;

    /// "LRANGE", "SLOWLOG GET"; for messages.
    [[nodiscard]] const char *name() const;
    /// Adds the command as RESP, formatted by hiredis, to what is to be sent.
    void appendTo(std::string &bytes) const;
};

/// The names of all verbs, as they are sent.
[[nodiscard]] std::vector<const char *> redisCommandNames();

} // namespace tailspan::net
