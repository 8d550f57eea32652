// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loadtest/analysis_text.h"
#include "models/loadtest/capacity.h"
#include "models/loadtest/change_points.h"
#include "models/loadtest/comparison.h"
#include "models/loadtest/omission_what_if.h"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace tailspan::cli {

/// What was worked out from the reports.
struct ReportAnalysis {
    std::vector<std::optional<loadtest::Capacity>> capacities; ///< By report; only where load was varied.
    std::vector<Result<loadtest::OmissionWhatIf>> whatIfs;     ///< By report; empty where none was asked for.
    std::optional<loadtest::Comparison> comparison;
    std::optional<loadtest::Trend> trend;
};

// The forms for people.
void writeCapacityText(std::ostream &out, const loadtest::Capacity &capacity);
void writeWhatIfText(std::ostream &out, const Result<loadtest::OmissionWhatIf> &whatIf);
void writeWhatIfMarkdown(std::ostream &out, const Result<loadtest::OmissionWhatIf> &whatIf);
void writeAnalysisText(std::ostream &out, const ReportAnalysis &analysis);
void writeCapacityMarkdown(std::ostream &out, const loadtest::Capacity &capacity);
void writeAnalysisMarkdown(std::ostream &out, const ReportAnalysis &analysis);
/// A test suite with a case for every figure that was compared.
void writeAnalysisJunit(std::ostream &out, const ReportAnalysis &analysis);

// Shared by the forms for people.

/// "all requests" or the endpoint's name.
[[nodiscard]] std::string subjectText(const loadtest::MetricChange &change);

} // namespace tailspan::cli
