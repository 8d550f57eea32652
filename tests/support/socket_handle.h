// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <utility>

namespace tailspan::test {

/// A socket or one end of a pipe; closed with its owner. Children do not inherit it.
class SocketHandle {
public:
    SocketHandle() = default;
    explicit SocketHandle(int number) : m_number(number) {}
    SocketHandle(SocketHandle &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    SocketHandle &operator=(SocketHandle &&other) noexcept;
    ~SocketHandle() { close(); }

    [[nodiscard]] int number() const { return m_number; }
    [[nodiscard]] bool isOpen() const { return m_number >= 0; }
    void close();
    /// Closes so that the other side gets a reset instead of an end.
    void closeWithReset();

private:
    int m_number = -1;
};

/// Takes a port of 127.0.0.1 without listening, so that connections to it are refused; 0 takes a free one. Not open when
/// the port is taken.
[[nodiscard]] SocketHandle bindToLoopback(std::uint16_t port);
/// The same, listening; to accept does not block.
[[nodiscard]] SocketHandle listenOnLoopback(std::uint16_t port);
/// The port a socket is bound to.
[[nodiscard]] std::uint16_t boundPort(const SocketHandle &socket);
/// Begins to connect to 127.0.0.1 without waiting for it; `blocking` waits.
[[nodiscard]] SocketHandle connectToLoopback(std::uint16_t port, bool blocking);
/// The next waiting connection, not blocking; not open when there is none.
[[nodiscard]] SocketHandle acceptFrom(const SocketHandle &listener);

} // namespace tailspan::test
