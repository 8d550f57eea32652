// SPDX-License-Identifier: GPL-3.0-or-later
// What the detectors of pools and scaling say in the same way.
#pragma once

#include "models/advisor/detector.h"
#include "models/advisor/fleet.h"
#include "models/advisor/metric_history.h"
#include "models/advisor/scaling_config.h"

#include <string>
#include <string_view>
#include <vector>

namespace tailspan::advisor {

[[nodiscard]] Reference configReference(const Place &place, std::string label);
[[nodiscard]] Reference metricReference(const std::string &query, std::string label, TimeRange range);
/// "2,250"; fractions with three digits.
[[nodiscard]] std::string figureText(double value);
/// "72.5 cores", "65 GiB".
[[nodiscard]] std::string coresText(double cores);
[[nodiscard]] std::string memoryText(double bytes);
/// "500m", "16500m", "2": as Kubernetes reads it.
[[nodiscard]] std::string coresQuantity(double cores);
[[nodiscard]] std::string memoryQuantity(double bytes);
/// A text from outside as one value of YAML, and as one word of a shell: artifacts are pasted, so nothing in a name may
/// become more than a name.
[[nodiscard]] std::string yamlValue(std::string_view text);
[[nodiscard]] std::string shellWord(std::string_view text);
/// An assumption once.
void assume(Finding &finding, std::string text);

/// A patch of autoscaling/v2 that changes what is set, with the old values as its undo.
struct HpaPatch {
    std::string service;
    std::string name;      ///< Of the autoscaler.
    std::string nameSpace; ///< May be empty.
    std::optional<double> minReplicas, maxReplicas;
    std::optional<double> cpuTarget;     ///< Ratio.
    std::optional<std::string> behavior; ///< YAML below `behavior:`, indented by four.
};
[[nodiscard]] std::string patchText(const HpaPatch &patch);
/// `behavior` with a quick way up and the default way down.
[[nodiscard]] std::string quickBehavior();
/// The declared rules of an autoscaler as YAML below `behavior:`, or the defaults of Kubernetes.
[[nodiscard]] std::string behaviorOf(const HorizontalAutoscaler *declared);

/// What the pools of all pods together may open, and what the server has room for.
struct PoolBudget {
    struct Row {
        std::string service;
        double pods = 0;
        double surge = 0;
        double pool = 0;
        std::string key;
        Place place;
    };
    std::vector<Row> rows;
    double limit = 0;    ///< max_connections
    double reserved = 0; ///< For superusers.
    double admin = 0;    ///< For people and tools.
    Place limitPlace;
    std::string limitQuery;
    std::vector<std::string> assumptions;

    [[nodiscard]] double room() const { return limit - reserved - admin; }
    [[nodiscard]] double pods() const;        ///< With surge.
    [[nodiscard]] double connections() const; ///< At the maximum, without surge.
    [[nodiscard]] double withSurge() const;
    /// The largest pool that fits every pod, also during a rollout of all.
    [[nodiscard]] double perPod() const;
};
/// Nothing where max_connections, the number of pods or the pools are not known; `why` says which.
[[nodiscard]] std::optional<PoolBudget> poolBudget(const Inputs &inputs, const Rules &rules, std::string &why);
[[nodiscard]] TablePicture pictureOf(const PoolBudget &budget);

} // namespace tailspan::advisor
