// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/redis_connection.h"
#include "app/sources/trace_source.h"

#include <string>

namespace tailspan::sources {

/// An address and its secrets, understood.
struct RedisSettings {
    net::RedisTarget target;
    std::string keyPrefix; ///< "prod:" of "prod:traces:auth".
    std::uint64_t scanLimit = 0;
    std::size_t listLimit = 0;
};

[[nodiscard]] SourceInfo infoRedisSource();
/// Errors: Unsupported names the part of the address that is no number.
[[nodiscard]] Result<RedisSettings> redisSettings(const SourceAddress &address, const SourceSecrets &secrets);

} // namespace tailspan::sources
