// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/redis_probe.h"

#include "app/net/server_words.h"
#include "app/net/tcp_connect.h"
#include "app/sources/redis_notes.h"
#include "app/sources/stored_record_filter.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::sources {

namespace {

using net::RedisCommand;
using net::RedisReplyView;
using net::RedisVerb;
using Step = net::RedisConnection::Step;
using State = ProbeStep::State;

constexpr std::int64_t kHourNs = 3'600'000'000'000;

const char *titleOf(Step step)
{
    switch (step) {
    case Step::NameResolved: return "name resolved";
    case Step::Connected: return "connected";
    case Step::TlsVerified: return "TLS verified";
    case Step::Authenticated: return "authenticated";
    }
    return "";
}

/// How far a search for the hour's oldest span in a list has come: it is in [low, high).
struct HourSearch {
    std::string key;
    std::uint64_t length = 0;
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

class Probe {
public:
    Probe(RedisSession &session, RedisKeyWalk &walk, const OnProbeStep &onStep, Ask ask)
        : m_session(session), m_walk(walk), m_onStep(onStep), m_ask(std::move(ask))
    {}

    Result<> run(std::uint64_t scanLimit, std::size_t listLimit)
    {
        TS_CHECK(connect());
        tellRights();
        TS_CHECK(failing("services found", findLists(scanLimit)));
        TS_CHECK(failing("spans counted", countHour()));
        tellHour(listLimit);
        return {};
    }

private:
    /// Tells an error as the step that failed.
    Result<> failing(const char *title, Result<> result)
    {
        if (!result)
            m_onStep({State::Failed, title, result.error().message});
        return result;
    }

    Result<> connect()
    {
        Step next = Step::NameResolved;
        const bool usesTls = m_session.target().usesTls;
        const auto connected = m_session.connect(
            [&](Step step, const std::string &text) {
                m_onStep({State::Done, titleOf(step), text});
                if (step == Step::Connected && !usesTls)
                    tellPlain();
                next = step == Step::Connected && !usesTls ? Step::Authenticated
                                                           : Step(std::min(static_cast<int>(step) + 1, 3));
            },
            m_ask.stop);
        return failing(titleOf(next), connected);
    }

    void tellPlain()
    {
        if (net::isThisMachine(m_session.target().host))
            m_onStep({State::Skipped, "TLS verified", "Not encrypted, but it does not leave this machine."});
        else
            m_onStep({State::Warning, "TLS verified",
                      "Not encrypted: the password and the spans can be read on the way. Use rediss:// where the "
                      "server has TLS."});
    }

    /// Whether a user could write cannot be asked with commands that only read traces.
    void tellRights()
    {
        const std::string &user = m_session.target().user;
        if (user.empty() || user == "default")
            m_onStep({State::Warning, "read-only user",
                      "Connected as the default user, which usually may write. Tailspan sends commands that read "
                      "only; a user with +@read -@dangerous makes sure on the server's side."});
        else
            m_onStep({State::Skipped, "read-only user",
                      "What \"" + user + "\" may do is not asked. Tailspan sends commands that read only."});
    }

    Result<> findLists(std::uint64_t scanLimit)
    {
        TS_CHECK(m_walk.walk(m_session, scanLimit, m_ask.stop));
        RedisNotes notes;
        notes.addUnseen(m_walk, m_session.server(), scanLimit);
        const std::size_t count = m_walk.known().size();
        if (count == 0)
            notes.add("No key begins with \"" + m_walk.prefix() + "\". Check the key prefix and the database number.");
        std::vector<std::string> names;
        for (const std::string &key : m_walk.known())
            names.push_back(net::serverWords(key.substr(m_walk.prefix().size())));
        m_onStep({notes.text.empty() ? State::Done : State::Warning,
                  pluralText(count, "service has traces", "services have traces"),
                  notes.text.empty() ? listedNames(names) : notes.text});
        return {};
    }

    Result<> countHour()
    {
        TS_CHECK(readLengths());
        // Lists are in order of time but for clocks and transit, so the hour's begin is found by halving.
        while (true) {
            std::vector<std::size_t> open;
            std::vector<RedisCommand> commands;
            for (std::size_t i = 0; i < m_searches.size(); ++i) {
                const HourSearch &search = m_searches[i];
                if (search.low >= search.high)
                    continue;
                const std::string middle = std::to_string(search.low + (search.high - search.low) / 2);
                open.push_back(i);
                commands.push_back({RedisVerb::LRange, {search.key, middle, middle}});
            }
            if (open.empty())
                return {};
            TS_CHECK(m_session.ask(
                commands, [&](std::size_t i, RedisReplyView reply) { return halve(m_searches[open[i]], reply); },
                m_ask.stop));
        }
    }

    Result<> readLengths()
    {
        std::vector<RedisCommand> commands;
        for (const std::string &key : m_walk.known())
            commands.push_back({RedisVerb::LLen, {key}});
        return m_session.ask(
            commands,
            [&](std::size_t i, RedisReplyView reply) -> Result<> {
                const auto length = static_cast<std::uint64_t>(std::max<std::int64_t>(reply.integer(), 0));
                if (reply.isError())
                    m_refused = m_session.errorOf(commands[i], reply);
                else
                    m_searches.push_back({commands[i].arguments.front(), length, 0, length});
                return {};
            },
            m_ask.stop);
    }

    Result<> halve(HourSearch &search, RedisReplyView reply)
    {
        const std::uint64_t middle = search.low + (search.high - search.low) / 2;
        const bool isRead = reply.size() > 0 && m_filter.read(reply[0].text()) && m_filter.fields().endNs;
        if (isRead && *m_filter.fields().endNs >= saturatingSubtract(m_session.nowNs(), kHourNs))
            search.low = middle + 1;
        else
            search.high = middle;
        return {};
    }

    void tellHour(std::size_t listLimit)
    {
        std::uint64_t ofHour = 0;
        std::uint64_t all = 0;
        bool isFloor = false;
        for (const HourSearch &search : m_searches) {
            ofHour += search.low;
            all += search.length;
            isFloor = isFloor || (search.low == search.length && search.length >= listLimit);
        }
        std::string text = "About, found by halving; " + countText(all) + " in all.";
        if (isFloor)
            text += " At least: Redis keeps the newest " + countText(listLimit)
                + " of a service, and for some that is less than an hour.";
        if (m_refused)
            text += " Some lists could not be read: " + m_refused->message;
        m_onStep({m_refused ? State::Warning : State::Done,
                  pluralText(ofHour, "span in the last hour", "spans in the last hour"), text});
    }

    RedisSession &m_session;
    RedisKeyWalk &m_walk;
    const OnProbeStep &m_onStep;
    Ask m_ask;
    StoredRecordFilter m_filter{{}};
    std::vector<HourSearch> m_searches;
    std::optional<Error> m_refused;
};

} // namespace

Result<> probeRedis(RedisSession &session, RedisKeyWalk &walk, std::uint64_t scanLimit, std::size_t listLimit,
                    const OnProbeStep &onStep, Ask ask)
{
    ask.progress.begin("testing the connection", 0);
    return Probe(session, walk, onStep, std::move(ask)).run(scanLimit, listLimit);
}

} // namespace tailspan::sources
