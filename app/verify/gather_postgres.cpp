// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/gather_postgres.h"

#include "app/verify/index_trials.h"
#include "models/advisor/index_candidates.h"

#include <algorithm>

namespace tailspan::verify {

namespace {

using advisor::PostgresFacts;

/// One gathering, step by step. Thread: one.
class Gathering {
public:
    Gathering(GuestSession session, const PostgresOptions &options, const advisor::Rules &rules, Progress &progress)
        : m_session(std::move(session)), m_options(options), m_rules(rules), m_progress(progress)
    {}

    Result<> readAll()
    {
        m_progress.begin("reading the catalog", 0);
        TS_TRY(m_schemas, readServer(m_session, m_facts));
        TS_CHECK(readCatalog(m_session, m_options.maxTables, m_facts));
        TS_CHECK(noteUnlessEnded(readConnections(m_session, m_facts), "Connections could not be read"));
        TS_CHECK(readWorkload());
        return plan();
    }

    [[nodiscard]] PostgresFacts takeFacts() { return std::move(m_facts); }
    [[nodiscard]] std::shared_ptr<const StatementSnapshot> lastSnapshot() const { return m_last; }

private:
    /// What the server refused is said in the notes; a stop or a lost connection ends the gathering.
    Result<> noteUnlessEnded(const Result<> &done, const std::string &what)
    {
        if (done)
            return {};
        const ErrorCode code = done.error().code;
        if (code == ErrorCode::Cancelled || code == ErrorCode::Unreachable)
            return done;
        m_facts.notes.push_back(what + ": " + done.error().message);
        return {};
    }

    Result<> readWorkload()
    {
        const std::string &version = m_facts.abilities.statementsVersion;
        if (version.empty()) {
            m_facts.notes.emplace_back("pg_stat_statements is not installed in this database, so no statements are "
                                       "known: add it to shared_preload_libraries and run CREATE EXTENSION "
                                       "pg_stat_statements.");
            return watchWindow();
        }
        std::shared_ptr<const StatementSnapshot> before = m_options.before;
        const bool isWindow = m_options.window.count() > 0;
        if (!before && isWindow)
            TS_CHECK(snapshot(false, before));
        TS_CHECK(watchWindow());
        TS_CHECK(snapshot(true, m_last));
        if (!m_last)
            return {};
        takeWorkload(before.get(), *m_last, m_facts);
        if (before)
            setWritten(before->tables, m_last->tables, m_facts);
        else
            scaleWritten(windowShare(), m_facts);
        return {};
    }

    /// Which part of the life of the tables' counters the window is.
    [[nodiscard]] double windowShare() const
    {
        constexpr double kNsPerSecond = 1e9;
        const std::int64_t since = m_facts.statisticsSinceNs.value_or(m_facts.atNs);
        const double seconds = static_cast<double>(m_facts.atNs - since) / kNsPerSecond;
        return seconds > 0 ? std::min(m_facts.window.seconds / seconds, 1.0) : 1;
    }

    Result<> snapshot(bool withTexts, std::shared_ptr<const StatementSnapshot> &into)
    {
        auto read = readStatements(m_session, m_schemas, m_facts.abilities.statementsVersion, withTexts);
        if (!read)
            return noteUnlessEnded(tl::unexpected(read.error()), "Statements could not be read");
        auto counters = readTableCounters(m_session);
        if (!counters)
            return noteUnlessEnded(tl::unexpected(counters.error()), "Counters of tables could not be read");
        read->tables = std::move(*counters);
        into = std::make_shared<const StatementSnapshot>(std::move(*read));
        return {};
    }

    /// Looks at sessions until the window ends, once at least.
    Result<> watchWindow()
    {
        const auto begin = std::chrono::steady_clock::now();
        const auto end = begin + (m_options.before ? std::chrono::milliseconds(0) : m_options.window);
        m_progress.begin("watching the server", static_cast<std::uint64_t>(m_options.window.count()));
        do {
            TS_CHECK(noteUnlessEnded(readActivity(m_session, m_facts), "Sessions could not be read"));
            const auto now = std::chrono::steady_clock::now();
            const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin).count();
            m_progress.done.store(static_cast<std::uint64_t>(passed), std::memory_order_relaxed);
            if (now < end)
                TS_CHECK(m_session.sleep(std::min<std::chrono::nanoseconds>(end - now, m_options.activityEvery)));
        } while (std::chrono::steady_clock::now() < end);
        return {};
    }

    Result<> plan()
    {
        StatementPlanner planner(m_session, m_facts);
        TS_CHECK(noteUnlessEnded(planner.prepare(m_options.maxStatements), "Plans could not be asked for"));
        if (m_facts.abilities.isBehindPooler) {
            m_facts.whyNoTrials = "A pooler stands between, so there is no session to plan in: connect to the server "
                                  "itself.";
            return {};
        }
        TS_CHECK(planBaselines(planner));
        m_facts.whyNoTrials = whyNoTrials();
        if (!m_facts.whyNoTrials.empty())
            return {};
        std::vector<advisor::IndexCandidate> candidates = advisor::missingIndexCandidates(m_facts, m_rules);
        if (candidates.size() > m_options.maxCandidates) {
            candidates.resize(m_options.maxCandidates);
            m_facts.notes.emplace_back("Only the first candidates for indexes were tried: there were too many.");
        }
        IndexTrials trials(m_session, planner, m_schemas.hypopg, m_rules, m_facts);
        const Result<> tried = trials.run(std::move(candidates), m_progress);
        if (!tried && tried.error().code != ErrorCode::Cancelled)
            m_facts.whyNoTrials = tried.error().message;
        return tried || tried.error().code != ErrorCode::Cancelled ? Result<>() : tried;
    }

    Result<> planBaselines(StatementPlanner &planner)
    {
        m_progress.begin("planning statements", std::min(m_options.maxStatements, m_facts.statements.size()));
        for (advisor::StatementFacts &statement : m_facts.statements) {
            if (!statement.whyNotPlanned.empty())
                continue;
            auto planned = planner.generic(statement);
            if (planned)
                m_facts.plans.push_back(std::move(*planned));
            else if (planned.error().code == ErrorCode::Cancelled || m_session.lastState().empty())
                return tl::unexpected(planned.error());
            else
                statement.whyNotPlanned = planned.error().message;
            m_progress.done.fetch_add(1, std::memory_order_relaxed);
        }
        return {};
    }

    [[nodiscard]] std::string whyNoTrials() const
    {
        if (!m_options.triesIndexes)
            return "Trying indexes was switched off.";
        if (m_facts.abilities.hypopgVersion.empty())
            return "HypoPG is not installed in this database: CREATE EXTENSION hypopg lets indexes be tried without "
                   "making them.";
        return {};
    }

    GuestSession m_session;
    const PostgresOptions &m_options;
    const advisor::Rules &m_rules;
    Progress &m_progress;
    ExtensionSchemas m_schemas;
    PostgresFacts m_facts;
    std::shared_ptr<const StatementSnapshot> m_last;
};

} // namespace

Result<PostgresFacts> gatherPostgresFacts(const net::PostgresTarget &target, const PostgresOptions &options,
                                          const advisor::Rules &rules, const std::stop_token &stop, Progress &progress,
                                          std::shared_ptr<const StatementSnapshot> *after)
{
    progress.begin("connecting", 0);
    TS_TRY(GuestSession session, GuestSession::open(target, options.budget, stop));
    Gathering gathering(std::move(session), options, rules, progress);
    TS_CHECK(gathering.readAll());
    if (after != nullptr)
        *after = gathering.lastSnapshot();
    PostgresFacts facts = gathering.takeFacts();
    facts.address = target.text;
    return facts;
}

} // namespace tailspan::verify
