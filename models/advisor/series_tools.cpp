// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/advisor/series_tools.h"

#include "models/base/time.h"
#include "models/loadtest/interval.h"
#include "models/loadtest/queueing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::advisor {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

} // namespace

std::vector<double> valuesAt(const metric::MetricSeries &series, std::span<const std::int64_t> timesNs,
                             std::int64_t stepNs)
{
    std::vector<double> values(timesNs.size(), kGap);
    const std::size_t count = std::min(series.timesNs.size(), series.values.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < timesNs.size(); ++i) {
        const std::int64_t from = saturatingSubtract(timesNs[i], stepNs / 2);
        while (at < count && series.timesNs[at] < from)
            ++at;
        if (at < count && saturatingSubtract(series.timesNs[at], timesNs[i]) <= stepNs / 2)
            values[i] = std::isfinite(series.values[at]) ? series.values[at] : kGap;
    }
    return values;
}

double quantileOf(std::vector<double> values, double ratio)
{
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty())
        return kGap;
    std::ranges::sort(values);
    return loadtest::quantileOfSorted(values, ratio);
}

double medianOf(std::vector<double> values)
{
    return quantileOf(std::move(values), 0.5);
}

std::size_t knownCount(std::span<const double> values)
{
    return static_cast<std::size_t>(std::ranges::count_if(values, [](double value) { return !std::isnan(value); }));
}

Run longestRun(std::span<const Holds> steps, std::size_t bridged)
{
    Run longest;
    Run run;
    std::size_t gap = 0;
    const auto end = [&] {
        if (run.length() > longest.length())
            longest = run;
    };
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool isIn = run.length() > 0 && gap <= bridged;
        if (steps[i] == Holds::Yes) {
            run = isIn ? Run{run.begin, i + 1} : Run{i, i + 1};
            gap = 0;
            end();
        } else if (steps[i] == Holds::No) {
            run = Run{i, i};
            gap = 0;
        } else {
            ++gap;
        }
    }
    return longest;
}

std::size_t countOf(std::span<const Holds> steps, Holds what)
{
    return static_cast<std::size_t>(std::ranges::count(steps, what));
}

std::optional<double> correlationOf(std::span<const double> a, std::span<const double> b, std::size_t fewest)
{
    double count = 0, meanA = 0, meanB = 0, squaresA = 0, squaresB = 0, products = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (std::isnan(a[i]) || std::isnan(b[i]))
            continue;
        ++count;
        const double fromA = a[i] - meanA;
        const double fromB = b[i] - meanB;
        meanA += fromA / count;
        meanB += fromB / count;
        squaresA += fromA * (a[i] - meanA);
        squaresB += fromB * (b[i] - meanB);
        products += fromA * (b[i] - meanB);
    }
    const double scale = std::sqrt(squaresA * squaresB);
    if (count < static_cast<double>(fewest) || !(scale > 0) || !std::isfinite(scale))
        return std::nullopt;
    return std::clamp(products / scale, -1.0, 1.0);
}

std::optional<double> partialCorrelationOf(std::span<const double> a, std::span<const double> b,
                                           std::span<const double> c, std::size_t fewest)
{
    const auto ab = correlationOf(a, b, fewest);
    const auto ac = correlationOf(a, c, fewest);
    const auto bc = correlationOf(b, c, fewest);
    if (!ab)
        return std::nullopt;
    if (!ac || !bc) // nothing to hold fixed
        return ab;
    const double left = std::sqrt((1 - *ac * *ac) * (1 - *bc * *bc));
    if (left < 1e-6) // c tells all there is to tell
        return 0.0;
    return std::clamp((*ab - *ac * *bc) / left, -1.0, 1.0);
}

double waitQuantile(std::uint32_t servers, double rate, double holdSeconds, double ratio)
{
    const double offered = rate * holdSeconds;
    if (!(offered < servers) || holdSeconds <= 0)
        return offered > 0 ? std::numeric_limits<double>::infinity() : 0;
    const double waits = loadtest::erlangC(servers, offered);
    const double tail = 1 - ratio;
    if (waits <= tail)
        return 0;
    return std::log(waits / tail) / (servers / holdSeconds - rate);
}

double meanWait(std::uint32_t servers, double rate, double holdSeconds)
{
    const double offered = rate * holdSeconds;
    if (!(offered < servers) || holdSeconds <= 0)
        return offered > 0 ? std::numeric_limits<double>::infinity() : 0;
    return loadtest::erlangC(servers, offered) / (servers / holdSeconds - rate);
}

} // namespace tailspan::advisor
