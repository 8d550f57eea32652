// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metriclanes/lane_drawing.h"

#include "ui/style/theme.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace tailspan::metriclanes {

namespace {

constexpr double kMostTravel = 24;      ///< Times the height of the plot.
constexpr qsizetype kStrokePoints = 64; ///< Of one stroke: its cost grows faster than its length.

/// How far up and down a line goes.
double travelOf(const QPolygonF &points)
{
    double travel = 0;
    for (qsizetype i = 1; i < points.size(); ++i)
        travel += std::abs(points[i].y() - points[i - 1].y());
    return travel;
}

void fillBelow(QPainter &painter, QPolygonF points, const QColor &fill, double floor)
{
    points.append(QPointF(points.back().x(), floor));
    points.append(QPointF(points.front().x(), floor));
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawPolygon(points);
}

void drawRun(QPainter &painter, const std::vector<layout::LanePoint> &run, QPen pen, const QColor &fill, double height)
{
    QPolygonF points;
    for (const layout::LanePoint &point : run)
        points.append(QPointF(point.xPx, point.yPx));
    if (points.size() == 1) // a lone point between gaps is seen as well
        points.append(points.front() + QPointF(1.5, 0));
    // Smooth wide strokes of a line that goes up and down in every pixel take long and show no more.
    const bool isDense = travelOf(points) > kMostTravel * height;
    painter.setRenderHint(QPainter::Antialiasing, !isDense);
    if (fill.isValid())
        fillBelow(painter, points, fill, height);
    pen.setWidthF(isDense ? 1.0 : 1.4);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    for (qsizetype begin = 0; begin + 1 < points.size(); begin += kStrokePoints)
        painter.drawPolyline(points.constData() + begin,
                             static_cast<int>(std::min(kStrokePoints + 1, points.size() - begin)));
}

} // namespace

QColor MetricLane::colorOf(const layout::LaneCurve &curve, std::size_t index) const
{
    const style::Theme &theme = style::theme();
    if (curve.isRest)
        return theme.muted;
    if (curve.label == "p99")
        return theme.bad;
    if (curve.label == "p95")
        return theme.warn;
    if (curve.label == "p50")
        return theme.text;
    const auto known = std::find(m_spec.lines.begin(), m_spec.lines.end(), curve.label);
    if (known == m_spec.lines.end())
        return theme.category(index, curve.label);
    return theme.category(static_cast<std::size_t>(known - m_spec.lines.begin()), curve.label);
}

MetricLane::DrawnPtr MetricLane::drawn(const Drawing &drawing)
{
    auto result = std::make_shared<Drawn>();
    const double height = drawing.size.height();
    result->picture = layout::layMetricLane(drawing.curves, drawing.unit, drawing.scale, height, drawing.axis);
    result->results = drawing.results;
    result->colors = drawing.colors;
    result->range = drawing.range;
    result->stepNs = drawing.stepNs;
    if (result->picture.isEmpty)
        return result;
    result->image = QImage(drawing.size * drawing.pixelRatio, QImage::Format_ARGB32_Premultiplied);
    result->image.setDevicePixelRatio(drawing.pixelRatio);
    result->image.fill(Qt::transparent);
    QPainter painter(&result->image);
    for (std::size_t i = 0; i < result->picture.lines.size(); ++i) {
        const layout::LaneLine &line = result->picture.lines[i];
        const QPen pen(drawing.colors[i], 1.4, line.isRest ? Qt::DashLine : Qt::SolidLine);
        for (const auto &run : line.runs)
            drawRun(painter, run, pen, drawing.fill, height);
    }
    return result;
}

} // namespace tailspan::metriclanes
