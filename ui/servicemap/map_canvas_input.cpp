// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse, wheel and keys of the map.
#include "models/items/qt_text.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/servicemap/map_text.h"
#include "ui/widgets/plain_tooltip.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace tailspan::servicemap {

using items::toQString;
using layout::MapScene;

namespace {

constexpr double kZoomPerStep = 1.25; // one notch of a wheel, or a key
constexpr double kNotch = 120;
constexpr double kPanKeyPx = 60;

} // namespace

void MapCanvas::wheelEvent(QWheelEvent *event)
{
    event->accept();
    if (m_map == nullptr)
        return;
    m_isFitted = false;
    const QPoint delta = event->angleDelta();
    if (event->modifiers().testFlag(Qt::ShiftModifier))
        return setView(m_view.panned(delta.y() != 0 ? delta.y() : delta.x(), 0));
    if (delta.x() != 0 && std::abs(delta.x()) > std::abs(delta.y()))
        return setView(m_view.panned(delta.x(), 0));
    setView(m_view.zoomed(std::pow(kZoomPerStep, delta.y() / kNotch), {event->position().x(), event->position().y()}));
}

void MapCanvas::mousePressEvent(QMouseEvent *event)
{
    if (m_map == nullptr || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton))
        return event->ignore();
    m_pressedAt = event->position();
    m_lastDrag = event->position();
    m_isDragging = false;
}

void MapCanvas::mouseMoveEvent(QMouseEvent *event)
{
    if (m_map == nullptr)
        return;
    if (!m_pressedAt) {
        const layout::MapPoint point{event->position().x(), event->position().y()};
        const std::uint32_t node = m_picture.nodeAt(point);
        if (node != layout::MapPicture::kNone)
            return setHover(m_picture.nodes[node].node, MapScene::kNone);
        const std::uint32_t edge = m_picture.edgeAt(point);
        return setHover(MapScene::kNone,
                        edge == layout::MapPicture::kNone ? MapScene::kNone : m_picture.edges[edge].edge);
    }
    const QPointF way = event->position() - *m_pressedAt;
    if (!m_isDragging && way.manhattanLength() >= QApplication::startDragDistance()) {
        m_isDragging = true;
        setHover(MapScene::kNone, MapScene::kNone);
        setCursor(Qt::ClosedHandCursor);
    }
    if (!m_isDragging)
        return;
    const QPointF by = event->position() - m_lastDrag;
    m_lastDrag = event->position();
    m_isFitted = false;
    setView(m_view.panned(by.x(), by.y()));
}

void MapCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_pressedAt)
        return;
    const bool wasClick = !m_isDragging && event->button() == Qt::LeftButton;
    m_pressedAt.reset();
    m_isDragging = false;
    setCursor(Qt::ArrowCursor);
    if (wasClick)
        select(at(event->position()));
}

void MapCanvas::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || at(event->position()).isEmpty())
        return;
    select(at(event->position()));
    activate();
}

/// A folded namespace opens; anything else shows its details.
void MapCanvas::activate()
{
    const std::uint32_t node = selectedNode();
    if (node != MapScene::kNone && m_map->scene.nodes[node].kind == graph::NodeKind::Group)
        Q_EMIT openWanted(toQString(m_map->scene.nodes[node].name));
    else if (!m_selection.isEmpty())
        Q_EMIT detailsWanted();
}

void MapCanvas::step(int dx, int dy)
{
    if (m_map->part.nodes.empty())
        return;
    std::uint32_t from = selectedNode();
    if (const std::uint32_t edge = selectedEdge(); edge != MapScene::kNone)
        from = dx > 0 || dy > 0 ? m_map->scene.edges[edge].to : m_map->scene.edges[edge].from;
    const std::uint32_t place = from == MapScene::kNone ? MapScene::kNone : placeInPart(from);
    if (place == MapScene::kNone)
        return stepByName(false);
    const std::uint32_t next =
        selectedEdge() != MapScene::kNone ? place : neighbourTowards(m_map->part, m_map->places, place, dx, dy);
    if (next != MapScene::kNone)
        chooseByUser({m_map->scene.nodes[m_map->part.nodes[next]].name, {}});
}

void MapCanvas::stepByName(bool isBackward)
{
    const auto count = static_cast<std::uint32_t>(m_map->part.nodes.size());
    if (count == 0)
        return;
    const std::uint32_t now = selectedNode();
    const std::uint32_t place = now == MapScene::kNone ? MapScene::kNone : placeInPart(now);
    const std::uint32_t next = place == MapScene::kNone ? (isBackward ? count - 1 : 0)
        : isBackward                                    ? (place + count - 1) % count
                                                        : (place + 1) % count;
    chooseByUser({m_map->scene.nodes[m_map->part.nodes[next]].name, {}});
}

/// Through the edges of the selected node, or of the caller of the selected edge, in the order of the scene.
void MapCanvas::stepEdges(bool isBackward)
{
    const MapScene &scene = m_map->scene;
    const std::uint32_t node = scene.nodeNamed(m_selection.node);
    std::vector<std::uint32_t> edges;
    for (const std::uint32_t edge : m_map->part.edges) {
        if (node == MapScene::kNone || scene.edges[edge].from == node || scene.edges[edge].to == node)
            edges.push_back(edge);
    }
    if (edges.empty())
        return;
    const auto now = std::ranges::find(edges, selectedEdge());
    const std::size_t count = edges.size();
    const std::size_t place = now == edges.end() ? (isBackward ? 0 : count - 1)
                                                 : static_cast<std::size_t>(now - edges.begin());
    const layout::MapEdge &edge = scene.edges[edges[(place + (isBackward ? count - 1 : 1)) % count]];
    select({scene.nodes[edge.from].name, scene.nodes[edge.to].name});
}

bool MapCanvas::findNext(bool isBackward)
{
    if (m_map == nullptr || m_picture.matches == 0)
        return false;
    const std::uint32_t now = selectedNode();
    const std::size_t count = m_map->part.nodes.size();
    std::size_t place = now == MapScene::kNone ? MapScene::kNone : placeInPart(now);
    if (place == MapScene::kNone)
        place = isBackward ? 0 : count - 1;
    for (std::size_t i = 0; i < count; ++i) {
        place = (place + (isBackward ? count - 1 : 1)) % count;
        const std::string &name = m_map->scene.nodes[m_map->part.nodes[place]].name;
        if (layout::nameHolds(name, m_search)) {
            chooseByUser({name, {}});
            return true;
        }
    }
    return false;
}

bool MapCanvas::handlesKey(QKeyEvent *event)
{
    const bool isShifted = event->modifiers().testFlag(Qt::ShiftModifier);
    switch (event->key()) {
    case Qt::Key_Left: step(-1, 0); return true;
    case Qt::Key_Right: step(1, 0); return true;
    case Qt::Key_Up: step(0, -1); return true;
    case Qt::Key_Down: step(0, 1); return true;
    case Qt::Key_E: stepEdges(isShifted); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: activate(); return true;
    case Qt::Key_Escape: select({}); return true;
    case Qt::Key_W:
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomBy(kZoomPerStep); return true;
    case Qt::Key_S:
    case Qt::Key_Minus: zoomBy(1 / kZoomPerStep); return true;
    case Qt::Key_A: setView(m_view.panned(kPanKeyPx, 0)); return true;
    case Qt::Key_D: setView(m_view.panned(-kPanKeyPx, 0)); return true;
    default: return false;
    }
}

void MapCanvas::keyPressEvent(QKeyEvent *event)
{
    const bool isPlain = (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == Qt::NoModifier;
    if (m_map == nullptr || !isPlain || !handlesKey(event))
        QWidget::keyPressEvent(event);
}

void MapCanvas::focusInEvent(QFocusEvent *event)
{
    m_showsFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    update();
}

void MapCanvas::focusOutEvent(QFocusEvent *)
{
    m_showsFocus = false;
    update();
}

bool MapCanvas::event(QEvent *event)
{
    if (event->type() == QEvent::KeyPress && m_map != nullptr) {
        // Tab walks the nodes and leaves behind the last one, so that the keyboard can always get out.
        auto *key = static_cast<QKeyEvent *>(event);
        const bool isBackward = key->key() == Qt::Key_Backtab;
        const std::uint32_t now = selectedNode();
        const std::uint32_t place = now == MapScene::kNone ? MapScene::kNone : placeInPart(now);
        const std::uint32_t last = isBackward ? 0 : static_cast<std::uint32_t>(m_map->part.nodes.size()) - 1;
        const bool isTab = key->key() == Qt::Key_Tab || isBackward;
        if (isTab && !m_map->part.nodes.empty() && place != last) {
            stepByName(isBackward);
            return true;
        }
    }
    if (event->type() == QEvent::PaletteChange)
        relayout();
    if (event->type() == QEvent::ToolTip && m_map != nullptr) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const MapSelection under = at(help->pos());
        widgets::showPlainToolTip(help->globalPos(), under.isEmpty() ? QString() : tooltipOf(m_map->scene, under),
                                  this);
        return true;
    }
    if (event->type() == QEvent::Leave)
        setHover(MapScene::kNone, MapScene::kNone);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        relayout();
    return QWidget::event(event);
}

} // namespace tailspan::servicemap
