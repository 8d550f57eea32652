// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/http_exchange.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <poll.h>
#include <sys/socket.h>

namespace tailspan::test {

namespace {

constexpr int kStopSliceMs = 50;
constexpr int kPatienceMs = 1000;
constexpr std::size_t kRequestBytes = 1 << 20;

/// How long the request is, once its head is there; npos before.
std::size_t lengthOf(const std::string &request)
{
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos)
        return end;
    constexpr std::string_view kLength = "content-length: ";
    std::string head = request.substr(0, end);
    std::transform(head.begin(), head.end(), head.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const std::size_t at = head.find(kLength);
    const std::size_t body = at == std::string::npos ? 0
                                                     : std::strtoul(head.c_str() + at + kLength.size(), nullptr, 10);
    return end + 4 + body;
}

} // namespace

bool isReady(const SocketHandle &socket, short events, int limitMs)
{
    pollfd waited{socket.number(), events, 0};
    return ::poll(&waited, 1, limitMs) > 0;
}

std::string readHttpRequest(const SocketHandle &client)
{
    std::string request;
    while (request.size() < lengthOf(request)) {
        std::array<char, 16384> bytes;
        if (request.size() > kRequestBytes || !isReady(client, POLLIN, kPatienceMs))
            return {};
        const auto got = ::recv(client.number(), bytes.data(), bytes.size(), 0);
        if (got <= 0)
            return {};
        request.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return request;
}

void sendAll(const SocketHandle &client, std::string_view text)
{
    while (!text.empty() && isReady(client, POLLOUT, kPatienceMs)) {
        const auto sent = ::send(client.number(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string httpAnswer(std::string_view status, std::string_view type, std::string_view body,
                       std::string_view furtherHeaders)
{
    return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type)
        + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
        + std::string(furtherHeaders) + "\r\n" + std::string(body);
}

FakeHttpServer::FakeHttpServer(Answer answer)
    : m_answer(std::move(answer)), m_listener(listenOnLoopback(0)),
      m_thread([this](const std::stop_token &stop) { run(stop); })
{}

std::vector<std::string> FakeHttpServer::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

void FakeHttpServer::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        if (!isReady(m_listener, POLLIN, kStopSliceMs))
            continue;
        const SocketHandle client = acceptFrom(m_listener);
        const std::string request = client.isOpen() ? readHttpRequest(client) : std::string();
        if (request.empty())
            continue;
        {
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(request);
        }
        sendAll(client, m_answer(request));
    }
}

} // namespace tailspan::test
