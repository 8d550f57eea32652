// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/shift_picture.h"

#include <QPolygonF>
#include <QRectF>
#include <QString>

#include <vector>

class QPainter;

namespace tailspan::replay {

// What the plots of comparison and capacity have in common. Thread: GUI.

inline constexpr int kPlotLeftPx = 68;   ///< Labels of values.
inline constexpr int kPlotBottomPx = 22; ///< Labels along the plot.
inline constexpr int kPlotTopPx = 24;    ///< The plot's title.
inline constexpr int kPlotRightPx = 14;

/// The plot itself inside the room for it and its labels.
[[nodiscard]] QRectF plotIn(const QRectF &area);
/// Title above, grid lines with their labels left and below.
void paintPlotFrame(QPainter &painter, const QRectF &plot, const QString &title,
                    const std::vector<layout::PlotTick> &values, const std::vector<layout::PlotTick> &along);
[[nodiscard]] QPolygonF polygonAt(const std::vector<layout::PlotPoint> &points, const QRectF &plot);

} // namespace tailspan::replay
