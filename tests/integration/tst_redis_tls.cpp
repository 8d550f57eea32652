// SPDX-License-Identifier: GPL-3.0-or-later
// Redis over TLS: what is trusted, what is refused, and in which words.
#include "tests/support/fault_proxy.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/servers/test_certificates.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <memory>

using namespace tailspan;
using namespace tailspan::test;
using namespace std::chrono_literals;

class TestRedisTls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aPrivateAuthorityIsTrustedWhenItIsGiven();
    void whatDoesNotVerifyIsRefused_data();
    void whatDoesNotVerifyIsRefused();
    void theNameOfATunnelsEndCanBeGiven();
    void aClientCertificateOpensTheDoor();
    void withoutAClientCertificateItIsAskedFor();
    void filesThatAreNoneAreNamed();
    void theWrongSchemeIsSaid();
    void aSilentHandshakeEndsAndCanBeStopped();
    void bulkReadsWorkThroughTls();

private:
    [[nodiscard]] QString startWith(RedisServer &server, const QString &certificate, bool asksForClient = false) const
    {
        return server.start({.certificate = m_certificates->certificate(certificate),
                             .certificateKey = m_certificates->key(certificate),
                             .authority = m_certificates->authority(),
                             .asksForClientCertificate = asksForClient});
    }
    [[nodiscard]] static std::string url(const RedisServer &server)
    {
        return "rediss://127.0.0.1:" + std::to_string(server.port());
    }
    [[nodiscard]] std::string withAuthority(const RedisServer &server) const
    {
        return url(server) + "?cacert=" + m_certificates->authority().toStdString();
    }

    std::unique_ptr<TestCertificates> m_certificates;
};

void TestRedisTls::initTestCase()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    m_certificates = std::make_unique<TestCertificates>();
    TAILSPAN_NEED_SERVER(m_certificates->problem());
}

void TestRedisTls::aPrivateAuthorityIsTrustedWhenItIsGiven()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good")), QString());
    const Probed probe = probed(*sourceOf(withAuthority(server)));
    VERIFY_OK(probe.outcome);
    const sources::ProbeStep *tls = probe.step("TLS verified");
    QVERIFY(tls != nullptr);
    QVERIFY(tls->state == sources::ProbeStep::State::Done);
    QVERIFY2(tls->text.find("TLSv1.3, certificate of") == 0 && tls->text.find("days left") != std::string::npos,
             tls->text.c_str());
}

void TestRedisTls::whatDoesNotVerifyIsRefused_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("the system's authorities only") << "good"
                                                   << "" << QByteArray("authority that is not trusted");
    QTest::newRow("another authority") << "good"
                                       << "other-authority" << QByteArray("authority that is not trusted");
    QTest::newRow("expired") << "expired"
                             << "authority" << QByteArray("expired on");
    QTest::newRow("for another host") << "elsewhere"
                                      << "authority" << QByteArray("is for cache.example, not for 127");
    QTest::newRow("signed by itself") << "self-signed"
                                      << "authority" << QByteArray("signed by itself");
}

void TestRedisTls::whatDoesNotVerifyIsRefused()
{
    QFETCH(QString, certificate);
    QFETCH(QString, authority);
    QFETCH(QByteArray, words);
    RedisServer server;
    QCOMPARE(startWith(server, certificate), QString());
    const std::string option = authority.isEmpty() ? ""
                                                   : "?cacert=" + m_certificates->certificate(authority).toStdString();
    const auto source = sourceOf(url(server) + option, "password-canary");
    const Probed probe = probed(*source);
    QVERIFY(!probe.outcome);
    QVERIFY2(probe.outcome.error().code == ErrorCode::Auth, why(probe.outcome.error()).constData());
    QVERIFY2(why(probe.outcome.error()).contains(words), why(probe.outcome.error()).constData());
    QCOMPARE(probe.steps.back().title, std::string("TLS verified"));
    QVERIFY(probe.steps.back().state == sources::ProbeStep::State::Failed);
    QVERIFY(!searched(*source, {}));
    // Not a byte of a command may have been sent to a server that did not prove itself.
    QCOMPARE(server.takeSent(), QStringList());
}

void TestRedisTls::theNameOfATunnelsEndCanBeGiven()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("elsewhere")), QString());
    VERIFY_OK(probed(*sourceOf(withAuthority(server) + "&tlsname=cache.example")).outcome);
    QVERIFY(!probed(*sourceOf(withAuthority(server) + "&tlsname=other.example")).outcome);
}

void TestRedisTls::aClientCertificateOpensTheDoor()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good"), true), QString());
    const std::string certificate = "&cert=" + m_certificates->certificate(QStringLiteral("client")).toStdString();
    const std::string plainKey = "&key=" + m_certificates->key(QStringLiteral("client")).toStdString();
    const std::string lockedKey = "&key=" + m_certificates->encryptedKey().toStdString();
    VERIFY_OK(probed(*sourceOf(withAuthority(server) + certificate + plainKey)).outcome);
    VERIFY_OK(
        probed(*sourceOf(withAuthority(server) + certificate + lockedKey, {}, TestCertificates::kPassphrase)).outcome);
    const Probed locked = probed(*sourceOf(withAuthority(server) + certificate + lockedKey, {}, "wrong-canary"));
    QVERIFY(!locked.outcome);
    QVERIFY2(why(locked.outcome.error()).contains("passphrase is missing or wrong"),
             why(locked.outcome.error()).constData());
    QVERIFY(!why(locked.outcome.error()).contains("canary"));
    const Probed noPhrase = probed(*sourceOf(withAuthority(server) + certificate + lockedKey));
    QVERIFY(!noPhrase.outcome);
}

void TestRedisTls::withoutAClientCertificateItIsAskedFor()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good"), true), QString());
    const Probed probe = probed(*sourceOf(withAuthority(server)));
    QVERIFY(!probe.outcome);
    QVERIFY2(why(probe.outcome.error()).contains("client certificate"), why(probe.outcome.error()).constData());
}

void TestRedisTls::filesThatAreNoneAreNamed()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good")), QString());
    const auto missing = probed(*sourceOf(url(server) + "?cacert=/nowhere/ca.pem"));
    QVERIFY(!missing.outcome);
    QVERIFY2(missing.outcome.error().code == ErrorCode::NotFound
                 && why(missing.outcome.error()).contains("/nowhere/ca.pem"),
             why(missing.outcome.error()).constData());
    const std::string key = m_certificates->key(QStringLiteral("good")).toStdString();
    const auto wrong = probed(*sourceOf(url(server) + "?cacert=" + key));
    QVERIFY(!wrong.outcome);
    QVERIFY(wrong.outcome.error().code == ErrorCode::Malformed);
}

void TestRedisTls::theWrongSchemeIsSaid()
{
    RedisServer plain;
    QCOMPARE(plain.start({}), QString());
    const auto tlsToPlain = probed(*sourceOf(withAuthority(plain)));
    QVERIFY(!tlsToPlain.outcome);
    QVERIFY2(why(tlsToPlain.outcome.error()).contains("redis://"), why(tlsToPlain.outcome.error()).constData());
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good")), QString());
    const auto plainToTls = probed(*sourceOf("redis://127.0.0.1:" + std::to_string(server.port())));
    QVERIFY(!plainToTls.outcome);
    QVERIFY2(why(plainToTls.outcome.error()).contains("rediss://"), why(plainToTls.outcome.error()).constData());
}

void TestRedisTls::aSilentHandshakeEndsAndCanBeStopped()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good")), QString());
    FaultProxy proxy(server.port());
    proxy.stall(FaultProxy::Direction::Both);
    const std::string address = "rediss://127.0.0.1:" + std::to_string(proxy.port())
        + "?cacert=" + m_certificates->authority().toStdString();
    const Stopped stopped =
        stoppedAfter(300ms, [&](const std::stop_token &stop) { return probed(*sourceOf(address), stop).outcome; });
    QVERIFY(!stopped.outcome);
    QVERIFY2(stopped.outcome.error().code == ErrorCode::Cancelled, why(stopped.outcome.error()).constData());
    QVERIFY2(stopped.after < 200ms, qPrintable(QString::number(stopped.after.count())));
    const auto source = sourceOf(address);
    Result<> outcome;
    QVERIFY(timeOf([&] { outcome = probed(*source).outcome; }) < 6s);
    QVERIFY(!outcome);
    QVERIFY2(outcome.error().code == ErrorCode::Timeout, why(outcome.error()).constData());
    proxy.pass();
    VERIFY_OK(probed(*source).outcome);
}

void TestRedisTls::bulkReadsWorkThroughTls()
{
    RedisServer server;
    QCOMPARE(startWith(server, QStringLiteral("good")), QString());
    QByteArrayList records;
    for (int i = 0; i < 1'000; ++i)
        records += QByteArray::fromStdString(RecordText{
            .span = std::to_string(i), .endNs = nowNs(), .requestJson = "\"" + std::string(2'000, 'x') + "\""}
                                                 .text());
    for (const char *key : {"traces:a", "traces:b", "traces:c"})
        QVERIFY(server.push(key, records));
    const auto source = sourceOf(withAuthority(server));
    for (int round = 0; round < 3; ++round) {
        const auto read = fetched(*source, {});
        VERIFY_OK(read);
        QCOMPARE(read->outcome.spans, std::uint64_t(3'000));
    }
}

QTEST_GUILESS_MAIN(TestRedisTls)
#include "tst_redis_tls.moc"
