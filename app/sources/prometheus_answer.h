// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sources/json_api.h"
#include "models/base/time.h"
#include "models/metric/metric_series.h"

#include <string>
#include <vector>

namespace tailspan::sources {

/// The outer object of every answer of the HTTP API, version 1.
struct PrometheusEnvelope {
    json::JsonCursor data; ///< On the value of "data"; valid as long as the answer.
    std::vector<std::string> warnings;
    std::vector<std::string> infos;
};

/// Opens an answer; an error of the server becomes one in words, with the server's own. Errors: those of its status,
/// Malformed.
[[nodiscard]] Result<PrometheusEnvelope> openEnvelope(const ApiAnswer &answer, const net::HttpClient &client);

/// Reads "data" of query and query_range. `stepNs`: of a range; where points are further apart there is a gap; 0 for
/// one moment. Native histograms are read as well. Errors: Malformed.
[[nodiscard]] Result<metric::MetricAnswer> readMetrics(const PrometheusEnvelope &envelope, std::int64_t stepNs,
                                                       std::size_t seriesLimit, const std::string &place);

/// The step for a range: at least the scrape interval, at most one point a pixel and kMostPoints in all; a round
/// number of seconds (or of milliseconds, below one).
[[nodiscard]] std::int64_t stepFor(TimeRange range, int widthPx, std::int64_t scrapeIntervalNs);

} // namespace tailspan::sources
