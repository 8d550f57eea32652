// SPDX-License-Identifier: GPL-3.0-or-later
// The summary that ApacheBench (ab) prints.
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

class Summary {
public:
    void take(std::string_view line)
    {
        const auto set = [&](std::string_view label, auto &target, auto read) {
            const auto rest = behind(line, label);
            if (rest)
                target = read(*rest);
            return rest.has_value();
        };
        if (set("Time taken for tests:", m_lengthNs, nsFromSecondsText)
            || set("Complete requests:", m_complete, leadingCount) || set("Failed requests:", m_failed, leadingCount)
            || set("Write errors:", m_writeErrors, leadingCount)
            || set("Non-2xx responses:", m_otherStatuses, leadingCount)
            || set("Concurrency Level:", m_connections, leadingCount)
            || set("Requests per second:", m_rate, leadingNumber))
            return;
        if (const auto host = behind(line, "Server Hostname:"))
            m_host = plainName(*host);
        else if (const auto path = behind(line, "Document Path:"))
            m_path = plainName(*path);
        else if (const auto kinds = behind(line, "(Connect:"))
            takeKinds(*kinds);
        else if (const auto total = behind(line, "Total:"))
            takeTotal(wordsOf(*total));
        else
            takePercentile(trimmed(line));
    }

    void finish(LoadTestReport &report)
    {
        if (m_lengthNs)
            report.duration = Duration(*m_lengthNs);
        report.reportedThroughputRps = m_rate;
        if (m_connections)
            report.peakUsers = static_cast<double>(*m_connections);
        report.contents.isComplete = m_isWhole && m_complete.has_value();
        const std::uint64_t noResponse = m_connectErrors + m_receiveErrors + m_exceptions;
        const std::uint64_t statuses = m_otherStatuses.value_or(0);
        if (m_complete) {
            setRunCounts(report, *m_complete, noResponse + statuses);
            addRunFailure(report, "status outside 200 to 299", statuses);
            addRunFailure(report, "connection failed", m_connectErrors);
            addRunFailure(report, "response could not be read", m_receiveErrors);
            addRunFailure(report, "connection lost", m_exceptions);
        }
        setRunLatency(report, m_stats);
        addNotes(report);
    }

private:
    void takeKinds(std::string_view text) // "0, Receive: 0, Length: 16, Exceptions: 0)"
    {
        const auto number = [text](std::string_view label) {
            const std::size_t at = text.find(label);
            return at == std::string_view::npos ? 0 : leadingCount(text.substr(at + label.size())).value_or(0);
        };
        m_connectErrors = leadingCount(text).value_or(0);
        m_receiveErrors = number("Receive: ");
        m_lengths = number("Length: ");
        m_exceptions = number("Exceptions: ");
    }

    void takeTotal(const std::vector<std::string_view> &words) // smallest, mean, deviation, median, largest in ms
    {
        if (words.size() < 5)
            return;
        m_stats.meanNs = nsFromMsText(words[1]);
        m_stats.maxNs = nsFromMsText(words[4]);
    }

    void takePercentile(std::string_view text) // "95%     55"
    {
        const auto words = wordsOf(text);
        if (words.size() < 2 || !words[0].ends_with('%'))
            return;
        m_isWhole = m_isWhole || text.ends_with("(longest request)"); // the last line
        const auto percent = leadingNumber(words[0]);
        if (auto *field = percent ? fieldOf(m_stats, *percent) : nullptr)
            *field = nsFromMsText(words[1]);
    }

    void addNotes(LoadTestReport &report) const
    {
        if (!m_path.empty())
            report.notes.push_back("All requests went to " + m_host + m_path + ".");
        report.notes.emplace_back("No timeline: the text holds figures of the whole run only, and not when it began. "
                                  "ab -g writes one row a request.");
        report.notes.emplace_back("Latencies are whole milliseconds; they cover every response, failed ones included.");
        if (m_lengths > 0)
            report.notes.push_back("ab calls " + countText(m_failed.value_or(m_lengths)) + " requests failed, "
                                   + countText(m_lengths)
                                   + " of them because their body was not as long as the first one. Here a request "
                                     "fails by its status or for want of a response only.");
        if (m_writeErrors.value_or(0) > 0)
            report.notes.push_back(pluralText(*m_writeErrors, "write error is", "write errors are")
                                   + " not among the requests.");
        report.notes.emplace_back("Users are ab's connections. The text holds no endpoints and no limits.");
    }

    std::optional<std::int64_t> m_lengthNs;
    std::optional<std::uint64_t> m_complete;
    std::optional<std::uint64_t> m_failed;
    std::optional<std::uint64_t> m_writeErrors;
    std::optional<std::uint64_t> m_otherStatuses;
    std::optional<std::uint64_t> m_connections;
    std::optional<double> m_rate;
    std::string m_host;
    std::string m_path;
    LatencyStats m_stats;
    bool m_isWhole = false;
    std::uint64_t m_connectErrors = 0;
    std::uint64_t m_receiveErrors = 0;
    std::uint64_t m_lengths = 0;
    std::uint64_t m_exceptions = 0;
};

class AbTextReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"ab-text", "ab output", "ab"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return head.bytes.find("This is ApacheBench") != std::string::npos;
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        return readSummary<Summary>(stream, std::move(stop), progress);
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeAbTextReader()
{
    return std::make_unique<AbTextReader>();
}

} // namespace tailspan::reports
