// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/contrast.h"

#include <algorithm>
#include <cmath>

namespace tailspan::style {

namespace {

double linear(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

int mixedChannel(int over, int under, double share)
{
    return static_cast<int>(std::lround(over * share + under * (1.0 - share)));
}

} // namespace

double luminance(const QColor &color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor mixed(const QColor &over, const QColor &under, double share)
{
    const double s = std::clamp(share, 0.0, 1.0);
    return QColor(mixedChannel(over.red(), under.red(), s), mixedChannel(over.green(), under.green(), s),
                  mixedChannel(over.blue(), under.blue(), s));
}

QColor readable(const QColor &color, const QColor &background, const QColor &towards, double wanted)
{
    constexpr int kSteps = 20;
    for (int step = 0; step <= kSteps; ++step) {
        const QColor candidate = mixed(towards, color, static_cast<double>(step) / kSteps);
        if (contrast(candidate, background) >= wanted)
            return candidate;
    }
    return towards;
}

} // namespace tailspan::style
