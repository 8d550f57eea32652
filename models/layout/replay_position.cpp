// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/replay_position.h"

#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using namespace loadtest;

namespace {

void addStages(const LoadTestReport &report, TimePoint time, ReplayMoment &moment)
{
    const TimePoint start = startOf(report);
    for (const Stage &stage : report.stages) {
        const TimeRange range{start + stage.begin, start + stage.begin + stage.length};
        if (!range.contains(time))
            continue;
        moment.stage += (moment.stage.empty() ? "" : ", ") + stage.name;
        moment.isStagePlanned = moment.isStagePlanned || stage.isNominal;
    }
}

void addIdleFigures(const LoadTestReport &report, const Bucket *before, TimePoint time, ReplayMoment &moment)
{
    moment.isIdle = true;
    const auto after = std::upper_bound(report.timeline.begin(), report.timeline.end(), time,
                                        [](TimePoint t, const Bucket &bucket) { return t < bucket.range.begin; });
    moment.step.begin = before != nullptr ? before->range.end : time;
    moment.step.end = after != report.timeline.end() ? after->range.begin : time;
    if (report.contents.hasRequests) {
        moment.requests = 0;
        moment.requestsRps = 0.0;
    }
    if (report.contents.hasFailures)
        moment.failures = 0;
}

} // namespace

TimePoint lastMomentOf(TimeRange run)
{
    return run.isEmpty() ? run.begin : run.end - Duration(1);
}

TimePoint clampedTo(TimeRange run, TimePoint time)
{
    return std::clamp(time, run.begin, lastMomentOf(run));
}

TimePoint playedFrom(TimePoint from, TimeRange run, Duration elapsed, double speed)
{
    const double movedNs = std::clamp(static_cast<double>(elapsed.ns()) * speed, 0.0, 9e18);
    return clampedTo(run, from + Duration(static_cast<std::int64_t>(movedNs)));
}

TimePoint nextStepAfter(const std::vector<Bucket> &timeline, TimePoint time)
{
    const auto after = std::upper_bound(timeline.begin(), timeline.end(), time,
                                        [](TimePoint t, const Bucket &bucket) { return t < bucket.range.begin; });
    return after == timeline.end() ? lastMomentOf(rangeOf(timeline)) : after->range.begin;
}

TimePoint previousStepBefore(const std::vector<Bucket> &timeline, TimePoint time)
{
    const auto at = std::lower_bound(timeline.begin(), timeline.end(), time,
                                     [](const Bucket &bucket, TimePoint t) { return bucket.range.begin < t; });
    if (timeline.empty())
        return time;
    return at == timeline.begin() ? timeline.front().range.begin : std::prev(at)->range.begin;
}

ReplayMoment momentAt(const LoadTestReport &report, TimePoint time)
{
    ReplayMoment moment;
    addStages(report, time, moment);
    const Bucket *bucket = bucketAt(report.timeline, time);
    if (bucket == nullptr || !bucket->range.contains(time)) {
        addIdleFigures(report, bucket, time, moment);
        return moment;
    }
    const Totals totals = totalsOf(report, *bucket);
    moment.step = bucket->range;
    moment.users = bucket->users;
    moment.requests = totals.requests;
    moment.requestsRps = totals.throughputRps;
    moment.failures = totals.failures;
    moment.errorRatio = totals.errorRatio;
    moment.latency = totals.latency;
    for (const FailureCount &failure : bucket->failures) {
        if (failure.kind < report.failureKinds.size())
            moment.errors.push_back({report.failureKinds[failure.kind], failure.count});
    }
    std::stable_sort(moment.errors.begin(), moment.errors.end(),
                     [](const KindCount &a, const KindCount &b) { return a.count > b.count; });
    return moment;
}

TimePoint startOf(const LoadTestReport &report)
{
    return report.startedAt.value_or(rangeOf(report.timeline).begin);
}

} // namespace tailspan::layout
