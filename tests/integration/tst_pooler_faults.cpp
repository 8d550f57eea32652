// SPDX-License-Identifier: GPL-3.0-or-later
// The PostgreSQL source through PgBouncer in transaction mode when things break, behind it or in it.
#include "tests/support/servers/postgres_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <thread>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestPoolerFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QCOMPARE(m_pooler.restart(), QString()); }
    void cleanup();
    void aWrongPasswordIsSaidWithoutIt();
    void aMissingDatabaseIsSaid();
    void aStatementOverItsTimeIsGivenUp();
    void limitsEndWithTheirTransaction();
    void aServerKilledBehindItIsSaidAndTheNextCallWorksWhenItIsBack();
    void aFrozenServerBehindItIsGivenUp();
    void aFrozenPoolerIsGivenUp();
    void aKilledPoolerIsSaidAndTheNextCallWorksWhenItIsBack();
    void aRestartBetweenCallsIsNotNoticed();
    void cancelAnswersAtOnce();
    void aTailGoesOnAfterARestart();

private:
    [[nodiscard]] std::string url(const std::string &rest = {}) const
    {
        return "postgresql://reader@127.0.0.1:" + std::to_string(m_pooler.port()) + "/postgres" + rest;
    }
    [[nodiscard]] std::unique_ptr<sources::TraceSource> reader(const std::string &rest = {}) const
    {
        return sourceOf(url(rest), "reader-pw");
    }

    /// What psql prints for the user "reader"; "" when the pooler turns it away.
    [[nodiscard]] QString throughPooler(const QString &sql) const;

    PostgresServer m_server;
    PgBouncer m_pooler;
};

QString TestPoolerFaults::throughPooler(const QString &sql) const
{
    QString output;
    const bool isDone = runProgram({findProgram(u"psql"_s, {u"/usr/lib/postgresql/15/bin"_s}),
                                    {u"-h"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(m_pooler.port()), u"-U"_s,
                                     u"reader"_s, u"-d"_s, u"postgres"_s, u"-XqAtc"_s, sql},
                                    m_server.folder(),
                                    false,
                                    {u"PGPASSWORD=reader-pw"_s}},
                                   &output);
    return isDone ? output.trimmed() : QString();
}

void TestPoolerFaults::initTestCase()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    TAILSPAN_NEED_SERVER(PgBouncer::missing());
    QCOMPARE(m_server.start({}), QString());
    QCOMPARE(m_server.makeTargetTable(), QString());
    QCOMPARE(m_server.sql(
                 u"INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, duration, "
                 "status_code, neighbors) SELECT 't' || i / 8, 's' || i, 'auth', 'GET /', timestamp '2026-01-01' + i * "
                 "interval '1 ms', 5, 200, '[]' FROM generate_series(1, 5000) i; CREATE VIEW slow AS SELECT t.*, "
                 "pg_sleep(0.01)::text AS pause FROM distributed_traces t WHERE pg_sleep(0.01) IS NOT NULL; GRANT "
                 "SELECT ON slow TO reader; ANALYZE"_s),
             QString());
    QCOMPARE(m_pooler.start(m_server), QString());
}

void TestPoolerFaults::cleanup()
{
    m_server.thawBackends();
    m_pooler.process().thaw();
}

void TestPoolerFaults::aWrongPasswordIsSaidWithoutIt()
{
    const Probed probe = probed(*sourceOf(url(), "canary-secret"));
    QVERIFY(!probe.outcome.has_value());
    QVERIFY2(probe.outcome.error().code == ErrorCode::Auth, why(probe.outcome.error()));
    QVERIFY(probe.outcome.error().text().find("canary") == std::string::npos);
    QCOMPARE(probe.steps.back().title, std::string("authenticated"));
}

void TestPoolerFaults::aMissingDatabaseIsSaid()
{
    const auto source =
        sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(m_pooler.port()) + "/nowhere", "reader-pw");
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    // The pooler has no code of its own for it, only words.
    QVERIFY2(got.error().message.find("\"nowhere\" does not exist") != std::string::npos, why(got.error()));
}

void TestPoolerFaults::aStatementOverItsTimeIsGivenUp()
{
    const auto source = reader("?table=slow&statement-timeout=1");
    const auto began = std::chrono::steady_clock::now();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Timeout, why(got.error()));
    QVERIFY2(got.error().message.find("time limit") != std::string::npos, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 3s);
}

/// The connection to the server is another client's a moment later: nothing of ours may stay on it.
void TestPoolerFaults::limitsEndWithTheirTransaction()
{
    VERIFY_OK(searched(*reader("?statement-timeout=1"), {}));
    const QString settings = u"SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
                             "current_setting('transaction_read_only')"_s;
    QCOMPARE(throughPooler(settings), u"0|0|off"_s);
    QCOMPARE(m_server.takeForbidden(), QStringList(u"reader: "_s + settings)); // psql's, outside a transaction
}

void TestPoolerFaults::aServerKilledBehindItIsSaidAndTheNextCallWorksWhenItIsBack()
{
    const auto source = reader();
    VERIFY_OK(searched(*source, {}));
    m_server.kill();
    const auto began = std::chrono::steady_clock::now();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Unreachable || got.error().code == ErrorCode::Timeout, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 20s);
    QCOMPARE(m_server.restart(), QString());
    // The pooler tries again about once a second, later on a busy machine; until then it turns everybody away.
    QTRY_VERIFY_WITH_TIMEOUT(throughPooler(u"SELECT 1"_s) == u"1"_s, 15'000);
    (void)m_server.takeForbidden(); // psql's, outside a transaction
    VERIFY_OK(searched(*source, {}));
}

void TestPoolerFaults::aFrozenServerBehindItIsGivenUp()
{
    const auto source = reader("?statement-timeout=1");
    VERIFY_OK(searched(*source, {}));
    m_server.freezeBackends();
    const auto began = std::chrono::steady_clock::now();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Timeout, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 8s);
    m_server.thawBackends();
    VERIFY_OK(searched(*source, {}));
}

void TestPoolerFaults::aFrozenPoolerIsGivenUp()
{
    const auto source = reader("?statement-timeout=1");
    VERIFY_OK(searched(*source, {}));
    m_pooler.process().freeze();
    const auto began = std::chrono::steady_clock::now();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Timeout, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 8s);
    m_pooler.process().thaw();
    VERIFY_OK(searched(*source, {}));
}

void TestPoolerFaults::aKilledPoolerIsSaidAndTheNextCallWorksWhenItIsBack()
{
    const auto source = reader();
    VERIFY_OK(searched(*source, {}));
    m_pooler.process().kill();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Unreachable, why(got.error()));
    QCOMPARE(m_pooler.restart(), QString());
    VERIFY_OK(searched(*source, {}));
}

void TestPoolerFaults::aRestartBetweenCallsIsNotNoticed()
{
    const auto source = reader();
    VERIFY_OK(searched(*source, {}));
    QCOMPARE(m_pooler.restart(), QString());
    VERIFY_OK(searched(*source, {}));
}

void TestPoolerFaults::cancelAnswersAtOnce()
{
    const Stopped stopped = stoppedAfter(500ms, [&](std::stop_token stop) -> Result<> {
        const auto source = reader("?table=slow");
        TS_CHECK(fetched(*source, {}, stop));
        return {};
    });
    QVERIFY2(stopped.after < 200ms, qPrintable(QString::number(stopped.after.count())));
    QVERIFY(!stopped.outcome.has_value());
    QVERIFY2(stopped.outcome.error().code == ErrorCode::Cancelled, why(stopped.outcome.error()));
    VERIFY_OK(searched(*reader(), {}));
}

void TestPoolerFaults::aTailGoesOnAfterARestart()
{
    const auto source = reader();
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    m_pooler.process().kill();
    QVERIFY(!tailed(*source, position).has_value());
    const QString added = m_server.sql(
        u"INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, duration) "
        "SELECT 'new', 'n' || i, 'auth', 'GET /', now() AT TIME ZONE 'UTC', 5 FROM generate_series(1, 7) i"_s);
    QCOMPARE(added, QString());
    QCOMPARE(m_pooler.restart(), QString());
    const auto tail = tailed(*source, position);
    VERIFY_OK(tail);
    QCOMPARE(tail->outcome.spans, std::uint64_t(7));
}

QTEST_GUILESS_MAIN(TestPoolerFaults)
#include "tst_pooler_faults.moc"
