// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_facts.h"

#include "app/json/indexed_text.h"
#include "app/sources/redis_keys.h"
#include "models/base/iso_time.h"
#include "models/base/number_text.h"

#include <algorithm>
#include <charconv>

namespace tailspan::sources {

namespace {

using json::JsonCursor;
using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;

constexpr std::size_t kAtOnce = 100;
constexpr std::size_t kMostValues = 200;
constexpr std::size_t kLargestValue = 256 * 1024;
constexpr int kLevels = 4;

std::optional<double> numberOf(std::string_view text)
{
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return isNumber ? std::optional(number) : std::nullopt;
}

/// A time as ISO text or as milliseconds since 1970, as the target's services write both.
std::optional<std::int64_t> timeOf(std::string_view text)
{
    if (const auto ns = parseIsoTimeNs(text))
        return ns;
    std::int64_t ms = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), ms);
    const bool isNumber = read.ec == std::errc() && read.ptr == text.data() + text.size();
    return isNumber ? std::optional(saturatingMultiply(ms, 1'000'000)) : std::nullopt;
}

/// Members of members by their paths; what lies deeper, and lists, as JSON text.
void addValues(JsonCursor cursor, const std::string &path, int levels, std::vector<ServiceValue> &values)
{
    if (values.size() >= kMostValues)
        return;
    if (cursor.peek() == '{' && levels > 0) {
        json::forEachField(cursor, [&](std::string_view key, JsonCursor &value) {
            const std::string name = json::decodeString(key);
            addValues(value, path.empty() ? name : path + "." + name, levels - 1, values);
            return value.skipValue();
        });
        return;
    }
    std::string_view raw;
    const bool isString = cursor.peek() == '"';
    if (cursor.readText(raw))
        values.push_back({path, isString ? json::decodeString(raw) : std::string(raw), numberOf(raw)});
    else if (cursor.skipValue(raw))
        values.push_back({path, std::string(raw), {}});
}

std::vector<ServiceValue> valuesOf(std::string_view text)
{
    std::vector<ServiceValue> values;
    addValues(json::IndexedText(text).cursor(), "", kLevels, values);
    return values;
}

class FactsReader {
public:
    FactsReader(RedisSession &session, const std::string &keyPrefix, std::uint64_t scanLimit, Ask ask)
        : m_session(session), m_keyPrefix(keyPrefix), m_scanLimit(scanLimit), m_ask(std::move(ask))
    {}

    Result<RedisFacts> read()
    {
        TS_CHECK(readSightings());
        TS_CHECK(readSnapshots());
        TS_CHECK(readMetrics());
        TS_CHECK(readStates());
        m_facts.isComplete = m_facts.note.empty();
        return std::move(m_facts);
    }

private:
    using OnText = std::function<void(const std::string &key, std::string_view text)>;
    using OnReply = std::function<void(const RedisCommand &command, RedisReplyView reply)>;

    void note(const std::string &sentence)
    {
        if (m_facts.note.find(sentence) == std::string::npos)
            m_facts.note += (m_facts.note.empty() ? "" : " ") + sentence;
    }

    Result<std::vector<std::string>> keysWith(const std::string &prefix, const std::string &ending = {})
    {
        RedisKeyWalk walk(m_keyPrefix + prefix);
        TS_CHECK(walk.walk(m_session, m_scanLimit, m_ask.stop));
        if (!walk.sawAll() || walk.hasMore())
            note("Not all keys of this Redis were looked at.");
        std::vector<std::string> keys;
        std::copy_if(walk.known().begin(), walk.known().end(), std::back_inserter(keys),
                     [&](const std::string &key) { return key.ends_with(ending); });
        return keys;
    }

    /// Sends the commands some at a time; error answers become notes.
    Result<> askAll(const std::vector<RedisCommand> &commands, const OnReply &onReply)
    {
        for (std::size_t first = 0; first < commands.size(); first += kAtOnce) {
            const auto some = std::span(commands).subspan(first, std::min(kAtOnce, commands.size() - first));
            TS_CHECK(m_session.ask(
                some,
                [&](std::size_t i, RedisReplyView reply) -> Result<> {
                    if (reply.isError())
                        note(m_session.errorOf(some[i], reply).message);
                    else
                        onReply(some[i], reply);
                    return {};
                },
                m_ask.stop));
        }
        return {};
    }

    /// The texts under the keys; large ones are not fetched.
    Result<> readTexts(const std::vector<std::string> &keys, const OnText &onText)
    {
        std::vector<RedisCommand> lengths;
        for (const std::string &key : keys)
            lengths.push_back({RedisVerb::StrLen, {key}});
        std::vector<RedisCommand> gets;
        TS_CHECK(askAll(lengths, [&](const RedisCommand &command, RedisReplyView reply) {
            if (reply.integer() > static_cast<std::int64_t>(kLargestValue))
                note("Values larger than " + bytesText(kLargestValue) + " were not read.");
            else if (reply.integer() > 0)
                gets.push_back({RedisVerb::Get, command.arguments});
        }));
        return askAll(gets, [&](const RedisCommand &command, RedisReplyView reply) {
            onText(command.arguments.front(), reply.text());
        });
    }

    std::string behind(const std::string &key, const std::string &prefix) const
    {
        return key.substr(m_keyPrefix.size() + prefix.size());
    }

    Result<> readSightings()
    {
        TS_TRY(const auto keys, keysWith("awareness:"));
        return readTexts(keys, [&](const std::string &key, std::string_view text) {
            const std::string pair = behind(key, "awareness:");
            const std::size_t colon = pair.find(':');
            if (colon == std::string::npos)
                return;
            NeighborSighting sighting;
            sighting.neighbor = pair.substr(0, colon);
            sighting.service = pair.substr(colon + 1);
            for (const ServiceValue &value : valuesOf(text)) {
                if (value.path == "lastSeen")
                    sighting.lastSeenNs = timeOf(value.value);
                else if (value.path == "lastOperation")
                    sighting.lastOperation = value.value;
                else if (value.path == "lastStatus")
                    sighting.lastStatus = value.value;
                else if (value.path == "traceId")
                    sighting.traceId = value.value;
            }
            m_facts.sightings.push_back(std::move(sighting));
        });
    }

    Result<> readSnapshots()
    {
        TS_TRY(const auto keys, keysWith("snapshots:"));
        std::vector<RedisCommand> commands;
        for (const std::string &key : keys) {
            commands.push_back({RedisVerb::LLen, {key}});
            commands.push_back({RedisVerb::LRange, {key, "0", "49"}});
        }
        return askAll(commands, [&](const RedisCommand &command, RedisReplyView reply) {
            const std::string service = behind(command.arguments.front(), "snapshots:");
            auto &all = m_facts.snapshots;
            if (all.empty() || all.back().service != service)
                all.push_back({service, 0, {}});
            if (command.verb == RedisVerb::LLen)
                all.back().count = static_cast<std::uint64_t>(std::max<std::int64_t>(reply.integer(), 0));
            for (std::size_t i = 0; i < reply.size(); ++i) {
                const std::string_view name = reply[i].text(); // "snapshot:<service>:<ms>"
                if (const auto time = timeOf(name.substr(name.rfind(':') + 1)))
                    all.back().newestNs.push_back(*time);
            }
        });
    }

    Result<> readMetrics()
    {
        TS_TRY(const auto keys, keysWith("metrics:"));
        return readTexts(keys, [&](const std::string &key, std::string_view text) {
            m_facts.metrics.push_back({behind(key, "metrics:"), valuesOf(text)});
        });
    }

    Result<> readStates()
    {
        static const std::string kEnding = ":state";
        TS_TRY(const auto keys, keysWith("service:", kEnding)); // a configuration ends otherwise
        return readTexts(keys, [&](const std::string &key, std::string_view text) {
            const std::string name = behind(key, "service:");
            if (name.size() > kEnding.size())
                m_facts.states.push_back({name.substr(0, name.size() - kEnding.size()), valuesOf(text)});
        });
    }

    RedisSession &m_session;
    const std::string &m_keyPrefix;
    std::uint64_t m_scanLimit;
    Ask m_ask;
    RedisFacts m_facts;
};

} // namespace

Result<RedisFacts> readRedisFacts(RedisSession &session, const std::string &keyPrefix, std::uint64_t scanLimit, Ask ask)
{
    ask.progress.begin("reading what services say", 0);
    return FactsReader(session, keyPrefix, scanLimit, std::move(ask)).read();
}

} // namespace tailspan::sources
