// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loadtest/steady_window.h"

#include "models/loadtest/interval.h"
#include "models/loadtest/timeline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tailspan::loadtest {

namespace {

constexpr std::size_t kFewestSteps = 8;
constexpr std::size_t kMostSteps = 100'000; // of a time line with gaps
constexpr std::size_t kMostWindows = 8;

/// The load of every step from the first to the last bucket, also of those in which nothing happened.
struct LoadSeries {
    TimePoint begin;
    Duration width;
    bool isByUsers = false;
    std::vector<double> values;
};

LoadSeries loadOf(const LoadTestReport &report)
{
    LoadSeries series;
    series.width = report.bucketWidth;
    if (report.timeline.empty() || report.bucketWidth.ns() <= 0)
        return series;
    series.isByUsers = report.contents.hasUsers;
    series.begin = report.timeline.front().range.begin;
    const std::int64_t last = (report.timeline.back().range.begin - series.begin).ns() / series.width.ns();
    if (last < 0 || last >= static_cast<std::int64_t>(kMostSteps))
        return series;
    series.values.assign(static_cast<std::size_t>(last) + 1, series.isByUsers ? std::nan("") : 0.0);
    for (const Bucket &bucket : report.timeline) {
        const auto step = static_cast<std::size_t>((bucket.range.begin - series.begin).ns() / series.width.ns());
        if (!series.isByUsers)
            series.values[step] = static_cast<double>(requestCount(bucket.requests, {})) / series.width.toSeconds();
        else if (bucket.users)
            series.values[step] = *bucket.users;
    }
    double before = 0;
    for (double &value : series.values) // users stay what they were until the file says otherwise
        before = value = std::isnan(value) ? before : value;
    return series;
}

std::vector<double> smoothed(const std::vector<double> &values)
{
    constexpr std::size_t kHalf = 2;
    std::vector<double> result(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t begin = i < kHalf ? 0 : i - kHalf;
        const std::size_t end = std::min(i + kHalf + 1, values.size());
        result[i] = meanOf(std::span(values).subspan(begin, end - begin));
    }
    return result;
}

/// [begin, end) of steps.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
    [[nodiscard]] std::size_t length() const { return end - begin; }
};

/// The longest stretch inside `bounds` whose values stay within `tolerance` of their largest.
Stretch longestEven(const std::vector<double> &values, Stretch bounds, double tolerance)
{
    Stretch best{bounds.begin, bounds.begin};
    std::multiset<double> inside;
    std::size_t begin = bounds.begin;
    for (std::size_t end = bounds.begin; end < bounds.end; ++end) {
        inside.insert(values[end]);
        while (!inside.empty()
               && (!(*inside.rbegin() > 0) || *inside.rbegin() - *inside.begin() > tolerance * *inside.rbegin()))
            inside.erase(inside.find(values[begin++]));
        if (end + 1 - begin > best.length())
            best = {begin, end + 1};
    }
    return best;
}

} // namespace

std::vector<SteadyWindow> steadyWindows(const LoadTestReport &report)
{
    const LoadSeries series = loadOf(report);
    const std::vector<double> even = series.isByUsers ? series.values : smoothed(series.values);
    const double tolerance = series.isByUsers ? 0.01 : 0.2;
    const std::size_t shortest = std::max(kFewestSteps, series.values.size() / 20);
    std::vector<SteadyWindow> windows;
    std::vector<Stretch> open{{0, even.size()}};
    while (!open.empty() && windows.size() < kMostWindows) {
        const Stretch bounds = open.back();
        open.pop_back();
        Stretch found = longestEven(even, bounds, tolerance);
        if (found.length() < shortest)
            continue;
        open.push_back({bounds.begin, found.begin});
        open.push_back({found.end, bounds.end});
        const std::size_t reached = found.begin;
        found.begin += std::max<std::size_t>(1, found.length() / 10);
        const auto at = [&](std::size_t step) {
            return series.begin + Duration(static_cast<std::int64_t>(step) * series.width.ns());
        };
        const std::vector<double> inside(series.values.begin() + static_cast<std::ptrdiff_t>(found.begin),
                                         series.values.begin() + static_cast<std::ptrdiff_t>(found.end));
        windows.push_back({{at(found.begin), at(found.end)}, at(reached), meanOf(inside), series.isByUsers});
    }
    std::stable_sort(windows.begin(), windows.end(),
                     [](const SteadyWindow &a, const SteadyWindow &b) { return a.range.length() > b.range.length(); });
    return windows;
}

} // namespace tailspan::loadtest
