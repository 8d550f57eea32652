// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/report_output.h"
#include "app/reports/report_reader.h"

#include <algorithm>
#include <ostream>
#include <stop_token>

namespace tailspan::cli {

namespace {

enum class Form : unsigned char { Text, Json, Markdown, Junit };

struct Options {
    std::vector<std::string> files;
    Form form = Form::Text;
    loadtest::RequestView view;
};

constexpr const char *kUsage = "usage: tailspan report FILE... [--json|--markdown|--junit] [--exclude-failures] "
                               "[--exclude-setup]";

Result<Options> parseOptions(const std::vector<std::string> &arguments)
{
    Options options;
    bool areFilesOnly = false;
    const auto choose = [&options](Form form, const std::string &argument) -> Result<> {
        if (options.form != Form::Text && options.form != form)
            return fail(ErrorCode::Unsupported, argument + " cannot be combined with another output form");
        options.form = form;
        return {};
    };
    for (const std::string &argument : arguments) {
        if (areFilesOnly || !argument.starts_with('-'))
            options.files.push_back(argument);
        else if (argument == "--")
            areFilesOnly = true;
        else if (argument == "--json")
            TS_CHECK(choose(Form::Json, argument));
        else if (argument == "--markdown")
            TS_CHECK(choose(Form::Markdown, argument));
        else if (argument == "--junit")
            TS_CHECK(choose(Form::Junit, argument));
        else if (argument == "--exclude-failures")
            options.view.withFailures = false;
        else if (argument == "--exclude-setup")
            options.view.withSetup = false;
        else
            return fail(ErrorCode::Unsupported, "unknown option " + oneLine(argument));
    }
    if (options.files.empty())
        return fail(ErrorCode::Unsupported, "no FILE given");
    return options;
}

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

void write(std::ostream &out, const Reports &reports, const Options &options)
{
    if (options.form == Form::Json)
        return writeReportsJson(out, reports, options.view);
    if (options.form == Form::Junit)
        return writeReportsJunit(out, reports);
    for (std::size_t i = 0; i < reports.size(); ++i) {
        out << (i == 0 ? "" : "\n");
        if (options.form == Form::Markdown)
            writeReportMarkdown(out, *reports[i], options.view);
        else
            writeReportText(out, *reports[i], options.view);
    }
}

class ReportCommand final : public Command {
public:
    CommandInfo info() const override
    {
        return {"report", "report FILE... [--json|--markdown|--junit] [--exclude-failures] [--exclude-setup]",
                "totals, timeline and verdicts of load-test reports",
                "--json              one JSON document (see tailspan help json)\n"
                "--markdown          tables for a page or a pull request\n"
                "--junit             one test case a verdict, for CI servers\n"
                "--exclude-failures  leave failed requests out of counts and latencies\n"
                "--exclude-setup     leave requests of setup and teardown out\n"
                "Exit code 1: a verdict failed or its value is missing. 3: a FILE cannot be read.",
                reportJsonHelp()};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        const Result<Options> options = parseOptions(arguments);
        if (!options) {
            err << "tailspan report: " << options.error().text() << "; " << kUsage << '\n';
            return ExitCode::WrongUsage;
        }
        Reports reports;
        bool isAnyUnreadable = false;
        for (const std::string &file : options->files) {
            Progress progress;
            auto report = reports::openReport(file, std::stop_token(), progress);
            if (report) {
                reports.push_back(std::move(*report));
            } else {
                err << "tailspan: " << oneLine(report.error().text()) << '\n';
                isAnyUnreadable = true;
            }
        }
        if (!reports.empty())
            write(out, reports, *options);
        if (isAnyUnreadable)
            return ExitCode::InputUnreadable;
        return hasBadVerdict(reports) ? ExitCode::VerdictFailed : ExitCode::Fine;
    }
};

} // namespace

std::unique_ptr<Command> makeReportCommand()
{
    return std::make_unique<ReportCommand>();
}

} // namespace tailspan::cli
