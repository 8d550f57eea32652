// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/run_choice.h"

#include "app/reports/named_reports.h"

#include <algorithm>
#include <utility>

namespace tailspan::workspace {

using loadtest::LoadTestReportPtr;

RunChoice::RunChoice(LoadTestReportPtr open, std::vector<std::string> openPaths, reports::OptionsOf optionsOf,
                     QObject *parent)
    : QObject(parent), m_open(std::move(open)), m_openPaths(std::move(openPaths)), m_optionsOf(std::move(optionsOf)),
      m_withOpen(m_open != nullptr)
{}

RunChoice::~RunChoice() = default;

void RunChoice::setPaths(Side side, std::vector<std::string> paths)
{
    Chosen &chosen = at(side);
    if (paths == chosen.paths)
        return;
    chosen.paths = std::move(paths);
    chosen.opened = {};
    if (chosen.paths.empty()) {
        chosen.reading.cancel();
    } else {
        chosen.reading.start(
            [paths = chosen.paths, optionsOf = m_optionsOf](std::stop_token stop,
                                                            Progress &progress) -> Result<reports::OpenedReports> {
                progress.begin("Reading", 0);
                return reports::openNamedReports(paths, false, optionsOf, stop, progress);
            },
            [this, side](Result<reports::OpenedReports> opened) {
                if (opened)
                    at(side).opened = std::move(*opened);
                else
                    at(side).opened.errors.push_back(opened.error());
                look();
            });
    }
    look();
}

void RunChoice::setWithOpen(bool isWith)
{
    if (isWith == m_withOpen || !m_open)
        return;
    m_withOpen = isWith;
    look();
}

bool RunChoice::isBusy() const
{
    return isReading(Side::Before) || isReading(Side::After) || m_looking.isRunning();
}

bool RunChoice::isOpenRun(const reports::OpenedReport &one) const
{
    return std::any_of(one.paths.begin(), one.paths.end(), [this](const std::string &path) {
        return std::find(m_openPaths.begin(), m_openPaths.end(), path) != m_openPaths.end();
    });
}

std::vector<LoadTestReportPtr> RunChoice::moreRuns() const
{
    std::vector<LoadTestReportPtr> runs;
    for (const reports::OpenedReport &one : at(Side::After).opened.reports) {
        if (!m_withOpen || !isOpenRun(one))
            runs.push_back(one.report);
    }
    return runs;
}

std::vector<LoadTestReportPtr> RunChoice::runs(Side side) const
{
    std::vector<LoadTestReportPtr> runs;
    if (side == Side::After) {
        runs = moreRuns();
        if (m_withOpen)
            runs.insert(runs.begin(), m_open);
        return runs;
    }
    for (const reports::OpenedReport &one : at(side).opened.reports)
        runs.push_back(one.report);
    return runs;
}

std::string RunChoice::error(Side side) const
{
    std::string lines;
    for (const Error &error : at(side).opened.errors)
        lines += (lines.empty() ? "" : "\n") + error.text();
    return lines;
}

bool RunChoice::isReady() const
{
    const auto isWhole = [this](Side side) {
        return !isReading(side) && at(side).opened.errors.empty() && !runs(side).empty();
    };
    return isWhole(Side::Before) && isWhole(Side::After);
}

RunSides RunChoice::sides() const
{
    RunSides sides{runs(Side::Before), moreRuns(), m_withOpen, at(Side::Before).opened.notes};
    const std::vector<std::string> &notes = at(Side::After).opened.notes;
    sides.notes.insert(sides.notes.end(), notes.begin(), notes.end());
    return sides;
}

/// Holds both sides against each other as soon as both are read.
void RunChoice::look()
{
    m_looking.cancel();
    m_comparability.reset();
    if (isReady()) {
        m_looking.start([before = runs(Side::Before), after = runs(Side::After)](std::stop_token, Progress &)
                            -> Result<loadtest::Comparability> { return loadtest::comparabilityOf(before, after); },
                        [this](Result<loadtest::Comparability> comparability) {
                            if (comparability)
                                m_comparability = std::move(*comparability);
                            Q_EMIT changed();
                        });
    }
    Q_EMIT changed();
}

} // namespace tailspan::workspace
