// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/run_heat.h"

#include "models/base/number_text.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

using loadtest::Bucket;
using loadtest::LoadTestReportPtr;
using loadtest::StageClock;

namespace {

constexpr std::int64_t kMostColumns = 120;
constexpr int kRowsPerDoubling = 4;
constexpr std::size_t kFewestSteps = 5;

/// All runs of both sides, as the clock counts them.
struct Runs {
    std::span<const LoadTestReportPtr> baseline;
    std::span<const LoadTestReportPtr> current;
    [[nodiscard]] std::size_t size() const { return baseline.size() + current.size(); }
    [[nodiscard]] const loadtest::LoadTestReport &at(std::size_t i) const
    {
        return i < baseline.size() ? *baseline[i] : *current[i - baseline.size()];
    }
    [[nodiscard]] bool isLater(std::size_t i) const { return i >= baseline.size(); }
};

struct Shape {
    Duration begin;
    Duration column;
    std::uint32_t columns = 0;
    std::int64_t lowNs = std::numeric_limits<std::int64_t>::max();
    std::int64_t highNs = 0;
};

/// Columns of whole buckets of the run with the longest ones, so that none of them falls into two.
Shape shapeOf(const Runs &runs, const StageClock &clock, loadtest::RequestView view)
{
    Shape shape;
    Duration bucket(1);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        bucket = std::max(bucket, runs.at(i).bucketWidth);
        for (const Bucket &one : runs.at(i).timeline) {
            const LogHistogram latency = loadtest::latencyOf(one.requests, view);
            if (latency.isEmpty())
                continue;
            shape.lowNs = std::min(shape.lowNs, latency.min());
            shape.highNs = std::max(shape.highNs, latency.max());
        }
    }
    shape.begin = clock.parts.front().sharedBegin;
    const std::int64_t lengthNs = std::max<std::int64_t>((clock.parts.back().sharedEnd - shape.begin).ns(), 1);
    const std::int64_t buckets = (lengthNs + bucket.ns() - 1) / bucket.ns();
    const std::int64_t joined = (buckets + kMostColumns - 1) / kMostColumns;
    shape.column = Duration(joined * bucket.ns());
    shape.columns = static_cast<std::uint32_t>((buckets + joined - 1) / joined);
    return shape;
}

TimePoint middleOf(TimeRange range)
{
    return range.begin + Duration(range.length().ns() / 2);
}

void countRun(const loadtest::LoadTestReport &run, std::size_t index, const StageClock &clock,
              loadtest::RequestView view, metric::LatencyGrid &grid)
{
    for (const Bucket &bucket : run.timeline) {
        const std::optional<Duration> at = clock.at(index, middleOf(bucket.range));
        if (!at || !clock.isShared(*at))
            continue;
        const std::int64_t sinceNs = at->ns() - grid.begin.ns();
        const std::int64_t column = sinceNs < 0 ? grid.columns : sinceNs / grid.column.ns();
        if (column >= grid.columns)
            continue;
        for (const LogHistogram::Bucket &bin : loadtest::latencyOf(bucket.requests, view).buckets()) {
            const std::int64_t middle = bin.lowNs + (bin.highNs - bin.lowNs) / 2;
            grid.counts[static_cast<std::size_t>(column) * grid.rows.count() + grid.rows.rowOf(middle)] +=
                static_cast<std::uint32_t>(bin.count);
            grid.total += bin.count;
        }
    }
}

/// By how much the shares of slower requests vary more from step to step than independent requests would make them.
double effectIn(const loadtest::LoadTestReport &run, TimeRange window, loadtest::RequestView view)
{
    std::vector<LogHistogram> steps;
    LogHistogram all;
    for (const Bucket &bucket : run.timeline) {
        if (!window.contains(middleOf(bucket.range)))
            continue;
        steps.push_back(loadtest::latencyOf(bucket.requests, view));
        all.merge(steps.back());
    }
    double effect = 1;
    for (const double ratio : {0.5, 0.9}) {
        std::vector<double> events;
        std::vector<double> trials;
        for (const LogHistogram &step : steps) {
            events.push_back(static_cast<double>(step.count() - step.countAtMost(all.quantile(ratio))));
            trials.push_back(static_cast<double>(step.count()));
        }
        if (steps.size() >= kFewestSteps)
            effect = std::max(effect, loadtest::designEffect(events, trials));
    }
    return effect;
}

void addUnion(RunHeat &heat)
{
    metric::LatencyGrid both = heat.before;
    for (std::size_t i = 0; i < both.counts.size(); ++i)
        both.counts[i] += heat.after.counts[i];
    const LatencyAxis axis = latencyAxisOf(both, 1);
    heat.lowLog10Ns = axis.lowLog10Ns;
    heat.highLog10Ns = axis.highLog10Ns;
}

std::string wordsOf(const RunHeat &heat, double effect)
{
    std::string words = "Shares of the requests of each side: " + countText(heat.before.total) + " before, "
        + countText(heat.after.total) + " after.";
    if (effect > 1.05)
        words += " Requests of one moment depend on each other: they are counted as " + decimalText(effect)
            + " times fewer before a change is called one.";
    return words;
}

RunHeat noHeat(std::string why)
{
    RunHeat heat;
    heat.words = std::move(why);
    return heat;
}

} // namespace

Result<RunHeat> runHeatOf(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                          const StageClock &clock, std::span<const TimeRange> steady, loadtest::RequestView view,
                          const std::stop_token &stop)
{
    if (clock.parts.empty())
        return noHeat(clock.words);
    const Runs runs{baseline, current};
    const Shape shape = shapeOf(runs, clock, view);
    if (shape.highNs <= 0)
        return noHeat("A file holds no latencies over time, so there is no heatmap.");
    const metric::LatencyRows rows =
        metric::LatencyRows::between(std::max<std::int64_t>(shape.lowNs, 1), shape.highNs, kRowsPerDoubling);
    const metric::LatencyGrid blank{TimePoint(shape.begin.ns()),
                                    shape.column,
                                    shape.columns,
                                    rows,
                                    std::vector<std::uint32_t>(std::size_t{shape.columns} * rows.count()),
                                    0};
    RunHeat heat;
    heat.before = blank;
    heat.after = blank;
    double effect = 1;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        countRun(runs.at(i), i, clock, view, runs.isLater(i) ? heat.after : heat.before);
        if (i < steady.size())
            effect = std::max(effect, effectIn(runs.at(i), steady[i], view));
    }
    if (heat.before.total == 0 || heat.after.total == 0)
        return noHeat("The runs have no time in common in which both hold latencies, so there is no heatmap.");
    TS_TRY(heat.difference, metric::latencyGridDifferenceOf(heat.after, heat.before, stop, effect));
    heat.picture = layOutDifference(heat.after, heat.before, heat.difference);
    addUnion(heat);
    heat.words = wordsOf(heat, effect);
    return heat;
}

} // namespace tailspan::layout
