// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/capacity.h"
#include "models/loadtest/change_points.h"
#include "models/loadtest/comparison.h"

#include <nlohmann/json.hpp>

namespace tailspan::cli {

// Parts of the JSON that `tailspan report` writes; reportJsonHelp() describes their fields.
[[nodiscard]] nlohmann::ordered_json comparisonJson(const loadtest::Comparison &comparison);
[[nodiscard]] nlohmann::ordered_json trendJson(const loadtest::Trend &trend);
[[nodiscard]] nlohmann::ordered_json capacityJson(const loadtest::Capacity &capacity);

} // namespace tailspan::cli
