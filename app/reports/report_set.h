// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/read_options.h"
#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::reports {

/// Files that are one report between them: Locust's tables of one run, or Taurus' results and errors. The order of
/// `paths` is that of reading: the file with the timeline first.
struct ReportSet {
    enum class Kind : std::uint8_t { Single, Locust, Taurus };
    Kind kind = Kind::Single;
    std::vector<std::string> paths;
};

/// Sorts files into sets, in the order of the first file of each. A file of a set brings in those beside it that belong
/// to it, also where they are not among `paths`: what belongs together is found by name and checked by content.
[[nodiscard]] std::vector<ReportSet> reportSetsOf(const std::vector<std::string> &paths);

/// Files directly inside a folder, by name; hidden ones left out. Errors: NotFound, LimitReached above 10,000.
[[nodiscard]] Result<std::vector<std::string>> filesIn(const std::string &folder);
[[nodiscard]] bool isFolder(const std::string &path);

/// Answers for each file.
using OptionsOf = std::function<ReadOptions(const std::string &path)>;

struct OpenedReport {
    loadtest::LoadTestReportPtr report;
    std::vector<std::string> paths; ///< All files that it is made of.
};

struct OpenedReports {
    std::vector<OpenedReport> reports;
    std::vector<std::string> notes; ///< What could not be joined, and copies that were left out.
    std::vector<Error> errors;      ///< Of files that could not be read; Cancelled last.
};

/// Reads all files, each set as one report. `joinsParts`: reports of the same format that were written side by side
/// become one too (workers of one run); what cannot be joined stays apart and a note says why. Thread: any.
[[nodiscard]] OpenedReports openReports(const std::vector<std::string> &paths, bool joinsParts,
                                        const OptionsOf &optionsOf, std::stop_token stop, Progress &progress);

} // namespace tailspan::reports
