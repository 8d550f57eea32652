// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

/// Where something is declared.
struct Place {
    std::string file; ///< Without its folder.
    int line = 0;     ///< From 1; 0: not known.

    [[nodiscard]] std::string text() const; ///< "scaling-config.yaml:12": the target of a Config reference.
    friend bool operator==(const Place &, const Place &) = default;
};

/// A number that a file declares. Units as said where it stands: cores, bytes, seconds, ratio 0 to 1, or a count.
struct Declared {
    double value = 0;
    std::string written; ///< As the file has it: "2000m"; what an undo writes back.
    Place place;
};
using MaybeDeclared = std::optional<Declared>;

/// What an autoscaler aims at.
struct ScalingTarget {
    enum class Kind : std::uint8_t {
        CpuUtilization,    ///< Ratio of the request, mean over the pods.
        MemoryUtilization, ///< The same.
        CpuAverage,        ///< Cores a pod.
        MemoryAverage,     ///< Bytes a pod.
        PodsAverage,       ///< Own metric, a pod.
        ObjectValue,       ///< Own or outside metric, as a whole.
        ObjectAverage,     ///< The same, divided by the pods.
    };
    Kind kind = Kind::CpuUtilization;
    std::string metric;    ///< "cpu", "memory", or the name of an own metric.
    std::string container; ///< Of a target that looks at one container only.
    Declared target;
};

/// How fast the autoscaler may go in one direction. Absent parts are the controller's defaults.
struct ScalingRules {
    enum class Select : std::uint8_t { Most, Least, Disabled };
    struct Policy {
        bool isPercent = false; ///< Of the pods at the start of the period; else a number of pods.
        double value = 0;
        double periodSeconds = 15;
    };
    MaybeDeclared stabilizationSeconds;
    Select select = Select::Most;
    std::vector<Policy> policies; ///< Empty: the defaults.
    MaybeDeclared tolerance;      ///< Ratio.
};

struct HorizontalAutoscaler {
    std::string name;
    std::string nameSpace;
    std::string service; ///< Name of what it scales.
    std::string targetKind = "Deployment";
    std::string apiVersion; ///< "autoscaling/v2"; empty where the file is no manifest.
    MaybeDeclared minReplicas;
    MaybeDeclared maxReplicas;
    std::vector<ScalingTarget> targets;
    std::optional<ScalingRules> up;
    std::optional<ScalingRules> down;
    Place place;
};

struct VerticalAutoscaler {
    std::string name;
    std::string nameSpace;
    std::string service;
    std::string mode = "Auto"; ///< "Off": recommends only; "Initial", "Recreate", "Auto", "InPlaceOrRecreate".
    bool controlsCpu = true;
    bool controlsMemory = true;
    MaybeDeclared minCpu, maxCpu;       ///< Cores a pod.
    MaybeDeclared minMemory, maxMemory; ///< Bytes a pod.
    Place place;

    [[nodiscard]] bool isActive() const { return mode != "Off"; }
};

/// A Deployment or StatefulSet.
struct Workload {
    std::string kind = "Deployment";
    std::string name;
    std::string nameSpace;
    MaybeDeclared replicas;
    MaybeDeclared cpuRequest, cpuLimit;       ///< Cores, all containers of a pod together; absent when one has none.
    MaybeDeclared memoryRequest, memoryLimit; ///< Bytes, the same.
    MaybeDeclared surgePods;                  ///< Pods more than wanted during a rollout;
    MaybeDeclared surgeRatio;                 ///< or as a ratio, rounded up.
    MaybeDeclared readyDelaySeconds;          ///< initialDelaySeconds of the readiness probe.
    std::string nodeOptions;                  ///< NODE_OPTIONS.
    Place nodeOptionsPlace;
    std::string version; ///< Label app.kubernetes.io/version or version.
    Place place;
};

struct ResourceQuota {
    std::string name;
    std::string nameSpace;
    MaybeDeclared pods;
    MaybeDeclared cpuRequests, cpuLimits;       ///< Cores. One figure without "requests." or "limits." is requests.
    MaybeDeclared memoryRequests, memoryLimits; ///< Bytes.
    Place place;
};

/// Of LimitRange: what a container gets that says nothing.
struct ContainerDefaults {
    std::string nameSpace;
    MaybeDeclared cpuRequest, cpuLimit;
    MaybeDeclared memoryRequest, memoryLimit;
    Place place;
};

struct ClusterAutoscaler {
    bool isEnabled = true;
    MaybeDeclared minNodes, maxNodes;
    MaybeDeclared scaleUpThreshold;   ///< Ratio. No such setting exists.
    MaybeDeclared scaleDownThreshold; ///< Ratio of requests to what a node has; default 0.5.
    Place place;
};

/// One figure about a pool of connections to a database.
struct PoolFigure {
    enum class Role : std::uint8_t { Size, Most, MostIdle, LeastIdle };
    Role role = Role::Size;
    std::string service; ///< Empty: every service.
    std::string key;     ///< "database.connectionPoolSize", "env DB_POOL_MAX"
    Declared connections;
};

struct DatabaseServer {
    MaybeDeclared maxConnections;
    MaybeDeclared reservedConnections; ///< superuser_reserved_connections
    MaybeDeclared readReplicas;
};

/// One figure about how long a layer keeps what it has.
struct CacheLayer {
    enum class Kind : std::uint8_t { Application, Redis, Cdn, Browser };
    Kind kind = Kind::Redis;
    std::string key; ///< "performance.caching.cdnTtl"
    Declared ttlSeconds;
    std::string header; ///< "Cache-Control: …" where the file gives it.
};
[[nodiscard]] std::string_view cacheLayerText(CacheLayer::Kind kind); ///< "Redis", "CDN", "browser", "application"

/// A limit at which somebody is called, or a load test fails.
struct UsageLimit {
    std::string name;    ///< "HighCPUUsage"
    std::string subject; ///< "cpu", "memory", or the metric as written.
    std::string comparison;
    Declared limit; ///< Ratio for cpu and memory, else as written.
    double forSeconds = 0;
};

/// Something odd in a file, in words.
struct ConfigRemark {
    std::string text;
    Place place;
};

/// What configuration files declare about scaling: autoscalers, quotas, pools, cache layers, limits. Filled by
/// app/scalingfiles, of one file or of several; immutable while detectors run. What is not declared is absent.
struct ScalingConfig {
    std::vector<std::string> files;
    std::vector<HorizontalAutoscaler> horizontal;
    std::vector<VerticalAutoscaler> vertical;
    std::vector<Workload> workloads;
    std::vector<ResourceQuota> quotas;
    std::vector<ContainerDefaults> containerDefaults;
    std::vector<ClusterAutoscaler> clusterAutoscalers;
    std::vector<PoolFigure> pools;
    DatabaseServer database;
    std::vector<CacheLayer> cacheLayers;
    std::vector<UsageLimit> alerts;
    std::vector<UsageLimit> loadTestLimits;
    MaybeDeclared scrapeIntervalSeconds;
    std::vector<ConfigRemark> unknownKeys; ///< Read by nobody; the text is the key with its path.
    std::vector<ConfigRemark> problems;    ///< Values that cannot be used, and why.
    std::vector<std::string> notes;        ///< What was assumed, and what was left out.

    [[nodiscard]] const HorizontalAutoscaler *horizontalOf(std::string_view service) const;
    [[nodiscard]] const VerticalAutoscaler *verticalOf(std::string_view service) const;
    [[nodiscard]] const Workload *workloadOf(std::string_view service) const;
    /// Names of all that is scaled or deployed, sorted, each once.
    [[nodiscard]] std::vector<std::string> services() const;
    /// Adds what another file declares. Of single values (the database's) those of `other` win where they are there,
    /// and a difference is a problem.
    void join(ScalingConfig other);
};

} // namespace tailspan::advisor
