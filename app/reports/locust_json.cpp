// SPDX-License-Identifier: GPL-3.0-or-later
// Locust's --json and --json-file: for each endpoint the counts of grouped latencies and of requests by second. The
// best of Locust's files, because these counts add up.
#include "app/reports/json_document.h"
#include "app/reports/json_outline.h"
#include "app/reports/locust_entries.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "models/base/number_text.h"
#include "models/loadtest/timeline.h"
#include "models/loadtest/timeline_builder.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kLargestSecond = 9'000'000'000;
constexpr std::uint64_t kLargestCount = 1'000'000'000'000;

/// The members of an object whose keys are seconds or milliseconds and whose values are counts.
template <class Take>
void forEachCount(const Json &counts, LoadTestReport &report, Take take)
{
    if (!counts.is_object())
        return;
    for (const auto &item : counts.items()) {
        const auto key = numberOf(Json::parse(item.key(), nullptr, false));
        const auto count = countAt(counts, item.key());
        if (!key || !count || *key < 0 || *key > static_cast<double>(kLargestSecond) || *count > kLargestCount)
            report.quality.add(QualityIssue::NotANumber, 1, "a count of " + plainName(item.key()).substr(0, 40));
        else
            take(*key, *count);
    }
}

class Entries {
public:
    explicit Entries(LoadTestReport &report) : m_report(report) {}

    void take(const Json &entry)
    {
        const std::uint64_t requests = std::min(countAt(entry, "num_requests").value_or(0), kLargestCount);
        const std::uint64_t failures = std::min(countAt(entry, "num_failures").value_or(0), requests);
        const StringId endpoint = m_builder.endpoint(locustName(textAt(entry, "method"), textAt(entry, "name")));
        countRequests(entry, endpoint, requests, failures);
        // Latencies of failed requests are among the others; only where all failed is it known whose they are.
        const RequestClass requestClass = failures == requests && requests > 0 ? RequestClass::Failed
                                                                               : RequestClass::Ok;
        forEachCount(child(entry, "response_times"), m_report, [&](double ms, std::uint64_t count) {
            m_builder.addLatency(TimelineBuilder::kNoTime, requestClass, endpoint, nsFromMs(ms), count);
        });
        touch(numberAt(entry, "start_time"));
        touch(numberAt(entry, "last_request_timestamp"));
        m_unanswered += countAt(entry, "num_none_requests").value_or(0);
    }

    void finish()
    {
        std::move(m_builder).finish(m_report);
        const bool hasRequests = requestCount(m_report.requests, {}) > 0;
        m_report.clock = ClockConvention::BucketStart;
        m_report.contents.hasRequests = hasRequests;
        m_report.contents.hasFailures = hasRequests;
        m_report.contents.hasLatency = !latencyOf(m_report.requests, {}).isEmpty();
        m_report.contents.latencyDetail = m_report.contents.hasLatency ? LatencyDetail::Buckets : LatencyDetail::None;
        m_report.notes.emplace_back(kLocustBuckets);
        m_report.notes.emplace_back(kLocustAllRequests);
        m_report.notes.emplace_back("Requests and failures are counted by second; latencies are those of the whole run "
                                    "and of each endpoint, not of a second.");
        if (m_unanswered > 0)
            m_report.notes.push_back(pluralText(m_unanswered, "request has", "requests have") + " no latency.");
        m_report.notes.emplace_back("The file holds no users, no kinds of failures and no limits.");
    }

private:
    void countRequests(const Json &entry, StringId endpoint, std::uint64_t requests, std::uint64_t failures)
    {
        std::uint64_t timed = 0;
        std::uint64_t timedFailures = 0;
        const Json &failed = child(entry, "num_fail_per_sec");
        forEachCount(child(entry, "num_reqs_per_sec"), m_report, [&](double second, std::uint64_t count) {
            const std::int64_t ns = static_cast<std::int64_t>(second) * 1'000'000'000;
            const std::string key = std::to_string(static_cast<std::int64_t>(second));
            const std::uint64_t ko = std::min(countAt(failed, key).value_or(0), count);
            m_builder.addRequest(ns, RequestClass::Ok, endpoint, count - ko);
            m_builder.addRequest(ns, RequestClass::Failed, endpoint, ko);
            timed += count;
            timedFailures += ko;
        });
        const std::uint64_t untimed = requests - std::min(timed, requests);
        const std::uint64_t untimedFailures = std::min(failures - std::min(timedFailures, failures), untimed);
        m_builder.addRequest(TimelineBuilder::kNoTime, RequestClass::Ok, endpoint, untimed - untimedFailures);
        m_builder.addRequest(TimelineBuilder::kNoTime, RequestClass::Failed, endpoint, untimedFailures);
    }

    void touch(std::optional<double> seconds)
    {
        if (seconds && *seconds > 0 && *seconds < static_cast<double>(kLargestSecond))
            m_builder.touch(std::llround(*seconds * 1e6) * 1000); // a double holds no finer steps
    }

    LoadTestReport &m_report;
    TimelineBuilder m_builder;
    std::uint64_t m_unanswered = 0;
};

class LocustJsonReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"locust-json", "Locust statistics (--json)", "Locust"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("[].num_requests") && (json.has("[].num_reqs_per_sec") || json.has("[].response_times"));
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        TS_TRY(JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        if (!document.root.is_array())
            return fail(ErrorCode::Malformed, "is no list of Locust's statistics", stream.name());
        LoadTestReport report = reportOn(document);
        Entries entries(report);
        for (const Json &entry : document.root)
            entries.take(entry);
        entries.finish();
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeLocustJsonReader()
{
    return std::make_unique<LocustJsonReader>();
}

} // namespace tailspan::reports
