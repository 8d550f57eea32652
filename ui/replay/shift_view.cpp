// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/shift_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/replay/plot_painting.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

using items::toQString;

namespace {

QString lengthText(double ns)
{
    return toQString(durationText(Duration(std::llround(ns))));
}

QString signedText(double ns)
{
    return (ns > 0 ? QStringLiteral("+") : QString()) + lengthText(ns);
}

} // namespace

ShiftView::ShiftView(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("shiftView"));
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void ShiftView::setShift(std::vector<loadtest::PercentileShift> shift, const QString &why)
{
    m_why = why;
    m_shift = std::move(shift);
    m_hoverPx = -1;
    lay();
}

void ShiftView::lay()
{
    const QRectF plot = plotIn(QRectF(rect()).adjusted(0, 0, 0, -kReadingPx));
    m_picture = layout::layShift(m_shift, plot.width(), plot.height());
    setAccessibleName(tr("How much slower each percentile got. %1").arg(reading()));
    update();
}

QString ShiftView::reading() const
{
    const QRectF plot = plotIn(rect());
    const double at = m_hoverPx < 0 ? plot.width() * 94 / 98 : m_hoverPx; // p95 of p1 to p99
    const loadtest::PercentileShift *shift = layout::shiftAt(m_shift, at, plot.width());
    if (shift == nullptr)
        return {};
    return tr("p%1: %2 before, %3 after, %4 (%5 to %6)")
        .arg(toQString(decimalText(shift->percentile)), lengthText(shift->beforeNs), lengthText(shift->afterNs),
             signedText(shift->afterNs - shift->beforeNs), signedText(shift->lowNs), signedText(shift->highNs));
}

bool ShiftView::event(QEvent *event)
{
    return keepsKeys(*event) || QWidget::event(event);
}

void ShiftView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    painter.fillRect(rect(), theme.panel);
    if (m_picture.line.empty()) {
        paintNothing(painter, rect(), m_why);
        return;
    }
    const QRectF plot = plotIn(QRectF(rect()).adjusted(0, 0, 0, -kReadingPx));
    paintPlotFrame(painter, plot, tr("Difference at each percentile, above the line is slower"), m_picture.valueTicks,
                   m_picture.shareTicks);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.fill(theme.accent));
    painter.drawPolygon(polygonAt(m_picture.band, plot));
    painter.setPen(QPen(theme.muted, 1));
    painter.drawLine(QPointF(plot.left(), plot.top() + m_picture.zeroPx),
                     QPointF(plot.right(), plot.top() + m_picture.zeroPx));
    painter.setPen(QPen(theme.accent, 2));
    painter.drawPolyline(polygonAt(m_picture.line, plot));
    if (m_hoverPx >= 0) {
        painter.setPen(QPen(theme.text, 1));
        painter.drawLine(QPointF(plot.left() + m_hoverPx, plot.top()), QPointF(plot.left() + m_hoverPx, plot.bottom()));
    }
    paintReading(painter, rect(), reading(), {});
    paintFocus(painter, *this);
}

void ShiftView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    lay();
}

void ShiftView::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF plot = plotIn(rect());
    const double x = event->position().x() - plot.left();
    m_hoverPx = x >= 0 && x <= plot.width() ? x : -1;
    update();
}

void ShiftView::leaveEvent(QEvent *event)
{
    m_hoverPx = -1;
    update();
    QWidget::leaveEvent(event);
}

void ShiftView::keyPressEvent(QKeyEvent *event)
{
    const auto stepped =
        steppedInPlot(event->key(), m_hoverPx < 0 ? std::nullopt : std::optional(m_hoverPx), plotIn(rect()).width());
    if (!stepped)
        return QWidget::keyPressEvent(event);
    m_hoverPx = *stepped;
    setAccessibleDescription(reading());
    update();
}

} // namespace tailspan::replay
