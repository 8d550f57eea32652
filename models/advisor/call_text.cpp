// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_text.h"

#include "models/advisor/call_words.h"

#include <algorithm>
#include <array>

namespace tailspan::advisor {

namespace {

/// A part of a path or key that is no name: a number, a UUID, a hash, a token, an address.
bool isVariable(std::string_view part)
{
    constexpr std::size_t kLongToken = 24;
    if (part.empty())
        return false;
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(part, isDigit));
    const bool isHex = std::ranges::all_of(
        part, [](char c) { return isDigit(c) || (lowered(c) >= 'a' && lowered(c) <= 'f') || c == '-' || c == 'x'; });
    if (digits == part.size() || part.find('@') != std::string_view::npos)
        return true;
    return (isHex && digits > 0 && part.size() >= 6) || (digits > 0 && part.size() >= kLongToken)
        || (digits * 2 >= part.size() && part.size() > 3);
}

std::string_view nextWord(std::string_view &text)
{
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    std::size_t end = 0;
    while (end < text.size() && !isBlank(text[end]))
        ++end;
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

bool isReadingRedis(std::string_view command)
{
    static constexpr std::array<std::string_view, 18> kReading{
        "get",    "mget",     "hget",  "hmget",  "hgetall",  "exists", "ttl",   "lrange", "llen",
        "zrange", "smembers", "zrank", "strlen", "getrange", "zscore", "scard", "type",   "sismember"};
    return std::ranges::any_of(kReading, [&](std::string_view known) { return equalsWithoutCase(command, known); });
}

} // namespace

bool equalsWithoutCase(std::string_view text, std::string_view lower)
{
    return text.size() == lower.size() && startsWithoutCase(text, lower);
}

bool startsWithoutCase(std::string_view text, std::string_view lower)
{
    if (text.size() < lower.size())
        return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        if (lowered(text[i]) != lower[i])
            return false;
    }
    return true;
}

std::size_t findWithoutCase(std::string_view text, std::string_view lower)
{
    for (std::size_t at = 0; at + lower.size() <= text.size(); ++at) {
        if (startsWithoutCase(text.substr(at), lower))
            return at;
    }
    return std::string_view::npos;
}

bool isSqlVerb(std::string_view word)
{
    static constexpr std::array<std::string_view, 12> kVerbs{"select", "insert",  "update", "delete",
                                                             "merge",  "with",    "upsert", "begin",
                                                             "commit", "explain", "values", "replace"};
    return std::ranges::any_of(kVerbs, [&](std::string_view verb) { return equalsWithoutCase(word, verb); });
}

bool isHttpMethod(std::string_view word)
{
    static constexpr std::array<std::string_view, 7> kMethods{"GET",   "POST", "PUT",    "DELETE",
                                                              "PATCH", "HEAD", "OPTIONS"};
    return std::ranges::find(kMethods, word) != kMethods.end();
}

bool isRedisCommand(std::string_view word)
{
    static constexpr std::array<std::string_view, 34> kCommands{
        "get",    "set",    "mget",   "mset",     "hget",  "hset",   "hmget",  "hgetall",  "hdel",
        "del",    "unlink", "exists", "expire",   "incr",  "incrby", "decr",   "lpush",    "rpush",
        "lpop",   "rpop",   "lrange", "llen",     "ltrim", "sadd",   "srem",   "smembers", "zadd",
        "zrange", "zrem",   "setex",  "pipeline", "multi", "exec",   "evalsha"};
    return isReadingRedis(word)
        || std::ranges::any_of(kCommands, [&](std::string_view known) { return equalsWithoutCase(word, known); });
}

bool isChainMethod(std::string_view word)
{
    static constexpr std::array<std::string_view, 9> kSpaces{"eth_",    "net_",    "web3_",   "debug_", "trace_",
                                                             "txpool_", "erigon_", "parity_", "engine_"};
    return std::ranges::any_of(
               kSpaces, [&](std::string_view space) { return word.starts_with(space) && word.size() > space.size(); })
        && word.find('/') == std::string_view::npos && word.find(' ') == std::string_view::npos;
}

bool isReadingChainMethod(std::string_view word)
{
    return isChainMethod(word) && word.find("send") == std::string_view::npos
        && word.find("submit") == std::string_view::npos && word.find("sign") == std::string_view::npos;
}

std::string redisKeyPattern(std::string_view key)
{
    std::string pattern;
    const bool hasParts = key.find(':') != std::string_view::npos;
    for (std::size_t begin = 0, end = 0;; begin = end + 1) {
        end = std::min(key.find(':', begin), key.size());
        const std::string_view part = key.substr(begin, end - begin);
        const bool isLast = end == key.size();
        pattern += isVariable(part) || (isLast && hasParts) ? std::string_view("*") : part;
        if (isLast)
            break;
        pattern += ':';
    }
    cutToMost(pattern);
    return pattern;
}

CallText redisText(std::string_view statement)
{
    CallText call;
    statement = utf8Prefix(statement, kMostReadBytes);
    const auto lines = static_cast<std::uint32_t>(std::ranges::count(statement, '\n'));
    std::string_view rest = statement;
    const std::string_view command = nextWord(rest);
    std::ranges::transform(command, std::back_inserter(call.text),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const std::string_view key = nextWord(rest);
    call.isReading = isReadingRedis(command);
    const bool takesMany = equalsWithoutCase(command, "mget") || equalsWithoutCase(command, "del")
        || equalsWithoutCase(command, "unlink") || equalsWithoutCase(command, "mset");
    call.batchSize = lines > 0 ? lines + 1 : 0;
    if (!key.empty()) {
        call.text += ' ' + redisKeyPattern(key);
        addValue(call, key);
        for (std::string_view word = nextWord(rest); !word.empty(); word = nextWord(rest)) {
            addValue(call, word);
            call.batchSize += takesMany && lines == 0 ? 1 : 0;
        }
        call.batchSize += takesMany && lines == 0 ? 1 : 0;
    }
    call.isBatch = call.batchSize > 1 || lines > 0 || equalsWithoutCase(command, "pipeline")
        || equalsWithoutCase(command, "multi") || equalsWithoutCase(command, "exec")
        || equalsWithoutCase(command, "mget") || equalsWithoutCase(command, "mset");
    cutToMost(call.text);
    return call;
}

CallText httpText(std::string_view method, std::string_view url)
{
    CallText call;
    call.text = method;
    call.isReading = method.empty() || method == "GET" || method == "HEAD";
    url = utf8Prefix(url, kMostReadBytes);
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('#'));
    const std::string_view path = url.substr(0, url.find('?'));
    std::string_view query = url.substr(path.size());
    if (!call.text.empty() && !path.empty())
        call.text += ' ';
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view part = path.substr(begin, end - begin);
        const bool isHost = begin == 0 && !path.starts_with('/');
        if (!isHost && isVariable(part)) {
            call.text += ":id";
            addValue(call, part);
        } else {
            call.text += part;
        }
        if (end < path.size())
            call.text += '/';
        begin = end + 1;
    }
    for (char sign = '?'; !query.empty(); sign = '&') { // names stay, values go
        query.remove_prefix(1);
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(pair.size());
        call.text += sign;
        call.text += pair.substr(0, pair.find('='));
        addValue(call, pair);
        call.isBatch |= pair.find(',') != std::string_view::npos || pair.find("%2C") != std::string_view::npos;
    }
    cutToMost(call.text);
    return call;
}

} // namespace tailspan::advisor
