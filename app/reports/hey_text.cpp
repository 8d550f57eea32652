// SPDX-License-Identifier: GPL-3.0-or-later
// The summary that hey prints.
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"

#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

/// Follows the sections of the summary.
class Summary {
public:
    void take(std::string_view line)
    {
        const std::string_view text = trimmed(line);
        if (!text.empty() && text.ends_with(':') && !line.starts_with(' ')) {
            m_section = text.substr(0, text.size() - 1);
            return;
        }
        if (m_section == "Summary")
            takeFigure(text);
        else if (m_section == "Latency distribution")
            takePercentile(text);
        else if (m_section == "Status code distribution")
            takeStatus(text);
        else if (m_section == "Error distribution")
            takeError(text);
    }

    void finish(LoadTestReport &report)
    {
        if (m_hasStatuses)
            setRunCounts(report, m_responses + m_errors, m_failedStatuses + m_errors);
        for (auto &[kind, count] : m_failures)
            addRunFailure(report, std::move(kind), count);
        setRunLatency(report, m_stats);
        report.duration = m_duration;
        report.reportedThroughputRps = m_rate;
        report.contents.isComplete = isWhole();
        report.notes.emplace_back("No timeline: hey prints figures of the whole run only, and not when it began.");
        report.notes.emplace_back("Percentiles are those of the responses, failed ones included; requests without a "
                                  "response have no latency. They are in tenths of a millisecond. The histogram of "
                                  "eleven bars that hey prints is too coarse to be used.");
        if (m_errors > 0)
            report.notes.emplace_back("Requests without a response count as failed.");
        report.notes.emplace_back("hey takes a body that was cut off for a good response.");
        report.notes.emplace_back("The text holds no endpoints, no number of users and no limits.");
    }

private:
    /// The statuses and errors, which come last, add up to rate times duration.
    [[nodiscard]] bool isWhole() const
    {
        if (!m_rate || !m_duration)
            return false;
        const double sent = *m_rate * m_duration->toSeconds();
        const auto counted = static_cast<double>(m_responses + m_errors);
        return std::abs(sent - counted) <= 1 + sent / 1000;
    }

    void takeFigure(std::string_view text)
    {
        if (const auto total = behind(text, "Total:"))
            m_duration = durationIn(*total);
        else if (const auto slowest = behind(text, "Slowest:"))
            m_stats.maxNs = nsFromSecondsText(*slowest);
        else if (const auto average = behind(text, "Average:"))
            m_stats.meanNs = nsFromSecondsText(*average);
        else if (const auto rate = behind(text, "Requests/sec:"))
            m_rate = leadingNumber(*rate);
    }

    static std::optional<Duration> durationIn(std::string_view text)
    {
        const auto ns = nsFromSecondsText(text);
        return ns ? std::optional(Duration(*ns)) : std::nullopt;
    }

    void takePercentile(std::string_view text) // "10% in 0.0200 secs"; 2.x versions "10%% in"
    {
        const auto percent = leadingNumber(text);
        const std::size_t in = text.find(" in ");
        if (!percent || in == std::string_view::npos)
            return;
        if (auto *field = fieldOf(m_stats, *percent))
            *field = nsFromSecondsText(text.substr(in + 4));
    }

    void takeStatus(std::string_view text) // "[503]\t28 responses"
    {
        const auto [status, rest] = bracketed(text);
        const auto count = leadingCount(rest);
        if (!status || !count || !rest.ends_with("responses"))
            return;
        m_hasStatuses = true;
        m_responses += *count;
        if (*status >= 200 && *status < 400)
            return;
        m_failedStatuses += *count;
        m_failures.emplace_back("status " + std::to_string(*status), *count);
    }

    void takeError(std::string_view text) // "[28]\tGet ...: connection refused"
    {
        const auto [count, rest] = bracketed(text);
        if (!count)
            return;
        m_hasStatuses = true; // nothing but errors is an outcome, too
        m_errors += *count;
        m_failures.emplace_back(failureText(rest), *count);
    }

    static std::pair<std::optional<std::uint64_t>, std::string_view> bracketed(std::string_view text)
    {
        const std::size_t close = text.find(']');
        if (!text.starts_with('[') || close == std::string_view::npos)
            return {};
        return {leadingCount(text.substr(1)), trimmed(text.substr(close + 1))};
    }

    std::string_view m_section;
    LatencyStats m_stats;
    std::optional<Duration> m_duration;
    std::optional<double> m_rate;
    std::vector<std::pair<std::string, std::uint64_t>> m_failures;
    std::uint64_t m_responses = 0;
    std::uint64_t m_failedStatuses = 0;
    std::uint64_t m_errors = 0;
    bool m_hasStatuses = false;
};

class HeyTextReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"hey-text", "hey output", "hey"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view text = head.bytes;
        return text.find("Summary:\n  Total:") != std::string_view::npos
            && text.find("Requests/sec") != std::string_view::npos;
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        return readSummary<Summary>(stream, std::move(stop), progress);
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeHeyTextReader()
{
    return std::make_unique<HeyTextReader>();
}

} // namespace tailspan::reports
