// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/request_table.h"

#include "models/loadtest/endpoint_log.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <array>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kMostSteps = 600;

struct ClassTraits {
    bool isInView = false;
    bool isFinished = false; // counts for the error ratio
    bool isFailed = false;
};

ClassTraits traitsOf(RequestClass c, RequestView view)
{
    const bool isFailed = c == RequestClass::Failed || c == RequestClass::SetupFailed;
    const bool isSetup = c == RequestClass::SetupOk || c == RequestClass::SetupFailed;
    const bool isCounted = view.withSetup || !isSetup;
    return {isCounted && (view.withFailures || !isFailed), isCounted, isCounted && isFailed};
}

void countRequests(Stratum &stratum, std::size_t step, ClassTraits traits, std::uint64_t requests)
{
    const auto count = static_cast<double>(requests);
    stratum.requests[step] += traits.isInView ? count : 0;
    stratum.finished[step] += traits.isFinished ? count : 0;
    stratum.failures[step] += traits.isFailed ? count : 0;
}

std::int64_t stepsIn(TimeRange range, std::int64_t widthNs)
{
    return std::max<std::int64_t>(range.length().ns() / widthNs, 0);
}

/// The width of all runs' steps: the coarsest file's, and more of them together where there would be too many.
Duration stepWidth(std::span<const RunWindow> runs, bool byEndpoint)
{
    std::int64_t width = 1;
    std::int64_t length = 0;
    for (const RunWindow &run : runs) {
        width = std::max(width, byEndpoint ? run.report->endpointTimeline.width.ns() : run.report->bucketWidth.ns());
        length = saturatingAdd(length, run.range.length().ns());
    }
    return Duration(saturatingMultiply(width, length / width / kMostSteps + 1));
}

void takeCells(const RunWindow &run, std::size_t firstStep, std::int64_t steps, RequestTable &table, RequestView view)
{
    const EndpointTimeline &timeline = run.report->endpointTimeline;
    std::vector<std::size_t> stratumOf(run.report->endpoints.size(), table.strata.size() - 1);
    for (std::size_t row = 0; row < stratumOf.size(); ++row) {
        for (std::size_t s = 0; s + 1 < table.strata.size(); ++s) {
            if (table.strata[s].endpoint == run.report->endpoints[row].name)
                stratumOf[row] = s;
        }
    }
    for (const EndpointTimeline::Cell &cell : timeline.cells) {
        const TimePoint time = beginOf(cell, timeline);
        const std::int64_t since = (time - run.range.begin).ns();
        if (since < 0 || since / table.width.ns() >= steps)
            continue;
        const std::size_t step = firstStep + static_cast<std::size_t>(since / table.width.ns());
        const ClassTraits traits = traitsOf(cell.requestClass, view);
        const bool hasName = cell.endpoint < stratumOf.size();
        Stratum &stratum = hasName ? table.strata[stratumOf[cell.endpoint]] : table.strata.back();
        countRequests(stratum, step, traits, cell.requests);
        if (!traits.isInView)
            continue;
        for (std::uint32_t i = 0; i < cell.binCount; ++i) {
            const EndpointTimeline::BinCount &count = timeline.bins[cell.firstBin + i];
            stratum.latencies.push_back({static_cast<std::uint32_t>(step), count.bin, count.count});
            stratum.latencyCount += count.count;
        }
    }
}

void takeBuckets(const RunWindow &run, std::size_t firstStep, std::int64_t steps, RequestTable &table, RequestView view)
{
    Stratum &all = table.strata.back();
    for (const Bucket &bucket : run.report->timeline) {
        const std::int64_t since = (bucket.range.begin - run.range.begin).ns();
        if (since < 0 || since / table.width.ns() >= steps)
            continue;
        const std::size_t step = firstStep + static_cast<std::size_t>(since / table.width.ns());
        for (std::size_t i = 0; i < kRequestClassCount; ++i) {
            const ClassTraits traits = traitsOf(static_cast<RequestClass>(i), view);
            const RequestTally &tally = bucket.requests.byClass[i];
            countRequests(all, step, traits, tally.count);
            if (!traits.isInView)
                continue;
            for (const LogHistogram::Bucket &bin : tally.latency.buckets()) {
                all.latencies.push_back({static_cast<std::uint32_t>(step), LogHistogram::indexOf(bin.lowNs),
                                         static_cast<std::uint32_t>(std::min<std::uint64_t>(bin.count, 0xffffffffU))});
                all.latencyCount += static_cast<double>(bin.count);
            }
        }
    }
}

} // namespace

RequestTable requestTable(std::span<const RunWindow> runs, std::span<const std::string> endpoints, bool byEndpoint,
                          RequestView view)
{
    RequestTable table;
    table.isByEndpoint = byEndpoint;
    table.width = stepWidth(runs, byEndpoint);
    std::size_t steps = 0;
    for (const RunWindow &run : runs) {
        steps += static_cast<std::size_t>(stepsIn(run.range, table.width.ns()));
        table.runEnds.push_back(steps);
    }
    const std::vector<double> none(steps, 0.0);
    if (byEndpoint) {
        for (const std::string &endpoint : endpoints)
            table.strata.push_back({endpoint, {}, none, none, none, 0});
    }
    table.strata.push_back({{}, {}, none, none, none, 0});
    std::size_t first = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto count = static_cast<std::int64_t>(table.runEnds[i] - first);
        if (byEndpoint)
            takeCells(runs[i], first, count, table, view);
        else
            takeBuckets(runs[i], first, count, table, view);
        first = table.runEnds[i];
    }
    return table;
}

} // namespace tailspan::loadtest
