// SPDX-License-Identifier: GPL-3.0-or-later
// Titles and edges of the lanes: what is under the pointer, dragging, the lane that the keys are about, menus.
#include "ui/replay/lane_layout.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/lanes_overlay.h"
#include "ui/replay/lanes_view.h"

#include <QKeyEvent>
#include <QMenu>

#include <qcustomplot.h>

#include <algorithm>
#include <utility>

namespace tailspan::replay {

std::vector<LanePlace> LanesView::lanePlaces() const
{
    std::vector<LanePlace> places;
    const double halfGapPx = lanes::kLaneGapPx / 2.0; // an edge is the gap between two lanes
    for (const Lane *lane : m_shown) {
        const QRect rect = lane->rect().rect().translated(0, timeArea().top());
        places.push_back({lane->id(), rect.top() - halfGapPx, rect.bottom() + 1 + halfGapPx});
    }
    return places;
}

QRect LanesView::titleRect(const Lane &lane) const
{
    const QRect rect = lane.rect().rect().translated(0, timeArea().top());
    return {0, rect.top() - 1, lanes::kNameWidthPx, 18};
}

LaneDrag::Part LanesView::partAt(const QPoint &at, std::size_t &lane) const
{
    if (at.x() > timeArea().right())
        return LaneDrag::Part::None;
    return LaneDrag::partAt(lanePlaces(), at.y(), at.x() < lanes::kNameWidthPx, false, lane);
}

/// What can be taken hold of looks so.
void LanesView::showPart(const QPoint &at)
{
    std::size_t lane = 0;
    const LaneDrag::Part part = partAt(at, lane);
    setCursor(part == LaneDrag::Part::Edge        ? Qt::SplitVCursor
                  : part == LaneDrag::Part::Title ? Qt::PointingHandCursor
                                                  : Qt::ArrowCursor);
    const Lane *title = part == LaneDrag::Part::Title ? m_shown[lane] : nullptr;
    if (title != std::exchange(m_titleLane, title))
        m_overlay->update();
}

std::optional<double> LanesView::dropLinePx() const
{
    if (m_drag.part != LaneDrag::Part::Title || !m_drag.hasMoved || m_dragPlaces.empty())
        return std::nullopt;
    const std::size_t to = LaneDrag::placeAt(m_dragPlaces, m_drag.nowPx);
    return to > m_drag.lane ? m_dragPlaces[to].bottomPx : m_dragPlaces[to].topPx;
}

/// What one of two neighbours gains, the other one loses.
void LanesView::dragEdge(bool isFinal)
{
    const LanePlace &upper = m_dragPlaces[m_drag.lane];
    const LanePlace &lower = m_dragPlaces[m_drag.lane + 1];
    const double bothPx = lower.bottomPx - upper.topPx;
    const double share =
        std::clamp((upper.bottomPx - upper.topPx + m_drag.nowPx - m_drag.pressedPx) / bothPx, 0.05, 0.95);
    const double upperStretch = laneOf(upper.id)->stretch();
    const double lowerStretch = laneOf(lower.id)->stretch();
    const double sum = upperStretch * m_laneLayout.choiceOf(upper.id).height
        + lowerStretch * m_laneLayout.choiceOf(lower.id).height;
    m_laneLayout.setHeights({{upper.id, sum * share / upperStretch}, {lower.id, sum * (1 - share) / lowerStretch}},
                            isFinal);
}

const Lane *LanesView::currentLane() const
{
    const auto found = std::ranges::find_if(m_shown, [this](const Lane *lane) { return lane->id() == m_currentId; });
    return found == m_shown.end() ? nullptr : *found;
}

void LanesView::stepLane(int direction)
{
    if (m_shown.empty())
        return;
    const auto now = std::ranges::find(m_shown, currentLane());
    const auto last = static_cast<std::ptrdiff_t>(m_shown.size()) - 1;
    const std::ptrdiff_t next = now == m_shown.end() ? (direction > 0 ? 0 : last) : now - m_shown.begin() + direction;
    m_currentId = m_shown[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(next, 0, last))]->id();
    setAccessibleDescription(
        tr("Lane %1. The menu key opens its menu, Alt+Up and Alt+Down move it.").arg(currentLane()->name()));
    m_overlay->update();
}

void LanesView::keyPressEvent(QKeyEvent *event)
{
    const bool isUp = event->key() == Qt::Key_Up;
    const Lane *current = currentLane();
    if (event->key() == Qt::Key_Escape && m_drag.part != LaneDrag::Part::None) {
        m_drag = {};
        m_overlay->update();
    } else if (!isUp && event->key() != Qt::Key_Down) {
        QWidget::keyPressEvent(event);
    } else if (event->modifiers() == Qt::AltModifier && current != nullptr) {
        (void)m_laneLayout.moveBy(idsOf(laneGroup()), current->id(), isUp ? -1 : 1);
    } else if (event->modifiers() == Qt::NoModifier) {
        stepLane(isUp ? -1 : 1);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void LanesView::openLaneMenu(const Lane &lane, const QPoint &globalPos)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("laneMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addLaneActions(*menu, m_laneLayout, laneGroup(), {lane.id(), lane.name(), lane.hasValueAxis()});
    menu->popup(globalPos);
}

} // namespace tailspan::replay
