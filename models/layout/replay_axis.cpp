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
