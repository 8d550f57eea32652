// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/merge_verdicts.h"

#include "models/loadtest/threshold.h"
#include "models/loadtest/timeline.h"

#include <algorithm>

namespace tailspan::loadtest {

namespace {

/// What the merged requests say about "http_req_duration p(95)"; nullopt for metrics that they do not hold.
std::optional<double> observedOf(const LoadTestReport &report, std::string_view criterion)
{
    const std::size_t blank = criterion.rfind(' ');
    if (blank == std::string_view::npos)
        return std::nullopt;
    const std::string_view metric = criterion.substr(0, blank);
    const auto wanted = parseThreshold(std::string(criterion.substr(blank + 1)) + "<0");
    const auto count = static_cast<double>(requestCount(report.requests, {}));
    const double seconds = report.duration.value_or(Duration()).toSeconds();
    if (!wanted || count == 0)
        return std::nullopt;
    if (metric == "http_reqs" && wanted->aggregate == "count")
        return count;
    if (metric == "http_reqs" && wanted->aggregate == "rate" && seconds > 0)
        return count / seconds;
    if (metric == "http_req_failed" && wanted->aggregate == "rate")
        return static_cast<double>(failureCount(report.requests, {})) / count;
    if (metric != "http_req_duration")
        return std::nullopt;
    const LogHistogram latency = latencyOf(report.requests, {});
    if (wanted->percentile)
        return static_cast<double>(latency.quantile(*wanted->percentile / 100)) / 1e6;
    if (wanted->aggregate == "avg")
        return latency.mean() / 1e6;
    if (wanted->aggregate == "min")
        return static_cast<double>(latency.min()) / 1e6;
    return wanted->aggregate == "max" ? std::optional(static_cast<double>(latency.max()) / 1e6) : std::nullopt;
}

Scenario &scenarioNamed(std::vector<Scenario> &scenarios, const std::string &name)
{
    const auto at =
        std::find_if(scenarios.begin(), scenarios.end(), [&name](const Scenario &s) { return s.name == name; });
    if (at != scenarios.end())
        return *at;
    scenarios.push_back({name, {}, {}, {}});
    return scenarios.back();
}

void takeVerdict(const Verdict &from, Scenario &target)
{
    const bool isKnown = std::any_of(target.verdicts.begin(), target.verdicts.end(), [&from](const Verdict &v) {
        return v.criterion == from.criterion && v.comparison == from.comparison && v.limit == from.limit;
    });
    if (!isKnown)
        target.verdicts.push_back(from);
}

void takeScenario(const Scenario &from, LoadTestReport &merged)
{
    Scenario &target = scenarioNamed(merged.scenarios, from.name);
    if (from.duration)
        target.duration = std::max(target.duration.value_or(*from.duration), *from.duration);
    if (from.requests)
        target.requests = target.requests.value_or(0) + *from.requests;
    for (const Verdict &verdict : from.verdicts)
        takeVerdict(verdict, target);
}

void takeThreshold(const Threshold &from, LoadTestReport &merged)
{
    const bool isKnown = std::any_of(merged.thresholds.begin(), merged.thresholds.end(), [&from](const Threshold &t) {
        return t.metric == from.metric && t.expression == from.expression;
    });
    if (!isKnown)
        merged.thresholds.push_back(from);
}

void takeCheck(const Check &from, LoadTestReport &merged)
{
    const auto at = std::find_if(merged.checks.begin(), merged.checks.end(),
                                 [&from](const Check &c) { return c.name == from.name; });
    if (at == merged.checks.end()) {
        merged.checks.push_back(from);
        return;
    }
    at->passes += from.passes;
    at->fails += from.fails;
}

void judge(LoadTestReport &merged)
{
    bool isAnyOpen = false;
    for (Scenario &scenario : merged.scenarios) {
        for (Verdict &verdict : scenario.verdicts) {
            verdict.observed = scenario.name == kWholeRun ? observedOf(merged, verdict.criterion)
                                                          : std::optional<double>();
            verdict.passed.reset();
            if (verdict.observed && verdict.limit)
                verdict.passed = holds(*verdict.observed, verdict.comparison, *verdict.limit);
            isAnyOpen = isAnyOpen || !verdict.passed;
        }
    }
    if (isAnyOpen)
        merged.notes.emplace_back(
            "Limits on parts of the requests or on other metrics are open: each file knows its own "
            "share only.");
}

} // namespace

void mergeVerdicts(std::span<const LoadTestReportPtr> parts, LoadTestReport &merged)
{
    for (const LoadTestReportPtr &part : parts) {
        for (const Scenario &scenario : part->scenarios)
            takeScenario(scenario, merged);
        for (const Threshold &threshold : part->thresholds)
            takeThreshold(threshold, merged);
        for (const Check &check : part->checks)
            takeCheck(check, merged);
    }
    judge(merged);
}

} // namespace tailspan::loadtest
