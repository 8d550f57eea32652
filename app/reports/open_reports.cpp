// SPDX-License-Identifier: GPL-3.0-or-later
// The half of report_set.h that reads: a report of each set, and parts of one run joined.
#include "app/reports/report_reader.h"
#include "app/reports/report_set.h"
#include "models/base/number_text.h"
#include "models/loadtest/merge_reports.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

/// Taurus writes failed requests twice: among all results, and with their messages in a file of their own. The kinds
/// come from the latter where it holds as many failures.
LoadTestReport withErrorFile(const LoadTestReport &results, const LoadTestReport &errors)
{
    LoadTestReport report = results;
    report.parts = {results.fileName, errors.fileName};
    const std::uint64_t failed = failureCount(results.requests, {});
    const std::uint64_t told = failureCount(errors.requests, {});
    report.notes.push_back(errors.fileName + " holds " + countText(told) + " of the " + countText(failed)
                           + " failed requests again, with their messages; they are not counted twice.");
    if (told != failed || errors.failures.empty())
        return report;
    report.failureKinds = errors.failureKinds;
    report.failures = errors.failures;
    for (Bucket &bucket : report.timeline) {
        const auto same = std::find_if(errors.timeline.begin(), errors.timeline.end(),
                                       [&bucket](const Bucket &b) { return b.range == bucket.range; });
        bucket.failures = same == errors.timeline.end() ? std::vector<FailureCount>() : same->failures;
    }
    return report;
}

class Opening {
public:
    Opening(const OptionsOf &optionsOf, std::stop_token stop, Progress &progress)
        : m_optionsOf(optionsOf), m_stop(std::move(stop)), m_progress(progress)
    {}

    OpenedReports opened;

    /// False once it was cancelled.
    bool read(const ReportSet &set)
    {
        OpenedReport result;
        for (const std::string &path : set.paths) {
            auto report = openReport(path, m_optionsOf ? m_optionsOf(path) : ReadOptions(), m_stop, m_progress);
            if (!report) {
                opened.errors.push_back(report.error());
                if (report.error().code == ErrorCode::Cancelled)
                    return false;
                continue;
            }
            result.paths.push_back(path);
            if (!result.report)
                result.report = *report;
            else
                result.report = std::make_shared<const LoadTestReport>(set.kind == ReportSet::Kind::Taurus
                                                                           ? withErrorFile(*result.report, **report)
                                                                           : completed(*result.report, **report));
        }
        if (result.report && result.paths.size() > 1)
            nameFiles(result);
        if (result.report)
            opened.reports.push_back(std::move(result));
        return true;
    }

    /// Joins what was written side by side, each group at the place of its first report.
    void joinParts()
    {
        std::vector<OpenedReport> joined;
        std::vector<bool> isTaken(opened.reports.size(), false);
        for (std::size_t i = 0; i < opened.reports.size(); ++i) {
            if (isTaken[i])
                continue;
            std::vector<OpenedReport> group{opened.reports[i]};
            for (std::size_t j = i + 1; j < opened.reports.size(); ++j) {
                const LoadTestReport &other = *opened.reports[j].report;
                if (isTaken[j])
                    continue;
                if (isCopy(group, other)) {
                    isTaken[j] = true;
                    opened.notes.push_back(other.fileName + ": left out, because it holds the same run as "
                                           + group.front().report->fileName + ".");
                } else if (areParts(*group.front().report, other)) {
                    isTaken[j] = true;
                    group.push_back(opened.reports[j]);
                }
            }
            join(std::move(group), joined);
        }
        opened.reports = std::move(joined);
    }

private:
    static void nameFiles(OpenedReport &opened)
    {
        LoadTestReport report = *opened.report;
        std::string names;
        for (const std::string &part : report.parts)
            names += (names.empty() ? "" : ", ") + part;
        // What one of them lacks another one has.
        for (const std::string_view ending : {"_stats_history.csv", "_stats.csv", "_failures.csv"}) {
            const bool isThere = std::any_of(report.parts.begin(), report.parts.end(),
                                             [ending](const std::string &part) { return part.ends_with(ending); });
            const std::string hint = std::string(ending) + " beside it has them";
            if (isThere)
                std::erase_if(report.notes,
                              [&hint](const std::string &note) { return note.find(hint) != std::string::npos; });
        }
        report.notes.insert(report.notes.begin(), "Read from files of one run: " + names + ".");
        opened.report = std::make_shared<const LoadTestReport>(std::move(report));
    }

    static bool isCopy(const std::vector<OpenedReport> &group, const LoadTestReport &other)
    {
        return std::any_of(group.begin(), group.end(),
                           [&other](const OpenedReport &one) { return areSame(*one.report, other); });
    }

    void join(std::vector<OpenedReport> group, std::vector<OpenedReport> &joined)
    {
        std::vector<LoadTestReportPtr> parts;
        for (const OpenedReport &one : group)
            parts.push_back(one.report);
        auto merged = parts.size() > 1 ? mergedParts(parts) : Result<LoadTestReport>();
        if (parts.size() > 1 && merged) {
            OpenedReport whole;
            whole.report = std::make_shared<const LoadTestReport>(std::move(*merged));
            for (OpenedReport &one : group)
                std::move(one.paths.begin(), one.paths.end(), std::back_inserter(whole.paths));
            joined.push_back(std::move(whole));
            return;
        }
        if (parts.size() > 1)
            opened.notes.push_back(merged.error().text() + ".");
        std::move(group.begin(), group.end(), std::back_inserter(joined));
    }

    const OptionsOf &m_optionsOf;
    std::stop_token m_stop;
    Progress &m_progress;
};

} // namespace

OpenedReports openReports(const std::vector<std::string> &paths, bool joinsParts, const OptionsOf &optionsOf,
                          std::stop_token stop, Progress &progress)
{
    Opening opening(optionsOf, std::move(stop), progress);
    for (const ReportSet &set : reportSetsOf(paths)) {
        if (!opening.read(set))
            return std::move(opening.opened);
    }
    if (joinsParts)
        opening.joinParts();
    return std::move(opening.opened);
}

} // namespace tailspan::reports
