// SPDX-License-Identifier: GPL-3.0-or-later
// How long it takes to have 500 hypothetical indexes on one table planned: creating them, a plan with all, and each
// alone that the planner took. Against a plan of the statement without any. Fails above two seconds.
#include "app/verify/index_trials.h"
#include "app/advice/rules_file.h"
#include "app/verify/gather_postgres.h"
#include "tests/support/postgres_advice.h"
#include "tests/support/servers/postgres_server.h"

#include <QString>

#include <chrono>
#include <cstdio>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kColumns = 32;
constexpr double kMostMs = 2000;

QString wideTable()
{
    QString columns = u"id int"_s;
    QString values = u"i"_s;
    for (int i = 0; i < kColumns; ++i) {
        columns += u", c%1 int"_s.arg(i);
        values += u", i * %1 % 1000"_s.arg(i * 2 + 7919);
    }
    return u"CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg; CREATE TABLE wide(%1); INSERT INTO wide "
           u"SELECT %2 "
           "FROM generate_series(1, 20000) i; ANALYZE wide; CREATE USER advisor PASSWORD 'advisor-pw' IN ROLE "
           "pg_monitor; "
           "GRANT SELECT ON wide TO advisor"_s.arg(columns, values);
}

QString statementOf(int i)
{
    QString text = u"SELECT id FROM wide WHERE id > 0"_s;
    for (int k = 0; k < 3; ++k)
        text += u" AND c%1 = %2"_s.arg((i + k * 7) % kColumns).arg(i);
    return text + u";\n"_s;
}

/// `count` candidates of pairs of columns, each for all statements.
std::vector<advisor::IndexCandidate> pairs(const advisor::PostgresFacts &facts, std::size_t count)
{
    std::vector<advisor::IndexCandidate> made;
    for (int a = 0; a < kColumns; ++a) {
        for (int b = 0; b < kColumns && made.size() < count; ++b) {
            advisor::IndexCandidate candidate;
            candidate.schema = "public";
            candidate.table = "wide";
            candidate.keys = {{"c" + std::to_string(a), false, false, false, {}},
                              {"c" + std::to_string(b), false, false, false, {}}};
            candidate.statements.push_back(facts.plans.front().queryId);
            if (a != b)
                made.push_back(std::move(candidate));
        }
    }
    return made;
}

template <class Work>
double msOf(const Work &work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

int fail(const std::string &why)
{
    std::fprintf(stderr, "%s\n", why.c_str());
    return 1;
}

} // namespace

int main()
{
    PostgresServer server;
    if (const QString problem = server.start({.settings = {u"shared_preload_libraries=pg_stat_statements"_s}});
        !problem.isEmpty())
        return fail(problem.toStdString());
    if (const QString made = server.sql(wideTable()); made.startsWith(u"ERROR"_s))
        return fail(made.toStdString());
    QString load;
    for (int i = 0; i < 60; ++i)
        load += statementOf(7);
    server.sql(load);
    verify::PostgresOptions options;
    options.window = std::chrono::milliseconds(0);
    options.budget.dutyShare = 1;
    options.budget.explainsPerMinute = 0;
    options.triesIndexes = false;
    Progress progress;
    auto facts =
        verify::gatherPostgresFacts(guestOf(server.port(), "advisor"), options, advice::builtInRules(), {}, progress);
    if (!facts || facts->plans.empty())
        return fail(facts ? "no statement could be planned" : facts.error().text());
    auto session = verify::GuestSession::open(guestOf(server.port(), "advisor"), options.budget, {});
    if (!session)
        return fail(session.error().text());
    verify::StatementPlanner planner(*session, *facts);
    if (!planner.prepare(50))
        return fail("not prepared");
    const double planMs =
        msOf([&] { static_cast<void>(planner.generic(*facts->statement(facts->plans.front().queryId))); });
    verify::IndexTrials trials(*session, planner, "public", advice::builtInRules(), *facts);
    bool isDone = false;
    const double trialMs = msOf([&] { isDone = trials.run(pairs(*facts, 500), progress).has_value(); });
    if (!isDone)
        return fail("the trials failed");
    std::printf("500 candidates: %.0f ms, %zu trials; one plan without any: %.2f ms, ratio %.0f\n", trialMs,
                facts->trials.size(), planMs, trialMs / planMs);
    return trialMs > kMostMs ? fail("slower than 2 s") : 0;
}
