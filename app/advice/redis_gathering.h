// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/redis_connection.h"
#include "models/advisor/redis_facts.h"
#include "models/base/progress.h"
#include "models/base/result.h"

#include <chrono>
#include <cstdint>
#include <stop_token>

namespace tailspan::advice {

/// How much of a Redis is looked at.
struct RedisGathering {
    std::uint64_t keys = 5'000; ///< Sampled for type, TTL and size.
    std::uint64_t slowCommands = 128;
    std::chrono::milliseconds keyTime{3'000}; ///< No further keys are asked for after that.
};

/// Asks a Redis about itself: INFO, SLOWLOG GET, then SCAN in steps of 200 keys with TYPE, TTL and MEMORY USAGE of what
/// it names. One connection, nothing but these commands, which the rights `+info +slowlog|get +scan +type +ttl
/// +memory|usage` allow; no value of a key is ever read, and names of keys are kept without their changing parts. What the
/// user may not ask becomes a note. Progress counts keys. Thread: any without a running event loop of its own; blocks.
/// Errors: those of RedisConnection::open; Cancelled.
[[nodiscard]] Result<advisor::RedisFacts> gatherRedisFacts(const net::RedisTarget &target, const RedisGathering &limits,
                                                           const std::stop_token &stop, Progress &progress);

} // namespace tailspan::advice
