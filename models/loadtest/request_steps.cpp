// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/request_steps.h"

#include "models/base/ceil_divide.h"
#include "models/loadtest/endpoint_log.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

constexpr std::int64_t kMostSteps = 200'000;

std::vector<RequestStep> emptySteps(const LoadTestReport &report, std::int64_t width)
{
    std::vector<RequestStep> steps;
    if (report.timeline.empty() || width <= 0)
        return steps;
    const TimePoint begin = report.timeline.front().range.begin;
    const std::int64_t length = (report.timeline.back().range.end - begin).ns();
    const std::int64_t count = ceilDivide(std::max<std::int64_t>(length, 0), width);
    if (count < 1 || count > kMostSteps)
        return steps;
    const auto border = [&](std::int64_t i) { return begin + Duration(saturatingMultiply(i, width)); };
    for (std::int64_t i = 0; i < count; ++i)
        steps.push_back({{border(i), border(i + 1)}, -1, 0, 0, {}, {}});
    return steps;
}

RequestStep *stepAt(std::vector<RequestStep> &steps, TimePoint time)
{
    const std::int64_t width = steps.front().range.length().ns();
    const std::int64_t since = (time - steps.front().range.begin).ns();
    const auto at = static_cast<std::size_t>(std::max<std::int64_t>(since, 0) / width);
    return since < 0 || at >= steps.size() ? nullptr : &steps[at];
}

bool isSetup(RequestClass c)
{
    return c == RequestClass::SetupOk || c == RequestClass::SetupFailed;
}

bool isFailed(RequestClass c)
{
    return c == RequestClass::Failed || c == RequestClass::SetupFailed;
}

void count(RequestStep &step, RequestClass c, std::uint64_t requests)
{
    step.finished += static_cast<double>(requests);
    step.failures += isFailed(c) ? static_cast<double>(requests) : 0;
}

void takeBuckets(const LoadTestReport &report, RequestView view, std::vector<RequestStep> &steps)
{
    for (const Bucket &bucket : report.timeline) {
        RequestStep *step = stepAt(steps, bucket.range.begin);
        if (step == nullptr)
            continue;
        for (std::size_t i = 0; i < kRequestClassCount; ++i) {
            const auto c = static_cast<RequestClass>(i);
            if (!view.withSetup && isSetup(c))
                continue;
            const RequestTally &tally = bucket.requests.byClass[i];
            count(*step, c, tally.count);
            if (!isFailed(c))
                step->succeeded.merge(tally.latency);
            if (view.withFailures || !isFailed(c))
                step->inView.merge(tally.latency);
        }
    }
}

bool takeCells(const LoadTestReport &report, const std::string &endpoint, RequestView view,
               std::vector<RequestStep> &steps)
{
    const EndpointTimeline &timeline = report.endpointTimeline;
    const auto row = std::find_if(report.endpoints.begin(), report.endpoints.end(),
                                  [&](const Endpoint &one) { return one.name == endpoint; });
    if (timeline.isEmpty() || (row == report.endpoints.end() && !endpoint.empty()))
        return false;
    const auto wanted = static_cast<std::uint32_t>(row - report.endpoints.begin());
    for (const EndpointTimeline::Cell &cell : timeline.cells) {
        RequestStep *step = endpoint.empty() || cell.endpoint == wanted ? stepAt(steps, beginOf(cell, timeline))
                                                                        : nullptr;
        if (step == nullptr || (!view.withSetup && isSetup(cell.requestClass)))
            continue;
        count(*step, cell.requestClass, cell.requests);
        for (std::uint32_t i = 0; i < cell.binCount; ++i) {
            const EndpointTimeline::BinCount &bin = timeline.bins[cell.firstBin + i];
            const std::int64_t low = LogHistogram::lowerBoundOf(bin.bin);
            const std::int64_t middle = low + (LogHistogram::lowerBoundOf(bin.bin + 1) - low) / 2;
            if (!isFailed(cell.requestClass))
                step->succeeded.record(middle, bin.count);
            if (view.withFailures || !isFailed(cell.requestClass))
                step->inView.record(middle, bin.count);
        }
    }
    return true;
}

} // namespace

std::vector<RequestStep> requestSteps(const LoadTestReport &report, const std::string &endpoint,
                                      std::optional<TimeRange> range, RequestView view, StepLength length)
{
    const bool isShort = length == StepLength::Shortest && !report.endpointTimeline.isEmpty();
    std::vector<RequestStep> steps =
        emptySteps(report, (isShort ? report.endpointTimeline.width : report.bucketWidth).ns());
    if (steps.empty())
        return steps;
    if (endpoint.empty() && !isShort)
        takeBuckets(report, view, steps);
    else if (!takeCells(report, endpoint, view, steps))
        return {};
    for (const Bucket &bucket : report.timeline) {
        RequestStep *step = stepAt(steps, bucket.range.begin);
        if (step != nullptr && bucket.users)
            step->users = *bucket.users;
    }
    if (range)
        std::erase_if(steps, [&](const RequestStep &step) { return !range->contains(step.range.begin); });
    return steps;
}

} // namespace tailspan::loadtest
