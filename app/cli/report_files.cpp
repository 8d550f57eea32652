// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_files.h"

#include "app/cli/arguments.h"
#include "app/reports/named_reports.h"

#include <ostream>
#include <stop_token>

namespace tailspan::cli {

bool readReports(const std::vector<std::string> &paths, const ReportOptions &options, Reports &reports,
                 std::ostream &err)
{
    Progress progress;
    const auto optionsOf = [&options](const std::string &) { return options.read; };
    reports::OpenedReports opened = reports::openNamedReports(paths, options.areTogether, optionsOf, {}, progress);
    for (const reports::OpenedReport &one : opened.reports)
        reports.push_back(one.report);
    for (const std::string &note : opened.notes)
        err << "tailspan: " << oneLine(note) << '\n';
    for (const Error &error : opened.errors)
        err << "tailspan: " << oneLine(error.text()) << '\n';
    return opened.errors.empty();
}

} // namespace tailspan::cli
