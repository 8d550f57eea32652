// SPDX-License-Identifier: GPL-3.0-or-later
// What wrk and wrk2 print.
#include "app/reports/json_outline.h"
#include "app/reports/percentile_table.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

bool isWrk2Line(std::string_view line)
{
    return line.find("Thread calibration") != std::string_view::npos
        || line.find("HdrHistogram - ") != std::string_view::npos;
}

/// Follows the output of one run.
class Output {
public:
    void take(std::string_view line)
    {
        m_isWrk2 = m_isWrk2 || isWrk2Line(line);
        const std::string_view text = trimmed(line);
        // wrk2 may print a second table, of the times as measured without its correction: the first one counts.
        if (text.starts_with("Latency Distribution"))
            ++m_distributions;
        if (const auto running = behind(text, "Running ")) {
            const std::size_t at = running->find(" @ ");
            m_url = at == std::string_view::npos ? std::string() : plainName(running->substr(at + 3));
        } else if (const auto latency = behind(text, "Latency ")) {
            takeLatency(wordsOf(*latency));
        } else if (text.find(" connections") != std::string_view::npos && text.find(" threads and ") != text.npos) {
            m_connections = leadingCount(text.substr(text.find(" threads and ") + 13));
        } else if (const auto errors = behind(text, "Socket errors:")) {
            takeErrors(wordsOf(*errors));
        } else if (const auto other = behind(text, "Non-2xx or 3xx responses:")) {
            m_otherStatuses = leadingCount(*other).value_or(0);
        } else if (const auto rate = behind(text, "Requests/sec:")) {
            m_rate = leadingNumber(*rate);
        } else if (const auto transfer = behind(text, "Transfer/sec:")) {
            m_isWhole = transfer->ends_with('B');
        } else if (text.find(" requests in ") != std::string_view::npos) {
            takeTotals(text);
        } else if (m_distributions == 1 && !takePercentile(text)) {
            (void)m_table.take(text, 1e6);
        }
    }

    void finish(LoadTestReport &report)
    {
        report.tool = m_isWrk2 ? "wrk2" : "wrk";
        report.duration = m_duration;
        report.reportedThroughputRps = m_rate;
        report.contents.isComplete = m_isWhole;
        if (m_connections)
            report.peakUsers = static_cast<double>(*m_connections);
        const std::uint64_t errors = m_socketErrors + m_timeouts;
        if (m_responses) {
            setRunCounts(report, *m_responses + errors, m_otherStatuses + errors);
            addRunFailure(report, "status outside 200 to 399", m_otherStatuses);
            addRunFailure(report, "socket error", m_socketErrors);
            addRunFailure(report, "timeout", m_timeouts);
        }
        const std::uint64_t inTable = m_table.values.count();
        if (inTable > 0) {
            m_stats.meanNs = m_table.mean ? std::optional(nsFromMs(*m_table.mean)) : m_stats.meanNs;
            m_stats.maxNs = m_table.max ? std::optional(nsFromMs(*m_table.max)) : m_stats.maxNs;
            m_stats.p95Ns = m_table.printed.p95Ns;
            report.requests.of(RequestClass::Ok).latency = m_table.values;
            report.contents.hasLatency = true;
            report.contents.latencyDetail = LatencyDetail::Buckets;
        }
        setRunLatency(report, m_stats);
        addNotes(inTable, errors, report);
    }

private:
    void takeLatency(const std::vector<std::string_view> &words) // average, deviation, largest, share
    {
        if (words.size() < 3 || m_distributions > 0)
            return;
        m_stats.meanNs = nsWithUnit(words[0]);
        m_stats.maxNs = nsWithUnit(words[2]);
    }

    bool takePercentile(std::string_view text) // "50%   14.90ms", "99.900%   91.33ms"
    {
        const auto words = wordsOf(text);
        if (words.size() != 2 || !words[0].ends_with('%'))
            return false;
        const auto percent = leadingNumber(words[0]);
        auto *field = percent ? fieldOf(m_stats, *percent) : nullptr;
        if (field != nullptr && *percent < 100)
            *field = nsWithUnit(words[1]);
        return true;
    }

    void takeTotals(std::string_view text) // "1012 requests in 4.01s, 253.00KB read"
    {
        m_responses = leadingCount(text);
        std::string_view rest = text.substr(text.find(" requests in ") + 13);
        if (const auto ns = nsWithUnit(rest.substr(0, rest.find(','))))
            m_duration = Duration(*ns);
    }

    void takeErrors(const std::vector<std::string_view> &words) // "connect 0, read 3, write 0, timeout 2"
    {
        for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
            const std::uint64_t count = leadingCount(words[i + 1]).value_or(0);
            (words[i] == "timeout" ? m_timeouts : m_socketErrors) += count;
        }
    }

    void addNotes(std::uint64_t inTable, std::uint64_t errors, LoadTestReport &report) const
    {
        if (!m_url.empty())
            report.notes.push_back("All requests went to " + m_url + ".");
        report.notes.emplace_back("No timeline: the text holds figures of the whole run only, and not when it began.");
        report.notes.emplace_back("Percentiles cover every response; failed ones cannot be left out.");
        if (errors > 0)
            report.notes.push_back(pluralText(errors, "socket error counts", "socket errors count")
                                   + " as failed requests, on top of the responses that the tool counts.");
        report.omission = m_isWrk2 ? Omission::OpenModel : Omission::Corrected;
        if (m_isWrk2) {
            report.notes.emplace_back("wrk2 measures from when a request was due, so waiting for a slow answer is in "
                                      "the latencies; nothing is to be corrected.");
            if (inTable > 0 && m_responses && inTable < *m_responses)
                report.notes.push_back("Latencies are of the last " + countText(inTable) + " of "
                                       + countText(*m_responses)
                                       + " responses: wrk2 leaves out those of its calibration, about 10 s.");
            if (inTable > 0)
                report.notes.emplace_back("The ranges are those of the printed percentiles; each is counted at its "
                                          "upper end.");
        } else {
            report.notes.emplace_back("wrk sends the next request when the answer is there. It adds estimated values "
                                      "to its percentiles for what it therefore did not send, and does not say how "
                                      "many; they are not to be corrected once more.");
        }
        report.notes.emplace_back("Users are the tool's connections. The text holds no endpoints and no limits.");
    }

    bool m_isWrk2 = false;
    bool m_isWhole = false; // the last line is there, with its unit
    int m_distributions = 0;
    std::string m_url;
    LatencyStats m_stats;
    PercentileTable m_table;
    std::optional<Duration> m_duration;
    std::optional<double> m_rate;
    std::optional<std::uint64_t> m_responses;
    std::optional<std::uint64_t> m_connections;
    std::uint64_t m_otherStatuses = 0;
    std::uint64_t m_socketErrors = 0;
    std::uint64_t m_timeouts = 0;
};

class WrkReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"wrk", "wrk and wrk2 output", "wrk"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const std::string_view line = firstLine(withoutLeadingBlanks(head.bytes));
        return line.starts_with("Running ") && line.find(" test @ ") != std::string_view::npos;
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        return readSummary<Output>(stream, std::move(stop), progress);
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeWrkReader()
{
    return std::make_unique<WrkReader>();
}

} // namespace tailspan::reports
