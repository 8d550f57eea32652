// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/report_set.h"

#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::reports {

/// Reads what a user named for a comparison: files one by one, each a run of its own unless `joinsFiles`, and of a
/// folder all reports in it, those that were written side by side as one. Reports come in the order of the paths.
/// Errors: those of openReports; Unsupported for a folder without a report. Thread: any; blocks.
[[nodiscard]] OpenedReports openNamedReports(const std::vector<std::string> &paths, bool joinsFiles,
                                             const OptionsOf &optionsOf, const std::stop_token &stop,
                                             Progress &progress);

} // namespace tailspan::reports
