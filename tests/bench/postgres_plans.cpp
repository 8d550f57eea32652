// SPDX-License-Identifier: GPL-3.0-or-later
// The plan of every statement over a table of five million spans, as the server really ran it (auto_explain): prints
// the indexes and fails when one that should use an index reads the whole table. Then the heatmap over all rows against
// the same statement in psql; fails when the ratio is over its limit.
// Usage: bench_postgres_plans [SPANS]
#include "tests/support/servers/postgres_server.h"
#include "tests/support/source_calls.h"

#include <QRegularExpression>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

using namespace tailspan;
using namespace tailspan::test;
using namespace Qt::StringLiterals;
using sources::AggregateKind;

namespace {

constexpr int kRuns = 3;
constexpr double kLimit = 1.1;
constexpr std::int64_t kFirstNs = 1'767'225'600'000'000'000; // 2026-01-01
constexpr std::int64_t kStepNs = 100'000'000;                // between two spans

void check(const QString &problem)
{
    if (problem.isEmpty())
        return;
    std::fprintf(stderr, "%s\n", qPrintable(problem));
    std::exit(3);
}

template <class Value>
Value checked(Result<Value> result)
{
    if (!result.has_value())
        check(QString::fromStdString(result.error().text()));
    return *std::move(result);
}

void fill(PostgresServer &server, std::size_t spans)
{
    check(server.makeTargetTable());
    check(server.sql(
        u"DROP INDEX by_trace, by_service_time, by_time, by_operation; INSERT INTO "
        "distributed_traces(trace_id, span_id, parent_span_id, service_name, operation, timestamp, duration, "
        "status_code, request, neighbors) SELECT 't' || i / 8, 's' || i, 'p' || i / 3, 'svc' || i % 12, 'op' || i % "
        "40, timestamp '2026-01-01' + i * interval '0.1 s', i % 700, CASE WHEN i % 50 = 0 THEN 500 ELSE 200 END, "
        "'{\"path\":\"/orders\"}', '[\"auth\"]' FROM generate_series(1, %1) i"_s.arg(spans)));
    check(server.sql(
        u"CREATE INDEX by_trace ON distributed_traces(trace_id); CREATE INDEX by_service_time ON "
        "distributed_traces(service_name, timestamp DESC); CREATE INDEX by_time ON distributed_traces(timestamp "
        "DESC); CREATE INDEX by_operation ON distributed_traces(service_name, operation)"_s));
    check(server.sql(u"VACUUM ANALYZE distributed_traces"_s));
}

/// Runs a call and prints the plans it led to. False when one reads the whole table.
template <class Call>
bool usesIndexes(PostgresServer &server, const char *name, Call &&call)
{
    const qsizetype before = server.process().log().size();
    const auto began = std::chrono::steady_clock::now();
    call();
    const auto took = std::chrono::steady_clock::now() - began;
    const QString log = server.process().log().mid(before);
    static const QRegularExpression kIndex(u"(?:using|Bitmap Index Scan on) (by_\\w+)"_s);
    std::set<QString> indexes;
    for (auto matches = kIndex.globalMatch(log); matches.hasNext();)
        indexes.insert(matches.next().captured(1));
    const bool readsAll = log.contains(u"Seq Scan on distributed_traces"_s);
    QString list;
    for (const QString &index : indexes)
        list += u" "_s + index;
    std::printf("%-28s %6lld ms %s%s\n", name,
                static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()),
                qPrintable(list), readsAll ? " WHOLE TABLE" : "");
    return !readsAll && !indexes.empty();
}

bool checkPlans(PostgresServer &server, sources::TraceSource &source, std::size_t spans)
{
    const std::int64_t middleNs = kFirstNs + static_cast<std::int64_t>(spans) / 2 * kStepNs;
    const TimeRange range{TimePoint(middleNs), TimePoint(middleNs + 900'000'000'000)};
    const auto narrow = queryWith([&](auto &query) { query.range = range; });
    const auto ofService = queryWith([](auto &query) { query.services = {"svc3"}; });
    auto longest = narrow;
    longest.order = trace::TraceOrder::Longest;
    auto filtered = narrow;
    filtered.texts = {"op7"};
    filtered.attributes = {{"request.path", "/orders"}};
    filtered.minDurationNs = 100'000'000;
    sources::FetchRequest byTrace;
    byTrace.traceIds = {"t1000", "t2000"};
    sources::FetchRequest byQuery;
    byQuery.query = narrow;
    trace::SpanAddress span;
    span.traceId = "t1000";
    span.spanId = "s8001";
    Progress progress;
    const auto count = [&](AggregateKind kind) { checked(source.aggregate(kind, narrow, 60, {{}, progress})); };
    bool isFine = true;
    const auto look = [&](const char *name, const std::function<void()> &call) {
        isFine = usesIndexes(server, name, call) && isFine;
    };
    look("search newest", [&] { checked(searched(source, {})); });
    look("search newest of a service", [&] { checked(searched(source, ofService)); });
    look("search newest in a range", [&] { checked(searched(source, narrow)); });
    look("search filtered", [&] { checked(searched(source, filtered)); });
    look("search longest in a range", [&] { checked(searched(source, longest)); });
    look("fetch traces", [&] { checked(fetched(source, byTrace)); });
    look("fetch a range", [&] { checked(fetched(source, byQuery)); });
    look("details", [&] { checked(detailed(source, span)); });
    std::vector<trace::SpanAddress> many(1000, span);
    for (std::size_t i = 0; i < many.size(); ++i) {
        many[i].traceId = "t" + std::to_string(1000 + i);
        many[i].spanId = "s" + std::to_string(8000 + 8 * i);
    }
    look("attributes of many spans", [&] {
        std::size_t given = 0;
        const auto read = source.manyDetails(many, [&](std::size_t, trace::SpanDetails) { ++given; }, {{}, progress});
        checked(read.has_value() ? Result<std::size_t>(given) : tl::unexpected(read.error()));
    });
    look("count", [&] { count(AggregateKind::Count); });
    look("facets", [&] { count(AggregateKind::Facets); });
    look("heatmap", [&] { count(AggregateKind::Heatmap); });
    look("edges", [&] { count(AggregateKind::Edges); });
    sources::TailPosition position;
    look("tail", [&] { checked(tailed(source, position)); });
    return isFine;
}

std::string listOf(const std::vector<std::string> &items)
{
    std::string text;
    for (const std::string &item : items)
        text += (text.empty() ? "" : ",") + item;
    return text;
}

/// The statement of heatmap.sql with its values written in.
std::string bareHeatmap(std::int64_t beginNs, std::int64_t columnNs, std::size_t columns)
{
    std::vector<std::string> edges;
    for (std::size_t i = 0; i < columns; ++i)
        edges.push_back("timestamp '2026-01-01' + interval '"
                        + std::to_string((beginNs - kFirstNs + static_cast<std::int64_t>(i) * columnNs) / 1'000)
                        + " microseconds'");
    std::vector<std::string> bounds;
    for (const std::int64_t bound : sources::latencyBoundsNs())
        bounds.push_back(std::to_string(bound));
    const std::string ns = "(duration::bigint * 1000000)";
    return "SELECT width_bucket(timestamp, ARRAY[" + listOf(edges) + "]) - 1, width_bucket((" + ns + " - 1)::float8, '{"
        + listOf(bounds)
        + "}'::float8[]), count(*), count(*) FILTER (WHERE coalesce(error, '') NOT IN ('', 'null') OR "
          "(coalesce(status_code, 0) >= 500 AND coalesce(status_code, 0) < 600)) FROM distributed_traces WHERE "
        + ns + " IS NOT NULL GROUP BY 1, 2";
}

bool checkHeatmap(const PostgresServer &server, sources::TraceSource &source)
{
    constexpr std::size_t kColumns = 240;
    Progress progress;
    trace::TraceQuery query;
    double ours = 1e9;
    double bare = 1e9;
    for (int run = 0; run < kRuns; ++run) { // turn by turn, so that other load meets both
        auto began = std::chrono::steady_clock::now();
        const auto seconds = [&] {
            return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        };
        const auto heat = checked(source.aggregate(AggregateKind::Heatmap, query, kColumns, {{}, progress}));
        ours = std::min(ours, seconds());
        query.range = heat.range; // looked up once, as a window that knows its range does
        began = std::chrono::steady_clock::now();
        const QString printed =
            server.sql(QString::fromStdString(bareHeatmap(heat.range.begin.ns(), heat.columnNs, kColumns)));
        bare = std::min(bare, seconds());
        if (printed.count(u'\n') + 1 != static_cast<qsizetype>(heat.heat.size()))
            check(u"psql counts other cells: "_s + printed.left(200));
    }
    std::printf("heatmap over all rows: %.2f s, bare statement in psql %.2f s, ratio %.2f (limit %.1f)\n", ours, bare,
                ours / bare, kLimit);
    return ours / bare <= kLimit;
}

} // namespace

int main(int count, char **arguments)
{
    const std::size_t spans = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 5'000'000;
    check(PostgresServer::missing());
    PostgresServer server;
    check(server.start({{}, {}, {u"shared_buffers=1GB"_s, u"max_wal_size=8GB"_s, u"maintenance_work_mem=512MB"_s}}));
    fill(server, spans);
    check(server.sql(u"ALTER USER reader SET session_preload_libraries = 'auto_explain'; ALTER DATABASE postgres SET "
                     "auto_explain.log_min_duration = 0"_s));
    const auto source =
        sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(server.port()) + "/postgres?statement-timeout=120",
                 "reader-pw");
    const bool plansAreFine = checkPlans(server, *source, spans);
    const bool heatIsFine = checkHeatmap(server, *source);
    return plansAreFine && heatIsFine ? 0 : 1;
}
