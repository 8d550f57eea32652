// SPDX-License-Identifier: GPL-3.0-or-later
// What the target's services write about themselves into Redis, besides spans.
#include "app/sources/redis_facts.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::test;

class TestRedisFacts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void everyKindIsRead();
    void configurationsAreNeverRead();
    void oddAndLargeValuesCostNoOther();

private:
    [[nodiscard]] Result<sources::RedisFacts> facts()
    {
        net::RedisTarget target;
        target.host = "127.0.0.1";
        target.port = m_server.port();
        sources::SourceCost cost;
        sources::RedisSession session(target, cost);
        Progress progress;
        return sources::readRedisFacts(session, "", 100'000, {{}, progress});
    }
    void set(const QByteArray &key, const QByteArray &value)
    {
        QCOMPARE(m_server.command({"SET", key, value}), QByteArray("+OK"));
    }

    RedisServer m_server;
};

void TestRedisFacts::initTestCase()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    QCOMPARE(m_server.start({}), QString());
}

void TestRedisFacts::init()
{
    QCOMPARE(m_server.command({"FLUSHALL"}), QByteArray("+OK"));
}

void TestRedisFacts::everyKindIsRead()
{
    set("awareness:auth:payment",
        R"({"lastSeen":"2026-11-23T14:00:00.250Z","lastOperation":"GET /x","lastStatus":200,"traceId":"t"})");
    set("metrics:auth", R"({"cpu":{"load":0.5},"requests":12,"version":"1.2","list":[1,2]})");
    set("service:auth:state", R"({"status":"degraded","since":1795442400000})");
    for (int i = 0; i < 60; ++i)
        QVERIFY(m_server.command({"LPUSH", "snapshots:auth", "snapshot:auth:" + QByteArray::number(1'000 + i)})
                    .startsWith(':'));
    const auto read = facts();
    VERIFY_OK(read);
    QVERIFY2(read->isComplete, read->note.c_str());
    QCOMPARE(read->sightings.size(), std::size_t(1));
    QCOMPARE(read->sightings[0].neighbor, std::string("auth"));
    QCOMPARE(read->sightings[0].service, std::string("payment"));
    QCOMPARE(read->sightings[0].lastSeenNs, std::optional<std::int64_t>(1'795'442'400'250'000'000));
    QCOMPARE(read->sightings[0].lastStatus, std::string("200"));
    QCOMPARE(read->snapshots.size(), std::size_t(1));
    QCOMPARE(read->snapshots[0].count, std::uint64_t(60));
    QCOMPARE(read->snapshots[0].newestNs.size(), std::size_t(50));
    QCOMPARE(read->snapshots[0].newestNs[0], std::int64_t(1'059'000'000));
    QCOMPARE(read->metrics.size(), std::size_t(1));
    const auto &values = read->metrics[0].values;
    QCOMPARE(values.size(), std::size_t(4));
    QCOMPARE(values[0].path, std::string("cpu.load"));
    QCOMPARE(values[0].number, std::optional<double>(0.5));
    QCOMPARE(values[2].value, std::string("1.2"));
    QCOMPARE(values[3].value, std::string("[1,2]"));
    QCOMPARE(read->states.size(), std::size_t(1));
    QCOMPARE(read->states[0].service, std::string("auth"));
    QCOMPARE(read->states[0].values[0].value, std::string("degraded"));
}

void TestRedisFacts::configurationsAreNeverRead()
{
    set("service:auth:config", R"({"apiKey":"canary"})");
    set("service:auth:state", R"({"status":"up"})");
    (void)m_server.takeSent();
    VERIFY_OK(facts());
    const QStringList sent = m_server.takeSent();
    QVERIFY(!sent.isEmpty());
    for (const QString &line : sent)
        QVERIFY2(!line.contains(QLatin1String("config")), qPrintable(line));
}

void TestRedisFacts::oddAndLargeValuesCostNoOther()
{
    set("metrics:big", "\"" + QByteArray(300 * 1024, 'x') + "\"");
    set("metrics:cut", R"({"a":1,"b":)");
    set("metrics:deep", QByteArray("{\"a\":").repeated(10'000) + "1" + QByteArray("}").repeated(10'000));
    set("metrics:fine", R"({"a":1})");
    set("metrics:none", "nonsense");
    QVERIFY(m_server.command({"HSET", "metrics:hash", "a", "1"}).startsWith(':'));
    const auto read = facts();
    VERIFY_OK(read);
    QVERIFY(!read->isComplete);
    QVERIFY2(read->note.find("larger than 256 KiB") != std::string::npos, read->note.c_str());
    QVERIFY2(read->note.find("\"metrics:hash\"") != std::string::npos, read->note.c_str());
    QCOMPARE(read->metrics.size(), std::size_t(4));
    const auto fine = std::find_if(read->metrics.begin(), read->metrics.end(),
                                   [](const sources::ServiceValues &values) { return values.service == "fine"; });
    QVERIFY(fine != read->metrics.end());
    QCOMPARE(fine->values.size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TestRedisFacts)
#include "tst_redis_facts.moc"
