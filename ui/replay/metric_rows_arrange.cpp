// SPDX-License-Identifier: GPL-3.0-or-later
// Titles and lower edges of the lanes of metrics, and their menus.
#include "ui/replay/lane_layout.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/metric_rows.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollArea>

#include <algorithm>
#include <utility>

namespace tailspan::replay {

using metriclanes::MetricLane;

QString MetricRows::idOf(const QObject *lane) const
{
    const auto found = std::ranges::find(m_lanes, lane);
    return found == m_lanes.end() ? QString() : m_laneIds[found - m_lanes.begin()];
}

/// In pixels of what the scroll area scrolls.
std::vector<LanePlace> MetricRows::lanePlaces() const
{
    std::vector<LanePlace> places;
    for (std::size_t i = 0; i < m_lanes.size(); ++i)
        places.push_back({m_laneIds[static_cast<qsizetype>(i)], static_cast<double>(m_lanes[i]->y()),
                          static_cast<double>(m_lanes[i]->y() + m_lanes[i]->height())});
    return places;
}

void MetricRows::addMenu(const MetricLane *lane, QMenu &menu)
{
    const LaneGroup group = laneGroup();
    const auto entry = std::ranges::find(group, idOf(lane), &LaneEntry::id);
    if (entry == group.end())
        return;
    menu.addSeparator();
    addLaneActions(menu, m_laneLayout, group, *entry);
}

void MetricRows::showPart(MetricLane &lane, const QMouseEvent &event)
{
    std::size_t place = 0;
    const double y = lane.y() + event.position().y();
    const auto part = LaneDrag::partAt(lanePlaces(), y, event.position().x() < lanes::kNameWidthPx, true, place);
    lane.setCursor(part == LaneDrag::Part::Edge        ? Qt::SplitVCursor
                       : part == LaneDrag::Part::Title ? Qt::PointingHandCursor
                                                       : Qt::CrossCursor);
}

void MetricRows::press(MetricLane &lane, QMouseEvent &event)
{
    m_dragPlaces = lanePlaces();
    m_drag = {};
    const double y = lane.y() + event.position().y();
    m_drag.part = LaneDrag::partAt(m_dragPlaces, y, event.position().x() < lanes::kNameWidthPx, true, m_drag.lane);
    m_drag.pressedPx = m_drag.nowPx = y;
    if (m_drag.part != LaneDrag::Part::None)
        m_pressedHeight = m_laneLayout.choiceOf(m_dragPlaces[m_drag.lane].id).height;
}

void MetricRows::drag(QMouseEvent &event, double yPx)
{
    event.accept();
    m_drag.moveTo(yPx);
    const LanePlace &place = m_dragPlaces[m_drag.lane];
    if (m_drag.part == LaneDrag::Part::Edge && m_drag.hasMoved) {
        const double before = place.bottomPx - place.topPx;
        m_laneLayout.setHeights({{place.id, m_pressedHeight * (before + yPx - m_drag.pressedPx) / before}}, false);
        return;
    }
    const std::size_t to = LaneDrag::placeAt(m_dragPlaces, yPx);
    if (m_dropLine == nullptr) {
        m_dropLine = new QWidget(m_inner);
        m_dropLine->setAttribute(Qt::WA_TransparentForMouseEvents);
        m_dropLine->setAutoFillBackground(true);
    }
    QPalette colors = m_dropLine->palette();
    colors.setColor(QPalette::Window, style::theme().accent);
    m_dropLine->setPalette(colors);
    const double linePx = to > m_drag.lane ? m_dragPlaces[to].bottomPx : m_dragPlaces[to].topPx;
    m_dropLine->setGeometry(0, std::max(static_cast<int>(linePx) - 1, 0), m_inner->width() - lanes::kRightPx, 2);
    m_dropLine->raise();
    m_dropLine->setVisible(m_drag.hasMoved);
}

void MetricRows::drop()
{
    const LaneDrag done = std::exchange(m_drag, LaneDrag());
    const std::vector<LanePlace> places = std::exchange(m_dragPlaces, {});
    if (m_dropLine != nullptr)
        m_dropLine->hide();
    const QString id = places[done.lane].id;
    if (done.part == LaneDrag::Part::Edge) {
        m_laneLayout.setHeights({{id, m_laneLayout.choiceOf(id).height}}, true);
    } else if (done.hasMoved) {
        m_laneLayout.moveTo(idsOf(laneGroup()), id, places[LaneDrag::placeAt(places, done.nowPx)].id);
    } else {
        auto *menu = new QMenu(this);
        menu->setObjectName(QStringLiteral("laneMenu"));
        menu->setAttribute(Qt::WA_DeleteOnClose);
        addMenu(m_lanes[done.lane], *menu);
        menu->popup(m_lanes[done.lane]->mapToGlobal(QPoint(0, 20)));
    }
}

/// True when the event is about a title or an edge and not about the lane's own plot.
bool MetricRows::takeMouse(MetricLane &lane, QMouseEvent &event)
{
    const bool isHeld = m_drag.part != LaneDrag::Part::None;
    if (event.type() == QEvent::MouseButtonPress && event.button() == Qt::LeftButton) {
        press(lane, event);
        return m_drag.part != LaneDrag::Part::None;
    }
    if (event.type() == QEvent::MouseMove && isHeld) {
        drag(event, lane.y() + event.position().y());
        return true;
    }
    if (event.type() == QEvent::MouseMove && event.buttons() == Qt::NoButton)
        showPart(lane, event);
    if (event.type() != QEvent::MouseButtonRelease || !isHeld || event.button() != Qt::LeftButton)
        return false;
    drop();
    return true;
}

/// The scroll bar takes its room from the column on the right, so that the plots stay below those of the report.
void MetricRows::fit()
{
    m_axis.setRightPx(lanes::kRightPx - std::max(m_scroll->width() - m_scroll->viewport()->width(), 0));
}

bool MetricRows::eventFilter(QObject *watched, QEvent *event)
{
    auto *lane = qobject_cast<MetricLane *>(watched);
    if (lane == nullptr) {
        if (event->type() == QEvent::Resize)
            fit();
        return QWidget::eventFilter(watched, event);
    }
    const auto type = event->type();
    if (type == QEvent::MouseButtonPress || type == QEvent::MouseMove || type == QEvent::MouseButtonRelease)
        return takeMouse(*lane, *static_cast<QMouseEvent *>(event));
    if (type != QEvent::KeyPress)
        return false;
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool isUp = key->key() == Qt::Key_Up;
    if ((!isUp && key->key() != Qt::Key_Down) || key->modifiers() != Qt::AltModifier)
        return false;
    const QString id = idOf(lane);
    if (m_laneLayout.moveBy(idsOf(laneGroup()), id, isUp ? -1 : 1))
        m_lanes[static_cast<std::size_t>(m_laneIds.indexOf(id))]->setFocus(Qt::OtherFocusReason);
    return true;
}

} // namespace tailspan::replay
