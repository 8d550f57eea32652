// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fault_proxy.h"
#include "tests/support/socket_handle.h"

#include <QTest>

#include <array>
#include <cerrno>
#include <chrono>
#include <list>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using tailspan::test::acceptFrom;
using tailspan::test::FaultProxy;
using tailspan::test::SocketHandle;
using Direction = FaultProxy::Direction;
using Clock = std::chrono::steady_clock;

namespace {

/// Errors that say nothing about the connection: the next try may go well.
bool isPassing(int error)
{
    return error == EAGAIN || error == EINTR || error == ENOMEM || error == ENOBUFS;
}

/// Sends back what it gets, and ends a connection whose client has ended its side.
class EchoServer {
public:
    EchoServer()
        : m_listener(tailspan::test::listenOnLoopback(0)), m_thread([this](const std::stop_token &stop) {
              while (!stop.stop_requested())
                  turn();
          })
    {}
    [[nodiscard]] std::uint16_t port() const { return boundPort(m_listener); }

private:
    void turn()
    {
        std::vector<pollfd> waited{{m_listener.number(), POLLIN, 0}};
        for (const SocketHandle &client : m_clients)
            waited.push_back({client.number(), POLLIN, 0});
        ::poll(waited.data(), waited.size(), 5);
        if (SocketHandle client = acceptFrom(m_listener); client.isOpen())
            m_clients.push_back(std::move(client));
        m_clients.remove_if([](SocketHandle &client) { return !echo(client); });
    }
    static bool echo(SocketHandle &client)
    {
        std::array<char, 4096> bytes;
        const auto got = ::recv(client.number(), bytes.data(), bytes.size(), 0);
        if (got > 0)
            ::send(client.number(), bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        return got > 0 || (got < 0 && isPassing(errno));
    }

    SocketHandle m_listener;
    std::list<SocketHandle> m_clients;
    std::jthread m_thread;
};

/// A client that waits at most as long as it is told.
class Client {
public:
    explicit Client(const FaultProxy &proxy) : m_socket(tailspan::test::connectToLoopback(proxy.port(), true)) {}
    [[nodiscard]] bool isConnected() const { return m_socket.isOpen(); }
    bool send(const std::string &text) const
    {
        return ::send(m_socket.number(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
    }
    /// Reads until there are that many bytes, the connection ended, or the time is over.
    std::string receive(std::size_t size, std::chrono::milliseconds atMost = 20s)
    {
        std::string text;
        const auto end = Clock::now() + atMost;
        // Looks once more when the time is over: this thread may have been the one that was not let run.
        for (bool isLate = false; text.size() < size && !m_hasEnded && !m_wasReset && !isLate;) {
            isLate = Clock::now() >= end;
            pollfd waited{m_socket.number(), POLLIN, 0};
            if (::poll(&waited, 1, 5) <= 0) // interrupted or short of memory is no news of the connection
                continue;
            std::array<char, 4096> bytes;
            const auto got = ::recv(m_socket.number(), bytes.data(), std::min(bytes.size(), size - text.size()), 0);
            m_hasEnded = got == 0;
            m_wasReset = got < 0 && !isPassing(errno);
            if (got > 0)
                text.append(bytes.data(), static_cast<std::size_t>(got));
        }
        return text;
    }
    std::string ask(const std::string &text) { return send(text) ? receive(text.size()) : std::string(); }
    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }
    [[nodiscard]] bool wasReset() const { return m_wasReset; }

private:
    SocketHandle m_socket;
    bool m_hasEnded = false, m_wasReset = false;
};

} // namespace

class TestFaultProxy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void passesBothWaysAndCounts()
    {
        const EchoServer server;
        const FaultProxy proxy(server.port());
        Client first(proxy), second(proxy);
        const std::string large(300'000, 'x');
        QCOMPARE(first.ask("hello"), std::string("hello"));
        QVERIFY(second.ask(large) == large);
        QCOMPARE(proxy.counts().connections, 2U);
        QCOMPARE(proxy.counts().openConnections, 2U);
        QTRY_COMPARE(proxy.counts().bytesToServer, 300'005U);
        QTRY_COMPARE(proxy.counts().bytesToClient, 300'005U);
    }

    void aClientThatLeavesIsForgotten()
    {
        const EchoServer server;
        const FaultProxy proxy(server.port());
        {
            Client client(proxy);
            QCOMPARE(client.ask("a"), std::string("a"));
        }
        QTRY_COMPARE(proxy.counts().openConnections, 0U);
    }

    void refusesAndListensAgainOnTheSamePort()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client before(proxy);
        QCOMPARE(before.ask("a"), std::string("a"));
        for (int round = 0; round < 3; ++round) {
            proxy.refuse();
            QVERIFY(!Client(proxy).isConnected());
            QCOMPARE(before.ask("b"), std::string("b"));
            proxy.pass();
            QCOMPARE(Client(proxy).ask("c"), std::string("c"));
        }
    }

    void aServerThatIsNotThereResetsTheClient()
    {
        const std::uint16_t nobody = boundPort(tailspan::test::bindToLoopback(0));
        const FaultProxy proxy(nobody);
        Client client(proxy);
        QCOMPARE(client.receive(1), std::string());
        QVERIFY(client.wasReset());
    }

    void aStallHoldsAndLosesNothing()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client client(proxy);
        for (const Direction direction : {Direction::ToClient, Direction::ToServer, Direction::Both}) {
            proxy.stall(direction);
            const std::uint64_t arrived = proxy.counts().bytesToServer;
            QVERIFY(client.send("held"));
            QCOMPARE(client.receive(1, 50ms), std::string());
            QCOMPARE(proxy.counts().bytesToServer - arrived, direction == Direction::ToClient ? 4U : 0U);
            Client late(proxy);
            QVERIFY(late.isConnected() && late.send("late"));
            QCOMPARE(late.receive(1, 50ms), std::string());
            proxy.pass();
            QCOMPARE(client.receive(4), std::string("held"));
            QCOMPARE(late.receive(4), std::string("late"));
        }
    }

    void cutsBehindTheWantedByte()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client client(proxy);
        QCOMPARE(client.ask("before"), std::string("before"));
        proxy.cutAfter(4);
        QCOMPARE(client.ask("0123456789"), std::string("0123"));
        QVERIFY(client.hasEnded() || client.wasReset());
        Client next(proxy);
        QCOMPARE(next.ask("abcdef"), std::string("abcd"));
        proxy.cutAfter(0);
        Client last(proxy);
        QCOMPARE(last.receive(1), std::string());
        QVERIFY(last.hasEnded() || last.wasReset());
    }

    void dripsAtTheWantedRate()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client client(proxy);
        proxy.drip(200);
        const auto begin = Clock::now();
        QCOMPARE(client.ask(std::string(100, 'd')), std::string(100, 'd'));
        const auto spent = Clock::now() - begin;
        QVERIFY2(spent > 450ms && spent < 1500ms, "100 bytes at 200 a second take half a second");
    }

    void halfClosesTowardsTheClientOnly()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client client(proxy);
        QCOMPARE(client.ask("a"), std::string("a"));
        proxy.halfClose();
        QCOMPARE(client.receive(1), std::string());
        QVERIFY(client.hasEnded());
        QVERIFY(client.send("still taken"));
        QTRY_COMPARE(proxy.counts().bytesToServer, 12U);
    }

    void resetsOpenAndNewConnections()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client open(proxy);
        QCOMPARE(open.ask("a"), std::string("a"));
        proxy.reset();
        QCOMPARE(open.receive(1), std::string());
        QVERIFY(open.wasReset());
        Client late(proxy); // whose connect may already see the reset
        QCOMPARE(late.receive(1), std::string());
        QVERIFY(late.wasReset() || !late.isConnected());
        proxy.pass();
        QCOMPARE(Client(proxy).ask("b"), std::string("b"));
    }

    void garblesEveryNthByte()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        Client client(proxy);
        proxy.garble(3);
        QCOMPARE(client.ask("aaaaaaa"),
                 std::string("aa\x9e"
                             "aa\x9e"
                             "a"));
    }

    void faultsAreSwitchedFromAnyThread()
    {
        const EchoServer server;
        FaultProxy proxy(server.port());
        {
            std::jthread one([&] {
                for (int i = 0; i < 100; ++i)
                    i % 2 == 0 ? proxy.stall(Direction::Both) : proxy.pass();
            });
            std::jthread two([&] {
                for (int i = 0; i < 100; ++i)
                    i % 2 == 0 ? proxy.drip(10) : proxy.refuse();
            });
            for (int i = 0; i < 50; ++i)
                Client(proxy).send("x");
        }
        proxy.pass();
        QCOMPARE(Client(proxy).ask("end"), std::string("end"));
    }
};

QTEST_GUILESS_MAIN(TestFaultProxy)
#include "tst_fault_proxy.moc"
