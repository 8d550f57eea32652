// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/json_outline.h"
#include "app/reports/k6_summary_metrics.h"
#include "app/reports/report_reader.h"
#include "app/reports/report_text.h"
#include "models/loadtest/threshold.h"

#include <algorithm>
#include <cmath>

namespace tailspan::reports {

using namespace loadtest;

namespace {

const K6SummaryMetric *find(const std::vector<K6SummaryMetric> &metrics, std::string_view name)
{
    const auto at = std::find_if(metrics.begin(), metrics.end(),
                                 [&](const K6SummaryMetric &metric) { return metric.name == name; });
    return at == metrics.end() ? nullptr : &*at;
}

std::optional<std::uint64_t> countOf(const K6SummaryMetric *metric, std::string_view aggregate)
{
    return metric == nullptr ? std::nullopt : countAt(*metric->values, aggregate);
}

std::optional<std::int64_t> nsOf(const K6SummaryMetric &metric, std::string_view aggregate)
{
    const auto ms = metric.value(aggregate);
    return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
}

LatencyStats latencyOfMetric(const K6SummaryMetric &metric)
{
    return {nsOf(metric, "avg"),   nsOf(metric, "med"),   nsOf(metric, "p(90)"),
            nsOf(metric, "p(95)"), nsOf(metric, "p(99)"), nsOf(metric, "max")};
}

/// Values of time metrics are milliseconds; one layout does not say which metrics are.
bool isTime(const K6SummaryMetric &metric)
{
    if (!metric.contains.empty())
        return metric.contains == "time";
    return metric.name.starts_with("http_req_") ? !metric.name.starts_with("http_req_failed")
                                                : metric.name.find("duration") != std::string::npos;
}

void setDuration(const Json &root, const std::vector<K6SummaryMetric> &metrics, LoadTestReport &report)
{
    auto ms = numberAt(child(root, "state"), "testRunDurationMs");
    if (const auto seconds = numberAt(child(root, "config"), "duration"))
        ms = *seconds * 1000;
    for (const char *name : {"http_reqs", "iterations"}) {
        const K6SummaryMetric *counter = find(metrics, name);
        if (ms || counter == nullptr)
            continue;
        const auto count = counter->value("count");
        const auto rate = counter->value("rate");
        if (count && rate && *rate > 0) {
            ms = *count / *rate * 1000;
            report.notes.push_back(std::string("The duration is worked out from the count and the rate of ") + name
                                   + "; the file does not hold it.");
        }
    }
    if (ms && *ms >= 0)
        report.duration = Duration(nsFromMs(*ms));
}

void setRequests(const std::vector<K6SummaryMetric> &metrics, LoadTestReport &report)
{
    const auto requests = countOf(find(metrics, "http_reqs"), "count");
    // http_req_failed is a rate of failures: what "passes" (or "matches") its question are the failed requests.
    const K6SummaryMetric *failed = find(metrics, "http_req_failed");
    auto failures = countOf(failed, "passes");
    if (!failures)
        failures = countOf(failed, "matches");
    if (!requests)
        return;
    report.contents.hasRequests = true;
    report.contents.hasFailures = failures.has_value();
    const std::uint64_t failedCount = std::min(failures.value_or(0), *requests);
    report.requests.of(RequestClass::Ok).count = *requests - failedCount;
    report.requests.of(RequestClass::Failed).count = failedCount;
    if (const K6SummaryMetric *counter = find(metrics, "http_reqs"))
        report.reportedThroughputRps = counter->value("rate");
}

/// Submetrics by the tag "name" are endpoints: http_req_duration{name:GetJobs}.
void addEndpoint(const K6SummaryMetric &metric, LoadTestReport &report)
{
    constexpr std::string_view kPrefix = "http_req_duration{name:";
    if (!metric.name.starts_with(kPrefix) || !metric.name.ends_with("}") || metric.name.find(',') != std::string::npos)
        return;
    Endpoint endpoint;
    endpoint.name = metric.name.substr(kPrefix.size(), metric.name.size() - kPrefix.size() - 1);
    endpoint.reportedLatency = latencyOfMetric(metric);
    endpoint.hasFailures = false;
    if (const auto count = countAt(*metric.values, "count")) {
        endpoint.requests.of(RequestClass::Ok).count = *count;
        report.endpoints.push_back(std::move(endpoint));
    }
}

Verdict verdictOf(const K6SummaryMetric &metric, const K6SummaryThreshold &threshold)
{
    Verdict verdict;
    verdict.scenario = kWholeRun;
    verdict.passed = threshold.passed;
    const auto expression = parseThreshold(threshold.expression);
    if (!expression) {
        verdict.criterion = metric.name + " " + threshold.expression;
        return verdict;
    }
    verdict.criterion = metric.name + " " + expression->aggregate;
    verdict.comparison = expression->comparison;
    verdict.limit = expression->limit;
    verdict.observed = metric.value(expression->aggregate);
    if (!verdict.observed && expression->aggregate == "rate")
        verdict.observed = metric.value("value"); // what one layout calls the rate
    if (isTime(metric))
        verdict.unit = "ms";
    return verdict;
}

void addNotes(K6SummaryLayout layout, LoadTestReport &report)
{
    report.notes.emplace_back("No timeline: a k6 summary holds the figures of the whole run only, and not when it "
                              "started. Run k6 with --out json=FILE to have one.");
    report.notes.emplace_back("Percentiles are k6's own and cover every finished request, failed ones and setup "
                              "included; they cannot be taken apart.");
    if (report.reportedLatency && !report.reportedLatency->p99Ns)
        report.notes.emplace_back("The file holds no p99: k6 leaves it out unless summaryTrendStats asks for it.");
    if (layout == K6SummaryLayout::MachineReadable)
        report.notes.emplace_back("This k6 layout holds no thresholds.");
    if (report.contents.hasRequests && !report.contents.hasFailures)
        report.notes.emplace_back("The file does not tell failed requests apart.");
    if (!report.endpoints.empty())
        report.notes.emplace_back("Endpoints are those for which the script asked for figures of their own; the "
                                  "file does not say which of their requests failed.");
}

class K6SummaryReader final : public ReportReader {
public:
    ReportFormatInfo info() const override
    {
        return {"k6-summary", "k6 summary (--summary-export, handleSummary, machine readable)", "k6"};
    }

    bool sniff(const bytes::Head &head) const override
    {
        const JsonOutline json(head.bytes);
        if (json.has("metadata.k6Version"))
            return true;
        if (json.has("root_group"))
            return json.has("metrics") || json.has("root_group.groups") || json.has("root_group.checks");
        return json.has("metrics.http_reqs") || json.has("metrics.iterations.values");
    }

    Result<LoadTestReport> read(bytes::ByteStream &stream, std::stop_token stop, Progress &progress) const override
    {
        TS_TRY(const JsonDocument document, readJsonDocument(stream, std::move(stop), progress));
        const auto layout = k6SummaryLayoutOf(document.root);
        if (!layout)
            return fail(ErrorCode::Malformed, "looks like a k6 summary but holds no metrics", stream.name());
        LoadTestReport report = reportOn(document);
        if (const std::string version = textAt(child(document.root, "metadata"), "k6Version"); !version.empty())
            report.tool = "k6 " + version;
        fill(document.root, *layout, report);
        return report;
    }

private:
    static void fill(const Json &root, K6SummaryLayout layout, LoadTestReport &report)
    {
        const std::vector<K6SummaryMetric> metrics = k6SummaryMetrics(root, layout);
        setDuration(root, metrics, report);
        setRequests(metrics, report);
        if (const K6SummaryMetric *latency = find(metrics, "http_req_duration"))
            report.reportedLatency = latencyOfMetric(*latency);
        if (report.reportedLatency && *report.reportedLatency != LatencyStats{})
            report.contents.latencyDetail = LatencyDetail::Totals;
        if (const K6SummaryMetric *users = find(metrics, "vus"))
            report.peakUsers = users->value("max");
        Scenario run{kWholeRun, report.duration, {}, {}};
        for (const K6SummaryMetric &metric : metrics) {
            addEndpoint(metric, report);
            for (const K6SummaryThreshold &threshold : metric.thresholds) {
                report.thresholds.push_back({metric.name, threshold.expression});
                run.verdicts.push_back(verdictOf(metric, threshold));
            }
        }
        report.scenarios.push_back(std::move(run));
        report.checks = k6SummaryChecks(root, layout);
        addNotes(layout, report);
    }
};

} // namespace

std::unique_ptr<const ReportReader> makeK6SummaryReader()
{
    return std::make_unique<K6SummaryReader>();
}

} // namespace tailspan::reports
