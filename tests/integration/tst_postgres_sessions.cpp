// SPDX-License-Identifier: GPL-3.0-or-later
// A PostgreSQL that counts no statements: the workload is what sessions are seen to run.
#include "app/advice/rules_file.h"
#include "app/sql/shape_reader.h"
#include "app/verify/constant_sets.h"
#include "app/verify/row_reader.h"
#include "tests/support/postgres_advice.h"
#include "tests/support/servers/postgres_server.h"

#include <QProcess>
#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

const char *const kTables =
    "CREATE TABLE ledger(id int PRIMARY KEY, kind int, amount int, note text);"
    "INSERT INTO ledger SELECT i, i % 20, i * 7919 % 100000, repeat('n', 60) FROM generate_series(1, 60000) i;"
    "ANALYZE ledger;"
    "CREATE TABLE refilled(id int, note text) WITH (autovacuum_enabled = off);"
    "INSERT INTO refilled SELECT i, repeat('n', 60) FROM generate_series(1, 40000) i;"
    "DELETE FROM refilled WHERE id % 2 = 0;"
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; GRANT pg_monitor TO reader";

Result<PostgresFacts> gather(const PostgresServer &server)
{
    verify::PostgresOptions options = quickPostgresOptions();
    options.sessionsWindow = std::chrono::milliseconds(3'000);
    return gatherAs(server.port(), "reader", options);
}

} // namespace

class TestPostgresSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = PostgresServer::missing(); !missing.isEmpty())
            QSKIP(qPrintable(missing));
        QCOMPARE(m_server.start({.settings = {u"autovacuum=off"_s, u"jit=off"_s}}), QString());
        QCOMPARE(m_server.makeTargetTable(), QString());
        QCOMPARE(m_server.sql(QString::fromUtf8(kTables)), QString());
    }

    void onlyWhatRanSinceTheFirstLookCounts()
    {
        QProcess earlier; // ran before, then did nothing
        send(earlier, "SELECT id FROM ledger WHERE note = 'earlier';\n");
        QProcess several; // one text of several statements, from which the parser does not take all constants
        several.start(u"psql"_s,
                      psqlOptions()
                          + QStringList{u"-c"_s,
                                        u"BEGIN; NOTIFY orders, 'bob@example.com'; "
                                        "SELECT pg_sleep(4); COMMIT"_s});
        QTRY_COMPARE(countWhere(u"query LIKE '%earlier%' AND state = 'idle' OR query LIKE '%bob@%'"_s), u"2"_s);
        QProcess now; // runs one at the first look and one after it
        send(now, "SELECT pg_sleep(1.5);\nSELECT id FROM ledger WHERE amount = 5;\n");
        QTRY_COMPARE(countWhere(u"query LIKE '%sleep(1.5)%' AND state = 'active'"_s), u"1"_s);
        const auto facts = gather(m_server);
        for (QProcess *psql : {&earlier, &several, &now}) {
            psql->closeWriteChannel();
            QVERIFY(psql->waitForFinished());
        }
        QVERIFY2(facts.has_value(), facts ? "" : facts.error().text().c_str());
        QStringList texts;
        for (const StatementFacts &statement : facts->statements)
            texts += QString::fromStdString(statement.text);
        texts.sort();
        QCOMPARE(texts, QStringList({u"SELECT id FROM ledger WHERE amount = $1"_s, u"SELECT pg_sleep($1)"_s}));
    }

    void everyCallOfASessionCounts()
    {
        QProcess often;
        QByteArray text;
        for (int i = 0; i < 4; ++i)
            text += "SELECT count(*) FROM ledger WHERE kind = 3 AND pg_sleep(0.5) IS NOT NULL AND id = 3;\n";
        send(often, text);
        QTRY_COMPARE(countWhere(u"query LIKE '%sleep(0.5)%' AND state = 'active'"_s), u"1"_s);
        const auto facts = gather(m_server);
        often.closeWriteChannel();
        QVERIFY(often.waitForFinished());
        QVERIFY(facts.has_value());
        QCOMPARE(facts->statements.size(), std::size_t{1});
        QVERIFY(facts->statements[0].calls >= 4);
        QVERIFY(facts->statements[0].meanMs > 300 && facts->statements[0].meanMs < 1'500);
    }

    void countersStayWhereNewRowsMayStandInFreeSpace()
    {
        m_server.sql(u"VACUUM ANALYZE refilled"_s);
        m_server.sql(u"INSERT INTO refilled SELECT i, repeat('n', 60) FROM generate_series(1, 15000) i"_s);
        QProcess loads; // tells what it inserted after the ANALYZE, which counted it already
        send(loads,
             "CREATE TABLE loaded(id int, note text); GRANT SELECT ON loaded TO reader;\n"
             "INSERT INTO loaded SELECT i, repeat('n', 60) FROM generate_series(1, 20000) i;\n"
             "ANALYZE loaded;\n");
        loads.closeWriteChannel();
        QVERIFY(loads.waitForFinished());
        QTRY_COMPARE(m_server.sql(u"SELECT n_live_tup FROM pg_stat_user_tables WHERE relname = 'loaded'"_s),
                     u"40000"_s);
        QProcess reads;
        send(reads, "SELECT count(*), pg_sleep(2) FROM refilled, loaded WHERE refilled.id = 1 AND loaded.id = 1;\n");
        QTRY_COMPARE(countWhere(u"query LIKE '%refilled.id%' AND state = 'active'"_s), u"1"_s);
        const auto facts = gather(m_server);
        reads.closeWriteChannel();
        QVERIFY(reads.waitForFinished());
        QVERIFY(facts.has_value());
        QCOMPARE(facts->table("public", "refilled")->changedSinceAnalyze, std::int64_t{15'000});
        const TableFacts &loaded = *facts->table("public", "loaded");
        QVERIFY2(loaded.changedSinceAnalyze < 1'000 && loaded.liveRows < 21'000,
                 std::to_string(loaded.liveRows).c_str());
    }

    void aParameterInTwoPlacesGetsNoConstants()
    {
        const auto facts = gather(m_server);
        auto session = verify::GuestSession::open(guestOf(m_server.port(), "reader"), {.dutyShare = 1}, {});
        QVERIFY(facts.has_value() && session.has_value());
        const auto setsOf = [&](const std::string &condition) {
            StatementFacts statement;
            statement.text = "SELECT id FROM ledger WHERE " + condition;
            statement.calls = 1;
            statement.shape = sql::readShape(statement.text);
            bindShape(*facts, statement.shape);
            return verify::constantsFor(*session, *facts, statement, advice::builtInRules()).value().sets.size();
        };
        QVERIFY(setsOf("amount BETWEEN $1 AND $2") > 0);
        QVERIFY(setsOf("amount BETWEEN $1 - $3 AND $2 + $3") > 0);
        QCOMPARE(setsOf("amount BETWEEN $1 AND $1 + $2"), std::size_t{0});
        QCOMPARE(setsOf("amount >= $1 AND amount < $1 + $2"), std::size_t{0});
        QCOMPARE(setsOf("amount = $1 LIMIT $1"), std::size_t{0});
    }

    void countsEndAtTheLargest()
    {
        QCOMPARE(verify::countOf(1e30), std::int64_t{9'000'000'000'000'000'000});
        QCOMPARE(verify::countOf(41.5), std::int64_t{41});
        QCOMPARE(verify::countOf(-1), std::int64_t{0});
        QCOMPARE(verify::countOf(std::numeric_limits<double>::quiet_NaN()), std::int64_t{0});
    }

    void cleanupTestCase() { m_server.stop(); }

private:
    [[nodiscard]] QStringList psqlOptions() const
    {
        return {u"-h"_s, m_server.folder(), u"-p"_s,   QString::number(m_server.port()), u"-U"_s, u"postgres"_s,
                u"-d"_s, u"postgres"_s,     u"-XqAt"_s};
    }

    void send(QProcess &psql, const QByteArray &text) const
    {
        psql.start(u"psql"_s, psqlOptions());
        psql.write(text);
    }

    [[nodiscard]] QString countWhere(const QString &condition) const
    {
        return m_server.sql(u"SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ("_s + condition
                            + u')');
    }

    PostgresServer m_server;
};

QTEST_GUILESS_MAIN(TestPostgresSessions)
#include "tst_postgres_sessions.moc"
