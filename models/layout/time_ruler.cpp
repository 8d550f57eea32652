// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/time_ruler.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace tailspan::layout {

namespace {

constexpr std::int64_t kMicrosecond = 1'000;
constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr int kMaxDecimals = 3;
constexpr std::size_t kMaxTicks = 2000;

struct DecimalUnit {
    std::int64_t ns;
    const char *name;
};
constexpr std::array<DecimalUnit, 4> kDecimalUnits{
    {{1, "ns"}, {kMicrosecond, "µs"}, {kMillisecond, "ms"}, {kSecond, "s"}}};

/// The unit in which offsets up to `largestNs` are written; above a minute the last part is in seconds.
DecimalUnit unitFor(std::int64_t largestNs)
{
    DecimalUnit best = kDecimalUnits[0];
    for (const DecimalUnit &unit : kDecimalUnits) {
        if (largestNs >= unit.ns)
            best = unit;
    }
    return best;
}

/// Digits after the point that a multiple of `precisionNs` needs in that unit.
int decimalsFor(std::int64_t precisionNs, std::int64_t unitNs)
{
    int decimals = 0;
    while (unitNs > 1 && precisionNs % unitNs != 0) {
        unitNs /= 10;
        ++decimals;
    }
    return decimals;
}

std::string padded(std::int64_t value, bool pad)
{
    const std::string digits = countText(static_cast<std::uint64_t>(value));
    return pad && value < 10 ? "0" + digits : digits;
}

/// value / unit with that many decimals, cut and not rounded: a tick is never labelled as its neighbour.
std::string decimalPart(std::int64_t valueNs, std::int64_t unitNs, int decimals, bool pad)
{
    std::string text = padded(valueNs / unitNs, pad);
    if (decimals == 0)
        return text;
    text += '.';
    std::int64_t rest = valueNs % unitNs;
    for (int i = 0; i < decimals; ++i) {
        unitNs /= 10;
        text += static_cast<char>('0' + rest / unitNs);
        rest %= unitNs;
    }
    return text;
}

/// Days, hours, minutes and seconds from the largest that counts down to the precision's own unit.
std::string clockOffset(std::int64_t offsetNs, std::int64_t precisionNs, std::int64_t largestNs)
{
    struct Part {
        std::int64_t ns;
        const char *name;
    };
    constexpr std::array<Part, 3> kParts{{{kDay, " d"}, {kHour, " h"}, {kMinute, " m"}}};
    std::string text;
    for (const Part &part : kParts) {
        if (largestNs >= part.ns) {
            text += (text.empty() ? "" : " ") + padded(offsetNs / part.ns, !text.empty()) + part.name;
            offsetNs %= part.ns;
        }
        if (precisionNs % part.ns == 0)
            return text;
    }
    return text + " " + decimalPart(offsetNs, kSecond, decimalsFor(precisionNs, kSecond), true) + " s";
}

std::int64_t floorTo(std::int64_t value, std::int64_t step)
{
    const std::int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

} // namespace

std::int64_t roundTimeStep(double minimumNs)
{
    constexpr std::array<std::int64_t, 3> kDecimal{1, 2, 5};
    for (std::int64_t power = 1; power <= kSecond; power *= 10) {
        for (const std::int64_t digit : kDecimal) {
            if (static_cast<double>(power * digit) >= minimumNs && power * digit < 10 * kSecond)
                return power * digit;
        }
    }
    constexpr std::array<std::int64_t, 14> kClock{10 * kSecond, 15 * kSecond, 30 * kSecond, kMinute,      2 * kMinute,
                                                  5 * kMinute,  10 * kMinute, 15 * kMinute, 30 * kMinute, kHour,
                                                  2 * kHour,    3 * kHour,    6 * kHour,    12 * kHour};
    for (const std::int64_t step : kClock) {
        if (static_cast<double>(step) >= minimumNs)
            return step;
    }
    for (std::int64_t power = kDay; power < 10'000 * kDay; power *= 10) {
        for (const std::int64_t digit : kDecimal) {
            if (static_cast<double>(power * digit) >= minimumNs)
                return power * digit;
        }
    }
    return 50'000 * kDay;
}

std::string offsetText(std::int64_t offsetNs, std::int64_t precisionNs, std::int64_t largestNs)
{
    if (offsetNs < 0)
        return "-" + offsetText(saturatingSubtract(0, offsetNs), precisionNs, largestNs);
    if (largestNs >= kMinute && precisionNs <= largestNs)
        return clockOffset(offsetNs, precisionNs, largestNs);
    const DecimalUnit unit = unitFor(largestNs);
    return decimalPart(offsetNs, unit.ns, decimalsFor(precisionNs, unit.ns), false) + " " + unit.name;
}

TimeRuler makeTimeRuler(const TimeScale &scale, TimePoint origin, double minSpacingPx)
{
    TimeRuler ruler;
    ruler.stepNs = roundTimeStep(scale.nsPerPx() * std::max(minSpacingPx, 1.0));
    const TimeRange visible = scale.visible();
    const std::int64_t firstNs = (visible.begin - origin).ns();
    const std::int64_t lastNs = (visible.end - origin).ns();
    const std::int64_t largestNs = std::max<std::int64_t>(lastNs, 0);
    const DecimalUnit unit = unitFor(largestNs);
    const bool needsBase = decimalsFor(ruler.stepNs, unit.ns) > kMaxDecimals;
    if (needsBase) {
        const std::int64_t baseStepNs = unit.ns / 1'000;
        ruler.baseNs = floorTo(firstNs, baseStepNs);
        ruler.baseLabel = offsetText(ruler.baseNs, baseStepNs, largestNs);
    }
    std::int64_t offsetNs = floorTo(firstNs, ruler.stepNs);
    if (offsetNs < firstNs)
        offsetNs = saturatingAdd(offsetNs, ruler.stepNs);
    const std::int64_t relativeLargestNs = saturatingSubtract(lastNs, ruler.baseNs);
    while (offsetNs <= lastNs && ruler.ticks.size() < kMaxTicks) {
        const double x = scale.xOf(origin + Duration(offsetNs));
        std::string label = needsBase ? "+" + offsetText(offsetNs - ruler.baseNs, ruler.stepNs, relativeLargestNs)
                                      : offsetText(offsetNs, ruler.stepNs, largestNs);
        if (x >= 0 && x <= scale.widthPx())
            ruler.ticks.push_back({offsetNs, x, std::move(label)});
        if (offsetNs > std::numeric_limits<std::int64_t>::max() - ruler.stepNs)
            break;
        offsetNs += ruler.stepNs;
    }
    return ruler;
}

} // namespace tailspan::layout
