// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/advice/advice_text.h"
#include "app/advice/rules_file.h"
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/named_source.h"
#include "app/cli/source_arguments.h"
#include "app/cli/trace_arguments.h"
#include "app/workspace/open_files.h"
#include "app/yaml/yaml_tree.h"
#include "models/advisor/postgres_facts.h"
#include "models/base/number_text.h"
#include "models/base/wall_clock.h"
#include "models/trace/query_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <ostream>

namespace tailspan::cli {

namespace {

using advice::Advised;
using advisor::Finding;
using advisor::Severity;

std::string valueOf(const Arguments &arguments, const char *option)
{
    const auto found = arguments.options.find(option);
    return found == arguments.options.end() ? std::string() : found->second;
}

/// Findings as lines for a terminal.
void writeText(std::ostream &out, const Advised &advised)
{
    out << oneLine(summaryText(advised)) << '\n';
    for (const Finding &finding : advised.advice.findings) {
        const std::string impact = impactOf(finding);
        out << '\n'
            << '[' << severityId(finding.severity) << "] " << oneLine(finding.title)
            << (impact.empty() ? "" : ", " + oneLine(impact)) << " (" << finding.detector << ", " << stateText(finding)
            << ")\n";
        if (const std::string subject = finding.subject.text(); !subject.empty())
            out << "  " << oneLine(subject) << '\n';
        out << "  " << oneLine(finding.what) << '\n';
        if (finding.estimate)
            out << "  " << oneLine(estimateText(*finding.estimate)) << '\n';
    }
    const auto hasArtifact = [](const Finding &finding) { return !finding.artifacts.empty(); };
    const bool canPaste = std::ranges::any_of(advised.advice.findings, hasArtifact);
    const bool isPartial = !advised.advice.unjudged.empty();
    if (canPaste || isPartial)
        out << '\n'
            << (canPaste ? "What to paste, with its undo" : "") << (canPaste && isPartial ? ", and what" : "")
            << (!canPaste && isPartial ? "What" : "")
            << (isPartial ? " could not be judged, with how to provide it" : "") << ": --markdown or --json.\n";
}

/// The files of the command line, told apart by content.
Result<void> addFiles(const std::vector<std::string> &files, advice::Question &question)
{
    if (files.empty())
        return {};
    Progress progress;
    TS_TRY(workspace::Opened opened, workspace::openFiles(files, {}, progress));
    question.configFiles = std::move(opened.configPaths);
    question.traces = std::move(opened.snapshot);
    if (opened.report != nullptr)
        question.reports.push_back(std::move(opened.report));
    std::ranges::move(opened.otherReports, std::back_inserter(question.reports));
    question.notes = std::move(opened.notes);
    question.failures = std::move(opened.errors);
    return {};
}

/// The first option that only sources know; empty when there is none.
std::string optionOfSources(const Arguments &arguments)
{
    for (const OptionSpec &option : sourceOptions()) {
        if (std::string name(option.name); arguments.options.contains(name))
            return name;
    }
    return {};
}

bool isTraceStore(const sources::SourceToOpen &source)
{
    return source.address.kind == "redis" || source.address.kind == "postgresql";
}

/// Traces of the stores that hold some; one that holds none is still asked for its statistics.
void addStores(const SourceArguments &arguments, advice::Question &question)
{
    question.stores = arguments.sources;
    if (question.traces != nullptr)
        return;
    SourceArguments stores = arguments;
    std::erase_if(stores.sources, [](const sources::SourceToOpen &source) { return !isTraceStore(source); });
    if (stores.sources.empty())
        return;
    if (auto traces = readSources(stores); traces)
        question.traces = *traces;
    else
        question.notes.push_back("No traces are read: " + traces.error().text());
}

Result<advisor::Rules> rulesOf(const Arguments &arguments)
{
    const std::string path = valueOf(arguments, "--rules");
    if (path.empty())
        return advice::builtInRules();
    TS_TRY(const std::string text, yaml::readText(path));
    return advice::rulesWith(text, path);
}

/// --window and --plans.
Result<> takeDatabaseOptions(const Arguments &arguments, advice::Question &question)
{
    if (const std::string window = valueOf(arguments, "--window"); !window.empty()) {
        constexpr Duration kLongest = Duration::seconds(24LL * 3600);
        const std::optional<Duration> length = trace::parseDuration(window);
        if (!length || length->ns() <= 0 || *length > kLongest)
            return fail(ErrorCode::Unsupported, "--window takes a duration up to a day, such as 30s or 5m");
        question.statementWindow =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(length->ns()));
    }
    if (const std::string plans = valueOf(arguments, "--plans"); !plans.empty()) {
        constexpr int kMost = 100'000;
        const auto [end, error] = std::from_chars(plans.data(), plans.data() + plans.size(), question.plansPerMinute);
        const bool isNumber = error == std::errc() && end == plans.data() + plans.size();
        if (!isNumber || question.plansPerMinute < 0 || question.plansPerMinute > kMost)
            return fail(ErrorCode::Unsupported, "--plans takes a number of plans a minute, 0 or more");
    }
    return {};
}

/// Counters that are old tell of weeks, not of today.
void noteLongCount(std::ostream &err, const advisor::PostgresFacts *facts)
{
    constexpr double kSecondsADay = 86'400;
    if (facts == nullptr || !facts->window.isSinceReset || facts->window.seconds < kSecondsADay)
        return;
    err << "tailspan advise: statements of " << oneLine(facts->database) << " are counted since "
        << decimalText(facts->window.seconds / kSecondsADay) << " days ago; --window 5m counts those of now\n";
}

class AdviseCommand final : public Command {
public:
    CommandInfo info() const override
    {
        static const std::string kOptions =
            "  --json            machine-readable, see `tailspan help json`\n"
            "  --markdown        a report with evidence, what to paste and its undo\n"
            "  --fail-on LEVEL   exit code 1 when a finding that is not refuted is info, low, medium, high or\n"
            "                    critical, or worse\n"
            "  --rules FILE      own thresholds in place of those of the program, YAML\n"
            "  --window TIME     statements of PostgreSQL counted over so long a time from now (30s, 5m); without it\n"
            "                    since its counters began\n"
            "  --plans N         plans asked of PostgreSQL a minute, 50 by default; 0: as many as 5 % of its time\n"
            "                    allow, which is never exceeded\n"
            + std::string(kSourceHelp);
        return {"advise",
                "advise [FILE...] [--source S]... [--json|--markdown] [--fail-on LEVEL] [--rules FILE] "
                "[--window TIME] [--plans N]",
                "Index, batching, pool, cache and scaling advice with evidence; FILEs are traces, load-test reports, "
                "scaling or Kubernetes YAML",
                kOptions.c_str(), advice::kAdviceJsonHelp};
    }

    ExitCode run(const std::vector<std::string> &arguments, std::ostream &out, std::ostream &err) override
    {
        const Result<Arguments> parsed = parseArguments(arguments,
                                                        traceOptions({{"--json", false},
                                                                      {"--markdown", false},
                                                                      {"--fail-on", true},
                                                                      {"--rules", true},
                                                                      {"--window", true},
                                                                      {"--plans", true}}));
        if (!parsed)
            return wrongUsage(info(), err, parsed.error().message);
        const std::string level = valueOf(*parsed, "--fail-on");
        const std::optional<Severity> failOn = advisor::severityOf(level);
        if (parsed->options.contains("--fail-on") && !failOn)
            return wrongUsage(info(), err, "--fail-on takes info, low, medium, high or critical");
        const bool hasSources = parsed->options.contains("--source");
        if (parsed->files.empty() && !hasSources)
            return wrongUsage(info(), err, "it needs a file or a source");
        if (const std::string option = optionOfSources(*parsed); !hasSources && !option.empty())
            return wrongUsage(info(), err, option + " chooses what is read of --source; files are read whole");
        advice::Question question;
        if (const Result<> taken = takeDatabaseOptions(*parsed, question); !taken)
            return wrongUsage(info(), err, taken.error().message);
        const Result<advice::AdvisedPtr> advised = adviseOn(*parsed, std::move(question), hasSources);
        if (!advised) {
            err << "tailspan advise: " << oneLine(advised.error().text()) << '\n';
            return exitCodeFor(advised.error());
        }
        for (const std::string &note : (*advised)->from.notes)
            err << "tailspan advise: " << oneLine(note) << '\n';
        noteLongCount(err, (*advised)->from.postgres.get());
        write(out, **advised, *parsed);
        if (failOn && hasFinding(**advised, *failOn))
            return ExitCode::VerdictFailed;
        // A gate is not to open because what it should look at could not be read.
        const std::vector<Error> &failures = (*advised)->from.failures;
        return failures.empty() ? ExitCode::Fine : exitCodeFor(failures.front());
    }

private:
    static Result<advice::AdvisedPtr> adviseOn(const Arguments &arguments, advice::Question question, bool hasSources)
    {
        TS_TRY(const advisor::Rules rules, rulesOf(arguments));
        question.now = currentTime();
        TS_CHECK(addFiles(arguments.files, question));
        if (hasSources) {
            TS_TRY(const SourceArguments asked, readSourceArguments(arguments, question.now));
            addStores(asked, question);
            question.range = asked.request.query.range.value_or(TimeRange());
        }
        Progress progress;
        return advise(question, rules, {}, progress);
    }

    static void write(std::ostream &out, const Advised &advised, const Arguments &arguments)
    {
        if (arguments.options.contains("--json"))
            writeAdviceJson(out, advised);
        else if (arguments.options.contains("--markdown"))
            writeAdviceMarkdown(out, advised);
        else
            writeText(out, advised);
    }

    static bool hasFinding(const Advised &advised, Severity least)
    {
        return std::ranges::any_of(advised.advice.findings, [least](const Finding &finding) {
            return finding.severity >= least && finding.verification.state != advisor::VerificationState::Refuted;
        });
    }
};

} // namespace

std::unique_ptr<Command> makeAdviseCommand()
{
    return std::make_unique<AdviseCommand>();
}

} // namespace tailspan::cli
