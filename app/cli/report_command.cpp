// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/report_output.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_set.h"
#include "models/loadtest/time_zone.h"

#include <algorithm>
#include <ostream>
#include <stop_token>

namespace tailspan::cli {

namespace {

enum class Form : unsigned char { Text, Json, Markdown, Junit };

struct Options {
    std::vector<std::string> files;
    Form form = Form::Text;
    bool areTogether = false;
    reports::ReadOptions read;
    loadtest::RequestView view;
};

constexpr const char *kUsage = "usage: tailspan report FILE... [--json|--markdown|--junit] [--exclude-failures] "
                               "[--exclude-setup] [--together] [--zone OFFSET] [--unit ns|us|ms]";

Result<Duration> unitIn(const std::string &text)
{
    if (text == "ns")
        return Duration(1);
    if (text == "us")
        return Duration::microseconds(1);
    if (text == "ms")
        return Duration::milliseconds(1);
    return fail(ErrorCode::Unsupported, "--unit is ns, us or ms");
}

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
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string &argument = arguments[i];
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
        else if (argument == "--together")
            options.areTogether = true;
        else if (argument == "--zone" && i + 1 < arguments.size()) {
            TS_TRY(options.read.zone, loadtest::parseZone(arguments[++i]));
        } else if (argument == "--unit" && i + 1 < arguments.size()) {
            TS_TRY(options.read.unit, unitIn(arguments[++i]));
        } else
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

/// Reads files as one group; false when one could not be read. Notes and errors go to `err`.
bool read(const std::vector<std::string> &files, bool joinsParts, const Options &options, Reports &reports,
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

bool readFolder(const std::string &folder, const Options &options, Reports &reports, std::ostream &err)
{
    const auto files = reportsIn(folder);
    if (files)
        return read(*files, true, options, reports, err);
    err << "tailspan: " << oneLine(files.error().text()) << '\n';
    return false;
}

/// Reports come in the order of the FILEs.
bool readAll(const Options &options, Reports &reports, std::ostream &err)
{
    bool isAllRead = true;
    std::vector<std::string> files;
    const auto readFiles = [&] {
        if (!files.empty())
            isAllRead = read(files, options.areTogether, options, reports, err) && isAllRead;
        files.clear();
    };
    for (const std::string &file : options.files) {
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

class ReportCommand final : public Command {
public:
    CommandInfo info() const override
    {
        return {
            "report",
            "report FILE... [--json|--markdown|--junit] [--exclude-failures] [--exclude-setup] [--together] [--zone "
            "OFFSET] [--unit ns|us|ms]",
            "totals, timeline and verdicts of load-test reports",
            "--json              one JSON document (see tailspan help json)\n"
            "--markdown          tables for a page or a pull request\n"
            "--junit             one test case a verdict, for CI servers\n"
            "--exclude-failures  leave failed requests out of counts and latencies\n"
            "--exclude-setup     leave requests of setup and teardown out\n"
            "--together          join reports of one tool that were written side by side (workers of one run)\n"
            "--zone OFFSET       zone of time stamps that name none: UTC, +02:00\n"
            "--unit ns|us|ms     unit of latencies that name none (HdrHistogram logs)\n"
            "A FILE may be a folder: what belongs together in it is one report. Tables of one Locust run, and\n"
            "results and errors of Taurus, are found beside a FILE by name.\n"
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
        const bool isAnyUnreadable = !readAll(*options, reports, err);
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
