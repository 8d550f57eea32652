// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/comparability.h"

#include "models/base/number_text.h"
#include "models/loadtest/run_repeats.h"
#include "models/loadtest/steady_window.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace tailspan::loadtest {

namespace {

constexpr double kLoadTolerance = 0.05;
constexpr double kShareThatMatters = 0.01;
constexpr double kMixDifference = 0.1;
constexpr double kMixToMention = 0.02;
constexpr std::size_t kMostEndpoints = 32;

std::string firstWord(const std::string &text)
{
    return text.substr(0, text.find(' '));
}

/// The share of each endpoint in all requests of some runs; setup and teardown left out.
std::map<std::string, double> mixOf(std::span<const LoadTestReportPtr> runs)
{
    std::map<std::string, double> mix;
    double total = 0;
    for (const LoadTestReportPtr &run : runs) {
        for (const Endpoint &endpoint : run->endpoints) {
            const auto count = static_cast<double>(requestCount(endpoint.requests, {true, false}));
            mix[endpoint.name] += count;
            total += count;
        }
    }
    for (auto &[name, share] : mix)
        share = total > 0 ? share / total : 0;
    return mix;
}

double shareIn(const std::map<std::string, double> &mix, const std::string &name)
{
    const auto at = mix.find(name);
    return at == mix.end() ? 0.0 : at->second;
}

void listMissing(const std::map<std::string, double> &mix, const std::map<std::string, double> &other,
                 const char *where, Comparability &result)
{
    for (const auto &[name, share] : mix) {
        if (share >= kShareThatMatters && shareIn(other, name) <= 0)
            result.obstacles.push_back("The endpoint " + name + " (" + percentText(share)
                                       + " of the requests) is not in " + where + ".");
    }
}

void compareMix(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                Comparability &result)
{
    const std::map<std::string, double> before = mixOf(baseline);
    const std::map<std::string, double> after = mixOf(current);
    listMissing(before, after, "the later run", result);
    listMissing(after, before, "the baseline", result);
    double distance = 0;
    for (const auto &[name, share] : before)
        distance += std::abs(share - shareIn(after, name)) / 2;
    for (const auto &[name, share] : after)
        distance += before.contains(name) ? 0 : share / 2;
    if (distance > kMixDifference)
        result.obstacles.push_back("The mix of endpoints differs: " + percentText(distance)
                                   + " of the requests would have to go to other endpoints.");
    else if (distance > kMixToMention)
        result.notes.push_back("The mix of endpoints differs by " + percentText(distance)
                               + "; percentiles of all requests are weighted by the baseline's mix.");
    std::vector<std::pair<double, std::string>> shared;
    for (const auto &[name, share] : before) {
        if (share > 0 && shareIn(after, name) > 0)
            shared.emplace_back(share, name);
    }
    std::stable_sort(shared.begin(), shared.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    for (std::size_t i = 0; i < std::min(shared.size(), kMostEndpoints); ++i)
        result.endpoints.push_back(shared[i].second);
    if (shared.size() > kMostEndpoints)
        result.notes.push_back("The " + countText(shared.size() - kMostEndpoints)
                               + " endpoints with the fewest requests are taken together.");
}

std::string loadText(const SteadyWindow &window)
{
    return window.isByUsers ? decimalText(window.load) + " users" : rateText(window.load);
}

bool isSameLoad(const SteadyWindow &a, const SteadyWindow &b)
{
    return a.isByUsers == b.isByUsers && std::abs(a.load - b.load) <= kLoadTolerance * std::max(a.load, b.load);
}

/// The longest steady window of each run under the load of `pattern`; nullopt where one has none.
std::optional<std::vector<TimeRange>> windowsAt(const SteadyWindow &pattern,
                                                const std::vector<std::vector<SteadyWindow>> &ofRuns)
{
    std::vector<TimeRange> windows;
    for (const std::vector<SteadyWindow> &ofRun : ofRuns) {
        const auto at = std::find_if(ofRun.begin(), ofRun.end(),
                                     [&](const SteadyWindow &window) { return isSameLoad(window, pattern); });
        if (at == ofRun.end())
            return std::nullopt;
        windows.push_back(at->range);
    }
    return windows;
}

std::vector<std::vector<SteadyWindow>> windowsOf(std::span<const LoadTestReportPtr> runs, Comparability &result)
{
    std::vector<std::vector<SteadyWindow>> windows;
    for (const LoadTestReportPtr &run : runs) {
        windows.push_back(steadyWindows(*run));
        if (windows.back().empty())
            result.obstacles.push_back(run->fileName
                                       + " has no steady stretch: its load changes all the time, or it is too short.");
    }
    return windows;
}

void matchWindows(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                  Comparability &result)
{
    const auto before = windowsOf(baseline, result);
    const auto after = windowsOf(current, result);
    if (!result.obstacles.empty())
        return;
    for (const SteadyWindow &pattern : before.front()) {
        auto windows = windowsAt(pattern, before);
        auto later = windowsAt(pattern, after);
        if (!windows || !later)
            continue;
        result.baselineWindows = std::move(*windows);
        result.currentWindows = std::move(*later);
        result.notes.push_back("Compared in the steady windows at " + loadText(pattern) + ".");
        return;
    }
    const SteadyWindow &one = before.front().front();
    const SteadyWindow &two = after.front().front();
    result.obstacles.push_back("The steady load differs by more than 5 %: " + loadText(one) + " in the baseline, "
                               + loadText(two) + " in the later run."
                               + (one.isByUsers && two.isByUsers
                                      ? ""
                                      : " Without the number of users it cannot be told whether less was sent or the "
                                        "system was slower."));
}

void compareTools(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current,
                  Comparability &result)
{
    const std::string tool = firstWord(baseline.front()->tool);
    for (const auto &runs : {baseline, current}) {
        for (const LoadTestReportPtr &run : runs) {
            if (firstWord(run->tool) != tool && result.obstacles.empty())
                result.obstacles.push_back("The runs are of different tools (" + tool + ", " + firstWord(run->tool)
                                           + "), which do not measure the same.");
            if (!run->contents.isComplete)
                result.notes.push_back(run->fileName + " ends in the middle.");
        }
    }
}

bool hasLatencyOverTime(const LoadTestReport &run)
{
    return std::any_of(run.timeline.begin(), run.timeline.end(), [](const Bucket &bucket) {
        return std::any_of(bucket.requests.byClass.begin(), bucket.requests.byClass.end(),
                           [](const RequestTally &tally) { return !tally.latency.isEmpty(); });
    });
}

} // namespace

Comparability comparabilityOf(std::span<const LoadTestReportPtr> baseline, std::span<const LoadTestReportPtr> current)
{
    Comparability result;
    if (baseline.empty() || current.empty()) {
        result.obstacles.emplace_back("There is nothing to compare with.");
        return result;
    }
    compareTools(baseline, current, result);
    compareMix(baseline, current, result);
    result.hasIntervals = true;
    result.byEndpoint = true;
    for (const auto &runs : {baseline, current}) {
        for (const LoadTestReportPtr &run : runs) {
            result.hasIntervals = result.hasIntervals && hasLatencyOverTime(*run);
            result.byEndpoint = result.byEndpoint && !run->endpointTimeline.isEmpty();
        }
    }
    if (result.hasIntervals && result.obstacles.empty())
        matchWindows(baseline, current, result);
    return result;
}

std::string methodText(const Comparability &gate, std::size_t baseline, std::size_t current)
{
    if (!gate.hasIntervals)
        return "A file holds figures of the whole run only: differences will be shown, but no test is possible.";
    const std::string counts = std::to_string(baseline) + " and " + std::to_string(current) + " runs";
    if (std::min(baseline, current) >= kFewestRepeats)
        return counts + " are compared as repeats, one figure a run (Mann-Whitney): this covers run-to-run variance.";
    const std::string more = " Four or more repeats of each side would cover it.";
    if (baseline == 1 && current == 1)
        return "One run each: the verdict covers noise within the runs and excludes run-to-run variance." + more;
    return counts + " are taken together: the verdict excludes most of the run-to-run variance." + more;
}

} // namespace tailspan::loadtest
