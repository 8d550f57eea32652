// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

namespace tailspan::test {

/// A TCP proxy on 127.0.0.1 in front of a real server, that breaks connections in the ways networks do.
/// It runs on a thread of its own, so a blocking test can stand on both sides of it. Every call may come from any
/// thread and returns when the fault is in force, for the connections that are open and for those to come; it replaces
/// the fault before it. What a stall held back is delivered when passing again.
///
///     FaultProxy proxy(server.port());
///     source.connectTo(proxy.port());
///     proxy.stall(FaultProxy::Direction::ToClient);
class FaultProxy {
public:
    enum class Direction : std::uint8_t { ToClient, ToServer, Both };

    /// The server is asked for with every connection, so it may start later or again.
    explicit FaultProxy(std::uint16_t serverPort);
    ~FaultProxy();
    FaultProxy(const FaultProxy &) = delete;
    FaultProxy &operator=(const FaultProxy &) = delete;

    /// The port clients connect to; the same as long as the proxy lives.
    [[nodiscard]] std::uint16_t port() const;

    void pass();
    /// New connections are refused. Open ones go on.
    void refuse();
    /// Connections are accepted and nothing moves any more in that direction; nothing is lost.
    void stall(Direction direction);
    /// Ends each connection when that many more bytes came through to its client.
    void cutAfter(std::uint64_t bytesToClient);
    /// The client gets that many bytes a second, a few at a time.
    void drip(std::uint64_t bytesPerSecond);
    /// The client sees the end of the answers, while what it sends is still taken.
    void halfClose();
    /// Resets (RST) every open connection, and each new one as soon as it is accepted.
    void reset();
    /// Turns every nth byte on the way to the client into its complement.
    void garble(std::uint64_t everyNthByte);

    /// Bytes are those that were handed on.
    struct Counts {
        std::uint64_t connections = 0; ///< Accepted so far.
        std::uint64_t openConnections = 0;
        std::uint64_t bytesToClient = 0;
        std::uint64_t bytesToServer = 0;
    };
    [[nodiscard]] Counts counts() const;

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
};

} // namespace tailspan::test
