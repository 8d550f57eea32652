// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/redis_sink.h"

#include <hiredis/hiredis.h>

#include <charconv>
#include <sys/time.h>

namespace tailspan::sim {

namespace {

constexpr std::int64_t kSnapshotEveryNs = 10'000'000'000;
constexpr std::int64_t kNsPerMs = 1'000'000;

struct Reply {
    void *content = nullptr;
    Reply() = default;
    Reply(const Reply &) = delete;
    Reply &operator=(const Reply &) = delete;
    ~Reply() { freeReplyObject(content); }
};

struct Address {
    std::string user, password, host = "127.0.0.1", database = "0";
    int port = 6379;
};

Result<Address> addressOf(std::string_view url)
{
    Address address;
    constexpr std::string_view kScheme = "redis://";
    if (!url.starts_with(kScheme))
        return fail(ErrorCode::Malformed, "Expected redis://HOST:PORT/NUMBER", "--redis");
    url.remove_prefix(kScheme.size());
    if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
        const std::string_view login = url.substr(0, at);
        const std::size_t colon = login.find(':');
        if (colon != std::string_view::npos)
            address.user = login.substr(0, colon);
        address.password = login.substr(colon == std::string_view::npos ? 0 : colon + 1);
        url.remove_prefix(at + 1);
    }
    if (const std::size_t slash = url.find('/'); slash != std::string_view::npos) {
        if (slash + 1 < url.size())
            address.database = url.substr(slash + 1);
        url = url.substr(0, slash);
    }
    if (const std::size_t colon = url.rfind(':'); colon != std::string_view::npos) {
        const std::string_view port = url.substr(colon + 1);
        if (std::from_chars(port.data(), port.data() + port.size(), address.port).ec != std::errc())
            return fail(ErrorCode::Malformed, "The port is no number", "--redis");
        url = url.substr(0, colon);
    }
    if (!url.empty())
        address.host = url;
    return address;
}

} // namespace

void RedisSink::Close::operator()(redisContext *connection) const
{
    redisFree(connection);
}

Result<std::unique_ptr<RedisSink>> RedisSink::open(const std::string &url)
{
    TS_TRY(const Address address, addressOf(url));
    const std::string where = address.host + ':' + std::to_string(address.port);
    Connection connection(redisConnectWithTimeout(address.host.c_str(), address.port, timeval{5, 0}));
    if (connection == nullptr || connection->err != 0)
        return fail(ErrorCode::Unreachable, connection == nullptr ? "No memory" : connection->errstr, where);
    redisSetTimeout(connection.get(), timeval{10, 0});
    std::unique_ptr<RedisSink> sink(new RedisSink(std::move(connection), where));
    if (!address.user.empty())
        sink->send({"AUTH", address.user, address.password});
    else if (!address.password.empty())
        sink->send({"AUTH", address.password});
    sink->send({"CLIENT", "SETNAME", "tailspan_sim"}); // tells its writes from what readers ask
    sink->send({"SELECT", address.database});
    for (const Service &service : services())
        sink->send({"SET", "service:" + std::string(service.name) + ":config",
                    R"({"port":)" + std::to_string(service.port) + R"(,"poolSize":20,"timeoutMs":5000})"});
    TS_CHECK(sink->takeReplies());
    return sink;
}

void RedisSink::send(const std::vector<std::string_view> &words)
{
    std::vector<const char *> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    redisAppendCommandArgv(m_connection.get(), static_cast<int>(words.size()), texts.data(), sizes.data());
    ++m_awaited;
}

Result<> RedisSink::takeReplies()
{
    for (; m_awaited > 0; --m_awaited) {
        Reply reply;
        if (redisGetReply(m_connection.get(), &reply.content) != REDIS_OK)
            return fail(ErrorCode::Unreachable, m_connection->errstr, m_address);
        const auto *answer = static_cast<const redisReply *>(reply.content);
        if (answer->type == REDIS_REPLY_ERROR)
            return fail(ErrorCode::Auth, std::string(answer->str, static_cast<std::size_t>(answer->len)), m_address);
    }
    return {};
}

Result<> RedisSink::addRecord(const StoredRecord &record)
{
    const Call &call = record.call;
    m_lists["traces:" + std::string(call.operation->service)].push_back(record.json());
    for (const char *neighbor : call.neighbors)
        m_awareness["awareness:" + std::string(neighbor) + ':' + call.operation->service] = R"({"lastSeen":)"
            + jsonText(record.timestamp) + R"(,"lastOperation":)" + jsonText(call.operation->name) + R"(,"lastStatus":)"
            + std::to_string(call.statusCode) + R"(,"traceId":)" + jsonText(call.traceId) + "}";
    return {};
}

Result<> RedisSink::addState(const ServiceBoard &board, std::int64_t atNs)
{
    for (const Service &service : services()) {
        const std::string name = service.name;
        send({"SET", "metrics:" + name, board.metricsJson(name)});
        send({"SET", "service:" + name + ":state", board.stateJson(name)});
    }
    if (atNs - m_snapshotNs >= kSnapshotEveryNs) {
        m_snapshotNs = atNs;
        sendSnapshots(board, atNs);
    }
    return takeReplies();
}

void RedisSink::sendSnapshots(const ServiceBoard &board, std::int64_t atNs)
{
    for (const Service &service : services()) {
        const std::string name = service.name, list = "snapshots:" + name;
        const std::string key = "snapshot:" + name + ':' + std::to_string(atNs / kNsPerMs);
        send({"SET", key, board.snapshotJson(name), "EX", "604800"});
        send({"LPUSH", list, key});
        send({"LTRIM", list, "0", "49"});
    }
}

Result<> RedisSink::flush()
{
    for (const auto &[key, records] : m_lists) {
        std::vector<std::string_view> words{"LPUSH", key};
        words.insert(words.end(), records.begin(), records.end());
        send(words);
        send({"LTRIM", key, "0", "999"});
    }
    for (const auto &[key, value] : m_awareness)
        send({"SET", key, value, "EX", "3600"});
    m_lists.clear();
    m_awareness.clear();
    return takeReplies();
}

} // namespace tailspan::sim
