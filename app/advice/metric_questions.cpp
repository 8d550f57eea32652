// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/metric_questions.h"

#include "models/metric/promql_text.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace tailspan::advice {

namespace {

using advisor::Role;
using metric::Signal;
using metric::SignalQuery;
using Names = std::set<std::string, std::less<>>;
using Naming = RoleQuestion::Naming;

/// The expression of one service as a template for all: its matcher becomes "%s", its aggregation is grouped by "%by".
std::string templateOf(const SignalQuery &query)
{
    std::string text = query.expression;
    const std::string matcher = query.serviceLabel + "=" + metric::quotedLabel(query.service);
    const std::size_t at = text.find(matcher);
    if (at == std::string::npos)
        return {};
    metric::replaceAll(text, matcher, "%s");
    if (const std::size_t le = text.find("by (le) "); le != std::string::npos)
        return text.replace(le, 8, "by (le, %by) ");
    for (const char *aggregation : {"sum(", "max(", "avg("}) {
        if (const std::size_t found = text.find(aggregation); found != std::string::npos)
            return text.replace(found + 3, 1, " by (%by) (");
    }
    return {};
}

struct RoleOfSignal {
    Signal signal;
    Role role;
    bool isByPod; ///< Asked by pod as well.
};
constexpr RoleOfSignal kRoles[] = {
    {Signal::RequestRate, Role::RequestRate, true},
    {Signal::Latency, Role::LatencyP95, true},
    {Signal::Cpu, Role::CpuUsage, true},
    {Signal::Memory, Role::MemoryUsage, true},
    {Signal::EventLoopLag, Role::EventLoopLag, true},
    {Signal::PoolUsed, Role::PoolUsed, true},
    {Signal::PoolWaiting, Role::PoolWaiting, true},
    {Signal::PoolLimit, Role::PoolLimit, true},
};

bool isOfServer(const std::string &metric)
{
    return metric.starts_with("pg_stat_") || metric.starts_with("pg_settings_") || metric.starts_with("redis_");
}

/// Questions by template, so that services with the same metric are asked for at once.
class Plan {
public:
    explicit Plan(const Names &names) : m_names(names) {}

    [[nodiscard]] bool has(std::string_view name) const { return m_names.contains(name); }
    [[nodiscard]] const Names &names() const { return m_names; }

    void add(RoleQuestion question, const std::string &service)
    {
        const auto key = std::tuple(question.role, question.expression, question.isByPod);
        const auto [at, isNew] = m_byKey.try_emplace(key, m_questions.size());
        if (isNew)
            m_questions.push_back(std::move(question));
        if (!service.empty())
            m_questions[at->second].services.insert(service);
    }
    void addBoth(const RoleQuestion &question, const std::string &service, bool isByPod)
    {
        add(question, service);
        if (!isByPod)
            return;
        RoleQuestion byPod = question;
        byPod.isByPod = true;
        add(std::move(byPod), service);
    }
    [[nodiscard]] std::vector<RoleQuestion> take() { return std::move(m_questions); }

private:
    const Names &m_names;
    std::map<std::tuple<Role, std::string, bool>, std::size_t> m_byKey;
    std::vector<RoleQuestion> m_questions;
};

void addSignals(Plan &plan, const metric::MetricMapping &mapping, bool isKubernetes)
{
    for (const SignalQuery &query : mapping.queries) {
        const auto *role = std::ranges::find(kRoles, query.signal, &RoleOfSignal::signal);
        const bool isPool = query.signal == Signal::PoolUsed || query.signal == Signal::PoolLimit;
        if (role == std::end(kRoles) || (isPool && isOfServer(query.metric))
            || (isKubernetes && query.metric.starts_with("container_")))
            continue;
        RoleQuestion question{role->role, templateOf(query), query.serviceLabel, Naming::Label, false, 1, {}};
        if (query.unit == metric::MetricUnit::Milliseconds)
            question.factor = 1e-3;
        if (!question.expression.empty())
            plan.addBoth(question, query.service, role->isByPod);
    }
}

/// Failed requests as a share of all. A service without a series of failures had none, as long as it has requests.
void addErrors(Plan &plan, const metric::MetricMapping &mapping)
{
    for (const std::string &service : mapping.services()) {
        const SignalQuery *errors = mapping.find(service, Signal::ErrorRate);
        const SignalQuery *requests = mapping.find(service, Signal::RequestRate);
        if (errors == nullptr || requests == nullptr || errors->serviceLabel != requests->serviceLabel)
            continue;
        const std::string failed = templateOf(*errors);
        const std::string all = templateOf(*requests);
        if (!failed.empty() && !all.empty())
            plan.addBoth({Role::ErrorRatio,
                          "((" + failed + ") or (" + all + ") * 0) / (" + all + ")",
                          errors->serviceLabel,
                          Naming::Label,
                          false,
                          1,
                          {}},
                         service, true);
    }
}

/// A label by which metrics of a family name their service.
std::string labelOf(const metric::MetricMapping &mapping, std::initializer_list<std::string_view> families,
                    std::string fallback)
{
    for (const SignalQuery &query : mapping.queries) {
        if (std::ranges::any_of(families, [&](std::string_view family) { return query.metric.starts_with(family); }))
            return query.serviceLabel;
    }
    return fallback;
}

void addRuntime(Plan &plan, const metric::MetricMapping &mapping)
{
    const std::string label = labelOf(mapping, {"nodejs_", "process_", "http_"}, "job");
    // The least that is in use over a while is what a collection left.
    for (const auto &[name, matcher] : {std::pair("nodejs_heap_space_size_used_bytes", ",space=\"old\""),
                                        std::pair("nodejs_heap_size_used_bytes", "")}) {
        if (!plan.has(name))
            continue;
        plan.addBoth({Role::HeapAfterGc,
                      "sum by (%by) (min_over_time(" + std::string(name) + "{%s" + matcher + "}[$window]))",
                      label,
                      Naming::Label,
                      false,
                      1,
                      {}},
                     {}, true);
        break;
    }
    const std::string poolLabel = labelOf(mapping, {"pg_pool", "db_client", "hikaricp"}, label);
    for (const std::string &name : plan.names()) {
        const bool isWait = name.ends_with("_bucket")
            && ((name.find("pool") != std::string::npos && name.find("wait") != std::string::npos)
                || name.find("connections_acquire") != std::string::npos
                || name.find("connection_wait_time") != std::string::npos);
        const bool isMilliseconds = name.find("_ms_") != std::string::npos
            || name.find("millisecond") != std::string::npos;
        if (isWait)
            plan.add({Role::PoolWait,
                      "histogram_quantile(0.95, sum by (le, %by) (rate(" + name + "{%s}[$window])))",
                      poolLabel,
                      Naming::Label,
                      false,
                      isMilliseconds ? 1e-3 : 1,
                      {}},
                     {});
    }
}

struct FixedRule {
    Role role;
    std::string_view metric;
    std::string_view expression; ///< "%m": the metric.
    std::string_view label;
    Naming naming;
    double factor = 1;
};

constexpr std::string_view kBySum = "sum by (%by) (%m{%s})";
constexpr std::string_view kByMost = "max by (%by) (%m{%s})";
/// kube-state-metrics (docs/metrics) and cAdvisor. Of a role and a naming the first that is there counts.
constexpr FixedRule kKubernetes[] = {
    {Role::Replicas, "kube_deployment_status_replicas_ready", kBySum, "deployment", Naming::Label},
    {Role::Replicas, "kube_deployment_status_replicas_available", kBySum, "deployment", Naming::Label},
    {Role::ReplicasDesired, "kube_horizontalpodautoscaler_status_desired_replicas", kByMost, "horizontalpodautoscaler",
     Naming::Autoscaler},
    {Role::ReplicasDesired, "kube_hpa_status_desired_replicas", kByMost, "hpa", Naming::Autoscaler},
    {Role::ReplicasMinimum, "kube_horizontalpodautoscaler_spec_min_replicas", kByMost, "horizontalpodautoscaler",
     Naming::Autoscaler},
    {Role::ReplicasMinimum, "kube_hpa_spec_min_replicas", kByMost, "hpa", Naming::Autoscaler},
    {Role::ReplicasMaximum, "kube_horizontalpodautoscaler_spec_max_replicas", kByMost, "horizontalpodautoscaler",
     Naming::Autoscaler},
    {Role::ReplicasMaximum, "kube_hpa_spec_max_replicas", kByMost, "hpa", Naming::Autoscaler},
    {Role::MetricTarget, "kube_horizontalpodautoscaler_spec_target_metric",
     "max by (%by) (%m{%s,metric_name=\"cpu\",metric_target_type=\"utilization\"})", "horizontalpodautoscaler",
     Naming::Autoscaler, 0.01},
    {Role::CpuRequest, "kube_pod_container_resource_requests", "sum by (%by) (%m{%s,resource=\"cpu\"})", "pod",
     Naming::Pod},
    {Role::CpuRequest, "kube_pod_container_resource_requests_cpu_cores", kBySum, "pod", Naming::Pod},
    {Role::CpuLimit, "kube_pod_container_resource_limits", "sum by (%by) (%m{%s,resource=\"cpu\"})", "pod",
     Naming::Pod},
    {Role::MemoryRequest, "kube_pod_container_resource_requests", "sum by (%by) (%m{%s,resource=\"memory\"})", "pod",
     Naming::Pod},
    {Role::MemoryLimit, "kube_pod_container_resource_limits", "sum by (%by) (%m{%s,resource=\"memory\"})", "pod",
     Naming::Pod},
    {Role::CpuUsage, "container_cpu_usage_seconds_total",
     "sum by (%by) (rate(%m{%s,container!=\"\",container!=\"POD\"}[$window]))", "pod", Naming::Pod},
    {Role::MemoryUsage, "container_memory_working_set_bytes",
     "sum by (%by) (%m{%s,container!=\"\",container!=\"POD\"})", "pod", Naming::Pod},
    {Role::Restarts, "kube_pod_container_status_restarts_total", kBySum, "pod", Naming::Pod},
    {Role::PodReadySeconds, "kube_pod_status_ready_time", "max by (%by) (%m{%s}) - max by (%by) (kube_pod_created{%s})",
     "pod", Naming::Pod},
};

/// postgres_exporter and redis_exporter; the label is the server's.
constexpr FixedRule kServers[] = {
    {Role::ServerConnections, "pg_stat_activity_count", kBySum, "pg_", Naming::Label},
    {Role::ServerConnections, "pg_stat_database_numbackends", kBySum, "pg_", Naming::Label},
    {Role::ServerActive, "pg_stat_activity_count", "sum by (%by) (%m{%s,state=\"active\"})", "pg_", Naming::Label},
    {Role::ServerIdleInTransaction, "pg_stat_activity_count", "sum by (%by) (%m{%s,state=~\"idle in transaction.*\"})",
     "pg_", Naming::Label},
    {Role::LockWaiting, "pg_stat_activity_count", "sum by (%by) (%m{%s,wait_event_type=\"Lock\"})", "pg_",
     Naming::Label},
    {Role::ServerMaximum, "pg_settings_max_connections", kByMost, "pg_", Naming::Label},
    {Role::CacheHitRatio, "redis_keyspace_hits_total",
     "sum by (%by) (rate(%m{%s}[$window])) / (sum by (%by) (rate(%m{%s}[$window])) + "
     "sum by (%by) (rate(redis_keyspace_misses_total{%s}[$window])))",
     "redis_", Naming::Label},
    {Role::CacheHitRatio, "redis_cache_hits_total",
     "sum by (%by) (rate(%m{%s}[$window])) / (sum by (%by) (rate(%m{%s}[$window])) + "
     "sum by (%by) (rate(redis_cache_misses_total{%s}[$window])))",
     "redis_cache_", Naming::Label},
    {Role::CacheEvictions, "redis_evicted_keys_total", "sum by (%by) (rate(%m{%s}[$window]))", "redis_", Naming::Label},
    {Role::CacheMemory, "redis_memory_used_bytes", kBySum, "redis_", Naming::Label},
};

void addFixed(Plan &plan, const FixedRule &rule, const std::string &label)
{
    std::string expression(rule.expression);
    metric::replaceAll(expression, "%m", rule.metric);
    const bool isByPod = rule.naming == Naming::Pod;
    plan.add({rule.role, std::move(expression), label, rule.naming, isByPod, rule.factor, {}}, {});
}

void addKubernetes(Plan &plan)
{
    std::set<Role> taken;
    for (const FixedRule &rule : kKubernetes) {
        const bool isThere = plan.has(rule.metric)
            && (rule.role != Role::PodReadySeconds || plan.has("kube_pod_created"));
        if (isThere && taken.insert(rule.role).second)
            addFixed(plan, rule, std::string(rule.label));
    }
    // Stateful sets stand beside deployments.
    const FixedRule stateful{Role::Replicas, "kube_statefulset_status_replicas_ready", kBySum, "statefulset",
                             Naming::Label};
    if (plan.has(stateful.metric))
        addFixed(plan, stateful, std::string(stateful.label));
}

void addServers(Plan &plan, const metric::MetricMapping &mapping)
{
    std::set<std::pair<Role, std::string_view>> taken;
    for (const FixedRule &rule : kServers) {
        if (!plan.has(rule.metric) || !taken.insert({rule.role, rule.label}).second)
            continue;
        // A cache of an application's own says whose it is; exporters name the server.
        const bool isOfApplication = rule.label == "redis_cache_";
        addFixed(plan, rule,
                 isOfApplication ? labelOf(mapping, {"http_", "process_"}, "job")
                                 : labelOf(mapping, {rule.label}, "instance"));
    }
}

bool isHashOf(std::string_view text, std::size_t least, std::size_t most)
{
    // The alphabet of names that Kubernetes draws (k8s.io/apimachinery, pkg/util/rand): no vowels, no 0, 1, 3.
    return text.size() >= least && text.size() <= most
        && text.find_first_not_of("bcdfghjklmnpqrstvwxz2456789") == std::string_view::npos;
}

} // namespace

std::string RoleQuestion::asked() const
{
    std::string text = expression;
    metric::replaceAll(text, "%s", label + "!=\"\"");
    const bool isPodLabel = naming == Naming::Pod;
    metric::replaceAll(text, "%by", isByPod && !isPodLabel ? label + ", pod, instance, version" : label);
    return text;
}

std::string RoleQuestion::askedOf(std::string_view name) const
{
    std::string text = expression;
    metric::replaceAll(text, "%s", label + "=" + metric::quotedLabel(name));
    metric::replaceAll(text, "%by", isByPod && naming != Naming::Pod ? label + ", pod, instance, version" : label);
    return text;
}

std::vector<RoleQuestion> roleQuestions(const metric::MetricMapping &mapping,
                                        const std::set<std::string, std::less<>> &names)
{
    Plan plan(names);
    const bool isKubernetes = std::ranges::any_of(names, [](const std::string &name) {
        return name.starts_with("kube_pod_") || name.starts_with("kube_deployment_");
    });
    addSignals(plan, mapping, isKubernetes);
    addErrors(plan, mapping);
    addRuntime(plan, mapping);
    if (isKubernetes)
        addKubernetes(plan);
    addServers(plan, mapping);
    return plan.take();
}

std::string serviceOfPod(std::string_view pod)
{
    const std::size_t last = pod.rfind('-');
    if (last == std::string_view::npos || last == 0)
        return std::string(pod);
    const std::string_view end = pod.substr(last + 1);
    const std::string_view rest = pod.substr(0, last);
    if (!end.empty() && end.find_first_not_of("0123456789") == std::string_view::npos && !isHashOf(end, 5, 5))
        return std::string(rest);
    if (!isHashOf(end, 5, 5))
        return std::string(pod);
    const std::size_t middle = rest.rfind('-');
    if (middle != std::string_view::npos && middle > 0 && isHashOf(rest.substr(middle + 1), 6, 10))
        return std::string(rest.substr(0, middle));
    return std::string(rest);
}

} // namespace tailspan::advice
