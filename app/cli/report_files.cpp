// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_files.h"

#include "app/cli/arguments.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_set.h"

#include <ostream>
#include <stop_token>

namespace tailspan::cli {

namespace {

/// Reads files as one group; false when one could not be read. Notes and errors go to `err`.
bool read(const std::vector<std::string> &files, bool joinsParts, const ReportOptions &options, Reports &reports,
          std::ostream &err)
{
    Progress progress;
    const auto optionsOf = [&options](const std::string &) { return options.read; };
    reports::OpenedReports opened = reports::openReports(files, joinsParts, optionsOf, std::stop_token(), progress);
    for (const reports::OpenedReport &one : opened.reports)
        reports.push_back(one.report);
    for (const std::string &note : opened.notes)
        err << "tailspan: " << oneLine(note) << '\n';
    for (const Error &error : opened.errors)
        err << "tailspan: " << oneLine(error.text()) << '\n';
    return opened.errors.empty();
}

/// The files of a folder that are reports.
Result<std::vector<std::string>> reportsIn(const std::string &folder)
{
    TS_TRY(std::vector<std::string> files, reports::filesIn(folder));
    std::erase_if(files, [](const std::string &file) {
        const auto head = bytes::readHead(file);
        return !head || !reports::readerFor(*head, file);
    });
    if (files.empty())
        return fail(ErrorCode::Unsupported, "is a folder without a load-test report", folder);
    return files;
}

bool readFolder(const std::string &folder, const ReportOptions &options, Reports &reports, std::ostream &err)
{
    const auto files = reportsIn(folder);
    if (files)
        return read(*files, true, options, reports, err);
    err << "tailspan: " << oneLine(files.error().text()) << '\n';
    return false;
}

} // namespace

bool readReports(const std::vector<std::string> &paths, const ReportOptions &options, Reports &reports,
                 std::ostream &err)
{
    bool isAllRead = true;
    std::vector<std::string> files;
    const auto readFiles = [&] {
        if (!files.empty())
            isAllRead = read(files, options.areTogether, options, reports, err) && isAllRead;
        files.clear();
    };
    for (const std::string &file : paths) {
        if (!reports::isFolder(file)) {
            files.push_back(file);
            continue;
        }
        readFiles();
        isAllRead = readFolder(file, options, reports, err) && isAllRead;
    }
    readFiles();
    return isAllRead;
}

} // namespace tailspan::cli
