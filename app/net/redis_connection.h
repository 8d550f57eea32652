// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/deadline.h"
#include "app/net/redis_command.h"
#include "app/net/redis_errors.h"
#include "app/net/redis_reply.h"
#include "app/net/tls.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

class QSslSocket;

namespace tailspan::net {

/// Where a Redis is and how to be let in.
struct RedisTarget {
    std::string host;
    std::uint16_t port = 6379;
    bool usesTls = false;
    TlsOptions tls;
    std::string user; ///< "" for the default user.
    std::string password;
    int database = 0;
};

struct RedisTimeLimits {
    std::chrono::milliseconds connect{5'000}; ///< Looking up the name, TCP and TLS together.
    std::chrono::milliseconds silence{5'000}; ///< Without a byte while an answer is owed.
    std::chrono::milliseconds reply{30'000};  ///< For one whole answer, however slowly it drips.
};

/// What a connection has moved.
struct RedisTraffic {
    std::uint64_t commands = 0;
    std::uint64_t bytes = 0;    ///< Received.
    std::uint64_t waitedNs = 0; ///< Spent waiting for answers.
};

/// A connection to Redis that can send the commands of RedisVerb and nothing else. Speaks RESP2.
/// Thread: made, used and destroyed on one; needs no event loop. Every wait looks at the stop token each kStopSlice.
/// Errors carry "host:port" as context: Unreachable, Timeout, Auth, Malformed, LimitReached, NotFound (database, TLS
/// file), Cancelled.
class RedisConnection {
public:
    /// How far the opening is; each comes once, in this order, with what there is to tell.
    enum class Step : std::uint8_t { NameResolved, Connected, TlsVerified, Authenticated };
    using OnStep = std::function<void(Step, const std::string &text)>;

    /// Connects, logs in, selects the database and says who it is (CLIENT SETNAME; a user without the right to that is
    /// let through). TlsVerified is left out without TLS.
    [[nodiscard]] static Result<std::unique_ptr<RedisConnection>> open(const RedisTarget &target,
                                                                       const RedisTimeLimits &limits,
                                                                       const OnStep &onStep,
                                                                       const std::stop_token &stop);
    ~RedisConnection();
    RedisConnection(const RedisConnection &) = delete;
    RedisConnection &operator=(const RedisConnection &) = delete;

    /// Gets each answer, in the order of the commands; error answers too (see errorOf). An error it returns ends the
    /// asking and the connection.
    using OnReply = std::function<Result<>(std::size_t command, RedisReplyView reply)>;
    /// Sends all commands in one write and hands out the answers as they come. After an error the connection is closed:
    /// answers that are still owed would be taken for others.
    [[nodiscard]] Result<> ask(std::span<const RedisCommand> commands, const OnReply &onReply,
                               const std::stop_token &stop);
    /// As ask(), again and again for what `nextBatch` gives, until that is nothing while no answer is owed. Two batches
    /// are under way at a time, so that the server works on one while this side reads the other.
    using NextBatch = std::function<std::vector<RedisCommand>()>;
    using OnBatchReply =
        std::function<Result<>(const RedisCommand &command, std::size_t indexInBatch, RedisReplyView reply)>;
    [[nodiscard]] Result<> askInTurns(const NextBatch &nextBatch, const OnBatchReply &onReply,
                                      const std::stop_token &stop);
    /// False after an error and when the server has closed it meanwhile.
    [[nodiscard]] bool isUsable();
    /// An error answer in plain words.
    [[nodiscard]] Error errorOf(const RedisCommand &command, RedisReplyView reply) const;
    [[nodiscard]] const RedisTraffic &traffic() const { return m_traffic; }
    [[nodiscard]] const std::string &place() const { return m_asker.place; }

private:
    RedisConnection(const RedisTarget &target, const RedisTimeLimits &limits);
    [[nodiscard]] Result<> connect(const RedisTarget &target, const OnStep &onStep, const std::stop_token &stop);
    [[nodiscard]] Result<> beginTls(const RedisTarget &target, const Deadline &deadline, const std::stop_token &stop);
    [[nodiscard]] Result<> logIn(const RedisTarget &target, const std::stop_token &stop);
    void send(std::span<const RedisCommand> commands);
    [[nodiscard]] Result<> receive(std::span<const RedisCommand> commands, const OnReply &onReply,
                                   const std::stop_token &stop);
    [[nodiscard]] Result<RedisReply> readReply(const RedisCommand &command, const std::stop_token &stop);
    [[nodiscard]] Result<> readMore(const RedisCommand &command, const Deadline &reply, const std::stop_token &stop);
    [[nodiscard]] bool takeBytes();
    [[nodiscard]] Error withPlace(Error error) const;
    [[nodiscard]] Error closedError(const RedisCommand &command) const;
    void drop();

    RedisAsker m_asker;
    RedisTimeLimits m_limits;
    std::string m_serverName;
    bool m_usesTls;
    std::unique_ptr<QSslSocket> m_socket;
    RedisReplyReader m_reader;
    std::string m_received;
    RedisTraffic m_traffic;
};

} // namespace tailspan::net
