// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/signal_rules.h"

#include <algorithm>
#include <array>

namespace tailspan::metric {

namespace {

using enum Signal;
using Form = SignalQuery::Form;

constexpr std::string_view kRate = "sum(rate(%m{%s}[$window]))";
constexpr std::string_view kSum = "sum(%m{%s})";
constexpr std::string_view kMost = "max(%m{%s})";
constexpr std::string_view kMean = "avg(%m{%s})";
constexpr std::string_view kClassic = "histogram_quantile($quantile, sum by (le) (rate(%m{%s}[$window])))";
constexpr std::string_view kNative = "histogram_quantile($quantile, sum(rate(%m{%s}[$window])))";
/// Quantiles cannot be joined: of several instances the worst one is taken.
constexpr std::string_view kSummary = "max(%m{%s})";
constexpr auto kNone = MetricUnit::None;

constexpr SignalRule kRules[] = {
    // Requests: a counter says it itself, else the count of a histogram of their durations.
    {RequestRate, "http_requests_total", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "http_server_requests_total", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "istio_requests_total", "reporter=\"destination\"", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "grpc_server_handled_total", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "nginx_ingress_controller_requests", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "http_server_request_duration_seconds_count", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "http_server_requests_seconds_count", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "http_server_duration_milliseconds_count", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "http_request_duration_seconds_count", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "*request*duration*_count", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "*http*request*_total", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "*requests_total", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "*response*time*_count", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "redis_commands_processed_total", "", "", kRate, MetricUnit::PerSecond},
    {RequestRate, "pg_stat_database_xact_commit", "", "", kRate, MetricUnit::PerSecond},
    // Errors: the requests whose status says so, else a counter of its own.
    {ErrorRate, "http_requests_total", "status=~\"5..\"", "status", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*http*request*_total", "status_code=~\"5..\"", "status_code", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*http*request*_total", "code=~\"5..\"", "code", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*http*request*_total", "status=~\"5..\"", "status", kRate, MetricUnit::PerSecond},
    {ErrorRate, "istio_requests_total", "reporter=\"destination\",response_code=~\"5..\"", "response_code", kRate,
     MetricUnit::PerSecond},
    {ErrorRate, "grpc_server_handled_total", "grpc_code!=\"OK\"", "grpc_code", kRate, MetricUnit::PerSecond},
    {ErrorRate, "nginx_ingress_controller_requests", "status=~\"5..\"", "status", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*request*_count", "http_response_status_code=~\"5..\"", "http_response_status_code", kRate,
     MetricUnit::PerSecond},
    {ErrorRate, "http_server_duration*_count", "http_status_code=~\"5..\"", "http_status_code", kRate,
     MetricUnit::PerSecond},
    {ErrorRate, "http_server_requests_seconds_count", "outcome=\"SERVER_ERROR\"", "outcome", kRate,
     MetricUnit::PerSecond},
    {ErrorRate, "*request*_count", "status_code=~\"5..\"", "status_code", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*request*_count", "status=~\"5..\"", "status", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*request*_count", "code=~\"5..\"", "code", kRate, MetricUnit::PerSecond},
    {ErrorRate, "*request*errors_total", "", "", kRate, MetricUnit::PerSecond},
    {ErrorRate, "errors_total", "", "", kRate, MetricUnit::PerSecond},
    {ErrorRate, "pg_stat_database_xact_rollback", "", "", kRate, MetricUnit::PerSecond},
    {ErrorRate, "redis_rejected_connections_total", "", "", kRate, MetricUnit::PerSecond},
    // Latency; the unit is in the name.
    {Latency, "http_server_request_duration_seconds_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "http_server_requests_seconds_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "http_request_duration_seconds_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "*http*request*duration*_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "http_server_duration*_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "*request*duration*_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "*request*latency*_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "*response*time*_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "grpc_server_handling_seconds_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "rpc_server_duration*_bucket", "", "le", kClassic, kNone, Form::ClassicHistogram},
    {Latency, "*request*duration*", "", "", kNative, kNone, Form::NativeHistogram},
    {Latency, "*request*latency*", "", "", kNative, kNone, Form::NativeHistogram},
    {Latency, "http_server_duration*", "", "", kNative, kNone, Form::NativeHistogram},
    {Latency, "http_server_requests_seconds", "", "quantile", kSummary, kNone, Form::Summary},
    {Latency, "*request*duration*", "", "quantile", kSummary, kNone, Form::Summary},
    {Latency, "*request*latency*", "", "quantile", kSummary, kNone, Form::Summary},
    {Latency, "*response*time*", "", "quantile", kSummary, kNone, Form::Summary},
    // CPU, in cores; as a share where nothing else is told.
    {Cpu, "container_cpu_usage_seconds_total", "container!=\"POD\"", "container", kRate, MetricUnit::Ratio},
    {Cpu, "process_cpu_seconds_total", "", "", kRate, MetricUnit::Ratio},
    {Cpu, "process_cpu_time_seconds_total", "", "", kRate, MetricUnit::Ratio},
    {Cpu, "process_cpu_usage", "", "", kMean, MetricUnit::Ratio},
    {Cpu, "redis_cpu_sys_seconds_total", "", "", kRate, MetricUnit::Ratio},
    {Memory, "container_memory_working_set_bytes", "container!=\"POD\"", "container", kSum, MetricUnit::Bytes},
    {Memory, "process_resident_memory_bytes", "", "", kSum, MetricUnit::Bytes},
    {Memory, "process_memory_usage_bytes", "", "", kSum, MetricUnit::Bytes},
    {Memory, "redis_memory_used_bytes", "", "", kSum, MetricUnit::Bytes},
    {Memory, "jvm_memory_used_bytes", "", "", kSum, MetricUnit::Bytes},
    {EventLoopLag, "nodejs_eventloop_lag_p99_seconds", "", "", kMost, MetricUnit::Seconds},
    {EventLoopLag, "nodejs_eventloop_delay_p99_seconds", "", "", kMost, MetricUnit::Seconds},
    {EventLoopLag, "nodejs_eventloop_lag_seconds", "", "", kMost, MetricUnit::Seconds},
    {EventLoopLag, "*event*loop*lag*_seconds", "", "", kMost, MetricUnit::Seconds},
    {EventLoopLag, "*event*loop*lag*_ms", "", "", kMost, MetricUnit::Milliseconds},
    {Heap, "nodejs_heap_size_used_bytes", "", "", kSum, MetricUnit::Bytes},
    {Heap, "v8js_memory_heap_used_bytes", "", "", kSum, MetricUnit::Bytes},
    {Heap, "jvm_memory_used_bytes", "area=\"heap\"", "area", kSum, MetricUnit::Bytes},
    {Heap, "jvm_memory_used_bytes", "jvm_memory_type=\"heap\"", "jvm_memory_type", kSum, MetricUnit::Bytes},
    {Heap, "go_memstats_heap_inuse_bytes", "", "", kSum, MetricUnit::Bytes},
    // Seconds of collection a second.
    {GarbageCollection, "nodejs_gc_duration_seconds_sum", "", "", kRate, MetricUnit::Ratio},
    {GarbageCollection, "v8js_gc_duration_seconds_sum", "", "", kRate, MetricUnit::Ratio},
    {GarbageCollection, "jvm_gc_pause_seconds_sum", "", "", kRate, MetricUnit::Ratio},
    {GarbageCollection, "jvm_gc_duration_seconds_sum", "", "", kRate, MetricUnit::Ratio},
    {GarbageCollection, "go_gc_duration_seconds_sum", "", "", kRate, MetricUnit::Ratio},
    {PoolUsed, "hikaricp_connections_active", "", "", kSum, MetricUnit::Count},
    {PoolUsed, "db_client_connection*", "state=\"used\"", "state", kSum, MetricUnit::Count},
    {PoolUsed, "db_client_connection_count", "db_client_connection_state=\"used\"", "db_client_connection_state", kSum,
     MetricUnit::Count},
    {PoolUsed, "pg_stat_activity_count", "", "", kSum, MetricUnit::Count},
    {PoolUsed, "redis_connected_clients", "", "", kSum, MetricUnit::Count},
    {PoolUsed, "*pool*_used", "", "", kSum, MetricUnit::Count},
    {PoolUsed, "*pool*_active*", "", "", kSum, MetricUnit::Count},
    {PoolUsed, "*pool*_in_use*", "", "", kSum, MetricUnit::Count},
    {PoolUsed, "*pool*_busy*", "", "", kSum, MetricUnit::Count},
    {PoolWaiting, "hikaricp_connections_pending", "", "", kSum, MetricUnit::Count},
    {PoolWaiting, "db_client_connection*pending_requests", "", "", kSum, MetricUnit::Count},
    {PoolWaiting, "*pool*_waiting*", "", "", kSum, MetricUnit::Count},
    {PoolWaiting, "*pool*_pending*", "", "", kSum, MetricUnit::Count},
    {PoolLimit, "hikaricp_connections_max", "", "", kSum, MetricUnit::Count},
    {PoolLimit, "db_client_connection*_max", "", "", kSum, MetricUnit::Count},
    {PoolLimit, "pg_settings_max_connections", "", "", kSum, MetricUnit::Count},
    {PoolLimit, "redis_config_maxclients", "", "", kSum, MetricUnit::Count},
    {PoolLimit, "*pool*_max*", "", "", kSum, MetricUnit::Count},
    {PoolLimit, "*pool*_size", "", "", kSum, MetricUnit::Count},
    {QueueLength, "*queue*length", "", "", kSum, MetricUnit::Count},
    {QueueLength, "*queue*depth", "", "", kSum, MetricUnit::Count},
    {QueueLength, "*queue*size", "", "", kSum, MetricUnit::Count},
    {QueueLength, "*queue*waiting", "", "", kSum, MetricUnit::Count},
    {QueueLength, "*executor_queued_tasks", "", "", kSum, MetricUnit::Count},
    {QueueLength, "kafka_consumergroup_lag", "", "", kSum, MetricUnit::Count},
};

constexpr std::array<std::string_view, 10> kServiceLabels = {"service",
                                                             "service_name",
                                                             "destination_workload",
                                                             "app_kubernetes_io_name",
                                                             "application",
                                                             "app",
                                                             "container",
                                                             "deployment",
                                                             "job",
                                                             "instance"};

constexpr std::array<std::string_view, 14> kOthers = {
    "prometheus_", "promhttp_", "scrape_",      "net_conntrack_", "alertmanager_", "kube_",        "kubelet_",
    "apiserver_",  "etcd_",     "rest_client_", "workqueue_",     "coredns_",      "pg_exporter_", "otelcol_"};

} // namespace

std::span<const SignalRule> signalRules()
{
    return kRules;
}

std::span<const std::string_view> serviceLabels()
{
    return kServiceLabels;
}

bool isOfOthers(std::string_view name)
{
    const bool isKnown =
        std::any_of(kOthers.begin(), kOthers.end(), [&](std::string_view prefix) { return name.starts_with(prefix); });
    return isKnown || name.find("http_client") != std::string_view::npos
        || name.find("rpc_client") != std::string_view::npos;
}

} // namespace tailspan::metric
