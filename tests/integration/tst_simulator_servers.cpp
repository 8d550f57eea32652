// SPDX-License-Identifier: GPL-3.0-or-later
// What the traffic simulator leaves in a real Redis, and what a real Prometheus makes of its metrics.
#include "app/sources/metric_source.h"
#include "models/base/wall_clock.h"
#include "models/metric/metric_catalog.h"
#include "tests/sim/simulation.h"
#include "tests/support/servers/postgres_server.h"
#include "tests/support/servers/prometheus_server.h"
#include "tests/support/servers/redis_server.h"
#include "tests/support/source_calls.h"

#include <QTest>

#include <cmath>
#include <thread>

using namespace tailspan;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<sim::Simulation> simulationOf(const std::vector<std::string> &arguments)
{
    auto options = sim::parseOptions(arguments, sim::wallClockNs());
    if (!options.has_value())
        qFatal("%s", options.error().text().c_str());
    auto simulation = sim::Simulation::open(*options);
    if (!simulation.has_value())
        qFatal("%s", simulation.error().text().c_str());
    return std::move(*simulation);
}

std::unique_ptr<sources::MetricSource> sourceAt(std::uint16_t port)
{
    return sources::makeMetricSource(test::storeOf("prometheus+http://127.0.0.1:" + std::to_string(port)).address, {});
}

/// What to ask of each service, by all metrics that the server has.
metric::MetricMapping mappingOf(sources::MetricSource &source)
{
    Progress progress;
    const auto metadata = source.metadata({{}, progress});
    sources::NameQuestion everything;
    everything.kind = sources::NameQuestion::Kind::Series;
    everything.matchers = {"{__name__!=\"\"}"};
    const auto series = source.names(everything, {{}, progress});
    return metadata && series ? metric::findSignals(metric::factsOf(*metadata, series->series))
                              : metric::MetricMapping();
}

/// The value of an expression with one result; NaN for none.
double valueOf(std::uint16_t port, const char *expression)
{
    Progress progress;
    const auto answer = sourceAt(port)->query(expression, currentTime(), 10, {{}, progress});
    return answer && answer->series.size() == 1 ? answer->series[0].values[0] : std::nan("");
}

} // namespace

class TestSimulatorServers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void redisHoldsWhatTheCollectorWrites()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        test::RedisServer server;
        QCOMPARE(server.start({}), QString());
        const std::string url = "redis://127.0.0.1:" + std::to_string(server.port()) + "/0";
        // The rate that a steady tail is measured with.
        const auto totals = simulationOf({"--redis", url, "--rate", "2000", "--duration", "3s"})->run({});
        QVERIFY(totals.has_value());
        QVERIFY2(totals->records > 4'500 && totals->records < 7'500, qPrintable(QString::number(totals->records)));
        QVERIFY2(totals->behindS < 1, qPrintable(QString::number(totals->behindS)));
        QCOMPARE(server.command({"LLEN", "traces:auth"}), QByteArray(":1000"));
        for (const sim::Service &service : sim::services()) {
            const QByteArray name = service.name;
            QVERIFY(server.command({"LLEN", "traces:" + name}).mid(1).toInt() > 50);
            QCOMPARE(server.command({"EXISTS", "metrics:" + name}), QByteArray(":1"));
            QCOMPARE(server.command({"EXISTS", "service:" + name + ":state"}), QByteArray(":1"));
            QCOMPARE(server.command({"EXISTS", "service:" + name + ":config"}), QByteArray(":1"));
            QCOMPARE(server.command({"LLEN", "snapshots:" + name}), QByteArray(":1"));
        }
        const int livesS = server.command({"TTL", "awareness:auth:payment"}).mid(1).toInt();
        QVERIFY(livesS > 3'500 && livesS <= 3'600);
    }

    void bothStoresTakeTwoThousandSpansASecond()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        TAILSPAN_NEED_SERVER(test::PostgresServer::missing());
        test::RedisServer redis;
        test::PostgresServer postgres;
        QCOMPARE(redis.start({}), QString());
        QCOMPARE(postgres.start({}), QString());
        const auto totals = simulationOf({"--redis", "redis://127.0.0.1:" + std::to_string(redis.port()), "--postgres",
                                          "user=postgres dbname=postgres host=" + postgres.folder().toStdString()
                                              + " port=" + std::to_string(postgres.port()),
                                          "--rate", "2000", "--duration", "5s", "--fault", "error-burst:auth@1-3"})
                                ->run({});
        QVERIFY2(totals.has_value(), totals.has_value() ? "" : totals.error().text().c_str());
        QVERIFY2(totals->behindS < 1, qPrintable(QString::number(totals->behindS)));
        const QString records = QString::number(totals->records);
        QCOMPARE(postgres.sql(QStringLiteral("SELECT count(*) FROM distributed_traces")).trimmed(), records);
        QCOMPARE(postgres.sql(QStringLiteral("SELECT count(DISTINCT span_id) FROM distributed_traces")).trimmed(),
                 records);
        QCOMPARE(postgres
                     .sql(QStringLiteral("SELECT count(*) FROM distributed_traces AS c JOIN distributed_traces AS p "
                                         "ON c.parent_span_id = p.span_id"))
                     .trimmed(),
                 QStringLiteral("0")); // no parent link resolves
        QCOMPARE(postgres.sql(QStringLiteral("SELECT success, service_name FROM recovery_records")).trimmed(),
                 QStringLiteral("t|auth"));
        QCOMPARE(redis.command({"LLEN", "traces:auth"}), QByteArray(":1000"));
    }

    void aServerThatGoesEndsTheRunWithAReason()
    {
        TAILSPAN_NEED_SERVER(test::RedisServer::missing());
        test::RedisServer server;
        QCOMPARE(server.start({}), QString());
        const std::string url = "redis://127.0.0.1:" + std::to_string(server.port()) + "/0";
        const auto simulation = simulationOf({"--redis", url});
        server.process().kill();
        const auto totals = simulation->run({});
        QVERIFY(!totals.has_value());
        QVERIFY(totals.error().text().find("127.0.0.1:" + std::to_string(server.port())) != std::string::npos);
    }

    void prometheusScrapesTheMetrics()
    {
        const auto simulation = simulationOf({"--metrics-port", "0", "--rate", "200", "--start", "-2m", "--fault",
                                              "leak:analytics:1000000", "--fault", "pool-wait:payment"});
        const std::jthread running([&](const std::stop_token &stop) { (void)simulation->run(stop); });
        TAILSPAN_NEED_SERVER(test::PrometheusServer::missing());
        test::PrometheusServer prometheus;
        const QString scraped = QStringLiteral("127.0.0.1:%1").arg(simulation->metricsPort());
        QCOMPARE(prometheus.start({.scraped = {scraped}}), QString());
        const auto value = [&](const char *expression) { return valueOf(prometheus.port(), expression); };
        QVERIFY(test::waitUntil([&] { return value("up") == 1; }));
        QVERIFY(test::waitUntil([&] { return value("sum(http_requests_total)") > 20'000; }));
        QCOMPARE(value("count(pg_pool_max == 20)"), 12.0);
        QCOMPARE(value("pg_pool_used{service=\"payment\"}"), 20.0);
        QVERIFY(value("pg_pool_waiting{service=\"payment\"}") >= 1);
        QVERIFY(value("process_resident_memory_bytes{service=\"analytics\"}") > 200e6);
        QVERIFY(value("process_resident_memory_bytes{service=\"auth\"}") < 120e6);
        QVERIFY(value("sum(http_request_duration_seconds_count) - sum(http_requests_total)") == 0);
        const double p95S = value("histogram_quantile(0.95, sum by (le) (http_request_duration_seconds_bucket))");
        QVERIFY2(p95S > 0.02 && p95S < 5, qPrintable(QString::number(p95S)));
        // Every question that was found of itself has an answer, for each of the services.
        const metric::MetricMapping mapping = mappingOf(*sourceAt(prometheus.port()));
        for (const metric::Signal signal :
             {metric::Signal::RequestRate, metric::Signal::ErrorRate, metric::Signal::Latency, metric::Signal::Cpu,
              metric::Signal::Memory, metric::Signal::EventLoopLag, metric::Signal::PoolUsed,
              metric::Signal::PoolWaiting, metric::Signal::PoolLimit}) {
            const metric::SignalQuery *query = mapping.find("payment", signal);
            QVERIFY2(query != nullptr, metric::signalId(signal).data());
            const std::string expression = metric::withWindow(query->expression, 60'000'000'000);
            const bool mayBeNone = signal == metric::Signal::ErrorRate; // without a single error so far
            QVERIFY2(mayBeNone || test::waitUntil([&] { return !std::isnan(value(expression.c_str())); }),
                     expression.c_str());
        }
        const auto services = mapping.services();
        QVERIFY(std::count(services.begin(), services.end(), "payment") == 1 && services.size() >= 12);
        const double hitRatio = value("sum(redis_cache_hits_total) / (sum(redis_cache_hits_total) + "
                                      "sum(redis_cache_misses_total))");
        QVERIFY2(hitRatio > 0.8 && hitRatio < 0.95, qPrintable(QString::number(hitRatio)));
    }
};

QTEST_GUILESS_MAIN(TestSimulatorServers)
#include "tst_simulator_servers.moc"
