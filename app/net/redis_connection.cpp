// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/redis_connection.h"

#include "app/net/tcp_connect.h"
#include "models/base/number_text.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>

#include <deque>

namespace tailspan::net {

namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

Error stopped(const std::string &place)
{
    return {ErrorCode::Cancelled, "Stopped.", place};
}

std::string secondsText(std::chrono::milliseconds time)
{
    return durationText(Duration::milliseconds(time.count()));
}

/// The commands of a login; CLIENT SETNAME and PING close it.
std::vector<RedisCommand> loginCommands(const RedisTarget &target)
{
    std::vector<RedisCommand> commands;
    if (!target.user.empty())
        commands.push_back({RedisVerb::Auth, {target.user, target.password}});
    else if (!target.password.empty())
        commands.push_back({RedisVerb::Auth, {target.password}});
    if (target.database != 0)
        commands.push_back({RedisVerb::Select, {std::to_string(target.database)}});
    commands.push_back({RedisVerb::ClientSetName, {"tailspan"}});
    commands.push_back({RedisVerb::Ping, {}});
    return commands;
}

/// A user without the right to say its name or to ping may still read.
bool isTolerated(const RedisCommand &command, RedisReplyView reply)
{
    const bool isCourtesy = command.verb == RedisVerb::ClientSetName || command.verb == RedisVerb::Ping;
    const bool isAboutRights = reply.text().starts_with("NOPERM") || reply.text().starts_with("ERR unknown");
    // Only the last of the login's commands may say that a password is missing, so that it is said once.
    return isCourtesy && (isAboutRights || command.verb == RedisVerb::ClientSetName);
}

} // namespace

RedisConnection::RedisConnection(const RedisTarget &target, const RedisTimeLimits &limits)
    : m_asker{hostAndPort(target.host, target.port), target.user, target.password}, m_limits(limits),
      m_serverName(target.tls.serverName.empty() ? target.host : target.tls.serverName), m_usesTls(target.usesTls),
      m_socket(std::make_unique<QSslSocket>())
{
    m_received.resize(kReadBytes);
}

RedisConnection::~RedisConnection() = default;

Result<std::unique_ptr<RedisConnection>> RedisConnection::open(const RedisTarget &target, const RedisTimeLimits &limits,
                                                               const OnStep &onStep, const std::stop_token &stop)
{
    std::unique_ptr<RedisConnection> connection(new RedisConnection(target, limits));
    TS_CHECK(connection->connect(target, onStep, stop));
    TS_CHECK(connection->logIn(target, stop));
    onStep(Step::Authenticated,
           target.user.empty() ? target.password.empty() ? "without a password" : "default user"
                               : "user " + target.user);
    return connection;
}

Result<> RedisConnection::connect(const RedisTarget &target, const OnStep &onStep, const std::stop_token &stop)
{
    const Deadline deadline(m_limits.connect);
    TS_TRY(const auto addresses, resolveHost(target.host, target.port, deadline, stop));
    onStep(Step::NameResolved, addresses.front());
    TS_TRY(SocketNumber socket, connectTcp(addresses, target.host, target.port, deadline, stop));
    if (!m_socket->setSocketDescriptor(socket.number()))
        return fail(ErrorCode::Internal, "The connection could not be set up: " + m_socket->errorString().toStdString(),
                    m_asker.place);
    (void)socket.release(); // the QSslSocket closes it
    onStep(Step::Connected, m_asker.place);
    if (!target.usesTls)
        return {};
    TS_CHECK(beginTls(target, deadline, stop));
    onStep(Step::TlsVerified, tlsSummary(m_socket->sslConfiguration()));
    return {};
}

Result<> RedisConnection::beginTls(const RedisTarget &target, const Deadline &deadline, const std::stop_token &stop)
{
    TS_TRY(const QSslConfiguration configuration, tlsConfiguration(target.tls));
    m_socket->setSslConfiguration(configuration);
    m_socket->setPeerVerifyName(QString::fromStdString(m_serverName));
    m_socket->startClientEncryption();
    while (!m_socket->waitForEncrypted(static_cast<int>(deadline.next(kStopSlice).count()))) {
        if (stop.stop_requested())
            return tl::unexpected(stopped(m_asker.place));
        if (m_socket->isEncrypted())
            break;
        const bool isOpen = m_socket->state() == QAbstractSocket::ConnectedState;
        if (!isOpen || !m_socket->sslHandshakeErrors().isEmpty())
            return tl::unexpected(tlsError(*m_socket, m_serverName, m_asker.place));
        if (deadline.isOver())
            return fail(ErrorCode::Timeout,
                        "The TLS handshake was not answered within " + secondsText(m_limits.connect)
                            + ". The server is frozen, or has no TLS on this port: then connect with redis:// or to "
                              "its TLS port.",
                        m_asker.place);
    }
    return {};
}

Result<> RedisConnection::logIn(const RedisTarget &target, const std::stop_token &stop)
{
    const std::vector<RedisCommand> commands = loginCommands(target);
    const auto asked = ask(
        commands,
        [&](std::size_t i, RedisReplyView reply) -> Result<> {
            if (reply.isError() && !isTolerated(commands[i], reply))
                return tl::unexpected(errorOf(commands[i], reply));
            return {};
        },
        stop);
    return asked;
}

Result<> RedisConnection::ask(std::span<const RedisCommand> commands, const OnReply &onReply,
                              const std::stop_token &stop)
{
    send(commands);
    return receive(commands, onReply, stop);
}

Result<> RedisConnection::askInTurns(const NextBatch &nextBatch, const OnBatchReply &onReply,
                                     const std::stop_token &stop)
{
    constexpr std::size_t kUnderWay = 2;
    std::deque<std::vector<RedisCommand>> sent;
    while (true) {
        while (sent.size() < kUnderWay) {
            std::vector<RedisCommand> batch = nextBatch();
            if (batch.empty())
                break;
            send(batch);
            sent.push_back(std::move(batch));
        }
        if (sent.empty())
            return {};
        const std::vector<RedisCommand> &first = sent.front();
        TS_CHECK(receive(
            first, [&](std::size_t i, RedisReplyView reply) { return onReply(first[i], i, reply); }, stop));
        sent.pop_front();
    }
}

void RedisConnection::send(std::span<const RedisCommand> commands)
{
    std::string bytes;
    for (const RedisCommand &command : commands)
        command.appendTo(bytes);
    m_traffic.commands += commands.size();
    m_socket->write(bytes.data(), static_cast<qint64>(bytes.size()));
    m_socket->flush(); // what does not go out now goes out while waiting for the answer
}

Result<> RedisConnection::receive(std::span<const RedisCommand> commands, const OnReply &onReply,
                                  const std::stop_token &stop)
{
    for (std::size_t i = 0; i < commands.size(); ++i) {
        Result<RedisReply> reply = readReply(commands[i], stop);
        Result<> taken;
        if (!reply)
            taken = tl::unexpected(withPlace(std::move(reply).error()));
        else
            taken = onReply(i, reply->view());
        if (!taken) {
            drop();
            return taken;
        }
    }
    return {};
}

Result<RedisReply> RedisConnection::readReply(const RedisCommand &command, const std::stop_token &stop)
{
    const auto began = std::chrono::steady_clock::now();
    const Deadline whole(m_limits.reply);
    while (true) {
        TS_TRY(std::optional<RedisReply> reply, m_reader.next());
        if (reply) {
            const auto waited = std::chrono::steady_clock::now() - began;
            m_traffic.waitedNs += static_cast<std::uint64_t>(std::chrono::nanoseconds(waited).count());
            return std::move(*reply);
        }
        TS_CHECK(readMore(command, whole, stop));
    }
}

/// Waits for bytes and hands them to the parser.
Result<> RedisConnection::readMore(const RedisCommand &command, const Deadline &reply, const std::stop_token &stop)
{
    const Deadline silence(m_limits.silence);
    while (true) {
        if (stop.stop_requested())
            return tl::unexpected(stopped(m_asker.place));
        if (reply.isOver())
            return fail(ErrorCode::Timeout,
                        std::string("Redis did not finish its answer to ") + command.name() + " within "
                            + secondsText(m_limits.reply)
                            + ". The network is very slow or the server overloaded; ask for less or try again.");
        if (takeBytes())
            return {};
        if (m_socket->waitForReadyRead(static_cast<int>(silence.next(kStopSlice).count())))
            continue;
        if (m_socket->state() != QAbstractSocket::ConnectedState && m_socket->bytesAvailable() == 0)
            return tl::unexpected(closedError(command));
        if (silence.isOver())
            return fail(ErrorCode::Timeout,
                        std::string("Redis did not answer ") + command.name() + " for " + secondsText(m_limits.silence)
                            + ". It is frozen, overloaded or cut off from the network; try again when it answers "
                              "others.");
    }
}

bool RedisConnection::takeBytes()
{
    if (m_socket->bytesAvailable() <= 0)
        return false;
    const qint64 got = m_socket->read(m_received.data(), static_cast<qint64>(m_received.size()));
    if (got <= 0)
        return false;
    m_traffic.bytes += static_cast<std::uint64_t>(got);
    m_reader.feed(std::string_view(m_received).substr(0, static_cast<std::size_t>(got)));
    return true;
}

bool RedisConnection::isUsable()
{
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        return false;
    m_socket->waitForReadyRead(0); // notices an end that came meanwhile
    // Nothing is owed now: bytes that came unasked belong to no command.
    return m_socket->state() == QAbstractSocket::ConnectedState && m_socket->bytesAvailable() == 0
        && !m_reader.isInsideReply();
}

Error RedisConnection::errorOf(const RedisCommand &command, RedisReplyView reply) const
{
    return redisError(reply.text(), command, m_asker);
}

Error RedisConnection::withPlace(Error error) const
{
    if (error.context.empty())
        error.context = m_asker.place;
    return error;
}

Error RedisConnection::closedError(const RedisCommand &command) const
{
    // With TLS 1.3 the handshake is over on this side before the server has looked at the client's certificate.
    if (m_usesTls && m_traffic.bytes == 0) {
        const bool hasCertificate = !m_socket->sslConfiguration().localCertificate().isNull();
        return {ErrorCode::Auth,
                std::string("Redis closed the connection right after the TLS handshake. ")
                    + (hasCertificate ? "It may not accept the client certificate: check \"cert\" and \"key\"."
                                      : "A server that asks for a client certificate does that: set \"cert\" and "
                                        "\"key\"."),
                m_asker.place};
    }
    return {ErrorCode::Unreachable,
            std::string("Redis closed the connection ")
                + (m_reader.isInsideReply() ? "in the middle of its answer to " : "before it answered ")
                + command.name()
                + (m_traffic.bytes == 0 ? ". If this is its TLS port, connect with rediss://; otherwise try again."
                                        : ". It was stopped or restarted, or something on the way cut the connection; "
                                          "try again."),
            m_asker.place};
}

void RedisConnection::drop()
{
    m_socket->abort();
}

} // namespace tailspan::net
