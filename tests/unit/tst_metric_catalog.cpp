// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/metric_catalog.h"

#include <QTest>

using namespace tailspan;
using namespace tailspan::metric;

namespace {

struct Seen {
    const char *name;
    const char *type;
    Labels labels;
    const char *help = "";
};

/// As a server tells it: types by family, labels by series.
MetricMapping found(const std::vector<Seen> &metrics, const Labels &common)
{
    std::vector<MetricFacts> metadata;
    std::vector<Labels> series;
    for (const Seen &seen : metrics) {
        const bool isHistogram = std::string_view(seen.type) == "histogram";
        const bool isSummary = std::string_view(seen.type) == "summary";
        metadata.push_back({seen.name, seen.type, seen.help, {}, {}});
        const auto add = [&](const char *suffix, const Labels &more) {
            Labels labels = seen.labels;
            labels.insert(labels.end(), common.begin(), common.end());
            labels.insert(labels.end(), more.begin(), more.end());
            labels.emplace_back("__name__", std::string(seen.name) + suffix);
            std::sort(labels.begin(), labels.end());
            series.push_back(labels);
        };
        if (isHistogram || isSummary) {
            add(isHistogram ? "_bucket" : "", {{isHistogram ? "le" : "quantile", "0.95"}});
            add("_count", {});
            add("_sum", {});
        } else {
            add("", {});
        }
    }
    return findSignals(factsOf(metadata, series));
}

std::string metricOf(const MetricMapping &mapping, const char *service, Signal signal)
{
    const SignalQuery *query = mapping.find(service, signal);
    return query == nullptr ? "" : query->metric;
}

std::string questionOf(const MetricMapping &mapping, const char *service, Signal signal)
{
    const SignalQuery *query = mapping.find(service, signal);
    return query == nullptr ? "" : withWindow(query->expression, 60'000'000'000, 0.95);
}

} // namespace

class TestMetricCatalog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDefaultsOfPromClientAreFound()
    {
        const auto mapping = found({{"http_requests_total", "counter", {{"route", "/"}, {"status", "200"}}},
                                    {"http_request_duration_seconds", "histogram", {{"route", "/"}}},
                                    {"process_cpu_user_seconds_total", "counter", {}},
                                    {"process_cpu_seconds_total", "counter", {}},
                                    {"process_resident_memory_bytes", "gauge", {}},
                                    {"process_open_fds", "gauge", {}},
                                    {"nodejs_eventloop_lag_seconds", "gauge", {}},
                                    {"nodejs_eventloop_lag_p99_seconds", "gauge", {}},
                                    {"nodejs_eventloop_lag_min_seconds", "gauge", {}},
                                    {"nodejs_active_handles_total", "gauge", {}},
                                    {"nodejs_active_requests_total", "gauge", {}},
                                    {"nodejs_heap_size_total_bytes", "gauge", {}},
                                    {"nodejs_heap_size_used_bytes", "gauge", {}},
                                    {"nodejs_gc_duration_seconds", "histogram", {{"kind", "major"}}},
                                    {"pg_pool_used", "gauge", {}},
                                    {"pg_pool_waiting", "gauge", {}},
                                    {"pg_pool_max", "gauge", {}}},
                                   {{"service", "auth"}, {"job", "sim"}, {"instance", "10.0.0.1:3000"}});
        QCOMPARE(mapping.services(), std::vector<std::string>{"auth"});
        QCOMPARE(questionOf(mapping, "auth", Signal::RequestRate),
                 std::string("sum(rate(http_requests_total{service=\"auth\"}[60s]))"));
        QCOMPARE(questionOf(mapping, "auth", Signal::ErrorRate),
                 std::string("sum(rate(http_requests_total{service=\"auth\",status=~\"5..\"}[60s]))"));
        QCOMPARE(questionOf(mapping, "auth", Signal::Latency),
                 std::string("histogram_quantile(0.95, sum by (le) "
                             "(rate(http_request_duration_seconds_bucket{service=\"auth\"}[60s])))"));
        QCOMPARE(mapping.find("auth", Signal::Latency)->unit, MetricUnit::Seconds);
        QCOMPARE(mapping.find("auth", Signal::Latency)->buckets,
                 std::string("sum by (le) (rate(http_request_duration_seconds_bucket{service=\"auth\"}[$window]))"));
        QCOMPARE(metricOf(mapping, "auth", Signal::Cpu), std::string("process_cpu_seconds_total"));
        QCOMPARE(metricOf(mapping, "auth", Signal::Memory), std::string("process_resident_memory_bytes"));
        QCOMPARE(metricOf(mapping, "auth", Signal::EventLoopLag), std::string("nodejs_eventloop_lag_p99_seconds"));
        QCOMPARE(metricOf(mapping, "auth", Signal::Heap), std::string("nodejs_heap_size_used_bytes"));
        QCOMPARE(metricOf(mapping, "auth", Signal::GarbageCollection), std::string("nodejs_gc_duration_seconds_sum"));
        QCOMPARE(metricOf(mapping, "auth", Signal::PoolUsed), std::string("pg_pool_used"));
        QCOMPARE(metricOf(mapping, "auth", Signal::PoolWaiting), std::string("pg_pool_waiting"));
        QCOMPARE(metricOf(mapping, "auth", Signal::PoolLimit), std::string("pg_pool_max"));
        QVERIFY(mapping.find("auth", Signal::QueueLength) == nullptr);
    }

    void openTelemetryIsFoundAndItsClientsAreNotTakenForServers()
    {
        const auto mapping =
            found({{"http_server_request_duration_seconds", "histogram", {{"http_response_status_code", "200"}}},
                   {"http_client_request_duration_seconds", "histogram", {{"http_response_status_code", "200"}}},
                   {"db_client_connection_count", "gauge", {{"db_client_connection_state", "used"}}},
                   {"db_client_connection_max", "gauge", {}},
                   {"db_client_connection_pending_requests", "gauge", {}},
                   {"nodejs_eventloop_delay_p99_seconds", "gauge", {}},
                   {"v8js_memory_heap_used_bytes", "gauge", {}},
                   {"v8js_gc_duration_seconds", "histogram", {}}},
                  {{"service_name", "checkout"}, {"job", "shop/checkout"}});
        QCOMPARE(metricOf(mapping, "checkout", Signal::Latency),
                 std::string("http_server_request_duration_seconds_bucket"));
        QCOMPARE(questionOf(mapping, "checkout", Signal::ErrorRate),
                 std::string("sum(rate(http_server_request_duration_seconds_count{service_name=\"checkout\","
                             "http_response_status_code=~\"5..\"}[60s]))"));
        QCOMPARE(metricOf(mapping, "checkout", Signal::RequestRate),
                 std::string("http_server_request_duration_seconds_count"));
        QCOMPARE(metricOf(mapping, "checkout", Signal::PoolUsed), std::string("db_client_connection_count"));
        QCOMPARE(metricOf(mapping, "checkout", Signal::PoolWaiting),
                 std::string("db_client_connection_pending_requests"));
        QCOMPARE(metricOf(mapping, "checkout", Signal::PoolLimit), std::string("db_client_connection_max"));
        QCOMPARE(metricOf(mapping, "checkout", Signal::Heap), std::string("v8js_memory_heap_used_bytes"));
        const auto old = found({{"http_server_duration_milliseconds", "histogram", {{"http_status_code", "200"}}}},
                               {{"job", "checkout"}});
        QCOMPARE(old.find("checkout", Signal::Latency)->unit, MetricUnit::Milliseconds);
        QCOMPARE(metricOf(old, "checkout", Signal::ErrorRate), std::string("http_server_duration_milliseconds_count"));
    }

    void micrometerIsFoundWithBucketsAndWithQuantiles()
    {
        const std::vector<Seen> rest = {{"jvm_memory_used_bytes", "gauge", {{"area", "heap"}, {"id", "G1 Eden"}}},
                                        {"jvm_gc_pause_seconds", "summary", {{"action", "end of minor GC"}}},
                                        {"process_cpu_usage", "gauge", {}},
                                        {"system_cpu_usage", "gauge", {}},
                                        {"hikaricp_connections_active", "gauge", {{"pool", "main"}}},
                                        {"hikaricp_connections_pending", "gauge", {{"pool", "main"}}},
                                        {"hikaricp_connections_max", "gauge", {{"pool", "main"}}},
                                        {"executor_queued_tasks", "gauge", {}}};
        for (const char *type : {"histogram", "summary"}) {
            std::vector<Seen> all = rest;
            all.push_back({"http_server_requests_seconds", type, {{"outcome", "SUCCESS"}, {"status", "200"}}});
            const auto mapping = found(all, {{"application", "billing"}, {"instance", "10.0.0.2:8080"}});
            const bool isHistogram = std::string_view(type) == "histogram";
            QCOMPARE(mapping.find("billing", Signal::Latency)->form,
                     isHistogram ? SignalQuery::Form::ClassicHistogram : SignalQuery::Form::Summary);
            QCOMPARE(metricOf(mapping, "billing", Signal::RequestRate),
                     std::string("http_server_requests_seconds_count"));
            QVERIFY(questionOf(mapping, "billing", Signal::ErrorRate).find("_count{application=\"billing\",")
                    != std::string::npos);
            QCOMPARE(questionOf(mapping, "billing", Signal::Heap),
                     std::string("sum(jvm_memory_used_bytes{application=\"billing\",area=\"heap\"})"));
            QCOMPARE(metricOf(mapping, "billing", Signal::GarbageCollection), std::string("jvm_gc_pause_seconds_sum"));
            QCOMPARE(metricOf(mapping, "billing", Signal::PoolUsed), std::string("hikaricp_connections_active"));
            QCOMPARE(metricOf(mapping, "billing", Signal::QueueLength), std::string("executor_queued_tasks"));
        }
        const auto summary = found({{"http_server_requests_seconds", "summary", {{"outcome", "SUCCESS"}}}},
                                   {{"application", "billing"}});
        QCOMPARE(questionOf(summary, "billing", Signal::Latency),
                 std::string("max(http_server_requests_seconds{application=\"billing\",quantile=\"0.95\"})"));
    }

    void containersAreNamedByThemselvesAndNotByTheirAgent()
    {
        const auto mapping =
            found({{"container_cpu_usage_seconds_total", "counter", {{"container", "auth"}, {"pod", "auth-7"}}},
                   {"container_cpu_usage_seconds_total", "counter", {{"container", "POD"}, {"pod", "auth-7"}}},
                   {"container_cpu_usage_seconds_total", "counter", {{"container", ""}, {"pod", "auth-7"}}},
                   {"container_memory_working_set_bytes", "gauge", {{"container", "auth"}, {"pod", "auth-7"}}}},
                  {{"job", "kubelet"}, {"service", "stack-kubelet"}});
        QCOMPARE(mapping.services(), std::vector<std::string>{"auth"});
        QCOMPARE(
            questionOf(mapping, "auth", Signal::Cpu),
            std::string("sum(rate(container_cpu_usage_seconds_total{container=\"auth\",container!=\"POD\"}[60s]))"));
        QCOMPARE(metricOf(mapping, "auth", Signal::Memory), std::string("container_memory_working_set_bytes"));
    }

    void orchestrationAndMonitoringAreNoServices()
    {
        const auto mapping = found({{"kube_deployment_status_replicas", "gauge", {{"deployment", "auth"}}},
                                    {"kube_pod_container_status_restarts_total", "counter", {{"container", "auth"}}},
                                    {"kube_job_status_failed", "gauge", {{"job_name", "backup"}}},
                                    {"prometheus_http_requests_total", "counter", {{"code", "200"}}},
                                    {"prometheus_http_request_duration_seconds", "histogram", {{"handler", "/"}}},
                                    {"apiserver_request_duration_seconds", "histogram", {}},
                                    {"rest_client_requests_total", "counter", {{"code", "200"}}},
                                    {"workqueue_depth", "gauge", {}}},
                                   {{"job", "infrastructure"}});
        QCOMPARE(mapping.queries.size(), std::size_t(0));
    }

    void theExportersOfPostgresAndRedisAreFound()
    {
        const auto postgres = found({{"pg_stat_activity_count", "gauge", {{"datname", "app"}, {"state", "active"}}},
                                     {"pg_settings_max_connections", "gauge", {}},
                                     {"pg_stat_database_xact_commit", "counter", {{"datname", "app"}}},
                                     {"pg_stat_database_xact_rollback", "counter", {{"datname", "app"}}},
                                     {"pg_exporter_last_scrape_duration_seconds", "gauge", {}},
                                     {"pg_up", "gauge", {}}},
                                    {{"job", "postgres"}, {"instance", "db:9187"}});
        QCOMPARE(questionOf(postgres, "postgres", Signal::PoolUsed),
                 std::string("sum(pg_stat_activity_count{job=\"postgres\"})"));
        QCOMPARE(metricOf(postgres, "postgres", Signal::PoolLimit), std::string("pg_settings_max_connections"));
        QCOMPARE(metricOf(postgres, "postgres", Signal::RequestRate), std::string("pg_stat_database_xact_commit"));
        const auto redis = found({{"redis_connected_clients", "gauge", {}},
                                  {"redis_config_maxclients", "gauge", {}},
                                  {"redis_memory_used_bytes", "gauge", {}},
                                  {"redis_commands_processed_total", "counter", {}},
                                  {"redis_cpu_sys_seconds_total", "counter", {}}},
                                 {{"job", "redis"}});
        QCOMPARE(metricOf(redis, "redis", Signal::PoolUsed), std::string("redis_connected_clients"));
        QCOMPARE(metricOf(redis, "redis", Signal::Memory), std::string("redis_memory_used_bytes"));
        QCOMPARE(metricOf(redis, "redis", Signal::RequestRate), std::string("redis_commands_processed_total"));
    }

    void nativeHistogramsAreAskedWithoutLe()
    {
        const std::vector<MetricFacts> facts = {
            {"http_request_duration_seconds", "histogram", "", "", {{"service", {"auth"}}}}};
        const auto mapping = findSignals(facts);
        QCOMPARE(
            questionOf(mapping, "auth", Signal::Latency),
            std::string("histogram_quantile(0.95, sum(rate(http_request_duration_seconds{service=\"auth\"}[60s])))"));
    }

    void whatTheUserChoseTakesThePlaceOfWhatWasFound()
    {
        const auto mapping = found({{"http_requests_total", "counter", {{"status", "200"}}}}, {{"service", "auth"}});
        SignalQuery chosen;
        chosen.service = "auth";
        chosen.signal = Signal::RequestRate;
        chosen.expression = "my_rate";
        SignalQuery added = chosen;
        added.service = "other";
        const auto changed = mapping.with({chosen, added});
        QCOMPARE(changed.find("auth", Signal::RequestRate)->expression, std::string("my_rate"));
        QVERIFY(changed.find("auth", Signal::RequestRate)->isChosenByUser);
        QVERIFY(!changed.find("auth", Signal::ErrorRate)->isChosenByUser);
        QCOMPARE(changed.services().size(), std::size_t(2));
    }

    void namesOfServicesAreQuoted()
    {
        const auto mapping = found({{"http_requests_total", "counter", {}}}, {{"service", "a\"} or vector(1) #\\"}});
        QCOMPARE(mapping.queries.at(0).expression,
                 std::string("sum(rate(http_requests_total{service=\"a\\\"} or vector(1) #\\\\\"}[$window]))"));
    }

    void theWindowCoversFourScrapes()
    {
        QCOMPARE(windowFor(1'000'000'000, 15'000'000'000), std::int64_t(60'000'000'000));
        QCOMPARE(windowFor(300'000'000'000, 15'000'000'000), std::int64_t(300'000'000'000));
        QCOMPARE(withWindow("rate(x[$window]) $quantile", 1'500'000'000, 0.5), std::string("rate(x[2s]) 0.5"));
    }
};

QTEST_GUILESS_MAIN(TestMetricCatalog)
#include "tst_metric_catalog.moc"
