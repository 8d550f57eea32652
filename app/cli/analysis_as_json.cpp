// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_json.h"

#include <cmath>

namespace tailspan::cli {

using namespace loadtest;

namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson orNull(const std::optional<double> &value)
{
    return value && std::isfinite(*value) ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson windowsJson(const std::vector<TimeRange> &windows)
{
    OrderedJson result = OrderedJson::array();
    for (const TimeRange &window : windows)
        result.push_back({{"beginNs", window.begin.ns()}, {"endNs", window.end.ns()}});
    return result;
}

OrderedJson metricJson(const MetricChange &metric)
{
    OrderedJson result{{"name", metric.name},
                       {"endpoint", metric.endpoint ? OrderedJson(*metric.endpoint) : OrderedJson(nullptr)},
                       {"ratio", orNull(metric.ratio)},
                       {"low", orNull(metric.low)},
                       {"high", orNull(metric.high)},
                       {"verdict", verdictName(metric.verdict)},
                       {"before", orNull(metric.before)},
                       {"after", orNull(metric.after)}};
    if (metric.pValue)
        result["pValue"] = *metric.pValue;
    return result;
}

OrderedJson headroomJson(const std::optional<Headroom> &headroom)
{
    if (!headroom)
        return nullptr;
    return {{"peak", headroom->peak},       {"carried", headroom->carried},   {"ratio", headroom->ratio},
            {"low", orNull(headroom->low)}, {"high", orNull(headroom->high)}, {"atLeast", headroom->isAtLeast}};
}

} // namespace

OrderedJson comparisonJson(const Comparison &comparison)
{
    OrderedJson metrics = OrderedJson::array();
    for (const MetricChange &metric : comparison.metrics)
        metrics.push_back(metricJson(metric));
    OrderedJson shift = OrderedJson::array();
    for (const PercentileShift &point : comparison.shift)
        shift.push_back({{"percentile", point.percentile},
                         {"beforeNs", std::llround(point.beforeNs)},
                         {"afterNs", std::llround(point.afterNs)},
                         {"lowNs", std::llround(point.lowNs)},
                         {"highNs", std::llround(point.highNs)}});
    return {{"verdict", verdictName(comparison.verdict)},
            {"metrics", std::move(metrics)},
            {"notes", comparison.notes},
            {"shift", std::move(shift)},
            {"baselineWindows", windowsJson(comparison.baselineWindows)},
            {"windows", windowsJson(comparison.currentWindows)},
            {"rounds", comparison.rounds}};
}

OrderedJson trendJson(const Trend &trend)
{
    OrderedJson runs = OrderedJson::array();
    for (std::size_t i = 0; i < trend.runs.size(); ++i) {
        const LoadTestReport &run = *trend.runs[i];
        OrderedJson entry{{"file", run.fileName},
                          {"startedAtNs", run.startedAt ? OrderedJson(run.startedAt->ns()) : OrderedJson(nullptr)}};
        for (const Trend::Line &line : trend.lines)
            entry[line.metric] = orNull(line.values[i]);
        runs.push_back(std::move(entry));
    }
    OrderedJson changes = OrderedJson::array();
    for (const Trend::Line &line : trend.lines) {
        for (const ChangePoint &change : line.changes)
            changes.push_back({{"metric", line.metric},
                               {"file", trend.runs[change.first]->fileName},
                               {"index", change.first},
                               {"before", orNull(change.before)},
                               {"after", orNull(change.after)},
                               {"pValue", change.pValue}});
    }
    return {{"runs", std::move(runs)}, {"changes", std::move(changes)}, {"notes", trend.notes}};
}

OrderedJson capacityJson(const Capacity &capacity)
{
    std::vector<std::string> notes = capacity.notes;
    for (const std::string &why : {capacity.whyNoHeadroom, capacity.whyNoReplicas}) {
        if (!why.empty())
            notes.push_back(why);
    }
    OrderedJson result{{"kneeUsers", orNull(capacity.kneeUsers)},
                       {"low", orNull(capacity.low)},
                       {"high", orNull(capacity.high)},
                       {"maxThroughputRps", orNull(capacity.maxThroughputRps)},
                       {"model", capacityModelName(capacity.model)},
                       {"littlesLawError", orNull(capacity.littlesLawError)},
                       {"notes", std::move(notes)},
                       {"largestLoad", nullptr},
                       {"headroom", capacity.headroom ? OrderedJson(capacity.headroom->ratio) : OrderedJson(nullptr)},
                       {"headroomRange", headroomJson(capacity.headroom)},
                       {"rateHeadroom", headroomJson(capacity.rateHeadroom)},
                       {"replicas", nullptr}};
    if (capacity.largestLoad) {
        const LargestLoad &load = *capacity.largestLoad;
        result["largestLoad"] = {{"users", orNull(load.users)},
                                 {"low", load.low},
                                 {"high", orNull(load.high)},
                                 {"p95LimitNs", load.p95Limit.ns()},
                                 {"reached", load.isReached}};
    }
    if (capacity.replicas)
        result["replicas"] = {
            {"replicas", capacity.replicas->replicas},
            {"utilization", capacity.replicas->utilization},
            {"p95Ns", capacity.replicas->p95 ? OrderedJson(capacity.replicas->p95->ns()) : OrderedJson(nullptr)},
            {"assumption", capacity.replicas->assumption}};
    return result;
}

} // namespace tailspan::cli
