// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/limit.h"

#include "models/base/number_text.h"
#include "models/loadtest/counting.h"
#include "models/loadtest/limit_figures.h"
#include "models/loadtest/limit_resources.h"
#include "models/loadtest/threshold.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

const char *unitOf(LimitKind kind)
{
    switch (kind) {
    case LimitKind::Percentile:
    case LimitKind::Mean:
    case LimitKind::Max: return "ms";
    case LimitKind::Errors: return "%";
    case LimitKind::Throughput: return "/s";
    case LimitKind::Recovery: return "s";
    case LimitKind::Apdex:
    case LimitKind::Resource:
    case LimitKind::Figure: break;
    }
    return "";
}

std::string figureName(const Limit &limit)
{
    switch (limit.kind) {
    case LimitKind::Percentile: return "p" + decimalText(limit.percentile);
    case LimitKind::Mean: return "mean";
    case LimitKind::Max: return "max";
    case LimitKind::Errors: return "errors";
    case LimitKind::Apdex: return "apdex for " + durationText(limit.apdexTarget);
    case LimitKind::Throughput: return "throughput";
    case LimitKind::Recovery: return "recovery time";
    case LimitKind::Resource:
        return (limit.seriesFigure == SeriesFigure::Max       ? "max of "
                    : limit.seriesFigure == SeriesFigure::Min ? "min of "
                                                              : "mean of ")
            + limit.subject;
    case LimitKind::Figure: break;
    }
    return limit.subject;
}

std::string criterionOf(const Limit &limit)
{
    std::string text = figureName(limit);
    if (!limit.scope.endpoint.empty())
        text += ", " + limit.scope.endpoint;
    if (!limit.scope.stage.empty())
        text += ", stage " + limit.scope.stage;
    if (limit.scope.from)
        text += ", from " + durationText(*limit.scope.from);
    if (limit.scope.to)
        text += ", to " + durationText(*limit.scope.to);
    return text;
}

/// The stretch of the run that a scope means, or why there is none.
struct ScopeRange {
    std::optional<TimeRange> range; ///< nullopt with no problem: the whole run.
    std::string problem;
};

ScopeRange rangeOfScope(const LoadTestReport &report, const LimitScope &scope)
{
    const TimePoint begin = beginOfRun(report);
    ScopeRange result;
    if (!scope.stage.empty()) {
        const auto stage = std::find_if(report.stages.begin(), report.stages.end(),
                                        [&](const Stage &one) { return one.name == scope.stage; });
        if (stage == report.stages.end()) {
            result.problem = "the file holds no stage of this name";
            return result;
        }
        result.range = {begin + stage->begin, begin + stage->begin + stage->length};
    }
    if (scope.from || scope.to) {
        const TimePoint end(std::numeric_limits<std::int64_t>::max());
        TimeRange window{scope.from ? begin + *scope.from : TimePoint(std::numeric_limits<std::int64_t>::min()),
                         scope.to ? begin + *scope.to : end};
        if (result.range)
            window = {std::max(window.begin, result.range->begin), std::min(window.end, result.range->end)};
        result.range = window;
    }
    const bool isOneScenario = std::count_if(report.scenarios.begin(), report.scenarios.end(),
                                             [](const Scenario &one) { return one.name != kWholeRun; })
        <= 1;
    const bool isKnown = scope.scenario.empty()
        || std::any_of(report.scenarios.begin(), report.scenarios.end(),
                       [&](const Scenario &one) { return one.name == scope.scenario; });
    if (!isKnown)
        result.problem = "the file holds no scenario of this name";
    else if (!scope.scenario.empty() && scope.scenario != kWholeRun && !isOneScenario)
        result.problem = "the file holds several scenarios, and their requests are not told apart over time";
    return result;
}

/// The first stretch of steps in breach, and how many are.
void findBreach(const Limit &limit, const std::vector<RequestStep> &steps, Verdict &verdict)
{
    std::size_t breached = 0;
    std::size_t judged = 0;
    bool isOpen = true; // the first stretch may still grow
    for (const RequestStep &step : steps) {
        const auto value = figureOf(limit, std::span(&step, 1));
        if (!value)
            continue;
        ++judged;
        if (holds(*value, limit.comparison, limit.limit)) {
            isOpen = isOpen && !verdict.breach;
            continue;
        }
        ++breached;
        if (isOpen)
            verdict.breach = TimeRange{verdict.breach ? verdict.breach->begin : step.range.begin, step.range.end};
    }
    if (breached > 0)
        verdict.note = "in breach in " + pluralText(breached, "step", "steps") + " of " + countText(judged);
}

void addNote(Verdict &verdict, const std::string &text)
{
    verdict.note += (verdict.note.empty() ? "" : "; ") + text;
}

/// Where there is no time line: the figures of the run or of an endpoint as they are.
std::optional<double> figureOfTotals(const LoadTestReport &report, const Limit &limit, RequestView view)
{
    const auto endpoint = std::find_if(report.endpoints.begin(), report.endpoints.end(),
                                       [&](const Endpoint &one) { return one.name == limit.scope.endpoint; });
    if (!limit.scope.endpoint.empty() && endpoint == report.endpoints.end())
        return std::nullopt;
    const Totals totals = limit.scope.endpoint.empty() ? totalsOf(report, view) : totalsOf(report, *endpoint, view);
    const LogHistogram latency = latencyOf(limit.scope.endpoint.empty() ? report.requests : endpoint->requests, view);
    const auto ms = [](std::optional<std::int64_t> ns) {
        return ns ? std::optional(static_cast<double>(*ns) / 1e6) : std::nullopt;
    };
    const auto isAt = [&](double percentile) { return std::abs(limit.percentile - percentile) < 1e-9; };
    switch (limit.kind) {
    case LimitKind::Mean: return ms(totals.latency.meanNs);
    case LimitKind::Max: return ms(totals.latency.maxNs);
    case LimitKind::Errors: return totals.errorRatio ? std::optional(*totals.errorRatio * 100) : std::nullopt;
    case LimitKind::Throughput: return totals.throughputRps;
    case LimitKind::Percentile:
        if (!latency.isEmpty())
            return ms(latency.quantile(limit.percentile / 100));
        return isAt(50) ? ms(totals.latency.p50Ns)
            : isAt(90)  ? ms(totals.latency.p90Ns)
            : isAt(95)  ? ms(totals.latency.p95Ns)
            : isAt(99)  ? ms(totals.latency.p99Ns)
                        : std::nullopt;
    default: return std::nullopt;
    }
}

void judgeRequests(const LoadTestReport &report, const Limit &limit, const ScopeRange &scope, RequestView view,
                   Verdict &verdict)
{
    const std::vector<RequestStep> steps = requestSteps(report, limit.scope.endpoint, scope.range, view);
    const bool hasValues = report.contents.hasLatency || limit.kind == LimitKind::Errors
        || limit.kind == LimitKind::Throughput;
    if (limit.kind == LimitKind::Errors && !report.contents.hasFailures)
        return addNote(verdict, "the file does not tell failed requests apart");
    if (!steps.empty() && hasValues) {
        verdict.observed = figureOf(limit, steps);
        const auto interval =
            intervalOf(limit, requestSteps(report, limit.scope.endpoint, scope.range, view, StepLength::Shortest));
        if (interval) {
            verdict.low = interval->low;
            verdict.high = interval->high;
        }
        findBreach(limit, steps, verdict);
        if (!interval && verdict.observed && limit.kind != LimitKind::Max)
            addNote(verdict, "too short for an interval");
    }
    if (!verdict.observed && !scope.range) {
        verdict.observed = figureOfTotals(report, limit, view);
        if (verdict.observed)
            addNote(verdict, "a figure of the whole run, without an interval");
    }
    if (!verdict.observed)
        return addNote(verdict, "the file does not hold what this limit asks for");
    verdict.passed = holds(*verdict.observed, limit.comparison, limit.limit);
    if (*verdict.passed)
        verdict.breach.reset(); // single steps do not break a limit on all of them; the note counts them
    if (verdict.low && verdict.high && *verdict.low <= limit.limit && limit.limit <= *verdict.high)
        addNote(verdict, "the interval holds the limit: chance alone could turn this verdict");
}

void judgeRecovery(const LoadTestReport &report, const Limit &limit, const ScopeRange &scope, RequestView view,
                   Verdict &verdict)
{
    const std::vector<RequestStep> steps = requestSteps(report, limit.scope.endpoint, scope.range, view);
    const Recovery recovery = findRecovery(steps, beginOfRun(report), limit.recovery);
    if (recovery.state == RecoveryState::NoData || !report.contents.hasRequests)
        return addNote(verdict, "the file holds no requests over time");
    if (recovery.state == RecoveryState::NoBreach) {
        verdict.observed = 0;
        verdict.passed = holds(0, limit.comparison, limit.limit);
        return addNote(verdict, "there was nothing to recover from");
    }
    verdict.breach = TimeRange{recovery.breachBegin, recovery.breachBegin + recovery.time};
    if (recovery.stepsWithout > 0)
        addNote(verdict, "no request succeeded in " + pluralText(recovery.stepsWithout, "step", "steps"));
    if (recovery.state == RecoveryState::Recovered) {
        verdict.observed = recovery.time.toSeconds();
        verdict.passed = holds(*verdict.observed, limit.comparison, limit.limit);
        return;
    }
    if (recovery.time.toSeconds() > limit.limit)
        verdict.passed = false;
    addNote(verdict, "never recovered: the run ended " + durationText(recovery.time) + " after the breach began");
}

void judgeFigure(const LoadTestReport &report, const Limit &limit, Verdict &verdict)
{
    for (const Scenario &scenario : report.scenarios) {
        for (const Verdict &own : scenario.verdicts) {
            if (own.criterion != limit.subject || own.origin == Origin::OwnLimits
                || (!limit.scope.scenario.empty() && scenario.name != limit.scope.scenario))
                continue;
            verdict.scenario = scenario.name;
            verdict.unit = own.unit;
            verdict.observed = own.observed;
            if (own.observed)
                verdict.passed = holds(*own.observed, limit.comparison, limit.limit);
            else
                addNote(verdict, "the file gives no number for it");
            return;
        }
    }
    addNote(verdict, "the file gives no figure of this name");
}

Verdict judged(const LoadTestReport &report, const Limit &limit, const LimitInputs &inputs)
{
    Verdict verdict;
    verdict.scenario = limit.scope.scenario.empty() ? kWholeRun : limit.scope.scenario;
    verdict.criterion = criterionOf(limit);
    verdict.comparison = limit.comparison;
    verdict.limit = limit.limit;
    verdict.unit = unitOf(limit.kind);
    verdict.origin = Origin::OwnLimits;
    if (limit.kind == LimitKind::Figure) {
        judgeFigure(report, limit, verdict);
        return verdict;
    }
    const ScopeRange scope = rangeOfScope(report, limit.scope);
    if (!scope.problem.empty())
        addNote(verdict, scope.problem);
    else if (limit.kind == LimitKind::Recovery)
        judgeRecovery(report, limit, scope, inputs.view, verdict);
    else if (limit.kind == LimitKind::Resource)
        judgeResource(report, limit, scope.range, inputs, verdict);
    else
        judgeRequests(report, limit, scope, inputs.view, verdict);
    return verdict;
}

} // namespace

std::vector<Verdict> judgeLimits(const LoadTestReport &report, std::span<const Limit> limits, const LimitInputs &inputs)
{
    std::vector<Verdict> verdicts;
    verdicts.reserve(limits.size());
    for (const Limit &limit : limits)
        verdicts.push_back(judged(report, limit, inputs));
    return verdicts;
}

LoadTestReportPtr withVerdicts(const LoadTestReport &report, std::vector<Verdict> verdicts)
{
    auto copy = std::make_shared<LoadTestReport>(report);
    for (Verdict &verdict : verdicts) {
        auto at = std::find_if(copy->scenarios.begin(), copy->scenarios.end(),
                               [&](const Scenario &scenario) { return scenario.name == verdict.scenario; });
        if (at == copy->scenarios.end()) {
            at = verdict.scenario == kWholeRun ? copy->scenarios.begin() : copy->scenarios.end();
            at = copy->scenarios.insert(at, Scenario{verdict.scenario, {}, {}, {}});
        }
        at->verdicts.push_back(std::move(verdict));
    }
    return copy;
}

} // namespace tailspan::loadtest
