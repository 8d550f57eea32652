// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/qt_text.h"
#include "ui/metrics/metric_lane.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace tailspan::metrics {

using items::toQString;

namespace {

constexpr int kEntryPx = 15;
constexpr int kTopPx = 6;
constexpr int kSwatchPx = 8;
constexpr int kValuePx = 64;
constexpr int kStatePx = 18;
constexpr double kMostTravel = 24;      ///< Times the height of the plot.
constexpr qsizetype kStrokePoints = 64; ///< Of one stroke: its cost grows faster than its length.
constexpr int kTickPx = 46;             ///< The highest value beside the title.

/// How far up and down a line goes.
double travelOf(const QPolygonF &points)
{
    double travel = 0;
    for (qsizetype i = 1; i < points.size(); ++i)
        travel += std::abs(points[i].y() - points[i - 1].y());
    return travel;
}

QString elided(const QFont &font, const QString &text, double widthPx)
{
    return QFontMetricsF(font).elidedText(text, Qt::ElideRight, widthPx);
}

} // namespace

void MetricLane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintNames(painter);
    paintPlot(painter);
    paintEntries(painter);
    if (!hasFocus())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(style::theme().accent, 1.5));
    painter.drawRect(QRectF(plotRect()).adjusted(-1, -1, 1, 1));
}

void MetricLane::paintNames(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    painter.setFont(style::semiBold(style::uiFont()));
    painter.setPen(theme.text);
    const double titlePx = kLeftPx - 14 - (m_picture.ticks.empty() ? 0 : kTickPx);
    painter.drawText(QRectF(0, kTopPx - 3, titlePx, 18), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     elided(painter.font(), m_spec.title, titlePx));
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    if (!m_spec.note.isEmpty())
        painter.drawText(QRectF(0, kTopPx + 16, kLeftPx - 60, 4 * kEntryPx), Qt::AlignLeft | Qt::TextWordWrap,
                         m_spec.note);
    for (const layout::LaneTick &tick : m_picture.ticks) {
        // The outermost stay inside the lane, so that those of two lanes never meet.
        const double y = std::clamp(plot.top() + tick.yPx, plot.top() + 6.0, plot.bottom() - 5.0);
        style::drawTabular(painter, QRectF(0, y - 8, kLeftPx - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                           toQString(tick.label));
    }
}

void MetricLane::paintPlot(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    painter.fillRect(plot, theme.panel);
    painter.save();
    painter.setClipRect(plot);
    painter.setPen(QPen(theme.grid, 1));
    for (const layout::LaneTick &tick : m_picture.ticks) {
        const double y = std::round(plot.top() + tick.yPx) + 0.5;
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    paintOverlays(painter);
    paintLines(painter);
    if (m_pressedPx) {
        QColor wash = theme.accent;
        wash.setAlphaF(0.22F);
        painter.fillRect(QRectF(plot.left() + std::min(*m_pressedPx, m_draggedPx), plot.top(),
                                std::abs(m_draggedPx - *m_pressedPx), plot.height()),
                         wash);
    }
    if (m_crosshairPx) {
        const double x = std::round(plot.left() + *m_crosshairPx) + 0.5;
        painter.setPen(QPen(theme.accent, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    paintState(painter);
    painter.restore();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.line, 1));
    painter.drawRect(plot.adjusted(0, 0, -1, -1));
}

void MetricLane::paintOverlays(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    QColor wash = theme.bad;
    wash.setAlphaF(0.06F);
    for (const layout::BandBox &box : m_overlays.bands)
        painter.fillRect(QRectF(plot.left() + box.xPx, plot.top(), box.widthPx, plot.height()), wash);
    painter.setPen(QPen(theme.muted, 1, Qt::DashLine));
    for (const layout::MarkFlag &flag : m_overlays.marks) {
        const double x = std::round(plot.left() + flag.xPx) + 0.5;
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
}

/// Lines are drawn once for each layout: a crosshair that moves over them draws none again.
void MetricLane::paintLines(QPainter &painter) const
{
    const QRect plot = plotRect();
    const double ratio = devicePixelRatioF();
    if (m_drawn.isNull() || m_drawn.size() != plot.size() * ratio) {
        m_drawn = QPixmap(plot.size() * ratio);
        m_drawn.setDevicePixelRatio(ratio);
        m_drawn.fill(Qt::transparent);
        QPainter drawing(&m_drawn);
        drawing.setRenderHint(QPainter::Antialiasing);
        for (std::size_t i = 0; i < m_picture.lines.size(); ++i)
            drawLine(drawing, m_picture.lines[i], colorOf(m_picture.lines[i], i));
    }
    painter.drawPixmap(plot.topLeft(), m_drawn);
}

void MetricLane::drawLine(QPainter &painter, const layout::LaneLine &line, const QColor &color) const
{
    const bool isAlone = m_picture.lines.size() == 1;
    for (const auto &run : line.runs) {
        QPolygonF points;
        for (const layout::LanePoint &point : run)
            points.append(QPointF(point.xPx, point.yPx));
        if (points.size() == 1) // a lone point between gaps is seen as well
            points.append(points.front() + QPointF(1.5, 0));
        if (isAlone) {
            QPolygonF area = points;
            area.append(QPointF(points.back().x(), plotRect().height()));
            area.append(QPointF(points.front().x(), plotRect().height()));
            painter.setPen(Qt::NoPen);
            painter.setBrush(style::theme().fill(color));
            painter.drawPolygon(area);
        }
        // Smooth wide strokes of a line that goes up and down in every pixel take long and show no more.
        const bool isDense = travelOf(points) > kMostTravel * plotRect().height();
        painter.setRenderHint(QPainter::Antialiasing, !isDense);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, isDense ? 1.0 : 1.4, line.isRest ? Qt::DashLine : Qt::SolidLine));
        for (qsizetype begin = 0; begin + 1 < points.size(); begin += kStrokePoints)
            painter.drawPolyline(points.constData() + begin,
                                 static_cast<int>(std::min(kStrokePoints + 1, points.size() - begin)));
    }
}

void MetricLane::paintEntries(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const int left = plotRect().right() + 10;
    const double labelPx = width() - left - kSwatchPx - 6 - kValuePx - 8;
    double y = kTopPx;
    painter.setFont(style::smallFont());
    for (const Entry &entry : m_entries) {
        painter.fillRect(QRectF(left, y + 4, kSwatchPx, kSwatchPx), entry.color);
        painter.setPen(theme.text);
        painter.drawText(QRectF(left + kSwatchPx + 6, y, labelPx, kEntryPx),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         elided(painter.font(), entry.label, labelPx));
        painter.setPen(theme.muted);
        style::drawTabular(painter, QRectF(width() - kValuePx - 8, y, kValuePx, kEntryPx),
                           Qt::AlignRight | Qt::AlignVCenter, entry.value);
        y += kEntryPx;
    }
    if (m_hiddenEntries > 0)
        painter.drawText(QRectF(left + kSwatchPx + 6, y, labelPx + kValuePx, kEntryPx),
                         Qt::AlignLeft | Qt::AlignVCenter, tr("%1 more").arg(m_hiddenEntries));
}

/// An error over nothing stands in the middle; over what was answered before, and notes, in a line at the foot.
void MetricLane::paintState(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    const QString state = stateText();
    QString text = state;
    if (text.isEmpty())
        text = notes().join(QStringLiteral("  \u00b7  "));
    if (text.isEmpty() && m_picture.isEmpty)
        text = isAsking() || m_shown.empty() ? tr("Asking") : tr("No data in this time");
    if (text.isEmpty())
        return;
    const bool isAlone = m_picture.isEmpty;
    painter.setFont(isAlone ? style::tableFont() : style::smallFont());
    const QRect line = isAlone ? plot.adjusted(12, 4, -12, -4)
                               : QRect(plot.left(), plot.bottom() - kStatePx + 1, plot.width(), kStatePx);
    if (!isAlone) {
        QColor ground = theme.panel;
        ground.setAlphaF(0.88F);
        painter.fillRect(line, ground);
    }
    const QColor color = state.isEmpty() ? theme.muted : theme.warn;
    QRectF place = QRectF(line).adjusted(isAlone ? 0 : 8, 0, -8, 0);
    if (!state.isEmpty()) {
        const QPixmap icon = style::iconPixmap(QStringLiteral("warning"), color, 14, devicePixelRatioF());
        painter.drawPixmap(QPointF(place.left(), place.center().y() - 7), icon);
        place.setLeft(place.left() + 20);
    }
    painter.setPen(color);
    if (isAlone)
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, text);
    else
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         elided(painter.font(), text.replace(u'\n', u' '), place.width()));
}

} // namespace tailspan::metrics
