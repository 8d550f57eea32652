// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/verify/gather_postgres.h"

#include "app/verify/index_trials.h"
#include "app/verify/row_reader.h"
#include "app/verify/session_statements.h"
#include "models/advisor/index_candidates.h"
#include "models/advisor/index_cover.h"
#include "models/advisor/index_text.h"
#include "models/advisor/result_pages.h"

#include <algorithm>
#include <cmath>

namespace tailspan::verify {

namespace {

using advisor::PostgresFacts;

/// Whether that many rows may stand in free space of the pages, beside those that the planner counts on: it would not
/// know them. Where widths are not known they may.
bool hasRoomFor(const advisor::TableFacts &table, double more, double plannedRows)
{
    constexpr double kHeader = 24 + 4; // of a row, and its line pointer
    constexpr double kAlign = 8;
    double width = 0;
    for (const advisor::ColumnFacts &column : table.columns)
        width += column.averageWidth * (1 - column.nullShare);
    const double rowBytes = std::ceil(width / kAlign) * kAlign + kHeader;
    const double bytesARow = static_cast<double>(table.bytes) / table.rows; // as ANALYZE found them
    return more * rowBytes <= plannedRows * (bytesARow - rowBytes);
}

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
            m_facts.notes.emplace_back("pg_stat_statements is not installed in this database, so only statements are "
                                       "known that sessions were seen to run meanwhile: add it to "
                                       "shared_preload_libraries and run CREATE EXTENSION pg_stat_statements.");
            return watchSessions();
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

    /// How often sessions are looked at: of a long window no more looks are kept than of a short one.
    [[nodiscard]] std::chrono::milliseconds activityEvery(std::chrono::milliseconds window) const
    {
        constexpr int kMostLooks = 600;
        return std::max(m_options.activityEvery, window / kMostLooks);
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
                TS_CHECK(
                    m_session.sleep(std::min<std::chrono::nanoseconds>(end - now, activityEvery(m_options.window))));
        } while (std::chrono::steady_clock::now() < end);
        return {};
    }

    /// The workload as sessions show it, and what was written to tables meanwhile.
    Result<> watchSessions()
    {
        auto before = readTableCounters(m_session);
        if (!before)
            return noteUnlessEnded(tl::unexpected(before.error()), "Counters of tables could not be read");
        const auto length = m_options.window.count() > 0 ? m_options.window : m_options.sessionsWindow;
        const auto end = std::chrono::steady_clock::now() + length;
        auto activityAt = std::chrono::steady_clock::now();
        m_progress.begin("watching sessions", 0);
        SessionStatements sessions;
        do {
            TS_CHECK(noteUnlessEnded(sessions.look(m_session), "Statements of sessions could not be read"));
            if (std::chrono::steady_clock::now() >= activityAt) {
                TS_CHECK(noteUnlessEnded(readActivity(m_session, m_facts), "Sessions could not be read"));
                activityAt += activityEvery(length);
            }
            if (std::chrono::steady_clock::now() < end)
                TS_CHECK(m_session.sleep(m_options.sessionsEvery));
        } while (std::chrono::steady_clock::now() < end);
        TS_CHECK(noteUnlessEnded(sessions.look(m_session), "Statements of sessions could not be read"));
        sessions.take(m_facts);
        auto after = readTableCounters(m_session);
        if (!after)
            return noteUnlessEnded(tl::unexpected(after.error()), "Counters of tables could not be read");
        setWritten(*before, *after, m_facts);
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
        TS_CHECK(correctCounters(planner));
        TS_CHECK(planBaselines(planner));
        TS_CHECK(planPages(planner));
        m_facts.whyNoTrials = whyNoTrials();
        if (!m_facts.whyNoTrials.empty())
            return findWithoutTrials(planner);
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

    /// Tables with statements whose counters may count rows twice, those with the most time first.
    [[nodiscard]] std::vector<std::size_t> doubtedTables() const
    {
        constexpr std::size_t kMost = 10; // each is a plan of the budget
        constexpr double kMore = 1.1;
        std::vector<std::size_t> doubted;
        for (const advisor::StatementFacts &statement : m_facts.statements) {
            for (const advisor::ShapeTable &named : statement.shape.tables) {
                const advisor::TableFacts *table = m_facts.tableOf(named);
                if (table == nullptr || !table->mayRead || table->isPartitioned || table->rows <= 0)
                    continue;
                const bool isChanged = static_cast<double>(table->changedSinceAnalyze)
                    > table->rows * m_rules.number("db.stale-statistics.changed-share");
                const auto place = static_cast<std::size_t>(table - m_facts.tables.data());
                if (isChanged && static_cast<double>(table->liveRows) > table->rows * kMore && doubted.size() < kMost
                    && std::ranges::find(doubted, place) == doubted.end())
                    doubted.push_back(place);
            }
        }
        return doubted;
    }

    /// Sessions tell what they changed when they end, so rows that came with the ANALYZE, in one session, are counted
    /// as changes after it and once more as rows. The size of the table has no room for them: the planner, which
    /// scales the rows that ANALYZE saw by the size of now, knows.
    Result<> correctCounters(StatementPlanner &planner)
    {
        for (const std::size_t place : doubtedTables()) {
            advisor::TableFacts &table = m_facts.tables[place];
            advisor::StatementFacts all;
            all.text = "SELECT 1 FROM ONLY " + advisor::qualifiedName(table.schema, table.name);
            auto plan = planner.generic(all);
            if (!plan && (plan.error().code == ErrorCode::Cancelled || m_session.lastState().empty()))
                return tl::unexpected(plan.error());
            const std::int64_t excess = plan ? table.liveRows - countOf(plan->rows) : 0;
            if (excess <= 0 || hasRoomFor(table, static_cast<double>(excess), plan->rows))
                continue;
            table.changedSinceAnalyze -= std::min(excess, table.changedSinceAnalyze);
            table.liveRows -= excess;
        }
        return {};
    }

    Result<> planBaselines(StatementPlanner &planner)
    {
        m_progress.begin("planning statements", std::min(m_options.maxStatements, m_facts.statements.size()));
        for (advisor::StatementFacts &statement : m_facts.statements) {
            if (!statement.whyNotPlanned.empty())
                continue;
            auto planned = planner.generic(statement);
            if (planned) {
                if (!statement.areRowsCounted)
                    statement.rows = countOf(static_cast<double>(statement.calls)
                                             * (statement.shape.isAggregated ? 1 : planned->rows));
                m_facts.plans.push_back(std::move(*planned));
            } else if (planned.error().code == ErrorCode::Cancelled || m_session.lastState().empty())
                return tl::unexpected(planned.error());
            else
                statement.whyNotPlanned = planned.error().message;
            m_progress.done.fetch_add(1, std::memory_order_relaxed);
        }
        return {};
    }

    /// Where no index can be tried: partial ones on rare values that statements may ask for, and how many rows come of
    /// usual values where nobody counted them.
    Result<> findWithoutTrials(StatementPlanner &planner)
    {
        for (advisor::StatementFacts &statement : m_facts.statements) {
            if (!statement.whyNotPlanned.empty() || m_facts.plan(statement.queryId) == nullptr)
                continue;
            auto constants = constantsFor(m_session, m_facts, statement, m_rules);
            if (!constants) {
                TS_CHECK(noteUnlessEnded(tl::unexpected(constants.error()), "Statistics of columns could not be read"));
                continue;
            }
            TS_CHECK(guessRows(planner, constants->sets, statement));
            if (constants->rare.empty())
                continue;
            const RareValue &rare = constants->rare.front();
            const advisor::ShapePredicate &predicate = statement.shape.predicates[rare.predicate];
            const advisor::TableFacts &table = *m_facts.tableOf(statement.shape.tables[predicate.key.table]);
            advisor::IndexCandidate partial =
                advisor::partialCandidate(table, statement, predicate, rare.value, rare.share);
            if (table.rows >= m_rules.number("db.missing-index.min-rows")
                && advisor::coveringIndex(m_facts, partial, partial.keys.size()) == nullptr)
                m_facts.partials.push_back(std::move(partial));
        }
        return {};
    }

    Result<> guessRows(StatementPlanner &planner, const std::vector<ConstantSet> &sets,
                       advisor::StatementFacts &statement)
    {
        std::vector<double> rows;
        for (const ConstantSet &set : statement.areRowsCounted ? std::vector<ConstantSet>() : sets) {
            const auto plan = planner.with(statement, set.values);
            if (!plan && (plan.error().code == ErrorCode::Cancelled || m_session.lastState().empty()))
                return tl::unexpected(plan.error());
            if (plan)
                rows.push_back(plan->rows);
        }
        if (rows.empty() || statement.shape.isAggregated)
            return {};
        std::ranges::sort(rows);
        statement.rows = countOf(static_cast<double>(statement.calls) * rows[rows.size() / 2]);
        return {};
    }

    /// Statements that return many rows, were they to read one page.
    Result<> planPages(StatementPlanner &planner)
    {
        for (const advisor::StatementFacts &statement : m_facts.statements) {
            const auto text = advisor::returnsManyRows(m_facts, statement, m_rules)
                ? advisor::firstPageText(m_facts, statement, m_rules)
                : std::nullopt;
            if (!text || m_facts.plan(statement.queryId) == nullptr)
                continue;
            advisor::StatementFacts paged = statement;
            paged.text = *text;
            advisor::PagePlan plan{statement.queryId};
            TS_CHECK(takeCost(planner.generic(paged), plan.cost));
            planner.assumePages(advisor::warmPageCosts(m_rules));
            const Result<> before = takeCost(planner.generic(statement), plan.warmBefore);
            const Result<> after = takeCost(planner.generic(paged), plan.warmAfter);
            planner.assumePages({});
            TS_CHECK(before);
            TS_CHECK(after);
            if (plan.cost > 0)
                m_facts.pagePlans.push_back(std::move(plan));
        }
        return {};
    }

    /// What the server does not plan has no cost; a stop or a lost connection is an error.
    [[nodiscard]] Result<> takeCost(const Result<advisor::StatementPlan> &plan, double &cost) const
    {
        if (!plan && (plan.error().code == ErrorCode::Cancelled || m_session.lastState().empty()))
            return tl::unexpected(plan.error());
        cost = plan ? plan->cost : 0;
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
