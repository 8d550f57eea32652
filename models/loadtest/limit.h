// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/load_test_report.h"
#include "models/loadtest/recovery.h"
#include "models/metric/metric_series.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tailspan::loadtest {

// Limits of one's own, as a file of limits (app/reports/limit_file.h) states them, and their verdicts.

/// What a limit looks at: everything that is not named is all of it.
struct LimitScope {
    std::string scenario; ///< A scenario of the report.
    std::string stage;    ///< A stage of the report, by name; its nominal time counts.
    std::string endpoint;
    std::optional<Duration> from; ///< Since the begin of the run.
    std::optional<Duration> to;
    friend bool operator==(const LimitScope &, const LimitScope &) = default;
};

enum class LimitKind : std::uint8_t {
    Percentile, ///< ms
    Mean,       ///< ms
    Max,        ///< ms
    Errors,     ///< %
    Apdex,      ///< 0..1
    Throughput, ///< requests/s
    Recovery,   ///< s
    Resource,   ///< as the series is measured
    Figure,     ///< A figure that the file gives for a scenario, in the file's unit.
};

enum class SeriesFigure : std::uint8_t { Mean, Max, Min };

struct Limit {
    LimitKind kind = LimitKind::Percentile;
    LimitScope scope;
    double percentile = 95;        ///< 0..100
    std::string comparison = "<="; ///< observed <comparison> limit is wanted
    double limit = 0;              ///< In the unit of the kind.
    Duration apdexTarget = Duration::milliseconds(500);
    RecoveryRule recovery;
    std::string subject; ///< Resource: the series. Figure: the criterion in the file.
    SeriesFigure seriesFigure = SeriesFigure::Max;
};

/// What a store of metrics answered to the expression of a Resource limit.
struct ResourceAnswer {
    std::string expression; ///< Limit::subject
    std::vector<metric::MetricSeries> series;
    std::string problem{}; ///< Why there is no answer; "" where there is one.
    std::string server{};  ///< "http://127.0.0.1:9090", for a link to the breach; "" without.
};

struct LimitInputs {
    RequestView view;
    std::span<const metric::MetricSeries> series;   ///< What Resource limits look in; found by name or whole text.
    std::span<const ResourceAnswer> resources = {}; ///< These go first.
};

/// The expressions that Resource limits ask a store of metrics for, each once.
[[nodiscard]] std::vector<std::string> resourceExpressions(std::span<const Limit> limits);
/// Answers without values, each with the same reason: nobody could be asked.
[[nodiscard]] std::vector<ResourceAnswer> unanswered(std::span<const Limit> limits, const std::string &problem);

/// One verdict a limit, in their order. Observed values come with a 95 % interval where the file holds steps of time:
/// Wilson's for errors, Woodruff's (1952) for percentiles, normal ones for means, all with the effective number of
/// requests, because neighboring ones depend on each other. What the file does not hold leaves a verdict open, with
/// the reason in its note.
[[nodiscard]] std::vector<Verdict> judgeLimits(const LoadTestReport &report, std::span<const Limit> limits,
                                               const LimitInputs &inputs);

/// A copy of the report with these verdicts added to its scenarios.
[[nodiscard]] LoadTestReportPtr withVerdicts(const LoadTestReport &report, std::vector<Verdict> verdicts);

} // namespace tailspan::loadtest
