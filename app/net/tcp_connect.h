// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/net/deadline.h"
#include "models/base/result.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace tailspan::net {

/// An open socket's number; closed with its owner.
class SocketNumber {
public:
    SocketNumber() = default;
    explicit SocketNumber(int number) : m_number(number) {}
    SocketNumber(SocketNumber &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    SocketNumber &operator=(SocketNumber &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~SocketNumber();

    [[nodiscard]] int number() const { return m_number; }
    /// Hands it to another owner.
    [[nodiscard]] int release() { return std::exchange(m_number, -1); }

private:
    int m_number = -1;
};

/// "cache:6379", "[::1]:6379".
[[nodiscard]] std::string hostAndPort(const std::string &host, std::uint16_t port);
/// Whether the name or number means this machine, so that nothing crosses a network.
[[nodiscard]] bool isThisMachine(const std::string &host);

/// Finds the addresses of a name, as numbers: "10.0.0.7", "::1". The system's resolver cannot be stopped, so it runs on
/// a thread of its own, which is left to end alone when the caller stops waiting.
/// Errors, with `host` and port as context: Unreachable, Timeout, Cancelled.
[[nodiscard]] Result<std::vector<std::string>> resolveHost(const std::string &host, std::uint16_t port,
                                                           const Deadline &deadline, const std::stop_token &stop);
/// Opens a TCP connection to the first of the addresses that takes it; non-blocking, not inherited by children.
/// Thread: any. Errors, with `host` and port as context: Unreachable, Timeout, Cancelled.
[[nodiscard]] Result<SocketNumber> connectTcp(const std::vector<std::string> &addresses, const std::string &host,
                                              std::uint16_t port, const Deadline &deadline,
                                              const std::stop_token &stop);

} // namespace tailspan::net
