// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/sparkline.h"

#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace tailspan::mainwindow {

namespace metric = style::metric;

namespace {
constexpr double kLabelWidthPx = 60;
constexpr double kKeyStep = 0.02;
constexpr double kSmallestBrush = 0.004;
} // namespace

Sparkline::Sparkline(const QString &label, Hue hue, QWidget *parent) : QWidget(parent), m_label(label), m_hue(hue)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(label);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setValues(std::vector<std::optional<double>> values, const QString &peak)
{
    m_values = std::move(values);
    m_peak = peak;
    setAccessibleDescription(tr("Peak %1").arg(peak));
    update();
}

void Sparkline::setBrush(std::optional<Brush> brush)
{
    m_brush = brush;
    update();
}

void Sparkline::setMoment(std::optional<double> position)
{
    m_moment = position;
    update();
}

void Sparkline::setOverlays(std::vector<Brush> bands, std::vector<double> marks)
{
    m_bands = std::move(bands);
    m_marks = std::move(marks);
    update();
}

void Sparkline::paintOverlays(QPainter &painter) const
{
    const style::Theme &t = style::theme();
    const QRectF plot = plotRect();
    QColor wash = t.bad;
    wash.setAlphaF(0.14F);
    for (const Brush &band : m_bands) {
        const QRectF area(plot.left() + band.begin * plot.width(), plot.top(),
                          std::max((band.end - band.begin) * plot.width(), 2.0), plot.height());
        painter.fillRect(area, wash);
        painter.fillRect(QRectF(area.left(), area.top(), area.width(), 2), t.bad);
    }
    painter.setPen(QPen(t.muted, 1, Qt::DotLine));
    for (const double mark : m_marks) {
        const double x = std::round(plot.left() + mark * plot.width()) + 0.5;
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
}

QRectF Sparkline::plotRect() const
{
    return QRectF(rect()).adjusted(kLabelWidthPx, 3, -2, -3);
}

double Sparkline::positionAt(double x) const
{
    const QRectF plot = plotRect();
    return std::clamp((x - plot.left()) / std::max(plot.width(), 1.0), 0.0, 1.0);
}

QColor Sparkline::hue() const
{
    const style::Theme &t = style::theme();
    switch (m_hue) {
    case Hue::Rate: return t.categories[0];
    case Hue::Latency: return t.categories[4];
    case Hue::Errors: return t.bad;
    }
    return t.accent;
}

void Sparkline::paintCurve(QPainter &painter) const
{
    const QRectF plot = plotRect();
    double highest = 0;
    for (const std::optional<double> &value : m_values)
        highest = std::max(highest, value.value_or(0));
    const double step = plot.width() / static_cast<double>(std::max<std::size_t>(m_values.size(), 1));
    QPainterPath line;
    QPainterPath area;
    const double floor = plot.bottom() - 1;
    bool isDrawing = false;
    double lastX = 0;
    const auto endArea = [&] {
        if (isDrawing)
            area.lineTo(lastX, floor);
        isDrawing = false;
    };
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        if (!m_values[i]) {
            endArea(); // a gap stays a gap: nothing measured is not zero
            continue;
        }
        const double x = plot.left() + step * (static_cast<double>(i) + 0.5);
        const double y = highest > 0 ? floor - *m_values[i] / highest * (plot.height() - 4) : floor;
        if (!isDrawing) {
            line.moveTo(x - step / 2, y);
            area.moveTo(x - step / 2, floor);
            area.lineTo(x - step / 2, y);
        }
        line.lineTo(x + step / 2, y);
        area.lineTo(x + step / 2, y);
        lastX = x + step / 2;
        isDrawing = true;
    }
    endArea();
    painter.fillPath(area, style::theme().fill(hue()));
    painter.setPen(QPen(hue(), 1.25));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(line);
}

void Sparkline::paintBrush(QPainter &painter) const
{
    const QRectF plot = plotRect();
    const style::Theme &t = style::theme();
    if (m_brush) {
        QColor wash = t.accent;
        wash.setAlphaF(0.22F);
        const QRectF area(plot.left() + m_brush->begin * plot.width(), 1,
                          std::max((m_brush->end - m_brush->begin) * plot.width(), 3.0), height() - 2.0);
        painter.setPen(QPen(t.accent, 1));
        painter.setBrush(wash);
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    }
    if (m_moment) {
        const double x = std::round(plot.left() + *m_moment * plot.width()) + 0.5;
        painter.setPen(QPen(t.accent, 1));
        painter.drawLine(QPointF(x, 2), QPointF(x, height() - 2.0));
    }
}

void Sparkline::paintEvent(QPaintEvent *)
{
    const style::Theme &t = style::theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(style::smallFont());
    const bool hasPeak = !m_peak.isEmpty();
    const QRectF label(0, 0, kLabelWidthPx - 8, height() / 2.0);
    painter.setPen(t.muted);
    painter.drawText(hasPeak ? label : QRectF(0, 0, kLabelWidthPx - 8, height()),
                     Qt::AlignRight | (hasPeak ? Qt::AlignBottom : Qt::AlignVCenter), m_label);
    if (hasPeak) {
        painter.setPen(t.text);
        style::drawTabular(painter, label.translated(0, height() / 2.0), Qt::AlignRight | Qt::AlignTop, m_peak);
    }
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 1.5));
        painter.drawRoundedRect(plotRect().adjusted(-2, -2, 1, 2), metric::kRadius, metric::kRadius);
    }
    painter.setPen(QPen(t.grid, 1));
    painter.drawLine(plotRect().bottomLeft(), plotRect().bottomRight());
    paintOverlays(painter);
    paintCurve(painter);
    paintBrush(painter);
}

void Sparkline::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || event->position().x() < plotRect().left() - 4) {
        event->ignore();
        return;
    }
    m_pressedAt = positionAt(event->position().x());
    const bool isInside = m_brush && *m_pressedAt > m_brush->begin && *m_pressedAt < m_brush->end;
    m_moving = isInside ? m_brush : std::nullopt;
}

void Sparkline::mouseMoveEvent(QMouseEvent *event)
{
    const double position = positionAt(event->position().x());
    Q_EMIT hovered(event->position().x() < plotRect().left() ? -1 : position);
    if (!m_pressedAt)
        return;
    if (m_moving) {
        const double length = m_moving->end - m_moving->begin;
        const double begin = std::clamp(m_moving->begin + position - *m_pressedAt, 0.0, 1.0 - length);
        setBrush(Brush{begin, begin + length});
    } else {
        setBrush(Brush{std::min(position, *m_pressedAt), std::max(position, *m_pressedAt)});
    }
}

void Sparkline::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_pressedAt)
        return;
    const bool isClick = std::abs(positionAt(event->position().x()) - *m_pressedAt) < kSmallestBrush;
    m_pressedAt.reset();
    m_moving.reset();
    if (m_brush && !isClick)
        Q_EMIT brushed(m_brush->begin, m_brush->end);
    else
        Q_EMIT brushCleared();
}

void Sparkline::mouseDoubleClickEvent(QMouseEvent *)
{
    m_pressedAt.reset();
    Q_EMIT brushCleared();
}

void Sparkline::keyPressEvent(QKeyEvent *event)
{
    const bool isLeft = event->key() == Qt::Key_Left;
    if ((isLeft || event->key() == Qt::Key_Right) && !(event->modifiers() & Qt::AltModifier)) {
        Brush brush = m_brush.value_or(Brush{0.4, 0.6});
        const double step = isLeft ? -kKeyStep : kKeyStep;
        if (event->modifiers() & Qt::ShiftModifier) {
            brush.end = std::clamp(brush.end + step, brush.begin + kSmallestBrush, 1.0);
        } else if (m_brush) {
            const double length = brush.end - brush.begin;
            brush.begin = std::clamp(brush.begin + step, 0.0, 1.0 - length);
            brush.end = brush.begin + length;
        }
        Q_EMIT brushed(brush.begin, brush.end);
    } else if (event->key() == Qt::Key_Escape && m_brush) {
        Q_EMIT brushCleared();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void Sparkline::leaveEvent(QEvent *event)
{
    Q_EMIT hovered(-1);
    QWidget::leaveEvent(event);
}

} // namespace tailspan::mainwindow
