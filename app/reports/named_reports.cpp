// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/named_reports.h"

#include "app/reports/report_reader.h"

#include <iterator>
#include <utility>

namespace tailspan::reports {

namespace {

template <class T>
void append(std::vector<T> &to, std::vector<T> from)
{
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// The files of a folder that are reports.
Result<std::vector<std::string>> reportsIn(const std::string &folder)
{
    TS_TRY(std::vector<std::string> files, filesIn(folder));
    std::erase_if(files, [](const std::string &file) {
        const auto head = bytes::readHead(file);
        return !head || !readerFor(*head, file);
    });
    if (files.empty())
        return fail(ErrorCode::Unsupported, "is a folder without a load-test report", folder);
    return files;
}

} // namespace

OpenedReports openNamedReports(const std::vector<std::string> &paths, bool joinsFiles, const OptionsOf &optionsOf,
                               const std::stop_token &stop, Progress &progress)
{
    OpenedReports all;
    std::vector<std::string> files;
    const auto read = [&](const std::vector<std::string> &group, bool joins) {
        if (group.empty() || stop.stop_requested())
            return;
        OpenedReports opened = openReports(group, joins, optionsOf, stop, progress);
        append(all.reports, std::move(opened.reports));
        append(all.notes, std::move(opened.notes));
        append(all.errors, std::move(opened.errors));
    };
    for (const std::string &path : paths) {
        if (!isFolder(path)) {
            files.push_back(path);
            continue;
        }
        read(std::exchange(files, {}), joinsFiles);
        auto inside = reportsIn(path);
        if (inside)
            read(*inside, true);
        else
            all.errors.push_back(inside.error());
    }
    read(files, joinsFiles);
    return all;
}

} // namespace tailspan::reports
