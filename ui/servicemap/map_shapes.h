// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_scene.h"

#include <QColor>
#include <QPainterPath>
#include <QRectF>

namespace tailspan::servicemap {

// Shares of failed calls. A few fail in every large system: if those had a colour too, it would mean nothing.
inline constexpr double kSomeErrors = 0.01; ///< From here on it is worth a look.
inline constexpr double kManyErrors = 0.05; ///< From here on it is bad.

/// The outline of a node: a rounded box, a cylinder for what stores, a parallelogram for a queue, a cloud for somebody
/// outside. Also for the legend.
[[nodiscard]] QPainterPath outlineOf(graph::NodeKind kind, const QRectF &rect);
/// How errors and changes colour an edge. Not colour alone: labels say the same in words.
[[nodiscard]] QColor colorOf(const layout::MapFigures &figures, bool isCompared);

} // namespace tailspan::servicemap
