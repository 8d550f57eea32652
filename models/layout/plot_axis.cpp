// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/plot_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tailspan::layout {

double PlotAxis::placeOf(double value) const
{
    if (!isLog)
        return (value - low) / (high - low);
    return (std::log(std::max(value, low)) - std::log(low)) / (std::log(high) - std::log(low));
}

std::vector<double> PlotAxis::ticks(std::size_t most) const
{
    std::vector<double> values;
    if (most == 0 || !(high > low) || !std::isfinite(low) || !std::isfinite(high))
        return values;
    if (isLog) {
        for (double value = std::pow(10, std::ceil(std::log10(low) - 1e-9)); value <= high * (1 + 1e-9); value *= 10)
            values.push_back(value);
        const std::size_t every = (values.size() + most - 1) / most;
        std::vector<double> kept;
        for (std::size_t i = 0; i < values.size(); i += std::max<std::size_t>(every, 1))
            kept.push_back(values[i]);
        return kept;
    }
    const double least = (high - low) / static_cast<double>(most);
    const double power = std::pow(10, std::floor(std::log10(least)));
    constexpr std::array kSteps{1.0, 2.0, 5.0, 10.0};
    double step = power * kSteps.back();
    for (const double factor : kSteps) {
        if (power * factor >= least * (1 - 1e-9)) {
            step = power * factor;
            break;
        }
    }
    for (double n = std::ceil(low / step - 1e-9); n * step <= high + step * 1e-9 && values.size() < most + 1; ++n)
        values.push_back(n * step + 0.0); // 0, not -0
    return values;
}

PlotAxis axisFor(const std::vector<double> &values, bool fromZero, bool isLog)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (!std::isfinite(value) || (isLog && value <= 0))
            continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    if (!(low <= high))
        return {isLog ? 0.1 : 0.0, 1, isLog};
    if (fromZero && !isLog)
        low = std::min(low, 0.0);
    if (isLog)
        return {low, high > low ? high : low * 10, true};
    constexpr double kRoom = 0.06;
    const double span = high > low ? high - low : std::max(std::abs(high), 1.0);
    return {low, high + span * kRoom, false};
}

} // namespace tailspan::layout
