// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/heat_difference_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "models/layout/run_overlay.h"
#include "ui/replay/plot_painting.h"
#include "ui/style/fonts.h"
#include "ui/style/heat_colors.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using layout::DifferencePalette;
using layout::HeatCells;

namespace {

constexpr double kLegendPx = 24;
constexpr double kEdgePx = 12;
constexpr double kGapPx = 6;
constexpr double kStripPx = 120;
constexpr double kStripHeightPx = 8;
constexpr int kMostLatencyTicks = 6;

QString shareText(std::uint32_t count, std::uint64_t total)
{
    return toQString(percentText(static_cast<double>(count) / static_cast<double>(std::max<std::uint64_t>(total, 1))));
}

} // namespace

HeatDifferenceView::HeatDifferenceView(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"heatDifferenceView"_s);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void HeatDifferenceView::setHeat(layout::RunHeat heat)
{
    m_heat = std::move(heat);
    m_cell.reset();
    makeImage();
    lay();
}

/// One pixel a cell; rows have the same height on the logarithmic axis but for the outermost ones.
void HeatDifferenceView::makeImage()
{
    const layout::HeatPicture &picture = m_heat.picture;
    m_image = {};
    if (m_heat.isEmpty())
        return;
    m_image = QImage(static_cast<int>(picture.columns), static_cast<int>(picture.rows), QImage::Format_Indexed8);
    m_image.setColorTable(style::differenceColors());
    for (std::uint32_t row = 0; row < picture.rows; ++row)
        std::copy_n(picture.cells.begin() + static_cast<std::ptrdiff_t>(std::size_t{row} * picture.columns),
                    picture.columns, m_image.scanLine(static_cast<int>(row)));
}

QRectF HeatDifferenceView::plot() const
{
    return {static_cast<double>(kPlotLeftPx), kLegendPx + kGapPx,
            std::max(width() - kPlotLeftPx - kPlotRightPx, 1) * 1.0,
            std::max(height() - kLegendPx - kGapPx - kPlotBottomPx - kReadingPx, 1.0)};
}

layout::LatencyAxis HeatDifferenceView::axis() const
{
    return {m_heat.lowLog10Ns, m_heat.highLog10Ns, plot().height()};
}

layout::TimeScale HeatDifferenceView::scale() const
{
    return {{m_heat.after.begin, m_heat.after.end()}, plot().width()};
}

void HeatDifferenceView::lay()
{
    m_latencyTicks.clear();
    m_timeTicks.clear();
    if (!m_heat.isEmpty()) {
        const layout::LatencyAxis latency = axis();
        for (const layout::AxisTick &tick :
             layout::latencyAxis(latency.lowLog10Ns, latency.highLog10Ns, kMostLatencyTicks).ticks)
            m_latencyTicks.push_back({latency.yOfLog(tick.value), tick.label});
        m_timeTicks = layout::runClockTicks(static_cast<double>(m_heat.after.begin.ns()) / 1e9,
                                            static_cast<double>(m_heat.after.end().ns()) / 1e9, plot().width());
    }
    setAccessibleName(tr("Where latencies differ. %1").arg(toQString(m_heat.words)));
    update();
}

QString HeatDifferenceView::reading() const
{
    if (!m_cell || m_heat.isEmpty())
        return {};
    const std::uint32_t column = m_cell->beginColumn;
    const std::uint32_t row = m_cell->beginRow;
    const auto second = [this](std::uint32_t at) {
        return toQString(
            layout::runClockText(static_cast<double>(m_heat.after.begin.ns() + m_heat.after.column.ns() * at) / 1e9));
    };
    const std::uint32_t before = m_heat.before.count(column, row);
    const std::uint32_t after = m_heat.after.count(column, row);
    const metric::LatencyGridDifference::Cell &cell = m_heat.difference.cell(column, row);
    const QString change = before == after && before == 0 ? QString()
        : !cell.isSignificant                             ? tr(", may be chance")
        : cell.change > 0                                 ? tr(", a larger share")
                                                          : tr(", a smaller share");
    return tr("%1 to %2, %3: %4 before (%5), %6 after (%7)%8")
        .arg(second(column), second(column + 1), toQString(layout::bandText(layout::bandOf(m_heat.after.rows, row))),
             toQString(countText(before)), shareText(before, m_heat.before.total), toQString(countText(after)),
             shareText(after, m_heat.after.total), change);
}

QPointF HeatDifferenceView::placeOf(std::uint32_t column, std::uint32_t row) const
{
    const QRectF area = plot();
    const layout::LatencyBand band = layout::bandOf(m_heat.after.rows, row);
    const layout::LatencyAxis latency = axis();
    const double high = latency.yOf(static_cast<double>(band.atMostNs));
    const double low = latency.yOf(static_cast<double>(std::max<std::int64_t>(band.aboveNs, 1)));
    return {area.left() + (column + 0.5) / m_heat.after.columns * area.width(),
            area.top() + std::clamp((high + low) / 2, 0.0, area.height() - 1)};
}

bool HeatDifferenceView::event(QEvent *event)
{
    return keepsKeys(*event) || QWidget::event(event);
}

void HeatDifferenceView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    painter.fillRect(rect(), theme.panel);
    painter.setFont(style::smallFont());
    if (m_heat.isEmpty()) {
        paintNothing(painter, rect(), toQString(m_heat.words));
        return;
    }
    const QRectF area = plot();
    paintLegend(painter);
    paintPlotFrame(painter, area, {}, m_latencyTicks, m_timeTicks);
    paintCells(painter, area);
    painter.setPen(theme.line);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area);
    paintCursor(painter, area);
    paintReading(painter, rect(), reading(), tr("Point at a cell, or step with the arrow keys, to read both counts."));
    paintFocus(painter, *this);
}

void HeatDifferenceView::paintLegend(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QList<QRgb> colors = style::differenceColors();
    double x = kEdgePx;
    const double top = (kLegendPx - kStripHeightPx) / 2;
    const auto write = [&](const QString &text) {
        const double textPx = painter.fontMetrics().horizontalAdvance(text) + 2;
        painter.setPen(theme.text);
        painter.drawText(QRectF(x, 0, textPx, kLegendPx), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += textPx + kGapPx;
    };
    if (!m_heat.picture.legend.empty()) {
        write(tr("fewer %1").arg(toQString(m_heat.picture.legend.front().label)));
        const auto half = static_cast<int>(kStripPx / 2);
        for (int i = 0; i < half; ++i) {
            const int step = i * (DifferencePalette::kSteps - 1) / (half - 1);
            painter.fillRect(QRectF(x + half - 1 - i, top, 1, kStripHeightPx),
                             QColor(colors[DifferencePalette::kLess + step]));
            painter.fillRect(QRectF(x + half + i, top, 1, kStripHeightPx),
                             QColor(colors[DifferencePalette::kMore + step]));
        }
        x += kStripPx + kGapPx;
        write(tr("more %1 of the requests after").arg(toQString(m_heat.picture.legend.back().label)));
        x += kGapPx;
    }
    painter.fillRect(QRectF(x, top, kStripHeightPx, kStripHeightPx),
                     QColor(colors[DifferencePalette::kGrey + DifferencePalette::kGreySteps * 3 / 4]));
    x += kStripHeightPx + kGapPx;
    write(m_heat.picture.legend.empty() ? tr("nothing but what may be chance") : tr("may be chance"));
    paintAside(painter, rect(), x + kGapPx, kLegendPx, toQString(m_heat.words));
}

void HeatDifferenceView::paintCells(QPainter &painter, const QRectF &area) const
{
    const layout::HeatPicture &picture = m_heat.picture;
    const layout::LatencyAxis latency = axis();
    painter.save();
    painter.setClipRect(area);
    for (std::uint32_t row = 0; row < picture.rows; ++row) {
        const double top = std::round(area.top() + latency.yOfLog(picture.edgesLog10Ns[row]));
        const double bottom = std::round(area.top() + latency.yOfLog(picture.edgesLog10Ns[row + 1]));
        if (bottom > area.top() && top < area.bottom())
            painter.drawImage(QRectF(area.left(), top, area.width(), std::max(bottom - top, 1.0)), m_image,
                              QRectF(0, row, picture.columns, 1));
    }
    painter.restore();
}

void HeatDifferenceView::paintCursor(QPainter &painter, const QRectF &area) const
{
    if (!m_cell)
        return;
    const double column = area.width() / m_heat.after.columns;
    const layout::LatencyBand band = layout::bandOf(m_heat.after.rows, m_cell->beginRow);
    const layout::LatencyAxis latency = axis();
    const double top = latency.yOf(static_cast<double>(band.atMostNs));
    const double bottom = latency.yOf(static_cast<double>(std::max<std::int64_t>(band.aboveNs, 1)));
    painter.setPen(QPen(style::theme().text, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(
        QRectF(area.left() + column * m_cell->beginColumn, area.top() + top, column, bottom - top).intersected(area));
}

void HeatDifferenceView::read(std::optional<HeatCells> cell)
{
    m_cell = cell;
    setAccessibleDescription(reading());
    update();
}

void HeatDifferenceView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    lay();
}

void HeatDifferenceView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && !m_image.isNull())
        m_image.setColorTable(style::differenceColors());
    QWidget::changeEvent(event);
}

void HeatDifferenceView::mouseMoveEvent(QMouseEvent *event)
{
    if (m_heat.isEmpty())
        return;
    const QPointF at = event->position() - plot().topLeft();
    const bool isInside = at.x() >= 0 && at.x() < plot().width();
    read(isInside ? layout::cellAt(m_heat.after, scale(), axis(), at.x(), at.y()) : std::nullopt);
}

void HeatDifferenceView::leaveEvent(QEvent *event)
{
    read(std::nullopt);
    QWidget::leaveEvent(event);
}

void HeatDifferenceView::keyPressEvent(QKeyEvent *event)
{
    const int key = event->key();
    const bool isArrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
    if (m_heat.isEmpty() || !isArrow)
        return QWidget::keyPressEvent(event);
    HeatCells cell = m_cell.value_or(HeatCells{m_heat.after.columns / 2, 0, m_heat.after.rows.count() / 2, 0});
    const auto step = [](std::uint32_t at, bool isBack, bool isOn, std::uint32_t count) {
        return isBack && at > 0 ? at - 1 : isOn && at + 1 < count ? at + 1 : at;
    };
    cell.beginColumn = step(cell.beginColumn, key == Qt::Key_Left, key == Qt::Key_Right, m_heat.after.columns);
    cell.beginRow = step(cell.beginRow, key == Qt::Key_Down, key == Qt::Key_Up, m_heat.after.rows.count());
    read(HeatCells{cell.beginColumn, cell.beginColumn + 1, cell.beginRow, cell.beginRow + 1});
}

} // namespace tailspan::replay
