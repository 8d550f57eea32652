// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/capacity_plots.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/replay/plot_painting.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace tailspan::replay {

using items::toQString;
using layout::LoadMark;
using layout::PlotPoint;

namespace {

constexpr double kPointPx = 2.5;
constexpr double kLabelPx = 150;

void paintPoints(QPainter &painter, const std::vector<PlotPoint> &points, const QRectF &plot, const QColor &color)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    for (const QPointF &point : polygonAt(points, plot))
        painter.drawEllipse(point, kPointPx, kPointPx);
}

void paintCurve(QPainter &painter, const std::vector<PlotPoint> &points, const QRectF &plot, const QColor &color,
                Qt::PenStyle style)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.5, style));
    painter.drawPolyline(polygonAt(points, plot));
}

/// A line with its interval as a tinted stretch, and its name at the top, on the side that has room.
void paintMark(QPainter &painter, const LoadMark &mark, const QRectF &plot, const QColor &color, const QString &name,
               double labelY)
{
    const style::Theme &theme = style::theme();
    if (mark.highPx > mark.lowPx)
        painter.fillRect(QRectF(plot.left() + mark.lowPx, plot.top(), mark.highPx - mark.lowPx, plot.height()),
                         theme.fill(color));
    const double x = plot.left() + mark.xPx;
    painter.setPen(QPen(color, 1.5));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    painter.setFont(style::smallFont());
    painter.setPen(theme.text);
    const bool isLeft = x + kLabelPx > plot.right();
    const QRectF label(isLeft ? x - kLabelPx - 5 : x + 5, plot.top() + labelY, kLabelPx, 16);
    painter.drawText(label, (isLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextSingleLine, name);
}

} // namespace

CapacityPlots::CapacityPlots(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("capacityPlots"));
    setAccessibleName(tr("Throughput and p95 against users"));
}

void CapacityPlots::setCapacity(std::optional<loadtest::Capacity> capacity)
{
    m_capacity = std::move(capacity);
    lay();
}

QRectF CapacityPlots::plotAt(int index) const
{
    const double half = height() / 2.0;
    return plotIn(QRectF(0, index * half, width(), half));
}

void CapacityPlots::lay()
{
    const QRectF plot = plotAt(0);
    m_picture = m_capacity ? layout::layCapacity(*m_capacity, plot.width(), plot.height()) : layout::CapacityPicture();
    update();
}

void CapacityPlots::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    lay();
}

void CapacityPlots::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    painter.fillRect(rect(), theme.panel);
    if (!m_capacity)
        return;
    const QRectF top = plotAt(0);
    const QRectF bottom = plotAt(1);
    paintPlotFrame(
        painter, top,
        tr("Requests a second by users: points of the run, universal scalability law (line), bounds (dashes)"),
        m_picture.throughputTicks, m_picture.userTicks);
    paintPlotFrame(painter, bottom, tr("p95 by users"), m_picture.latencyTicks, m_picture.userTicks);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipRect(top.adjusted(-3, 0, 3, 3));
    if (m_picture.knee)
        paintMark(painter, *m_picture.knee, top, theme.warn,
                  tr("knee %1").arg(toQString(decimalText(m_capacity->kneeUsers.value_or(0)))), 2);
    paintCurve(painter, m_picture.bounds, top, theme.muted, Qt::DashLine);
    paintCurve(painter, m_picture.usl, top, theme.accent, Qt::SolidLine);
    paintPoints(painter, m_picture.throughput, top, theme.categories[2]);
    painter.setClipRect(bottom.adjusted(-3, 0, 3, 3));
    if (m_picture.largestLoad)
        paintMark(painter, *m_picture.largestLoad, bottom, theme.good,
                  tr("largest load %1").arg(toQString(decimalText(m_capacity->largestLoad->users.value_or(0)))), 2);
    if (m_picture.limitPx)
        paintCurve(painter, {{0, *m_picture.limitPx}, {bottom.width(), *m_picture.limitPx}}, bottom, theme.bad,
                   Qt::DashLine);
    paintPoints(painter, m_picture.latency, bottom, theme.categories[0]);
    if (m_picture.limitPx) {
        painter.setFont(style::smallFont());
        painter.setPen(theme.text);
        const double y = *m_picture.limitPx < 18 ? *m_picture.limitPx + 2 : *m_picture.limitPx - 17;
        const QString limit = toQString(durationText(m_capacity->largestLoad->p95Limit));
        painter.drawText(QRectF(bottom.right() - kLabelPx - 6, bottom.top() + y, kLabelPx, 16),
                         Qt::AlignRight | Qt::AlignVCenter, tr("limit %1").arg(limit));
    }
    painter.restore();
}

} // namespace tailspan::replay
