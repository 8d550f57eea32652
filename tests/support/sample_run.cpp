// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sample_run.h"

namespace tailspan::test {

using namespace loadtest;

namespace {

constexpr std::int64_t kMs = 1'000'000;

Bucket sampleSecond(int second)
{
    Bucket bucket;
    bucket.range.begin = TimePoint(kSampleStartNs) + Duration::seconds(second);
    bucket.range.end = bucket.range.begin + Duration::seconds(1);
    bucket.users = second + 1;
    const bool hasFailure = second % 4 == 3;
    const std::int64_t latencyNs = 100 * kMs * (1 + second % 5);
    const std::uint64_t good = hasFailure ? 9 : 10;
    bucket.requests.of(RequestClass::Ok).count = good;
    bucket.requests.of(RequestClass::Ok).latency.record(latencyNs, good);
    if (hasFailure) {
        bucket.requests.of(RequestClass::Failed).count = 1;
        bucket.requests.of(RequestClass::Failed).latency.record(latencyNs);
        bucket.failures.push_back({0, 1});
    }
    return bucket;
}

Verdict verdictOf(const char *criterion, double limit, std::optional<double> observed, std::optional<bool> passed)
{
    return {kWholeRun, criterion, "<", limit, observed, "ms", passed, Origin::Report};
}

Endpoint endpointOf(const char *name, const RequestTallies &requests)
{
    Endpoint endpoint;
    endpoint.name = name;
    endpoint.requests = requests;
    return endpoint;
}

} // namespace

LoadTestReport sampleRun(int seconds)
{
    LoadTestReport report;
    report.fileName = "sample <b>run</b>.json";
    report.format = "k6-ndjson";
    report.tool = "k6";
    report.startedAt = TimePoint(kSampleStartNs);
    report.duration = Duration::seconds(seconds);
    report.clock = ClockConvention::RequestEnd;
    report.contents = {true, true, true, false, true, LatencyDetail::Requests, true};
    report.bucketWidth = Duration::seconds(1);
    report.peakUsers = seconds;
    report.failureKinds = {"status 503"};
    for (int second = 0; second < seconds; ++second) {
        report.timeline.push_back(sampleSecond(second));
        report.requests.merge(report.timeline.back().requests);
    }
    const std::uint64_t failed = report.requests.of(RequestClass::Failed).count;
    if (failed > 0)
        report.failures.push_back({0, failed});
    report.endpoints = {endpointOf("GET /slow", report.requests), endpointOf("GET /fast", report.timeline[0].requests)};
    const Duration half = Duration(report.duration->ns() / 2);
    report.stages = {{"ramp-up", "to 10 users", Duration(), half, true}, {"peak", "10 users", half, half, true}};
    report.scenarios.push_back(
        {kWholeRun,
         report.duration,
         {},
         {verdictOf("http_req_duration p(95)", 200, 500, false), verdictOf("http_req_duration p(99)", 1000, 500, true),
          verdictOf("login p(95)", 100, {}, {})}});
    report.notes = {"A note with <i>markup</i> in it."};
    report.quality.add(QualityIssue::MalformedRecord, 2, "line 7");
    return report;
}

LoadTestReport sampleSuite()
{
    LoadTestReport report;
    report.fileName = "suite.json";
    report.format = "azora-suite";
    report.tool = "Azora performance suite";
    const auto verdict = [](const char *scenario, double limit, double observed, bool passed, Origin origin) {
        return Verdict{scenario, "recovery time", "<=", limit, observed, "s", passed, origin};
    };
    report.scenarios.push_back(
        {"agreed",
         {},
         {},
         {verdict("agreed", 30, 10, true, Origin::Report), verdict("agreed", 60, 10, true, Origin::Tailspan)}});
    report.scenarios.push_back(
        {"disputed",
         {},
         {},
         {verdict("disputed", 90, 70, true, Origin::Report), verdict("disputed", 60, 70, false, Origin::Tailspan)}});
    report.notes = {"No timeline: the suite writes only the final figure of each test."};
    return report;
}

} // namespace tailspan::test
