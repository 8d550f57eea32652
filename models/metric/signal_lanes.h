// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_catalog.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::metric {

/// A lane of the metrics page and the one question that fills it: a line for each service or each part, told apart by
/// the label kLineLabel.
struct SignalLane {
    Signal signal = Signal::RequestRate;
    std::string title; ///< "Latency p95"
    MetricUnit unit = MetricUnit::None;
    std::string expression;         ///< With "$window".
    std::vector<std::string> lines; ///< In the order of the question.
    std::size_t leftOut = 0;        ///< Services beyond the first ones.
    friend bool operator==(const SignalLane &, const SignalLane &) = default;
};
inline constexpr std::string_view kLineLabel = "line";
inline constexpr std::size_t kMostServicesOfLane = 40;

/// "Event loop lag"
[[nodiscard]] std::string_view signalTitle(Signal signal);
/// What a signal is measured in where nothing tells: of an expression that the user gave.
[[nodiscard]] MetricUnit usualUnit(Signal signal);
/// The expression with "$quantile" filled in and in the unit of its lane: times in seconds.
[[nodiscard]] std::string laneExpression(const SignalQuery &query, double quantile = 0.95);
/// Several expressions as one question whose series carry the name of theirs in kLineLabel.
[[nodiscard]] std::string joinedExpression(const std::vector<std::pair<std::string, std::string>> &named);

/// One lane a signal, one line a service. Signals that nothing was found for are left out.
[[nodiscard]] std::vector<SignalLane> overviewLanes(const std::vector<SignalQuery> &queries);
/// The same for a stretch of load: where every pool has a known limit, how much of it is in use takes the place of the
/// number, so that a full pool is seen without knowing its size. Limits have no lane of their own; pools come first, as what
/// fills up under load.
[[nodiscard]] std::vector<SignalLane> loadLanes(const std::vector<SignalQuery> &queries);
/// The lanes of one service: latency with three quantiles, the pool with its limit.
[[nodiscard]] std::vector<SignalLane> serviceLanes(const std::vector<SignalQuery> &queries, std::string_view service);

/// What the time bar shows where there are no traces: all services together. Rate, the worst p95 (seconds), the share of
/// errors; "" where there is none.
struct SummaryQuestions {
    std::string rate;
    std::string p95;
    std::string errors;
};
[[nodiscard]] SummaryQuestions summaryQuestions(const std::vector<SignalQuery> &queries);

} // namespace tailspan::metric
