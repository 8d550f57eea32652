// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/heatmap/heat_map_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/style/theme.h"

#include <QEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::heatmap {

using namespace Qt::StringLiterals;
using items::toQString;
using layout::HeatCells;
using layout::HeatRect;

namespace {

constexpr int kLabelWidthPx = 60;
constexpr int kTimeHeightPx = 20;
constexpr int kTopPx = 8; // half a label above the plot

} // namespace

HeatMapView::HeatMapView(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"heatMap"_s);
    setAccessibleName(tr("Latency heatmap"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QRectF HeatMapView::plotRect() const
{
    return QRectF(rect()).adjusted(kLabelWidthPx, kTopPx, -1, -kTimeHeightPx);
}

void HeatMapView::setMap(workspace::HeatMapPtr map, layout::HeatPicture picture)
{
    const bool isOther = m_map == nullptr || map == nullptr || !(m_map->origin == map->origin);
    m_map = std::move(map);
    m_picture = std::move(picture);
    if (m_map != nullptr) {
        const std::optional<layout::LatencyAxis> before = m_hasAxis && !isOther ? std::optional(m_axis) : std::nullopt;
        m_axis = layout::latencyAxisOf(m_map->grid, plotRect().height(), before);
        m_hasAxis = true;
    }
    rebuildImage();
    repaintLayer();
}

void HeatMapView::setLook(const HeatLook &look)
{
    if (look == m_look)
        return;
    m_look = look;
    rebuildImage();
    repaintLayer();
}

/// A row of palette numbers becomes a line of pixels; colours are those of the theme in force.
void HeatMapView::rebuildImage()
{
    m_image = {};
    if (m_picture.cells.empty())
        return;
    const QList<QRgb> colors = m_picture.isDifference ? style::differenceColors() : style::heatColors(m_look.palette);
    m_image = QImage(static_cast<int>(m_picture.columns), static_cast<int>(m_picture.rows),
                     QImage::Format_ARGB32_Premultiplied);
    for (std::uint32_t row = 0; row < m_picture.rows; ++row) {
        auto *line = reinterpret_cast<QRgb *>(m_image.scanLine(static_cast<int>(row)));
        const std::uint8_t *cells = &m_picture.cells[std::size_t{row} * m_picture.columns];
        for (std::uint32_t column = 0; column < m_picture.columns; ++column)
            line[column] = colors[cells[column]];
    }
}

void HeatMapView::setTime(TimeRange bounds, TimeRange shown)
{
    if (bounds.isEmpty())
        bounds = shown;
    setTimeScale(layout::TimeScale(bounds.united(shown), std::max(plotRect().width(), 1.0)).showing(shown));
}

void HeatMapView::setTimeScale(const layout::TimeScale &time)
{
    if (time == m_time)
        return;
    m_time = time;
    repaintLayer();
}

void HeatMapView::repaintLayer()
{
    m_layer = {};
    update();
}

void HeatMapView::setMoment(std::optional<TimePoint> moment)
{
    if (moment == m_moment)
        return;
    m_moment = moment;
    update();
}

void HeatMapView::setBands(std::vector<HeatBand> bands)
{
    m_bands = std::move(bands);
    repaintLayer();
}

void HeatMapView::setBox(std::optional<layout::HeatBox> box)
{
    m_box = box;
    update();
}

void HeatMapView::clearBox()
{
    if (!m_box)
        return;
    setBox(std::nullopt);
    Q_EMIT boxEdited();
}

void HeatMapView::setNoun(const char *one, const char *many)
{
    m_one = one;
    m_many = many;
}

void HeatMapView::setNotice(const QString &text)
{
    if (text == m_notice)
        return;
    m_notice = text;
    update();
}

void HeatMapView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_time = m_time.withWidth(std::max(plotRect().width(), 1.0));
    m_axis.heightPx = std::max(plotRect().height(), 1.0);
    repaintLayer();
    Q_EMIT resized();
}

void HeatMapView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    rebuildImage();
    repaintLayer();
}

void HeatMapView::zoom(double factor)
{
    double pivot = m_time.widthPx() / 2;
    if (m_moment)
        pivot = std::clamp(m_time.xOf(*m_moment), 0.0, m_time.widthPx());
    setTimeScale(m_time.zoomed(factor, pivot));
    Q_EMIT shownChanged(m_time.visible());
}

void HeatMapView::pan(double share)
{
    setTimeScale(m_time.panned(share * m_time.widthPx()));
    Q_EMIT shownChanged(m_time.visible());
}

QRectF HeatMapView::boxRect() const
{
    if (!m_box)
        return {};
    const QRectF plot = plotRect();
    const HeatRect box = layout::rectOf(*m_box, m_time, m_axis);
    return QRectF(QPointF(std::round(plot.left() + box.leftPx), std::round(plot.top() + box.topPx)),
                  QPointF(std::round(plot.left() + box.rightPx), std::round(plot.top() + box.bottomPx)));
}

HeatCells HeatMapView::cellsOfBox() const
{
    return m_map == nullptr || !m_box ? HeatCells() : layout::cellsOf(m_map->grid, *m_box);
}

QString HeatMapView::boxText() const
{
    if (m_map == nullptr || !m_box)
        return {};
    const std::uint64_t count = layout::countIn(m_map->grid, cellsOfBox());
    return tr("%1, %2, %3")
        .arg(toQString(pluralText(count, m_one, m_many)), toQString(layout::timeRangeText(m_box->time)),
             toQString(layout::bandText(m_box->band)));
}

QString HeatMapView::textAt(const QPointF &position) const
{
    const QPointF at = position - plotRect().topLeft();
    if (m_map == nullptr || at.x() < 0 || at.x() >= m_time.widthPx())
        return {};
    const auto cell = layout::cellAt(m_map->grid, m_time, m_axis, at.x(), at.y());
    if (!cell)
        return {};
    const metric::LatencyGrid &grid = m_map->grid;
    const layout::HeatBox box = layout::boxOf(grid, *cell);
    const std::uint32_t count = grid.count(cell->beginColumn, cell->beginRow);
    std::uint64_t inColumn = 0;
    for (const std::uint32_t each : grid.columnCounts(cell->beginColumn))
        inColumn += each;
    QString text = tr("%1 · %2 UTC · %3")
                       .arg(toQString(pluralText(count, m_one, m_many)), toQString(layout::timeRangeText(box.time)),
                            toQString(layout::bandText(box.band)));
    if (count > 0)
        text += tr("\n%1 of those that ended then")
                    .arg(toQString(percentText(static_cast<double>(count) / static_cast<double>(inColumn))));
    if (m_map->failed && count > 0)
        text += tr(" · %1 failed").arg(toQString(countText(m_map->failed->count(cell->beginColumn, cell->beginRow))));
    return text;
}

QImage HeatMapView::rendered(double scale)
{
    QImage image((QSizeF(size()) * scale).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    image.fill(style::theme().window);
    render(&image, {}, {}, QWidget::DrawChildren);
    return image;
}

} // namespace tailspan::heatmap
