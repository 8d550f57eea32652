// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/timeline.h"

#include "models/loadtest/counting.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

bool isInView(std::size_t requestClass, RequestView view)
{
    const auto c = static_cast<RequestClass>(requestClass);
    const bool isFailed = c == RequestClass::Failed || c == RequestClass::SetupFailed;
    const bool isSetup = c == RequestClass::SetupOk || c == RequestClass::SetupFailed;
    return (view.withFailures || !isFailed) && (view.withSetup || !isSetup);
}

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b)
{
    return a && b ? *a + *b : (a ? a : b);
}

void addFailures(std::vector<FailureCount> &target, const std::vector<FailureCount> &more)
{
    for (const FailureCount &entry : more) {
        const auto at = std::lower_bound(target.begin(), target.end(), entry.kind,
                                         [](const FailureCount &f, std::uint32_t kind) { return f.kind < kind; });
        if (at != target.end() && at->kind == entry.kind)
            at->count += entry.count;
        else
            target.insert(at, entry);
    }
}

void append(Bucket &target, const Bucket &more)
{
    if (target.reportedRps || more.reportedRps) {
        const double requests = requestsIn(target) + requestsIn(more);
        const double failures = failuresIn(target) + failuresIn(more);
        const double seconds = target.range.length().toSeconds() + more.range.length().toSeconds();
        target.reportedRps = seconds > 0 ? requests / seconds : 0;
        target.reportedErrorRatio = requests > 0 ? failures / requests : 0;
    }
    target.range = target.range.united(more.range);
    if (more.users)
        target.users = target.users ? std::max(*target.users, *more.users) : *more.users;
    target.requests.merge(more.requests);
    target.bytesReceived = sum(target.bytesReceived, more.bytesReceived);
    target.bytesSent = sum(target.bytesSent, more.bytesSent);
    addFailures(target.failures, more.failures);
    target.reportedLatency.reset();
}

/// The tool's own figures stand where it gives them: it knew each value, the ranges of its file are coarser.
void overlay(LatencyStats &target, const LatencyStats &reported)
{
    const auto put = [](std::optional<std::int64_t> &to, std::optional<std::int64_t> from) {
        if (from)
            to = from;
    };
    put(target.meanNs, reported.meanNs);
    put(target.p50Ns, reported.p50Ns);
    put(target.p90Ns, reported.p90Ns);
    put(target.p95Ns, reported.p95Ns);
    put(target.p99Ns, reported.p99Ns);
    put(target.maxNs, reported.maxNs);
}

Totals totalsFrom(const LoadTestReport &report, const RequestTallies &requests,
                  const std::optional<LatencyStats> &reported, RequestView view)
{
    Totals totals;
    if (report.contents.hasRequests)
        totals.requests = requestCount(requests, view);
    if (report.contents.hasFailures) {
        totals.failures = failureCount(requests, view);
        const std::uint64_t all = requestCount(requests, {true, view.withSetup});
        if (report.contents.hasRequests && all > 0)
            totals.errorRatio = static_cast<double>(*totals.failures) / static_cast<double>(all);
    }
    totals.latency = statsOf(latencyOf(requests, view));
    if (reported && view.isDefault())
        overlay(totals.latency, *reported);
    return totals;
}

std::optional<double> rate(std::optional<std::uint64_t> count, Duration length)
{
    if (!count || length.ns() <= 0)
        return std::nullopt;
    return static_cast<double>(*count) / length.toSeconds();
}

} // namespace

LogHistogram latencyOf(const RequestTallies &requests, RequestView view)
{
    LogHistogram all;
    for (std::size_t i = 0; i < kRequestClassCount; ++i) {
        if (isInView(i, view))
            all.merge(requests.byClass[i].latency);
    }
    return all;
}

std::uint64_t requestCount(const RequestTallies &requests, RequestView view)
{
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < kRequestClassCount; ++i)
        count += isInView(i, view) ? requests.byClass[i].count : 0;
    return count;
}

std::uint64_t failureCount(const RequestTallies &requests, RequestView view)
{
    return requests.of(RequestClass::Failed).count
        + (view.withSetup ? requests.of(RequestClass::SetupFailed).count : 0);
}

double requestsIn(const Bucket &bucket)
{
    return bucket.reportedRps ? *bucket.reportedRps * bucket.range.length().toSeconds()
                              : static_cast<double>(requestCount(bucket.requests, {}));
}

double failuresIn(const Bucket &bucket)
{
    return bucket.reportedRps ? requestsIn(bucket) * bucket.reportedErrorRatio.value_or(0)
                              : static_cast<double>(failureCount(bucket.requests, {}));
}

LatencyStats statsOf(const LogHistogram &latency)
{
    LatencyStats stats;
    if (latency.isEmpty())
        return stats;
    stats.meanNs = std::llround(latency.mean());
    stats.p50Ns = latency.quantile(0.50);
    stats.p90Ns = latency.quantile(0.90);
    stats.p95Ns = latency.quantile(0.95);
    stats.p99Ns = latency.quantile(0.99);
    stats.maxNs = latency.max();
    return stats;
}

Totals totalsOf(const LoadTestReport &report, RequestView view)
{
    Totals totals = totalsFrom(report, report.requests, report.reportedLatency, view);
    if (const auto duration = countedDuration(report))
        totals.throughputRps = rate(totals.requests, *duration);
    else if (view.isDefault())
        totals.throughputRps = report.reportedThroughputRps;
    return totals;
}

Totals totalsOf(const LoadTestReport &report, const Bucket &bucket, RequestView view)
{
    Totals totals = totalsFrom(report, bucket.requests, bucket.reportedLatency, view);
    if (bucket.reportedRps) { // rates of the tool: nothing was counted in this step
        totals.requests.reset();
        totals.failures.reset();
        totals.throughputRps = view.isDefault() ? bucket.reportedRps : std::nullopt;
        totals.errorRatio = bucket.reportedErrorRatio;
        return totals;
    }
    totals.throughputRps = rate(totals.requests, bucket.range.length());
    return totals;
}

Totals totalsOf(const LoadTestReport &report, const Endpoint &endpoint, RequestView view)
{
    Totals totals = totalsFrom(report, endpoint.requests, endpoint.reportedLatency, view);
    if (!endpoint.hasFailures) {
        totals.failures.reset();
        totals.errorRatio.reset();
    }
    if (const auto duration = countedDuration(report))
        totals.throughputRps = rate(totals.requests, *duration);
    return totals;
}

std::vector<Bucket> regrouped(const std::vector<Bucket> &timeline, Duration width)
{
    std::vector<Bucket> result;
    if (timeline.empty() || width.ns() <= 0)
        return timeline;
    const TimePoint origin = timeline.front().range.begin;
    std::int64_t lastStep = -1;
    for (const Bucket &bucket : timeline) {
        const std::int64_t step = (bucket.range.begin - origin).ns() / width.ns();
        if (step == lastStep) {
            append(result.back(), bucket);
            continue;
        }
        lastStep = step;
        result.push_back(bucket);
        if (bucket.range.length() < width) {
            const TimePoint begin = origin + Duration(saturatingMultiply(step, width.ns()));
            result.back().range = {begin, begin + width};
        }
    }
    return result;
}

Bucket joined(const std::vector<Bucket> &timeline, TimeRange range)
{
    Bucket result;
    bool isFirst = true;
    for (const Bucket &bucket : timeline) {
        if (!range.contains(bucket.range.begin))
            continue;
        if (isFirst)
            result = bucket;
        else
            append(result, bucket);
        isFirst = false;
    }
    result.range = range;
    return result;
}

TimeRange rangeOf(const std::vector<Bucket> &timeline)
{
    return timeline.empty() ? TimeRange{} : TimeRange{timeline.front().range.begin, timeline.back().range.end};
}

const Bucket *bucketAt(const std::vector<Bucket> &timeline, TimePoint time)
{
    const auto after = std::upper_bound(timeline.begin(), timeline.end(), time,
                                        [](TimePoint t, const Bucket &bucket) { return t < bucket.range.begin; });
    return after == timeline.begin() ? nullptr : &*std::prev(after);
}

} // namespace tailspan::loadtest
