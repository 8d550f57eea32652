// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/call_hints.h"

#include "models/advisor/call_words.h"
#include "models/base/hash.h"
#include "models/base/utf8.h"
#include "models/graph/peer_hints.h"

#include <algorithm>
#include <charconv>

namespace tailspan::advisor {

// Newer names of the conventions first.
const std::array<CallHints::Key, 80> CallHints::kKeys{{
    {"db.system.name", System, 0},
    {"db.system", System, 1},
    {"db.type", System, 2},
    {"db.query.text", Statement, 0},
    {"db.statement", Statement, 1},
    {"sql.query", Statement, 2},
    {"db.query.summary", Statement, 9},
    {"db.operation.name", Statement, 10},
    {"db.operation", Statement, 11},
    {"redis.command", Statement, 3},
    {"db.query.parameters", Parameters, 0},
    {"db.statement.parameters", Parameters, 1},
    {"db.postgresql.values", Parameters, 2},
    {"db.params", Parameters, 3},
    {"rpc.jsonrpc.params", Parameters, 4},
    {"jsonrpc.params", Parameters, 5},
    {"rpc.request.params", Parameters, 6},
    {"db.query.parameter.0", Parameters, 7},
    {"db.query.parameter.1", Parameters, 8},
    {"request.query", Parameters, 9},
    {"db.operation.batch.size", BatchSize, 0},
    {"rpc.jsonrpc.batch_size", BatchSize, 1},
    {"batch.size", BatchSize, 2},
    {"messaging.batch.message_count", BatchSize, 3},
    {"http.request.method", Method, 0},
    {"http.method", Method, 1},
    {"request.method", Method, 2},
    {"url.full", Url, 0},
    {"http.url", Url, 1},
    {"http.request.url", Url, 2},
    {"url.path", Url, 3},
    {"http.target", Url, 4},
    {"http.path", Url, 5},
    {"request.path", Url, 6},
    {"url.template", Route, 0},
    {"http.route", Route, 1},
    {"rpc.system.name", RpcSystem, 0},
    {"rpc.system", RpcSystem, 1},
    {"rpc.jsonrpc.version", RpcSystem, 2},
    {"jsonrpc.version", RpcSystem, 3},
    {"rpc.method", RpcMethod, 0},
    {"jsonrpc.method", RpcMethod, 1},
    {"rpc.jsonrpc.method", RpcMethod, 2},
    {"peer.service", Peer, 0},
    {"server.address", Peer, 1},
    {"net.peer.name", Peer, 2},
    {"remote.serviceName", Peer, 3},
    {"peer.hostname", Peer, 4},
    {"http.host", Peer, 5},
    {"db.namespace", Peer, 6},
    {"db.name", Peer, 7},
    {"db.instance", Peer, 8},
    {"messaging.system", Messaging, 0},
    {"http.request.resend_count", Attempt, 0},
    {"http.resend_count", Attempt, 1},
    {"http.retry_count", Attempt, 2},
    {"retry.attempt", Attempt, 3},
    {"retry.count", Attempt, 4},
    {"retry_count", Attempt, 5},
    {"http.request.prefetch", Prefetch, 0},
    {"http.request.header.sec-purpose", Prefetch, 1},
    {"http.request.header.purpose", Prefetch, 2},
    {"prefetch", Prefetch, 3},
    {"http.response.status_code", Status, 0},
    {"http.status_code", Status, 1},
    {"response.statusCode", Status, 2},
    {"http.response.body.size", Bytes, 0},
    {"http.response_content_length", Bytes, 1},
    {"http.response.size", Bytes, 2},
    {"http.response.header.etag", Answer, 0},
    {"response.hash", Answer, 1},
    {"response.body.hash", Answer, 2},
    {"http.response.body.hash", Answer, 3},
    {"tenant.id", Tenant, 0},
    {"tenant", Tenant, 1},
    {"user.id", Tenant, 2},
    {"enduser.id", Tenant, 3},
    {"cache.hit", CacheHit, 0},
    {"cache_hit", CacheHit, 1},
    {"http.response.header.cache-control", CacheControl, 0},
}};

namespace {

constexpr std::size_t kMostValueBytes = 8'000;
constexpr std::size_t kMostTargetBytes = 200;

bool isTrue(std::string_view value)
{
    return value == "true" || value == "True" || value == "1" || value == "hit" || value == "HIT";
}

std::string_view firstWord(std::string_view text)
{
    return text.substr(0, text.find_first_of(" \t\n"));
}

bool isConnecting(std::string_view operation)
{
    static constexpr std::array<std::string_view, 12> kEnds{
        "pool.connect",    "pg.connect",         "tcp.connect",    "tls.connect",   "dns.lookup",    "pool.acquire",
        "pg-pool.connect", "acquire connection", "get connection", "getconnection", "redis-connect", "mysql.connect"};
    return equalsWithoutCase(operation, "connect") || equalsWithoutCase(operation, "dns")
        || std::ranges::any_of(kEnds, [&](std::string_view end) {
               return operation.size() >= end.size()
                   && equalsWithoutCase(operation.substr(operation.size() - end.size()), end);
           });
}

/// "pg.query:SELECT shop", "redis-GET", "redis.get": what follows the name of the library.
std::optional<NameFacts> libraryFacts(std::string_view operation)
{
    struct Library {
        std::string_view begin;
        CallType type;
    };
    static constexpr std::array<Library, 13> kLibraries{{{"pg.query", CallType::Sql},
                                                         {"postgresql", CallType::Sql},
                                                         {"postgres", CallType::Sql},
                                                         {"mysql.query", CallType::Sql},
                                                         {"mysql", CallType::Sql},
                                                         {"sql.query", CallType::Sql},
                                                         {"prisma:engine:db_query", CallType::Sql},
                                                         {"prisma:client:db_query", CallType::Sql},
                                                         {"sequelize", CallType::Sql},
                                                         {"knex", CallType::Sql},
                                                         {"redis", CallType::Redis},
                                                         {"ioredis", CallType::Redis},
                                                         {"jsonrpc", CallType::JsonRpc}}};
    for (const Library &library : kLibraries) {
        if (!startsWithoutCase(operation, library.begin))
            continue;
        std::string_view rest = operation.substr(library.begin.size());
        const bool isEnd = rest.empty() || std::string_view(".:-/ _").find(rest.front()) != std::string_view::npos;
        if (!isEnd)
            continue;
        while (!rest.empty() && std::string_view(".:-/ _").find(rest.front()) != std::string_view::npos)
            rest.remove_prefix(1);
        NameFacts facts{library.type, sqlText(operation), true};
        facts.text.isReading = isRedisCommand(firstWord(rest)) ? redisText(rest).isReading : sqlText(rest).isReading;
        return facts;
    }
    return std::nullopt;
}

} // namespace

NameFacts nameFacts(std::string_view operation)
{
    const std::string_view word = firstWord(operation);
    const std::string_view rest = operation.substr(std::min(operation.size(), word.size() + 1));
    if (isConnecting(operation))
        return {CallType::PoolConnect, {std::string(operation)}, true};
    if (const std::optional<NameFacts> facts = libraryFacts(operation))
        return *facts;
    if (isChainMethod(operation))
        return {CallType::JsonRpc, {std::string(operation), 0, 0, false, isReadingChainMethod(operation)}, true};
    if (isHttpMethod(word) && (rest.starts_with('/') || rest.find("://") != std::string_view::npos))
        return {CallType::Http, httpText(word, rest), false};
    if (word == "HTTP" && isHttpMethod(rest))
        return {CallType::Http, httpText(rest, {}), false};
    const bool isLoud = std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    if (isSqlVerb(word) && !rest.empty() && !isHttpMethod(word) && (isLoud || rest.find(' ') != std::string_view::npos))
        return {CallType::Sql, sqlText(operation), true};
    if (isHttpMethod(word) && rest.empty())
        return {CallType::Other, httpText(word, {}), false}; // Redis names its calls GET as well
    if (isLoud && isRedisCommand(word) && word.size() > 2 && !isHttpMethod(word))
        return {CallType::Redis, redisText(operation), true};
    CallText text = httpText({}, operation);
    text.isReading = isHttpMethod(word) && (word == "GET" || word == "HEAD");
    text.isBatch = false;
    return {CallType::None, std::move(text), false};
}

void CallHints::clear()
{
    for (Value &value : m_values) {
        value.text.clear();
        value.rank = kUnset;
    }
}

void CallHints::take(std::string_view key, std::string_view value)
{
    if (value.empty())
        return;
    for (const Key &known : kKeys) {
        if (known.name.size() != key.size() || known.name != key)
            continue;
        Value &kept = m_values[known.slot];
        if (known.rank < kept.rank) {
            kept.text = utf8Prefix(value, kMostValueBytes);
            kept.rank = known.rank;
        }
        return;
    }
}

std::uint64_t CallHints::number(Slot slot) const
{
    std::uint64_t value = 0;
    const std::string_view digits = text(slot);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() ? value : 0;
}

void CallHints::describeStore(DescribedCall &call, const NameFacts &name) const
{
    const std::string_view statement = text(Statement);
    const std::string_view system = text(System);
    const bool isCache = graph::isCacheSystem(system);
    // Some wrappers name the system of another connection.
    const bool looksLikeSql = isSqlVerb(firstWord(statement))
        && findWithoutCase(statement, " from ") != std::string_view::npos;
    const bool looksLikeRedis = !has(System) && isRedisCommand(firstWord(statement))
        && !isSqlVerb(firstWord(statement));
    if (!looksLikeSql && (isCache || (looksLikeRedis && has(Statement)) || name.type == CallType::Redis)) {
        call.type = CallType::Redis;
        if (has(Statement))
            call.text = redisText(statement);
        return;
    }
    call.type = CallType::Sql;
    if (has(Statement))
        call.text = sqlText(statement);
}

CallText CallHints::ofRoute(CallText told) const
{
    CallText route = httpText(has(Method) ? text(Method) : std::string_view(), text(Route));
    const std::string_view path = std::string_view(told.text).substr(0, told.text.find('?'));
    if (std::ranges::count(route.text, '/') != std::ranges::count(path, '/')
        || route.text.find('*') != std::string::npos)
        return told;
    route.parameters = route.text == told.text ? told.parameters : hashBytes(told.text, told.parameters + 1);
    route.batchSize = told.batchSize;
    route.isBatch |= told.isBatch;
    return route;
}

void CallHints::describeCall(DescribedCall &call, std::string_view operation, const NameFacts &name) const
{
    const std::string_view rpcSystem = text(RpcSystem);
    const std::string_view method = has(RpcMethod) ? text(RpcMethod) : operation;
    const bool isJsonRpc = rpcSystem == "jsonrpc" || rpcSystem == "2.0" || isChainMethod(method);
    if (name.type == CallType::PoolConnect) {
        call.type = CallType::PoolConnect;
    } else if (isJsonRpc) {
        call.type = CallType::JsonRpc;
        call.text = {std::string(utf8Prefix(method, kMostTextBytes)), 0, 0, false, isReadingChainMethod(method)};
    } else if (has(System) || (has(Statement) && !has(Url))) {
        describeStore(call, name);
    } else if (has(Messaging)) {
        call.type = CallType::Message;
    } else if (has(Url) || has(Method) || has(Route)) {
        call.type = CallType::Http;
        CallText told = httpText(has(Method) ? text(Method) : std::string_view(), has(Url) ? text(Url) : text(Route));
        if (has(Url) && has(Route)) // the route says what varies, the address by what it was asked
            call.text = ofRoute(std::move(told));
        else if (has(Url) || has(Route))
            call.text = std::move(told);
        else if (has(Method))
            call.text.isReading = told.isReading;
    }
}

DescribedCall CallHints::described(std::string_view operation, const NameFacts &name) const
{
    DescribedCall call;
    call.type = name.type == CallType::None ? CallType::Other : name.type;
    call.text = name.text;
    describeCall(call, operation, name);
    call.text.text = shownText(call.text.text, operation);
    const bool isEmpty = text(Parameters) == "{}" || text(Parameters) == "[]" || text(Parameters) == "null";
    if (has(Parameters) && !isEmpty)
        call.text.parameters = hashBytes(text(Parameters), call.text.parameters + 1);
    if (const std::uint64_t size = number(BatchSize); size > 0) {
        call.text.batchSize = static_cast<std::uint32_t>(std::min<std::uint64_t>(size, 1'000'000));
        call.text.isBatch |= size > 1;
    }
    call.target = has(Peer) ? text(Peer) : graph::hostOfUrl(text(Url));
    call.target.resize(utf8Prefix(call.target, kMostTargetBytes).size());
    call.attempt = static_cast<std::uint8_t>(std::min<std::uint64_t>(number(Attempt), 255));
    call.isPrefetch = (has(Prefetch) && (isTrue(text(Prefetch)) || text(Prefetch).starts_with("prefetch")))
        || findWithoutCase(operation, "prefetch") != std::string_view::npos;
    call.status = static_cast<int>(std::min<std::uint64_t>(number(Status), 999));
    call.bytes = number(Bytes);
    call.answer = has(Answer) ? hashBytes(text(Answer), 1) : 0;
    call.tenant = has(Tenant) ? hashBytes(text(Tenant), 1) : 0;
    constexpr int kFirstOfUser = 2; // user.id and enduser.id
    call.isOfUser = has(Tenant) && m_values[Tenant].rank >= kFirstOfUser;
    call.cacheControl = utf8Prefix(text(CacheControl), kMostTargetBytes);
    if (has(CacheHit))
        call.isCacheHit = isTrue(text(CacheHit));
    return call;
}

} // namespace tailspan::advisor
