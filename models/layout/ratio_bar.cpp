// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/ratio_bar.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tailspan::layout {

namespace {

constexpr double kLeastReach = 1.2;
constexpr double kMostReach = 4;
constexpr double kShareToShow = 0.9; // one wild endpoint does not flatten all others

/// The factor away from 1, whichever way.
double factorOf(double ratio)
{
    if (!(ratio > 0))
        return kMostReach;
    return ratio < 1 ? 1 / ratio : ratio;
}

} // namespace

double ratioReach(std::span<const loadtest::MetricChange> metrics)
{
    std::vector<double> factors;
    for (const loadtest::MetricChange &change : metrics) {
        if (change.low && change.high && std::isfinite(*change.high))
            factors.push_back(std::max(factorOf(*change.low), factorOf(*change.high)));
    }
    if (factors.empty())
        return kLeastReach;
    std::sort(factors.begin(), factors.end());
    const auto place = static_cast<std::size_t>(kShareToShow * static_cast<double>(factors.size() - 1));
    return std::clamp(factors[place] * 1.05, kLeastReach, kMostReach);
}

RatioBar layRatioBar(const RatioFigures &figures, double reach, double widthPx)
{
    const double half = std::log(std::max(reach, 1.0 + 1e-6));
    const auto place = [&](double ratio) {
        const double share = ratio > 0 ? std::log(ratio) / half : -1;
        return (std::clamp(share, -1.0, 1.0) + 1) / 2 * widthPx;
    };
    RatioBar bar;
    bar.onePx = widthPx / 2;
    bar.shadeLeftPx = place(1 - std::min(figures.minimumEffect, 1.0));
    bar.shadeRightPx = place(1 + figures.minimumEffect);
    if (figures.ratio && std::isfinite(*figures.ratio))
        bar.ratioPx = place(*figures.ratio);
    if (figures.low && figures.high) {
        bar.leftPx = place(*figures.low);
        bar.rightPx = place(*figures.high);
        bar.isCutLeft = *figures.low * reach < 1;
        bar.isCutRight = *figures.high > reach;
    }
    return bar;
}

} // namespace tailspan::layout
