// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/report_files.h"
#include "app/cli/report_output.h"
#include "app/cli/report_resources.h"
#include "app/reports/limit_file.h"
#include "models/loadtest/counting.h"

#include <algorithm>
#include <ostream>

namespace tailspan::cli {

namespace {

/// A verdict that failed, or whose value is missing: what is not measured has not passed.
bool isBad(const loadtest::Verdict &verdict)
{
    return verdict.passed ? !*verdict.passed : verdict.limit && !verdict.observed;
}

bool hasBadVerdict(const Reports &reports)
{
    return std::any_of(reports.begin(), reports.end(), [](const loadtest::LoadTestReportPtr &report) {
        return std::any_of(report->scenarios.begin(), report->scenarios.end(), [](const loadtest::Scenario &scenario) {
            return std::any_of(scenario.verdicts.begin(), scenario.verdicts.end(), isBad);
        });
    });
}

void write(std::ostream &out, const Reports &reports, const ReportAnalysis &analysis, const ReportOptions &options)
{
    if (options.form == ReportForm::Json)
        return writeReportsJson(out, reports, options.view, analysis);
    if (options.form == ReportForm::Junit)
        return writeReportsJunit(out, reports, analysis);
    for (std::size_t i = 0; i < reports.size(); ++i) {
        out << (i == 0 ? "" : "\n");
        if (options.form == ReportForm::Markdown) {
            writeReportMarkdown(out, *reports[i], options.view);
            if (analysis.capacities[i])
                writeCapacityMarkdown(out, *analysis.capacities[i]);
            if (i < analysis.whatIfs.size())
                writeWhatIfMarkdown(out, analysis.whatIfs[i]);
        } else {
            writeReportText(out, *reports[i], options.view);
            if (analysis.capacities[i])
                writeCapacityText(out, *analysis.capacities[i]);
            if (i < analysis.whatIfs.size())
                writeWhatIfText(out, analysis.whatIfs[i]);
        }
    }
    if (options.form == ReportForm::Markdown)
        writeAnalysisMarkdown(out, analysis);
    else
        writeAnalysisText(out, analysis);
}

/// Takes the warm-up out of the reports' figures. Errors: of a report that cannot be parted so.
Result<> countReports(Reports &reports, Duration warmUp)
{
    if (warmUp.ns() <= 0)
        return {};
    for (loadtest::LoadTestReportPtr &report : reports) {
        TS_TRY(loadtest::LoadTestReport counted, loadtest::counted(*report, {true, true, warmUp}));
        report = std::make_shared<const loadtest::LoadTestReport>(std::move(counted));
    }
    return {};
}

Reports measuredParts(const Reports &reports)
{
    Reports parts;
    std::transform(reports.begin(), reports.end(), std::back_inserter(parts), loadtest::measuredPart);
    return parts;
}

/// Adds the verdicts of own limits.
Result<> judge(Reports &reports, const std::vector<loadtest::Limit> &limits, const ReportOptions &options)
{
    for (loadtest::LoadTestReportPtr &report : reports) {
        TS_TRY(const std::vector<loadtest::ResourceAnswer> resources, askResources(options.metrics, limits, *report));
        if (!limits.empty())
            report = loadtest::withVerdicts(
                *report, loadtest::judgeLimits(*loadtest::measuredPart(report), limits, {options.view, {}, resources}));
    }
    return {};
}

Result<> prepare(Reports &reports, Reports &baselines, const std::vector<loadtest::Limit> &limits,
                 const ReportOptions &options)
{
    TS_CHECK(countReports(baselines, options.warmUp));
    TS_CHECK(countReports(reports, options.warmUp));
    return judge(reports, limits, options);
}

ReportAnalysis analyse(const Reports &reports, const Reports &baselines, const ReportOptions &options)
{
    ReportAnalysis analysis;
    for (const loadtest::LoadTestReportPtr &report : measuredParts(reports)) {
        analysis.capacities.push_back(loadtest::capacityOf(*report, options.capacity));
        if (options.expectedInterval)
            analysis.whatIfs.push_back(loadtest::omissionWhatIf(*report, options.view, *options.expectedInterval));
    }
    if (!baselines.empty()) {
        loadtest::ComparisonOptions comparison;
        comparison.view = options.view;
        analysis.comparison = loadtest::compareRuns(measuredParts(baselines), measuredParts(reports), comparison, {});
    }
    if (options.wantsTrend || baselines.size() >= loadtest::kFewestForTrend) {
        Reports all = baselines;
        all.insert(all.end(), reports.begin(), reports.end());
        analysis.trend = loadtest::trendOf(std::move(all), options.view);
    }
    return analysis;
}

class ReportCommand final : public Command {
public:
    CommandInfo info() const override
    {
        return {"report",
                "report FILE... [--compare BASELINE...] [--thresholds FILE] [--json|--markdown|--junit] [options]",
                "totals, timeline, verdicts, capacity and comparison of load-test reports", reportOptionHelp(),
                reportJsonHelp()};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        Result<ReportOptions> options = parseReportOptions(arguments);
        if (!options) {
            err << "tailspan report: " << options.error().text() << "; " << reportUsage() << '\n';
            return ExitCode::WrongUsage;
        }
        Result<std::vector<loadtest::Limit>> limits;
        if (!options->limitFile.empty())
            limits = reports::readLimitFile(options->limitFile);
        if (!limits) {
            err << "tailspan: " << oneLine(limits.error().text()) << '\n';
            return ExitCode::InputUnreadable;
        }
        Reports baselines;
        Reports reports;
        const bool areBaselinesRead = readReports(options->baselines, *options, baselines, err);
        const bool isAnyUnreadable = !readReports(options->files, *options, reports, err) || !areBaselinesRead;
        if (const Result<> prepared = prepare(reports, baselines, *limits, *options); !prepared) {
            err << "tailspan: " << oneLine(prepared.error().text()) << '\n';
            return exitCodeFor(prepared.error());
        }
        const ReportAnalysis analysis = analyse(reports, baselines, *options);
        if (!reports.empty())
            write(out, reports, analysis, *options);
        if (isAnyUnreadable)
            return ExitCode::InputUnreadable;
        const bool isRegression = analysis.comparison
            && analysis.comparison->verdict == loadtest::ChangeVerdict::Regression;
        return hasBadVerdict(reports) || isRegression ? ExitCode::VerdictFailed : ExitCode::Fine;
    }
};

} // namespace

std::unique_ptr<Command> makeReportCommand()
{
    return std::make_unique<ReportCommand>();
}

} // namespace tailspan::cli
