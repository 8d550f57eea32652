// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/redis_command.h"
#include "models/base/result.h"

#include <string>
#include <string_view>

namespace tailspan::net {

/// Who asks, for the words of an error.
struct RedisAsker {
    std::string place;    ///< "cache:6379"
    std::string user;     ///< "" for the default user.
    std::string password; ///< Only to mask it where a server repeats it.
};

/// An error answer of Redis ("NOPERM this user has no ...") in plain words, with what to do next. Never holds what the
/// server said about AUTH: Redis repeats the arguments of commands that it does not know.
[[nodiscard]] Error redisError(std::string_view answer, const RedisCommand &command, const RedisAsker &asker);

} // namespace tailspan::net
