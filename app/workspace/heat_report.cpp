// SPDX-License-Identifier: GPL-3.0-or-later
// A heatmap of the timeline of a load test.
#include "app/workspace/heat_source.h"
#include "models/base/ceil_divide.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tailspan::workspace {

namespace {

using loadtest::Bucket;
using loadtest::LoadTestReport;
using loadtest::RequestClass;
using metric::LatencyGrid;
using metric::LatencyRows;

bool isFailedClass(std::size_t index)
{
    const auto which = static_cast<RequestClass>(index);
    return which == RequestClass::Failed || which == RequestClass::SetupFailed;
}

/// What rows have to hold.
struct Extent {
    std::int64_t shortestNs = std::numeric_limits<std::int64_t>::max();
    std::int64_t longestNs = 0;
};

Extent extentOf(const LoadTestReport &report)
{
    Extent extent;
    for (const Bucket &bucket : report.timeline) {
        for (const loadtest::RequestTally &tally : bucket.requests.byClass) {
            if (tally.latency.isEmpty())
                continue;
            extent.shortestNs = std::min(extent.shortestNs, tally.latency.min());
            extent.longestNs = std::max(extent.longestNs, tally.latency.max());
        }
    }
    return extent;
}

LatencyRows rowsOf(const Extent &extent, double heightPx)
{
    HeatSpans spans; // for the bounds alone: the same as those of spans
    spans.shortestNs = extent.shortestNs;
    spans.longestNs = extent.longestNs;
    spans.isWholeMilliseconds = false;
    return spans.rows(spans.fittingRows(heightPx));
}

void add(LatencyGrid &grid, std::uint32_t column, const LogHistogram &latency)
{
    for (const LogHistogram::Bucket &bucket : latency.buckets()) {
        const std::int64_t middle = bucket.lowNs + (bucket.highNs - bucket.lowNs) / 2;
        grid.counts[std::size_t{column} * grid.rows.count() + grid.rows.rowOf(middle)] +=
            static_cast<std::uint32_t>(bucket.count);
        grid.total += bucket.count;
    }
}

/// Whole buckets in each column, from the first that begins in the range on.
LatencyGrid emptyGrid(const LoadTestReport &report, const HeatQuestion &question, TimeRange range,
                      const LatencyRows &rows)
{
    const std::int64_t width = std::max<std::int64_t>(report.bucketWidth.ns(), 1);
    const TimePoint origin = report.timeline.front().range.begin;
    const std::int64_t skipped = (range.begin - origin).ns() / width;
    if (question.column)
        return {origin + Duration(skipped * width),
                *question.column,
                question.columns,
                rows,
                std::vector<std::uint32_t>(std::size_t{question.columns} * rows.count()),
                0};
    const TimePoint begin = origin + Duration(skipped * width);
    const std::int64_t length = std::max<std::int64_t>((range.end - begin).ns(), 0);
    const std::int64_t buckets = std::max<std::int64_t>(ceilDivide(length, width), 1);
    const std::int64_t perColumn = ceilDivide(buckets, std::max<std::int64_t>(question.columns, 1));
    const auto columns = static_cast<std::uint32_t>(ceilDivide(buckets, perColumn));
    return {begin,
            Duration(saturatingMultiply(perColumn, width)),
            columns,
            rows,
            std::vector<std::uint32_t>(std::size_t{columns} * rows.count()),
            0};
}

} // namespace

Result<HeatMapPtr> heatOfReport(const LoadTestReport &report, const HeatQuestion &question)
{
    const Extent extent = extentOf(report);
    if (report.timeline.empty() || extent.longestNs == 0)
        return fail(ErrorCode::NotFound, "This file holds no latencies over time.");
    const TimeRange run = loadtest::rangeOf(report.timeline);
    const TimeRange range = question.range.isEmpty()
        ? run
        : TimeRange{std::max(run.begin, question.range.begin), std::min(run.end, question.range.end)};
    if (range.isEmpty())
        return fail(ErrorCode::NotFound, "The load test did not run in the shown time.");
    const LatencyRows rows = question.rows.value_or(rowsOf(extent, question.heightPx));
    HeatMap map{emptyGrid(report, question, range, rows),
                std::nullopt,
                question.origin,
                "load test " + report.fileName,
                {},
                !report.startedAt,
                nullptr,
                nullptr,
                {}};
    LatencyGrid failed = map.grid;
    for (const Bucket &bucket : report.timeline) {
        const std::int64_t sinceNs = (bucket.range.begin - map.grid.begin).ns();
        if (sinceNs < 0 || bucket.range.begin >= range.end || sinceNs / map.grid.column.ns() >= map.grid.columns)
            continue;
        const auto column = static_cast<std::uint32_t>(sinceNs / map.grid.column.ns());
        for (std::size_t i = 0; i < bucket.requests.byClass.size(); ++i) {
            if (isFailedClass(i))
                add(failed, column, bucket.requests.byClass[i].latency);
            if (isFailedClass(i) || !question.subject.onlyFailed)
                add(map.grid, column, bucket.requests.byClass[i].latency);
        }
    }
    if (report.contents.hasFailures)
        map.failed = std::move(failed);
    return std::make_shared<const HeatMap>(std::move(map));
}

} // namespace tailspan::workspace
