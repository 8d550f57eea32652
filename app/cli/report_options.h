// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/read_options.h"
#include "models/base/result.h"
#include "models/loadtest/capacity.h"

#include <optional>
#include <string>
#include <vector>

namespace tailspan::cli {

enum class ReportForm : unsigned char { Text, Json, Markdown, Junit };

/// What `tailspan report` is asked for.
struct ReportOptions {
    std::vector<std::string> files;
    std::vector<std::string> baselines; ///< Of --compare.
    std::string limitFile;              ///< "" without --thresholds.
    ReportForm form = ReportForm::Text;
    std::string metrics;                      ///< Of --prometheus; "" without.
    Duration warmUp;                          ///< Left out of all figures.
    std::optional<Duration> expectedInterval; ///< Of the what-if on coordinated omission.
    loadtest::RequestView view;
    loadtest::CapacityOptions capacity;
    bool wantsTrend = false;
    bool areTogether = false;
    reports::ReadOptions read;
};

/// One line, for errors of usage.
[[nodiscard]] const char *reportUsage();
/// One line an option, for `tailspan help report`.
[[nodiscard]] const char *reportOptionHelp();

/// Errors: Unsupported for an option that is not known, lacks its value or does not go with another.
[[nodiscard]] Result<ReportOptions> parseReportOptions(const std::vector<std::string> &arguments);

} // namespace tailspan::cli
