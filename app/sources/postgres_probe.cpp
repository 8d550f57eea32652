// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sources/postgres_query.h"
#include "app/sources/postgres_source.h"

#include "models/base/number_text.h"

namespace tailspan::sources {

namespace {

using Stage = net::PostgresConnection::Stage;
using State = ProbeStep::State;

constexpr std::int64_t kHourNs = 3'600'000'000'000;

/// The step a failed connection stopped at: the one behind the last that was reached.
const char *stepBehind(std::optional<Stage> last)
{
    if (!last)
        return "name resolved";
    switch (*last) {
    case Stage::Resolved: return "connected";
    case Stage::Connected: return "TLS verified";
    case Stage::Encrypted:
    case Stage::Authenticated: break;
    }
    return "authenticated";
}

class Probe {
public:
    Probe(PostgresSession &session, const OnProbeStep &onStep, const Ask &ask)
        : m_session(session), m_onStep(onStep), m_ask(ask)
    {}

    Result<> run()
    {
        TS_CHECK(connect());
        TS_CHECK(findTable());
        TS_CHECK(checkRights());
        return countLastHour();
    }

private:
    void step(State state, const char *title, std::string text = {})
    {
        if (m_onStep)
            m_onStep({state, title, std::move(text)});
    }

    Result<> failed(const char *title, Error error)
    {
        if (error.context.empty())
            error.context = m_session.address().text();
        step(State::Failed, title, error.message);
        return tl::unexpected(std::move(error));
    }

    Result<> connect()
    {
        std::optional<Stage> last;
        const Result<> connected = m_session.connect(m_ask, [&](Stage stage, const std::string &text) {
            if (stage == Stage::Resolved)
                step(State::Done, "name resolved", text);
            else if (stage == Stage::Connected)
                step(State::Done, "connected", text);
            else if (stage == Stage::Encrypted)
                encrypted(text);
            else
                authenticated(last, text);
            last = stage;
        });
        if (connected.has_value())
            return {};
        Error error = connected.error();
        // Servers refuse users also over connections without TLS: then the words are about the user.
        const bool isRefused = error.code == ErrorCode::Auth || error.code == ErrorCode::NotFound;
        return failed(isRefused && last ? "authenticated" : stepBehind(last), std::move(error));
    }

    void encrypted(const std::string &text)
    {
        const std::string mode = m_session.address().option("sslmode");
        const bool isVerified = mode.starts_with("verify") || (mode.empty() && !isPlainByDefault());
        step(isVerified ? State::Done : State::Warning, "TLS verified",
             isVerified ? text : text + "; the server's certificate was not checked");
    }

    void authenticated(std::optional<Stage> last, const std::string &user)
    {
        if (last == Stage::Connected) {
            const bool isNear = isPlainByDefault();
            step(isNear ? State::Skipped : State::Warning, "TLS verified",
                 isNear ? "no TLS on this machine" : "no TLS: others on the way can read everything");
        }
        step(State::Done, "authenticated", "as " + user);
    }

    bool isPlainByDefault() const
    {
        const std::string &host = m_session.address().host;
        return m_session.address().option("service").empty()
            && (host.empty() || host == "localhost" || host == "::1" || host.starts_with("127.")
                || host.starts_with('/'));
    }

    Result<> findTable()
    {
        const auto sql = m_session.sql(m_ask);
        if (!sql.has_value())
            return failed("table found", sql.error());
        const PostgresTable &table = m_session.table();
        const std::string name = m_session.address().option("table");
        if (table.hasAllButBodies())
            step(State::Done, "table found", name);
        else
            step(State::Warning, "table found", name + ". " + table.lack() + " The rest works.");
        return {};
    }

    Result<> checkRights()
    {
        SqlTemplate sql;
        sql.set("table", quotedTable(m_session.address().option("table")));
        std::string role;
        bool isSuperuser = false;
        bool mayWrite = false;
        const auto take = [&](const net::PostgresRow &row) -> Result<> {
            role = row.text(0);
            isSuperuser = row.flag(1);
            mayWrite = row.flag(2);
            return {};
        };
        const auto answer = m_session.run(sql.statement("role_rights"), take, m_ask);
        if (!answer.has_value())
            return failed("reads only", answer.error());
        if (isSuperuser || mayWrite)
            step(State::Warning, "reads only",
                 "The user " + role + (isSuperuser ? " is a superuser." : " could change the table.")
                     + " Tailspan never does; a user with SELECT alone is safer.");
        else
            step(State::Done, "reads only", "the user cannot change the table");
        return {};
    }

    Result<> countLastHour()
    {
        trace::TraceQuery query;
        const std::int64_t nowNs = m_session.nowNs();
        query.range = TimeRange{TimePoint(nowNs - kHourNs), TimePoint(nowNs + 1)};
        const auto counted = aggregateInPostgres(m_session, AggregateKind::Count, query, 0, m_ask);
        if (counted.has_value()) {
            step(counted->spans > 0 ? State::Done : State::Warning, "spans in the last hour",
                 countText(counted->spans));
            return {};
        }
        if (counted.error().code != ErrorCode::Timeout || !m_session.isConnected())
            return failed("spans in the last hour", counted.error());
        step(State::Warning, "spans in the last hour", "too many to count in time");
        return {};
    }

    PostgresSession &m_session;
    const OnProbeStep &m_onStep;
    const Ask &m_ask;
};

} // namespace

Result<> probePostgres(PostgresSession &session, const OnProbeStep &onStep, const Ask &ask)
{
    ask.progress.begin("testing the connection", 0);
    return Probe(session, onStep, ask).run();
}

} // namespace tailspan::sources
