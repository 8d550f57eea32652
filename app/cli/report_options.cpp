// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_options.h"

#include "app/cli/arguments.h"
#include "app/workspace/named_zone.h"
#include "models/loadtest/limit_text.h"

#include <algorithm>
#include <array>

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
        constexpr std::array kKnown{"--thresholds", "--prometheus", "--p95-limit",        "--peak-users",
                                    "--peak-rps",   "--target-rps", "--replicas",         "--zone",
                                    "--unit",       "--warmup",     "--expected-interval"};
        if (std::none_of(kKnown.begin(), kKnown.end(), [&name](const char *known) { return name == known; }))
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
        if (name == "--prometheus") {
            m_options.metrics = value;
            return {};
        }
        if (name == "--zone") {
            TS_TRY(m_options.read.zone, workspace::zoneNamed(QString::fromStdString(value)));
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
        if (name == "--p95-limit" || name == "--warmup" || name == "--expected-interval") {
            const auto length = loadtest::parseDurationText(value);
            if (!length || length->ns() <= 0)
                return fail(ErrorCode::Unsupported,
                            name + " needs a length of time such as " + (name == "--warmup" ? "30s" : "200ms"));
            if (name == "--p95-limit")
                capacity.p95Limit = length;
            else if (name == "--warmup")
                m_options.warmUp = *length;
            else
                m_options.expectedInterval = length;
            return {};
        }
        const auto number = loadtest::parseLimitText(value);
        if (!number || !number->unit.empty() || !number->comparison.empty() || !(number->value > 0))
            return fail(ErrorCode::Unsupported, name + " needs a number above 0");
        if (name == "--peak-users")
            capacity.peakUsers = number->value;
        else if (name == "--peak-rps")
            capacity.peakRps = number->value;
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
           "[--prometheus URL] [--warmup TIME] [--exclude-failures] [--exclude-setup] [--trend] [--p95-limit TIME] "
           "[--peak-users N] [--peak-rps N] [--target-rps N] [--replicas N] [--expected-interval TIME] [--together] "
           "[--zone ZONE] [--unit ns|us|ms]";
}

const char *reportOptionHelp()
{
    return "--compare BASELINE...  whether the FILEs are slower than these; four or more of each are compared as\n"
           "                    repeats; a folder stands for the files in it; ten or more give a trend too\n"
           "--thresholds FILE   limits of your own, a YAML file with a list \"limits\": p95: < 200 ms, errors: < 1 %,\n"
           "                    apdex, throughput, recovery, resource, figure; for an endpoint, a stage, from and to\n"
           "--prometheus URL    where the series of resource limits are, over the time of the run: http://HOST:9090, "
           "the\n"
           "                    name of a profile or env:NAME\n"
           "--warmup TIME       leave so much of the begin of each run out of all figures (30s); the time line keeps "
           "it\n"
           "--expected-interval TIME  an estimate beside the measured percentiles: what they would be, had each user "
           "sent\n"
           "                    a request this often while it waited (coordinated omission)\n"
           "--trend             change points over the FILEs (or a folder), ten or more, in the order of their dates\n"
           "--p95-limit TIME    for the largest load that keeps it (200ms); without it the report's own limit\n"
           "--peak-users N --peak-rps N  today's peak, for the headroom\n"
           "--target-rps N --replicas N  how many replicas that takes when N were tested\n"
           "--json              one JSON document (see tailspan help json)\n"
           "--markdown          tables for a page or a pull request\n"
           "--junit             one test case a verdict, for CI servers\n"
           "--exclude-failures  leave failed requests out of counts and latencies\n"
           "--exclude-setup     leave requests of setup and teardown out\n"
           "--together          join reports of one tool that were written side by side (workers of one run)\n"
           "--zone ZONE         zone of time stamps that name none: UTC, +02:00, Europe/Berlin\n"
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
