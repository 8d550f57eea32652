// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/open_files.h"

#include "app/bytes/byte_source.h"
#include "app/bytes/file_name.h"
#include "app/reports/known_formats.h"
#include "app/reports/report_reader.h"
#include "app/scalingfiles/scaling_file.h"
#include "app/sources/grafana_dashboard.h"
#include "app/tracefiles/open_trace_files.h"

#include <iterator>
#include <utility>

namespace tailspan::workspace {

namespace {

/// The files by what their first bytes say they are.
struct Sorted {
    std::vector<std::string> traces;
    std::vector<std::string> reports;
    std::vector<std::string> dashboards;
    std::vector<std::string> configs;
    std::vector<Error> errors;
};

/// What is wrong with a file that no reader wants: its format by name where that is known, else what can be read.
Error unknownFormat(const bytes::Head &head, const std::string &name)
{
    const std::string traces = tracefiles::unsupportedTraceFormat(head);
    const std::string known = traces.empty() ? reports::unreadFormatOf(head).value_or("") : traces;
    if (!known.empty())
        return {ErrorCode::Unsupported, known + ": not supported yet.", name};
    std::string formats;
    for (const auto &reader : tracefiles::allTraceReaders())
        formats += std::string(reader->info().title) + "; ";
    for (const auto &reader : reports::allReportReaders())
        formats += std::string(reader->info().title) + "; ";
    formats += "Grafana dashboard; scaling and Kubernetes YAML";
    return {ErrorCode::Unsupported,
            "neither traces nor a load-test report that Tailspan reads. It reads: " + formats + ".", name};
}

void sortByContent(const std::string &path, bool isNamed, Sorted &sorted)
{
    const Result<bytes::Head> head = bytes::readHead(path);
    if (!head) {
        if (isNamed)
            sorted.errors.push_back(head.error());
    } else if (tracefiles::sniffTraceFormat(*head) != nullptr) {
        sorted.traces.push_back(path);
    } else if (sources::mayBeDashboard(head->bytes)) {
        sorted.dashboards.push_back(path);
    } else if (const auto reader = reports::readerFor(*head, bytes::fileNameOf(path)); reader) {
        sorted.reports.push_back(path);
    } else if (scalingfiles::looksLikeScaling(head->bytes)) {
        sorted.configs.push_back(path);
    } else if (isNamed) {
        sorted.errors.push_back(unknownFormat(*head, bytes::fileNameOf(path)));
    }
}

/// Other files of a folder are passed over; a folder without any that can be read is an error.
void sortFolder(const std::string &folder, const std::stop_token &stop, Sorted &sorted)
{
    const auto files = reports::filesIn(folder);
    if (!files) {
        sorted.errors.push_back(files.error());
        return;
    }
    const auto found = [&] {
        return sorted.traces.size() + sorted.reports.size() + sorted.dashboards.size() + sorted.configs.size();
    };
    const std::size_t before = found();
    for (const std::string &file : *files) {
        if (stop.stop_requested())
            return;
        sortByContent(file, false, sorted);
    }
    if (found() == before)
        sorted.errors.push_back({ErrorCode::Unsupported,
                                 "This folder holds neither traces nor load-test reports. Folders inside it are not "
                                 "looked into.",
                                 bytes::fileNameOf(folder)});
}

Sorted sortedByContent(const std::vector<std::string> &paths, const std::stop_token &stop)
{
    Sorted sorted;
    for (const std::string &path : paths) {
        if (reports::isFolder(path))
            sortFolder(path, stop, sorted);
        else
            sortByContent(path, true, sorted);
    }
    return sorted;
}

constexpr std::uint64_t kMostDashboardBytes = 64ULL << 20;

Result<std::shared_ptr<const metric::Dashboard>> openDashboard(const std::string &path, std::stop_token stop,
                                                               Progress &progress)
{
    TS_TRY(const bytes::OpenedSource source, bytes::openSource(path, std::move(stop), progress));
    if (source.bytes->sizeBytes() > kMostDashboardBytes)
        return fail(ErrorCode::LimitReached, "is larger than any dashboard.", bytes::fileNameOf(path));
    std::string text(source.bytes->sizeBytes(), '\0');
    TS_TRY(const std::size_t size, source.bytes->readAt(0, text));
    text.resize(size);
    Result<metric::Dashboard> dashboard = sources::readDashboard(text);
    if (!dashboard)
        return fail(dashboard.error().code, dashboard.error().message, bytes::fileNameOf(path));
    if (dashboard->title.empty())
        dashboard->title = bytes::fileNameOf(path);
    return std::make_shared<const metric::Dashboard>(std::move(*dashboard));
}

/// The last of several counts: one is shown at a time.
void openDashboards(const Sorted &sorted, Opened &opened, std::vector<Error> &errors, const std::stop_token &stop,
                    Progress &progress)
{
    for (const std::string &path : sorted.dashboards) {
        auto dashboard = openDashboard(path, stop, progress);
        if (dashboard) {
            opened.dashboard = std::move(*dashboard);
            opened.dashboardPath = path;
        } else {
            errors.push_back(dashboard.error());
        }
    }
}

/// All errors as one: the kind and place of the first, every text.
Error combined(const std::vector<Error> &errors)
{
    Error all = errors.front();
    for (std::size_t i = 1; i < errors.size(); ++i)
        all.message += "\n" + errors[i].text();
    return all;
}

bool isCancelled(const std::vector<Error> &errors)
{
    return !errors.empty() && errors.back().code == ErrorCode::Cancelled;
}

/// The first report is shown.
void takeReports(reports::OpenedReports reports, Opened &opened, std::vector<Error> &errors)
{
    for (const reports::OpenedReport &one : reports.reports) {
        if (!opened.report) {
            opened.report = one.report;
            opened.reportPaths = one.paths;
        } else {
            opened.otherReports.push_back(one.report);
        }
    }
    std::move(reports.notes.begin(), reports.notes.end(), std::back_inserter(opened.notes));
    std::move(reports.errors.begin(), reports.errors.end(), std::back_inserter(errors));
}

} // namespace

std::vector<std::string> Opened::allNotes() const
{
    std::vector<std::string> all;
    for (const loadtest::LoadTestReportPtr &other : otherReports)
        all.push_back(other->fileName + ": left out, because one load-test report is shown at a time. Shown is "
                      + report->fileName + ".");
    all.insert(all.end(), notes.begin(), notes.end());
    for (const Error &error : errors)
        all.push_back(error.text());
    return all;
}

Result<Opened> openFiles(const std::vector<std::string> &paths, std::stop_token stop, Progress &progress)
{
    return openFiles(paths, {}, std::move(stop), progress);
}

Result<Opened> openFiles(const std::vector<std::string> &paths, const reports::OptionsOf &optionsOf,
                         std::stop_token stop, Progress &progress)
{
    progress.begin("Looking at the files", 0);
    Sorted sorted = sortedByContent(paths, stop);
    Opened opened;
    if (!sorted.traces.empty()) {
        auto snapshot = tracefiles::openTraceFiles(sorted.traces, stop, progress);
        if (snapshot) {
            opened.snapshot = std::move(*snapshot);
            opened.tracePaths = sorted.traces;
        } else {
            sorted.errors.push_back(snapshot.error());
        }
    }
    if (!isCancelled(sorted.errors) && !sorted.reports.empty())
        takeReports(reports::openReports(sorted.reports, true, optionsOf, stop, progress), opened, sorted.errors);
    if (!isCancelled(sorted.errors))
        openDashboards(sorted, opened, sorted.errors, stop, progress);
    if (stop.stop_requested() || isCancelled(sorted.errors))
        return fail(ErrorCode::Cancelled, "Opening was cancelled.");
    opened.configPaths = sorted.configs;
    if (!opened.snapshot && !opened.report && !opened.dashboard && opened.configPaths.empty())
        return tl::unexpected<Error>(combined(sorted.errors));
    opened.errors = std::move(sorted.errors);
    return opened;
}

} // namespace tailspan::workspace
