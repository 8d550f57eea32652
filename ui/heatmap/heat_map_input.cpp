// SPDX-License-Identifier: GPL-3.0-or-later
// What the pointer and the keyboard do on the map.
#include "ui/heatmap/heat_map_view.h"
#include "ui/widgets/plain_tooltip.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace tailspan::heatmap {

using layout::HeatCells;

namespace {

constexpr double kGripPx = 5;
constexpr double kMinDragPx = 4;
constexpr double kZoomStep = 1.25;
constexpr double kNotch = 120; // of a wheel
constexpr double kPanPxPerNotch = 80;

/// begin and end moved by `by`, both inside [0, count).
void shift(std::uint32_t &begin, std::uint32_t &end, int by, std::uint32_t count)
{
    const int least = -static_cast<int>(begin);
    const int most = static_cast<int>(count) - static_cast<int>(end);
    const int moved = std::clamp(by, least, most);
    begin = static_cast<std::uint32_t>(static_cast<int>(begin) + moved);
    end = static_cast<std::uint32_t>(static_cast<int>(end) + moved);
}

std::uint32_t stretched(std::uint32_t begin, std::uint32_t end, int by, std::uint32_t count)
{
    return static_cast<std::uint32_t>(
        std::clamp(static_cast<int>(end) + by, static_cast<int>(begin) + 1, static_cast<int>(count)));
}

} // namespace

void HeatMapView::wheelEvent(QWheelEvent *event)
{
    const double x = event->position().x() - plotRect().left();
    const QPoint angle = event->angleDelta();
    const bool isPan = event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(angle.x()) > std::abs(angle.y());
    const double notches = (angle.y() != 0 ? angle.y() : angle.x()) / kNotch;
    if (m_map == nullptr || notches == 0)
        return QWidget::wheelEvent(event);
    event->accept();
    const layout::TimeScale before = m_time;
    setTimeScale(isPan ? m_time.panned(-notches * kPanPxPerNotch)
                       : m_time.zoomed(std::pow(kZoomStep, notches), std::clamp(x, 0.0, m_time.widthPx())));
    if (!(before == m_time))
        Q_EMIT shownChanged(m_time.visible());
}

unsigned HeatMapView::gripAt(const QPointF &position) const
{
    const QRectF box = boxRect();
    if (!m_box || !box.adjusted(-kGripPx, -kGripPx, kGripPx, kGripPx).contains(position))
        return kNew;
    unsigned grip = kNone;
    if (std::abs(position.x() - box.left()) <= kGripPx)
        grip |= kLeft;
    else if (std::abs(position.x() - box.right()) <= kGripPx)
        grip |= kRight;
    if (std::abs(position.y() - box.top()) <= kGripPx)
        grip |= kTop;
    else if (std::abs(position.y() - box.bottom()) <= kGripPx)
        grip |= kBottom;
    return grip == kNone ? static_cast<unsigned>(kInside) : grip;
}

void HeatMapView::showCursor(unsigned grip)
{
    const bool isAcross = (grip & (kLeft | kRight)) != 0;
    const bool isUpright = (grip & (kTop | kBottom)) != 0;
    const bool isFalling = ((grip & kLeft) != 0) == ((grip & kTop) != 0);
    setCursor(grip == kNew                ? Qt::CrossCursor
                  : grip == kInside       ? Qt::SizeAllCursor
                  : isAcross && isUpright ? (isFalling ? Qt::SizeFDiagCursor : Qt::SizeBDiagCursor)
                  : isAcross              ? Qt::SizeHorCursor
                                          : Qt::SizeVerCursor);
}

void HeatMapView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_map == nullptr || !plotRect().contains(event->position()))
        return QWidget::mousePressEvent(event);
    m_drag = Drag{gripAt(event->position()), event->position(), cellsOfBox()};
}

void HeatMapView::dragTo(const QPointF &position)
{
    const QPointF origin = plotRect().topLeft();
    const metric::LatencyGrid &grid = m_map->grid;
    QRectF area = QRectF(m_drag->from, position).normalized();
    if (m_drag->grip == kInside) {
        const HeatCells from = layout::cellsTouched(grid, m_time, m_axis, m_drag->from.x() - origin.x(),
                                                    m_drag->from.y() - origin.y(), m_drag->from.x() - origin.x() + 0.1,
                                                    m_drag->from.y() - origin.y());
        const HeatCells to = layout::cellsTouched(grid, m_time, m_axis, position.x() - origin.x(),
                                                  position.y() - origin.y(), position.x() - origin.x() + 0.1,
                                                  position.y() - origin.y());
        return moveBox(m_drag->cells, static_cast<int>(to.beginColumn) - static_cast<int>(from.beginColumn),
                       static_cast<int>(to.beginRow) - static_cast<int>(from.beginRow));
    }
    const double left = area.left() - origin.x();
    HeatCells cells = layout::cellsTouched(grid, m_time, m_axis, left, area.top() - origin.y(),
                                           std::max(area.right() - origin.x(), left + 0.1), area.bottom() - origin.y());
    if (m_drag->grip != kNew) { // edges that are not held stay
        const HeatCells at = layout::cellsTouched(grid, m_time, m_axis, position.x() - origin.x(),
                                                  position.y() - origin.y(), position.x() - origin.x() + 0.1,
                                                  position.y() - origin.y());
        cells = m_drag->cells;
        if ((m_drag->grip & kLeft) != 0)
            cells.beginColumn = std::min(at.beginColumn, cells.endColumn - 1);
        if ((m_drag->grip & kRight) != 0)
            cells.endColumn = std::max(at.beginColumn + 1, cells.beginColumn + 1);
        if ((m_drag->grip & kTop) != 0)
            cells.endRow = std::max(at.endRow, cells.beginRow + 1);
        if ((m_drag->grip & kBottom) != 0)
            cells.beginRow = std::min(at.beginRow, cells.endRow - 1);
    }
    cells.endColumn = std::min(cells.endColumn, grid.columns);
    takeCells(cells);
}

void HeatMapView::takeCells(const HeatCells &cells)
{
    if (!cells.isEmpty())
        setBox(layout::boxOf(m_map->grid, cells));
}

void HeatMapView::mouseMoveEvent(QMouseEvent *event)
{
    m_pointer = event->position();
    const QRectF plot = plotRect();
    if (m_drag && m_map != nullptr) {
        if ((event->position() - m_drag->from).manhattanLength() >= kMinDragPx)
            dragTo(event->position());
        return;
    }
    if (m_map == nullptr || !plot.contains(event->position()))
        return Q_EMIT hovered(std::nullopt);
    showCursor(gripAt(event->position()));
    Q_EMIT hovered(m_time.timeAt(event->position().x() - plot.left()));
    widgets::showPlainToolTip(event->globalPosition().toPoint(), textAt(event->position()), this);
}

void HeatMapView::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_drag || event->button() != Qt::LeftButton)
        return QWidget::mouseReleaseEvent(event);
    const Drag drag = *m_drag;
    m_drag.reset();
    if ((event->position() - drag.from).manhattanLength() >= kMinDragPx)
        Q_EMIT boxEdited();
    else if (drag.grip == kNew)
        clearBox();
}

void HeatMapView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (m_box && boxRect().contains(event->position()))
        Q_EMIT activated();
}

void HeatMapView::moveBox(const HeatCells &cells, int columns, int rows)
{
    HeatCells moved = cells;
    shift(moved.beginColumn, moved.endColumn, columns, m_map->grid.columns);
    shift(moved.beginRow, moved.endRow, rows, m_map->grid.rows.count());
    takeCells(moved);
}

void HeatMapView::resizeBox(int columns, int rows)
{
    HeatCells cells = cellsOfBox();
    cells.endColumn = stretched(cells.beginColumn, cells.endColumn, columns, m_map->grid.columns);
    cells.endRow = stretched(cells.beginRow, cells.endRow, rows, m_map->grid.rows.count());
    takeCells(cells);
}

/// Without a box the first key makes one: where the crosshair is, or in the middle.
void HeatMapView::keyBox(int columns, int rows, bool isResize)
{
    if (cellsOfBox().isEmpty()) {
        const double x = m_moment ? std::clamp(m_time.xOf(*m_moment), 0.0, m_time.widthPx() - 1) : m_time.widthPx() / 2;
        const auto cell = layout::cellAt(m_map->grid, m_time, m_axis, x, m_axis.heightPx / 2);
        if (!cell)
            return;
        takeCells(*cell);
    } else if (isResize) {
        resizeBox(columns, rows);
    } else {
        moveBox(cellsOfBox(), columns, rows);
    }
    Q_EMIT boxEdited();
}

void HeatMapView::keyPressEvent(QKeyEvent *event)
{
    const bool isResize = event->modifiers().testFlag(Qt::ShiftModifier);
    if (m_map == nullptr || (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) != 0)
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left: return keyBox(-1, 0, isResize);
    case Qt::Key_Right: return keyBox(1, 0, isResize);
    case Qt::Key_Up: return keyBox(0, 1, isResize);
    case Qt::Key_Down: return keyBox(0, -1, isResize);
    case Qt::Key_Escape: m_drag.reset(); return clearBox();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_box)
            Q_EMIT activated();
        return;
    default: break;
    }
    QWidget::keyPressEvent(event);
}

void HeatMapView::leaveEvent(QEvent *event)
{
    QWidget::leaveEvent(event);
    m_pointer.reset();
    Q_EMIT hovered(std::nullopt);
}

void HeatMapView::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void HeatMapView::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace tailspan::heatmap
