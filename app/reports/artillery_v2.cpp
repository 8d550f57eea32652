// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/artillery_v2.h"

#include "app/reports/artillery_failures.h"
#include "app/reports/report_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kStepNs = 10'000'000'000;
constexpr std::string_view kEndpoint = "plugins.metrics-by-endpoint.";
constexpr std::string_view kEndpointTime = "plugins.metrics-by-endpoint.response_time.";

LatencyStats statsOfSummary(const Json &summary)
{
    const auto ns = [&](const char *key) {
        const auto ms = numberAt(summary, key);
        return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
    };
    return {ns("mean"), ns("p50"), ns("p90"), ns("p95"), ns("p99"), ns("max")};
}

const Json &summariesOf(const Json &step)
{
    const Json &summaries = child(step, "summaries");
    return summaries.is_object() ? summaries : child(step, "histograms");
}

ArtilleryFailures failuresOf(const Json &counters)
{
    ArtilleryFailures failures;
    if (!counters.is_object())
        return failures;
    for (const auto &item : counters.items()) {
        const std::string &key = item.key();
        const std::uint64_t count = countAt(counters, key).value_or(0);
        if (key.starts_with("http.codes."))
            failures.addStatus(std::string_view(key).substr(11), count);
        else if (key.starts_with("errors."))
            failures.addError(std::string_view(key).substr(7), count);
    }
    return failures;
}

/// A number, or a number in a string: the period is the one in the aggregate and the other in the steps.
std::optional<std::int64_t> periodNs(const Json &step)
{
    const auto ms = countAt(step, "period");
    const auto text = integerIn(textAt(step, "period"));
    if (ms)
        return saturatingMultiply(static_cast<std::int64_t>(std::min<std::uint64_t>(*ms, 1ULL << 62)), 1'000'000);
    return text && *text >= 0 ? std::optional(saturatingMultiply(*text, 1'000'000)) : std::nullopt;
}

void addStep(const Json &step, LoadTestReport &report)
{
    const auto begin = periodNs(step);
    if (!begin) {
        report.quality.add(QualityIssue::MissingField, 1, "a step without a period");
        return;
    }
    const Json &counters = child(step, "counters");
    Bucket bucket;
    bucket.range = {TimePoint(*begin), TimePoint(*begin) + Duration(kStepNs)};
    const ArtilleryFailures failures = failuresOf(counters);
    tallyArtillery(countAt(counters, "http.requests").value_or(0), failures, bucket.requests);
    bucket.failures = failures.countsOver(report.failureKinds);
    bucket.bytesReceived = countAt(counters, "http.downloaded_bytes");
    bucket.reportedLatency = statsOfSummary(child(summariesOf(step), "http.response_time"));
    // For now the change; turned into the number at work once the steps are in order.
    bucket.users = numberAt(counters, "vusers.created").value_or(0) - numberAt(counters, "vusers.completed").value_or(0)
        - numberAt(counters, "vusers.failed").value_or(0);
    report.timeline.push_back(std::move(bucket));
}

void finishTimeline(LoadTestReport &report)
{
    std::stable_sort(report.timeline.begin(), report.timeline.end(),
                     [](const Bucket &a, const Bucket &b) { return a.range.begin < b.range.begin; });
    double users = 0;
    for (Bucket &bucket : report.timeline) {
        users = std::max(users + bucket.users.value_or(0), 0.0);
        bucket.users = users;
        report.contents.hasUsers = true;
        report.peakUsers = std::max(report.peakUsers.value_or(0), users);
    }
}

void addEndpoints(const Json &aggregate, LoadTestReport &report)
{
    const Json &summaries = summariesOf(aggregate);
    if (!summaries.is_object())
        return;
    for (const auto &item : summaries.items()) {
        if (!item.key().starts_with(kEndpointTime))
            continue;
        Endpoint endpoint;
        endpoint.name = item.key().substr(kEndpointTime.size());
        endpoint.reportedLatency = statsOfSummary(item.value());
        const std::string own = std::string(kEndpoint) + endpoint.name + ".";
        ArtilleryFailures failures;
        std::uint64_t requests = 0;
        for (const auto &counter : child(aggregate, "counters").items()) {
            if (!counter.key().starts_with(own))
                continue;
            const std::uint64_t count = countAt(child(aggregate, "counters"), counter.key()).value_or(0);
            const std::string_view rest = std::string_view(counter.key()).substr(own.size());
            if (rest.starts_with("codes."))
                failures.addStatus(rest.substr(6), count);
            else if (rest.starts_with("errors."))
                failures.addError(rest.substr(7), count);
            requests += rest.starts_with("codes.") || rest.starts_with("errors.") ? count : 0;
        }
        tallyArtillery(requests, failures, endpoint.requests);
        report.endpoints.push_back(std::move(endpoint));
    }
    std::stable_sort(report.endpoints.begin(), report.endpoints.end(), [](const Endpoint &a, const Endpoint &b) {
        return a.requests.of(RequestClass::Ok).count + a.requests.of(RequestClass::Failed).count
            > b.requests.of(RequestClass::Ok).count + b.requests.of(RequestClass::Failed).count;
    });
}

void addScenarios(const Json &counters, LoadTestReport &report)
{
    constexpr std::string_view kCreated = "vusers.created_by_name.";
    if (!counters.is_object())
        return;
    for (const auto &item : counters.items()) {
        if (item.key().starts_with(kCreated))
            report.scenarios.push_back({item.key().substr(kCreated.size()), {}, {}, {}});
    }
}

void setTimes(const Json &aggregate, LoadTestReport &report)
{
    const auto first = countAt(aggregate, "firstMetricAt");
    const auto last = countAt(aggregate, "lastMetricAt");
    constexpr std::uint64_t kLargestMs = 9'000'000'000'000; // stays inside 64 bits of nanoseconds
    if (first && last && *first <= *last && *last < kLargestMs) {
        report.startedAt = TimePoint(static_cast<std::int64_t>(*first) * 1'000'000);
        report.duration = Duration::milliseconds(static_cast<std::int64_t>(*last - *first));
    } else if (!report.timeline.empty()) {
        report.startedAt = report.timeline.front().range.begin;
        report.duration = report.timeline.back().range.end - *report.startedAt;
    }
}

void addNotes(LoadTestReport &report)
{
    report.notes.emplace_back("Steps are the 10 s that Artillery reports; the first and the last one are only partly "
                              "filled. Their percentiles are Artillery's own (within 1 %) and cannot be joined.");
    report.notes.emplace_back("Users at work are worked out: created minus completed minus failed, at the end of each "
                              "step.");
    report.notes.emplace_back("Failures are requests without a response and responses with a status of 400 or more. "
                              "Artillery itself calls only the former errors.");
    report.notes.emplace_back("Percentiles cover every request with a response, failed ones and setup included; the "
                              "file does not tell them apart.");
    report.notes.emplace_back("The file holds no load phases and no limits.");
}

} // namespace

void readArtilleryV2(const Json &root, LoadTestReport &report)
{
    const Json &aggregate = child(root, "aggregate");
    const Json &counters = child(aggregate, "counters");
    report.tool = "Artillery 2";
    report.clock = ClockConvention::BucketStart;
    report.bucketWidth = Duration(kStepNs);
    report.omission = Omission::OpenModel; // users arrive when they are due
    for (const Json &step : child(root, "intermediate"))
        addStep(step, report);
    finishTimeline(report);
    const ArtilleryFailures failures = failuresOf(counters);
    report.failures = failures.countsOver(report.failureKinds);
    sortFailures(report.failures);
    if (const auto requests = countAt(counters, "http.requests")) {
        report.contents.hasRequests = true;
        report.contents.hasFailures = true;
        tallyArtillery(*requests, failures, report.requests);
    }
    report.reportedLatency = statsOfSummary(child(summariesOf(aggregate), "http.response_time"));
    report.contents.latencyDetail = report.timeline.empty() ? LatencyDetail::Totals : LatencyDetail::Steps;
    addEndpoints(aggregate, report);
    addScenarios(counters, report);
    setTimes(aggregate, report);
    addNotes(report);
}

} // namespace tailspan::reports
