// SPDX-License-Identifier: GPL-3.0-or-later
// The second half of K6DashboardRun: making a report of what the events told.
#include "app/reports/k6_dashboard_run.h"

#include "app/reports/k6_dashboard_sample.h"
#include "app/reports/report_text.h"
#include "app/reports/summary_text.h"
#include "models/base/number_text.h"
#include "models/loadtest/threshold.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <array>

namespace tailspan::reports {

using namespace loadtest;

namespace {

bool contains(const std::map<std::string, std::vector<std::string>> &lists, const std::string &key,
              const std::string &text)
{
    const auto at = lists.find(key);
    return at != lists.end() && std::find(at->second.begin(), at->second.end(), text) != at->second.end();
}

/// The suffixes "{tag:value}" of the metric http_reqs for one tag.
std::vector<std::string> partsBy(const Json &sample, const std::string &tag)
{
    const std::string prefix = "http_reqs{" + tag + ":";
    std::vector<std::string> parts;
    for (const auto &item : sample.items()) {
        if (item.key().starts_with(prefix) && item.key().ends_with("}"))
            parts.push_back(item.key().substr(std::string_view("http_reqs").size()));
    }
    return parts;
}

} // namespace

void K6DashboardRun::finish(bool isInOrder, LoadTestReport &report) &&
{
    report.quality.merge(quality);
    report.clock = m_steps.empty() ? ClockConvention::None : ClockConvention::BucketEnd;
    report.bucketWidth = Duration(m_steps.empty() ? 0 : m_periodNs);
    setTimes(report);
    setTotals(report);
    addRest(report);
    report.timeline = std::move(m_steps);
    for (const Bucket &step : report.timeline) {
        if (!step.users)
            continue;
        report.contents.hasUsers = true;
        report.peakUsers = std::max(report.peakUsers.value_or(0), *step.users);
    }
    addEndpoints(report);
    addVerdicts(isInOrder, report);
    for (const std::string &name : m_scenarios)
        report.scenarios.push_back({plainName(name), {}, {}, {}});
    addNotes(report);
}

void K6DashboardRun::setTimes(LoadTestReport &report) const
{
    std::optional<std::int64_t> begin = m_startNs;
    if (!begin && !m_steps.empty())
        begin = m_steps.front().range.begin.ns();
    const std::optional<std::int64_t> end = m_stopNs ? m_stopNs : m_lastNs;
    if (begin)
        report.startedAt = TimePoint(*begin);
    if (begin && end && *begin <= *end)
        report.duration = TimePoint(*end) - TimePoint(*begin);
}

void K6DashboardRun::setTotals(LoadTestReport &report) const
{
    const auto totals = k6SampleTallies(m_cumulative, "");
    if (totals)
        report.requests = *totals;
    else
        for (const Bucket &step : m_steps)
            report.requests.merge(step.requests);
    report.contents.hasRequests = totals || !m_steps.empty();
    report.contents.hasFailures = k6SampleHasFailures(m_cumulative, "");
    setRunLatency(report, k6SampleLatency(m_cumulative, ""));
    const bool hasSteps = std::any_of(m_steps.begin(), m_steps.end(),
                                      [](const Bucket &step) { return step.reportedLatency.has_value(); });
    if (hasSteps)
        report.contents.latencyDetail = LatencyDetail::Steps;
}

/// k6 drops the period in which the run ends, but counts it in the totals: the difference is the last step.
void K6DashboardRun::addRest(LoadTestReport &report)
{
    if (m_steps.empty())
        return;
    RequestTallies inSteps;
    for (const Bucket &step : m_steps)
        inSteps.merge(step.requests);
    const auto rest = [&](RequestClass c) {
        const std::uint64_t all = report.requests.of(c).count;
        return all - std::min(inSteps.of(c).count, all);
    };
    const std::int64_t begin = m_steps.back().range.end.ns();
    const std::int64_t end = std::max(m_stopNs.value_or(begin), m_lastNs.value_or(begin));
    const std::uint64_t all = requestCount(report.requests, {});
    const std::uint64_t seen = requestCount(inSteps, {});
    if (end <= begin || all <= seen)
        return;
    Bucket last;
    last.range = {TimePoint(begin), TimePoint(end)};
    last.requests.of(RequestClass::Failed).count = std::min(rest(RequestClass::Failed), all - seen);
    last.requests.of(RequestClass::Ok).count = all - seen - last.requests.of(RequestClass::Failed).count;
    m_steps.push_back(std::move(last));
    m_hasRest = true;
}

void K6DashboardRun::addEndpoints(LoadTestReport &report) const
{
    constexpr std::array<const char *, 4> kTags{"name", "url", "group", "scenario"};
    for (const char *tag : kTags) {
        for (const std::string &part : partsBy(m_cumulative, tag)) {
            const auto tallies = k6SampleTallies(m_cumulative, part);
            if (!tallies)
                continue;
            const std::size_t colon = part.find(':');
            Endpoint endpoint{plainName(part.substr(colon + 1, part.size() - colon - 2)),
                              *tallies,
                              {},
                              k6SampleHasFailures(m_cumulative, part)};
            const LatencyStats latency = k6SampleLatency(m_cumulative, part);
            if (latency != LatencyStats{})
                endpoint.reportedLatency = latency;
            report.endpoints.push_back(std::move(endpoint));
        }
        if (report.endpoints.empty())
            continue;
        if (std::string_view(tag) != "name" && std::string_view(tag) != "url")
            report.notes.push_back("Endpoints are the values of the tag " + std::string(tag)
                                   + ", by which this dashboard kept figures; requests without one are in the "
                                     "totals only.");
        break;
    }
    std::stable_sort(report.endpoints.begin(), report.endpoints.end(), [](const Endpoint &a, const Endpoint &b) {
        return requestCount(a.requests, {}) > requestCount(b.requests, {});
    });
}

std::string K6DashboardRun::unitOf(const std::string &metric, const std::string &aggregate) const
{
    const auto at = m_metrics.find(metric);
    if (at == m_metrics.end() || at->second.contains.empty() || aggregate == "count")
        return {};
    if (at->second.contains == "time")
        return "ms";
    return at->second.contains == "data" ? (aggregate == "rate" ? "bytes/s" : "bytes") : "";
}

void K6DashboardRun::addVerdicts(bool isInOrder, LoadTestReport &report) const
{
    Scenario run{kWholeRun, report.duration, {}, {}};
    for (const auto &[metric, expressions] : m_thresholds) {
        for (const std::string &text : expressions) {
            report.thresholds.push_back({metric, text});
            Verdict verdict;
            verdict.scenario = kWholeRun;
            verdict.criterion = metric + " " + text;
            // k6 names the limits that fail after each sample; in an export the last such word may be an old one.
            const bool isFailedByK6 = isInOrder && m_failedAfterCumulative && contains(m_failedLimits, metric, text);
            if (const auto expression = parseThreshold(text)) {
                verdict.criterion = metric + " " + expression->aggregate;
                verdict.comparison = expression->comparison;
                verdict.limit = expression->limit;
                verdict.unit = unitOf(metric, expression->aggregate);
                verdict.observed = numberAt(child(m_cumulative, metric), expression->aggregate);
                if (verdict.observed)
                    verdict.passed = holds(*verdict.observed, expression->comparison, expression->limit);
            }
            if (isFailedByK6)
                verdict.passed = false;
            run.verdicts.push_back(std::move(verdict));
        }
    }
    report.scenarios.push_back(std::move(run));
}

void K6DashboardRun::addNotes(LoadTestReport &report) const
{
    if (report.timeline.empty())
        report.notes.emplace_back("No timeline: the file holds no snapshots.");
    else
        report.notes.push_back("Steps are the " + durationText(Duration(m_periodNs))
                               + " by which the dashboard kept figures. Their percentiles are k6's own and cannot be "
                                 "joined; numbers are cut to about five digits.");
    if (m_hasRest)
        report.notes.emplace_back("The dashboard drops the period in which the run ends: the last step is worked out "
                                  "as what the totals hold beyond the others, and has no latencies.");
    report.notes.emplace_back("Failed requests are worked out from their ratio, which is cut to about five digits. "
                              "Percentiles cover every finished request, failed ones and setup included.");
    const bool hasParts = std::any_of(m_thresholds.begin(), m_thresholds.end(), [&](const auto &limit) {
        return limit.first.find('{') != std::string::npos && child(m_cumulative, limit.first).is_null();
    });
    if (hasParts)
        report.notes.emplace_back("Limits on parts of a metric are in the file, the values of those parts are not: "
                                  "those verdicts are open.");
    report.notes.emplace_back("The file does not hold the load stages.");
}

} // namespace tailspan::reports
