// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <map>
#include <string>
#include <vector>

namespace tailspan::metric {

/// What a server tells of one metric.
struct MetricFacts {
    std::string name;
    std::string type; ///< "counter", "gauge", "histogram", "summary"; "" where the server does not say.
    std::string help;
    std::string unit;
    std::map<std::string, std::vector<std::string>> labels; ///< Values of each label that were seen, each once.
};

/// Joins what is told of metrics by name (families: "http_request_duration_seconds") with series that were seen
/// ("http_request_duration_seconds_bucket"): one for each name of a series, with the type and help of its family.
[[nodiscard]] std::vector<MetricFacts> factsOf(const std::vector<MetricFacts> &metadata,
                                               const std::vector<Labels> &series);

} // namespace tailspan::metric
