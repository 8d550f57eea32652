// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/activity.h"

#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::workspace {

namespace {

constexpr std::size_t kPollEvery = 4096;

Activity emptySteps(TimeRange range, std::size_t steps)
{
    Activity activity;
    activity.range = range;
    const std::int64_t length = range.length().ns();
    if (length <= 0 || steps == 0)
        return activity;
    const auto wanted = static_cast<std::int64_t>(steps);
    const std::int64_t count = std::min(wanted, length);
    activity.step = Duration(length / count + (length % count == 0 ? 0 : 1));
    activity.steps.resize(static_cast<std::size_t>(count));
    return activity;
}

std::optional<std::size_t> stepAt(const Activity &activity, TimePoint time)
{
    if (!activity.range.contains(time))
        return std::nullopt;
    const auto index = static_cast<std::size_t>((time - activity.range.begin).ns() / activity.step.ns());
    return std::min(index, activity.steps.size() - 1);
}

} // namespace

Activity activityOf(const trace::TraceSnapshot &snapshot, std::size_t steps, std::stop_token stop)
{
    if (snapshot.traces().size() < 2)
        return {};
    Activity activity = emptySteps(snapshot.range(), steps);
    activity.isOfTraces = true;
    std::vector<LogHistogram> latencies(activity.steps.size());
    std::size_t seen = 0;
    for (const trace::TraceSummary &trace : snapshot.traces()) {
        if (++seen % kPollEvery == 0 && stop.stop_requested())
            return {};
        const auto index = stepAt(activity, TimePoint(trace.startNs));
        if (!index)
            continue;
        ActivityStep &step = activity.steps[*index];
        ++step.requests;
        step.errors += trace.errorCount > 0 ? 1 : 0;
        latencies[*index].record(trace.durationNs);
    }
    for (std::size_t i = 0; i < latencies.size(); ++i) {
        if (!latencies[i].isEmpty())
            activity.steps[i].p95Ns = latencies[i].quantile(0.95);
    }
    return activity;
}

Activity activityOf(const loadtest::LoadTestReport &report, std::size_t steps, std::stop_token stop)
{
    if (report.timeline.size() < 2)
        return {};
    const std::size_t atMost = std::min(steps, report.timeline.size());
    Activity activity = emptySteps(loadtest::rangeOf(report.timeline), atMost);
    for (std::size_t i = 0; i < activity.steps.size() && !stop.stop_requested(); ++i) {
        const TimePoint begin = activity.range.begin
            + Duration(saturatingMultiply(activity.step.ns(), static_cast<std::int64_t>(i)));
        const loadtest::Bucket bucket = loadtest::joined(report.timeline, {begin, begin + activity.step});
        const loadtest::Totals totals = loadtest::totalsOf(report, bucket);
        activity.steps[i] = {static_cast<std::uint64_t>(std::llround(loadtest::requestsIn(bucket))),
                             static_cast<std::uint64_t>(std::llround(loadtest::failuresIn(bucket))),
                             totals.latency.p95Ns};
    }
    return activity;
}

} // namespace tailspan::workspace
