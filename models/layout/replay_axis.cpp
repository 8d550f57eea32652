// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/replay_axis.h"

#include "models/base/number_text.h"
#include "models/layout/time_ruler.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::layout {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kMinuteNs = 60 * kSecondNs;
constexpr std::int64_t kDayNs = 24 * 60 * kMinuteNs;
constexpr std::size_t kMostTimeTicks = 500;
constexpr double kLogRoom = 0.02; // of a logarithmic axis, below the lowest value
constexpr double kLeastLogRange = 0.1;
constexpr double kHeadroom = 1.06; // the highest line stays clear of the frame

double roundUp(double value)
{
    constexpr std::array kSteps{1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0};
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : kSteps) {
        if (step * power >= value * (1 - 1e-9))
            return step * power;
    }
    return 10 * power;
}

std::string labelOf(double value, AxisUnit unit)
{
    if (unit == AxisUnit::Ratio)
        return percentText(value);
    if (unit == AxisUnit::Count)
        return decimalText(value);
    const std::string rate = rateText(value);
    return rate.substr(0, rate.rfind('/'));
}

std::int64_t floorTo(std::int64_t value, std::int64_t step)
{
    const std::int64_t rest = value % step;
    return saturatingSubtract(value, rest < 0 ? rest + step : rest);
}

std::string clockLabel(TimePoint time, std::int64_t stepNs)
{
    if (stepNs >= kDayNs || (time.ns() % kDayNs == 0 && stepNs >= kMinuteNs))
        return isoText(time).substr(0, 10);
    if (stepNs >= kMinuteNs)
        return clockText(time).substr(0, 5);
    return clockText(time, stepNs < kSecondNs);
}

/// Marks at powers of ten, at every second or third one where there are many.
ValueAxis logarithmicAxis(const ValueExtent &extent, AxisUnit unit, AxisChoice choice, int mostTicks)
{
    ValueAxis axis;
    axis.isLogarithmic = true;
    axis.high = std::log10(extent.most * kHeadroom);
    axis.low = std::log10(extent.leastPositive);
    axis.low = choice.isFitted ? std::min(axis.low - kLogRoom, axis.high - kLeastLogRange) : std::floor(axis.low);
    const double first = std::ceil(axis.low - 1e-9);
    const double stride = std::max(std::ceil((axis.high - first + 1) / std::max(mostTicks, 2)), 1.0);
    for (double power = first; power <= axis.high; power += stride)
        axis.ticks.push_back({power, labelOf(std::pow(10.0, power), unit)});
    if (axis.ticks.size() < 2)
        axis.ticks = {{axis.low, labelOf(std::pow(10.0, axis.low), unit)},
                      {axis.high, labelOf(std::pow(10.0, axis.high), unit)}};
    return axis;
}

} // namespace

ValueAxis linearAxis(double top, AxisUnit unit, int parts)
{
    ValueAxis axis;
    axis.high = std::isfinite(top) && top > 0 ? roundUp(top * kHeadroom) : 1;
    if (unit == AxisUnit::Count)
        axis.high = std::ceil(axis.high - 1e-9);
    if (unit == AxisUnit::Ratio)
        axis.high = std::clamp(axis.high, 0.01, 1.0);
    const int count = std::max(parts, 1);
    for (int i = 0; i <= count; ++i) {
        const double value = axis.high * i / count;
        axis.ticks.push_back({value, labelOf(value, unit)});
    }
    return axis;
}

double ValueAxis::placeOf(double value) const
{
    if (!isLogarithmic || std::isnan(value))
        return value;
    return value > 0 ? std::max(std::log10(value), low) : low;
}

void ValueExtent::take(double value)
{
    if (!std::isfinite(value))
        return;
    least = isEmpty ? value : std::min(least, value);
    most = isEmpty ? value : std::max(most, value);
    if (value > 0)
        leastPositive = leastPositive > 0 ? std::min(leastPositive, value) : value;
    isEmpty = false;
}

ValueAxis valueAxis(const ValueExtent &extent, AxisUnit unit, AxisChoice choice, int mostTicks)
{
    if (choice.isLogarithmic && extent.leastPositive > 0)
        return logarithmicAxis(extent, unit, choice, mostTicks);
    ValueAxis axis = linearAxis(extent.most, unit, 1);
    if (!choice.isFitted || extent.isEmpty || extent.least <= 0)
        return axis;
    const double room = std::max(extent.most - extent.least, extent.most * 0.01);
    const double step = roundUp(room / 4);
    axis.low = std::floor(extent.least / step) * step;
    axis.high = std::max(std::ceil((extent.most + room * (kHeadroom - 1)) / step), axis.low / step + 1) * step;
    axis.ticks = {{axis.low, labelOf(axis.low, unit)}, {axis.high, labelOf(axis.high, unit)}};
    return axis;
}

ValueAxis latencyAxis(double lowLog10Ns, double highLog10Ns, int mostTicks)
{
    ValueAxis axis;
    axis.low = lowLog10Ns;
    axis.high = std::max(highLog10Ns, lowLog10Ns + 1e-6);
    const std::vector<std::vector<double>> choices{{1, 2, 5}, {1, 3}, {1}};
    for (const std::vector<double> &digits : choices) {
        axis.ticks.clear();
        for (double power = std::floor(axis.low); power <= axis.high; ++power) {
            for (const double digit : digits) {
                const double value = power + std::log10(digit);
                if (value < axis.low - 1e-9 || value > axis.high + 1e-9)
                    continue;
                const double ns = std::min(digit * std::pow(10.0, power), 9e18);
                axis.ticks.push_back({value, durationText(Duration(std::llround(ns)))});
            }
        }
        if (static_cast<int>(axis.ticks.size()) <= mostTicks)
            break;
    }
    return axis;
}

std::vector<TimeTick> clockTicks(const TimeScale &scale, double minSpacingPx)
{
    std::vector<TimeTick> ticks;
    const std::int64_t stepNs = std::max<std::int64_t>(roundTimeStep(scale.nsPerPx() * minSpacingPx), 1'000'000);
    const TimeRange visible = scale.visible();
    std::int64_t at = floorTo(visible.begin.ns(), stepNs);
    while (at <= visible.end.ns() && ticks.size() < kMostTimeTicks) {
        const TimePoint time(at);
        const double x = scale.xOf(time);
        if (x >= -0.5 && x <= scale.widthPx() + 0.5)
            ticks.push_back({time, x, clockLabel(time, stepNs)});
        const std::int64_t next = saturatingAdd(at, stepNs);
        if (next == at)
            break;
        at = next;
    }
    return ticks;
}

std::vector<TimeTick> elapsedTicks(const TimeScale &scale, double minSpacingPx)
{
    std::vector<TimeTick> ticks;
    const TimePoint origin = scale.bounds().begin;
    const TimeRuler ruler = makeTimeRuler(scale, origin, minSpacingPx);
    for (const RulerTick &tick : ruler.ticks)
        ticks.push_back({origin + Duration(tick.offsetNs), tick.xPx, tick.label});
    return ticks;
}

} // namespace tailspan::layout
