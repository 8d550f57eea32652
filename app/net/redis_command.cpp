// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/redis_command.h"

#include <hiredis/hiredis.h>

#include <array>
#include <memory>

namespace tailspan::net {

namespace {

/// By RedisVerb. A blank parts a command from its subcommand.
constexpr std::array<const char *, 14> kNames = {"AUTH",        "CLIENT SETNAME", "GET",  "INFO", "LLEN",
                                                 "LRANGE",      "MEMORY USAGE",   "PING", "SCAN", "SELECT",
                                                 "SLOWLOG GET", "STRLEN",         "TTL",  "TYPE"};
static_assert(kNames.size() == static_cast<std::size_t>(RedisVerb::Type) + 1);

} // namespace

const char *RedisCommand::name() const
{
    return kNames[static_cast<std::size_t>(verb)];
}

void RedisCommand::appendTo(std::string &bytes) const
{
    const std::string_view whole = name();
    const std::size_t blank = whole.find(' ');
    std::vector<const char *> words = {whole.data()};
    std::vector<std::size_t> lengths = {std::min(blank, whole.size())};
    if (blank != std::string_view::npos) {
        words.push_back(whole.data() + blank + 1);
        lengths.push_back(whole.size() - blank - 1);
    }
    for (const std::string &argument : arguments) {
        words.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    char *formatted = nullptr;
    const int size = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), words.data(), lengths.data());
    const std::unique_ptr<char, decltype(&redisFreeCommand)> owner(formatted, redisFreeCommand);
    if (size > 0) // else memory ran out: an empty request ends in the caller's time limit
        bytes.append(formatted, static_cast<std::size_t>(size));
}

std::vector<const char *> redisCommandNames()
{
    return {kNames.begin(), kNames.end()};
}

} // namespace tailspan::net
