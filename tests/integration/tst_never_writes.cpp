// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a source can be asked, once, with rights that would allow harm: the stores hold the same afterwards, and
// what was sent is on the list. (The record of the servers says the latter for every other test as well.)
#include "app/sources/redis_facts.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QFileInfo>
#include <QTest>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;

namespace {

/// Texts that would act if they were taken for more than texts.
const std::vector<std::string> kHarmful = {
    "'; COMMIT; DELETE FROM distributed_traces; --",
    "\"; DROP TABLE distributed_traces; --",
    "$1); DELETE FROM distributed_traces; --",
    "\\'; DELETE FROM distributed_traces; --",
    "x\r\nFLUSHALL\r\n",
    "x\r\n*1\r\n$8\r\nFLUSHALL\r\n",
    "{{table}}",
    "{table}; DELETE FROM distributed_traces",
};

std::vector<trace::TraceQuery> everyQuery()
{
    std::vector<trace::TraceQuery> queries(1);
    queries.push_back(queryWith([](auto &query) { query.errorsOnly = true; }));
    queries.push_back(queryWith([](auto &query) { query.order = trace::TraceOrder::Longest; }));
    queries.push_back(queryWith([](auto &query) { query.after = trace::PageEnd{1, "x"}; }));
    for (const std::string &text : kHarmful)
        queries.push_back(queryWith([&](auto &query) {
            query.services = {text, text};
            query.operations = {text};
            query.texts = {text};
            query.attributes = {{text, text}};
            query.traceId = text;
            query.after = trace::PageEnd{1, text};
            query.minDurationNs = 1;
            query.maxDurationNs = std::numeric_limits<std::int64_t>::max();
        }));
    return queries;
}

/// Every operation of a source. What it answers is the matter of other tests; some of this is refused.
void askEverything(sources::TraceSource &source)
{
    using sources::AggregateKind;
    Progress progress;
    (void)probed(source);
    for (const trace::TraceQuery &query : everyQuery()) {
        (void)searched(source, query);
        sources::FetchRequest request;
        request.query = query;
        (void)fetched(source, request);
        request.traceIds = {"trace-1", query.traceId};
        (void)fetched(source, request);
        for (const auto kind :
             {AggregateKind::Count, AggregateKind::Facets, AggregateKind::Heatmap, AggregateKind::Edges})
            (void)source.aggregate(kind, query, 7, {{}, progress});
        trace::SpanAddress span;
        span.traceId = query.traceId.empty() ? "trace-1" : query.traceId;
        span.spanId = query.traceId.empty() ? "span-1" : query.traceId;
        span.service = "auth";
        (void)detailed(source, span);
    }
    sources::TailPosition position;
    for (int i = 0; i < 3; ++i)
        (void)tailed(source, position);
}

/// Every row with its place and the transactions that touched it, what the server counted, and what there is at all.
QString stateOf(const PostgresServer &server)
{
    QTest::qWait(1'200); // backends hand in their statistics once a second
    return server.sql(u"SELECT count(*), md5(string_agg(t::text || ctid || xmin || xmax, '' ORDER BY ctid)) FROM "
                      "distributed_traces t"_s)
        + u'\n'
        + server.sql(u"SELECT relname, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup, n_dead_tup FROM "
                     "pg_stat_user_tables"_s)
        + u'\n' + server.sql(u"SELECT md5(string_agg(c::text, '' ORDER BY oid)) FROM pg_class c"_s) + u'\n'
        + server.sql(u"SELECT count(*), max(oid) FROM pg_proc"_s);
}

QString filled(const PostgresServer &server)
{
    if (QString problem = server.makeTargetTable(); !problem.isEmpty())
        return problem;
    const QString csv = QStringLiteral(TAILSPAN_SOURCE_DIR "/tests/data/azora-traces/parallel/distributed_traces.csv");
    if (QString problem = server.loadTargetTable(csv); !problem.isEmpty())
        return problem;
    return server.sql(u"VACUUM ANALYZE"_s); // or it may happen by itself in between
}

bool fill(RedisServer &server)
{
    QByteArrayList records;
    for (int i = 0; i < 500; ++i)
        records += QByteArray::fromStdString(
            RecordText{.span = "span-" + std::to_string(i), .endNs = nowNs() - i * 1'000'000ll}.text());
    bool isDone = server.push("traces:auth", records) && server.push("traces:payment", records);
    for (const char *key : {"metrics:auth", "service:auth:state", "service:auth:config", "awareness:auth:payment"})
        isDone = isDone && server.command({"SET", key, R"({"status":"up"})"}) == "+OK";
    return isDone && server.command({"EXPIRE", "awareness:auth:payment", "3600"}) == ":1";
}

} // namespace

class TestNeverWrites : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anOwnersTablesAreAsTheyWere();
    void aRedisUserWithAllRightsLeavesEveryKeyAsItWas();
    void theWindowAndTheCommandsOnlyRead();
};

void TestNeverWrites::anOwnersTablesAreAsTheyWere()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    PostgresServer server;
    QCOMPARE(server.start({}), QString());
    QCOMPARE(filled(server), QString());
    const QString before = stateOf(server);
    QVERIFY2(before.section(u'|', 0, 0).toInt() > 50, qPrintable(before));
    const std::string where = "postgresql://owner@127.0.0.1:" + std::to_string(server.port()) + "/postgres";
    const auto owner = sourceOf(where, "owner-pw");
    const Probed probe = probed(*owner);
    VERIFY_OK(probe.outcome);
    const auto isWarning = [](const auto &step) { return step.state == sources::ProbeStep::State::Warning; };
    QVERIFY(std::any_of(probe.steps.begin(), probe.steps.end(), isWarning)); // the role could have
    askEverything(*owner);
    for (const char *table : {"%22;%20DROP%20TABLE%20distributed_traces;%20--", "a'b", "pg_class", "nowhere"})
        askEverything(*sourceOf(where + "?table=" + table, "owner-pw"));
    QVERIFY(server.statements(u"owner"_s).size() > 200);
    QCOMPARE(server.takeForbidden(), QStringList());
    QCOMPARE(stateOf(server), before);
}

void TestNeverWrites::aRedisUserWithAllRightsLeavesEveryKeyAsItWas()
{
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    RedisServer server;
    QCOMPARE(server.start({}), QString());
    QVERIFY(fill(server));
    const QByteArray before = server.command({"DEBUG", "DIGEST"});
    QVERIFY(before.startsWith('+') && !before.contains("00000000000000000000"));
    const std::string where = "redis://127.0.0.1:" + std::to_string(server.port());
    askEverything(*sourceOf(where));
    for (const char *prefix : {"%0D%0AFLUSHALL%0D%0A", "*", "a%22b"})
        askEverything(*sourceOf(where + "?prefix=" + prefix));
    net::RedisTarget target;
    target.host = "127.0.0.1";
    target.port = server.port();
    sources::SourceCost cost;
    sources::RedisSession session(target, cost);
    Progress progress;
    VERIFY_OK(sources::readRedisFacts(session, "", 100'000, {{}, progress}));
    QVERIFY(server.takeSent().size() > 100);
    QCOMPARE(server.takeForbidden(), QStringList());
    QCOMPARE(server.command({"DEBUG", "DIGEST"}), before);
}

void TestNeverWrites::theWindowAndTheCommandsOnlyRead()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    TAILSPAN_NEED_SERVER(RedisServer::missing());
    PostgresServer postgres;
    RedisServer redis;
    QCOMPARE(postgres.start({}), QString());
    QCOMPARE(redis.start({}), QString());
    QCOMPARE(filled(postgres), QString());
    QVERIFY(fill(redis));
    const QString before = stateOf(postgres);
    const QByteArray keysBefore = redis.command({"DEBUG", "DIGEST"});
    QTemporaryDir folder;
    const auto start = [&](const QStringList &arguments) {
        const QString port = QString::number(postgres.port());
        return ServerProcess::Start{QStringLiteral(TAILSPAN_BINARY),
                                    arguments,
                                    folder.path(),
                                    false,
                                    {u"QT_QPA_PLATFORM=offscreen"_s, u"XDG_CONFIG_HOME="_s + folder.path(),
                                     u"REDIS=redis://127.0.0.1:%1"_s.arg(redis.port()),
                                     u"POSTGRES=postgresql://owner:owner-pw@127.0.0.1:"_s + port + u"/postgres"_s}};
    };
    const QStringList stores = {u"--source"_s, u"env:REDIS"_s, u"--source"_s, u"env:POSTGRES"_s, u"--last"_s, u"all"_s};
    const QString file = folder.filePath(u"captured.json"_s);
    QString output;
    QVERIFY2(runProgram(start(QStringList{u"trace"_s} + stores), &output), qPrintable(output));
    QVERIFY2(output.contains(u"trace-1"_s), qPrintable(output));
    QVERIFY2(runProgram(start(QStringList{u"capture"_s, u"--out"_s, file} + stores), &output), qPrintable(output));
    QVERIFY(QFileInfo(file).size() > 1'000);
    ServerProcess window;
    (void)redis.takeSent();
    const qsizetype asked = postgres.statements(u"owner"_s).size();
    QVERIFY(window.start(start({u"env:REDIS"_s, u"env:POSTGRES"_s})));
    QTest::qWait(4'000);
    QVERIFY2(window.isRunning(), qPrintable(window.log()));
    window.stop();
    QVERIFY(redis.takeSent().size() > 20); // loaded and followed
    QVERIFY(postgres.statements(u"owner"_s).size() > asked + 20);
    QCOMPARE(redis.takeForbidden() + postgres.takeForbidden(), QStringList());
    QCOMPARE(stateOf(postgres), before);
    QCOMPARE(redis.command({"DEBUG", "DIGEST"}), keysBefore);
}

QTEST_GUILESS_MAIN(TestNeverWrites)
#include "tst_never_writes.moc"
