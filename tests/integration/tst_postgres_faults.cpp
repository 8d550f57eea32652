// SPDX-License-Identifier: GPL-3.0-or-later
// The PostgreSQL source when things break: what it says, how long it takes, and that the next call works.
#include "tests/support/fault_proxy.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/test_certificates.h"
#include "tests/support/source_calls.h"

#include <QTcpServer>
#include <QTest>

#include <thread>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestPostgresFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_server.thawBackends(); }
    void aRefusedConnectionIsSaid();
    void aWrongPasswordIsSaidWithoutIt();
    void aMissingDatabaseIsSaid();
    void anUnknownHostIsSaid();
    void aStatementOverItsTimeIsGivenUp();
    void aLockedTableIsNotWaitedFor();
    void cancelAnswersAtOnce_data();
    void cancelAnswersAtOnce();
    void aTerminatedBackendIsSaidAndTheNextCallWorks();
    void aRestartBetweenCallsIsNotNoticed();
    void aKilledServerIsSaidAndTheNextCallWorksWhenItIsBack();
    void aFrozenServerIsGivenUp();
    void aCutInTheMiddleKeepsWhatCame();
    void aStalledLineIsGivenUp();
    void aDripIsGivenUp();
    void aResetIsSaid();
    void garbageIsSaid();
    void silentAndForeignServersAreGivenUp();
    void tlsIsVerified_data();
    void tlsIsVerified();
    void aServerWithoutTlsIsRefusedWhenItMustBeVerified();

private:
    [[nodiscard]] std::string url(std::uint16_t port, const std::string &rest = {}) const
    {
        return "postgresql://reader@127.0.0.1:" + std::to_string(port) + "/postgres" + rest;
    }
    [[nodiscard]] std::unique_ptr<sources::TraceSource> reader(const std::string &rest = {}) const
    {
        return sourceOf(url(m_server.port(), rest), "reader-pw");
    }

    PostgresServer m_server;
};

void TestPostgresFaults::initTestCase()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    QCOMPARE(m_server.start({}), QString());
    QCOMPARE(m_server.makeTargetTable(), QString());
    QCOMPARE(m_server.sql(
                 u"INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, duration, "
                 "status_code, neighbors) SELECT 't' || i / 8, 's' || i, 'auth', 'GET /', timestamp '2026-01-01' + i * "
                 "interval '1 ms', 5, 200, '[]' FROM generate_series(1, 50000) i; CREATE VIEW slow AS SELECT t.*, "
                 "pg_sleep(0.01)::text AS pause FROM distributed_traces t WHERE pg_sleep(0.01) IS NOT NULL; GRANT "
                 "SELECT ON slow TO reader; ANALYZE"_s),
             QString());
}

void TestPostgresFaults::aRefusedConnectionIsSaid()
{
    const auto got = searched(*sourceOf(url(freePort()), "reader-pw"), {});
    QVERIFY(!got.has_value());
    QCOMPARE(got.error().code, ErrorCode::Unreachable);
    QVERIFY2(got.error().message.find("Nothing listens") != std::string::npos, why(got.error()));
    QVERIFY(got.error().context.find("127.0.0.1") != std::string::npos);
}

void TestPostgresFaults::aWrongPasswordIsSaidWithoutIt()
{
    const auto source = sourceOf(url(m_server.port()), "canary-secret");
    const Probed probe = probed(*source);
    QVERIFY(!probe.outcome.has_value());
    QCOMPARE(probe.outcome.error().code, ErrorCode::Auth);
    QVERIFY2(probe.outcome.error().message.find("password") != std::string::npos, why(probe.outcome.error()));
    QVERIFY(probe.outcome.error().text().find("canary") == std::string::npos);
    QCOMPARE(probe.steps.back().title, std::string("authenticated"));
}

void TestPostgresFaults::aMissingDatabaseIsSaid()
{
    const auto source =
        sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(m_server.port()) + "/nowhere", "reader-pw");
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QCOMPARE(got.error().code, ErrorCode::NotFound);
    QVERIFY2(got.error().message.find("database") != std::string::npos, why(got.error()));
}

void TestPostgresFaults::anUnknownHostIsSaid()
{
    const auto source = sourceOf("postgresql://reader@no-such-host.invalid/postgres", "reader-pw");
    const Probed probe = probed(*source);
    QVERIFY(!probe.outcome.has_value());
    QVERIFY(probe.outcome.error().code == ErrorCode::Unreachable || probe.outcome.error().code == ErrorCode::Timeout);
    QCOMPARE(probe.steps.back().title, std::string("name resolved"));
}

void TestPostgresFaults::aStatementOverItsTimeIsGivenUp()
{
    const auto source = reader("?table=slow&statement-timeout=1");
    const auto began = std::chrono::steady_clock::now();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QCOMPARE(got.error().code, ErrorCode::Timeout);
    QVERIFY2(got.error().message.find("time limit") != std::string::npos, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 3s);
}

void TestPostgresFaults::aLockedTableIsNotWaitedFor()
{
    const auto source = reader();
    VERIFY_OK(searched(*source, {}));
    std::jthread locker([this] {
        (void)m_server.sql(
            u"BEGIN; LOCK TABLE distributed_traces IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3); COMMIT"_s);
    });
    QTest::qWait(700);
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QCOMPARE(got.error().code, ErrorCode::Timeout);
    QVERIFY2(got.error().message.find("locked") != std::string::npos, why(got.error()));
    locker.join();
    VERIFY_OK(searched(*source, {}));
}

void TestPostgresFaults::cancelAnswersAtOnce_data()
{
    QTest::addColumn<QString>("where");
    for (const char *where :
         {"a running statement", "rows under way", "a frozen server", "a silent server", "a locked table"})
        QTest::newRow(where) << QString::fromUtf8(where);
}

void TestPostgresFaults::cancelAnswersAtOnce()
{
    QFETCH(QString, where);
    FaultProxy proxy(m_server.port());
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    std::string address = url(m_server.port(), "?table=slow");
    std::jthread locker;
    if (where == u"rows under way"_s) {
        address = url(proxy.port());
        proxy.drip(20'000);
    } else if (where == u"a frozen server"_s) {
        address = url(proxy.port());
        proxy.stall(FaultProxy::Direction::Both);
    } else if (where == u"a silent server"_s) {
        address = url(silent.serverPort());
    } else if (where == u"a locked table"_s) {
        address = url(m_server.port());
        locker = std::jthread([this] {
            (void)m_server.sql(
                u"BEGIN; LOCK TABLE distributed_traces IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT"_s);
        });
        QTest::qWait(300);
    }
    const Stopped stopped = stoppedAfter(400ms, [&](std::stop_token stop) -> Result<> {
        const auto source = sourceOf(address, "reader-pw");
        sources::FetchRequest request;
        TS_CHECK(fetched(*source, request, stop));
        return {};
    });
    QVERIFY2(stopped.after < 200ms, qPrintable(QString::number(stopped.after.count())));
    QVERIFY(!stopped.outcome.has_value());
    QVERIFY2(stopped.outcome.error().code == ErrorCode::Cancelled, why(stopped.outcome.error()));
    if (locker.joinable())
        locker.join();
    VERIFY_OK(searched(*reader(), {}));
}

void TestPostgresFaults::aTerminatedBackendIsSaidAndTheNextCallWorks()
{
    const auto source = reader("?table=slow");
    std::jthread terminator([this] {
        std::this_thread::sleep_for(600ms);
        (void)m_server.sql(
            u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tailspan'"_s);
    });
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Unreachable, why(got.error()));
    terminator.join();
    const auto again = reader();
    VERIFY_OK(searched(*again, {}));
}

void TestPostgresFaults::aRestartBetweenCallsIsNotNoticed()
{
    const auto source = reader();
    VERIFY_OK(searched(*source, {}));
    QCOMPARE(m_server.restart(), QString());
    VERIFY_OK(searched(*source, {}));
}

void TestPostgresFaults::aKilledServerIsSaidAndTheNextCallWorksWhenItIsBack()
{
    const auto source = reader();
    VERIFY_OK(searched(*source, {}));
    m_server.kill();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Unreachable, why(got.error()));
    QCOMPARE(m_server.restart(), QString());
    VERIFY_OK(searched(*source, {}));
}

void TestPostgresFaults::aFrozenServerIsGivenUp()
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

void TestPostgresFaults::aCutInTheMiddleKeepsWhatCame()
{
    FaultProxy proxy(m_server.port());
    const auto source = sourceOf(url(proxy.port()), "reader-pw");
    VERIFY_OK(searched(*source, {}));
    proxy.cutAfter(500'000);
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    Progress progress;
    const auto got = source->fetch({}, builder, input, {{}, progress});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Unreachable, why(got.error()));
    QVERIFY(builder.spanCount() > 100);
    QVERIFY(!builder.input(input).isComplete);
    proxy.pass();
    VERIFY_OK(searched(*source, {}));
}

void TestPostgresFaults::aStalledLineIsGivenUp()
{
    FaultProxy proxy(m_server.port());
    const auto source = sourceOf(url(proxy.port(), "?statement-timeout=1"), "reader-pw");
    VERIFY_OK(searched(*source, {}));
    proxy.stall(FaultProxy::Direction::ToClient);
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Timeout, why(got.error()));
    proxy.pass();
    VERIFY_OK(searched(*source, {}));
}

void TestPostgresFaults::aDripIsGivenUp()
{
    FaultProxy proxy(m_server.port());
    const auto source = sourceOf(url(proxy.port(), "?statement-timeout=1"), "reader-pw");
    VERIFY_OK(searched(*source, {}));
    proxy.drip(20'000);
    const auto began = std::chrono::steady_clock::now();
    const auto got = fetched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Timeout, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 8s);
}

void TestPostgresFaults::aResetIsSaid()
{
    FaultProxy proxy(m_server.port());
    const auto source = sourceOf(url(proxy.port()), "reader-pw");
    VERIFY_OK(searched(*source, {}));
    proxy.reset();
    const auto got = searched(*source, {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Unreachable, why(got.error()));
    proxy.pass();
    VERIFY_OK(searched(*source, {}));
}

void TestPostgresFaults::garbageIsSaid()
{
    FaultProxy proxy(m_server.port());
    for (const std::uint64_t every : {1, 7, 50, 333}) {
        const auto source = sourceOf(url(proxy.port(), "?statement-timeout=1"), "reader-pw");
        proxy.pass();
        VERIFY_OK(searched(*source, {}));
        proxy.garble(every);
        const auto began = std::chrono::steady_clock::now();
        const auto got = fetched(*source, {});
        QVERIFY(std::chrono::steady_clock::now() - began < 12s);
        if (!got.has_value()) // garbled texts alone are no broken protocol
            QVERIFY2(got.error().code != ErrorCode::Internal, why(got.error()));
    }
}

void TestPostgresFaults::silentAndForeignServersAreGivenUp()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    const auto began = std::chrono::steady_clock::now();
    const auto got = searched(*sourceOf(url(silent.serverPort()), "reader-pw"), {});
    QVERIFY(!got.has_value());
    QVERIFY2(got.error().code == ErrorCode::Timeout, why(got.error()));
    QVERIFY(std::chrono::steady_clock::now() - began < 12s);
}

void TestPostgresFaults::tlsIsVerified_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<bool>("isOtherAuthority");
    QTest::addColumn<QString>("words");
    QTest::newRow("good") << u"good"_s << false << QString();
    QTest::newRow("other authority") << u"good"_s << true << u"not trusted here"_s;
    QTest::newRow("other host") << u"elsewhere"_s << false << u"another host name"_s;
    QTest::newRow("expired") << u"expired"_s << false << u"expired"_s;
}

void TestPostgresFaults::tlsIsVerified()
{
    QFETCH(QString, certificate);
    QFETCH(bool, isOtherAuthority);
    QFETCH(QString, words);
    static const TestCertificates certificates;
    QCOMPARE(certificates.problem(), QString());
    PostgresServer server;
    QCOMPARE(server.start({certificates.certificate(certificate), certificates.key(certificate), {}}), QString());
    QCOMPARE(server.makeTargetTable(), QString());
    const QString authority = isOtherAuthority ? certificates.otherAuthority() : certificates.authority();
    const auto source =
        sourceOf(url(server.port(), "?sslmode=verify-full&sslrootcert=" + authority.toStdString()), "reader-pw");
    const Probed probe = probed(*source);
    const sources::ProbeStep *step = probe.step("TLS verified");
    QVERIFY(step != nullptr);
    if (words.isEmpty()) {
        VERIFY_OK(probe.outcome);
        QVERIFY(step->state == sources::ProbeStep::State::Done);
        QVERIFY(step->text.starts_with("TLSv1."));
        return;
    }
    QVERIFY(!probe.outcome.has_value());
    QCOMPARE(probe.outcome.error().code, ErrorCode::Unreachable);
    QVERIFY(step->state == sources::ProbeStep::State::Failed);
    QVERIFY2(QString::fromStdString(step->text).contains(words), step->text.c_str());
    QVERIFY(server.statements().isEmpty());
}

void TestPostgresFaults::aServerWithoutTlsIsRefusedWhenItMustBeVerified()
{
    const Probed probe = probed(*reader("?sslmode=verify-full"));
    QVERIFY(!probe.outcome.has_value());
    QCOMPARE(probe.outcome.error().code, ErrorCode::Unreachable);
    QCOMPARE(probe.steps.back().title, std::string("TLS verified"));
    QVERIFY2(probe.outcome.error().message.find("no TLS") != std::string::npos, why(probe.outcome.error()));
}

QTEST_GUILESS_MAIN(TestPostgresFaults)
#include "tst_postgres_faults.moc"
