// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_session.h"

#include "app/net/server_words.h"
#include "app/net/tcp_connect.h"
#include "models/base/wall_clock.h"

#include <array>
#include <charconv>

namespace tailspan::sources {

namespace {

using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;

/// The value of "name:value" in the text of INFO; "" when there is none.
std::string_view infoValue(std::string_view info, std::string_view name)
{
    while (!info.empty()) {
        const std::string_view line = info.substr(0, info.find('\n'));
        info.remove_prefix(std::min(info.size(), line.size() + 1));
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':') {
            const std::string_view value = line.substr(name.size() + 1);
            return value.substr(0, value.find('\r'));
        }
    }
    return {};
}

/// Rows are what is read from lists; other answers count as one.
std::uint64_t rowsOf(const RedisCommand &command, RedisReplyView reply)
{
    return command.verb == RedisVerb::LRange ? reply.size() : 1;
}

} // namespace

Result<> RedisSession::connect(const OnStep &onStep, const std::stop_token &stop)
{
    m_connection.reset();
    TS_TRY(m_connection, net::RedisConnection::open(m_target, {}, onStep, stop));
    const net::RedisTraffic &login = m_connection->traffic();
    m_cost.queries += login.commands;
    m_cost.bytes += login.bytes;
    m_cost.waitedNs += login.waitedNs;
    return askAboutServer(stop);
}

Result<> RedisSession::askAboutServer(const std::stop_token &stop)
{
    const std::array commands = {RedisCommand{RedisVerb::Info, {"server"}}, RedisCommand{RedisVerb::Info, {"cluster"}}};
    m_server = {};
    return askCounted(
        commands,
        [this](std::size_t i, RedisReplyView reply) -> Result<> {
            if (reply.isError())
                return {}; // a user without the right to INFO reads all the same
            if (i == 1) {
                m_server.isClusterNode = infoValue(reply.text(), "cluster_enabled") == "1";
                return {};
            }
            m_server.version = net::serverWords(infoValue(reply.text(), "redis_version"));
            const std::string_view time = infoValue(reply.text(), "server_time_usec");
            std::int64_t microseconds = 0;
            const auto read = std::from_chars(time.data(), time.data() + time.size(), microseconds);
            if (read.ec == std::errc() && microseconds > 0)
                m_server.clockOffsetNs =
                    saturatingSubtract(saturatingMultiply(microseconds, 1'000), currentTime().ns());
            return {};
        },
        stop);
}

Result<> RedisSession::ask(std::span<const RedisCommand> commands, const OnReply &onReply, const std::stop_token &stop)
{
    const bool isKept = m_connection != nullptr && m_connection->isUsable();
    if (!isKept)
        TS_CHECK(connect([](auto, const auto &) {}, stop));
    bool hasAnswered = false;
    const auto noting = [&](std::size_t i, RedisReplyView reply) {
        hasAnswered = true;
        return onReply(i, reply);
    };
    Result<> asked = askCounted(commands, noting, stop);
    if (!asked && isKept && !hasAnswered && asked.error().code == ErrorCode::Unreachable) {
        TS_CHECK(connect([](auto, const auto &) {}, stop));
        asked = askCounted(commands, noting, stop);
    }
    return asked;
}

Result<> RedisSession::askInTurns(const net::RedisConnection::NextBatch &nextBatch,
                                  const net::RedisConnection::OnBatchReply &onReply, const std::stop_token &stop)
{
    // Batches cannot be sent twice, so a connection that was kept for a while must prove first that it is alive.
    constexpr std::chrono::seconds kKnownAlive{1};
    const RedisCommand ping{RedisVerb::Ping, {}};
    const bool isKnownAlive = m_connection != nullptr && m_connection->isUsable()
        && std::chrono::steady_clock::now() - m_answeredAt < kKnownAlive;
    if (!isKnownAlive)
        TS_CHECK(ask(
            std::span(&ping, 1), [](std::size_t, RedisReplyView) { return Result<>(); }, stop));
    return counted([&] {
        return m_connection->askInTurns(
            nextBatch,
            [&](const RedisCommand &command, std::size_t i, RedisReplyView reply) {
                m_cost.rows += rowsOf(command, reply);
                return onReply(command, i, reply);
            },
            stop);
    });
}

Result<> RedisSession::askCounted(std::span<const RedisCommand> commands, const OnReply &onReply,
                                  const std::stop_token &stop)
{
    return counted([&] {
        return m_connection->ask(
            commands,
            [&](std::size_t i, RedisReplyView reply) {
                m_cost.rows += rowsOf(commands[i], reply);
                return onReply(i, reply);
            },
            stop);
    });
}

Result<> RedisSession::counted(const std::function<Result<>()> &asking)
{
    const net::RedisTraffic before = m_connection->traffic();
    const Result<> asked = asking();
    const net::RedisTraffic &after = m_connection->traffic();
    m_cost.queries += after.commands - before.commands;
    m_cost.bytes += after.bytes - before.bytes;
    m_cost.waitedNs += after.waitedNs - before.waitedNs;
    m_answeredAt = std::chrono::steady_clock::now();
    if (!asked)
        m_connection.reset();
    return asked;
}

Result<> RedisSession::askOne(const RedisCommand &command, const std::function<Result<>(RedisReplyView)> &onReply,
                              const std::stop_token &stop)
{
    Result<> outcome;
    // An error answer ends the question, not the connection.
    TS_CHECK(ask(
        std::span(&command, 1),
        [&](std::size_t, RedisReplyView reply) -> Result<> {
            outcome = reply.isError() ? Result<>(tl::unexpected(errorOf(command, reply))) : onReply(reply);
            return {};
        },
        stop));
    return outcome;
}

Error RedisSession::errorOf(const RedisCommand &command, RedisReplyView reply) const
{
    return net::redisError(reply.text(), command, {place(), m_target.user, m_target.password});
}

std::int64_t RedisSession::nowNs() const
{
    return saturatingAdd(currentTime().ns(), m_server.clockOffsetNs);
}

std::string RedisSession::place() const
{
    return net::hostAndPort(m_target.host, m_target.port);
}

} // namespace tailspan::sources
