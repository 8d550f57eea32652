// SPDX-License-Identifier: GPL-3.0-or-later
// The pointer and the keys over the lanes.
#include "models/items/qt_text.h"
#include "ui/replay/lane_layout.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/lanes_overlay.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/replay_state.h"
#include "ui/widgets/plain_tooltip.h"

#include <QApplication>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tailspan::replay {

namespace {

constexpr double kZoomPerStep = 1.25;
constexpr double kWheelStep = 120; // eighths of a degree
constexpr double kPanPerStepPx = 60;
constexpr int kLeastDragPx = 4; // less is a click

} // namespace

void LanesView::wheelEvent(QWheelEvent *event)
{
    if (!m_state.hasTimeline())
        return;
    const QPoint angle = event->angleDelta();
    const double x = event->position().x() - timeArea().left();
    if (event->modifiers().testFlag(Qt::ShiftModifier) || std::abs(angle.x()) > std::abs(angle.y())) {
        const int delta = angle.y() != 0 ? angle.y() : angle.x();
        m_state.panBy(-delta / kWheelStep * kPanPerStepPx);
    } else if (angle.y() != 0) {
        m_state.zoomAt(std::pow(kZoomPerStep, angle.y() / kWheelStep), x);
    }
    event->accept();
}

void LanesView::mousePressEvent(QMouseEvent *event)
{
    m_click.stop();
    if (event->button() != Qt::LeftButton || !m_state.hasTimeline())
        return QWidget::mousePressEvent(event);
    m_drag = {};
    m_drag.part = partAt(event->pos(), m_drag.lane);
    m_drag.pressedPx = m_drag.nowPx = event->position().y();
    m_dragPlaces = lanePlaces();
    if (m_drag.part != LaneDrag::Part::None)
        return;
    m_pressedAt = event->pos();
    m_state.setHead(m_state.scale().timeAt(event->position().x() - timeArea().left()));
}

void LanesView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_state.hasTimeline())
        return;
    if (m_drag.part != LaneDrag::Part::None) {
        m_drag.moveTo(event->position().y());
        if (m_drag.part == LaneDrag::Part::Edge && m_drag.hasMoved)
            dragEdge(false);
        return m_overlay->update();
    }
    const QRect area = timeArea();
    const TimePoint time = m_state.scale().timeAt(event->position().x() - area.left());
    if (event->buttons().testFlag(Qt::LeftButton)) {
        if (m_pressedAt && (event->pos() - *m_pressedAt).manhattanLength() >= kLeastDragPx)
            m_pressedAt.reset();
        m_state.setHover(std::nullopt);
        m_state.setHead(time);
        return;
    }
    showPart(event->pos());
    const bool isInside = event->position().x() >= area.left() && event->position().x() <= area.right();
    m_state.setHover(isInside ? std::optional(time) : std::nullopt);
}

/// A title that was not moved opens its menu; a click on the latencies leads to their traces, unless a second click
/// follows.
void LanesView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return QWidget::mouseReleaseEvent(event);
    const LaneDrag drag = std::exchange(m_drag, LaneDrag());
    const std::optional<QPoint> pressedAt = std::exchange(m_pressedAt, std::nullopt);
    const std::vector<LanePlace> places = std::exchange(m_dragPlaces, {});
    if (drag.part == LaneDrag::Part::Edge && drag.hasMoved) {
        m_drag = drag;
        m_dragPlaces = places;
        dragEdge(true);
        m_drag = {};
        m_dragPlaces.clear();
    } else if (drag.part == LaneDrag::Part::Title && drag.hasMoved) {
        m_laneLayout.moveTo(idsOf(laneGroup()), places[drag.lane].id, places[LaneDrag::placeAt(places, drag.nowPx)].id);
    } else if (drag.part == LaneDrag::Part::Title) {
        const Lane &lane = *laneOf(places[drag.lane].id);
        openLaneMenu(lane, mapToGlobal(titleRect(lane).bottomLeft()));
    } else if (pressedAt) {
        const std::optional<PlaceHit> hit = hitAt(event->pos());
        if (hit && hit->wanted.hasBand() && !hit->isEmpty) {
            m_clicked = hit->wanted;
            m_clickedGlobal = event->globalPosition().toPoint();
            m_click.start(QApplication::doubleClickInterval());
        }
    }
    m_overlay->update();
}

void LanesView::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_click.stop();
    std::size_t lane = 0;
    if (event->button() == Qt::LeftButton && partAt(event->pos(), lane) == LaneDrag::Part::None)
        m_state.showAll();
}

void LanesView::leaveEvent(QEvent *)
{
    if (std::exchange(m_titleLane, nullptr) != nullptr)
        m_overlay->update();
    m_state.setHover(std::nullopt);
}

void LanesView::focusInEvent(QFocusEvent *event)
{
    const Qt::FocusReason reason = event->reason();
    m_overlay->setFocusShown(reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason);
}

void LanesView::focusOutEvent(QFocusEvent *)
{
    m_overlay->setFocusShown(false);
}

bool LanesView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    showToolTip(help->pos(), help->globalPos());
    return true;
}

/// Stages and kinds of failure whose words had no room.
void LanesView::showToolTip(const QPoint &at, const QPoint &globalPos)
{
    QString text;
    const double x = at.x() - timeArea().left();
    for (const layout::StageBand &stage : m_stages) {
        if (stageArea().contains(at) && x >= stage.xPx && x < stage.xPx + stage.widthPx) {
            text = items::toQString(stage.name)
                + (stage.load.empty() ? QString() : QStringLiteral("\n") + items::toQString(stage.load))
                + (stage.isPlanned ? QStringLiteral("\n") + tr("planned: the file does not say when it really ran")
                                   : QString());
        }
    }
    if (at.x() > timeArea().right()) {
        for (const Lane *lane : m_shown) {
            for (const LaneLabel &label : lane->labels()) {
                const double distance = at.y() - timeArea().top() - label.yPx;
                if (m_overlay->isElided(label) && std::abs(distance) <= 8)
                    text = label.text;
            }
        }
    }
    widgets::showPlainToolTip(globalPos, text, this);
}

} // namespace tailspan::replay
