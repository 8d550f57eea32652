// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/shift_picture.h"

#include <QPolygonF>
#include <QRectF>
#include <QString>

#include <optional>
#include <vector>

class QEvent;
class QPainter;
class QWidget;

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

/// Height of the line below a picture that says what the pointer or the keys are on.
inline constexpr int kReadingPx = 22;
/// That line at the bottom of `widget`; `hint` where nothing is read.
void paintReading(QPainter &painter, const QRect &widget, const QString &reading, const QString &hint);
/// Words beside a legend, from `leftPx` to the right end of a line at the top of the widget.
void paintAside(QPainter &painter, const QRect &widget, double leftPx, double heightPx, const QString &words);
/// What a picture without anything in it says.
void paintNothing(QPainter &painter, const QRect &widget, const QString &why);
/// Around a picture that has the keyboard.
void paintFocus(QPainter &painter, const QWidget &widget);

/// Keeps arrow keys, Home, End and Enter for a picture that has the keyboard, though the page plays with some of them:
/// true where `event` asked for that. For QWidget::event().
[[nodiscard]] bool keepsKeys(QEvent &event);
/// Where an arrow key, Home or End leads from a place that is read, else from the middle; nullopt for other keys.
[[nodiscard]] std::optional<double> steppedInPlot(int key, std::optional<double> xPx, double widthPx);

} // namespace tailspan::replay
