// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_document.h"
#include "app/reports/json_outline.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "models/base/iso_time.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

std::optional<std::int64_t> nsOf(const Json &latency, const char *key)
{
    const auto ms = numberAt(latency, key);
    return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
}

/// Statuses of 400 and more by code where the file has them by code, else by their hundred. Their number.
std::uint64_t addStatuses(const Json &root, LoadTestReport &report)
{
    std::uint64_t failed = 0;
    const Json &codes = child(root, "statusCodeStats");
    if (codes.is_object()) {
        for (const auto &item : codes.items()) {
            const auto status = integerIn(item.key());
            const std::uint64_t count = countAt(item.value(), "count").value_or(0);
            if (status && (*status < 200 || *status >= 400)) {
                addRunFailure(report, "status " + item.key(), count);
                failed += count;
            }
        }
        return failed;
    }
    for (const char *hundred : {"1xx", "4xx", "5xx"}) {
        const std::uint64_t count = countAt(root, hundred).value_or(0);
        addRunFailure(report, std::string("status ") + hundred, count);
        failed += count;
    }
    return failed;
}

void setCounts(const Json &root, LoadTestReport &report)
{
    const Json &requests = child(root, "requests");
    const auto answered = countAt(requests, "total");
    if (!answered)
        return;
    const std::uint64_t errors = countAt(root, "errors").value_or(0); // timeouts are among them
    const std::uint64_t timeouts = std::min(countAt(root, "timeouts").value_or(0), errors);
    const std::uint64_t failedStatuses = addStatuses(root, report);
    addRunFailure(report, "timeout", timeouts);
    addRunFailure(report, "connection error", errors - timeouts);
    setRunCounts(report, *answered + errors, failedStatuses + errors);
    report.reportedThroughputRps = numberAt(requests, "average");
    if (errors > 0)
        report.notes.push_back(pluralText(errors, "request", "requests")
                               + " without a response are counted as failed; autocannon counts them as errors only.");
    const auto sent = countAt(requests, "sent");
    const std::uint64_t connections = countAt(root, "connections").value_or(0);
    const std::uint64_t pipelining = std::max<std::uint64_t>(countAt(root, "pipelining").value_or(1), 1);
    if (sent && *sent > *answered + errors)
        report.notes.push_back(
            countText(*sent - *answered - errors) + " of " + countText(*sent)
            + " requests that were sent have neither a response nor an error in the file. At most "
            + countText(std::min<std::uint64_t>(connections, 1'000'000) * std::min<std::uint64_t>(pipelining, 1'000))
            + " were under way when the run ended; the others are not accounted for (autocannon does not count "
              "responses that were cut off).");
}

void addCorrectionNote(const Json &root, LoadTestReport &report)
{
    const auto measured = countAt(child(root, "latency"), "totalCount");
    const auto answered = countAt(child(root, "requests"), "total");
    if (!measured || !answered || *measured == *answered)
        return;
    if (*measured > *answered)
        report.omission = Omission::Corrected;
    report.notes.push_back("The latencies are not those of the " + countText(*answered) + " responses: autocannon's "
                           + "histogram holds " + countText(*measured)
                           + (*measured > *answered
                                  ? " values. With a fixed rate it adds estimated ones for coordinated omission, by an "
                                    "expected interval of 1 ms whatever the rate, so mean and percentiles are too low. "
                                    "Run it without a rate, or measure with another tool."
                                  : " values. Some responses have none."));
}

void setTimes(const Json &root, LoadTestReport &report)
{
    const auto start = parseIsoTimeNs(textAt(root, "start"));
    const auto finish = parseIsoTimeNs(textAt(root, "finish"));
    if (start)
        report.startedAt = TimePoint(*start);
    if (start && finish && *start <= *finish)
        report.duration = TimePoint(*finish) - TimePoint(*start);
    else if (const auto seconds = numberAt(root, "duration"); seconds && *seconds >= 0)
        report.duration = Duration(nsFromMs(*seconds * 1000));
}

class AutocannonReader final : public ReportReader {
public:
    ReportFormatInfo info() const override { return {"autocannon", "autocannon result (JSON)", "autocannon"}; }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        return json.has("latency.p97_5") && json.has("requests") && json.has("throughput");
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        TS_TRY(const JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        const Json &root = document.root;
        LoadTestReport report = reportOn(document);
        setTimes(root, report);
        setCounts(root, report);
        const Json &latency = child(root, "latency");
        setRunLatency(report,
                      {nsOf(latency, "mean"),
                       nsOf(latency, "p50"),
                       nsOf(latency, "p90"),
                       {},
                       nsOf(latency, "p99"),
                       nsOf(latency, "max")});
        if (const auto connections = countAt(root, "connections"))
            report.peakUsers = static_cast<double>(*connections);
        addCorrectionNote(root, report);
        report.notes.emplace_back("No timeline: autocannon writes figures of the whole run only.");
        report.notes.emplace_back("Latencies are whole milliseconds, cut by autocannon's histogram; there is no p95 "
                                  "(it has 97.5 instead). They cover every response, failed ones included.");
        report.notes.emplace_back("Users are autocannon's connections. The file holds no endpoints and no limits.");
        return report;
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeAutocannonReader()
{
    return std::make_unique<AutocannonReader>();
}

} // namespace tailspan::reports
