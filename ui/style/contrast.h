// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace tailspan::style {

/// What text needs against its background, and what a mark (bar, line, icon) needs (WCAG 2.1, 1.4.3 and 1.4.11).
inline constexpr double kTextContrast = 4.5;
inline constexpr double kMarkContrast = 3.0;

/// Relative luminance, 0 (black) to 1 (white), of an opaque colour (WCAG 2.1).
[[nodiscard]] double luminance(const QColor &color);
/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1).
[[nodiscard]] double contrast(const QColor &a, const QColor &b);
/// `over` laid on `under` with the given share (0..1); opaque.
[[nodiscard]] QColor mixed(const QColor &over, const QColor &under, double share);
/// `color`, moved towards `towards` in small steps until it reaches `wanted` against `background`.
[[nodiscard]] QColor readable(const QColor &color, const QColor &background, const QColor &towards,
                              double wanted = kTextContrast);

} // namespace tailspan::style
