// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/report_set.h"

#include "app/bytes/byte_source.h"
#include "app/reports/report_reader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace tailspan::reports {

namespace {

namespace fs = std::filesystem;

struct Member {
    std::string_view ending; ///< Of the file's name.
    std::string_view format; ///< Id of the reader that must want it.
};
// In the order of reading.
constexpr std::array<Member, 4> kLocust{{{"_stats_history.csv", "locust-history"},
                                         {"_stats.csv", "locust-stats"},
                                         {"_failures.csv", "locust-failures"},
                                         {"_exceptions.csv", "locust-exceptions"}}};

/// The format of a file by its content; empty where no reader wants it.
std::string formatOf(const std::string &path)
{
    const Result<bytes::Head> head = bytes::readHead(path);
    if (!head)
        return {};
    const auto reader = readerFor(*head, path);
    return reader ? (*reader)->info().id : std::string();
}

bool exists(const std::string &path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

ReportSet locustSetOf(const std::string &path)
{
    for (const Member &member : kLocust) {
        if (!path.ends_with(member.ending) || formatOf(path) != member.format)
            continue;
        const std::string prefix = path.substr(0, path.size() - member.ending.size());
        ReportSet set{ReportSet::Kind::Locust, {}};
        for (const Member &other : kLocust) {
            const std::string companion = prefix + std::string(other.ending);
            if (companion == path || (exists(companion) && formatOf(companion) == other.format))
                set.paths.push_back(companion);
        }
        return set;
    }
    return {};
}

/// "kpi.jtl" and "error.jtl", "x-kpi-1.jtl" and "x-error-1.jtl": results of all requests, and details of the failed
/// ones again. The latter alone stays what it is.
ReportSet taurusSetOf(const std::string &path)
{
    const std::size_t slash = path.find_last_of('/');
    const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
    constexpr std::string_view kResults = "kpi";
    const std::size_t at = path.find(kResults, name);
    if (at == std::string::npos || !path.ends_with(".jtl") || formatOf(path) != "jmeter-csv")
        return {};
    for (const std::string_view word : {"error", "errors"}) {
        const std::string companion = path.substr(0, at) + std::string(word) + path.substr(at + kResults.size());
        if (exists(companion) && formatOf(companion) == "jmeter-xml")
            return {ReportSet::Kind::Taurus, {path, companion}};
    }
    return {};
}

ReportSet setOf(const std::string &path)
{
    ReportSet set = locustSetOf(path);
    if (set.paths.empty())
        set = taurusSetOf(path);
    return set.paths.size() > 1 ? set : ReportSet{ReportSet::Kind::Single, {path}};
}

} // namespace

std::vector<ReportSet> reportSetsOf(const std::vector<std::string> &paths)
{
    std::vector<ReportSet> sets;
    const auto isTaken = [&sets](const std::string &path) {
        return std::any_of(sets.begin(), sets.end(), [&path](const ReportSet &set) {
            return std::find(set.paths.begin(), set.paths.end(), path) != set.paths.end();
        });
    };
    for (const std::string &path : paths) {
        if (isTaken(path))
            continue;
        ReportSet set = setOf(path);
        // A file that came alone is part of this set after all.
        std::erase_if(sets, [&set](const ReportSet &other) {
            return other.kind == ReportSet::Kind::Single
                && std::find(set.paths.begin(), set.paths.end(), other.paths.front()) != set.paths.end();
        });
        sets.push_back(std::move(set));
    }
    return sets;
}

Result<std::vector<std::string>> filesIn(const std::string &folder)
{
    constexpr std::size_t kMaxFiles = 10'000;
    std::error_code error;
    std::vector<std::string> files;
    for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
        std::error_code ignored;
        const std::string name = at->path().filename().string();
        if (name.starts_with('.') || !at->is_regular_file(ignored))
            continue;
        files.push_back(at->path().string());
        if (files.size() > kMaxFiles)
            return fail(ErrorCode::LimitReached, "holds more than 10,000 files: open the ones you mean", folder);
    }
    if (error)
        return fail(ErrorCode::NotFound, "cannot be listed: " + error.message(), folder);
    std::sort(files.begin(), files.end());
    return files;
}

bool isFolder(const std::string &path)
{
    std::error_code error;
    return fs::is_directory(path, error);
}

} // namespace tailspan::reports
