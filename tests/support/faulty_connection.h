// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fault_proxy.h"
#include "tests/support/socket_handle.h"

#include <array>
#include <chrono>
#include <string>

namespace tailspan::test {

/// What a fault proxy does to its connections at present.
struct FaultRule {
    enum class Kind : std::uint8_t { Pass, Refuse, Stall, Cut, Drip, HalfClose, Reset, Garble };
    Kind kind = Kind::Pass;
    FaultProxy::Direction direction = FaultProxy::Direction::Both; ///< Of Stall.
    std::uint64_t amount = 0;                                      ///< Of Cut bytes, Drip bytes/s, Garble every nth.
};

/// A client's connection and the one to the server that belongs to it. Thread: the proxy's.
class FaultyConnection {
public:
    FaultyConnection(SocketHandle client, SocketHandle server);

    void obey(const FaultRule &rule);
    /// Moves what can move now, and counts it.
    void move(FaultProxy::Counts &counts);
    [[nodiscard]] bool isOver() const;

    /// The events to wait for on a socket; 0 for none.
    [[nodiscard]] short clientEvents() const;
    [[nodiscard]] short serverEvents() const;
    [[nodiscard]] int clientNumber() const { return m_toServer.from.number(); }
    [[nodiscard]] int serverNumber() const { return m_toClient.from.number(); }

private:
    using Clock = std::chrono::steady_clock;
    /// One direction. Each owns the socket it reads from; the other writes to it.
    struct Flow {
        SocketHandle from;
        std::string held = {};  ///< Read and not yet handed on.
        bool hasEnded = false;  ///< `from` sends no more.
        bool isClosed = false;  ///< And the receiver was told.
        bool isStalled = false; ///< By the rule.
    };

    void refillAllowance();
    void read(Flow &flow);
    std::uint64_t write(Flow &flow, const SocketHandle &to);
    std::string nextPiece(const Flow &flow) const;
    bool isToClient(const Flow &flow) const { return &flow == &m_toClient; }
    bool mayWrite(const Flow &flow) const;
    void closeForWriting(Flow &flow, const SocketHandle &to);

    FaultRule m_rule;
    Flow m_toServer, m_toClient;
    double m_allowance = 0;          ///< Bytes that Cut or Drip still lets through.
    std::uint64_t m_garbledUpTo = 0; ///< Bytes to the client since Garble began.
    Clock::time_point m_refilledAt;
    bool m_isBroken = false;
};

} // namespace tailspan::test
