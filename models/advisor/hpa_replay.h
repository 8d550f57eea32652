// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/scaling_config.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace tailspan::advisor {

// What the controller of HorizontalPodAutoscalers does, step by step. Source: kubernetes,
// pkg/controller/podautoscaler/replica_calculator.go and horizontal.go (v1.30); defaults of pkg/apis/autoscaling/v2.
// Times in seconds since any moment. Pure functions; thread: any.

inline constexpr double kHpaTolerance = 0.1;
inline constexpr double kHpaSyncSeconds = 15;

/// One pod as the controller sees it.
struct PodSample {
    std::optional<double> usage; ///< Absent: no metric came for it.
    double request = 0;          ///< In the unit of the usage.
    bool isReady = true;
};

/// How many replicas one metric asks for, when `current` are there and the mean use should be `target` times the
/// request (isUtilization) or `target` a pod. Pods that are not ready count as idle while more are wanted; pods without
/// a metric count as idle then, and as busy to their request while fewer are wanted; nothing changes when that turns
/// the direction, or the ratio is within the tolerance. Nothing when no pod has a metric.
[[nodiscard]] std::optional<std::uint32_t> wantedReplicas(std::uint32_t current, std::span<const PodSample> pods,
                                                          double target, bool isUtilization,
                                                          double tolerance = kHpaTolerance);

/// The limits within which an autoscaler may act; absent rules are the controller's defaults: up without waiting by 4
/// pods or 100 % in 15 s, down to the highest wish of 300 s.
struct ScalingBounds {
    std::uint32_t least = 1;
    std::uint32_t most = 1;
    std::optional<ScalingRules> up;
    std::optional<ScalingRules> down;
};

/// Remembers wishes and changes, as stabilisation windows and policies need them. One an autoscaler; times rise.
class ScalingMemory {
public:
    /// What the controller sets when a metric wants `wanted` and `current` are there.
    [[nodiscard]] std::uint32_t decide(double nowSeconds, std::uint32_t current, std::uint32_t wanted,
                                       const ScalingBounds &bounds);

private:
    struct Entry {
        double atSeconds = 0;
        double value = 0;
    };
    [[nodiscard]] std::uint32_t stabilised(double now, std::uint32_t current, std::uint32_t wanted,
                                           const ScalingBounds &bounds);
    [[nodiscard]] double upLimit(double now, std::uint32_t current, const ScalingRules &rules) const;
    [[nodiscard]] double downLimit(double now, std::uint32_t current, const ScalingRules &rules) const;
    [[nodiscard]] static double sumSince(const std::deque<Entry> &events, double after);

    std::deque<Entry> m_wishes;
    std::deque<Entry> m_added;
    std::deque<Entry> m_removed;
};

/// The load of a service over time and an autoscaler to run over it.
struct ReplayQuestion {
    std::vector<std::int64_t> timesNs; ///< Rising.
    std::vector<double> demand; ///< Use of all pods together (cores, bytes); NaN: gap, in which nothing is decided.
    double requestPerPod = 0;
    double target = 0; ///< Ratio of the request.
    double tolerance = kHpaTolerance;
    ScalingBounds bounds;
    double readySeconds = 30; ///< From the decision to a pod that takes load.
    std::uint32_t start = 1;  ///< Replicas at the begin.
    double hotRatio = 1;      ///< Use of a ready pod, as a ratio of its request, above which users notice.
};

/// What would have been.
struct ReplayResult {
    std::vector<double> replicas;  ///< Set by the controller, at each time of the question; NaN in gaps.
    std::vector<double> wished;    ///< What the metric alone asks for, without bounds and rules.
    std::vector<double> hotByStep; ///< Minutes above hotRatio.
    double podHours = 0;
    double hotMinutes = 0;    ///< Pods above hotRatio.
    double pinnedMinutes = 0; ///< At the most replicas while the metric asked for more.
    double knownMinutes = 0;  ///< Without gaps.
};

/// Runs the controller over the demand every 15 s. The demand is taken as it was: work does not depend on how many
/// pods share it. Pods that are starting take nothing. Looks at `stop` every 4,096 steps and then returns what it has.
[[nodiscard]] ReplayResult replayAutoscaler(const ReplayQuestion &question, const std::stop_token &stop = {});

} // namespace tailspan::advisor
