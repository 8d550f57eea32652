// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, wheel and keys of the canvas.
#include "models/items/qt_text.h"
#include "ui/waterfall/span_badges.h"
#include "ui/waterfall/waterfall_canvas.h"
#include "ui/waterfall/waterfall_moves.h"
#include "ui/widgets/plain_tooltip.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <cmath>

#include <algorithm>

namespace tailspan::waterfall {

namespace {

constexpr double kZoomPerStep = 1.25; // one notch of a wheel
constexpr double kNotch = 120;

} // namespace

void WaterfallCanvas::wheelEvent(QWheelEvent *event)
{
    if (m_state.isEmpty())
        return event->ignore();
    m_kinetic.stop();
    const QPointF position = event->position();
    const bool isOverTimeline = m_columns.isOverTimeline(static_cast<int>(position.x()));
    const bool hasControl = event->modifiers().testFlag(Qt::ControlModifier);
    const QPoint delta = event->angleDelta();
    event->accept();
    if (event->modifiers().testFlag(Qt::ShiftModifier)) {
        m_state.panBy(-static_cast<double>(delta.y() != 0 ? delta.y() : delta.x()));
        return;
    }
    if (!isOverTimeline && !hasControl) {
        verticalScrollBar()->setValue(verticalScrollBar()->value()
                                      - delta.y() * 3 * style::metric::kWaterfallRow / 120);
        return;
    }
    if (delta.x() != 0 && std::abs(delta.x()) > std::abs(delta.y()))
        return m_state.panBy(-static_cast<double>(delta.x()));
    const double pivot = isOverTimeline ? timelineX(position.x()) : m_state.scale().widthPx() / 2;
    m_state.zoomAt(std::pow(kZoomPerStep, delta.y() / kNotch), pivot);
}

void WaterfallCanvas::pressRow(std::uint32_t place, const QPoint &position, Qt::KeyboardModifiers modifiers)
{
    const layout::RowEntry entry = m_state.order().entryAt(place);
    const bool isFolded = m_state.order().isFolded(entry);
    if (modifiers.testFlag(Qt::AltModifier) && m_state.order().canFold(entry)) {
        m_state.setSubtreeFolded(entry, !isFolded);
        return;
    }
    const bool isSticky = position.y() < stickyHeight(); // a click goes there
    for (const layout::WaterfallRow &row : m_layout.rows) {
        if (row.place != place || isSticky)
            continue;
        const RowGeometry geometry = geometryOf(row, topOf(place), look());
        const QRectF foldArea = geometry.foldBox.adjusted(-2, -4, 2, 4);
        if (row.hasChildren && (foldArea.contains(position) || geometry.count.contains(position)))
            return m_state.setFolded(entry, !isFolded);
        break;
    }
    m_state.selectEntry(entry);
    ensureVisible(entry);
}

void WaterfallCanvas::mousePressEvent(QMouseEvent *event)
{
    const QPoint position = event->position().toPoint();
    if (m_state.isEmpty() || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton))
        return event->ignore();
    m_isDragging = false;
    m_kinetic.begin();
    if (m_columns.isOverTimeline(position.x())) {
        m_pressedAt = position; // a click or the start of a drag: the release or the way tells
        m_lastDrag = position;
        return;
    }
    const auto place = placeAt(position.y());
    if (place.has_value() && event->button() == Qt::LeftButton)
        pressRow(*place, position, event->modifiers());
}

void WaterfallCanvas::dragBy(const QPointF &byPx)
{
    m_state.panBy(-byPx.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - qRound(byPx.y()));
}

void WaterfallCanvas::mouseMoveEvent(QMouseEvent *event)
{
    if (m_state.isEmpty())
        return;
    const QPoint position = event->position().toPoint();
    if (m_pressedAt.has_value()) {
        if ((position - *m_pressedAt).manhattanLength() >= QApplication::startDragDistance() && !m_isDragging) {
            m_isDragging = true;
            viewport()->setCursor(Qt::ClosedHandCursor);
        }
        if (m_isDragging) {
            dragBy(position - m_lastDrag);
            m_kinetic.follow(position);
            m_lastDrag = position;
        }
        return;
    }
    const auto place = placeAt(position.y());
    m_state.setHovered(place.has_value() ? m_state.order().entryAt(*place) : layout::RowEntry());
    const double x = timelineX(position.x());
    if (x >= 0 && x <= m_state.scale().widthPx())
        m_state.setCrosshair(m_state.scale().timeAt(x));
    else
        m_state.setCrosshair(std::nullopt);
}

void WaterfallCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_pressedAt.has_value())
        return;
    const QPoint position = *m_pressedAt;
    m_pressedAt.reset();
    viewport()->unsetCursor();
    const auto place = m_isDragging ? std::nullopt : placeAt(position.y());
    if (m_isDragging)
        m_kinetic.release(); // what it adds is part of the same step for undo
    else if (place.has_value() && event->button() == Qt::LeftButton)
        pressRow(*place, position, event->modifiers());
    m_isDragging = false;
}

void WaterfallCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    const auto place = placeAt(event->position().toPoint().y());
    if (!place.has_value() || event->button() != Qt::LeftButton)
        return;
    const layout::RowEntry entry = m_state.order().entryAt(*place);
    m_state.selectEntry(entry);
    if (entry.isRun())
        return m_state.setFolded(entry, !m_state.order().isFolded(entry));
    Q_EMIT activated(m_state.selected());
}

void WaterfallCanvas::keyPressEvent(QKeyEvent *event)
{
    if (m_state.isEmpty() || (event->modifiers() & ~(Qt::KeypadModifier)) != 0)
        return QAbstractScrollArea::keyPressEvent(event);
    const auto go = [this](const layout::RowEntry &entry) {
        m_state.selectEntry(entry);
        m_state.bringSelectionIntoView();
    };
    switch (event->key()) {
    case Qt::Key_Down: return go(rowBelow(m_state, 1));
    case Qt::Key_Up: return go(rowAbove(m_state, 1));
    case Qt::Key_PageDown: return go(rowBelow(m_state, rowsPerPage()));
    case Qt::Key_PageUp: return go(rowAbove(m_state, rowsPerPage()));
    case Qt::Key_Home: return go(firstRow(m_state));
    case Qt::Key_End: return go(lastRow(m_state));
    case Qt::Key_Left: return stepLeft(m_state);
    case Qt::Key_Right: return stepRight(m_state);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_state.selectedEntry().isRun())
            m_state.setFolded(m_state.selectedEntry(), !m_state.order().isFolded(m_state.selectedEntry()));
        else if (m_state.selected().isValid())
            Q_EMIT activated(m_state.selected());
        return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

bool WaterfallCanvas::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        m_state.setHovered({});
        m_state.setCrosshair(std::nullopt);
    }
    if (event->type() == QEvent::ToolTip && !m_state.isEmpty()) {
        const auto *help = static_cast<QHelpEvent *>(event);
        showRowToolTip(help->pos(), help->globalPos());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void WaterfallCanvas::showRowToolTip(const QPoint &position, const QPoint &globalPosition)
{
    const auto place = placeAt(position.y());
    if (!place.has_value())
        return widgets::showPlainToolTip(globalPosition, {}, viewport());
    const layout::RowEntry entry = m_state.order().entryAt(*place);
    QString text = rowName(*m_state.snapshot(), m_state.order(), entry) + u'\n'
        + rowValue(*m_state.snapshot(), m_state.order(), entry);
    const QString repairs = !entry.isSpan() ? QString() : repairLines(*m_state.snapshot(), entry.span);
    if (!repairs.isEmpty())
        text += u'\n' + repairs;
    const auto row = std::ranges::find(m_layout.rows, *place, &layout::WaterfallRow::place);
    const QString events = row == m_layout.rows.end() ? QString() : m_events.textAt(*row, timelineX(position.x()));
    widgets::showPlainToolTip(globalPosition, events.isEmpty() ? text : events, viewport());
}

} // namespace tailspan::waterfall
