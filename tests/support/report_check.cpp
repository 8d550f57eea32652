// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/report_check.h"

#include "models/base/utf8.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::test {

using namespace loadtest;

namespace {

bool isFinite(const std::optional<double> &value)
{
    return !value || std::isfinite(*value);
}

bool isCount(const std::optional<double> &value)
{
    return !value || (std::isfinite(*value) && *value >= 0);
}

bool areKinds(const std::vector<FailureCount> &failures, const LoadTestReport &report)
{
    return std::ranges::all_of(
        failures, [&](const FailureCount &f) { return f.kind < report.failureKinds.size() && f.count > 0; });
}

std::string ofTimeline(const LoadTestReport &report)
{
    TimePoint end;
    bool isFirst = true;
    for (const Bucket &bucket : report.timeline) {
        if (bucket.range.end <= bucket.range.begin || (!isFirst && bucket.range.begin < end))
            return "steps are not ascending and disjoint";
        end = bucket.range.end;
        isFirst = false;
        if (!isCount(bucket.users) || !isCount(bucket.reportedRps) || !isCount(bucket.reportedErrorRatio))
            return "a step has a figure that is no count";
        if (!areKinds(bucket.failures, report))
            return "a step names a kind of failure that does not exist";
        if (!std::ranges::is_sorted(bucket.failures, {}, &FailureCount::kind))
            return "the failures of a step are not by kind";
    }
    return report.timeline.empty() || report.bucketWidth > Duration() ? "" : "a timeline without a width";
}

std::string ofEndpointTimeline(const LoadTestReport &report)
{
    const EndpointTimeline &timeline = report.endpointTimeline;
    const auto place = [](const EndpointTimeline::Cell &cell) {
        return std::tuple(cell.step, cell.endpoint, cell.requestClass);
    };
    if (!std::ranges::is_sorted(timeline.cells, {}, place))
        return "cells of endpoints are not in order";
    for (const EndpointTimeline::Cell &cell : timeline.cells) {
        if (cell.endpoint >= std::max<std::size_t>(report.endpoints.size(), 1))
            return "a cell belongs to no endpoint";
        if (std::size_t{cell.firstBin} + cell.binCount > timeline.bins.size())
            return "a cell's latencies do not exist";
    }
    return timeline.isEmpty() || timeline.width > Duration() ? "" : "cells without a width";
}

std::string ofVerdicts(const LoadTestReport &report)
{
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &verdict : scenario.verdicts) {
            if (!isFinite(verdict.limit) || !isFinite(verdict.observed))
                return "a verdict has a figure that is no number";
            if (verdict.origin != Origin::Report && !verdict.observed && verdict.passed.value_or(false))
                return "a verdict passed without a figure";
        }
        if (scenario.duration && *scenario.duration < Duration())
            return "a scenario lasts less than nothing";
    }
    return {};
}

std::string ofTexts(const LoadTestReport &report)
{
    const auto isText = [](const std::string &text) { return isValidUtf8(text); };
    if (!std::ranges::all_of(report.notes, [&](const std::string &note) { return !note.empty() && isText(note); }))
        return "a note is empty or no UTF-8";
    if (!std::ranges::all_of(report.failureKinds, isText) || !isText(report.tool))
        return "a kind of failure is no UTF-8";
    if (!std::ranges::all_of(report.endpoints, isText, &Endpoint::name))
        return "an endpoint is no UTF-8";
    return std::ranges::all_of(report.scenarios, isText, &Scenario::name) ? "" : "a scenario is no UTF-8";
}

std::string ofTotals(const LoadTestReport &report)
{
    const Totals totals = totalsOf(report);
    if (totals.requests && totals.failures && *totals.failures > *totals.requests)
        return "more failures than requests";
    if (report.duration && *report.duration < Duration())
        return "the run lasts less than nothing";
    if (!isCount(report.peakUsers) || !isFinite(report.reportedThroughputRps))
        return "a figure of the run is no number";
    if (!areKinds(report.failures, report))
        return "the run names a kind of failure that does not exist";
    return std::ranges::all_of(report.stalls, [](const Stall &s) { return s.range.begin < s.range.end; })
        ? ""
        : "a stall of no length";
}

} // namespace

std::string brokenPromise(const LoadTestReport &report)
{
    for (const auto &check : {ofTotals, ofTimeline, ofEndpointTimeline, ofVerdicts, ofTexts}) {
        if (std::string broken = check(report); !broken.empty())
            return broken;
    }
    return {};
}

} // namespace tailspan::test
