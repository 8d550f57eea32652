// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/detector.h"
#include "models/advisor/hpa_replay.h"
#include "models/advisor/metric_history.h"
#include "models/advisor/scaling_config.h"
#include "models/advisor/series_tools.h"
#include "models/advisor/waiting_share.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::advisor {

/// What is known of a service that an autoscaler scales, or could: its limits as declared or measured, and its history
/// on common steps. A column that is not known is empty; a NaN in one is a gap.
struct ScaledService {
    std::string service;
    const HorizontalAutoscaler *declared = nullptr;
    std::optional<double> least, most;
    std::optional<double> target;        ///< CPU, ratio of the request.
    std::optional<double> requestPerPod; ///< Cores.
    std::optional<double> limitPerPod;   ///< Cores.
    double readySeconds = 0;
    std::int64_t stepNs = 0;
    std::int64_t rateWindowNs = 0; ///< Use of CPU and rates are means over so long a time before each step.
    std::vector<std::int64_t> timesNs;
    std::vector<double> cpu;      ///< Cores, all pods.
    std::vector<double> replicas; ///< Ready pods.
    std::vector<double> latency;  ///< p95, seconds.
    std::vector<double> rate;     ///< Requests a second.
    std::vector<double> lag;      ///< Of the event loop, seconds.
    std::string cpuQuery, replicasQuery, latencyQuery;
    std::vector<std::string> assumptions;

    [[nodiscard]] double hours() const;
    [[nodiscard]] double minutesOf(std::size_t steps) const;
    [[nodiscard]] TimeRange range(const Run &run) const; ///< Of steps.
    [[nodiscard]] TimeRange range() const;
    /// Use of a pod as a ratio of its request; without one as cores, because one thread fills one. Empty: not known.
    [[nodiscard]] std::vector<double> utilisation() const;
    /// Steps at which the load and the pods were what they are for the length of a rate's window before and after.
    [[nodiscard]] std::vector<bool> steadySteps(double mostChange) const;
    /// What the controller can be run over: use, request, target and limits.
    [[nodiscard]] bool canReplay() const;
    /// The controller as it is set today over the whole history, or a part of it.
    [[nodiscard]] ReplayQuestion question(double hotRatio) const;
    [[nodiscard]] ReplayQuestion question(double hotRatio, const Run &part) const;
    [[nodiscard]] std::string hpaName() const;
};

/// All services with replicas or an autoscaler, by name.
[[nodiscard]] std::vector<ScaledService> scaledServices(const Inputs &inputs, const Rules &rules);

/// When users of a service notice. From the history alone: the p95 while the service is not busy is what it can do, and
/// some times of that is too slow.
struct Slowness {
    double calmSeconds = 0;    ///< Median p95 while the pods are below their target.
    double limitSeconds = 0;   ///< What counts as slow.
    std::vector<Holds> isSlow; ///< By step.
    Run longest;               ///< The longest slow stretch.
    double minutes = 0;        ///< Slow ones altogether.
    /// Use of a pod above which it is slow: between the least that was slow and the next that was not. Absent where use
    /// does not tell. From steps whose load was steady: use is a mean over some minutes and lags behind the p95 else.
    std::optional<double> hotRatio;
    double hotLow = 0; ///< Its 80 % interval, where there is one: hours drawn again.
    double hotHigh = 0;
    double lostMsPerHour = 0; ///< At least: the slowest 5 % of the requests lost what the p95 exceeds calm by.
};
/// Nothing without latencies.
[[nodiscard]] std::optional<Slowness> slownessOf(const ScaledService &service, const Rules &rules);

/// The median of a column over the slow steps; NaN where there are none.
[[nodiscard]] double slowMedianOf(const std::vector<double> &values, const Slowness &slowness);

/// Whether more pods would make the service faster.
struct ScalingGate {
    bool isBlocked = false;
    std::string reason;          ///< "waits for locks of the database (0.94) rather than for CPU (0.05)"
    std::string cause;           ///< "locks of the database"; empty where nothing was found that explains it.
    double cpuCoefficient = 0;   ///< Of p95 and use of CPU, with the cause held fixed.
    double causeCoefficient = 0; ///< Of p95 and the cause, with CPU held fixed.
    std::string causeQuery;
    std::vector<double> causeValues;     ///< On the steps of the service; empty where traces tell the cause.
    std::optional<WaitingShare> waiting; ///< Set where traces tell it.
};
/// Nothing where there is too little to tell.
[[nodiscard]] std::optional<ScalingGate> scalingGate(const ScaledService &service, const Slowness &slowness,
                                                     const Inputs &inputs, const Rules &rules);

} // namespace tailspan::advisor
