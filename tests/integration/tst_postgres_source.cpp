// SPDX-License-Identifier: GPL-3.0-or-later
// The PostgreSQL source against a real server with the target's table. Figures come from plain SQL over psql.
#include "tests/support/servers/postgres_server.h"
#include "tests/support/source_calls.h"
#include "tests/support/written_file.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <set>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;
using sources::ProbeStep;

namespace {

std::string csvPath(const char *set)
{
    return std::string(TAILSPAN_SOURCE_DIR) + "/tests/data/azora-traces/" + set + "/distributed_traces.csv";
}

/// Half a minute of the samples' time.
TimeRange sampleRange()
{
    constexpr std::int64_t kBegin = 1'795'449'100'000'000'000; // 2026-11-23T15:51:40Z
    return {TimePoint(kBegin), TimePoint(kBegin + 30'000'000'000)};
}
constexpr const char *kRangeSql = "timestamp >= '2026-11-23 15:51:40' AND timestamp < '2026-11-23 15:52:10'";

Result<sources::Aggregate> counted(sources::TraceSource &source, sources::AggregateKind kind,
                                   const trace::TraceQuery &query, std::size_t columns = 0)
{
    Progress progress;
    return source.aggregate(kind, query, columns, {{}, progress});
}

std::string listOf(const sources::SearchPage &page)
{
    std::string text;
    for (const sources::TraceHit &hit : page.hits)
        text += hit.traceId + "|" + std::to_string(hit.fittingSpans) + "|" + std::to_string(hit.newestEndNs / 1'000'000)
            + "|" + std::to_string(hit.longestNs / 1'000'000) + "\n";
    return text;
}

} // namespace

/// So that QCOMPARE shows texts that differ.
namespace std {
char *toString(const std::string &text)
{
    return qstrdup(text.c_str());
}
} // namespace std

class TestPostgresSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyConditionOfAQueryHolds_data();
    void everyConditionOfAQueryHolds();
    void pagesOfASearchAreInOrderAndDoNotOverlap_data();
    void pagesOfASearchAreInOrderAndDoNotOverlap();
    void wholeTracesAreFetchedWithoutBodies();
    void spansOfAQueryAreFetchedUpToTheLimit();
    void aTraceThatIsNotThereIsNotFound();
    void detailsAreThoseOfTheSpan();
    void countsFacetsHeatAndEdgesAgreeWithPlainSql();
    void edgesFollowParentsWhereTheyResolve();
    void aTailBringsNewSpansAndLateCommits();
    void anIdleTailReadsNoSpans();
    void aViewWithAnotherShapeIsReadByItsMapping();
    void aMissingColumnIsNamedAndTheRestWorks();
    void aColumnDroppedMeanwhileIsNoticed();
    void aRoleWithoutTheBodiesReadsTheRest();
    void theProbeTellsItsSteps();
    void thePasswordFileAndTheServiceFileAreHonoured();
    void everythingWorksThroughPgBouncer();
    void statementsUseTheIndexes();
    void nothingIsEverWritten();

private:
    [[nodiscard]] std::string url(const std::string &rest = {}, const std::string &user = "reader") const
    {
        return "postgresql://" + user + "@127.0.0.1:" + std::to_string(m_server.port()) + "/postgres" + rest;
    }
    [[nodiscard]] std::unique_ptr<sources::TraceSource> reader(const std::string &rest = {}) const
    {
        return sourceOf(url(rest), "reader-pw");
    }
    [[nodiscard]] std::string sql(const std::string &text) const
    {
        return m_server.sql(QString::fromStdString(text)).toStdString();
    }

    PostgresServer m_server;
};

void TestPostgresSource::initTestCase()
{
    TAILSPAN_NEED_SERVER(PostgresServer::missing());
    QCOMPARE(m_server.start({}), QString());
    QCOMPARE(m_server.makeTargetTable(), QString());
    for (const char *set : {"sequential", "parallel"})
        QCOMPARE(m_server.loadTargetTable(QString::fromStdString(csvPath(set))), QString());
    QCOMPARE(sql("ANALYZE distributed_traces"), std::string());
}

void TestPostgresSource::everyConditionOfAQueryHolds_data()
{
    using Change = std::function<void(trace::TraceQuery &)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("condition");
    const auto add = [](const char *name, const char *condition, Change change) {
        QTest::newRow(name) << std::move(change) << QString::fromUtf8(condition);
    };
    add("all", "true", [](auto &) {});
    add("range", kRangeSql, [](auto &query) { query.range = sampleRange(); });
    add("one service", "service_name = 'auth'", [](auto &query) { query.services = {"auth"}; });
    add("services", "service_name IN ('auth', 'payment')", [](auto &query) { query.services = {"auth", "payment"}; });
    add("operation", "operation = 'GET /verify'", [](auto &query) { query.operations = {"GET /verify"}; });
    add("operations", "operation IN ('GET /verify', 'GET /scan/x')", [](auto &query) {
        query.operations = {"GET /verify", "GET /scan/x"};
    });
    add("shortest", "duration >= 5", [](auto &query) { query.minDurationNs = 5'000'000; });
    add("longest", "duration <= 5", [](auto &query) { query.maxDurationNs = 5'000'000; });
    add("errors", "status_code >= 500 AND status_code < 600 OR error <> ''",
        [](auto &query) { query.errorsOnly = true; });
    add("text", "operation ILIKE '%VERI%'", [](auto &query) { query.texts = {"VERI"}; });
    add("texts", "concat(operation, ' ', service_name, ' ', error) ILIKE ALL (ARRAY['%get%', '%core%'])",
        [](auto &query) {
            query.texts = {"get", "core"};
        });
    add("wildcards are letters", "false", [](auto &query) { query.texts = {"G%T"}; });
    add("attribute", "request #>> '{query,r}' = '443'", [](auto &query) {
        query.attributes = {{"request.query.r", "443"}};
    });
    add("attribute of any column", "request ->> 'path' = '/verify'", [](auto &query) {
        query.attributes = {{"path", "/verify"}};
    });
    add("together", "service_name = 'auth' AND duration >= 2 AND operation ILIKE '%verify%'", [](auto &query) {
        query.services = {"auth"};
        query.minDurationNs = 2'000'000;
        query.texts = {"verify"};
    });
    add("an escape", "false", [](auto &query) { query.services = {"'; COMMIT; INSERT INTO distributed_traces"}; });
    add("a quote and a backslash", "false", [](auto &query) { query.services = {"a\"b\\", "{}\","}; });
}

void TestPostgresSource::everyConditionOfAQueryHolds()
{
    QFETCH(std::function<void(trace::TraceQuery &)>, change);
    QFETCH(QString, condition);
    const auto source = reader();
    for (const bool isByLength : {false, true}) {
        trace::TraceQuery query = queryWith(change);
        query.traceLimit = 10'000;
        query.order = isByLength ? trace::TraceOrder::Longest : trace::TraceOrder::Newest;
        const auto page = searched(*source, query);
        VERIFY_OK(page);
        QVERIFY(page->isComplete && !page->next);
        const std::string wanted =
            sql("SELECT trace_id, count(*), (extract(epoch FROM max(timestamp)) * 1000)::bigint, "
                "max(duration) FROM distributed_traces WHERE "
                + condition.toStdString() + " GROUP BY trace_id ORDER BY "
                + (isByLength ? "max(duration)" : "max(timestamp)") + " DESC, trace_id");
        QCOMPARE(listOf(*page), wanted.empty() ? wanted : wanted + "\n");
    }
}

void TestPostgresSource::pagesOfASearchAreInOrderAndDoNotOverlap_data()
{
    QTest::addColumn<bool>("isByLength");
    QTest::newRow("newest") << false;
    QTest::newRow("longest") << true;
}

void TestPostgresSource::pagesOfASearchAreInOrderAndDoNotOverlap()
{
    QFETCH(bool, isByLength);
    const auto source = reader();
    trace::TraceQuery query;
    query.order = isByLength ? trace::TraceOrder::Longest : trace::TraceOrder::Newest;
    query.traceLimit = 10'000;
    const auto whole = searched(*source, query);
    VERIFY_OK(whole);
    query.traceLimit = 3;
    std::string pages;
    do {
        const auto page = searched(*source, query);
        VERIFY_OK(page);
        QVERIFY(page->hits.size() == 3 || !page->next);
        pages += listOf(*page);
        query.after = page->next;
    } while (query.after);
    QCOMPARE(pages, listOf(*whole));
}

void TestPostgresSource::wholeTracesAreFetchedWithoutBodies()
{
    const auto source = reader();
    trace::TraceQuery query;
    query.traceLimit = 5;
    const auto page = searched(*source, query);
    VERIFY_OK(page);
    sources::FetchRequest request;
    std::string list;
    for (const sources::TraceHit &hit : page->hits) {
        request.traceIds.push_back(hit.traceId);
        list += (list.empty() ? "'" : ",'") + hit.traceId + "'";
    }
    const auto got = fetched(*source, request);
    VERIFY_OK(got);
    QVERIFY(got->outcome.isComplete);
    const std::string where = " FROM distributed_traces WHERE trace_id IN (" + list + ")";
    QCOMPARE(std::to_string(got->outcome.spans), sql("SELECT count(*)" + where));
    const trace::TraceSnapshot &snapshot = *got->snapshot;
    QCOMPARE(snapshot.traces().size(), request.traceIds.size());
    const auto &durations = snapshot.spans().durationNs;
    const std::int64_t sumNs = std::accumulate(durations.begin(), durations.end(), std::int64_t(0));
    QCOMPARE(std::to_string(sumNs / 1'000'000), sql("SELECT sum(duration)" + where));
    const auto starts = std::minmax_element(snapshot.spans().startNs.begin(), snapshot.spans().startNs.end());
    QCOMPARE(std::to_string(*starts.first / 1'000'000),
             sql("SELECT min((extract(epoch FROM timestamp) * 1000)::bigint - duration)" + where));
    QVERIFY(!snapshot.strings().find("Bearer verysecret").isValid());
}

void TestPostgresSource::spansOfAQueryAreFetchedUpToTheLimit()
{
    const auto source = reader();
    sources::FetchRequest request;
    request.query.range = sampleRange();
    const auto all = fetched(*source, request);
    VERIFY_OK(all);
    QVERIFY(all->outcome.isComplete);
    QCOMPARE(std::to_string(all->outcome.spans),
             sql(std::string("SELECT count(*) FROM distributed_traces WHERE ") + kRangeSql));
    request.spanLimit = 10;
    const auto some = fetched(*source, request);
    VERIFY_OK(some);
    QCOMPARE(some->outcome.spans, std::uint64_t(10));
    QVERIFY(!some->outcome.isComplete);
    QCOMPARE(some->outcome.note, std::string("first 10 of more"));
    QVERIFY(!some->snapshot->inputs().front().isComplete);
    QVERIFY(source->cost().queries >= 2 && source->cost().rows >= all->outcome.spans && source->cost().waitedNs > 0);
}

void TestPostgresSource::aTraceThatIsNotThereIsNotFound()
{
    const auto source = reader();
    sources::FetchRequest request;
    request.traceIds = {"no-such-trace"};
    const auto got = fetched(*source, request);
    QVERIFY(!got.has_value());
    QCOMPARE(got.error().code, ErrorCode::NotFound);
}

void TestPostgresSource::detailsAreThoseOfTheSpan()
{
    const auto source = reader();
    trace::SpanAddress span;
    span.traceId = "9f87c425-1771-48b1-98a6-b12df1830702";
    span.spanId = "e30ef9d8-4525-41e6-a7f8-030db85c2804";
    span.service = "auth";
    const auto details = detailed(*source, span);
    VERIFY_OK(details);
    QVERIFY(details->rawRecord.find("\"serviceName\":\"auth\"") != std::string::npos);
    const auto path = std::find_if(details->attributes.begin(), details->attributes.end(),
                                   [](const auto &attribute) { return attribute.key == "request.path"; });
    QVERIFY(path != details->attributes.end());
    QCOMPARE(path->value, std::string("/verify"));
    span.spanId = "none";
    const auto none = detailed(*source, span);
    QVERIFY(!none.has_value());
    QCOMPARE(none.error().code, ErrorCode::NotFound);
}

void TestPostgresSource::countsFacetsHeatAndEdgesAgreeWithPlainSql()
{
    using sources::AggregateKind;
    const auto source = reader();
    const auto query = queryWith([](auto &asked) { asked.range = sampleRange(); });
    const std::string where = std::string(" FROM distributed_traces WHERE ") + kRangeSql;
    const auto count = counted(*source, AggregateKind::Count, query);
    VERIFY_OK(count);
    QCOMPARE(std::to_string(count->spans), sql("SELECT count(*)" + where));
    const auto facets = counted(*source, AggregateKind::Facets, query);
    VERIFY_OK(facets);
    std::string lines;
    for (const auto &row : facets->facets)
        lines += row.service + "|" + row.operation + "|" + std::to_string(row.spans) + "|" + std::to_string(row.errors)
            + "|" + std::to_string(row.sumNs / 1'000'000) + "|" + std::to_string(row.maxNs / 1'000'000) + "\n";
    QCOMPARE(
        lines,
        sql("SELECT service_name, operation, count(*), sum(CASE WHEN status_code >= 500 OR error <> '' THEN 1 ELSE 0 "
            "END), sum(duration), max(duration)"
            + where + " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2")
            + "\n");
    const auto heat = counted(*source, AggregateKind::Heatmap, query, 30);
    VERIFY_OK(heat);
    QCOMPARE(heat->columnNs, std::int64_t(1'000'000'000));
    QCOMPARE(heat->spans, count->spans);
    const auto &bounds = sources::latencyBoundsNs();
    for (const sources::HeatCell &cell : heat->heat) {
        const std::string low = cell.band == 0 ? "-1" : std::to_string(bounds[cell.band - 1]);
        const std::string high = cell.band < bounds.size() ? std::to_string(bounds[cell.band]) : "9e18";
        QCOMPARE(std::to_string(cell.spans),
                 sql("SELECT count(*)" + where + " AND floor(extract(epoch FROM timestamp - '2026-11-23 15:51:40')) = "
                     + std::to_string(cell.column) + " AND duration * 1000000::bigint > " + low
                     + " AND duration * 1000000::bigint <= " + high));
    }
    const auto edges = counted(*source, AggregateKind::Edges, query);
    VERIFY_OK(edges);
    std::string calls;
    for (const sources::EdgeRow &edge : edges->edges)
        calls += edge.from + "|" + edge.to + "|" + std::to_string(edge.calls) + "\n";
    QCOMPARE(calls,
             sql("SELECT service_name, n, count(*) FROM distributed_traces, jsonb_array_elements_text(neighbors) n "
                 "WHERE "
                 + std::string(kRangeSql) + " GROUP BY 1, 2 ORDER BY 1, 2")
                 + "\n");
}

void TestPostgresSource::edgesFollowParentsWhereTheyResolve()
{
    QCOMPARE(sql("CREATE TABLE linked AS SELECT 'trace' AS trace_id, 's' || i AS span_id, "
                 "CASE WHEN i > 1 THEN 's' || i / 2 END AS parent_span_id, 'svc' || i % 3 AS service_name, 'op' AS "
                 "operation, now() AS timestamp, i AS duration, 200 AS status_code FROM generate_series(1, 50) i; "
                 "GRANT SELECT ON linked TO reader"),
             std::string());
    const auto source = reader("?table=linked");
    const auto edges = counted(*source, sources::AggregateKind::Edges, {});
    VERIFY_OK(edges);
    std::string calls;
    for (const sources::EdgeRow &edge : edges->edges) {
        calls += edge.from + "|" + edge.to + "|" + std::to_string(edge.calls) + "\n";
        QCOMPARE(std::accumulate(edge.bands.begin(), edge.bands.end(), std::uint64_t(0)), edge.calls);
    }
    QCOMPARE(calls,
             sql("SELECT p.service_name, c.service_name, count(*) FROM linked c JOIN linked p ON p.span_id = "
                 "c.parent_span_id WHERE p.service_name <> c.service_name GROUP BY 1, 2 ORDER BY 1, 2")
                 + "\n");
}

void TestPostgresSource::aTailBringsNewSpansAndLateCommits()
{
    const auto insert = [this](const char *ids, const char *ago) {
        return sql(
            std::string("INSERT INTO distributed_traces(trace_id, span_id, service_name, operation, timestamp, "
                        "duration, status_code) SELECT 'tail', i, 'auth', 'GET /', (clock_timestamp() AT TIME ZONE "
                        "'UTC') - interval '")
            + ago + "', 3, 200 FROM unnest(string_to_array('" + ids + "', ',')) i");
    };
    const auto source = reader();
    sources::TailPosition position;
    const auto ids = [&](const Fetched &got) {
        std::set<std::string> found;
        for (std::uint32_t row = 0; row < got.snapshot->spans().size(); ++row)
            found.insert(got.snapshot->spanIdText(SpanRow(row)));
        return found;
    };
    QCOMPARE(insert("a,b", "10 s"), std::string());
    const auto first = tailed(*source, position);
    VERIFY_OK(first);
    QCOMPARE(ids(*first), (std::set<std::string>{"a", "b"}));
    QCOMPARE(insert("c,d", "0.5 s"), std::string());
    const auto second = tailed(*source, position);
    VERIFY_OK(second);
    QVERIFY(ids(*second).contains("c") && ids(*second).contains("d"));
    QCOMPARE(insert("late", "3 s"), std::string());
    const auto third = tailed(*source, position);
    VERIFY_OK(third);
    QVERIFY(ids(*third).contains("late"));
    QVERIFY(!ids(*third).contains("d"));
    const auto idle = tailed(*source, position);
    VERIFY_OK(idle);
    QCOMPARE(idle->outcome.spans, std::uint64_t(0));
    QCOMPARE(sql("DELETE FROM distributed_traces WHERE trace_id = 'tail'"), std::string());
}

void TestPostgresSource::anIdleTailReadsNoSpans()
{
    const auto source = reader();
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    const std::uint64_t queries = source->cost().queries;
    for (int i = 0; i < 3; ++i) {
        const auto step = tailed(*source, position);
        VERIFY_OK(step);
        QCOMPARE(step->outcome.spans, std::uint64_t(0));
    }
    QCOMPARE(source->cost().queries - queries, std::uint64_t(3));
}

void TestPostgresSource::aViewWithAnotherShapeIsReadByItsMapping()
{
    QCOMPARE(sql("CREATE VIEW \"Other spans\" AS SELECT trace_id AS \"Trace\", span_id AS sid, service_name AS svc, "
                 "operation "
                 "AS name, (extract(epoch FROM timestamp) * 1000000)::bigint - duration * 1000 AS began_us, "
                 "duration / 1000.0 AS took_s, CASE WHEN status_code >= 500 THEN 'ERROR' ELSE 'OK' END AS state FROM "
                 "distributed_traces; GRANT SELECT ON \"Other spans\" TO reader"),
             std::string());
    const auto source = reader("?table=Other%20spans&trace-id=Trace&span-id=sid&service-name=svc&operation=name&start="
                               "began_us&time-unit=us&duration=took_s&duration-unit=s&status=state");
    sources::FetchRequest request;
    request.query.range = sampleRange();
    const auto viewed = fetched(*source, request);
    VERIFY_OK(viewed);
    const auto plain = fetched(*reader(), request);
    VERIFY_OK(plain);
    QCOMPARE(viewed->outcome.spans, plain->outcome.spans);
    const auto sorted = [](std::vector<std::int64_t> values) {
        std::sort(values.begin(), values.end());
        return values;
    };
    QCOMPARE(sorted(viewed->snapshot->spans().startNs), sorted(plain->snapshot->spans().startNs));
    QCOMPARE(sorted(viewed->snapshot->spans().durationNs), sorted(plain->snapshot->spans().durationNs));
    for (const auto kind :
         {sources::AggregateKind::Count, sources::AggregateKind::Facets, sources::AggregateKind::Heatmap}) {
        const auto there = counted(*source, kind, request.query, 10);
        VERIFY_OK(there);
        const auto here = counted(*reader(), kind, request.query, 10);
        VERIFY_OK(here);
        QCOMPARE(there->spans, here->spans);
        QCOMPARE(there->errors, here->errors);
        QCOMPARE(there->heat.size(), here->heat.size());
    }
    const auto page = searched(*source, request.query);
    VERIFY_OK(page);
    QCOMPARE(listOf(*page), listOf(*searched(*reader(), request.query)));
}

void TestPostgresSource::aMissingColumnIsNamedAndTheRestWorks()
{
    QCOMPARE(sql("CREATE TABLE narrow AS SELECT trace_id, span_id, service_name, timestamp, duration FROM "
                 "distributed_traces; GRANT SELECT ON narrow TO reader"),
             std::string());
    const auto source = reader("?table=narrow");
    sources::FetchRequest request;
    const auto got = fetched(*source, request);
    VERIFY_OK(got);
    QCOMPARE(std::to_string(got->outcome.spans), sql("SELECT count(*) FROM narrow"));
    QVERIFY(got->outcome.note.find("operation") != std::string::npos);
    QVERIFY(got->outcome.note.find("neighbors") != std::string::npos);
    const Probed probe = probed(*source);
    VERIFY_OK(probe.outcome);
    QVERIFY(probe.step("table found") != nullptr && probe.step("table found")->state == ProbeStep::State::Warning);
    VERIFY_OK(counted(*source, sources::AggregateKind::Facets, {}));
    const auto wrong = searched(*source, queryWith([](auto &query) { query.operations = {"x"}; }));
    QVERIFY(!wrong.has_value());
    QCOMPARE(wrong.error().code, ErrorCode::Unsupported);
    const auto none = fetched(*reader("?table=narrow&trace-id=tid"), request);
    QVERIFY(!none.has_value());
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    QVERIFY(none.error().message.find("\"tid\"") != std::string::npos);
}

void TestPostgresSource::aColumnDroppedMeanwhileIsNoticed()
{
    QCOMPARE(sql("CREATE TABLE changing AS SELECT * FROM distributed_traces; GRANT SELECT ON changing TO reader"),
             std::string());
    const auto source = reader("?table=changing");
    VERIFY_OK(fetched(*source, {}));
    QCOMPARE(sql("ALTER TABLE changing DROP COLUMN parent_span_id"), std::string());
    const auto got = fetched(*source, {});
    VERIFY_OK(got);
    QVERIFY(got->outcome.note.find("parent_span_id") != std::string::npos);
    QCOMPARE(sql("DROP TABLE changing"), std::string());
    const auto gone = fetched(*source, {});
    QVERIFY(!gone.has_value());
    QCOMPARE(gone.error().code, ErrorCode::NotFound);
    QVERIFY(gone.error().message.find("changing") != std::string::npos);
}

void TestPostgresSource::aRoleWithoutTheBodiesReadsTheRest()
{
    QCOMPARE(
        sql("CREATE USER careful PASSWORD 'careful-pw'; GRANT SELECT (trace_id, span_id, parent_span_id, service_name, "
            "operation, timestamp, duration, status_code, error, neighbors) ON distributed_traces TO careful"),
        std::string());
    const auto source = sourceOf(url({}, "careful"), "careful-pw");
    const auto got = fetched(*source, {});
    VERIFY_OK(got);
    QVERIFY(got->outcome.note.empty());
    trace::SpanAddress span;
    span.traceId = "9f87c425-1771-48b1-98a6-b12df1830702";
    span.spanId = "e30ef9d8-4525-41e6-a7f8-030db85c2804";
    const auto details = detailed(*source, span);
    VERIFY_OK(details);
    QVERIFY(details->rawRecord.find("request") == std::string::npos);
    const auto wrong = searched(*source, queryWith([](auto &query) { query.attributes = {{"request.path", "/"}}; }));
    QVERIFY(!wrong.has_value());
    QCOMPARE(wrong.error().code, ErrorCode::Unsupported);
    const auto forbidden = fetched(*sourceOf(url("?table=pg_authid", "careful"), "careful-pw"), {});
    QVERIFY(!forbidden.has_value());
}

void TestPostgresSource::theProbeTellsItsSteps()
{
    const auto source = reader();
    const Probed good = probed(*source);
    VERIFY_OK(good.outcome);
    QStringList titles;
    for (const ProbeStep &step : good.steps)
        titles += QString::fromStdString(step.title);
    QCOMPARE(titles,
             (QStringList{u"name resolved"_s, u"connected"_s, u"TLS verified"_s, u"authenticated"_s, u"table found"_s,
                          u"reads only"_s, u"spans in the last hour"_s}));
    const bool isOwner = qEnvironmentVariableIsSet(kAsOwner);
    QVERIFY(good.step("reads only")->state == (isOwner ? ProbeStep::State::Warning : ProbeStep::State::Done));
    const auto owner = sourceOf(url({}, "owner"), "owner-pw");
    const Probed risky = probed(*owner);
    VERIFY_OK(risky.outcome);
    QVERIFY(risky.step("reads only")->state == ProbeStep::State::Warning);
    const auto other = reader("?table=nothing_here");
    const Probed lost = probed(*other);
    QVERIFY(!lost.outcome.has_value());
    QCOMPARE(lost.outcome.error().code, ErrorCode::NotFound);
    QVERIFY(lost.steps.back().state == ProbeStep::State::Failed);
    QCOMPARE(lost.steps.back().text, lost.outcome.error().message);
}

void TestPostgresSource::thePasswordFileAndTheServiceFileAreHonoured()
{
    const Folder folder;
    const std::string passwords = folder.write("passwords", "127.0.0.1:*:*:reader:reader-pw\n");
    QFile::setPermissions(QString::fromStdString(passwords), QFile::ReadOwner | QFile::WriteOwner);
    const std::string services = folder.write("services",
                                              "[azora]\nhost=127.0.0.1\nport=" + std::to_string(m_server.port())
                                                  + "\nuser=reader\ndbname=postgres\n");
    qputenv("PGPASSFILE", QByteArray::fromStdString(passwords));
    qputenv("PGSERVICEFILE", QByteArray::fromStdString(services));
    const auto byFile = searched(*sourceOf(url()), {});
    const auto byService = searched(*sourceOf("postgresql:///?service=azora&sslmode=prefer"), {});
    const auto unverified = searched(*sourceOf("postgresql:///?service=azora"), {});
    const auto unknown = searched(*sourceOf("postgresql:///?service=other"), {});
    qunsetenv("PGPASSFILE");
    qunsetenv("PGSERVICEFILE");
    VERIFY_OK(byFile);
    VERIFY_OK(byService);
    QCOMPARE(listOf(*byService), listOf(*byFile));
    QVERIFY(!unverified.has_value()); // a service may lead anywhere: verified unless said otherwise
    QVERIFY2(unverified.error().message.find("TLS") != std::string::npos, why(unverified.error()));
    QVERIFY(!unknown.has_value());
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
}

void TestPostgresSource::everythingWorksThroughPgBouncer()
{
    if (const QString missing = PgBouncer::missing(); !missing.isEmpty()) {
        QVERIFY2(!mustHaveServers(), qPrintable(missing));
        QSKIP(qPrintable(missing));
    }
    PgBouncer bouncer;
    QCOMPARE(bouncer.start(m_server), QString());
    const auto source =
        sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(bouncer.port()) + "/postgres", "reader-pw");
    VERIFY_OK(probed(*source).outcome);
    const auto through = searched(*source, {});
    VERIFY_OK(through);
    QCOMPARE(listOf(*through), listOf(*searched(*reader(), {})));
    sources::FetchRequest request;
    VERIFY_OK(fetched(*source, request));
    VERIFY_OK(counted(*source, sources::AggregateKind::Heatmap, {}, 20));
    const auto wrong =
        searched(*sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(bouncer.port()) + "/postgres", "no"), {});
    QVERIFY(!wrong.has_value());
    QCOMPARE(wrong.error().code, ErrorCode::Auth);
}

void TestPostgresSource::statementsUseTheIndexes()
{
    QCOMPARE(sql("CREATE TABLE many(LIKE distributed_traces INCLUDING ALL); INSERT INTO many(trace_id, span_id, "
                 "service_name, "
                 "operation, timestamp, duration, status_code, neighbors) SELECT md5((i / 8)::text), md5(i::text), "
                 "'svc' || i % 12, "
                 "'op' || i % 40, timestamp '2026-01-01' + i * interval '0.1 s', i % 700, CASE WHEN i % 50 = 0 THEN "
                 "500 ELSE 200 END, "
                 "'[\"auth\"]' FROM generate_series(1, 200000) i; GRANT SELECT ON many TO reader; ANALYZE many"),
             std::string());
    const auto scans = [this] {
        QTest::qWait(1'200); // backends hand in their statistics once a second
        return sql("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'many'");
    };
    const auto source = reader("?table=many");
    VERIFY_OK(
        counted(*source, sources::AggregateKind::Count, queryWith([](auto &query) { query.services = {"svc1"}; })));
    const auto narrow = queryWith([](auto &query) {
        constexpr std::int64_t kBegin = 1'767'230'000'000'000'000; // inside the rows' time
        query.range = TimeRange{TimePoint(kBegin), TimePoint(kBegin + 300'000'000'000)};
    });
    const std::string before = scans();
    VERIFY_OK(searched(*source, {}));
    VERIFY_OK(searched(*source, queryWith([](auto &query) { query.services = {"svc3"}; })));
    auto longest = narrow;
    longest.order = trace::TraceOrder::Longest;
    VERIFY_OK(searched(*source, longest));
    VERIFY_OK(searched(*source, narrow));
    sources::FetchRequest request;
    request.query = narrow;
    const auto got = fetched(*source, request);
    VERIFY_OK(got);
    QCOMPARE(got->outcome.spans, std::uint64_t(3'000));
    request.traceIds = {searched(*source, {})->hits.front().traceId};
    VERIFY_OK(fetched(*source, request));
    for (const auto kind : {sources::AggregateKind::Count, sources::AggregateKind::Facets,
                            sources::AggregateKind::Heatmap, sources::AggregateKind::Edges})
        VERIFY_OK(counted(*source, kind, narrow, 20));
    sources::TailPosition position;
    VERIFY_OK(tailed(*source, position));
    QCOMPARE(scans(), before);
    QCOMPARE(sql("DROP TABLE many"), std::string());
}

void TestPostgresSource::nothingIsEverWritten()
{
    const std::string checksum = "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM distributed_traces t";
    const std::string before = sql(checksum);
    const auto owner = sourceOf(url({}, "owner"), "owner-pw");
    const std::string evil = "'; COMMIT; INSERT INTO distributed_traces(trace_id) VALUES ('x'); --";
    const auto query = queryWith([&](auto &asked) {
        asked.services = {evil};
        asked.operations = {evil, "$1"};
        asked.texts = {evil};
        asked.attributes = {{evil, evil}};
        asked.traceId = evil;
    });
    VERIFY_OK(probed(*owner).outcome);
    VERIFY_OK(searched(*owner, query));
    sources::FetchRequest request;
    request.query = query;
    VERIFY_OK(fetched(*owner, request));
    for (const auto kind : {sources::AggregateKind::Count, sources::AggregateKind::Facets,
                            sources::AggregateKind::Heatmap, sources::AggregateKind::Edges})
        VERIFY_OK(counted(*owner, kind, query, 10));
    const auto tableAsEscape =
        sourceOf(url("?table=distributed_traces%22;%20DROP%20TABLE%20distributed_traces;%20--", "owner"), "owner-pw");
    QVERIFY(!searched(*tableAsEscape, {}).has_value());
    QCOMPARE(sql(checksum), before);
    const QStringList statements = m_server.statements();
    QVERIFY(statements.size() > 100);
    for (const QString &statement : statements) {
        const bool isAllowed = statement == u"BEGIN READ ONLY"_s || statement == u"COMMIT"_s
            || statement == u"ROLLBACK"_s || statement.startsWith(u"SELECT "_s);
        QVERIFY2(isAllowed && !statement.contains(u';') && !statement.contains(u"INSERT INTO"_s),
                 qPrintable(statement));
    }
}

QTEST_GUILESS_MAIN(TestPostgresSource)
#include "tst_postgres_source.moc"
