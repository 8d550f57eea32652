// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/socket_handle.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tailspan::test {

/// Whether the socket can be read or written (POLLIN, POLLOUT) within that time.
[[nodiscard]] bool isReady(const SocketHandle &socket, short events, int limitMs);
/// Head and body of an HTTP request; "" when it is too long or too slow.
[[nodiscard]] std::string readHttpRequest(const SocketHandle &client);
void sendAll(const SocketHandle &client, std::string_view text);
/// "HTTP/1.1 STATUS" with type, length and body, ending the connection.
[[nodiscard]] std::string httpAnswer(std::string_view status, std::string_view type, std::string_view body,
                                     std::string_view furtherHeaders = {});

/// A server on 127.0.0.1 that answers each HTTP request with bytes of the test's own, for what real servers cannot be
/// made to say. Runs on a thread of its own and ends each connection after the answer.
class FakeHttpServer {
public:
    using Answer = std::function<std::string(const std::string &request)>; ///< Runs on the server's thread.

    explicit FakeHttpServer(Answer answer);
    [[nodiscard]] std::uint16_t port() const { return boundPort(m_listener); }
    /// All requests so far. Thread: any.
    [[nodiscard]] std::vector<std::string> requests() const;

private:
    void run(const std::stop_token &stop);

    Answer m_answer;
    SocketHandle m_listener;
    mutable std::mutex m_mutex; ///< Guards the requests.
    std::vector<std::string> m_requests;
    std::jthread m_thread; ///< Last: it ends before what it uses.
};

} // namespace tailspan::test
