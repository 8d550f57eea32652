// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/plot_painting.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QWidget>

#include <algorithm>

namespace tailspan::replay {

namespace {

constexpr double kLabelHeightPx = 16;
constexpr double kLabelWidthPx = 80;
constexpr double kGapPx = 6;
constexpr double kEdgePx = 12;

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

void paintReading(QPainter &painter, const QRect &widget, const QString &reading, const QString &hint)
{
    const style::Theme &theme = style::theme();
    const QRectF line(kEdgePx, widget.height() - kReadingPx, widget.width() - 2 * kEdgePx, kReadingPx - 4);
    painter.setFont(style::smallFont());
    painter.setPen(reading.isEmpty() ? theme.muted : theme.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(reading.isEmpty() ? hint : reading, Qt::ElideRight,
                                                      static_cast<int>(line.width())));
}

void paintAside(QPainter &painter, const QRect &widget, double leftPx, double heightPx, const QString &words)
{
    const QRectF rest(leftPx, 0, std::max(widget.width() - leftPx - kEdgePx, 0.0), heightPx);
    painter.setPen(style::theme().muted);
    painter.drawText(rest, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(words, Qt::ElideRight, static_cast<int>(rest.width())));
}

void paintNothing(QPainter &painter, const QRect &widget, const QString &why)
{
    painter.setFont(style::tableFont());
    painter.setPen(style::theme().muted);
    painter.drawText(widget.adjusted(12, 8, -12, -8), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, why);
}

void paintFocus(QPainter &painter, const QWidget &widget)
{
    if (!widget.hasFocus())
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(style::theme().accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(widget.rect().adjusted(0, 0, -1, -1));
}

bool keepsKeys(QEvent &event)
{
    if (event.type() != QEvent::ShortcutOverride)
        return false;
    const auto &asked = static_cast<QKeyEvent &>(event);
    const int key = asked.key();
    const bool isOwn = asked.modifiers() == Qt::NoModifier
        && (key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down
            || key == Qt::Key_Home || key == Qt::Key_End || key == Qt::Key_Return);
    if (isOwn)
        event.accept(); // comes back as an ordinary key press
    return isOwn;
}

std::optional<double> steppedInPlot(int key, std::optional<double> xPx, double widthPx)
{
    constexpr double kSteps = 100;
    const double from = xPx.value_or(widthPx / 2);
    switch (key) {
    case Qt::Key_Left: return std::max(from - widthPx / kSteps, 0.0);
    case Qt::Key_Right: return std::min(from + widthPx / kSteps, widthPx);
    case Qt::Key_Home: return 0;
    case Qt::Key_End: return widthPx;
    default: return std::nullopt;
    }
}

} // namespace tailspan::replay
