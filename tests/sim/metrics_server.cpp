// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/metrics_server.h"

#include "tests/support/http_exchange.h"

#include <poll.h>

namespace tailspan::sim {

namespace {

constexpr int kStopSliceMs = 50;

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

void MetricsServer::publish(std::map<std::string, std::string> pages)
{
    const std::lock_guard lock(m_mutex);
    m_pages = std::move(pages);
}

void MetricsServer::answer(const test::SocketHandle &client) const
{
    const std::string request = test::readHttpRequest(client);
    constexpr std::string_view kGet = "GET ";
    const std::size_t end = request.find_first_of(" ?", kGet.size());
    std::string body = "Only GET /metrics and /metrics/SERVICE are answered here.\n";
    bool isKnown = false;
    if (request.starts_with(kGet) && end != std::string::npos) {
        const std::lock_guard lock(m_mutex);
        const auto page = m_pages.find(request.substr(kGet.size(), end - kGet.size()));
        isKnown = page != m_pages.end();
        body = isKnown ? page->second : body;
    }
    const char *const type = "text/plain; version=0.0.4; charset=utf-8";
    test::sendAll(client, test::httpAnswer(isKnown ? "200 OK" : "404 Not Found", type, body));
}

void MetricsServer::run(const std::stop_token &stop)
{
    while (!stop.stop_requested())
        if (test::isReady(m_listener, POLLIN, kStopSliceMs))
            if (const test::SocketHandle client = acceptFrom(m_listener); client.isOpen())
                answer(client);
}

} // namespace tailspan::sim
