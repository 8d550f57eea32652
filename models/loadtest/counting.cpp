// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/counting.h"

#include "models/base/number_text.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <iterator>

namespace tailspan::loadtest {

namespace {

constexpr std::array kFailed{RequestClass::Failed, RequestClass::SetupFailed};
constexpr std::array kSetup{RequestClass::SetupOk, RequestClass::SetupFailed};

void takeOut(RequestTallies &requests, const Counting &counting)
{
    for (const RequestClass each : kSetup) {
        if (!counting.withSetup)
            requests.of(each) = {};
    }
    for (const RequestClass each : kFailed) {
        if (!counting.withFailures)
            requests.of(each).latency.clear();
    }
}

bool isAmong(std::span<const RequestClass> classes, RequestClass one)
{
    return std::find(classes.begin(), classes.end(), one) != classes.end();
}

/// Classes of requests that are not wanted.
void leaveOutClasses(const Counting &counting, LoadTestReport &report)
{
    takeOut(report.requests, counting);
    for (Bucket &bucket : report.timeline) {
        takeOut(bucket.requests, counting);
        bucket.reportedLatency.reset();
    }
    for (Endpoint &endpoint : report.endpoints)
        takeOut(endpoint.requests, counting);
    std::vector<EndpointTimeline::Cell> &cells = report.endpointTimeline.cells;
    if (!counting.withSetup)
        std::erase_if(cells, [](const auto &cell) { return isAmong(kSetup, cell.requestClass); });
    for (EndpointTimeline::Cell &cell : cells) {
        if (!counting.withFailures && isAmong(kFailed, cell.requestClass))
            cell.binCount = 0;
    }
}

/// The tool's own figures are of everything: they cannot be taken apart.
void dropReported(const Counting &counting, LoadTestReport &report)
{
    const bool areStepsLeft = counting.withFailures && counting.withSetup; // a warm-up takes whole steps
    bool hadAny = report.reportedLatency
        || (!areStepsLeft && std::any_of(report.timeline.begin(), report.timeline.end(), [](const Bucket &bucket) {
                      return bucket.reportedLatency.has_value();
                  }));
    report.reportedLatency.reset();
    report.reportedThroughputRps.reset();
    for (Endpoint &endpoint : report.endpoints) {
        hadAny = hadAny || endpoint.reportedLatency.has_value();
        endpoint.reportedLatency.reset();
    }
    if (hadAny)
        report.notes.insert(report.notes.begin(),
                            "Percentiles that the file gives itself are of all requests and cannot be taken apart, so "
                            "they are not shown.");
}

std::int64_t middleOfBin(std::uint32_t bin)
{
    const std::int64_t low = LogHistogram::lowerBoundOf(bin);
    return low + (LogHistogram::lowerBoundOf(bin + 1) - low) / 2;
}

/// Figures of the endpoints from their steps behind `from`; false where the file does not hold those.
bool countEndpoints(TimePoint from, LoadTestReport &report)
{
    const EndpointTimeline &steps = report.endpointTimeline;
    if (steps.isEmpty())
        return report.endpoints.empty();
    for (Endpoint &endpoint : report.endpoints)
        endpoint.requests = {};
    for (const EndpointTimeline::Cell &cell : steps.cells) {
        if (steps.begin + Duration(saturatingMultiply(steps.width.ns(), cell.step)) < from
            || cell.endpoint >= report.endpoints.size())
            continue;
        RequestTally &tally = report.endpoints[cell.endpoint].requests.of(cell.requestClass);
        tally.count += cell.requests;
        for (std::uint32_t i = cell.firstBin; i < cell.firstBin + cell.binCount; ++i)
            tally.latency.record(middleOfBin(steps.bins[i].bin), steps.bins[i].count);
    }
    return true;
}

/// Kinds of failure from the steps; false where those do not name them.
bool countFailures(TimePoint from, LoadTestReport &report)
{
    const bool hasKinds = std::any_of(report.timeline.begin(), report.timeline.end(),
                                      [](const Bucket &bucket) { return !bucket.failures.empty(); });
    if (!hasKinds)
        return report.failures.empty();
    std::vector<std::uint64_t> counts(report.failureKinds.size());
    for (const Bucket &bucket : report.timeline) {
        for (const FailureCount &failure : bucket.failures)
            counts[failure.kind] += bucket.range.begin < from ? 0 : failure.count;
    }
    report.failures.clear();
    for (std::uint32_t kind = 0; kind < counts.size(); ++kind) {
        if (counts[kind] > 0)
            report.failures.push_back({kind, counts[kind]});
    }
    std::stable_sort(report.failures.begin(), report.failures.end(),
                     [](const FailureCount &a, const FailureCount &b) { return a.count > b.count; });
    return true;
}

Result<> leaveOutWarmUp(Duration warmUp, LoadTestReport &report)
{
    const bool hasSteps = std::any_of(report.timeline.begin(), report.timeline.end(), [](const Bucket &bucket) {
        return requestCount(bucket.requests, {}) > 0 || !latencyOf(bucket.requests, {}).isEmpty();
    });
    if (!hasSteps)
        return fail(ErrorCode::Unsupported,
                    "The file holds no requests over time, so a warm-up cannot be taken out of its figures.",
                    report.fileName);
    const TimeRange run = rangeOf(report.timeline);
    const auto first = std::lower_bound(report.timeline.begin(), report.timeline.end(), run.begin + warmUp,
                                        [](const Bucket &bucket, TimePoint t) { return bucket.range.begin < t; });
    RequestTallies rest;
    std::for_each(first, report.timeline.end(), [&rest](const Bucket &bucket) { rest.merge(bucket.requests); });
    if (first == report.timeline.end() || requestCount(rest, {}) == 0)
        return fail(ErrorCode::Unsupported,
                    "A warm-up of " + durationText(warmUp) + " leaves nothing of a run of " + durationText(run.length())
                        + ".",
                    report.fileName);
    const std::uint64_t before = requestCount(report.requests, {});
    report.warmUp = TimeRange{run.begin, first->range.begin};
    report.requests = std::move(rest);
    std::string kept;
    if (!countEndpoints(report.warmUp->end, report))
        kept += " Endpoints";
    if (!countFailures(report.warmUp->end, report))
        kept += kept.empty() ? " Kinds of failure" : " and kinds of failure";
    if (!report.checks.empty())
        kept += kept.empty() ? " Checks" : " and checks";
    std::string note = "Left out by choice: the first " + durationText(report.warmUp->length()) + " (warm-up) with "
        + pluralText(before - std::min(before, requestCount(report.requests, {})), "request", "requests")
        + ". Figures are of what followed; verdicts of the file itself are of the whole run.";
    if (!kept.empty())
        note += kept + " are not told over time and still include it.";
    report.notes.insert(report.notes.begin(), std::move(note));
    return {};
}

} // namespace

Result<LoadTestReport> counted(const LoadTestReport &report, const Counting &counting)
{
    LoadTestReport result = report;
    if (counting.isDefault())
        return result;
    result.leftOut = countingText(counting);
    dropReported(counting, result);
    if (!counting.withFailures || !counting.withSetup)
        leaveOutClasses(counting, result);
    if (!counting.withSetup)
        result.notes.insert(result.notes.begin(),
                            report.contents.hasSetup
                                ? "Left out by choice: requests of setup and teardown."
                                : "Requests of setup and teardown are to be left out, but the file does not tell them "
                                  "apart.");
    if (!counting.withFailures)
        result.notes.insert(result.notes.begin(),
                            "Left out by choice: latencies of failed requests. These still count as requests and as "
                            "errors.");
    if (counting.warmUp.ns() > 0)
        TS_CHECK(leaveOutWarmUp(counting.warmUp, result));
    return result;
}

LoadTestReportPtr measuredPart(const LoadTestReportPtr &report)
{
    if (!report || !report->warmUp)
        return report;
    const TimePoint from = report->warmUp->end;
    auto part = std::make_shared<LoadTestReport>(*report);
    std::erase_if(part->timeline, [from](const Bucket &bucket) { return bucket.range.begin < from; });
    std::erase_if(part->stalls, [from](const Stall &stall) { return stall.range.end <= from; });
    EndpointTimeline &steps = part->endpointTimeline;
    std::erase_if(steps.cells, [&steps, from](const EndpointTimeline::Cell &cell) {
        return steps.begin + Duration(saturatingMultiply(steps.width.ns(), cell.step)) < from;
    });
    return part;
}

TimePoint beginOfRun(const LoadTestReport &report)
{
    if (report.startedAt)
        return *report.startedAt;
    if (report.warmUp)
        return report.warmUp->begin;
    return report.timeline.empty() ? TimePoint() : report.timeline.front().range.begin;
}

std::optional<Duration> countedDuration(const LoadTestReport &report)
{
    if (!report.duration || !report.warmUp)
        return report.duration;
    return Duration(std::max<std::int64_t>(report.duration->ns() - report.warmUp->length().ns(), 0));
}

std::string countingText(const Counting &counting)
{
    std::string text;
    const auto add = [&text](const std::string &part) { text += (text.empty() ? "" : " · ") + part; };
    if (counting.warmUp.ns() > 0)
        add("warm-up of " + durationText(counting.warmUp) + " left out");
    if (!counting.withFailures)
        add("latencies of succeeded requests only");
    if (!counting.withSetup)
        add("without setup and teardown");
    return text;
}

} // namespace tailspan::loadtest
