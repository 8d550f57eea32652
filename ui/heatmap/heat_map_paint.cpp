// SPDX-License-Identifier: GPL-3.0-or-later
// How the map is painted: cells, lines and axes into a layer that is kept, crosshair and box over it.
#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "ui/heatmap/heat_map_view.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::heatmap {

using items::toQString;

namespace {

constexpr double kTimeSpacingPx = 110;
constexpr double kLatencySpacingPx = 44;
constexpr int kBandHeightPx = 5;
constexpr double kLabelInsetPx = 6;

/// Edges lie on whole pixels of the device, the same way on both sides of an edge.
double onPixel(double value, double ratio)
{
    return std::round(value * ratio) / ratio;
}

} // namespace

void HeatMapView::paintEvent(QPaintEvent *)
{
    const double ratio = devicePixelRatioF();
    if (m_layer.isNull() || m_layer.devicePixelRatio() != ratio)
        paintLayer();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_layer);
    const QRectF plot = plotRect();
    if (m_map != nullptr) {
        if (m_moment) {
            const double x = plot.left() + m_time.xOf(*m_moment);
            QColor line = style::theme().text;
            line.setAlphaF(0.55F);
            if (x >= plot.left() && x < plot.right())
                painter.fillRect(QRectF(onPixel(x, ratio), plot.top(), 1, plot.height()), line);
        }
        paintBox(painter, plot);
    }
    paintNotice(painter, plot);
    if (hasFocus()) {
        painter.setPen(style::theme().accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(plot.adjusted(-0.5, -0.5, 0.5, 0.5));
    }
}

void HeatMapView::paintLayer()
{
    const double ratio = devicePixelRatioF();
    m_layer = QPixmap((QSizeF(size()) * ratio).toSize());
    m_layer.setDevicePixelRatio(ratio);
    m_layer.fill(style::theme().window);
    QPainter painter(&m_layer);
    const QRectF plot = plotRect();
    painter.fillRect(plot, style::theme().panel);
    paintAxes(painter, plot);
    painter.save();
    painter.setClipRect(plot);
    if (m_map != nullptr && !m_image.isNull()) {
        paintCells(painter, plot);
        if (m_look.hasOutlines)
            paintOutlines(painter, plot);
        if (m_look.hasLines)
            paintLines(painter, plot);
    }
    paintBands(painter, plot);
    painter.restore();
    painter.setPen(style::theme().line);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(plot.adjusted(-0.5, -0.5, 0.5, 0.5));
}

double HeatMapView::columnX(const QRectF &plot, double column) const
{
    const double left = m_time.xOf(m_picture.range.begin);
    const double right = m_time.xOf(m_picture.range.end);
    return plot.left() + left + (right - left) * column / m_picture.columns;
}

/// One scan line of device pixels a row of cells, copied as often as the row is high: scaling an image row by row costs
/// several times as much.
void HeatMapView::paintCells(QPainter &painter, const QRectF &plot) const
{
    const double ratio = painter.device()->devicePixelRatioF();
    const QRect room(
        QPoint(static_cast<int>(std::ceil(plot.left() * ratio)), static_cast<int>(std::ceil(plot.top() * ratio))),
        QSize(static_cast<int>(plot.width() * ratio), static_cast<int>(plot.height() * ratio)));
    const double left = columnX(plot, 0) * ratio;
    const double perColumn = (columnX(plot, 1) - columnX(plot, 0)) * ratio;
    if (perColumn <= 0 || room.isEmpty())
        return;
    std::vector<int> columnAt(static_cast<std::size_t>(room.width()), -1); // by pixel
    for (int x = 0; x < room.width(); ++x) {
        const double column = std::floor((room.left() + x + 0.5 - left) / perColumn);
        if (column >= 0 && column < m_picture.columns)
            columnAt[static_cast<std::size_t>(x)] = static_cast<int>(column);
    }
    QImage cells(room.size(), QImage::Format_ARGB32_Premultiplied);
    cells.setDevicePixelRatio(ratio);
    cells.fill(Qt::transparent);
    for (std::uint32_t row = 0; row < m_picture.rows; ++row) {
        const auto edge = [&](std::uint32_t at) {
            const double y = (plot.top() + m_axis.yOfLog(m_picture.edgesLog10Ns[at])) * ratio - room.top();
            return static_cast<int>(std::lround(std::clamp(y, 0.0, static_cast<double>(room.height()))));
        };
        const int top = edge(row);
        const int bottom = edge(row + 1);
        if (top >= bottom)
            continue;
        const auto *from = reinterpret_cast<const QRgb *>(m_image.constScanLine(static_cast<int>(row)));
        auto *line = reinterpret_cast<QRgb *>(cells.scanLine(top));
        for (std::size_t x = 0; x < columnAt.size(); ++x)
            line[x] = columnAt[x] < 0 ? 0 : from[columnAt[x]];
        for (int y = top + 1; y < bottom; ++y)
            std::copy_n(line, room.width(), reinterpret_cast<QRgb *>(cells.scanLine(y)));
    }
    painter.drawImage(QPointF(room.topLeft()) / ratio, cells);
}

void HeatMapView::paintOutlines(QPainter &painter, const QRectF &plot) const
{
    const auto y = [&](std::uint32_t row) { return plot.top() + m_axis.yOfLog(m_picture.edgesLog10Ns[row]); };
    QList<QLineF> lines;
    for (const layout::HeatEdge &edge : m_picture.outlines) {
        const double x = columnX(plot, edge.column);
        if (edge.isVertical) {
            if (x >= plot.left() && x <= plot.right())
                lines.append(QLineF(x, y(edge.row), x, y(edge.row + edge.length)));
        } else {
            const double end = columnX(plot, edge.column + edge.length);
            if (end >= plot.left() && x <= plot.right())
                lines.append(QLineF(x, y(edge.row), end, y(edge.row)));
        }
    }
    painter.setPen(QPen(style::theme().bad, 1));
    painter.drawLines(lines);
}

void HeatMapView::paintLines(QPainter &painter, const QRectF &plot) const
{
    const style::Theme &theme = style::theme();
    const std::array colors{theme.text, theme.warn, theme.bad};
    const std::array names{"p50", "p95", "p99"};
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    painter.setFont(style::smallFont());
    double freeBelow = plot.top(); // labels do not lie on each other
    for (std::size_t i = m_picture.percentiles.size(); i-- > 0;) {
        QList<QLineF> lines; // piece by piece: one long path takes many times as long to fill
        std::optional<QPointF> last;
        std::uint32_t end = 0;
        for (const layout::HeatLinePoint &point : m_picture.percentiles[i]) {
            const QPointF at(columnX(plot, (point.beginColumn + point.endColumn) / 2.0),
                             plot.top() + m_axis.yOfLog(point.log10Ns));
            if (last && point.beginColumn <= end && at.x() >= plot.left() && last->x() <= plot.right())
                lines.append(QLineF(*last, at));
            last = at;
            end = point.endColumn;
        }
        if (!last)
            continue;
        painter.setPen(QPen(theme.panel, 3, Qt::SolidLine, Qt::FlatCap));
        painter.drawLines(lines);
        painter.setPen(QPen(colors[i], 1.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawLines(lines);
        const double top = std::max(last->y() - 16, freeBelow + 1);
        const QRectF label(plot.right() - 30, std::min(top, plot.bottom() - 15), 28, 13);
        freeBelow = label.bottom();
        painter.fillRect(label, theme.panel);
        painter.setPen(colors[i]);
        painter.drawText(label, Qt::AlignCenter, QLatin1StringView(names[i]));
    }
    painter.restore();
}

void HeatMapView::paintAxes(QPainter &painter, const QRectF &plot) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    const layout::ValueAxis latencies = layout::latencyAxis(
        m_axis.lowLog10Ns, m_axis.highLog10Ns, std::max(static_cast<int>(plot.height() / kLatencySpacingPx), 2));
    if (m_map == nullptr)
        return;
    for (const layout::AxisTick &tick : latencies.ticks) {
        const double y = std::round(plot.top() + m_axis.yOfLog(tick.value));
        painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), theme.grid);
        painter.setPen(theme.muted);
        const double top = std::clamp(y - 9, 0.0, plot.bottom() - 14);
        style::drawTabular(painter, QRectF(0, top, plot.left() - kLabelInsetPx, 18), Qt::AlignRight | Qt::AlignVCenter,
                           toQString(tick.label));
    }
    const auto times = m_map->isElapsed ? layout::elapsedTicks(m_time, kTimeSpacingPx)
                                        : layout::clockTicks(m_time, kTimeSpacingPx);
    for (const layout::TimeTick &tick : times) {
        const double x = std::round(plot.left() + tick.xPx);
        painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), theme.grid);
        painter.setPen(theme.muted);
        const double width = style::tabularWidth(painter.font(), toQString(tick.label));
        const double left = std::clamp(x - width / 2, plot.left() - width / 2, plot.right() - width);
        style::drawTabular(painter, QRectF(left, plot.bottom() + 3, width + 2, 16), Qt::AlignLeft | Qt::AlignVCenter,
                           toQString(tick.label));
    }
}

void HeatMapView::paintBands(QPainter &painter, const QRectF &plot) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::semiBold(style::smallFont()));
    double freeFrom = plot.left();
    for (const HeatBand &band : m_bands) {
        const double left = std::max(plot.left() + m_time.xOf(band.range.begin), plot.left());
        const double right = std::min(plot.left() + m_time.xOf(band.range.end), plot.right());
        if (right <= plot.left() || left >= plot.right())
            continue;
        painter.fillRect(QRectF(left, plot.top() + 1, std::max(right - left, 2.0), kBandHeightPx), theme.bad);
        const QString text = band.isOver ? tr("%1 fired").arg(band.name) : tr("%1 firing").arg(band.name);
        const double width = painter.fontMetrics().horizontalAdvance(text);
        double x = right + kLabelInsetPx;
        double y = plot.top();
        if (x + width > plot.right()) // no room behind it: before it, else below
            x = left - width - 2 - kLabelInsetPx;
        if (x < freeFrom) {
            x = std::max(right - width - kLabelInsetPx, plot.left() + kLabelInsetPx);
            y += kBandHeightPx + 2;
        }
        if (x < freeFrom)
            continue;
        painter.setPen(theme.bad);
        painter.drawText(QRectF(x, y, width + 2, 14), Qt::AlignLeft | Qt::AlignVCenter, text);
        freeFrom = x + width + kLabelInsetPx;
    }
}

void HeatMapView::paintBox(QPainter &painter, const QRectF &plot) const
{
    const QRectF box = boxRect().intersected(plot);
    if (!m_box || box.isEmpty())
        return;
    const style::Theme &theme = style::theme();
    QColor fill = theme.accent;
    fill.setAlphaF(0.08F);
    painter.setBrush(fill);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), 2, 2);
    painter.setFont(style::semiBold(style::smallFont()));
    const QString text = boxText();
    const double width = painter.fontMetrics().horizontalAdvance(text) + 8;
    const double height = 17;
    double top = box.top() - height - 2;
    if (top < plot.top())
        top = std::min(box.top() + 3, plot.bottom() - height);
    const double left = std::clamp(box.left(), plot.left(), std::max(plot.right() - width, plot.left()));
    const QRectF label(left, top, width, height);
    QColor back = theme.panel;
    back.setAlphaF(0.86F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(back);
    painter.drawRoundedRect(label, 3, 3);
    painter.setPen(theme.accent);
    painter.drawText(label, Qt::AlignCenter, text);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void HeatMapView::paintNotice(QPainter &painter, const QRectF &plot) const
{
    if (m_notice.isEmpty())
        return;
    const style::Theme &theme = style::theme();
    painter.setFont(style::uiFont());
    const QRectF room = plot.adjusted(24, 24, -24, -24);
    const QRectF text = painter.boundingRect(room, Qt::AlignCenter | Qt::TextWordWrap, m_notice);
    QColor back = theme.raised;
    back.setAlphaF(0.94F);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(theme.line);
    painter.setBrush(back);
    painter.drawRoundedRect(text.adjusted(-12, -8, 12, 8), style::metric::kRadius, style::metric::kRadius);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme.text);
    painter.drawText(text, Qt::AlignCenter | Qt::TextWordWrap, m_notice);
}

} // namespace tailspan::heatmap
