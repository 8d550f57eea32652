// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/plot_painting.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>

namespace tailspan::replay {

namespace {

constexpr double kLabelHeightPx = 16;
constexpr double kLabelWidthPx = 80;
constexpr double kGapPx = 6;

} // namespace

QRectF plotIn(const QRectF &area)
{
    return area.adjusted(kPlotLeftPx, kPlotTopPx, -kPlotRightPx, -kPlotBottomPx);
}

void paintPlotFrame(QPainter &painter, const QRectF &plot, const QString &title,
                    const std::vector<layout::PlotTick> &values, const std::vector<layout::PlotTick> &along)
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    painter.setPen(theme.text);
    painter.drawText(QRectF(plot.left(), plot.top() - kPlotTopPx, plot.width(), kPlotTopPx - 4),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(title, Qt::ElideRight, static_cast<int>(plot.width())));
    for (const layout::PlotTick &tick : values) {
        const double y = plot.top() + tick.px;
        painter.setPen(QPen(theme.grid, 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(theme.muted);
        style::drawTabular(
            painter, QRectF(plot.left() - kPlotLeftPx, y - kLabelHeightPx / 2, kPlotLeftPx - kGapPx, kLabelHeightPx),
            Qt::AlignRight | Qt::AlignVCenter, items::toQString(tick.label));
    }
    for (const layout::PlotTick &tick : along) {
        const double x = plot.left() + tick.px;
        painter.setPen(QPen(theme.grid, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        painter.setPen(theme.muted);
        double left = x - kLabelWidthPx / 2;
        left = std::min(left, plot.right() + kPlotRightPx - kLabelWidthPx / 2 - 12);
        style::drawTabular(painter, QRectF(left, plot.bottom() + 3, kLabelWidthPx, kLabelHeightPx),
                           Qt::AlignHCenter | Qt::AlignVCenter, items::toQString(tick.label));
    }
}

QPolygonF polygonAt(const std::vector<layout::PlotPoint> &points, const QRectF &plot)
{
    QPolygonF polygon;
    for (const layout::PlotPoint &point : points)
        polygon << QPointF(plot.left() + point.xPx, plot.top() + point.yPx);
    return polygon;
}

} // namespace tailspan::replay
