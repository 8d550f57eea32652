// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/net/tcp_connect.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tailspan::net {

namespace {

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

addrinfo wanted(int flags)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    return hints;
}

/// What the resolver's thread and the waiting one share; the thread may outlive the wait.
struct Lookup {
    std::mutex mutex;
    std::condition_variable changed;
    bool isDone = false;
    int problem = 0;
    std::vector<std::string> addresses;
};

void lookUp(const std::string &host, Lookup &lookup)
{
    const addrinfo hints = wanted(AI_ADDRCONFIG);
    addrinfo *first = nullptr;
    const int problem = getaddrinfo(host.c_str(), nullptr, &hints, &first);
    const AddressList list(first, freeaddrinfo);
    std::vector<std::string> addresses;
    for (const addrinfo *entry = list.get(); entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
            addresses.emplace_back(text.data());
    }
    const std::lock_guard lock(lookup.mutex);
    lookup.isDone = true;
    lookup.problem = problem;
    lookup.addresses = std::move(addresses);
    lookup.changed.notify_all();
}

/// An address written as a number needs no resolver.
bool isNumber(const std::string &host)
{
    const addrinfo hints = wanted(AI_NUMERICHOST);
    addrinfo *first = nullptr;
    const bool isOne = getaddrinfo(host.c_str(), nullptr, &hints, &first) == 0;
    const AddressList list(first, freeaddrinfo);
    return isOne;
}

std::string systemText(int number)
{
    return std::generic_category().message(number);
}

Error connectError(int number, const std::string &place)
{
    if (number == ECONNREFUSED)
        return {ErrorCode::Unreachable,
                "The connection was refused: nothing listens there. Check that the server runs and that the port is "
                "right.",
                place};
    return {ErrorCode::Unreachable,
            "No connection: " + systemText(number) + ". Check the address, the network and firewalls.", place};
}

Error noAnswer(const std::string &place)
{
    return {ErrorCode::Timeout,
            "Nothing answered the attempt to connect. Check the address, the network, VPN and firewalls.", place};
}

/// Waits until the socket is connected. A value: 0, or the system's error number.
Result<int> waitConnected(const SocketNumber &socket, const std::string &place, const Deadline &deadline,
                          const std::stop_token &stop)
{
    while (true) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while connecting.", place);
        pollfd waited{socket.number(), POLLOUT, 0};
        if (::poll(&waited, 1, static_cast<int>(deadline.next(kStopSlice).count())) > 0)
            break;
        if (deadline.isOver())
            return ETIMEDOUT;
    }
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &problem, &size);
    return problem;
}

SocketNumber openSocket(const addrinfo &address)
{
    SocketNumber socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int yes = 1; // commands are small and each waits for its answer; a dead peer is noticed when nothing is asked
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::setsockopt(socket.number(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    return socket;
}

struct Attempt {
    SocketNumber socket;
    int problem = 0;
};

Result<Attempt> connectToAddress(const std::string &address, const std::string &place, std::uint16_t port,
                                 const Deadline &deadline, const std::stop_token &stop)
{
    const addrinfo hints = wanted(AI_NUMERICHOST | AI_NUMERICSERV);
    addrinfo *first = nullptr;
    const int unusable = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &first);
    const AddressList list(first, freeaddrinfo);
    if (unusable != 0)
        return Attempt{{}, EAFNOSUPPORT};
    Attempt attempt{openSocket(*list), 0};
    if (attempt.socket.number() < 0)
        return Attempt{{}, errno};
    if (::connect(attempt.socket.number(), list->ai_addr, list->ai_addrlen) == 0)
        return attempt;
    attempt.problem = errno;
    if (attempt.problem == EINPROGRESS) {
        TS_TRY(attempt.problem, waitConnected(attempt.socket, place, deadline, stop));
    }
    return attempt;
}

} // namespace

SocketNumber::~SocketNumber()
{
    if (m_number >= 0)
        ::close(m_number);
}

std::string hostAndPort(const std::string &host, std::uint16_t port)
{
    const bool needsBrackets = host.find(':') != std::string::npos;
    return (needsBrackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool isThisMachine(const std::string &host)
{
    return host == "localhost" || host == "::1" || (host.starts_with("127.") && isNumber(host));
}

Result<std::vector<std::string>> resolveHost(const std::string &host, std::uint16_t port, const Deadline &deadline,
                                             const std::stop_token &stop)
{
    if (isNumber(host))
        return std::vector{host};
    const std::string place = hostAndPort(host, port);
    auto lookup = std::make_shared<Lookup>();
    std::thread([host, lookup] { lookUp(host, *lookup); }).detach();
    std::unique_lock lock(lookup->mutex);
    while (!lookup->changed.wait_for(lock, deadline.next(kStopSlice), [&] { return lookup->isDone; })) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Stopped while looking up the name.", place);
        if (deadline.isOver())
            return fail(ErrorCode::Timeout,
                        "Looking up the name \"" + host + "\" took too long. Check the network's DNS and VPN.", place);
    }
    if (lookup->problem != 0 || lookup->addresses.empty())
        return fail(ErrorCode::Unreachable,
                    "The name \"" + host + "\" could not be resolved"
                        + (lookup->problem == 0 ? "" : ": " + std::string(gai_strerror(lookup->problem)))
                        + ". Check its spelling, the network's DNS and VPN.",
                    place);
    return lookup->addresses;
}

Result<SocketNumber> connectTcp(const std::vector<std::string> &addresses, const std::string &host, std::uint16_t port,
                                const Deadline &deadline, const std::stop_token &stop)
{
    const std::string place = hostAndPort(host, port);
    int problem = EHOSTUNREACH;
    for (std::size_t i = 0; i < addresses.size() && !deadline.isOver(); ++i) {
        // A dead address among several must not use up the time of the others.
        const auto left = deadline.next(std::chrono::hours(1));
        const Deadline own(left / static_cast<std::int64_t>(addresses.size() - i));
        TS_TRY(Attempt attempt, connectToAddress(addresses[i], place, port, own, stop));
        if (attempt.problem == 0)
            return std::move(attempt.socket);
        problem = attempt.problem;
    }
    return tl::unexpected(problem == ETIMEDOUT ? noAnswer(place) : connectError(problem, place));
}

} // namespace tailspan::net
