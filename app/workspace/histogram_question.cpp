// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/histogram_question.h"

namespace tailspan::workspace {

namespace {

constexpr std::size_t kMostBuckets = 2'000;

/// The server gives rates a second over a window that may be longer than the step: what a step counted on average.
void toCounts(HistogramResult &result)
{
    const double seconds = static_cast<double>(result.stepNs) / 1e9;
    for (metric::BucketTable &table : result.classic.tables) {
        for (double &count : table.counts)
            count *= seconds;
    }
    for (metric::HistogramSeries &series : result.native) {
        for (metric::HistogramPoint &point : series.points) {
            point.count *= seconds;
            point.sum *= seconds;
            for (metric::ValueBucket &bucket : point.buckets)
                bucket.count *= seconds;
        }
    }
}

} // namespace

Result<HistogramResultPtr> histogramOf(sources::MetricSource &source, const HistogramQuestion &question,
                                       const metric::SignalQuery &query, const std::string &name, sources::Ask ask)
{
    sources::RangeQuestion range;
    range.expression = query.buckets;
    range.range = question.range;
    range.widthPx = question.columns;
    range.stepNs = question.stepNs;
    range.seriesLimit = kMostBuckets;
    TS_TRY(metric::MetricAnswer answer, source.queryRange(range, std::move(ask)));
    auto result = std::make_shared<HistogramResult>();
    result->classic = metric::bucketTables(answer.series);
    result->native = std::move(answer.histograms);
    if (result->classic.tables.empty() && result->native.empty())
        return fail(ErrorCode::NotFound, "No latencies of " + question.service + " were counted in this time.", name);
    result->nsPerUnit = query.unit == metric::MetricUnit::Milliseconds ? 1e6 : 1e9;
    result->stepNs = answer.stepNs;
    result->source = name;
    result->expression = query.buckets;
    result->metric = query.metric;
    result->notes = answer.notes();
    for (const metric::BucketTable &table : result->classic.tables) {
        if (table.hasNoEnd)
            result->notes.emplace_back("The server gave no +Inf bucket: values above the last bound are not counted.");
        if (table.mendedCells > 0)
            result->notes.push_back(std::to_string(table.mendedCells)
                                    + " counts fell with a rising bound and were raised to the one below.");
    }
    toCounts(*result);
    return HistogramResultPtr(std::move(result));
}

} // namespace tailspan::workspace
