// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/curve_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr double kLeftPx = 64;
constexpr double kRightPx = 14;
constexpr double kTopPx = 22;
constexpr double kBottomPx = 22;
constexpr std::size_t kMostXTicks = 6;
constexpr std::size_t kMostYTicks = 4;

QColor colorOf(const advisor::CurvePicture::Curve &curve, std::size_t index)
{
    const style::Theme &theme = style::theme();
    return curve.isAfter ? theme.accent : theme.categories[index % theme.categories.size()];
}

} // namespace

CurveView::CurveView(advisor::CurvePicture picture, QWidget *parent) : QWidget(parent), m_picture(std::move(picture))
{
    setObjectName(QStringLiteral("curveView"));
    setAccessibleName(tr("%1 by %2").arg(toQString(m_picture.yName), toQString(m_picture.xName)));
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    std::vector<double> xs;
    std::vector<double> ys;
    for (const auto &curve : m_picture.curves) {
        xs.insert(xs.end(), curve.x.begin(), curve.x.end());
        ys.insert(ys.end(), curve.y.begin(), curve.y.end());
    }
    for (const auto &[name, value] : m_picture.limits)
        ys.push_back(value);
    m_x = layout::axisFor(xs, false, m_picture.isLogX);
    if (m_picture.xUnit == "time" && !xs.empty())
        m_x.high = *std::ranges::max_element(xs) > m_x.low ? *std::ranges::max_element(xs) : m_x.high;
    m_y = layout::axisFor(ys, true);
}

QRectF CurveView::plot() const
{
    return QRectF(kLeftPx, kTopPx, std::max(width() - kLeftPx - kRightPx, 10.0),
                  std::max(height() - kTopPx - kBottomPx, 10.0));
}

void CurveView::lay()
{
    const QRectF area = plot();
    m_lines.clear();
    for (const auto &curve : m_picture.curves) {
        std::vector<QPolygonF> stretches(1);
        for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
            if (!std::isfinite(curve.y[i])) {
                if (!stretches.back().isEmpty())
                    stretches.emplace_back();
                continue;
            }
            stretches.back().append(QPointF(area.left() + m_x.placeOf(curve.x[i]) * area.width(),
                                            area.bottom() - m_y.placeOf(curve.y[i]) * area.height()));
        }
        m_lines.push_back(std::move(stretches));
    }
    update();
}

void CurveView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    lay();
}

QString CurveView::xText(double value) const
{
    if (m_picture.xUnit == "time") {
        const TimePoint time(static_cast<std::int64_t>(value));
        constexpr double kDayNs = 86'400e9;
        const bool isLong = m_x.high - m_x.low > 2 * kDayNs;
        return toQString(isLong ? isoText(time).substr(5, 5) : clockText(time).substr(0, 5));
    }
    const QString unit = m_picture.xUnit.empty() ? QString() : u' ' + toQString(m_picture.xUnit);
    return toQString(decimalText(value)) + unit;
}

QString CurveView::yText(double value) const
{
    if (m_picture.yUnit == "bytes")
        return toQString(bytesText(static_cast<std::uint64_t>(std::max(value, 0.0))));
    if (m_picture.yUnit == "ratio")
        return toQString(percentText(value));
    return toQString(decimalText(value)) + (m_picture.yUnit.empty() ? QString() : u' ' + toQString(m_picture.yUnit));
}

void CurveView::paintAxes(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRectF area = plot();
    painter.setFont(style::smallFont());
    for (const double value : m_y.ticks(kMostYTicks)) {
        const double y = area.bottom() - m_y.placeOf(value) * area.height();
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(theme.muted);
        style::drawTabular(painter, QRectF(0, y - 9, kLeftPx - 8, 18), Qt::AlignRight | Qt::AlignVCenter, yText(value));
    }
    for (const double value : m_x.ticks(kMostXTicks)) {
        const double x = area.left() + m_x.placeOf(value) * area.width();
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4));
        painter.setPen(theme.muted);
        const double left = std::clamp(x - 45, 0.0, width() - 90.0);
        painter.drawText(QRectF(left, area.bottom() + 4, 90, 16), Qt::AlignHCenter | Qt::AlignVCenter, xText(value));
    }
    for (const auto &[name, value] : m_picture.limits) {
        const double y = area.bottom() - m_y.placeOf(value) * area.height();
        painter.setPen(QPen(theme.bad, 1, Qt::DashLine));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(theme.text);
        painter.drawText(QRectF(area.left() + 4, y - 17, area.width() - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                         QStringLiteral("%1 %2").arg(toQString(name), yText(value)));
    }
}

void CurveView::paintCurves(QPainter &painter) const
{
    const QRectF area = plot();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.save();
    painter.setClipRect(area.adjusted(-2, -2, 2, 2));
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const auto &curve = m_picture.curves[i];
        painter.setPen(QPen(colorOf(curve, i), 1.6, curve.isAfter ? Qt::DashLine : Qt::SolidLine));
        for (const QPolygonF &stretch : m_lines[i])
            painter.drawPolyline(stretch);
    }
    if (m_picture.chosenX) {
        const double x = area.left() + m_x.placeOf(*m_picture.chosenX) * area.width();
        painter.setPen(QPen(style::theme().good, 1.5));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    painter.restore();
    if (m_picture.chosenX) {
        const double x = area.left() + m_x.placeOf(*m_picture.chosenX) * area.width();
        painter.setPen(style::theme().text);
        painter.setFont(style::smallFont());
        const QString text = tr("chosen %1").arg(xText(*m_picture.chosenX));
        const bool isLeft = x + 110 > area.right();
        painter.drawText(QRectF(isLeft ? x - 115 : x + 5, area.top(), 110, 16),
                         (isLeft ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
    }
}

void CurveView::paintLegend(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    double x = kLeftPx;
    for (std::size_t i = 0; i < m_picture.curves.size(); ++i) {
        const auto &curve = m_picture.curves[i];
        painter.setPen(QPen(colorOf(curve, i), 2, curve.isAfter ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(QPointF(x, 10), QPointF(x + 18, 10));
        const QString name = toQString(curve.name);
        const int nameWidth = painter.fontMetrics().horizontalAdvance(name);
        painter.setPen(theme.text);
        painter.drawText(QRectF(x + 23, 1, nameWidth + 4, 18), Qt::AlignLeft | Qt::AlignVCenter, name);
        x += nameWidth + 44;
    }
}

void CurveView::paintReading(QPainter &painter) const
{
    const QRectF area = plot();
    if (m_hoverPx < area.left() || m_hoverPx > area.right())
        return;
    const style::Theme &theme = style::theme();
    painter.setPen(QPen(theme.muted, 1));
    painter.drawLine(QPointF(m_hoverPx, area.top()), QPointF(m_hoverPx, area.bottom()));
    QString text;
    for (std::size_t i = 0; i < m_picture.curves.size(); ++i) {
        const auto &curve = m_picture.curves[i];
        double nearest = INFINITY;
        std::size_t at = 0;
        for (std::size_t point = 0; point < std::min(curve.x.size(), curve.y.size()); ++point) {
            const double distance = std::abs(area.left() + m_x.placeOf(curve.x[point]) * area.width() - m_hoverPx);
            if (distance < nearest && std::isfinite(curve.y[point])) {
                nearest = distance;
                at = point;
            }
        }
        if (!std::isfinite(nearest))
            continue;
        if (text.isEmpty())
            text = xText(curve.x[at]);
        text += u"  " + toQString(curve.name) + u' ' + yText(curve.y[at]);
    }
    painter.setFont(style::smallFont());
    const double textWidth = painter.fontMetrics().horizontalAdvance(text) + 12;
    const double left = std::clamp(m_hoverPx - textWidth / 2, 0.0, std::max(0.0, width() - textWidth));
    const QRectF box(left, area.top() + 2, textWidth, 18);
    painter.setPen(theme.line);
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(theme.text);
    painter.drawText(box, Qt::AlignCenter, text);
}

void CurveView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintAxes(painter);
    paintCurves(painter);
    paintLegend(painter);
    paintReading(painter);
}

void CurveView::mouseMoveEvent(QMouseEvent *event)
{
    m_hoverPx = event->position().x();
    update();
}

void CurveView::leaveEvent(QEvent *)
{
    m_hoverPx = -1;
    update();
}

} // namespace tailspan::advisorpage
