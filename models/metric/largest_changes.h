// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metric/metric_series.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::metric {

/// How much each line moved: from its lowest to its highest value, as a share of the highest value that any line of the
/// same signal reached, so that signals of different units can be held against each other. A line is what the label
/// `lineLabel` says. Lines without two values are left out. Pure, any thread.
[[nodiscard]] std::map<std::string, double> changesOf(const std::vector<MetricSeries> &series,
                                                      std::string_view lineLabel);
/// The names with the largest changes over all signals, the largest first; at most `most`.
[[nodiscard]] std::vector<std::string> largestChanges(const std::vector<std::map<std::string, double>> &signalChanges,
                                                      std::size_t most);

} // namespace tailspan::metric
