// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_settings.h"

#include <charconv>

namespace tailspan::sources {

namespace {

Result<std::uint64_t> numberOf(const std::string &text, const std::string &what, std::uint64_t most,
                               const std::string &place)
{
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number > most)
        return fail(ErrorCode::Unsupported,
                    what + " must be a whole number up to " + std::to_string(most) + ", not \"" + text + "\".", place);
    return number;
}

} // namespace

SourceInfo infoRedisSource()
{
    using Kind = OptionInfo::Kind;
    return {
        "redis",
        "Redis",
        "The newest spans of each service, as the collector keeps them in lists",
        {"redis", "rediss"},
        6379,
        "Database number",
        {
            {"prefix", "Key prefix", "What every key begins with, in front of \"traces:\".", Kind::Text, "", ""},
            {"cacert", "Authority's certificate",
             "A PEM file: trust this authority and not those of the system. For rediss://.", Kind::File, "", ""},
            {"cert", "Client certificate", "A PEM file, where the server asks clients for one.", Kind::File, "", ""},
            {"key", "Client key", "A PEM file; empty when the key is in the certificate's file.", Kind::File, "", ""},
            {"tlsname", "Name in the certificate", "When a tunnel leads to the server and its name is not the host's.",
             Kind::Text, "", ""},
            {"scan-limit", "Keys to look at", "How many keys to look at for lists of traces.", Kind::Number, "",
             "100000"},
            {"list-limit", "Spans kept a service",
             "To how many spans the collector trims a list; older ones are forgotten.", Kind::Number, "", "1000"},
        },
        false};
}

Result<RedisSettings> redisSettings(const SourceAddress &address, const SourceSecrets &secrets)
{
    constexpr std::uint64_t kMostDatabases = 1'000'000;
    constexpr std::uint64_t kMostKeys = 1'000'000'000;
    RedisSettings settings;
    net::RedisTarget &target = settings.target;
    target.host = address.host.empty() ? "127.0.0.1" : address.host;
    target.port = address.port == 0 ? infoRedisSource().defaultPort : address.port;
    target.usesTls = address.scheme == "rediss";
    target.user = address.user;
    target.password = secrets.password;
    target.tls = {address.option("cacert"), address.option("cert"), address.option("key"), secrets.keyPassphrase,
                  address.option("tlsname")};
    settings.keyPrefix = address.option("prefix");
    const std::string place = address.text();
    if (!address.database.empty()) {
        TS_TRY(const std::uint64_t database, numberOf(address.database, "The database", kMostDatabases, place));
        target.database = static_cast<int>(database);
    }
    TS_TRY(settings.scanLimit, numberOf(address.option("scan-limit", "100000"), "\"scan-limit\"", kMostKeys, place));
    TS_TRY(settings.listLimit, numberOf(address.option("list-limit", "1000"), "\"list-limit\"", kMostKeys, place));
    return settings;
}

} // namespace tailspan::sources
