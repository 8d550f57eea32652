// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/change_points.h"

#include "models/loadtest/block_bootstrap.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace tailspan::loadtest {

namespace {

constexpr std::size_t kShortest = 3;
constexpr std::size_t kOrders = 999;
constexpr std::size_t kMostValues = 500; // the newest: the scan is quadratic

struct Split {
    std::size_t first = 0; // of the right side
    double energy = -1;
};

/// The split with the largest scaled energy distance, 2 E|X-Y| - E|X-X'| - E|Y-Y'|, times nm/(n+m).
Split bestSplit(std::span<const double> values)
{
    const std::size_t n = values.size();
    double between = 0; // sums of distances over pairs
    double left = 0;
    double right = 0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j)
            right += std::abs(values[i] - values[j]);
    }
    Split best;
    for (std::size_t moved = 0; moved + kShortest < n; ++moved) { // from the right side to the left one
        double toLeft = 0;
        double toRight = 0;
        for (std::size_t i = 0; i < moved; ++i)
            toLeft += std::abs(values[i] - values[moved]);
        for (std::size_t i = moved + 1; i < n; ++i)
            toRight += std::abs(values[i] - values[moved]);
        left += toLeft;
        right -= toRight;
        between += toRight - toLeft;
        const std::size_t count = moved + 1;
        if (count < kShortest)
            continue;
        const auto a = static_cast<double>(count);
        const auto b = static_cast<double>(n - count);
        const double energy = a * b / (a + b)
            * (2 * between / (a * b) - left / (a * (a - 1) / 2) - right / (b * (b - 1) / 2));
        if (energy > best.energy)
            best = {count, energy};
    }
    return best;
}

double chanceOf(std::vector<double> values, double energy, SeededRandom &random)
{
    std::size_t reached = 0;
    for (std::size_t order = 0; order < kOrders; ++order) {
        for (std::size_t i = values.size(); i > 1; --i)
            std::swap(values[i - 1], values[random.below(i)]);
        reached += bestSplit(values).energy >= energy ? 1 : 0;
    }
    return static_cast<double>(reached + 1) / static_cast<double>(kOrders + 1);
}

void search(std::span<const double> values, std::size_t offset, SeededRandom &random, std::vector<ChangePoint> &found)
{
    constexpr double kSignificant = 0.05;
    if (values.size() < 2 * kShortest)
        return;
    const Split split = bestSplit(values);
    if (!(split.energy > 0))
        return;
    const double chance = chanceOf({values.begin(), values.end()}, split.energy, random);
    if (chance > kSignificant)
        return;
    search(values.first(split.first), offset, random, found);
    found.push_back({offset + split.first, 0, 0, chance});
    search(values.subspan(split.first), offset + split.first, random, found);
}

double figureOf(const LoadTestReport &run, RequestView view, std::size_t metric)
{
    const Totals totals = totalsOf(run, view);
    const auto real = [](const auto &value) { return value ? static_cast<double>(*value) : std::nan(""); };
    switch (metric) {
    case 0: return real(totals.latency.p50Ns);
    case 1: return real(totals.latency.p95Ns);
    case 2: return real(totals.latency.p99Ns);
    case 3: return real(totals.throughputRps);
    default: return real(totals.errorRatio);
    }
}

} // namespace

std::vector<ChangePoint> changePoints(std::span<const double> values, std::uint64_t seed)
{
    const std::size_t leftOut = values.size() > kMostValues ? values.size() - kMostValues : 0;
    SeededRandom random(seed);
    std::vector<ChangePoint> found;
    search(values.subspan(leftOut), leftOut, random, found);
    std::size_t begin = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t end = i + 1 < found.size() ? found[i + 1].first : values.size();
        const auto at = [&](std::size_t index) { return values.begin() + static_cast<std::ptrdiff_t>(index); };
        found[i].before = medianOf({at(begin), at(found[i].first)});
        found[i].after = medianOf({at(found[i].first), at(end)});
        begin = found[i].first;
    }
    return found;
}

Trend trendOf(std::vector<LoadTestReportPtr> runs, RequestView view)
{
    Trend trend;
    std::stable_sort(runs.begin(), runs.end(), [](const LoadTestReportPtr &a, const LoadTestReportPtr &b) {
        return a->startedAt < b->startedAt; // absent before present
    });
    trend.runs = std::move(runs);
    if (trend.runs.size() < kFewestForTrend)
        trend.notes.push_back("Change points need ten runs or more; these are " + std::to_string(trend.runs.size())
                              + ".");
    std::size_t metric = 0;
    for (const char *name : {"p50", "p95", "p99", "throughput", "errors"}) {
        Trend::Line line{name, {}, {}};
        std::vector<double> present;
        std::vector<std::size_t> runOf;
        for (std::size_t run = 0; run < trend.runs.size(); ++run) {
            line.values.push_back(figureOf(*trend.runs[run], view, metric));
            if (std::isnan(line.values.back()))
                continue;
            present.push_back(line.values.back());
            runOf.push_back(run);
        }
        ++metric;
        if (present.size() >= kFewestForTrend)
            line.changes = changePoints(present);
        for (ChangePoint &change : line.changes)
            change.first = runOf[change.first];
        trend.lines.push_back(std::move(line));
    }
    return trend;
}

} // namespace tailspan::loadtest
