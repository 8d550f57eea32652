// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_facts.h"
#include "models/metric/metric_series.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::metric {

/// What a service is asked about.
enum class Signal : std::uint8_t {
    RequestRate,
    ErrorRate,
    Latency,
    Cpu,
    Memory,
    EventLoopLag,
    Heap,
    GarbageCollection,
    PoolUsed,
    PoolWaiting,
    PoolLimit,
    QueueLength,
};
inline constexpr std::size_t kSignalCount = 12;
/// "request-rate": stable, for files.
[[nodiscard]] std::string_view signalId(Signal signal);
[[nodiscard]] std::optional<Signal> signalOf(std::string_view id);

/// How one signal of one service is asked for.
struct SignalQuery {
    /// Where latencies come from; decides which questions can be asked.
    enum class Form : std::uint8_t { Value, ClassicHistogram, NativeHistogram, Summary };
    Signal signal = Signal::RequestRate;
    std::string service;
    std::string metric;       ///< "http_request_duration_seconds_bucket"
    std::string serviceLabel; ///< "service"; the label that names the service.
    Form form = Form::Value;
    MetricUnit unit = MetricUnit::None; ///< Of what the expression gives.
    /// PromQL. "$window" stands for the length of time over which a rate is taken, "$quantile" for 0 to 1.
    std::string expression;
    std::string buckets; ///< PromQL of counts by "le", or of native histograms, for a heatmap; "" where there is none.
    bool isChosenByUser = false;
    friend bool operator==(const SignalQuery &, const SignalQuery &) = default;
};

/// The queries of all services, by service and signal, each pair once.
struct MetricMapping {
    std::vector<SignalQuery> queries;

    [[nodiscard]] const SignalQuery *find(std::string_view service, Signal signal) const;
    /// The same with those that the user chose in place of what was found, and added where nothing was.
    [[nodiscard]] MetricMapping with(const std::vector<SignalQuery> &chosen) const;
    [[nodiscard]] std::vector<std::string> services() const;
};

/// Finds what to ask from the names, types and labels of metrics: those of prom-client, OpenTelemetry, Micrometer,
/// cAdvisor, Go, and the exporters of PostgreSQL and Redis are known; others are recognised by the parts of their
/// names. Of several that fit, the most telling is taken for each service.
[[nodiscard]] MetricMapping findSignals(const std::vector<MetricFacts> &facts);

/// Whether a metric of that name can be a signal at all: what labels it has need not be asked of all others.
[[nodiscard]] bool mayBeSignal(std::string_view metric);

/// The expression with its placeholders filled in. `windowNs` is rounded up to whole seconds.
[[nodiscard]] std::string withWindow(std::string expression, std::int64_t windowNs, double quantile = 0.95);
/// The window for rates: four scrapes, so that one that failed leaves no gap, and at least the step.
[[nodiscard]] std::int64_t windowFor(std::int64_t stepNs, std::int64_t scrapeIntervalNs);

} // namespace tailspan::metric
