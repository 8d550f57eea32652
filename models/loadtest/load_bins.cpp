// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/load_bins.h"

#include "models/loadtest/request_steps.h"

#include <algorithm>
#include <cmath>

namespace tailspan::loadtest {

namespace {

/// How many steps in a row, this one included, had the same users.
std::vector<std::size_t> sameSince(const std::vector<RequestStep> &steps)
{
    std::vector<std::size_t> same(steps.size(), 1);
    for (std::size_t i = 1; i < steps.size(); ++i)
        same[i] = std::abs(steps[i].users - steps[i - 1].users) < 0.5 ? same[i - 1] + 1 : 1;
    return same;
}

/// The steps that follow a change of load into a plateau of at least eight steps.
std::vector<bool> settling(const std::vector<RequestStep> &steps)
{
    constexpr std::size_t kPlateau = 8;
    constexpr std::size_t kLeftOut = 2;
    const std::vector<std::size_t> same = sameSince(steps);
    std::vector<bool> result(steps.size(), false);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool isEnd = i + 1 == steps.size() || same[i + 1] == 1;
        if (!isEnd || same[i] < kPlateau || steps[i].users < 0)
            continue;
        for (std::size_t j = 0; j < kLeftOut; ++j)
            result[i + 1 - same[i] + j] = true;
    }
    return result;
}

} // namespace

std::vector<LoadBin> loadBins(const LoadTestReport &report, RequestView view, UserSample sample)
{
    constexpr double kMostBins = 150;
    std::vector<LoadBin> bins;
    if (!report.contents.hasLatency)
        return bins;
    const std::vector<RequestStep> steps = requestSteps(report, {}, {}, view);
    if (steps.size() < 3)
        return bins;
    const double stepSeconds = steps.front().range.length().toSeconds();
    const double wanted = std::clamp(stepSeconds * static_cast<double>(steps.size()) / kMostBins, 2.0, 5.0);
    const auto perBin = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(wanted / stepSeconds)));
    const std::vector<bool> leaveOut = settling(steps);
    std::size_t inBin = 0;
    // Users come at the first step, and the first and last are cut by the clock: both are left out.
    for (std::size_t i = 1; i + 1 < steps.size(); ++i) {
        const RequestStep &step = steps[i];
        if (leaveOut[i]) {
            if (inBin > 0)
                bins.pop_back();
            inBin = 0;
            continue;
        }
        if (inBin == 0)
            bins.push_back({step.range.begin, 0, 0, 0, {}});
        LoadBin &bin = bins.back();
        bin.seconds += stepSeconds;
        const double next = sample == UserSample::AtBegin && steps[i + 1].users >= 0 ? steps[i + 1].users : step.users;
        bin.users += std::max((step.users + next) / 2, 0.0) * stepSeconds;
        bin.throughput += view.withFailures ? step.finished : step.successes();
        bin.latency.merge(step.inView);
        inBin = (inBin + 1) % perBin;
    }
    if (inBin > 0)
        bins.pop_back();
    for (LoadBin &bin : bins) {
        bin.users /= bin.seconds;
        bin.throughput /= bin.seconds;
    }
    std::erase_if(bins, [](const LoadBin &bin) { return bin.latency.isEmpty(); });
    return bins;
}

bool isRamp(const std::vector<LoadBin> &bins)
{
    constexpr std::size_t kFewestBins = 12;
    constexpr std::size_t kFewestLevels = 6;
    if (bins.size() < kFewestBins)
        return false;
    std::vector<double> loads;
    for (const LoadBin &bin : bins) {
        if (bin.users > 0)
            loads.push_back(bin.users);
    }
    std::sort(loads.begin(), loads.end());
    std::size_t levels = 0;
    double level = 0;
    for (const double load : loads) {
        if (load > level * 1.03) {
            level = load;
            ++levels;
        }
    }
    return levels >= kFewestLevels && loads.back() >= 2 * loads.front();
}

} // namespace tailspan::loadtest
