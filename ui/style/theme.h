// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QGradientStops>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tailspan::style {

/// The colours of one theme. This folder is the only place with colour values: everything else asks theme().
///
/// A widget that paints itself calls theme() inside paintEvent and is repainted when the theme changes; one that
/// keeps painted results listens for QEvent::PaletteChange or ThemeSwitch::themeChanged().
/// good, warn and bad never stand alone: an icon or a word goes with them.
struct Theme {
    bool isDark = false;
    QColor window; ///< Behind everything.
    QColor panel;  ///< Rail, bars, docks, tables.
    QColor raised; ///< Cards, menus, fields.
    QColor line;   ///< Borders between areas.
    QColor grid;   ///< Lines inside charts and tables.
    QColor text;
    QColor muted; ///< Second-rank text; still 4.5:1.
    QColor disabled;
    QColor accent;   ///< Focus, selection, links.
    QColor onAccent; ///< Text on an accent surface.
    QColor good;
    QColor warn;
    QColor bad;
    std::array<QColor, 8> categories; ///< Services; Okabe-Ito, adjusted for the background.
    std::array<QColor, 5> ranks;      ///< Fast to slow: along cividis, away from the background, each 3:1 on it.
    QColor quiet;                     ///< Bars that colour says nothing about; just 3:1, so that the others stand out.

    // Surfaces made from the above.
    QColor hover;     ///< Row or button under the pointer, on panel or window.
    QColor selection; ///< Selected row.
    QColor stripe;    ///< Every second row.
    QColor scrollHandle;

    /// The colour of a category: the first eight by their index, then three shades of each, and from 32 on one of these
    /// by the name. 3:1 against window and panel.
    [[nodiscard]] QColor category(std::size_t index, std::string_view name) const;
    /// A quiet surface in the hue of `color` (chips, banners), and text that reads on it with 4.5:1.
    [[nodiscard]] QColor tint(const QColor &color) const;
    [[nodiscard]] QColor onTint(const QColor &color) const;
    /// The filled area under a line of that colour.
    [[nodiscard]] QColor fill(const QColor &color) const;
};

[[nodiscard]] const Theme &lightTheme();
[[nodiscard]] const Theme &darkTheme();
/// The theme in force. Thread: GUI.
[[nodiscard]] const Theme &theme();

/// Perceptually even gradients for heat, from few to many.
[[nodiscard]] const QGradientStops &cividis();
[[nodiscard]] const QGradientStops &viridis();

/// Sizes in device-independent pixels, on a grid of 4.
namespace metric {
inline constexpr int kGrid = 4;
inline constexpr int kGap = 8;
inline constexpr int kMargin = 16;
inline constexpr int kRadius = 4;
inline constexpr int kRailWidth = 56;
inline constexpr int kRailItemHeight = 60;
inline constexpr int kTimeBarHeight = 44;
inline constexpr int kStatusHeight = 24;
inline constexpr int kDetailsWidth = 320;
inline constexpr int kTableRow = 26;
inline constexpr int kWaterfallRow = 22;
inline constexpr int kMinimapHeight = 40;
inline constexpr int kNameColumnWidth = 240;
inline constexpr int kControlHeight = 28;
inline constexpr int kIcon = 16;
inline constexpr int kLargeIcon = 20;
inline constexpr int kUiTextPx = 13;
inline constexpr int kTableTextPx = 12;
inline constexpr int kSmallTextPx = 11;
inline constexpr int kHeadingPx = 15;
inline constexpr int kMotionMs = 120; ///< The longest any motion may take.
} // namespace metric

} // namespace tailspan::style
