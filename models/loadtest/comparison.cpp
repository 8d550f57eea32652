// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/comparison.h"

#include "models/base/number_text.h"
#include "models/loadtest/comparison_parts.h"
#include "models/loadtest/run_repeats.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

void addDifference(std::string name, std::optional<std::string> endpoint, std::optional<double> before,
                   std::optional<double> after, Comparison &result)
{
    if (!before || !after)
        return;
    MetricChange change;
    change.name = std::move(name);
    change.endpoint = std::move(endpoint);
    change.before = before;
    change.after = after;
    if (*before > 0)
        change.ratio = *after / *before;
    result.metrics.push_back(std::move(change));
}

std::optional<double> real(std::optional<std::int64_t> ns)
{
    return ns ? std::optional(static_cast<double>(*ns)) : std::nullopt;
}

void addDifferences(const Totals &before, const Totals &after, const std::optional<std::string> &endpoint,
                    Comparison &result)
{
    addDifference("p50", endpoint, real(before.latency.p50Ns), real(after.latency.p50Ns), result);
    addDifference("p90", endpoint, real(before.latency.p90Ns), real(after.latency.p90Ns), result);
    addDifference("p95", endpoint, real(before.latency.p95Ns), real(after.latency.p95Ns), result);
    addDifference("p99", endpoint, real(before.latency.p99Ns), real(after.latency.p99Ns), result);
    addDifference("throughput", endpoint, before.throughputRps, after.throughputRps, result);
    addDifference("errors", endpoint, before.errorRatio, after.errorRatio, result);
}

std::string effectText(const ComparisonOptions &options)
{
    return "A change counts from " + percentText(options.minimumEffect) + " and " + durationText(options.minimumLatency)
        + " on.";
}

} // namespace

const char *verdictName(ChangeVerdict verdict)
{
    switch (verdict) {
    case ChangeVerdict::Regression: return "regression";
    case ChangeVerdict::Improvement: return "improvement";
    case ChangeVerdict::NoChange: return "no-change";
    case ChangeVerdict::Inconclusive: return "inconclusive";
    case ChangeVerdict::NotComparable: break;
    }
    return "not-comparable";
}

ChangeVerdict judgeChange(double ratio, double low, double high, double minimumEffect, bool isUpWorse)
{
    const bool isSure = low > 1 || high < 1;
    const bool isLarge = std::abs(ratio - 1) > minimumEffect;
    if (isSure && isLarge)
        return (ratio > 1) == isUpWorse ? ChangeVerdict::Regression : ChangeVerdict::Improvement;
    const bool mayBeAnything = low < 1 - minimumEffect && high > 1 + minimumEffect;
    return mayBeAnything || isLarge ? ChangeVerdict::Inconclusive : ChangeVerdict::NoChange;
}

ChangeVerdict jointVerdict(std::span<const MetricChange> metrics)
{
    const auto isHeadline = [](const MetricChange &metric) {
        return !metric.endpoint && metric.name != "p90" && metric.name != "p99";
    };
    const auto has = [&](ChangeVerdict wanted, bool onlyHeadlines) {
        return std::any_of(metrics.begin(), metrics.end(), [&](const MetricChange &metric) {
            return metric.verdict == wanted && !metric.hasTooFew && (!onlyHeadlines || isHeadline(metric));
        });
    };
    if (metrics.empty())
        return ChangeVerdict::Inconclusive;
    if (has(ChangeVerdict::Regression, false))
        return ChangeVerdict::Regression;
    if (has(ChangeVerdict::Inconclusive, true))
        return ChangeVerdict::Inconclusive;
    return has(ChangeVerdict::Improvement, false) ? ChangeVerdict::Improvement : ChangeVerdict::NoChange;
}

double minimumEffectAt(double beforeNs, const ComparisonOptions &options)
{
    return beforeNs > 0 ? std::max(options.minimumEffect, static_cast<double>(options.minimumLatency.ns()) / beforeNs)
                        : options.minimumEffect;
}

void compareByTotals(const LoadTestReport &baseline, const LoadTestReport &current, const ComparisonOptions &options,
                     Comparison &result)
{
    addDifferences(totalsOf(baseline, options.view), totalsOf(current, options.view), std::nullopt, result);
    for (const Endpoint &endpoint : baseline.endpoints) {
        const auto at = std::find_if(current.endpoints.begin(), current.endpoints.end(),
                                     [&](const Endpoint &other) { return other.name == endpoint.name; });
        if (at != current.endpoints.end())
            addDifferences(totalsOf(baseline, endpoint, options.view), totalsOf(current, *at, options.view),
                           endpoint.name, result);
    }
    result.verdict = ChangeVerdict::Inconclusive;
    result.notes.emplace_back("A file holds figures of the whole run only: differences are shown, but no test is "
                              "possible, so there is no verdict on them.");
}

Comparison compareRuns(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                       const ComparisonOptions &options, const std::stop_token &stop)
{
    Comparison result;
    Comparability gate = comparabilityOf(baseline, current);
    if (!gate.obstacles.empty()) {
        result.notes = std::move(gate.obstacles);
        return result;
    }
    result.notes = gate.notes;
    result.baselineWindows = gate.baselineWindows;
    result.currentWindows = gate.currentWindows;
    if (!gate.hasIntervals) {
        compareByTotals(*baseline.front(), *current.front(), options, result);
        if (baseline.size() > 1 || current.size() > 1)
            result.notes.push_back("Only the first run of each side is shown: " + baseline.front()->fileName + " and "
                                   + current.front()->fileName + ".");
    } else if (std::min(baseline.size(), current.size()) >= kFewestRepeats) {
        compareByRepeats(baseline, current, gate, options, result);
    } else {
        compareByBlocks(baseline, current, gate, options, stop, result);
    }
    result.notes.push_back(effectText(options));
    if (stop.stop_requested()) {
        result.verdict = ChangeVerdict::Inconclusive;
        result.notes.emplace_back("The comparison was stopped before it was done.");
    }
    return result;
}

} // namespace tailspan::loadtest
