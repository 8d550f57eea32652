// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QGradientStops>
#include <QList>

namespace tailspan::style {

/// The colour at a share of a gradient, 0 to 1.
[[nodiscard]] QColor gradientColor(const QGradientStops &stops, double share);

enum class HeatPalette { Cividis, Viridis };

// Tables of 256 colours for images whose cells are rows of a palette; row 0 is transparent. In the theme in force.

/// Rows 1 to 255 from few to many.
[[nodiscard]] QList<QRgb> heatColors(HeatPalette palette);
/// As layout::DifferencePalette divides it: rows 1 to 100 from white to blue, 101 to 200 from white to vermillion, 201 to
/// 255 grey from faint to strong. White is tinted enough to stand out from the background.
[[nodiscard]] QList<QRgb> differenceColors();
/// The strongest of `differenceColors()`, for legends and words.
[[nodiscard]] QColor lessColor();
[[nodiscard]] QColor moreColor();

} // namespace tailspan::style
