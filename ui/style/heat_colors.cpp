// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/heat_colors.h"

#include "ui/style/contrast.h"
#include "ui/style/theme.h"

#include <algorithm>

namespace tailspan::style {

namespace {

constexpr int kTableSize = 256;
constexpr int kDivergingSteps = 100;
constexpr int kGreySteps = 55;
/// Lines and words have to stand out from the cells in both themes.
constexpr double kHeatShare = 0.92;
constexpr double kFaintest = 0.22; // of the hue in the palest cell of a difference

} // namespace

QColor gradientColor(const QGradientStops &stops, double share)
{
    for (qsizetype i = 1; i < stops.size(); ++i) {
        if (share > stops[i].first && i + 1 < stops.size())
            continue;
        const double span = stops[i].first - stops[i - 1].first;
        return mixed(stops[i].second, stops[i - 1].second, std::clamp((share - stops[i - 1].first) / span, 0.0, 1.0));
    }
    return stops.last().second;
}

QList<QRgb> heatColors(HeatPalette palette)
{
    const QGradientStops &stops = palette == HeatPalette::Viridis ? viridis() : cividis();
    QList<QRgb> table{qRgba(0, 0, 0, 0)};
    for (int i = 1; i < kTableSize; ++i)
        table.append(mixed(gradientColor(stops, (i - 1) / (kTableSize - 2.0)), theme().panel, kHeatShare).rgb());
    return table;
}

QColor lessColor()
{
    return QColor(0x0072B2);
}

QColor moreColor()
{
    return QColor(0xD55E00);
}

QList<QRgb> differenceColors()
{
    const QColor white(0xF7F7F7);
    QList<QRgb> table{qRgba(0, 0, 0, 0)};
    for (const QColor &hue : {lessColor(), moreColor()}) {
        for (int i = 0; i < kDivergingSteps; ++i)
            table.append(mixed(hue, white, kFaintest + (1 - kFaintest) * i / (kDivergingSteps - 1)).rgb());
    }
    for (int i = 0; i < kGreySteps; ++i)
        table.append(mixed(theme().muted, theme().panel, 0.12 + 0.3 * i / (kGreySteps - 1)).rgb());
    return table;
}

} // namespace tailspan::style
