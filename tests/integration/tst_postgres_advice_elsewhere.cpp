// SPDX-License-Identifier: GPL-3.0-or-later
// The advisor asks a standby, the primary that one follows, or a pooler in transaction mode.
#include "tests/support/postgres_advice.h"
#include "tests/support/servers/postgres_server.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

const char *const kTables =
    "CREATE TABLE ledger(id int PRIMARY KEY, kind int NOT NULL, amount int NOT NULL, note text);"
    "INSERT INTO ledger SELECT i, i % 20, i * 7919 % 100000, repeat('n', 60) FROM generate_series(1, 60000) i;"
    "CREATE TABLE accounts(id int PRIMARY KEY, email text NOT NULL UNIQUE);"
    "CREATE INDEX accounts_email_copy ON accounts(email);"
    "INSERT INTO accounts SELECT i, 'a' || i || '@example.org' FROM generate_series(1, 40000) i;"
    "GRANT pg_monitor TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; ANALYZE";

/// The same statement many times, as an application sends it.
QString load()
{
    QString text;
    for (int i = 0; i < 60; ++i)
        text +=
            u"SELECT id FROM ledger WHERE kind = %1 AND amount >= %2 AND amount < %3;"_s.arg(i % 20).arg(i * 100).arg(
                i * 100 + 40);
    return text;
}

const Finding *findingOf(const Advice &advice, std::string_view detector)
{
    const auto found =
        std::ranges::find_if(advice.findings, [&](const Finding &finding) { return finding.detector == detector; });
    return found == advice.findings.end() ? nullptr : &*found;
}

} // namespace

class TestPostgresAdviceElsewhere : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = PostgresServer::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        const QStringList settings = {u"shared_preload_libraries=pg_stat_statements"_s, u"autovacuum=off"_s,
                                      u"jit=off"_s};
        QCOMPARE(m_primary.start({.settings = settings}), QString());
        const QString made = m_primary.sql(u"CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hypopg"_s);
        if (made.startsWith(u"ERROR"_s))
            QSKIP(qPrintable(u"postgresql-15-hypopg is not installed: "_s + made));
        QCOMPARE(m_primary.makeTargetTable(), QString());
        QCOMPARE(m_primary.sql(QString::fromUtf8(kTables)), QString());
        QCOMPARE(m_standby.startStandbyOf(m_primary, {.settings = settings}), QString());
    }

    void aStandbyTriesIndexesAndSaysWhereToMakeThem()
    {
        QVERIFY(!m_standby.sql(load()).startsWith(u"ERROR"_s));
        const auto facts = gatherAs(m_standby.port(), "reader");
        QVERIFY2(facts.has_value(), facts ? "" : facts.error().text().c_str());
        QVERIFY(facts->abilities.isStandby);
        QCOMPARE(facts->whyNoTrials, std::string());
        const Advice advice = adviceOn(*facts);
        const Finding *index = findingOf(advice, "db.missing-index");
        QVERIFY(index != nullptr);
        QCOMPARE(index->title, std::string("Index ledger (kind, amount)"));
        QCOMPARE(index->verification.state, VerificationState::Verified);
        for (const char *detector : {"db.missing-index", "db.redundant-index"}) {
            const Finding *finding = findingOf(advice, detector);
            QVERIFY2(finding != nullptr, detector);
            QVERIFY2(finding->artifacts.front().text.find("the primary") != std::string::npos,
                     finding->artifacts.front().text.c_str());
        }
        QVERIFY(findingOf(advice, "db.unused-index") == nullptr); // the primary may read what this server does not
    }

    void thePrimaryDoesNotSuggestToDropWhatItsStandbyMayRead()
    {
        QTRY_COMPARE(m_primary.sql(u"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"_s), u"1"_s);
        const auto facts = gatherAs(m_primary.port(), "reader");
        QVERIFY2(facts.has_value(), facts ? "" : facts.error().text().c_str());
        QCOMPARE(facts->replicas.size(), std::size_t(1));
        QVERIFY(findingOf(adviceOn(*facts), "db.unused-index") == nullptr);
    }

    void behindAPoolerStatisticsAreReadAndNothingIsTried()
    {
        if (const QString missing = PgBouncer::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        QVERIFY(!m_primary.sql(load()).startsWith(u"ERROR"_s));
        PgBouncer pooler;
        QCOMPARE(pooler.start(m_primary), QString());
        const qsizetype sentBefore = m_primary.statements(u"reader"_s).size();
        const auto facts = gatherAs(pooler.port(), "reader");
        QVERIFY2(facts.has_value(), facts ? "" : facts.error().text().c_str());
        QVERIFY(facts->abilities.isBehindPooler);
        QVERIFY(!facts->statements.empty());
        QVERIFY2(facts->whyNoTrials.find("connect to the server itself") != std::string::npos,
                 facts->whyNoTrials.c_str());
        // The session is another client's a moment later: nothing may be prepared or tried in it.
        const QStringList sent = m_primary.statements(u"reader"_s).mid(sentBefore);
        QVERIFY(!sent.isEmpty());
        for (const QString &sql : sent)
            QVERIFY2(!sql.contains(u"hypopg_create_index("_s) && !sql.contains(u"EXPLAIN"_s)
                         && !sql.startsWith(u"PREPARE"_s),
                     qPrintable(sql));
        const Advice advice = adviceOn(*facts);
        // How much of the table a range leaves only the planner can say; that it was not asked is said instead.
        QVERIFY(findingOf(advice, "db.missing-index") == nullptr);
        const auto saysWhy = [](const Unjudged &unjudged) {
            return unjudged.detector == "db.missing-index" && unjudged.why.find("pooler") != std::string::npos;
        };
        QVERIFY(std::ranges::any_of(advice.unjudged, saysWhy));
        QVERIFY(findingOf(advice, "db.redundant-index") != nullptr);
    }

    void cleanupTestCase()
    {
        m_standby.stop();
        m_primary.stop();
    }

private:
    PostgresServer m_primary;
    PostgresServer m_standby;
};

QTEST_GUILESS_MAIN(TestPostgresAdviceElsewhere)
#include "tst_postgres_advice_elsewhere.moc"
