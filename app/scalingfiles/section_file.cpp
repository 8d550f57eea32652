// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/scalingfiles/documents.h"

#include <algorithm>

namespace tailspan::scalingfiles {

namespace {

using advisor::CacheLayer;
using advisor::PoolFigure;
using advisor::ScalingTarget;

void addTarget(advisor::HorizontalAutoscaler &scaler, ScalingTarget::Kind kind, std::string metric,
               advisor::MaybeDeclared value)
{
    if (value)
        scaler.targets.push_back({kind, std::move(metric), {}, std::move(*value)});
}

void readHorizontal(const std::string &service, Section section)
{
    advisor::HorizontalAutoscaler scaler;
    scaler.name = service;
    scaler.service = service;
    scaler.place = section.place();
    scaler.minReplicas = section.count("minReplicas");
    scaler.maxReplicas = section.count("maxReplicas");
    addTarget(scaler, ScalingTarget::Kind::CpuUtilization, "cpu", section.ratio("cpuTarget"));
    addTarget(scaler, ScalingTarget::Kind::MemoryUtilization, "memory", section.ratio("memoryTarget"));
    for (Section &metric : section.list("customMetrics")) {
        std::string name = metric.text("name");
        addTarget(scaler, ScalingTarget::Kind::PodsAverage, std::move(name), metric.quantity("target"));
        metric.listUnknown();
    }
    section.listUnknown();
    section.reading().config.horizontal.push_back(std::move(scaler));
}

void readVertical(const std::string &service, Section section)
{
    advisor::VerticalAutoscaler scaler;
    scaler.name = service;
    scaler.service = service;
    scaler.place = section.place();
    scaler.minCpu = section.cores("minCpu");
    scaler.maxCpu = section.cores("maxCpu");
    scaler.minMemory = section.bytes("minMemory");
    scaler.maxMemory = section.bytes("maxMemory");
    for (const char *key : {"mode", "updateMode"}) {
        if (std::string mode = section.text(key); !mode.empty())
            scaler.mode = std::move(mode);
    }
    section.listUnknown();
    section.reading().config.vertical.push_back(std::move(scaler));
}

void readCluster(Section section)
{
    advisor::ClusterAutoscaler scaler;
    scaler.place = section.place();
    scaler.isEnabled = section.flag("enabled").value_or(true);
    scaler.minNodes = section.count("minNodes");
    scaler.maxNodes = section.count("maxNodes");
    scaler.scaleUpThreshold = section.ratio("scaleUpThreshold");
    scaler.scaleDownThreshold = section.ratio("scaleDownThreshold");
    section.listUnknown();
    section.reading().config.clusterAutoscalers.push_back(std::move(scaler));
}

void addPool(Section &section, std::string_view key, PoolFigure::Role role)
{
    if (auto value = section.count(key))
        section.reading().config.pools.push_back({role, {}, section.pathOf(key), std::move(*value)});
}

void addLayer(Section &section, std::string_view key, CacheLayer::Kind kind)
{
    if (auto value = section.seconds(key))
        section.reading().config.cacheLayers.push_back({kind, section.pathOf(key), std::move(*value), {}});
}

void readDatabase(Section section)
{
    advisor::DatabaseServer &server = section.reading().config.database;
    server.maxConnections = section.count("maxConnections");
    server.reservedConnections = section.count("reservedConnections");
    server.readReplicas = section.count("readReplicas");
    addPool(section, "connectionPoolSize", PoolFigure::Role::Size);
    addPool(section, "poolSize", PoolFigure::Role::Size);
    section.listUnknown();
}

void readPerformance(Section section)
{
    if (auto caching = section.section("caching")) {
        addLayer(*caching, "appTtl", CacheLayer::Kind::Application);
        addLayer(*caching, "redisTtl", CacheLayer::Kind::Redis);
        addLayer(*caching, "cdnTtl", CacheLayer::Kind::Cdn);
        addLayer(*caching, "browserCacheTtl", CacheLayer::Kind::Browser);
        caching->listUnknown();
    }
    if (auto pooling = section.section("connectionPooling")) {
        addPool(*pooling, "size", PoolFigure::Role::Size);
        addPool(*pooling, "maxOpen", PoolFigure::Role::Most);
        addPool(*pooling, "maxIdle", PoolFigure::Role::MostIdle);
        addPool(*pooling, "minIdle", PoolFigure::Role::LeastIdle);
        pooling->ignore({"idleTimeout", "maxLifetime", "acquireTimeout"});
        pooling->listUnknown();
    }
    section.ignore({"compression"});
    section.listUnknown();
}

void readQuotas(Section section)
{
    advisor::ResourceQuota quota;
    quota.nameSpace = section.text("namespace");
    quota.name = quota.nameSpace;
    quota.place = section.place();
    if (auto limits = section.section("limits")) {
        quota.pods = limits->count("pods");
        quota.cpuRequests = limits->cores("cpu");
        quota.memoryRequests = limits->bytes("memory");
        limits->ignore({"services", "persistentvolumeclaims", "secrets", "configmaps"});
        limits->listUnknown();
    }
    section.listUnknown();
    section.reading().config.quotas.push_back(std::move(quota));
}

void readAlert(Section rule)
{
    const std::string name = rule.text("name");
    const Node *condition = rule.find("condition");
    const auto duration = rule.seconds("duration");
    rule.ignore({"severity", "labels", "annotations", "description", "summary"});
    rule.listUnknown();
    auto limit = condition != nullptr ? usageLimitOf(condition->text) : std::nullopt;
    if (!limit)
        return;
    limit->name = name;
    limit->limit.place = rule.reading().placeOf(*condition);
    limit->forSeconds = duration ? duration->value : 0;
    rule.reading().config.alerts.push_back(std::move(*limit));
}

void readMonitoring(Section section)
{
    if (auto prometheus = section.section("prometheus")) {
        section.reading().config.scrapeIntervalSeconds = prometheus->seconds("scrapeInterval");
        prometheus->ignore({"evaluationInterval", "retention", "enabled"});
        prometheus->listUnknown();
    }
    if (auto alerts = section.section("alertManager")) {
        for (Section &rule : alerts->list("rules"))
            readAlert(std::move(rule));
        alerts->listUnknown();
    }
    section.listUnknown();
}

void readLoadTest(Section section)
{
    static constexpr std::pair<std::string_view, std::string_view> kLimits[] = {
        {"cpu", "cpu"},       {"maxCpu", "cpu"},       {"cpuUsage", "cpu"},
        {"memory", "memory"}, {"maxMemory", "memory"}, {"memoryUsage", "memory"}};
    auto holder = section.section("limits");
    if (!holder)
        holder = section.section("thresholds");
    if (!holder)
        holder = section;
    for (const auto &[key, subject] : kLimits) {
        if (auto limit = holder->ratio(key))
            section.reading().config.loadTestLimits.push_back(
                {holder->pathOf(key), std::string(subject), "<", std::move(*limit), 0});
    }
}

} // namespace

bool isSectionFile(const Node &document)
{
    static constexpr std::string_view kSections[] = {"hpa",     "vpa",         "clusterAutoscaling", "database",
                                                     "cdn",     "performance", "resourceQuotas",     "monitoring",
                                                     "loadTest"};
    return std::ranges::any_of(document.map, [](const yaml::Entry &entry) {
        return std::ranges::find(kSections, entry.key) != std::ranges::end(kSections) && entry.value.isMap();
    });
}

void readSections(Section &document)
{
    for (auto &[service, section] : document.named("hpa"))
        readHorizontal(service, std::move(section));
    for (auto &[service, section] : document.named("vpa"))
        readVertical(service, std::move(section));
    if (auto section = document.section("clusterAutoscaling"))
        readCluster(std::move(*section));
    if (auto section = document.section("database"))
        readDatabase(std::move(*section));
    if (auto section = document.section("cdn")) {
        addLayer(*section, "cacheTtl", CacheLayer::Kind::Cdn);
        section->ignore({"enabled", "provider", "regions"});
        section->listUnknown();
    }
    if (auto section = document.section("redis")) {
        addLayer(*section, "ttl", CacheLayer::Kind::Redis);
        section->ignore({"clusterMode", "shardCount", "replicaCount"});
        section->listUnknown();
    }
    if (auto section = document.section("performance"))
        readPerformance(std::move(*section));
    if (auto section = document.section("resourceQuotas"))
        readQuotas(std::move(*section));
    if (auto section = document.section("monitoring"))
        readMonitoring(std::move(*section));
    if (auto section = document.section("loadTest"))
        readLoadTest(std::move(*section));
    document.ignore({"loadBalancer", "multiRegion", "networkPolicies", "serviceMesh", "backup", "disasterRecovery"});
    document.listUnknown();
}

} // namespace tailspan::scalingfiles
