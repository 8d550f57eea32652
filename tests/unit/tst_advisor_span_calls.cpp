// SPDX-License-Identifier: GPL-3.0-or-later
// What spans call, from their names and attributes.
#include "models/advisor/call_artifacts.h"
#include "models/advisor/call_hints.h"
#include "tests/support/advice_run.h"
#include "tests/support/planted_traces.h"

#include <QtTest>

using namespace tailspan;
using namespace tailspan::advisor;
using test::PlantedTraces;
using trace::SpanKind;

namespace {

std::string sql(std::string_view text)
{
    return sqlText(text).text;
}

DescribedCall described(std::string_view operation, const PlantedTraces::Attributes &attributes)
{
    CallHints hints;
    hints.clear();
    for (const auto &[key, value] : attributes)
        hints.take(key, value);
    return hints.described(operation, nameFacts(operation));
}

} // namespace

class TestAdvisorSpanCalls : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statementsLoseTheirValues();
    void batchesAreSeen();
    void valuesAreTold();
    void keysAndAddressesLoseTheirIds();
    void namesAloneTellKinds_data();
    void namesAloneTellKinds();
    void attributesTellKinds_data();
    void attributesTellKinds();
    void spansOfAllConventionsBecomeCalls();
    void callsWithoutOutgoingSpansAreThoseOfOtherServices();
    void fewAreReadOfMany();
    void hostileTextsAreCutAndHarmless();
};

void TestAdvisorSpanCalls::statementsLoseTheirValues()
{
    QCOMPARE(sql("SELECT *  FROM users\n WHERE id = 17 AND name='O''Brien' -- who\n"),
             std::string("SELECT * FROM users WHERE id = ? AND name=?"));
    QCOMPARE(sql("select a from t1 where b = $1 and c = :name and d = @p1 and e = %s and f::text = ?"),
             std::string("select a from t1 where b = ? and c = ? and d = ? and e = ? and f::text = ?"));
    QCOMPARE(sql("SELECT 1.5e3, $tag$it's$tag$ /* note */ FROM \"Odd 1 name\""),
             std::string("SELECT ? FROM \"Odd 1 name\""));
    QCOMPARE(sql("SELECT * FROM t WHERE id IN (1, 2,3)"), std::string("SELECT * FROM t WHERE id IN (?)"));
    QCOMPARE(sql("INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)"), std::string("INSERT INTO t (a, b) VALUES (?)"));
    QCOMPARE(sql("SELECT id FROM a1 LIMIT 10 OFFSET 20;"), std::string("SELECT id FROM a1 LIMIT ? OFFSET ?"));
}

void TestAdvisorSpanCalls::batchesAreSeen()
{
    QVERIFY(sqlText("SELECT * FROM t WHERE id = ANY($1)").isBatch);
    QVERIFY(sqlText("SELECT * FROM t WHERE id IN ($1, $2)").isBatch);
    QCOMPARE(sqlText("SELECT * FROM t WHERE id IN ($1, $2, $3)").batchSize, 3U);
    QVERIFY(!sqlText("SELECT * FROM t WHERE id IN (SELECT x FROM y WHERE z = 1)").isBatch);
    QVERIFY(!sqlText("SELECT coalesce(a, 1, 2) FROM t WHERE id = 3").isBatch);
    QVERIFY(sqlText("INSERT INTO t VALUES (1, 2), (3, 4)").isBatch);
    QVERIFY(!sqlText("INSERT INTO t (a, b, c) VALUES (1, 2, 3)").isBatch);
    QVERIFY(redisText("MGET a b c").isBatch);
    QVERIFY(redisText("GET a:1\nGET a:2").isBatch);
    QVERIFY(!redisText("GET a:1").isBatch);
    QVERIFY(httpText("GET", "/items?ids=1,2,3").isBatch);
}

void TestAdvisorSpanCalls::valuesAreTold()
{
    QVERIFY(sqlText("SELECT 1").parameters != sqlText("SELECT 2").parameters);
    QCOMPARE(sqlText("SELECT a WHERE b = $1").parameters, std::uint64_t{0});
    QVERIFY(redisText("GET cart:1").parameters != redisText("GET cart:2").parameters);
    QCOMPARE(httpText("GET", "/a/7").parameters, httpText("GET", "http://h/b/7").parameters);
    QVERIFY(sqlText("SELECT 1").isReading && !sqlText("SELECT 1 FOR UPDATE").isReading
            && !sqlText("UPDATE t SET a = 1").isReading);
}

void TestAdvisorSpanCalls::keysAndAddressesLoseTheirIds()
{
    QCOMPARE(redisText("get cart:4711:items").text, std::string("GET cart:*:*"));
    QCOMPARE(redisText("HGETALL user:alice").text, std::string("HGETALL user:*"));
    QCOMPARE(httpText("GET", "https://shop:8080/users/17/orders?page=3&all#top").text,
             std::string("GET shop:8080/users/:id/orders?page&all"));
    QCOMPARE(httpText("GET", "/doc/3fa85f64-5717-4562-b3fc-2c963f66afa6").text, std::string("GET /doc/:id"));
    QCOMPARE(httpText("GET", "/v2/items").text, std::string("GET /v2/items"));
    QCOMPARE(httpText("GET", "/tx/0x9f86d081884c7d65").text, std::string("GET /tx/:id"));
}

void TestAdvisorSpanCalls::namesAloneTellKinds_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("type");
    const auto row = [](const char *name, CallType type) {
        QTest::newRow(name) << QByteArray(name) << static_cast<int>(type);
    };
    row("SELECT users", CallType::Sql);
    row("SELECT * FROM users WHERE id = 3", CallType::Sql);
    row("pg.query:SELECT shop", CallType::Sql);
    row("prisma:engine:db_query", CallType::Sql);
    row("HGETALL", CallType::Redis);
    row("redis-GET", CallType::Redis);
    row("GET /users/17", CallType::Http);
    row("HTTP GET", CallType::Http);
    row("GET", CallType::Other);
    row("eth_call", CallType::JsonRpc);
    row("pg-pool.connect", CallType::PoolConnect);
    row("tcp.connect", CallType::PoolConnect);
    row("validate input", CallType::None);
    row("select candidates", CallType::None);
    row("DELETE /users/17", CallType::Http);
    row("", CallType::None);
}

void TestAdvisorSpanCalls::namesAloneTellKinds()
{
    QFETCH(QByteArray, name);
    QFETCH(int, type);
    QCOMPARE(static_cast<int>(nameFacts(name.toStdString()).type), type);
}

void TestAdvisorSpanCalls::attributesTellKinds_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<PlantedTraces::Attributes>("attributes");
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *tag, const char *name, const PlantedTraces::Attributes &attributes, CallType type,
                        const char *text) {
        QTest::newRow(tag) << QByteArray(name) << attributes << static_cast<int>(type) << QByteArray(text);
    };
    row("new SQL", "SELECT shop.users",
        {{"db.system.name", "postgresql"}, {"db.query.text", "SELECT * FROM users WHERE id=$1"}}, CallType::Sql,
        "SELECT * FROM users WHERE id=?");
    row("old SQL", "query", {{"db.system", "postgresql"}, {"db.statement", "SELECT 7"}}, CallType::Sql, "SELECT ?");
    row("Zipkin SQL", "query", {{"sql.query", "SELECT a FROM b WHERE c='d'"}}, CallType::Sql,
        "SELECT a FROM b WHERE c=?");
    row("OpenTracing SQL", "query", {{"db.type", "sql"}, {"db.statement", "DELETE FROM a WHERE b=2"}}, CallType::Sql,
        "DELETE FROM a WHERE b=?");
    row("Redis named as HTTP", "GET", {{"db.system", "redis"}, {"db.statement", "GET cart:17"}}, CallType::Redis,
        "GET cart:*");
    row("Redis without a statement", "redis-GET", {{"db.system", "redis"}}, CallType::Redis, "redis-GET");
    row("new HTTP", "GET", {{"http.request.method", "GET"}, {"url.full", "http://a/b/17"}}, CallType::Http,
        "GET a/b/:id");
    row("old HTTP", "HTTP GET", {{"http.method", "GET"}, {"http.url", "http://a/b"}}, CallType::Http, "GET a/b");
    row("Zipkin HTTP", "get", {{"http.method", "GET"}, {"http.path", "/b/17"}}, CallType::Http, "GET /b/:id");
    row("JSON-RPC", "eth", {{"rpc.system", "jsonrpc"}, {"rpc.method", "eth_getBalance"}}, CallType::JsonRpc,
        "eth_getBalance");
    row("JSON-RPC over HTTP", "POST",
        {{"http.method", "POST"}, {"http.url", "http://node"}, {"rpc.method", "eth_call"}}, CallType::JsonRpc,
        "eth_call");
    row("queue", "send orders", {{"messaging.system", "kafka"}}, CallType::Message, "send orders");
    row("nothing told", "work", {{"thread.id", "7"}}, CallType::Other, "work");
}

void TestAdvisorSpanCalls::attributesTellKinds()
{
    QFETCH(QByteArray, name);
    QFETCH(PlantedTraces::Attributes, attributes);
    QFETCH(int, type);
    QFETCH(QByteArray, text);
    const DescribedCall call = described(name.toStdString(), attributes);
    QCOMPARE(QByteArray(call.text.text.c_str()), text);
    QCOMPARE(static_cast<int>(call.type), type);
}

void TestAdvisorSpanCalls::spansOfAllConventionsBecomeCalls()
{
    PlantedTraces traces;
    addLoop(traces, 0, "shop", "GET /cart", 6,
            {{"", "pg-pool.connect", SpanKind::Internal, 0, 0.2, false, {}, 0},
             {"",
              "SELECT items",
              SpanKind::Client,
              0,
              1,
              false,
              {{"db.system", "postgresql"}, {"db.statement", "SELECT * FROM items WHERE id = %"}},
              0}});
    const auto snapshot = traces.build();
    const SpanCalls calls = test::callsOf(*snapshot);
    QCOMPARE(calls.callCount, std::uint64_t{12});
    QCOMPARE(calls.readCount, std::uint64_t{6});
    QCOMPARE(calls.siblings.size(), std::size_t{2});
    for (const SiblingCalls &siblings : calls.siblings)
        QCOMPARE(siblings.count, 6U);
    QCOMPARE(static_cast<int>(calls.type(1)), static_cast<int>(CallType::PoolConnect));
    QCOMPARE(calls.signature(2)->text, std::string("SELECT * FROM items WHERE id = ?"));
    QVERIFY(calls.parametersOf[2] != calls.parametersOf[4]);
    QCOMPARE(static_cast<int>(calls.type(0)), static_cast<int>(CallType::None));
}

void TestAdvisorSpanCalls::callsWithoutOutgoingSpansAreThoseOfOtherServices()
{
    PlantedTraces traces;
    addLoop(traces, 0, "payment", "POST /pay", 5,
            {{"chain", "GET /rpc/gas", SpanKind::Unspecified, 0, 3, false, {}, 0}});
    const auto snapshot = traces.build(false);
    const SpanCalls calls = test::callsOf(*snapshot);
    QCOMPARE(calls.callCount, std::uint64_t{5});
    QCOMPARE(calls.unreadCount, std::uint64_t{5});
    QVERIFY(!calls.problem.empty());
    const CallSignature &call = *calls.signature(1);
    QCOMPARE(call.text, std::string("GET /rpc/gas"));
    QCOMPARE(call.target, std::string("chain"));
    QCOMPARE(std::string(snapshot->serviceName(ServiceId(call.service))), std::string("payment"));
    QVERIFY(call.isFromName);
}

void TestAdvisorSpanCalls::fewAreReadOfMany()
{
    PlantedTraces traces;
    for (int i = 0; i < 200; ++i)
        addLoop(traces, i * 100, "shop", "GET /cart", 10,
                {{"",
                  "SELECT items",
                  SpanKind::Client,
                  0,
                  1,
                  false,
                  {{"db.system", "postgresql"}, {"db.statement", "SELECT * FROM items WHERE id = %"}},
                  0}});
    const auto snapshot = traces.build();
    SpanCalls::Limits limits;
    limits.rowsPerPair = 100;
    limits.parentsPerKind = 20;
    const SpanCalls calls = test::callsOf(*snapshot, limits);
    QVERIFY(calls.readCount < 400);
    // All of that name are one statement, so the others are taken for it too.
    QCOMPARE(calls.siblings.size(), std::size_t{200});
    QCOMPARE(calls.signature(snapshot->traces()[150].firstRow + 3)->text,
             std::string("SELECT * FROM items WHERE id = ?"));
}

void TestAdvisorSpanCalls::hostileTextsAreCutAndHarmless()
{
    const std::string huge(2'000'000, '(');
    QVERIFY(sqlText(huge).text.size() <= kMostTextBytes);
    QVERIFY(redisText(huge).text.size() <= kMostTextBytes);
    QVERIFY(httpText("GET", "http://" + huge).text.size() <= kMostTextBytes);
    for (const char *text :
         {"'", "\"", "`",        "$",         "$a$",   "$$",   "/*", "--",       "?",    "%",
          ":", "\\", "SELECT '", "SELECT \"", "E'\\'", "))))", "1",  "\xff\xfe", "IN (", "VALUES (1,"}) {
        (void)sqlText(text);
        (void)redisText(text);
        (void)httpText(text, text);
        (void)nameFacts(text);
        (void)anyStatement(text);
    }
    QCOMPARE(anyStatement("SELECT * FROM t WHERE t.id = ?"), std::string("SELECT * FROM t WHERE t.id = ANY($1)"));
    QCOMPARE(anyStatement("SELECT * FROM t WHERE id >= ?"), std::string());
    QCOMPARE(anyStatement("SELECT * FROM t WHERE a = ? AND b = ?"), std::string());
}

QTEST_GUILESS_MAIN(TestAdvisorSpanCalls)
#include "tst_advisor_span_calls.moc"
