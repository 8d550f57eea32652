// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/socket_handle.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tailspan::test {

namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// The socket calls take the address of any family.
const sockaddr *asAny(const sockaddr_in &address)
{
    return reinterpret_cast<const sockaddr *>(&address);
}

} // namespace

SocketHandle &SocketHandle::operator=(SocketHandle &&other) noexcept
{
    if (this != &other) {
        close();
        m_number = std::exchange(other.m_number, -1);
    }
    return *this;
}

void SocketHandle::close()
{
    if (m_number >= 0)
        ::close(std::exchange(m_number, -1));
}

void SocketHandle::closeWithReset()
{
    if (m_number < 0)
        return;
    const linger noWait{1, 0};
    ::setsockopt(m_number, SOL_SOCKET, SO_LINGER, &noWait, sizeof noWait);
    close();
}

SocketHandle bindToLoopback(std::uint16_t port)
{
    SocketHandle socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // The port is taken again after a pause while old connections still linger.
    const int yes = 1;
    ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const sockaddr_in address = loopback(port);
    if (::bind(socket.number(), asAny(address), sizeof address) != 0)
        return {};
    return socket;
}

SocketHandle listenOnLoopback(std::uint16_t port)
{
    SocketHandle listener = bindToLoopback(port);
    if (::listen(listener.number(), 128) != 0)
        return {};
    return listener;
}

std::uint16_t boundPort(const SocketHandle &socket)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.number(), reinterpret_cast<sockaddr *>(&address), &size) != 0)
        return 0;
    return ntohs(address.sin_port);
}

SocketHandle connectToLoopback(std::uint16_t port, bool blocking)
{
    SocketHandle socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK), 0));
    const sockaddr_in address = loopback(port);
    if (::connect(socket.number(), asAny(address), sizeof address) != 0 && errno != EINPROGRESS)
        return {};
    return socket;
}

SocketHandle acceptFrom(const SocketHandle &listener)
{
    return SocketHandle(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

} // namespace tailspan::test
