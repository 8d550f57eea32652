// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fault_proxy.h"

#include "tests/support/faulty_connection.h"

#include <array>
#include <condition_variable>
#include <list>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tailspan::test {

using Kind = FaultRule::Kind;

namespace {

/// How often a dripping connection gets its next bytes.
constexpr int kDripMs = 10;

} // namespace

class FaultProxy::Loop {
public:
    explicit Loop(std::uint16_t serverPort)
        : m_serverPort(serverPort), m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), m_listener(listenOnLoopback(0)),
          m_port(boundPort(m_listener)), m_thread([this](const std::stop_token &stop) { run(stop); })
    {}
    ~Loop()
    {
        m_thread.request_stop();
        wake();
    }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    void set(const FaultRule &rule);
    [[nodiscard]] Counts counts() const;

private:
    void run(const std::stop_token &stop);
    void wake() const;
    void obeyNewRule();
    void listenOrRefuse();
    void wait() const;
    void acceptAll();
    void moveAll();

    const std::uint16_t m_serverPort;
    const SocketHandle m_wake;

    mutable std::mutex m_mutex; ///< Guards the four below.
    std::condition_variable m_obeyed;
    FaultRule m_wanted;
    std::uint64_t m_wantedNumber = 0, m_obeyedNumber = 0;
    Counts m_published;

    // The thread's own.
    SocketHandle m_listener;
    bool m_isListening = true;
    FaultRule m_rule;
    std::list<FaultyConnection> m_connections;
    Counts m_counts;

    const std::uint16_t m_port;
    std::jthread m_thread; ///< Last: it ends before what it uses.
};

void FaultProxy::Loop::wake() const
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(m_wake.number(), &one, sizeof one); // full means awake already
}

void FaultProxy::Loop::set(const FaultRule &rule)
{
    std::unique_lock lock(m_mutex);
    m_wanted = rule;
    const std::uint64_t number = ++m_wantedNumber;
    wake();
    m_obeyed.wait(lock, [&] { return m_obeyedNumber >= number; });
}

FaultProxy::Counts FaultProxy::Loop::counts() const
{
    const std::lock_guard lock(m_mutex);
    return m_published;
}

void FaultProxy::Loop::obeyNewRule()
{
    const std::lock_guard lock(m_mutex);
    if (m_obeyedNumber == m_wantedNumber)
        return;
    m_rule = m_wanted;
    listenOrRefuse();
    for (FaultyConnection &connection : m_connections)
        connection.obey(m_rule);
    std::erase_if(m_connections, [](const FaultyConnection &connection) { return connection.isOver(); });
    m_counts.openConnections = m_connections.size();
    m_published = m_counts;
    m_obeyedNumber = m_wantedNumber;
    m_obeyed.notify_all();
}

void FaultProxy::Loop::listenOrRefuse()
{
    const bool shouldListen = m_rule.kind != Kind::Refuse;
    if (shouldListen == m_isListening)
        return;
    m_isListening = shouldListen;
    if (shouldListen) {
        ::listen(m_listener.number(), 128);
    } else { // the port stays ours, but nobody listens
        m_listener.close();
        m_listener = bindToLoopback(m_port);
    }
}

void FaultProxy::Loop::wait() const
{
    std::vector<pollfd> waited{{m_wake.number(), POLLIN, 0}, {m_isListening ? m_listener.number() : -1, POLLIN, 0}};
    // A socket nothing is awaited from is left out: its end would be reported again and again.
    const auto add = [&](int number, short events) { waited.push_back({events == 0 ? -1 : number, events, 0}); };
    for (const FaultyConnection &connection : m_connections) {
        add(connection.clientNumber(), connection.clientEvents());
        add(connection.serverNumber(), connection.serverEvents());
    }
    const bool isDripping = m_rule.kind == Kind::Drip && !m_connections.empty();
    ::poll(waited.data(), waited.size(), isDripping ? kDripMs : -1);
    std::uint64_t wakes = 0;
    [[maybe_unused]] const auto got = ::read(m_wake.number(), &wakes, sizeof wakes); // empty is fine
}

void FaultProxy::Loop::acceptAll()
{
    while (m_isListening) {
        SocketHandle client = acceptFrom(m_listener);
        if (!client.isOpen())
            return;
        ++m_counts.connections;
        m_connections.emplace_back(std::move(client), connectToLoopback(m_serverPort, false)).obey(m_rule);
    }
}

void FaultProxy::Loop::moveAll()
{
    for (FaultyConnection &connection : m_connections)
        connection.move(m_counts);
    std::erase_if(m_connections, [](const FaultyConnection &connection) { return connection.isOver(); });
    m_counts.openConnections = m_connections.size();
    const std::lock_guard lock(m_mutex);
    m_published = m_counts;
}

void FaultProxy::Loop::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        wait();
        obeyNewRule();
        acceptAll();
        moveAll();
    }
}

FaultProxy::FaultProxy(std::uint16_t serverPort) : m_loop(std::make_unique<Loop>(serverPort)) {}
FaultProxy::~FaultProxy() = default;

std::uint16_t FaultProxy::port() const
{
    return m_loop->port();
}

void FaultProxy::pass()
{
    m_loop->set({});
}

void FaultProxy::refuse()
{
    m_loop->set({.kind = Kind::Refuse});
}

void FaultProxy::stall(Direction direction)
{
    m_loop->set({.kind = Kind::Stall, .direction = direction});
}

void FaultProxy::cutAfter(std::uint64_t bytesToClient)
{
    m_loop->set({.kind = Kind::Cut, .amount = bytesToClient});
}

void FaultProxy::drip(std::uint64_t bytesPerSecond)
{
    m_loop->set({.kind = Kind::Drip, .amount = bytesPerSecond});
}

void FaultProxy::halfClose()
{
    m_loop->set({.kind = Kind::HalfClose});
}

void FaultProxy::reset()
{
    m_loop->set({.kind = Kind::Reset});
}

void FaultProxy::garble(std::uint64_t everyNthByte)
{
    m_loop->set({.kind = Kind::Garble, .amount = everyNthByte});
}

FaultProxy::Counts FaultProxy::counts() const
{
    return m_loop->counts();
}

} // namespace tailspan::test
