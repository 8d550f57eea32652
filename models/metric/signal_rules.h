// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_catalog.h"

#include <span>
#include <string_view>

namespace tailspan::metric {

/// How a kind of metric is recognised and asked for. In patterns and templates: "*" any characters; "%m" the metric,
/// "%s" the matchers of service and rule.
struct SignalRule {
    Signal signal;
    std::string_view pattern;  ///< Of the series' name, as a whole.
    std::string_view matchers; ///< Further ones: `area="heap"`; "" for none.
    std::string_view label;    ///< One that the series must have; "" for none.
    std::string_view expression;
    MetricUnit unit;
    SignalQuery::Form form = SignalQuery::Form::Value;
};

/// In the order of preference: of two rules that find the same signal of a service the earlier one counts.
[[nodiscard]] std::span<const SignalRule> signalRules();
/// Labels that can name a service, the most telling first.
[[nodiscard]] std::span<const std::string_view> serviceLabels();
/// Names that only rules without "*" may take: what monitoring and orchestration tell about themselves, and clients.
[[nodiscard]] bool isOfOthers(std::string_view name);

} // namespace tailspan::metric
