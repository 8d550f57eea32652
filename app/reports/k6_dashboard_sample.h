// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/json_document.h"
#include "models/loadtest/load_test_report.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tailspan::reports {

// What one sample {metric: {aggregate: value}} of k6's dashboard says. `suffix` narrows it to a part of the requests:
// "{group:::Checkout}", or "" for all.

[[nodiscard]] std::optional<std::int64_t> k6SampleTimeNs(const Json &sample);
/// Requests by their count and the ratio that failed; nullopt where the sample has no count.
[[nodiscard]] std::optional<loadtest::RequestTallies> k6SampleTallies(const Json &sample, const std::string &suffix);
[[nodiscard]] loadtest::LatencyStats k6SampleLatency(const Json &sample, const std::string &suffix);
/// The sample tells failed requests apart.
[[nodiscard]] bool k6SampleHasFailures(const Json &sample, const std::string &suffix);

} // namespace tailspan::reports
