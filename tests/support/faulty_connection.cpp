// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faulty_connection.h"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace tailspan::test {

using Kind = FaultRule::Kind;
using Direction = FaultProxy::Direction;

namespace {

/// Enough to keep a fast transfer going, little enough that a stall soon reaches the sender.
constexpr std::size_t kHeldBytes = 65'536;

} // namespace

namespace {

/// The connection lives on; a system short of memory must not look like a fault that a test asked for.
bool isPassing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOMEM || error == ENOBUFS;
}

} // namespace

FaultyConnection::FaultyConnection(SocketHandle client, SocketHandle server)
    : m_toServer{std::move(client)}, m_toClient{std::move(server)}
{
    if (!m_toClient.from.isOpen()) {
        m_toServer.from.closeWithReset();
        m_isBroken = true;
    }
}

void FaultyConnection::obey(const FaultRule &rule)
{
    m_rule = rule;
    m_toClient.isStalled = rule.kind == Kind::Stall && rule.direction != Direction::ToServer;
    m_toServer.isStalled = rule.kind == Kind::Stall && rule.direction != Direction::ToClient;
    m_allowance = rule.kind == Kind::Cut ? static_cast<double>(rule.amount) : 0;
    m_refilledAt = Clock::now();
    m_garbledUpTo = 0;
    if (rule.kind == Kind::HalfClose)
        closeForWriting(m_toClient, m_toServer.from);
    if (rule.kind == Kind::Reset) {
        m_toServer.from.closeWithReset();
        m_isBroken = true;
    }
}

void FaultyConnection::closeForWriting(Flow &flow, const SocketHandle &to)
{
    if (!flow.isClosed)
        ::shutdown(to.number(), SHUT_WR);
    flow.isClosed = true;
}

void FaultyConnection::refillAllowance()
{
    if (m_rule.kind != Kind::Drip)
        return;
    const auto now = Clock::now();
    const auto rate = static_cast<double>(m_rule.amount);
    m_allowance += rate * std::chrono::duration<double>(now - m_refilledAt).count();
    m_allowance = std::min(m_allowance, std::max(1.0, rate)); // silence is no credit for a burst
    m_refilledAt = now;
}

void FaultyConnection::read(Flow &flow)
{
    std::array<char, kHeldBytes> bytes;
    while (!m_isBroken && !flow.hasEnded && flow.held.size() < kHeldBytes) {
        const auto got = ::recv(flow.from.number(), bytes.data(), kHeldBytes - flow.held.size(), 0);
        if (got > 0)
            flow.held.append(bytes.data(), static_cast<std::size_t>(got));
        else if (got == 0)
            flow.hasEnded = true;
        else if (errno == EINTR)
            continue;
        else {
            m_isBroken = !isPassing(errno);
            return;
        }
    }
}

bool FaultyConnection::mayWrite(const Flow &flow) const
{
    const bool isLimited = isToClient(flow) && (m_rule.kind == Kind::Cut || m_rule.kind == Kind::Drip);
    return !flow.isStalled && !flow.held.empty() && (!isLimited || m_allowance >= 1);
}

std::string FaultyConnection::nextPiece(const Flow &flow) const
{
    if (!isToClient(flow))
        return flow.held;
    if (m_rule.kind == Kind::Cut || m_rule.kind == Kind::Drip)
        return flow.held.substr(0,
                                static_cast<std::size_t>(std::min(m_allowance, static_cast<double>(flow.held.size()))));
    std::string piece = flow.held;
    if (m_rule.kind == Kind::Garble && m_rule.amount > 0)
        for (std::size_t i = 0; i < piece.size(); ++i)
            if ((m_garbledUpTo + i + 1) % m_rule.amount == 0)
                piece[i] = static_cast<char>(~piece[i]);
    return piece;
}

std::uint64_t FaultyConnection::write(Flow &flow, const SocketHandle &to)
{
    std::uint64_t written = 0;
    while (!m_isBroken && !flow.isClosed && mayWrite(flow)) {
        const std::string piece = nextPiece(flow);
        const auto sent = ::send(to.number(), piece.data(), piece.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            m_isBroken = errno != EINTR && !isPassing(errno);
            break;
        }
        const auto size = static_cast<std::size_t>(sent);
        flow.held.erase(0, size);
        written += size;
        if (isToClient(flow)) {
            m_allowance -= static_cast<double>(size);
            m_garbledUpTo += size;
        }
    }
    return written;
}

void FaultyConnection::move(FaultProxy::Counts &counts)
{
    refillAllowance();
    for (Flow *flow : {&m_toServer, &m_toClient}) {
        if (flow->isStalled || m_isBroken)
            continue;
        const SocketHandle &to = isToClient(*flow) ? m_toServer.from : m_toClient.from;
        read(*flow);
        (isToClient(*flow) ? counts.bytesToClient : counts.bytesToServer) += write(*flow, to);
        if (flow->isClosed)
            flow->held.clear(); // nobody takes it any more
        else if (flow->hasEnded && flow->held.empty())
            closeForWriting(*flow, to);
    }
    if (m_rule.kind == Kind::Cut && m_allowance < 1)
        closeForWriting(m_toClient, m_toServer.from);
    if (m_isBroken)
        m_toServer.from.closeWithReset();
}

bool FaultyConnection::isOver() const
{
    const bool isCut = m_rule.kind == Kind::Cut && m_allowance < 1;
    return m_isBroken || isCut || (m_toClient.isClosed && m_toClient.hasEnded && m_toServer.isClosed);
}

short FaultyConnection::clientEvents() const
{
    const bool mayRead = !m_toServer.isStalled && !m_toServer.hasEnded && m_toServer.held.size() < kHeldBytes;
    return static_cast<short>((mayRead ? POLLIN : 0) | (mayWrite(m_toClient) ? POLLOUT : 0));
}

short FaultyConnection::serverEvents() const
{
    const bool mayRead = !m_toClient.isStalled && !m_toClient.hasEnded && m_toClient.held.size() < kHeldBytes;
    return static_cast<short>((mayRead ? POLLIN : 0) | (mayWrite(m_toServer) ? POLLOUT : 0));
}

} // namespace tailspan::test
