// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/redis_connection.h"
#include "app/sources/trace_source.h"

#include <memory>
#include <optional>
#include <span>

namespace tailspan::sources {

/// What a server says about itself, as far as the user may ask.
struct RedisServerFacts {
    std::string version; ///< "7.0.15"; "" when it did not say.
    bool isClusterNode = false;
    std::int64_t clockOffsetNs = 0; ///< Its clock minus ours.
};

/// The connection of a source: made when first needed, kept, and made again after an error. Counts what it costs.
/// Thread: one.
class RedisSession {
public:
    RedisSession(net::RedisTarget target, SourceCost &cost) : m_target(std::move(target)), m_cost(cost) {}

    using OnReply = net::RedisConnection::OnReply;
    using OnStep = net::RedisConnection::OnStep;
    /// Connects anew and asks the server about itself.
    [[nodiscard]] Result<> connect(const OnStep &onStep, const std::stop_token &stop);
    /// As RedisConnection::ask. A kept connection that turns out to be dead is made again once, unseen: every command
    /// only reads.
    [[nodiscard]] Result<> ask(std::span<const net::RedisCommand> commands, const OnReply &onReply,
                               const std::stop_token &stop);
    /// As RedisConnection::askInTurns, on a connection that has just answered.
    [[nodiscard]] Result<> askInTurns(const net::RedisConnection::NextBatch &nextBatch,
                                      const net::RedisConnection::OnBatchReply &onReply, const std::stop_token &stop);
    /// One command, whose error answer is an error.
    [[nodiscard]] Result<> askOne(const net::RedisCommand &command,
                                  const std::function<Result<>(net::RedisReplyView)> &onReply,
                                  const std::stop_token &stop);
    [[nodiscard]] Error errorOf(const net::RedisCommand &command, net::RedisReplyView reply) const;

    /// Valid after connect() or ask().
    [[nodiscard]] const RedisServerFacts &server() const { return m_server; }
    /// The time by the server's clock.
    [[nodiscard]] std::int64_t nowNs() const;
    [[nodiscard]] const net::RedisTarget &target() const { return m_target; }
    [[nodiscard]] std::string place() const;

private:
    [[nodiscard]] Result<> askAboutServer(const std::stop_token &stop);
    [[nodiscard]] Result<> counted(const std::function<Result<>()> &asking);
    [[nodiscard]] Result<> askCounted(std::span<const net::RedisCommand> commands, const OnReply &onReply,
                                      const std::stop_token &stop);

    net::RedisTarget m_target;
    SourceCost &m_cost;
    std::unique_ptr<net::RedisConnection> m_connection;
    std::chrono::steady_clock::time_point m_answeredAt;
    RedisServerFacts m_server;
};

} // namespace tailspan::sources
