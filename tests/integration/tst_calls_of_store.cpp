// SPDX-License-Identifier: GPL-3.0-or-later
// The service map that a real PostgreSQL counts, against plain SQL over psql.
#include "app/workspace/edge_store.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <cmath>

using namespace tailspan;
using namespace tailspan::test;

class TestCallsOfStore : public QObject {
    Q_OBJECT

private:
    [[nodiscard]] sources::SourceToOpen postgres(const std::string &rest) const
    {
        return storeOf("postgresql://reader@127.0.0.1:" + std::to_string(m_server.port()) + "/postgres" + rest,
                       "reader-pw");
    }
    [[nodiscard]] std::string sql(const std::string &text) const
    {
        return m_server.sql(QString::fromStdString(text)).toStdString();
    }

    PostgresServer m_server;

private Q_SLOTS:
    void initTestCase()
    {
        TAILSPAN_NEED_SERVER(PostgresServer::missing());
        QCOMPARE(m_server.start({}), QString());
        QCOMPARE(m_server.makeTargetTable(), QString());
        // web calls pay and cart; durations from 1 to 1000 ms; each tenth call to pay failed.
        QCOMPARE(sql("CREATE TABLE linked AS SELECT 't' || i AS trace_id, 'r' || i AS span_id, NULL::text AS "
                     "parent_span_id, 'web' AS service_name, 'op' AS operation, timestamp '2026-11-23 15:00' + i * "
                     "interval '10 ms' AS timestamp, 1 AS duration, 200 AS status_code FROM generate_series(1, 2000) i "
                     "UNION ALL SELECT 't' || i, 'c' || i, 'r' || i, CASE WHEN i % 2 = 0 THEN 'pay' ELSE 'cart' END, "
                     "'op', timestamp '2026-11-23 15:00' + i * interval '10 ms', i / 2, CASE WHEN i % 20 = 0 THEN 500 "
                     "ELSE 200 END FROM generate_series(1, 2000) i; GRANT SELECT ON linked TO reader"),
                 std::string());
    }

    void theStoreCountsWhatPlainSqlCounts()
    {
        sources::SourceSet stores({postgres("?table=linked")});
        QVERIFY(workspace::canCountCalls(stores));
        trace::TraceQuery query;
        constexpr std::int64_t kBeginNs = 1'795'446'000'000'000'000; // 2026-11-23T15:00:00Z
        query.range = TimeRange{TimePoint(kBeginNs), TimePoint(kBeginNs + 60'000'000'000)};
        Progress progress;
        const auto map = workspace::callsOfStore(stores, query, nullptr, {}, progress);
        QVERIFY2(map.has_value(), map.has_value() ? "" : map.error().text().c_str());
        QCOMPARE(map->graph.nodes.size(), std::size_t{3});
        QCOMPARE(map->graph.edges.size(), std::size_t{2});
        QVERIFY(map->source.find("127.0.0.1") != std::string::npos);
        QVERIFY(map->hasLatency && map->isComplete);
        const std::uint32_t pay = map->graph.nodeNamed("pay");
        const auto &edge = map->graph.edges[map->graph.edgeBetween(map->graph.nodeNamed("web"), pay)];
        QCOMPARE(std::to_string(edge.totals.count), sql("SELECT count(*) FROM linked WHERE service_name = 'pay'"));
        QCOMPARE(std::to_string(edge.totals.errorCount),
                 sql("SELECT count(*) FROM linked WHERE service_name = 'pay' AND status_code >= 500"));
        const double exactMs = std::stod(
            sql("SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY duration) FROM linked WHERE service_name = "
                "'pay'"));
        // Read from bands, four a doubling.
        QVERIFY(std::abs(std::log(static_cast<double>(edge.totals.p95Ns) / 1e6 / exactMs)) < 0.1);
        QCOMPARE(map->graph.nodes[pay].calls.count, edge.totals.count);
        QCOMPARE(map->graph.nodes[map->graph.nodeNamed("web")].calls.count, 0U); // nobody calls it: not known
    }

    void aStoreThatDoesNotCountIsLeftOut()
    {
        TAILSPAN_NEED_SERVER(RedisServer::missing());
        RedisServer redis;
        QCOMPARE(redis.start({}), QString());
        const auto cache = storeOf("redis://127.0.0.1:" + std::to_string(redis.port()) + "/0");
        Progress progress;
        sources::SourceSet both({cache, postgres("?table=linked")});
        const auto map = workspace::callsOfStore(both, {}, nullptr, {}, progress);
        QVERIFY(map.has_value());
        QCOMPARE(map->spanCount, std::uint64_t{2000});
        sources::SourceSet one({cache});
        QVERIFY(!workspace::canCountCalls(one));
        QCOMPARE(workspace::callsOfStore(one, {}, nullptr, {}, progress).error().code, ErrorCode::Unsupported);
    }

    void whatKeptAStoreIsSaid()
    {
        Progress progress;
        sources::SourceSet missing({postgres("?table=nowhere")});
        QVERIFY(!workspace::callsOfStore(missing, {}, nullptr, {}, progress).has_value());
        sources::SourceSet both({postgres("?table=nowhere"), postgres("?table=linked")});
        const auto map = workspace::callsOfStore(both, {}, nullptr, {}, progress);
        QVERIFY(map.has_value());
        QCOMPARE(map->notes.size(), std::size_t{1});
        QVERIFY2(map->notes[0].find("did not count") != std::string::npos, map->notes[0].c_str());
    }
};

QTEST_GUILESS_MAIN(TestCallsOfStore)
#include "tst_calls_of_store.moc"
