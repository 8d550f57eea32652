// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/advice/metric_questions.h"

#include <map>
#include <string>

namespace tailspan::advice {

/// What was learnt about names before the series come.
struct MetricNames {
    std::map<std::string, std::string> serviceOfAutoscaler;
    std::map<std::string, std::string> serverOfHost; ///< Database server by the host that its exporter stands for.
    [[nodiscard]] std::string serviceOf(const RoleQuestion &question, std::string_view name) const;
};

/// Adds the answer to a question to the history: its services and pods by labels, values in the role's unit, on whole
/// steps with NaN for gaps.
void addAnswer(advisor::MetricHistory &history, const RoleQuestion &question, const metric::MetricAnswer &answer,
               const MetricNames &names, std::int64_t windowNs);

/// Sums of pods for roles that are told of pods only, such as what Kubernetes tells.
void addSumsOfPods(advisor::MetricHistory &history);

/// "10.0.0.5:9187": "10.0.0.5".
[[nodiscard]] std::string hostOf(std::string_view instance);

} // namespace tailspan::advice
