// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/comparison_parts.h"

#include "models/base/number_text.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/latency_replicates.h"
#include "models/loadtest/run_repeats.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

/// The figures of one run, each set as in Replicates: strata, then all requests.
struct RunFigures {
    std::vector<std::array<double, kEndpointPercentiles.size()>> latencyNs;
    std::vector<double> rate;
    std::vector<double> errors;
    std::vector<double> overallNs; ///< kPercentiles of all requests.
};

RunFigures figuresOf(const LoadTestReport &run, TimeRange window, const Comparability &gate,
                     std::span<const double> mix, RequestView view)
{
    const RunWindow part{&run, window};
    const RequestTable table = requestTable(std::span(&part, 1), gate.endpoints, gate.byEndpoint, view);
    const Replicates replicates = replicate(table, {1, 0}, mix, 0, 0, {});
    RunFigures figures;
    double failures = 0;
    double finished = 0;
    const double seconds = window.length().toSeconds();
    double requests = 0;
    for (std::size_t s = 0; s < table.strata.size(); ++s) {
        const std::vector<double> &ns = replicates.strata[s].measuredNs;
        figures.latencyNs.push_back({ns[0], ns[1], ns[2], ns[3]});
        const double stratumFinished = sumOf(table.strata[s].finished);
        const double stratumFailures = sumOf(table.strata[s].failures);
        const double stratumRequests = sumOf(table.strata[s].requests);
        figures.rate.push_back(stratumRequests / seconds);
        figures.errors.push_back(stratumFinished > 0 ? stratumFailures / stratumFinished : 0);
        failures += stratumFailures;
        finished += stratumFinished;
        requests += stratumRequests;
    }
    const std::vector<double> &ns = replicates.overall.measuredNs;
    figures.latencyNs.push_back({ns[49], ns[89], ns[94], ns[98]});
    figures.overallNs = ns;
    figures.rate.push_back(requests / seconds);
    figures.errors.push_back(finished > 0 ? failures / finished : 0);
    return figures;
}

/// The mix of all runs of the baseline together.
std::vector<double> mixOf(std::span<const LoadTestReportPtr> runs, const Comparability &gate, RequestView view)
{
    std::vector<double> mix(gate.byEndpoint ? gate.endpoints.size() + 1 : 1, 0);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const RunWindow part{runs[i].get(), gate.baselineWindows[i]};
        const RequestTable table = requestTable(std::span(&part, 1), gate.endpoints, gate.byEndpoint, view);
        for (std::size_t s = 0; s < mix.size(); ++s)
            mix[s] += table.strata[s].latencyCount;
    }
    return mix;
}

/// What is measured: one figure of a run.
struct Metric {
    std::string name;
    bool isLatency = false;
    bool isUpWorse = true;
    std::size_t percentile = 0; // row of kEndpointPercentiles

    [[nodiscard]] double of(const RunFigures &figures, std::size_t set) const
    {
        if (isLatency)
            return figures.latencyNs[set][percentile];
        return isUpWorse ? figures.errors[set] : figures.rate[set];
    }
};

std::vector<Metric> allMetrics()
{
    std::vector<Metric> metrics;
    for (std::size_t p = 0; p < kEndpointPercentiles.size(); ++p)
        metrics.push_back({"p" + std::to_string(kEndpointPercentiles[p]), true, true, p});
    metrics.push_back({"throughput", false, false, 0});
    metrics.push_back({"errors", false, true, 0});
    return metrics;
}

std::vector<double> valuesOf(const std::vector<RunFigures> &runs, const Metric &metric, std::size_t set)
{
    std::vector<double> values;
    values.reserve(runs.size());
    for (const RunFigures &run : runs)
        values.push_back(metric.of(run, set));
    return values;
}

MetricChange changeOf(const Metric &metric, const std::vector<double> &before, const std::vector<double> &after,
                      const ComparisonOptions &options)
{
    const RepeatShift shift = repeatShift(before, after, options.confidence);
    MetricChange change;
    change.name = metric.name;
    change.before = medianOf(before);
    change.after = medianOf(after);
    change.pValue = shift.pValue;
    // Where a run had no errors at all a factor means nothing; the medians and the test still do.
    const auto isPositive = [](const std::vector<double> &values) {
        return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
    };
    if (isPositive(before) && isPositive(after)) {
        change.ratio = shift.ratio;
        change.low = shift.interval.low;
        change.high = shift.interval.high;
    }
    return change;
}

/// Each percentile by itself: the medians of the runs, and the Hodges-Lehmann interval of their ratio as a band.
void addShift(const std::vector<RunFigures> &before, const std::vector<RunFigures> &after, double confidence,
              Comparison &result)
{
    for (std::size_t p = 0; p < kPercentiles; ++p) {
        const auto valuesAt = [p](const std::vector<RunFigures> &runs) {
            std::vector<double> values;
            for (const RunFigures &run : runs)
                values.push_back(std::max(run.overallNs[p], 1.0));
            return values;
        };
        const std::vector<double> one = valuesAt(before);
        const std::vector<double> two = valuesAt(after);
        const Interval ratio = repeatShift(one, two, confidence).interval;
        const double beforeNs = medianOf(one);
        result.shift.push_back({static_cast<double>(p + 1), beforeNs, medianOf(two), beforeNs * (ratio.low - 1),
                                beforeNs * (ratio.high - 1)});
    }
}

void judge(const Metric &metric, const ComparisonOptions &options, MetricChange &change)
{
    const double moved = *change.after - *change.before;
    const double least = metric.isLatency ? minimumEffectAt(*change.before, options) : options.minimumEffect;
    const bool isErrors = !metric.isLatency && metric.isUpWorse;
    const bool isLarge = isErrors ? std::abs(moved) > std::max(options.minimumErrors, least * *change.before)
                                  : change.ratio && std::abs(*change.ratio - 1) > least;
    if (change.pValue.value_or(1) < 1 - options.confidence)
        change.verdict = !isLarge             ? ChangeVerdict::NoChange
            : (moved > 0) == metric.isUpWorse ? ChangeVerdict::Regression
                                              : ChangeVerdict::Improvement;
    else
        change.verdict = isLarge ? ChangeVerdict::Inconclusive : ChangeVerdict::NoChange;
}

} // namespace

void compareByRepeats(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                      const Comparability &gate, const ComparisonOptions &options, Comparison &result)
{
    const std::vector<double> mix = mixOf(baseline, gate, options.view);
    std::vector<RunFigures> before;
    std::vector<RunFigures> after;
    for (std::size_t i = 0; i < baseline.size(); ++i)
        before.push_back(figuresOf(*baseline[i], gate.baselineWindows[i], gate, mix, options.view));
    for (std::size_t i = 0; i < current.size(); ++i)
        after.push_back(figuresOf(*current[i], gate.currentWindows[i], gate, mix, options.view));
    const std::size_t endpoints = mix.size() - 1;
    std::vector<MetricChange> ofEndpoints;
    for (const Metric &metric : allMetrics()) {
        MetricChange all =
            changeOf(metric, valuesOf(before, metric, mix.size()), valuesOf(after, metric, mix.size()), options);
        judge(metric, options, all);
        result.metrics.push_back(std::move(all));
        std::vector<MetricChange> changes;
        std::vector<double> pValues;
        for (std::size_t s = 0; endpoints > 1 && s < endpoints; ++s) {
            changes.push_back(changeOf(metric, valuesOf(before, metric, s), valuesOf(after, metric, s), options));
            changes.back().endpoint = gate.endpoints[s];
            pValues.push_back(*changes.back().pValue);
        }
        const std::vector<double> adjusted = holmAdjusted(pValues);
        for (std::size_t s = 0; s < changes.size(); ++s) {
            changes[s].pValue = adjusted[s];
            judge(metric, options, changes[s]);
            ofEndpoints.push_back(std::move(changes[s]));
        }
    }
    result.metrics.insert(result.metrics.end(), ofEndpoints.begin(), ofEndpoints.end());
    addShift(before, after, options.confidence, result);
    result.notes.push_back("Compared by one figure a run: Mann-Whitney tests of " + std::to_string(baseline.size())
                           + " against " + std::to_string(current.size())
                           + " runs with Hodges-Lehmann ratios; p-values of endpoints are adjusted by Holm's method.");
    if (endpoints > 1 && std::min(baseline.size(), current.size()) < 6)
        result.notes.emplace_back("With so few repeats single endpoints can hardly become significant.");
    result.verdict = jointVerdict(result.metrics);
}

} // namespace tailspan::loadtest
