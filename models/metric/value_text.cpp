// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metric/value_text.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::metric {

namespace {

constexpr double kHeadroom = 1.05;
constexpr double kMostNs = 9e18;

std::string lengthText(double ns)
{
    if (std::abs(ns) >= kMostNs)
        return decimalText(ns / 1e9) + " s";
    return durationText(Duration(std::llround(ns)));
}

/// The next round number that is not below a positive value.
double roundUp(double value, MetricUnit unit)
{
    const double base = unit == MetricUnit::Bytes ? 1024 : 1;
    double scale = 1;
    while (base > 1 && value / scale >= base)
        scale *= base;
    constexpr std::array kSteps{1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0};
    const double power = std::pow(10.0, std::floor(std::log10(value / scale)));
    for (const double step : kSteps) {
        if (step * power * scale >= value * (1 - 1e-9))
            return step * power * scale;
    }
    return 10 * power * scale;
}

} // namespace

std::string valueText(double value, MetricUnit unit)
{
    if (std::isnan(value))
        return "no data";
    const std::string sign = value < 0 ? "-" : "";
    switch (unit) {
    case MetricUnit::Seconds: return lengthText(value * 1e9);
    case MetricUnit::Milliseconds: return lengthText(value * 1e6);
    case MetricUnit::Bytes:
        if (std::abs(value) >= kMostNs)
            return decimalText(value) + " B";
        return sign + bytesText(static_cast<std::uint64_t>(std::llround(std::abs(value))));
    case MetricUnit::Ratio: return sign + percentText(std::abs(value));
    case MetricUnit::PerSecond: return sign + rateText(std::abs(value));
    case MetricUnit::Count:
    case MetricUnit::None: break;
    }
    return decimalText(value);
}

ValueScale valueScale(double low, double high, MetricUnit unit)
{
    ValueScale scale;
    const bool isFinite = std::isfinite(low) && std::isfinite(high);
    if (isFinite && high > 0)
        scale.high = roundUp(high * kHeadroom, unit);
    else if (isFinite && low < 0)
        scale.high = 0;
    if (isFinite && low < 0)
        scale.low = -roundUp(-low * kHeadroom, unit);
    return scale;
}

} // namespace tailspan::metric
