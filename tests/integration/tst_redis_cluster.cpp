// SPDX-License-Identifier: GPL-3.0-or-later
// The Redis source at a node of a cluster: one that has every list works, one that lacks some says where they are.
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

class TestRedisCluster : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsOfTheNodeAreRead();
    void aListOfAnotherNodeIsSaidWithWhatToConnectTo();
    void theOtherNodeHasIt();

private:
    /// The key of a list that is on one of the nodes: slots 0 to 8191 are on the first node, the rest on the second.
    [[nodiscard]] static QByteArray keyIn(RedisServer &server, bool isUpperHalf)
    {
        for (int i = 0; i < 1'000; ++i) {
            const QByteArray key = "traces:service-" + QByteArray::number(i);
            const int slot = server.command({"CLUSTER", "KEYSLOT", key}).mid(1).toInt();
            if ((slot >= 8'192) == isUpperHalf)
                return key;
        }
        return {};
    }
    [[nodiscard]] static std::string url(const RedisServer &server)
    {
        return "redis://127.0.0.1:" + std::to_string(server.port());
    }
    [[nodiscard]] static Result<Fetched> fetchedFrom(const RedisServer &server, const QByteArray &key)
    {
        sources::FetchRequest request;
        request.query.services = {key.mid(7).toStdString()};
        return fetched(*sourceOf(url(server)), request);
    }

    RedisServer m_lower;
    RedisServer m_upper;
};

void TestRedisCluster::initTestCase()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    QByteArray busPort; // of the last, m_upper
    for (RedisServer *server : {&m_lower, &m_upper}) {
        RedisServer::Options options;
        // The usual port for the nodes among themselves is 10,000 higher and may not exist.
        busPort = QByteArray::number(freePort());
        options.arguments = {u"--cluster-enabled"_s, u"yes"_s, u"--cluster-port"_s, QLatin1String(busPort)};
        QCOMPARE(server->start(options), QString());
    }
    QCOMPARE(m_lower.command({"CLUSTER", "ADDSLOTSRANGE", "0", "8191"}), QByteArray("+OK"));
    QCOMPARE(m_upper.command({"CLUSTER", "ADDSLOTSRANGE", "8192", "16383"}), QByteArray("+OK"));
    QCOMPARE(m_upper.command({"CLUSTER", "SET-CONFIG-EPOCH", "2"}), QByteArray("+OK"));
    QCOMPARE(m_lower.command({"CLUSTER", "MEET", "127.0.0.1", QByteArray::number(m_upper.port()), busPort}),
             QByteArray("+OK"));
    const QByteArray record = QByteArray::fromStdString(RecordText{.endNs = nowNs()}.text());
    const QByteArray lowerKey = keyIn(m_lower, false);
    const QByteArray upperKey = keyIn(m_upper, true);
    // Until both know each other they refuse to be written to.
    QVERIFY(waitUntil([&] { return m_lower.command({"LPUSH", lowerKey, record}) == ":1"; }));
    QVERIFY(waitUntil([&] { return m_upper.command({"LPUSH", upperKey, record}) == ":1"; }));
}

void TestRedisCluster::listsOfTheNodeAreRead()
{
    const auto all = fetched(*sourceOf(url(m_lower)), {});
    VERIFY_OK(all);
    QCOMPARE(all->outcome.spans, std::uint64_t(1));
    VERIFY_OK(fetchedFrom(m_lower, keyIn(m_lower, false)));
}

void TestRedisCluster::aListOfAnotherNodeIsSaidWithWhatToConnectTo()
{
    const QByteArray key = keyIn(m_lower, true);
    const auto read = fetchedFrom(m_lower, key);
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code, ErrorCode::Unsupported);
    const QByteArray said = why(read.error());
    QVERIFY2(said.contains("one node of a cluster") && said.contains(key), said);
    QVERIFY2(said.contains(QByteArray("127.0.0.1:" + QByteArray::number(m_upper.port()))), said);
    QVERIFY2(said.contains("a connection for each node"), said);
}

void TestRedisCluster::theOtherNodeHasIt()
{
    VERIFY_OK(fetchedFrom(m_upper, keyIn(m_upper, true)));
}

QTEST_GUILESS_MAIN(TestRedisCluster)
#include "tst_redis_cluster.moc"
