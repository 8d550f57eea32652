// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_options.h"

#include "app/cli/arguments.h"
#include "models/loadtest/limit_text.h"
#include "models/loadtest/time_zone.h"

#include <algorithm>

namespace tailspan::cli {

namespace {

/// Takes the arguments one by one; --compare goes on until the next option.
class OptionReader {
public:
    explicit OptionReader(const std::vector<std::string> &arguments) : m_arguments(arguments) {}

    Result<ReportOptions> read()
    {
        for (; m_at < m_arguments.size(); ++m_at) {
            const std::string &argument = m_arguments[m_at];
            if (m_areFilesOnly || !argument.starts_with('-')) {
                (m_isInBaselines ? m_options.baselines : m_options.files).push_back(argument);
                continue;
            }
            m_isInBaselines = false;
            if (argument == "--")
                m_areFilesOnly = true;
            else
                TS_CHECK(takeOption(argument));
        }
        if (m_options.files.empty())
            return fail(ErrorCode::Unsupported, "no FILE given");
        if (m_hasCompare && m_options.baselines.empty())
            return fail(ErrorCode::Unsupported, "--compare needs at least one BASELINE");
        return std::move(m_options);
    }

private:
    Result<> takeOption(const std::string &argument)
    {
        if (argument == "--json")
            return choose(ReportForm::Json, argument);
        if (argument == "--markdown")
            return choose(ReportForm::Markdown, argument);
        if (argument == "--junit")
            return choose(ReportForm::Junit, argument);
        if (argument == "--exclude-failures")
            m_options.view.withFailures = false;
        else if (argument == "--exclude-setup")
            m_options.view.withSetup = false;
        else if (argument == "--together")
            m_options.areTogether = true;
        else if (argument == "--trend")
            m_options.wantsTrend = true;
        else if (argument == "--compare")
            m_hasCompare = m_isInBaselines = true;
        else
            return takeValue(argument);
        return {};
    }

    /// Options with a value, as "--name VALUE" or "--name=VALUE".
    Result<> takeValue(const std::string &argument)
    {
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const auto isKnown = [&](const char *known) { return name == known; };
        if (!isKnown("--thresholds") && !isKnown("--p95-limit") && !isKnown("--peak-users") && !isKnown("--target-rps")
            && !isKnown("--replicas") && !isKnown("--zone") && !isKnown("--unit"))
            return fail(ErrorCode::Unsupported, "unknown option " + oneLine(argument));
        std::string value;
        if (equals != std::string::npos)
            value = argument.substr(equals + 1);
        else if (m_at + 1 < m_arguments.size())
            value = m_arguments[++m_at];
        if (value.empty())
            return fail(ErrorCode::Unsupported, name + " needs a value");
        if (name == "--thresholds") {
            m_options.limitFile = value;
            return {};
        }
        if (name == "--zone") {
            TS_TRY(m_options.read.zone, loadtest::parseZone(value));
            return {};
        }
        if (name == "--unit") {
            TS_TRY(m_options.read.unit, unitIn(value));
            return {};
        }
        return takeNumber(name, value);
    }

    static Result<Duration> unitIn(const std::string &text)
    {
        if (text == "ns")
            return Duration(1);
        if (text == "us")
            return Duration::microseconds(1);
        if (text == "ms")
            return Duration::milliseconds(1);
        return fail(ErrorCode::Unsupported, "--unit is ns, us or ms");
    }

    Result<> takeNumber(const std::string &name, const std::string &value)
    {
        loadtest::CapacityOptions &capacity = m_options.capacity;
        if (name == "--p95-limit") {
            capacity.p95Limit = loadtest::parseDurationText(value);
            if (!capacity.p95Limit)
                return fail(ErrorCode::Unsupported, name + " needs a length of time such as 200ms");
            return {};
        }
        const auto number = loadtest::parseLimitText(value);
        if (!number || !number->unit.empty() || !number->comparison.empty() || !(number->value > 0))
            return fail(ErrorCode::Unsupported, name + " needs a number above 0");
        if (name == "--peak-users")
            capacity.peakUsers = number->value;
        else if (name == "--target-rps")
            capacity.targetRps = number->value;
        else
            capacity.testedReplicas = static_cast<std::uint32_t>(std::min(std::max(number->value, 1.0), 1e6));
        return {};
    }

    Result<> choose(ReportForm form, const std::string &argument)
    {
        if (m_options.form != ReportForm::Text && m_options.form != form)
            return fail(ErrorCode::Unsupported, argument + " cannot be combined with another output form");
        m_options.form = form;
        return {};
    }

    const std::vector<std::string> &m_arguments;
    std::size_t m_at = 0;
    bool m_areFilesOnly = false;
    bool m_isInBaselines = false;
    bool m_hasCompare = false;
    ReportOptions m_options;
};

} // namespace

const char *reportUsage()
{
    return "usage: tailspan report FILE... [--compare BASELINE...] [--thresholds FILE] [--json|--markdown|--junit] "
           "[--exclude-failures] [--exclude-setup] [--trend] [--p95-limit TIME] [--peak-users N] [--target-rps N] "
           "[--replicas N] [--together] [--zone OFFSET] [--unit ns|us|ms]";
}

const char *reportOptionHelp()
{
    return "--compare BASELINE...  whether the FILEs are slower than these; four or more of each are compared as\n"
           "                    repeats; a folder stands for the files in it; ten or more give a trend too\n"
           "--thresholds FILE   limits of your own, a YAML file with a list \"limits\": p95: < 200 ms, errors: < 1 %,\n"
           "                    apdex, throughput, recovery, resource, figure; for an endpoint, a stage, from and to\n"
           "--trend             change points over the FILEs (or a folder), ten or more, in the order of their dates\n"
           "--p95-limit TIME    for the largest load that keeps it (200ms); without it the report's own limit\n"
           "--peak-users N      today's peak, for the headroom\n"
           "--target-rps N --replicas N  how many replicas that takes when N were tested\n"
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
           "Exit code 1: a verdict failed, its value is missing, or the comparison is a regression.\n"
           "3: a FILE cannot be read.";
}

Result<ReportOptions> parseReportOptions(const std::vector<std::string> &arguments)
{
    TS_TRY(ReportOptions options, OptionReader(arguments).read());
    options.capacity.view = options.view;
    return options;
}

} // namespace tailspan::cli
