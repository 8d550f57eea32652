// SPDX-License-Identifier: GPL-3.0-or-later
// Whom services call that records no spans, from what each format stores about calls.
#include "app/tracefiles/open_trace_files.h"
#include "models/graph/service_graph.h"
#include "tests/support/spans_from_text.h"

#include <QTest>

using namespace tailspan;
using graph::NodeKind;

namespace {

trace::TraceSnapshotPtr opened(std::string text)
{
    Progress progress;
    return tracefiles::openTraceBytes(bytes::sourceFromMemory("spans.json", std::move(text)), {}, progress).value();
}

graph::ServiceFacts factsOf(const trace::TraceSnapshot &snapshot)
{
    Progress progress;
    return graph::serviceFactsOf(snapshot, {}, progress).value();
}

const char *word(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Database: return "database";
    case NodeKind::Cache: return "cache";
    case NodeKind::Queue: return "queue";
    case NodeKind::External: return "external";
    default: return "service";
    }
}

std::string drawn(const graph::ServiceFacts &facts)
{
    std::string text;
    for (const graph::Peer &peer : facts.peers)
        text += (text.empty() ? "" : " | ") + std::string(word(peer.kind)) + " " + peer.name;
    return text;
}

/// One call out of a service with these tags, as Jaeger stores it.
std::string jaegerCall(const std::string &tags, const std::string &kind = "client")
{
    return R"({"data":[{"traceID":"a1","spans":[{"traceID":"a1","spanID":"1","operationName":"GET /","references":[],)"
           R"("startTime":1700000000000000,"duration":90000,"tags":[],"processID":"p1"},)"
           R"({"traceID":"a1","spanID":"2","operationName":"call","references":[{"refType":"CHILD_OF","traceID":"a1",)"
           R"("spanID":"1"}],"startTime":1700000000010000,"duration":40000,"tags":[{"key":"span.kind","type":"string",)"
           R"("value":")"
        + kind + "\"}" + tags
        + R"(],"processID":"p1"}],"processes":{"p1":{"serviceName":"web","tags":[{"key":"k8s.namespace.name",)"
          R"("type":"string","value":"shop"}]}}}]})";
}

std::string tag(const std::string &key, const std::string &value)
{
    return ",{\"key\":\"" + key + R"(","type":"string","value":")" + value + "\"}";
}

} // namespace

class TestServiceFacts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void callsSayWhomTheyCall_data()
    {
        QTest::addColumn<QString>("tags");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const std::string &tags, const char *expected) {
            QTest::newRow(name) << QString::fromStdString(tags) << QString::fromLatin1(expected);
        };
        row("database", tag("db.system", "postgresql") + tag("db.name", "orders"), "database orders (postgresql)");
        row("new names", tag("db.system.name", "mysql") + tag("db.namespace", "shop"), "database shop (mysql)");
        row("host only", tag("db.system", "postgresql") + tag("server.address", "db1:5432"),
            "database db1 (postgresql)");
        row("system only", tag("db.system", "mongodb"), "database mongodb");
        row("cache by its host", tag("db.system", "redis") + tag("db.name", "0") + tag("net.peer.name", "cache-1"),
            "cache cache-1 (redis)");
        row("queue", tag("messaging.system", "kafka") + tag("messaging.destination.name", "orders"),
            "queue orders (kafka)");
        row("peer service", tag("peer.service", "stripe") + tag("http.url", "https://api.stripe.com/x"),
            "external stripe");
        row("url", tag("http.url", "https://user:secret@api.example.com:8443/pay?token=1"), "external api.example.com");
        row("address of six", tag("net.peer.ip", "2001:db8::1"), "external 2001:db8::1");
        row("remote procedure", tag("rpc.system", "grpc") + tag("rpc.service", "shop.Cart"), "external shop.Cart");
        row("nothing", tag("http.method", "GET"), "");
        row("escapes", tag("db.system", "postgresql") + tag("db.name", "a\\u0062c"), "database abc (postgresql)");
    }
    void callsSayWhomTheyCall()
    {
        QFETCH(QString, tags);
        QFETCH(QString, expected);
        const auto facts = factsOf(*opened(jaegerCall(tags.toStdString())));
        QCOMPARE(drawn(facts), expected.toStdString());
        QCOMPARE(facts.unknownCount, expected.isEmpty() ? std::uint64_t{1} : std::uint64_t{0});
        QCOMPARE(facts.unreadCount, std::uint64_t{0});
        QCOMPARE(facts.namespaces, std::vector<std::string>{"shop"});
    }

    void onlyOutgoingCallsAreAsked()
    {
        QCOMPARE(drawn(factsOf(*opened(jaegerCall(tag("db.system", "mysql"), "internal")))), std::string());
        QCOMPARE(drawn(factsOf(*opened(jaegerCall(tag("messaging.destination", "mail"), "producer")))),
                 std::string("queue mail"));
    }

    void zipkinNamesTheRemoteEndpoint()
    {
        const auto snapshot = opened(
            R"([{"traceId":"a1","id":"1","name":"get","timestamp":1700000000000000,"duration":100,"kind":"CLIENT",)"
            R"("localEndpoint":{"serviceName":"web"},"remoteEndpoint":{"serviceName":"legacy","ipv4":"10.0.0.1"}}])");
        QCOMPARE(drawn(factsOf(*snapshot)), std::string("external legacy"));
    }

    void aPeerBecomesANodeWithTheCallersFigures()
    {
        const auto snapshot = opened(jaegerCall(tag("db.system", "postgresql") + tag("db.name", "orders")));
        const auto facts = factsOf(*snapshot);
        const auto all = trace::TraceSelection::allOf(*snapshot);
        graph::GraphOptions options;
        options.facts = &facts;
        const auto graph =
            graph::serviceGraphOf(*snapshot, all, spanTimesOf(*snapshot, all, {}).value(), {}, options).value();
        QCOMPARE(graph.nodes.size(), std::size_t{2});
        QCOMPARE(graph.nodes[0].name, std::string("orders (postgresql)"));
        QCOMPARE(graph.nodes[0].kind, NodeKind::Database);
        QCOMPARE(graph.nodes[0].calls.count, 1U);
        QCOMPARE(graph.nodes[0].calls.p95Ns, std::int64_t{40'000'000});
        QCOMPARE(graph.nodes[0].term, std::string("attr.db.name=\"orders\""));
        QCOMPARE(graph.nodes[1].totals.count, 2U); // the call is the service's own span as well
        QCOMPARE(graph.nodes[1].calls.count, 1U);
        QCOMPARE(graph.edges.size(), std::size_t{1});
        QCOMPARE(graph.edges[0].criticalNs, std::int64_t{40'000'000});
        QCOMPARE(graph.criticalNs, std::int64_t{90'000'000});
    }

    void callsAroundCallsCountOnce()
    {
        // The attributes of drawings cannot be read, as those of stores: operations tell.
        const auto snapshot = test::spansFromText("web GET / @0ms +100ms\n  web redis pool @10ms +50ms producer\n"
                                                  "    web redis GET @20ms +30ms producer\n"
                                                  "  web send @70ms +10ms producer\n");
        const auto facts = factsOf(*snapshot);
        QCOMPARE(drawn(facts), std::string("cache redis"));
        QCOMPARE(std::ranges::count(facts.peerOf, 0U), 1);
        QCOMPARE(facts.unreadCount, std::uint64_t{1});
        QVERIFY(facts.problem.find("in a store") != std::string::npos);
    }

    void aCallThatWasAnsweredNamesNobody()
    {
        const auto snapshot = test::spansFromText("web GET / @0ms +100ms\n  web redis GET @10ms +50ms producer\n"
                                                  "    db SELECT 1 @20ms +30ms\n");
        QVERIFY(factsOf(*snapshot).peerOf[1] == graph::ServiceFacts::kNone);
    }

    void operationsTellOnlyWhenThereIsNoDoubt()
    {
        const auto kindOf = [](const char *operation) {
            const auto peer = graph::peerOfOperation(operation);
            return peer ? std::string(word(peer->kind)) : std::string("unknown");
        };
        QCOMPARE(kindOf("SELECT * FROM users"), std::string("database"));
        QCOMPARE(kindOf("SELECT"), std::string("unknown"));
        QCOMPARE(kindOf("SELECTOR"), std::string("unknown"));
        QCOMPARE(kindOf("select the best offer"), std::string("unknown"));
        QCOMPARE(kindOf("redis.get"), std::string("cache"));
        QCOMPARE(kindOf("redistribute"), std::string("unknown"));
        QCOMPARE(kindOf("pg-pool.connect"), std::string("unknown"));
        QCOMPARE(kindOf("kafka:send"), std::string("queue"));
        QCOMPARE(kindOf("GET /pay"), std::string("unknown"));
    }

    void namespacesFoldServicesThatShareThem()
    {
        const auto snapshot = test::spansFromText("shop/web GET @0ms +9ms\n  shop/cart GET @1ms +2ms\n"
                                                  "  bank.pay POST @4ms +2ms\n  10.0.0.1 x @7ms +1ms\n");
        const auto facts = factsOf(*snapshot);
        const auto folded = graph::foldedByNamespace(*snapshot, facts, {});
        QCOMPARE(std::ranges::count(folded, "shop"), 2);
        QCOMPARE(std::ranges::count(folded, "bank.pay"), 1); // alone in its namespace
        QCOMPARE(std::ranges::count(folded, "10.0.0.1"), 1);
        QCOMPARE(std::ranges::count(graph::foldedByNamespace(*snapshot, facts, {"shop"}), "shop"), 0);
        const auto all = trace::TraceSelection::allOf(*snapshot);
        graph::GraphOptions options;
        options.nodeOfService = folded;
        const auto graph =
            graph::serviceGraphOf(*snapshot, all, spanTimesOf(*snapshot, all, {}).value(), {}, options).value();
        const std::uint32_t shop = graph.nodeNamed("shop");
        QCOMPARE(graph.nodes[shop].kind, NodeKind::Group);
        QCOMPARE(graph.nodes[shop].memberCount, 2U);
        QCOMPARE(graph.edges.size(), std::size_t{2}); // what happens inside is no call
        QVERIFY(graph.nodes[shop].term.find(" OR ") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestServiceFacts)
#include "tst_service_facts.moc"
