// SPDX-License-Identifier: GPL-3.0-or-later
// Locust's NAME_stats_history.csv: one row a second for all requests and, with --csv-full-history, one for each
// endpoint. Rates are averages of ten seconds that lag by two, so requests are counted from the running totals
// instead. Percentiles cover the last ten seconds in some files and everything since the start in others.
#include "app/reports/locust_entries.h"
#include "app/reports/read_table.h"
#include "app/reports/report_reader.h"
#include "models/base/number_text.h"
#include "models/loadtest/clock_watch.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::size_t kMaxSteps = 200'000; // two days
constexpr std::size_t kMaxEndpoints = 100'000;

/// Turns the rows of all requests into steps, and keeps the last row of each endpoint.
class HistoryRows {
public:
    explicit HistoryRows(NamedCsv &table)
        : m_table(table), m_columns(LocustColumns::of(table)), m_timestamp(table.column({"timestamp"})),
          m_users(table.column({"user count", "# users"}))
    {}

    void take()
    {
        LocustEntry entry = locustEntry(m_table, m_columns);
        if (!entry.isTotal) {
            if (m_endpoints.size() < kMaxEndpoints || m_endpoints.contains(entry.name))
                m_endpoints[entry.name] = std::move(entry);
            return;
        }
        const auto seconds = m_table.count(m_timestamp);
        if (!seconds || *seconds > kLargestSeconds) {
            m_table.quality().add(QualityIssue::MissingField, 1, m_table.where());
            return;
        }
        const TimePoint time(static_cast<std::int64_t>(*seconds) * 1'000'000'000);
        m_clock.see(time.ns());
        addStep(entry, time);
        m_last = std::move(entry);
        m_hasLast = true;
    }

    [[nodiscard]] LoadTestReport soFar() const
    {
        LoadTestReport report;
        fill(report);
        return report;
    }

    void finish(LoadTestReport &report)
    {
        fill(report);
        addNotes(report);
        m_clock.finish(report);
        report.quality = m_table.takeQuality();
        report.contents.isComplete = m_table.isComplete();
    }

private:
    static constexpr std::uint64_t kLargestSeconds = 9'000'000'000;

    void addStep(const LocustEntry &entry, TimePoint time)
    {
        const LatencyStats percentiles = locustPercentiles(m_table, m_columns);
        const auto users = m_table.number(m_users);
        if (!m_begin)
            m_begin = time;
        if (m_steps.size() >= kMaxSteps || (!m_steps.empty() && time <= m_steps.back().range.end)) {
            addToLast(entry);
            return;
        }
        // 100 % is the largest value of the window: once it falls, the window is not the whole run.
        m_isWindow = m_isWindow || (percentiles.maxNs && *percentiles.maxNs > 0 && *percentiles.maxNs < m_largestNs);
        m_largestNs = std::max(m_largestNs, percentiles.maxNs.value_or(0));
        Bucket step;
        step.range = {m_steps.empty() ? time - Duration::seconds(1) : m_steps.back().range.end, time};
        step.users = users;
        step.reportedLatency = percentiles;
        count(entry, step);
        m_steps.push_back(std::move(step));
    }

    /// Two rows of one second, or a clock that went back.
    void addToLast(const LocustEntry &entry)
    {
        if (!m_steps.empty())
            count(entry, m_steps.back());
    }

    void count(const LocustEntry &entry, Bucket &step)
    {
        const bool isReset = m_hasLast && (entry.requests < m_last.requests || entry.failures < m_last.failures);
        m_resets += isReset ? 1 : 0;
        const LocustEntry before = m_hasLast && !isReset ? m_last : LocustEntry{};
        const std::uint64_t requests = entry.requests - before.requests;
        const std::uint64_t failures = std::min(entry.failures - before.failures, requests);
        step.requests.of(RequestClass::Ok).count += requests - failures;
        step.requests.of(RequestClass::Failed).count += failures;
        m_counted += requests;
        m_countedFailures += failures;
        if (requests == 0 || !step.reportedLatency)
            return;
        // The mean of the step from the running means; not where rounding leaves nothing of it.
        const auto sum = [](const LocustEntry &e) {
            return static_cast<double>(e.latency.meanNs.value_or(0)) * static_cast<double>(e.requests);
        };
        const double mean = (sum(entry) - sum(before)) / static_cast<double>(requests);
        if (entry.latency.meanNs && mean >= 0 && mean < 9e18)
            step.reportedLatency->meanNs = std::llround(mean);
    }

    void fill(LoadTestReport &report) const
    {
        report.clock = ClockConvention::BucketEnd;
        report.timeline = m_steps;
        for (Bucket &step : report.timeline) {
            const auto mean = step.reportedLatency->meanNs;
            // Of a step in which the file's window holds nothing its zeros mean nothing either.
            const bool isEmpty = step.reportedLatency->maxNs.value_or(0) == 0;
            if (!m_isWindow || isEmpty)
                step.reportedLatency = LatencyStats{};
            step.reportedLatency->meanNs = mean;
            if (step.users) {
                report.contents.hasUsers = true;
                report.peakUsers = std::max(report.peakUsers.value_or(0), *step.users);
            }
        }
        report.bucketWidth = Duration::seconds(m_steps.empty() ? 0 : 1);
        if (m_begin) {
            report.startedAt = m_steps.front().range.begin;
            report.duration = m_steps.back().range.end - *report.startedAt;
        }
        for (const auto &[name, entry] : m_endpoints)
            addLocustEntry(entry, report);
        setTotals(report);
        report.contents.latencyDetail = m_isWindow ? LatencyDetail::Steps : LatencyDetail::Totals;
        finishLocustEntries(report);
    }

    void setTotals(LoadTestReport &report) const
    {
        if (!m_hasLast)
            return;
        LocustEntry total = m_last;
        total.rps.reset(); // that of the last seconds
        if (m_resets > 0) {
            total.requests = m_counted;
            total.failures = m_countedFailures;
        } else if (!m_isWindow && !m_steps.empty()) {
            const auto mean = total.latency.meanNs;
            const auto max = total.latency.maxNs;
            total.latency = *m_steps.back().reportedLatency;
            total.latency.meanNs = mean;
            total.latency.maxNs = max;
        }
        addLocustEntry(total, report);
    }

    void addNotes(LoadTestReport &report) const
    {
        report.notes.emplace_back("Steps are the seconds in which Locust wrote; requests are counted from its running "
                                  "totals, and the mean of a step is worked out from the running means.");
        if (m_isWindow)
            report.notes.emplace_back(
                "Percentiles of a step are Locust's own of the ten seconds before it and cannot be "
                "joined.");
        else
            report.notes.emplace_back("Percentiles in this file cover everything since the start of the test, so they "
                                      "are shown for the run and not over time. Locust writes those of the moment with "
                                      "--csv-full-history.");
        report.notes.emplace_back(kLocustBuckets);
        report.notes.emplace_back(kLocustAllRequests);
        if (m_isWindow)
            report.notes.emplace_back(
                "Percentiles of the whole run are not in this file; _stats.csv beside it has them.");
        if (m_endpoints.empty())
            report.notes.emplace_back("The file holds no endpoints; _stats.csv beside it has them.");
        if (m_resets > 0)
            report.notes.push_back("Locust set its counts back to zero " + pluralText(m_resets, "time", "times")
                                   + " during the run (--reset-stats); the totals here hold all requests, its own "
                                     "latencies only those since then.");
        report.notes.emplace_back("Kinds of failures are not in this file; _failures.csv beside it has them.");
        report.notes.emplace_back("The file holds no limits.");
    }

    NamedCsv &m_table;
    LocustColumns m_columns;
    std::size_t m_timestamp;
    std::size_t m_users;
    std::vector<Bucket> m_steps;
    std::map<std::string, LocustEntry> m_endpoints;
    std::optional<TimePoint> m_begin;
    LocustEntry m_last;
    bool m_hasLast = false;
    bool m_isWindow = false;
    std::int64_t m_largestNs = 0;
    std::uint64_t m_counted = 0;
    std::uint64_t m_countedFailures = 0;
    std::uint64_t m_resets = 0;
    ClockWatch m_clock;
};

class LocustHistoryReader final : public WatchedReportReader {
public:
    ReportFormatInfo info() const override { return {"locust-history", "Locust history (CSV)", "Locust"}; }

    bool sniff(const bytes::Head &head) const override
    {
        return beginsWithColumns(head, "Timestamp,User Count,Type,Name")
            || beginsWithColumns(head, "Type,Name,Timestamp,# requests");
    }

    Result<LoadTestReport> readWith(bytes::ByteStream &stream, const ReadOptions &options, std::stop_token stop,
                                    Progress &progress) const override
    {
        return readTable<HistoryRows>(stream, options, stop, progress);
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeLocustHistoryReader()
{
    return std::make_unique<LocustHistoryReader>();
}

} // namespace tailspan::reports
