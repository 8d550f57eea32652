// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/shift_picture.h"

#include "models/base/number_text.h"
#include "models/layout/time_ruler.h"

#include <algorithm>
#include <cmath>

namespace tailspan::layout {

using loadtest::PercentileShift;

namespace {

constexpr double kFirst = 1;
constexpr double kLast = 99;
constexpr double kLeastTickPx = 28;
constexpr double kMargin = 0.06;
constexpr double kLongestNs = 9e18;

double xOf(double percentile, double widthPx)
{
    return std::clamp((percentile - kFirst) / (kLast - kFirst), 0.0, 1.0) * widthPx;
}

struct ValueSpan {
    double low = 0;
    double high = 0;
    double heightPx = 0;
    [[nodiscard]] double yOf(double ns) const { return (high - ns) / (high - low) * heightPx; }
};

ValueSpan spanOf(std::span<const PercentileShift> shift, double heightPx)
{
    ValueSpan span{0, 0, heightPx};
    for (const PercentileShift &one : shift) {
        span.low = std::min({span.low, one.lowNs, one.afterNs - one.beforeNs});
        span.high = std::max({span.high, one.highNs, one.afterNs - one.beforeNs});
    }
    const double length = std::max(span.high - span.low, 1000.0);
    span.low = std::max(span.low - length * kMargin, -kLongestNs);
    span.high = std::min(span.high + length * kMargin, kLongestNs);
    return span;
}

void addTicks(const ValueSpan &span, double widthPx, ShiftPicture &picture)
{
    const double most = std::max(1.0, std::floor(span.heightPx / kLeastTickPx));
    const auto step = static_cast<double>(roundTimeStep((span.high - span.low) / most));
    for (double value = std::ceil(span.low / step) * step; value <= span.high; value += step) {
        const Duration length(std::llround(value));
        picture.valueTicks.push_back(
            {span.yOf(value), length.ns() == 0 ? "0" : (length.ns() > 0 ? "+" : "") + durationText(length)});
    }
    for (const int percentile : {10, 25, 50, 75, 90, 99})
        picture.shareTicks.push_back({xOf(percentile, widthPx), "p" + std::to_string(percentile)});
}

} // namespace

ShiftPicture layShift(std::span<const PercentileShift> shift, double widthPx, double heightPx)
{
    ShiftPicture picture;
    if (shift.empty() || !(widthPx > 0) || !(heightPx > 0))
        return picture;
    const ValueSpan span = spanOf(shift, heightPx);
    picture.zeroPx = span.yOf(0);
    for (const PercentileShift &one : shift) {
        picture.line.push_back({xOf(one.percentile, widthPx), span.yOf(one.afterNs - one.beforeNs)});
        picture.band.push_back({xOf(one.percentile, widthPx), span.yOf(one.highNs)});
    }
    for (auto it = shift.rbegin(); it != shift.rend(); ++it)
        picture.band.push_back({xOf(it->percentile, widthPx), span.yOf(it->lowNs)});
    addTicks(span, widthPx, picture);
    return picture;
}

const PercentileShift *shiftAt(std::span<const PercentileShift> shift, double xPx, double widthPx)
{
    const auto nearer = [&](const PercentileShift &a, const PercentileShift &b) {
        return std::abs(xOf(a.percentile, widthPx) - xPx) < std::abs(xOf(b.percentile, widthPx) - xPx);
    };
    const auto at = std::min_element(shift.begin(), shift.end(), nearer);
    return at == shift.end() ? nullptr : &*at;
}

} // namespace tailspan::layout
