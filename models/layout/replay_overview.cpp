// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/number_text.h"
#include "models/layout/replay_picture.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using namespace loadtest;

namespace {

constexpr std::size_t kMostKinds = 5;
/// Latencies far below the rest (a 0 ms sample among seconds) would press everything else together.
constexpr double kMostDecades = 5;
/// A limit that far above everything measured would do the same; it is still in the verdict table.
constexpr double kFarLimitFactor = 8;

struct LatencySpan {
    double low = 0;
    double high = 0;

    void include(double ns)
    {
        if (!(ns > 0))
            return;
        low = low == 0 ? ns : std::min(low, ns);
        high = std::max(high, ns);
    }
    void include(const LogHistogram &latency)
    {
        if (latency.isEmpty())
            return;
        include(static_cast<double>(latency.max()));
        for (const LogHistogram::Bucket &bucket : latency.buckets()) {
            if (bucket.lowNs > 0)
                return include(static_cast<double>(std::max(bucket.lowNs, latency.min())));
        }
    }
    void include(const LatencyStats &stats)
    {
        for (const auto &ns : {stats.p50Ns, stats.p95Ns, stats.p99Ns})
            include(static_cast<double>(ns.value_or(0)));
    }
};

void includeLatencies(const LoadTestReport &report, ReplayOverview &overview)
{
    LatencySpan span;
    for (const Bucket &bucket : report.timeline) {
        for (const RequestTally &tally : bucket.requests.byClass) {
            span.include(tally.latency);
            overview.hasHeat = overview.hasHeat || !tally.latency.isEmpty();
        }
        if (bucket.reportedLatency)
            span.include(*bucket.reportedLatency);
    }
    if (span.high <= 0)
        return;
    const double measured = span.high;
    for (const LatencyLimit &limit : latencyLimitsOf(report)) {
        if (limit.limitNs <= measured * kFarLimitFactor)
            span.include(limit.limitNs * 1.1);
    }
    overview.highLatencyNs = span.high;
    overview.lowLatencyNs = std::max(span.low, span.high / std::pow(10.0, kMostDecades));
}

std::uint64_t unnamedFailures(const LoadTestReport &report)
{
    std::uint64_t named = 0;
    for (const FailureCount &failure : report.failures)
        named += failure.count;
    const std::uint64_t all = failureCount(report.requests, {});
    return all > named ? all - named : 0;
}

/// The most frequent kinds get a row each, all others share the last one.
void chooseKinds(const LoadTestReport &report, ReplayOverview &overview)
{
    std::vector<FailureCount> byCount = report.failures;
    std::stable_sort(byCount.begin(), byCount.end(),
                     [](const FailureCount &a, const FailureCount &b) { return a.count > b.count; });
    constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    overview.laneOfKind.assign(report.failureKinds.size(), kNone);
    for (const FailureCount &failure : byCount) {
        if (overview.errorKinds.size() == kMostKinds || failure.kind >= report.failureKinds.size())
            break;
        overview.laneOfKind[failure.kind] = static_cast<std::uint32_t>(overview.errorKinds.size());
        overview.errorKinds.push_back(report.failureKinds[failure.kind]);
    }
    const auto rest = static_cast<std::uint32_t>(overview.errorKinds.size());
    const bool hasUnnamed = unnamedFailures(report) > 0;
    const bool hasOthers = byCount.size() > rest;
    if (hasUnnamed || hasOthers || rest == 0)
        overview.errorKinds.emplace_back(hasOthers ? "other kinds" : "failed");
    overview.laneOfUnnamed = std::min(rest, static_cast<std::uint32_t>(overview.errorKinds.size() - 1));
    for (std::uint32_t &lane : overview.laneOfKind)
        lane = lane == kNone ? overview.laneOfUnnamed : lane;
}

/// "p(95)" of "http_req_duration p(95)"; empty where the criterion is not about the latency of all requests.
std::string latencyAggregate(const std::string &criterion)
{
    constexpr std::string_view kMetric = "http_req_duration ";
    return criterion.starts_with(kMetric) ? criterion.substr(kMetric.size()) : std::string();
}

} // namespace

ReplayOverview makeReplayOverview(const LoadTestReport &report)
{
    ReplayOverview overview;
    overview.run = rangeOf(report.timeline);
    for (const Bucket &bucket : report.timeline) {
        if (bucket.users)
            overview.users.take(*bucket.users);
        const double requests = requestsIn(bucket);
        const double seconds = bucket.range.length().toSeconds();
        if (seconds > 0)
            overview.requestsRps.take(requests / seconds);
        const double failures = failuresIn(bucket);
        if (requests > 0)
            overview.mostErrorRatio = std::max(overview.mostErrorRatio, std::min(failures / requests, 1.0));
    }
    includeLatencies(report, overview);
    chooseKinds(report, overview);
    return overview;
}

std::vector<LatencyLimit> latencyLimitsOf(const LoadTestReport &report)
{
    std::vector<LatencyLimit> limits;
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &verdict : scenario.verdicts) {
            const std::string aggregate = latencyAggregate(verdict.criterion);
            const bool isUpper = verdict.comparison == "<" || verdict.comparison == "<=";
            if (aggregate.empty() || !isUpper || !verdict.limit || verdict.unit != "ms" || !(*verdict.limit > 0))
                continue;
            const double ns = std::min(*verdict.limit * 1e6, 9e18);
            const std::string text = durationText(Duration(static_cast<std::int64_t>(ns)));
            limits.push_back({ns, aggregate + " " + verdict.comparison + " " + text});
        }
    }
    return limits;
}

} // namespace tailspan::layout
