// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/rules_file.h"
#include "models/advisor/runner.h"
#include "tests/support/postgres_facts_sample.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using tailspan::test::PostgresFactsSample;

namespace {

Advice adviceOn(const PostgresFacts &facts)
{
    Inputs inputs;
    inputs.postgres = &facts;
    inputs.nowNs = facts.atNs;
    Progress progress;
    return runDetectors(makeDetectors(), inputs, advice::builtInRules(), {}, progress).value();
}

QStringList linesOf(const PostgresFacts &facts)
{
    QStringList lines;
    for (const Finding &finding : adviceOn(facts).findings)
        lines += QString::fromStdString(finding.detector + ": " + finding.title);
    return lines;
}

SessionFacts session(std::int64_t pid, const char *application, const char *state, double transactionSeconds,
                     std::vector<std::int64_t> blockedBy = {})
{
    SessionFacts seen;
    seen.pid = pid;
    seen.application = application;
    seen.state = state;
    seen.transactionSeconds = transactionSeconds;
    seen.waitType = blockedBy.empty() ? "" : "Lock";
    seen.blockedBy = std::move(blockedBy);
    seen.queryId = "1";
    return seen;
}

constexpr std::int64_t kDayNs = 86'400'000'000'000;

} // namespace

class TestAdvisorDatabase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void redundantIndexes()
    {
        PostgresFactsSample sample;
        sample.table("users", 10'000).column("email", -1, "text").column("name", -1, "text");
        sample.index("users_email_key", "email").lastIndex().isUnique = true;
        sample.lastIndex().isOfConstraint = true;
        sample.index("users_email", "email").index("users_email_name", "email, name").index("users_name", "name");
        QCOMPARE(
            linesOf(sample.facts),
            QStringList{QStringLiteral("db.redundant-index: Drop index users_email: users_email_key serves as well")});
        const Finding finding = adviceOn(sample.facts).findings.front();
        QCOMPARE(finding.verification.state, VerificationState::Verified);
        QVERIFY(finding.artifacts[0].text.find("DROP INDEX CONCURRENTLY IF EXISTS public.users_email;")
                != std::string::npos);
        QVERIFY(finding.artifacts[0].undo->find("CREATE INDEX CONCURRENTLY users_email ON") != std::string::npos);
    }

    void indexesThatSomethingHangsOnStay()
    {
        PostgresFactsSample sample;
        sample.table("users", 10'000).column("email", -1, "text");
        sample.index("wide", "email, id").index("unique", "email").lastIndex().isUnique = true;
        sample.index("identity", "email").lastIndex().isReplicaIdentity = true;
        sample.index("part", "email", "(id > 3)")
            .index("backwards", "email desc")
            .index("invalid", "email")
            .lastIndex()
            .isValid = false;
        QCOMPARE(linesOf(sample.facts), QStringList());
    }

    void unusedIndexNeedsTimeSizeAndNoReplica()
    {
        PostgresFactsSample sample;
        sample.table("users", 10'000).column("name", -1, "text").index("users_name", "name").lastIndex().bytes = 50
            << 20;
        sample.facts.statisticsSinceNs = sample.facts.atNs - kDayNs / 24;
        QVERIFY(linesOf(sample.facts).isEmpty());
        sample.facts.statisticsSinceNs = sample.facts.atNs - 20 * kDayNs;
        QCOMPARE(linesOf(sample.facts),
                 QStringList{QStringLiteral("db.unused-index: Drop index users_name, which nothing reads")});
        sample.facts.replicas.push_back({"standby", "streaming", 0});
        QVERIFY(linesOf(sample.facts).isEmpty());
        sample.facts.replicas.clear();
        sample.lastIndex().scans = 1;
        QVERIFY(linesOf(sample.facts).isEmpty());
    }

    void staleStatisticsComeBeforeAnyIndex()
    {
        PostgresFactsSample sample;
        sample.table("visits", 50'000)
            .column("page", 5000)
            .statement("SELECT * FROM visits WHERE page = $1", 1000, 20, 40'000'000);
        sample.lastTable().changedSinceAnalyze = 45'000;
        sample.facts.whyNoTrials = "no HypoPG";
        StatementPlan plan;
        plan.queryId = "1";
        plan.cost = 1000;
        plan.rows = 10;
        plan.nodes.push_back({0, "Seq Scan", "public.visits", "", "", 0, 1000, 10});
        sample.facts.plans.push_back(plan);
        const Advice advice = adviceOn(sample.facts);
        const auto stale = std::ranges::find(advice.findings, "db.stale-statistics", &Finding::detector);
        QVERIFY(stale != advice.findings.end());
        QCOMPARE(stale->verification.state, VerificationState::Verified);
        QVERIFY(std::ranges::find(advice.findings, "db.missing-index", &Finding::detector) == advice.findings.end());
        sample.lastTable().changedSinceAnalyze = 0;
        sample.lastStatement().rows = 10'000; // ten a call, as statistics have it
        const QStringList fresh = linesOf(sample.facts);
        QVERIFY(fresh.contains(QStringLiteral("db.missing-index: Index visits (page)")));
        QVERIFY(!fresh.contains(QStringLiteral("db.stale-statistics: Analyze visits")));
    }

    void onlyAUsableIndexOfTheStaleTableIsPassedBy()
    {
        const auto savedWith = [](const std::string &compared, const std::string &predicate, bool isValid) {
            PostgresFactsSample sample;
            sample.table("others", 1'000).column("page", 500);
            sample.table("visits", 50'000).column("page", 5000).column("kind", 5000);
            sample.index("visits_page", "page", predicate).lastIndex().isValid = isValid;
            sample.lastTable().changedSinceAnalyze = 45'000;
            sample.statement("SELECT * FROM visits WHERE kind = $1", 1000, 20, 40'000'000);
            sample.statement("SELECT * FROM visits v, others o WHERE o.id = v.id AND " + compared, 1000, 20, 1000);
            for (const char *queryId : {"1", "2"}) {
                StatementPlan &plan = sample.facts.plans.emplace_back();
                plan.queryId = queryId;
                plan.cost = 1000;
                plan.rows = 10;
                plan.nodes.push_back({0, "Seq Scan", "public.visits", "", "", 0, 1000, 10});
            }
            sample.facts.whyNoTrials = "no HypoPG";
            const Advice advice = adviceOn(sample.facts);
            const auto stale = std::ranges::find(advice.findings, "db.stale-statistics", &Finding::detector);
            return stale == advice.findings.end() ? 0 : stale->estimate->expected;
        };
        QCOMPARE(savedWith("v.page = $1", "", true), 20'000 * 0.95); // of the statement that an index is there for
        QCOMPARE(savedWith("o.page = $1", "", true), 40'000 / 2.0);
        QCOMPARE(savedWith("v.page = $1", "(id > 3)", true), 40'000 / 2.0);
        QCOMPARE(savedWith("v.page = $1", "", false), 40'000 / 2.0);
    }

    void largeResultsCountWhenTheyComeOften()
    {
        PostgresFactsSample sample;
        sample.table("readings", 50'000).index("readings_pkey", "id").lastIndex().isPrimary = true;
        sample.statement("SELECT * FROM readings", 100, 40, 5'000'000);
        const Advice advice = adviceOn(sample.facts);
        QCOMPARE(advice.findings.front().title, std::string("Read readings in pages, not 50,000 rows at once"));
        QVERIFY(advice.findings.front().artifacts[0].text.find("(id) > (:last)") != std::string::npos);
        PostgresFactsSample nightly;
        nightly.table("readings", 50'000).statement("SELECT * FROM readings", 1, 8000, 50'000);
        QVERIFY(linesOf(nightly.facts).isEmpty());
        PostgresFactsSample paged;
        paged.table("readings", 50'000).statement("SELECT * FROM readings LIMIT $1", 100, 40, 5'000'000);
        QVERIFY(linesOf(paged.facts).isEmpty());
    }

    void slowStatementsWithoutAnotherReason()
    {
        PostgresFactsSample sample;
        sample.table("readings", 50'000).statement("SELECT sum(id) FROM readings", 100, 900, 100);
        QCOMPARE(linesOf(sample.facts),
                 QStringList{QStringLiteral("db.slow-query: Slow statement over readings, 900 ms a call")});
        QCOMPARE(adviceOn(sample.facts).findings.front().verification.state, VerificationState::Verified);
        sample.lastStatement().areRowsCounted = false; // sessions were seen to run it
        const Verification seen = adviceOn(sample.facts).findings.front().verification;
        QCOMPARE(seen.state, VerificationState::Unverified);
        QVERIFY(!seen.how.starts_with("Measured"));
        sample.lastStatement().calls = 1;
        QVERIFY(linesOf(sample.facts).isEmpty());
    }

    void lockWaitsAreLaidAtTheHeadOfTheQueue()
    {
        PostgresFactsSample sample;
        sample.table("accounts", 50'000).column("email", -1, "text");
        sample.statement("SELECT * FROM accounts WHERE email = $1", 1000, 900, 1000);
        for (int i = 0; i < 4; ++i) {
            ActivitySample look;
            look.sessions = {session(1, "billing", "idle in transaction", 30), session(2, "shop", "active", 5, {1}),
                             session(3, "web", "active", 4, {2})};
            sample.facts.activity.push_back(look);
        }
        sample.facts.whyNoTrials = "no HypoPG";
        QCOMPARE(linesOf(sample.facts),
                 QStringList{QStringLiteral("db.lock-wait: Statements wait for locks that billing holds")});
        QCOMPARE(*adviceOn(sample.facts).findings[0].impactMsPerHour, 2 * 3'600'000.0);
    }

    void openTransactionIsTroubleAfterAMinuteAndARingOfWaitsIsNoCrash()
    {
        PostgresFactsSample sample;
        ActivitySample look;
        look.sessions = {session(1, "console", "idle in transaction", 30),
                         session(2, "job", "idle in transaction", 300), session(3, "a", "active", 1, {4}),
                         session(4, "b", "active", 1, {3})};
        sample.facts.activity.push_back(look);
        QCOMPARE(linesOf(sample.facts),
                 QStringList{QStringLiteral("db.lock-wait: A transaction of job stays open doing nothing")});
    }

    void emptyFactsGiveNothing() { QVERIFY(linesOf(PostgresFacts{}).isEmpty()); }
};

QTEST_GUILESS_MAIN(TestAdvisorDatabase)
#include "tst_advisor_database.moc"
