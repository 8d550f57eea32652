// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_json.h"
#include "app/cli/report_output.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace tailspan::cli {

using namespace loadtest;

namespace {

using OrderedJson = nlohmann::ordered_json;

template <class T>
OrderedJson orNull(const std::optional<T> &value)
{
    return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson latencyJson(const LatencyStats &latency)
{
    return {{"mean", orNull(latency.meanNs)}, {"p50", orNull(latency.p50Ns)}, {"p90", orNull(latency.p90Ns)},
            {"p95", orNull(latency.p95Ns)},   {"p99", orNull(latency.p99Ns)}, {"max", orNull(latency.maxNs)}};
}

OrderedJson totalsJson(const Totals &totals)
{
    return {{"requests", orNull(totals.requests)},
            {"failures", orNull(totals.failures)},
            {"errorRatio", orNull(totals.errorRatio)},
            {"throughputRps", orNull(totals.throughputRps)},
            {"latencyNs", latencyJson(totals.latency)}};
}

OrderedJson timelineJson(const LoadTestReport &report, RequestView view)
{
    OrderedJson timeline = OrderedJson::array();
    for (const Bucket &bucket : report.timeline) {
        const Totals totals = totalsOf(report, bucket, view);
        timeline.push_back({{"beginNs", bucket.range.begin.ns()},
                            {"endNs", bucket.range.end.ns()},
                            {"users", orNull(bucket.users)},
                            {"requests", orNull(totals.requests)},
                            {"failures", orNull(totals.failures)},
                            {"latencyNs", latencyJson(totals.latency)}});
    }
    return timeline;
}

OrderedJson verdictJson(const Verdict &verdict)
{
    OrderedJson result{
        {"criterion", verdict.criterion},
        {"comparison", verdict.comparison.empty() ? OrderedJson(nullptr) : OrderedJson(verdict.comparison)},
        {"limit", orNull(verdict.limit)},
        {"observed", orNull(verdict.observed)},
        {"unit", verdict.unit},
        {"passed", orNull(verdict.passed)},
        {"origin", verdict.origin == Origin::Report ? "report" : "tailspan"}};
    if (verdict.origin != Origin::OwnLimits)
        return result;
    result["low"] = orNull(verdict.low);
    result["high"] = orNull(verdict.high);
    result["breachBeginNs"] = verdict.breach ? OrderedJson(verdict.breach->begin.ns()) : OrderedJson(nullptr);
    result["breachEndNs"] = verdict.breach ? OrderedJson(verdict.breach->end.ns()) : OrderedJson(nullptr);
    result["note"] = verdict.note;
    result["own"] = true;
    return result;
}

OrderedJson scenariosJson(const LoadTestReport &report)
{
    // Disputed scenarios first: where the file and Tailspan disagree is what a reader should see.
    OrderedJson disputed = OrderedJson::array();
    OrderedJson others = OrderedJson::array();
    for (const Scenario &scenario : report.scenarios) {
        OrderedJson verdicts = OrderedJson::array();
        for (const Verdict &verdict : scenario.verdicts)
            verdicts.push_back(verdictJson(verdict));
        OrderedJson &target = isDisputed(scenario) ? disputed : others;
        target.push_back(
            {{"name", scenario.name},
             {"durationNs", scenario.duration ? OrderedJson(scenario.duration->ns()) : OrderedJson(nullptr)},
             {"verdicts", std::move(verdicts)}});
    }
    disputed.insert(disputed.end(), others.begin(), others.end());
    return disputed;
}

OrderedJson endpointsJson(const LoadTestReport &report, RequestView view)
{
    OrderedJson endpoints = OrderedJson::array();
    for (const Endpoint &endpoint : report.endpoints) {
        const Totals totals = totalsOf(report, endpoint, view);
        endpoints.push_back({{"name", endpoint.name},
                             {"requests", orNull(totals.requests)},
                             {"failures", orNull(totals.failures)},
                             {"latencyNs", latencyJson(totals.latency)}});
    }
    return endpoints;
}

/// Measured figures stay in "totals"; what is estimated stands apart.
OrderedJson whatIfJson(const Result<OmissionWhatIf> &whatIf)
{
    if (!whatIf)
        return {{"refused", whatIf.error().message}};
    return {{"expectedIntervalNs", whatIf->interval.ns()},
            {"requests", whatIf->requests},
            {"added", whatIf->added},
            {"measuredLatencyNs", latencyJson(whatIf->measured)},
            {"estimatedLatencyNs", latencyJson(whatIf->estimated)}};
}

OrderedJson reportJson(const LoadTestReport &report, RequestView view)
{
    std::vector<std::string> notes = viewNotes(report, view);
    notes.insert(notes.end(), report.notes.begin(), report.notes.end());
    return {{"format", report.format},
            {"tool", report.tool},
            {"startedAtNs", report.startedAt ? OrderedJson(report.startedAt->ns()) : OrderedJson(nullptr)},
            {"durationNs", report.duration ? OrderedJson(report.duration->ns()) : OrderedJson(nullptr)},
            {"latencyDetail", latencyDetailId(report.contents.latencyDetail)},
            {"totals", totalsJson(totalsOf(report, view))},
            {"timeline", timelineJson(report, view)},
            {"scenarios", scenariosJson(report)},
            {"endpoints", endpointsJson(report, view)},
            {"notes", notes}};
}

} // namespace

void writeReportsJson(std::ostream &out, const Reports &reports, RequestView view, const ReportAnalysis &analysis)
{
    OrderedJson document;
    OrderedJson list = OrderedJson::array();
    for (std::size_t i = 0; i < reports.size(); ++i) {
        OrderedJson report = reportJson(*reports[i], view);
        if (i < analysis.capacities.size() && analysis.capacities[i])
            report["capacity"] = capacityJson(*analysis.capacities[i]);
        if (const auto &warmUp = reports[i]->warmUp)
            report["warmUp"] = {{"beginNs", warmUp->begin.ns()}, {"endNs", warmUp->end.ns()}};
        if (i < analysis.whatIfs.size())
            report["whatIf"] = whatIfJson(analysis.whatIfs[i]);
        list.push_back(std::move(report));
    }
    if (reports.size() == 1)
        document = std::move(list.front());
    else
        document["reports"] = std::move(list);
    if (analysis.comparison)
        document["comparison"] = comparisonJson(*analysis.comparison);
    if (analysis.trend)
        document["trend"] = trendJson(*analysis.trend);
    out << document.dump(2, ' ', false, OrderedJson::error_handler_t::replace) << '\n';
}

const char *reportJsonHelp()
{
    return R"(One object for one FILE; {"reports": [...]}, in the order of the FILEs, for several.
A value that the file does not hold is null, never 0.

format          id of the file format: "k6-ndjson"
tool            "k6", "JMeter", ... with its version where the file tells
startedAtNs     nanoseconds since 1970-01-01 UTC; null where the file holds no date
durationNs      from the begin of the first request to the last event
latencyDetail   how well the file knows its latencies: "none", "totals" (figures of the whole run), "steps" (the tool's
                own figures of each step), "buckets" (counts by ranges, which add up), "requests" (each one)
totals          {requests, failures, errorRatio 0..1, throughputRps, latencyNs}
latencyNs       {mean, p50, p90, p95, p99, max}, nanoseconds
timeline[]      {beginNs, endNs, users, requests, failures, latencyNs}; one second each unless the tool grouped them
                itself or the run is longer than two hours; a request counts where it finished; seconds in which
                nothing happened are absent; times count from 0 where startedAtNs is null
scenarios[]     {name, durationNs, verdicts[]}; scenarios on which the file and Tailspan disagree come first; limits
                on all requests are under the name "whole run"
verdicts[]      {criterion, comparison, limit, observed, unit, passed, origin}; passed is null where it cannot be
                judged; origin is "report" (the file's own) or "tailspan" (from the target's documented limits)
                limits of --thresholds have also {low, high} of observed (95 %), {breachBeginNs, breachEndNs} of the
                first stretch in breach, note, own: true
endpoints[]     {name, requests, failures, latencyNs}, most requests first
notes[]         sentences: what the file does not hold, which requests count, what was wrong with its records
capacity        only where the load was varied: {kneeUsers, low, high, maxThroughputRps, model, littlesLawError 0..1,
                notes[], largestLoad{users, low, high, p95LimitNs, reached}, headroom (of users, a ratio),
                headroomRange and rateHeadroom {peak, carried, ratio, low, high, atLeast}, replicas{replicas,
                utilization, p95Ns, assumption}}; kneeUsers is null where the data show no knee; model is "usl",
                "asymptotic-bounds", "linear" or "none"
warmUp          only with --warmup: {beginNs, endNs}, left out of all figures; the timeline keeps its steps
whatIf          only with --expected-interval: {expectedIntervalNs, requests, added, measuredLatencyNs,
                estimatedLatencyNs}, or {refused} with the reason
comparison      only with --compare (beside "reports" for several FILEs): {verdict, metrics[], notes[], shift[],
                baselineWindows[], windows[], rounds}; verdict is "regression", "improvement", "no-change",
                "inconclusive" or "not-comparable", of metrics too
  metrics[]     {name, endpoint, ratio, low, high, verdict, before, after}; name is p50, p90, p95, p99, throughput or
                errors; endpoint is null for all requests; ratio is FILE over BASELINE, low to high its interval;
                before and after in ns, requests/s or failures a request; pValue where repeats were compared
  shift[]       {percentile, beforeNs, afterNs, lowNs, highNs}: the difference at each percentile, with its band
trend           with --trend or ten BASELINEs: {runs[{file, startedAtNs, p50, p95, p99, throughput, errors}],
                changes[{metric, file, index, before, after, pValue}], notes[]})";
}

} // namespace tailspan::cli
