// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "tests/support/socket_handle.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tailspan::sim {

/// Serves the last published texts to whoever scrapes http://127.0.0.1:PORT, on a thread of its own.
class MetricsServer {
public:
    /// Port 0 takes a free one.
    [[nodiscard]] static Result<std::unique_ptr<MetricsServer>> open(std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const { return boundPort(m_listener); }
    /// By path: "/metrics". Thread: any.
    void publish(std::map<std::string, std::string> pages);

private:
    explicit MetricsServer(test::SocketHandle listener);
    void run(const std::stop_token &stop);
    void answer(const test::SocketHandle &client) const;

    test::SocketHandle m_listener;
    mutable std::mutex m_mutex; ///< Guards the texts.
    std::map<std::string, std::string> m_pages;
    std::jthread m_thread; ///< Last: it ends before what it uses.
};

} // namespace tailspan::sim
