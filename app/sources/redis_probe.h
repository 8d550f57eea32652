// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/redis_keys.h"
#include "app/sources/redis_session.h"

namespace tailspan::sources {

/// The connection test of a Redis, step by step. Cheap: besides the login and the walk over the keys, one LLEN and
/// about ten LRANGE of one element a list.
[[nodiscard]] Result<> probeRedis(RedisSession &session, RedisKeyWalk &walk, std::uint64_t scanLimit,
                                  std::size_t listLimit, const OnProbeStep &onStep, Ask ask);

} // namespace tailspan::sources
