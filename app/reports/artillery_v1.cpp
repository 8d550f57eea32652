// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reports/artillery_v1.h"

#include "app/reports/artillery_failures.h"
#include "app/reports/report_text.h"
#include "models/base/iso_time.h"
#include "models/base/number_text.h"

#include <algorithm>

namespace tailspan::reports {

using namespace loadtest;

namespace {

constexpr std::int64_t kStepNs = 10'000'000'000;

ArtilleryFailures failuresOf(const Json &step)
{
    ArtilleryFailures failures;
    if (const Json &codes = child(step, "codes"); codes.is_object()) {
        for (const auto &item : codes.items())
            failures.addStatus(item.key(), countAt(codes, item.key()).value_or(0));
    }
    if (const Json &errors = child(step, "errors"); errors.is_object()) {
        for (const auto &item : errors.items())
            failures.addError(item.key(), countAt(errors, item.key()).value_or(0));
    }
    return failures;
}

LatencyStats statsOfStep(const Json &step)
{
    const Json &latency = child(step, "latency");
    const auto ns = [&](const char *key) {
        const auto ms = numberAt(latency, key);
        return ms ? std::optional(nsFromMs(*ms)) : std::nullopt;
    };
    return {std::nullopt, ns("median"), std::nullopt, ns("p95"), ns("p99"), ns("max")};
}

/// The raw latencies of a step, in nanoseconds.
LogHistogram latenciesOf(const Json &step, LoadTestReport &report)
{
    LogHistogram histogram;
    const Json &latencies = child(step, "latencies");
    if (!latencies.is_array())
        return histogram;
    for (const Json &value : latencies) {
        const auto ns = numberOf(value);
        if (!ns)
            report.quality.add(QualityIssue::NotANumber);
        else if (*ns < 0 || *ns > 9e18)
            report.quality.add(QualityIssue::NumberOutOfRange);
        else
            histogram.record(static_cast<std::int64_t>(*ns));
    }
    return histogram;
}

/// How long a step lasted: the tool writes requests and requests a second.
std::int64_t lengthNs(const Json &step)
{
    const Json &rps = child(step, "rps");
    const auto count = numberAt(rps, "count");
    const auto mean = numberAt(rps, "mean");
    if (!count || !mean || *mean <= 0 || *count / *mean * 1e9 > static_cast<double>(kStepNs))
        return kStepNs;
    return std::max<std::int64_t>(nsFromMs(*count / *mean * 1000), 1);
}

void addStep(const Json &step, LoadTestReport &report)
{
    const auto end = parseIsoTimeNs(textAt(step, "timestamp"));
    if (!end) {
        report.quality.add(QualityIssue::MissingField, 1, "a step without a timestamp");
        return;
    }
    Bucket bucket;
    const bool isFirst = report.timeline.empty();
    const TimePoint begin = isFirst ? TimePoint(*end) - Duration(lengthNs(step)) : report.timeline.back().range.end;
    if (!(begin < TimePoint(*end))) {
        report.quality.add(QualityIssue::MalformedRecord, 1, "a step that ends before the one ahead of it");
        return;
    }
    bucket.range = {begin, TimePoint(*end)};
    const ArtilleryFailures failures = failuresOf(step);
    tallyArtillery(countAt(step, "requestsCompleted").value_or(0), failures, bucket.requests);
    bucket.failures = failures.countsOver(report.failureKinds);
    LogHistogram latency = latenciesOf(step, report);
    if (latency.isEmpty())
        bucket.reportedLatency = statsOfStep(step);
    report.requests.of(RequestClass::Ok).latency.merge(latency);
    bucket.requests.of(RequestClass::Ok).latency = std::move(latency);
    bucket.users = numberAt(step, "concurrency");
    if (bucket.users) {
        report.contents.hasUsers = true;
        report.peakUsers = std::max(report.peakUsers.value_or(0), *bucket.users);
    }
    report.timeline.push_back(std::move(bucket));
}

void addStages(const Json &phases, LoadTestReport &report)
{
    Duration begin;
    for (const Json &phase : phases) {
        const auto seconds = numberAt(phase, "duration");
        const auto rate = numberAt(phase, "arrivalRate");
        if (!seconds || *seconds < 0)
            continue;
        Stage stage{textAt(phase, "name"), "", begin, Duration(nsFromMs(*seconds * 1000)), true};
        if (rate)
            stage.load = decimalText(*rate);
        if (const auto target = numberAt(phase, "rampTo"))
            stage.load += " to " + decimalText(*target);
        if (!stage.load.empty())
            stage.load += " arrivals/s";
        begin += stage.length;
        report.stages.push_back(std::move(stage));
    }
}

void addScenarios(const Json &counts, LoadTestReport &report)
{
    if (!counts.is_object())
        return;
    for (const auto &item : counts.items())
        report.scenarios.push_back({item.key(), {}, {}, {}});
}

} // namespace

void readArtilleryV1(const Json &root, LoadTestReport &report)
{
    const Json &aggregate = child(root, "aggregate");
    report.tool = "Artillery 1";
    report.clock = ClockConvention::BucketEnd;
    report.bucketWidth = Duration(kStepNs);
    report.omission = Omission::OpenModel; // users arrive when they are due
    for (const Json &step : child(root, "intermediate"))
        addStep(step, report);
    const ArtilleryFailures failures = failuresOf(aggregate);
    report.failures = failures.countsOver(report.failureKinds);
    sortFailures(report.failures);
    if (const auto requests = countAt(aggregate, "requestsCompleted")) {
        report.contents.hasRequests = true;
        report.contents.hasFailures = true;
        tallyArtillery(*requests, failures, report.requests);
    }
    report.contents.hasLatency = !report.requests.of(RequestClass::Ok).latency.isEmpty();
    report.contents.latencyDetail = report.contents.hasLatency ? LatencyDetail::Requests : LatencyDetail::Steps;
    if (!report.contents.hasLatency)
        report.reportedLatency = statsOfStep(aggregate);
    if (!report.timeline.empty()) {
        report.startedAt = report.timeline.front().range.begin;
        report.duration = report.timeline.back().range.end - *report.startedAt;
    }
    addStages(child(aggregate, "phases"), report);
    addScenarios(child(aggregate, "scenarioCounts"), report);
    report.notes.emplace_back("Steps are the 10 s that Artillery reports; the last one is shorter.");
    report.notes.emplace_back("Failures are requests without a response and responses with a status of 400 or more. "
                              "Artillery itself calls only the former errors.");
    report.notes.emplace_back("Percentiles cover every request with a response; the file does not say which of them "
                              "failed, so failed ones cannot be left out of the latencies.");
    report.notes.emplace_back("The file holds no endpoints and no limits.");
}

} // namespace tailspan::reports
