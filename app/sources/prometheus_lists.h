// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/metric_source.h"
#include "app/sources/prometheus_answer.h"

#include <vector>

namespace tailspan::sources {

// Each reads "data" of one address of the HTTP API. What cannot be understood is left out.
[[nodiscard]] NameList readNames(const PrometheusEnvelope &envelope, const NameQuestion &question);
[[nodiscard]] std::vector<metric::MetricFacts> readMetadata(const PrometheusEnvelope &envelope);
[[nodiscard]] std::vector<metric::ScrapeTarget> readTargets(const PrometheusEnvelope &envelope);
[[nodiscard]] std::vector<metric::MetricRule> readRules(const PrometheusEnvelope &envelope);
[[nodiscard]] std::vector<metric::MetricAlert> readAlerts(const PrometheusEnvelope &envelope);

/// "15s", "1m30s", "100ms", as Prometheus writes durations; 0 for anything else.
[[nodiscard]] std::int64_t promDurationNs(std::string_view text);

} // namespace tailspan::sources
