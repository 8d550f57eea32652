// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/reports/report_set.h"
#include "models/base/progress.h"
#include "models/base/result.h"
#include "models/loadtest/load_test_report.h"
#include "models/metric/dashboard.h"
#include "models/trace/trace_snapshot.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace tailspan::workspace {

/// What opening some files produced, told apart by content: trace files share one snapshot.
struct Opened {
    trace::TraceSnapshotPtr snapshot;   ///< Null when none of the files holds traces.
    loadtest::LoadTestReportPtr report; ///< Null when none of the files is a load-test report.
    std::vector<std::string> tracePaths;
    std::vector<std::string> reportPaths;               ///< All files that the report is made of.
    std::shared_ptr<const metric::Dashboard> dashboard; ///< Null when none of the files is one of Grafana.
    std::string dashboardPath;
    std::vector<std::string> configPaths;                  ///< Scaling and Kubernetes YAML: read by the advisor.
    std::vector<loadtest::LoadTestReportPtr> otherReports; ///< Those after the first, which the window leaves out.
    std::vector<Error> errors;                             ///< Files that could not be read while others could.
    std::vector<std::string> notes;                        ///< Plain text about files that were read.

    /// For the window: notes, errors, and which reports are left out.
    [[nodiscard]] std::vector<std::string> allNotes() const;
};

using Opener = std::function<Result<Opened>(const std::vector<std::string> &, std::stop_token, Progress &)>;

/// Opens trace files and load-test reports of any mixture; of a folder, the files in it that are either. Report files
/// that belong together become one report; of several reports the first is taken. Fails only when
/// nothing could be read, or with Cancelled. Thread: any; blocks until done or stopped. `optionsOf` is asked for each
/// report file on this thread.
[[nodiscard]] Result<Opened> openFiles(const std::vector<std::string> &paths, const reports::OptionsOf &optionsOf,
                                       std::stop_token stop, Progress &progress);
[[nodiscard]] Result<Opened> openFiles(const std::vector<std::string> &paths, std::stop_token stop, Progress &progress);

} // namespace tailspan::workspace
