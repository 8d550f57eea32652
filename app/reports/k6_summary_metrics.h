// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/json_document.h"
#include "models/loadtest/load_test_report.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::reports {

/// A threshold of a k6 summary with k6's own judgement.
struct K6SummaryThreshold {
    std::string expression;
    std::optional<bool> passed;
};

/// One metric of a k6 summary, the same for the three layouts k6 writes.
struct K6SummaryMetric {
    std::string name;     ///< "http_req_duration", "http_req_duration{name:GetJobs}"
    std::string contains; ///< "time", "data", "default", "" when the layout does not say
    const Json *values = nullptr;
    std::vector<K6SummaryThreshold> thresholds;

    /// An aggregate by k6's name: avg, min, med, max, p(95), count, rate, value, passes, fails, matches, total.
    [[nodiscard]] std::optional<double> value(std::string_view aggregate) const { return numberAt(*values, aggregate); }
};

enum class K6SummaryLayout : std::uint8_t {
    Legacy,          ///< --summary-export: flat values; a threshold that is true has FAILED.
    HandleSummary,   ///< handleSummary(data): values{}, thresholds{expression: {ok}}.
    MachineReadable, ///< version 1.0.0: results.metrics[]; no thresholds.
};

/// Which layout it is; nullopt where it is none of them.
[[nodiscard]] std::optional<K6SummaryLayout> k6SummaryLayoutOf(const Json &root);
/// The metrics of any layout; they point into `root`.
[[nodiscard]] std::vector<K6SummaryMetric> k6SummaryMetrics(const Json &root, K6SummaryLayout layout);
/// The checks of any layout.
[[nodiscard]] std::vector<loadtest::Check> k6SummaryChecks(const Json &root, K6SummaryLayout layout);

} // namespace tailspan::reports
