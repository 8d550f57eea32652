// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/run_trend.h"

#include "app/reports/named_reports.h"

#include <set>
#include <unordered_map>
#include <utility>

namespace tailspan::workspace {

namespace {

/// What the window says of a run; its timeline would fill the memory with a hundred of them.
loadtest::LoadTestReportPtr withoutTimeline(const loadtest::LoadTestReport &report)
{
    loadtest::LoadTestReport slim;
    slim.fileName = report.fileName;
    slim.parts = report.parts;
    slim.format = report.format;
    slim.tool = report.tool;
    slim.startedAt = report.startedAt;
    slim.duration = report.duration;
    return std::make_shared<const loadtest::LoadTestReport>(std::move(slim));
}

} // namespace

RunTrend::RunTrend(QObject *parent) : QObject(parent) {}

RunTrend::~RunTrend() = default;

RunTrend::Shown RunTrend::shownOf(std::vector<reports::OpenedReport> runs)
{
    Shown shown;
    std::vector<loadtest::LoadTestReportPtr> reports;
    std::unordered_map<const loadtest::LoadTestReport *, std::vector<std::string>> filesOf;
    std::set<std::string> taken;
    for (reports::OpenedReport &run : runs) {
        if (!run.paths.empty() && !taken.insert(run.paths.front()).second)
            continue; // chosen on both sides
        filesOf.emplace(run.report.get(), std::move(run.paths));
        reports.push_back(std::move(run.report));
    }
    shown.trend = loadtest::trendOf(std::move(reports), {});
    for (loadtest::LoadTestReportPtr &run : shown.trend.runs) {
        shown.paths.push_back(filesOf[run.get()]);
        run = withoutTimeline(*run);
    }
    return shown;
}

void RunTrend::read(std::vector<std::string> paths, reports::OptionsOf optionsOf)
{
    m_error.clear();
    m_job.start(
        [paths = std::move(paths), optionsOf = std::move(optionsOf)](std::stop_token stop,
                                                                     Progress &progress) -> Result<Shown> {
            progress.begin("Reading the runs", 0);
            reports::OpenedReports opened = reports::openNamedReports(paths, false, optionsOf, stop, progress);
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            Shown shown = shownOf(std::move(opened.reports));
            for (const Error &error : opened.errors)
                shown.error += (shown.error.empty() ? "" : "\n") + error.text();
            for (std::string &note : opened.notes)
                shown.trend.notes.push_back(std::move(note));
            return shown;
        },
        [this](Result<Shown> shown) { take(std::move(shown)); });
    Q_EMIT changed();
}

void RunTrend::show(std::vector<reports::OpenedReport> runs)
{
    m_error.clear();
    m_job.start([runs = std::move(runs)](std::stop_token, Progress &) -> Result<Shown> { return shownOf(runs); },
                [this](Result<Shown> shown) { take(std::move(shown)); });
    Q_EMIT changed();
}

void RunTrend::take(Result<Shown> shown)
{
    if (!shown) {
        m_error = shown.error().text();
    } else {
        m_error = shown->error;
        if (!shown->trend.runs.empty())
            m_shown = std::move(*shown);
    }
    Q_EMIT changed();
}

void RunTrend::cancel()
{
    m_job.cancel();
    Q_EMIT changed();
}

void RunTrend::drop()
{
    m_shown.reset();
    m_error.clear();
    cancel();
}

} // namespace tailspan::workspace
