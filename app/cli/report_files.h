// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/report_options.h"
#include "app/cli/report_output.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace tailspan::cli {

/// Reads files and folders; reports come in the order of the paths. False when one could not be read: it is named on
/// `err`, as are notes about files that were joined.
[[nodiscard]] bool readReports(const std::vector<std::string> &paths, const ReportOptions &options, Reports &reports,
                               std::ostream &err);

} // namespace tailspan::cli
