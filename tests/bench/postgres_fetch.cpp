// SPDX-License-Identifier: GPL-3.0-or-later
// Spans from PostgreSQL to a finished snapshot, against a floor measured in the same run: psql copying the same select
// to /dev/null. Both connect anew each time. Prints the times and their ratio; fails when it is over the limit.
// Usage: bench_postgres_fetch [SPANS]
#include "tests/support/servers/postgres_server.h"
#include "tests/support/source_calls.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

using namespace tailspan;
using namespace tailspan::test;

namespace {

constexpr int kRuns = 7;
constexpr double kLimit = 1.5;

void check(const QString &problem)
{
    if (problem.isEmpty())
        return;
    std::fprintf(stderr, "%s\n", qPrintable(problem));
    std::exit(3);
}

/// The records of the target again and again, each round a minute later and with ids of its own.
void fill(PostgresServer &server, std::size_t spans)
{
    check(server.makeTargetTable());
    for (const char *set : {"sequential", "parallel"})
        check(server.loadTargetTable(
            QString::fromUtf8(TAILSPAN_SOURCE_DIR "/tests/data/azora-traces/%1/distributed_traces.csv")
                .arg(QString::fromUtf8(set))));
    const QString rounds = QString::number(spans / 420 + 1);
    check(server.sql(
        QString::fromUtf8(
            "INSERT INTO distributed_traces(trace_id, span_id, parent_span_id, service_name, operation, timestamp, "
            "duration, status_code, request, response, error, metadata, neighbors) SELECT md5(trace_id || "
            "i)::uuid::text, md5(span_id || i)::uuid::text, md5(parent_span_id || i)::uuid::text, service_name, "
            "operation, timestamp + i * interval '1 minute', duration, status_code, request, response, error, "
            "metadata, neighbors FROM distributed_traces, generate_series(1, ")
        + rounds + QString::fromUtf8(") i")));
    check(server.sql(QString::fromUtf8("VACUUM ANALYZE distributed_traces")));
}

double copySeconds(const PostgresServer &server, const std::string &select)
{
    const QString psql = findProgram(QString::fromUtf8("psql"), {QString::fromUtf8("/usr/lib/postgresql/15/bin")});
    const QString command = psql
        + QString::fromUtf8(" -Xq -U postgres -d postgres -h %1 -p %2 -c \"\\copy (%3) to stdout\" > /dev/null")
              .arg(server.folder())
              .arg(server.port())
              .arg(QString::fromStdString(select));
    QString output;
    const auto began = std::chrono::steady_clock::now();
    if (!runProgram({QString::fromUtf8("/bin/sh"), {QString::fromUtf8("-c"), command}, server.folder()}, &output))
        check(output);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

struct FetchTime {
    double read = 0; ///< Seconds until the last row was in the builder.
    double whole = 0;
    double building = 0; ///< Seconds of processor time, all cores, from then to the snapshot.
};

FetchTime fetchSeconds(const PostgresServer &server, std::size_t spans)
{
    const auto began = std::chrono::steady_clock::now();
    const auto since = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); };
    const auto source =
        sourceOf("postgresql://reader@127.0.0.1:" + std::to_string(server.port()) + "/postgres", "reader-pw");
    trace::TraceBuilder builder;
    const std::uint16_t input = builder.addInput({});
    Progress progress;
    sources::FetchRequest request;
    request.spanLimit = spans;
    const auto got = source->fetch(request, builder, input, {{}, progress});
    if (!got.has_value())
        check(QString::fromStdString(got.error().text()));
    FetchTime time;
    time.read = since();
    const std::clock_t before = std::clock();
    const auto snapshot = builder.build({}, progress);
    time.building = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    if (!snapshot.has_value() || (*snapshot)->spans().size() != spans)
        check(QString::fromUtf8("The snapshot does not hold the spans."));
    time.whole = since();
    return time;
}

} // namespace

int main(int count, char **arguments)
{
    const std::size_t spans = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 100'000;
    check(PostgresServer::missing());
    PostgresServer server;
    check(server.start({{}, {}, {QString::fromUtf8("shared_buffers=512MB")}}));
    fill(server, spans);
    const std::string select =
        "SELECT trace_id, span_id, parent_span_id, service_name, operation, timestamp, NULL::bigint, "
        "duration, status_code, coalesce(error, '') NOT IN ('', 'null'), neighbors::text FROM "
        "distributed_traces ORDER BY timestamp DESC LIMIT "
        + std::to_string(spans + 1);
    std::vector<double> floors;
    std::vector<double> reads;
    std::vector<double> wholes;
    double building = std::numeric_limits<double>::infinity();
    for (int run = 0; run < kRuns; ++run) { // turn by turn, so that other load meets both
        floors.push_back(copySeconds(server, select));
        const FetchTime time = fetchSeconds(server, spans);
        reads.push_back(time.read);
        wholes.push_back(time.whole);
        building = std::min(building, time.building);
    }
    const double floor = *std::min_element(floors.begin(), floors.end());
    const double read = *std::min_element(reads.begin(), reads.end());
    const double whole = *std::min_element(wholes.begin(), wholes.end());
    std::printf("%zu spans, best of %d\n", spans, kRuns);
    std::printf("psql copy      %.3f s\n", floor);
    std::printf("read           %.3f s, ratio %.2f\n", read, read / floor);
    std::printf("building       %.3f s of processor time, ratio %.2f\n", building, building / floor);
    std::printf("snapshot       %.3f s, ratio %.2f (limit %.1f)\n", whole, whole / floor, kLimit);
    return whole / floor <= kLimit ? 0 : 1;
}
