// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/redis_errors.h"

#include "app/net/server_words.h"

#include <algorithm>
#include <array>

namespace tailspan::net {

namespace {

std::string firstWord(std::string_view answer)
{
    return std::string(answer.substr(0, answer.find(' ')));
}

/// "10.0.0.2:7001" of "MOVED 3999 10.0.0.2:7001".
std::string nodeOf(std::string_view answer)
{
    const std::size_t blank = answer.rfind(' ');
    return blank == std::string_view::npos ? "another node" : serverWords(answer.substr(blank + 1));
}

bool hasKey(RedisVerb verb)
{
    constexpr std::array kWithKey = {RedisVerb::Get,    RedisVerb::LLen, RedisVerb::LRange,
                                     RedisVerb::StrLen, RedisVerb::Ttl,  RedisVerb::Type};
    return std::find(kWithKey.begin(), kWithKey.end(), verb) != kWithKey.end();
}

std::string keyOf(const RedisCommand &command)
{
    const bool isMemory = command.verb == RedisVerb::MemoryUsage;
    if (!(hasKey(command.verb) || isMemory) || command.arguments.empty())
        return "the key";
    return "the key \"" + serverWords(command.arguments.front()) + "\"";
}

std::string userOf(const RedisAsker &asker)
{
    return asker.user.empty() ? "The default user" : "The user \"" + asker.user + "\"";
}

Error authError(std::string_view answer, const RedisAsker &asker)
{
    if (answer.find("without any password") != std::string_view::npos
        || answer.find("no password is set") != std::string_view::npos)
        return {ErrorCode::Auth,
                "A password was given, but this Redis has none. Check that this is the right server, or remove the "
                "password from the connection.",
                asker.place};
    if (answer.starts_with("WRONGPASS") || answer.find("invalid password") != std::string_view::npos)
        return {ErrorCode::Auth,
                userOf(asker) + " was refused: the user name or the password is wrong, or the user is switched off.",
                asker.place};
    return {ErrorCode::Auth, "Redis did not accept the login. Check user name and password.", asker.place};
}

Error permissionError(std::string_view answer, const RedisCommand &command, const RedisAsker &asker)
{
    std::string what = " may not run " + std::string(command.name());
    if (answer.find("key") != std::string_view::npos || answer.find("channel") != std::string_view::npos)
        what = " may not read " + keyOf(command);
    return {ErrorCode::Auth,
            userOf(asker) + what + ". Ask for a user with the rights to read traces: +@read +ping +info, %R~traces:*.",
            asker.place};
}

Error clusterError(std::string_view answer, const RedisCommand &command, const RedisAsker &asker)
{
    const std::string node = nodeOf(answer);
    if (answer.starts_with("ASK"))
        return {ErrorCode::Unreachable,
                "This Redis is a node of a cluster that is just moving " + keyOf(command) + " to " + node
                    + ". Try again in a moment.",
                asker.place};
    return {
        ErrorCode::Unsupported,
        "This Redis is one node of a cluster, and " + keyOf(command) + " is on " + node
            + ". Tailspan reads the node it is connected to and follows no others: make a connection for each node, "
              "this one to "
            + node + ", and open them together.",
        asker.place};
}

/// Answers whose first word says everything.
struct KnownAnswer {
    const char *word;
    ErrorCode code;
    const char *message;
};
constexpr std::array kKnownAnswers = {
    KnownAnswer{"NOAUTH", ErrorCode::Auth,
                "Redis asks for a password and none was given. Add user and password to the connection."},
    KnownAnswer{"LOADING", ErrorCode::Unreachable,
                "Redis has just started and still loads its data. Try again in a moment."},
    KnownAnswer{"MASTERDOWN", ErrorCode::Unreachable,
                "This replica has lost its master and is set not to answer then. Connect to another node, or wait."},
    KnownAnswer{"CLUSTERDOWN", ErrorCode::Unreachable,
                "The Redis Cluster is down: some of its masters are missing. Bring them back, or wait and try again."},
    KnownAnswer{"TRYAGAIN", ErrorCode::Unreachable,
                "The Redis Cluster is just moving this key. Try again in a moment."},
    KnownAnswer{"BUSY", ErrorCode::Unreachable,
                "Redis is busy with a script that takes too long and answers nothing else. Try again in a moment."},
    KnownAnswer{"DENIED", ErrorCode::Auth,
                "Redis runs in protected mode: it takes connections from its own machine only until it has a "
                "password. Connect through a tunnel, or have a password set."},
};

Error plainError(std::string_view answer, const RedisCommand &command, const RedisAsker &asker)
{
    const auto has = [&](const char *part) { return answer.find(part) != std::string_view::npos; };
    if (has("max number of clients"))
        return {ErrorCode::Unreachable, "Redis has no room for another client. Try again in a moment.", asker.place};
    if (command.verb == RedisVerb::Select)
        return {ErrorCode::NotFound,
                "There is no database " + serverWords(command.arguments.empty() ? "" : command.arguments.front())
                    + ". Redis says: \"" + serverWords(answer, asker.password) + "\".",
                asker.place};
    return {ErrorCode::Unsupported,
            "Redis refused " + std::string(command.name()) + ": \"" + serverWords(answer, asker.password) + "\".",
            asker.place};
}

} // namespace

Error redisError(std::string_view answer, const RedisCommand &command, const RedisAsker &asker)
{
    const std::string word = firstWord(answer);
    const auto known = std::find_if(kKnownAnswers.begin(), kKnownAnswers.end(),
                                    [&](const KnownAnswer &candidate) { return word == candidate.word; });
    if (known != kKnownAnswers.end())
        return {known->code, known->message, asker.place};
    if (word == "NOPERM")
        return permissionError(answer, command, asker);
    if (word == "MOVED" || word == "ASK")
        return clusterError(answer, command, asker);
    if (word == "WRONGTYPE")
        return {ErrorCode::Malformed,
                "Something else than traces stands under " + keyOf(command)
                    + ": it has another type than expected. Check the key prefix.",
                asker.place};
    if (command.verb == RedisVerb::Auth)
        return authError(answer, asker);
    return plainError(answer, command, asker);
}

} // namespace tailspan::net
