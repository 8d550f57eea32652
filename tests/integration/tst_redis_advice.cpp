// SPDX-License-Identifier: GPL-3.0-or-later
// What the advisor asks a Redis, with a real server: figures, patterns of keys, rights that are missing.
#include "app/advice/redis_gathering.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::test;

class TestRedisAdvice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void figuresPatternsAndTtlsAreGathered();
    void valuesAndArgumentsAreNeverReadOrKept();
    void missingRightsBecomeNotes();
    void readerWithTheDocumentedRightsMayAskAll();
    void keysAreASampleWithinItsLimits();
    void stoppedGatheringIsCancelled();

private:
    [[nodiscard]] Result<advisor::RedisFacts> gather(const std::string &user = {},
                                                     const advice::RedisGathering &limits = {},
                                                     const std::stop_token &stop = {})
    {
        net::RedisTarget target;
        target.host = "127.0.0.1";
        target.port = m_server.port();
        target.user = user;
        target.password = user.empty() ? "" : "pw";
        Progress progress;
        return advice::gatherRedisFacts(target, limits, stop, progress);
    }

    RedisServer m_server;
};

void TestRedisAdvice::initTestCase()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    RedisServer::Options options;
    options.aclUsers = {
        QStringLiteral("user default on nopass ~* &* +@all"),
        QStringLiteral("user poor on >pw ~* -@all +ping +info +client|setname"),
        QStringLiteral(
            "user tailspan on >pw ~* resetchannels -@all +@read -@dangerous +info +slowlog|get +latency|latest "
            "+memory|usage +client|setname +ping")};
    options.arguments = {QStringLiteral("--slowlog-log-slower-than"), QStringLiteral("0")};
    QCOMPARE(m_server.start(options), QString());
    for (int i = 0; i < 300; ++i) {
        const QByteArray number = QByteArray::number(i);
        QCOMPARE(m_server.command({"SET", "cart:" + number, "secret-canary-" + number, "EX", "600"}),
                 QByteArray("+OK"));
    }
    for (int i = 0; i < 40; ++i)
        QVERIFY(m_server.command({"RPUSH", "queue:" + QByteArray::number(i), "a", "b"}).startsWith(':'));
    QVERIFY(m_server.command({"GET", "cart:1"}).startsWith('$'));
    QVERIFY(m_server.command({"GET", "cart:none"}).startsWith('$'));
}

void TestRedisAdvice::figuresPatternsAndTtlsAreGathered()
{
    const auto facts = gather();
    VERIFY_OK(facts);
    QVERIFY(!facts->version.empty());
    QVERIFY(facts->usedMemoryBytes && *facts->usedMemoryBytes > 100'000);
    QVERIFY(facts->hits && *facts->hits >= 1);
    QVERIFY(facts->misses && *facts->misses >= 1);
    QCOMPARE(facts->keyCount, std::uint64_t{340});
    QCOMPARE(facts->expiringCount, std::uint64_t{300});
    QCOMPARE(facts->sampledKeys, std::uint64_t{340});
    QVERIFY(facts->isWholeKeySpace);
    QCOMPARE(facts->patterns.size(), std::size_t{2});
    const advisor::RedisKeyPattern *cart = facts->pattern("cart:*");
    QVERIFY(cart != nullptr);
    QCOMPARE(cart->sampled, std::uint64_t{300});
    QCOMPARE(cart->type, std::string("string"));
    QCOMPARE(cart->withoutTtl, std::uint64_t{0});
    QVERIFY(cart->longestTtlSeconds > 500 && cart->longestTtlSeconds <= 600);
    QVERIFY(cart->meanBytes() > 40 && cart->meanBytes() < 400);
    const advisor::RedisKeyPattern *queue = facts->pattern("queue:*");
    QVERIFY(queue != nullptr);
    QCOMPARE(queue->withoutTtl, std::uint64_t{40});
    QVERIFY(!facts->slow.empty());
    QVERIFY(facts->notes.empty());
}

void TestRedisAdvice::valuesAndArgumentsAreNeverReadOrKept()
{
    (void)m_server.takeSent();
    const auto facts = gather();
    VERIFY_OK(facts);
    for (const QString &line : m_server.takeSent())
        QVERIFY2(!line.startsWith(QLatin1String("\"GET\"")) && !line.startsWith(QLatin1String("\"LRANGE\"")),
                 qPrintable(line));
    for (const advisor::RedisSlowCommand &slow : facts->slow)
        QVERIFY2(slow.text.find("canary") == std::string::npos && slow.text.find("cart:1") == std::string::npos,
                 slow.text.c_str());
}

void TestRedisAdvice::missingRightsBecomeNotes()
{
    const auto facts = gather("poor");
    VERIFY_OK(facts);
    QVERIFY(facts->usedMemoryBytes);
    QCOMPARE(facts->sampledKeys, std::uint64_t{0});
    QVERIFY(!facts->notes.empty());
}

void TestRedisAdvice::readerWithTheDocumentedRightsMayAskAll()
{
    const auto facts = gather("tailspan");
    VERIFY_OK(facts);
    QCOMPARE(facts->sampledKeys, std::uint64_t{340});
    QVERIFY2(facts->notes.empty(), facts->notes.empty() ? "" : facts->notes[0].c_str());
}

void TestRedisAdvice::keysAreASampleWithinItsLimits()
{
    advice::RedisGathering limits;
    limits.keys = 100;
    const auto facts = gather({}, limits);
    VERIFY_OK(facts);
    QVERIFY(facts->sampledKeys >= 100 && facts->sampledKeys < 340);
    QVERIFY(!facts->isWholeKeySpace);
    QCOMPARE(facts->notes.size(), std::size_t{1});
}

void TestRedisAdvice::stoppedGatheringIsCancelled()
{
    std::stop_source source;
    source.request_stop();
    const auto facts = gather({}, {}, source.get_token());
    QVERIFY(!facts);
    QCOMPARE(facts.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestRedisAdvice)
#include "tst_redis_advice.moc"
