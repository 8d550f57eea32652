// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/metrics_server.h"

#include <array>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>

namespace tailspan::sim {

namespace {

constexpr int kStopSliceMs = 50;
constexpr int kPatienceMs = 1000;
constexpr std::size_t kRequestBytes = 16'384;

bool isReady(const test::SocketHandle &socket, short events, int limitMs)
{
    pollfd waited{socket.number(), events, 0};
    return ::poll(&waited, 1, limitMs) > 0;
}

/// The head of the request; "" when it is too long or too slow.
std::string requestOf(const test::SocketHandle &client)
{
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
        std::array<char, 2048> bytes;
        if (request.size() > kRequestBytes || !isReady(client, POLLIN, kPatienceMs))
            return {};
        const auto got = ::recv(client.number(), bytes.data(), bytes.size(), 0);
        if (got <= 0)
            return {};
        request.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return request;
}

void sendAll(const test::SocketHandle &client, std::string_view text)
{
    while (!text.empty() && isReady(client, POLLOUT, kPatienceMs)) {
        const auto sent = ::send(client.number(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

} // namespace

MetricsServer::MetricsServer(test::SocketHandle listener)
    : m_listener(std::move(listener)), m_thread([this](const std::stop_token &stop) { run(stop); })
{}

Result<std::unique_ptr<MetricsServer>> MetricsServer::open(std::uint16_t port)
{
    test::SocketHandle listener = test::listenOnLoopback(port);
    if (!listener.isOpen())
        return fail(ErrorCode::Unreachable, "The port is taken", "127.0.0.1:" + std::to_string(port));
    return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(listener)));
}

void MetricsServer::publish(std::string text)
{
    const std::lock_guard lock(m_mutex);
    m_text = std::move(text);
}

void MetricsServer::answer(const test::SocketHandle &client) const
{
    const std::string request = requestOf(client);
    const bool isKnown = request.starts_with("GET /metrics ") || request.starts_with("GET /metrics?");
    std::string body = "Only GET /metrics is answered here.\n";
    if (isKnown) {
        const std::lock_guard lock(m_mutex);
        body = m_text;
    }
    sendAll(client,
            std::string(isKnown ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found")
                + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nConnection: close\r\nContent-Length: "
                + std::to_string(body.size()) + "\r\n\r\n" + body);
}

void MetricsServer::run(const std::stop_token &stop)
{
    while (!stop.stop_requested())
        if (isReady(m_listener, POLLIN, kStopSliceMs))
            if (const test::SocketHandle client = acceptFrom(m_listener); client.isOpen())
                answer(client);
}

} // namespace tailspan::sim
