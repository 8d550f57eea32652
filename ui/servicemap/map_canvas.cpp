// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_canvas.h"

#include "models/items/qt_text.h"
#include "ui/servicemap/map_accessible.h"
#include "ui/servicemap/map_moment.h"
#include "ui/servicemap/map_moment_painter.h"
#include "ui/servicemap/map_painter.h"
#include "ui/style/fonts.h"

#include <QAccessible>
#include <QDeadlineTimer>
#include <QFontMetricsF>
#include <QPaintEngine>
#include <QPainter>

#include <algorithm>

namespace tailspan::servicemap {

using items::toQString;
using layout::MapRect;
using layout::MapScene;

namespace {

constexpr std::size_t kManyEdges = 300; // with more, the map is painted in slices

} // namespace

MapCanvas::MapCanvas(QWidget *parent)
    : QWidget(parent), m_background(*this, [this](QPainter &painter, std::size_t next, const QDeadlineTimer &deadline) {
          MapPainting painting;
          painting.scale = m_view.scale;
          return paintMapBase(painter, rect(), m_map.get(), m_picture, painting, next, deadline);
      })
{
    installMapAccessibility();
    setObjectName(QStringLiteral("serviceMap"));
    setAccessibleName(tr("Service map"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

double MapCanvas::nameWidthPx(std::string_view name)
{
    return QFontMetricsF(style::semiBold(style::uiFont())).horizontalAdvance(toQString(name));
}

void MapCanvas::setMap(std::shared_ptr<const DrawnMap> map, bool isFresh)
{
    const MapSelection hovered = hoveredNames();
    m_map = std::move(map);
    // What is under the pointer stays lit, under its new number.
    m_hoverNode = m_hoverEdge = MapScene::kNone;
    if (m_map != nullptr && hovered.isEdge())
        m_hoverEdge = m_map->scene.edgeBetween(hovered.node, hovered.to);
    else if (m_map != nullptr && !hovered.isEmpty())
        m_hoverNode = m_map->scene.nodeNamed(hovered.node);
    updatePaths();
    if (isFresh)
        fitAll();
    else
        relayout();
    Q_EMIT mapReplaced();
}

void MapCanvas::setMoment(std::shared_ptr<const MomentScene> moment)
{
    m_moment = std::move(moment);
    update();
}

void MapCanvas::setSearch(const std::string &text)
{
    if (text == m_search)
        return;
    m_search = text;
    relayout();
}

void MapCanvas::setView(const layout::MapView &view)
{
    if (view == m_view)
        return;
    m_view = view;
    relayout(true);
    Q_EMIT viewChanged();
}

void MapCanvas::relayout(bool isMoving)
{
    const auto smallWidth = [metrics = QFontMetricsF(style::smallFont())](std::string_view text) {
        return metrics.horizontalAdvance(toQString(text));
    };
    m_picture = m_map == nullptr ? layout::MapPicture()
                                 : layOutMap(m_map->scene, m_map->part, m_map->places, m_view, m_search, smallWidth);
    m_background.invalidate(m_picture.edges.size() > kManyEdges, isMoving);
}

void MapCanvas::fitAll()
{
    m_isFitted = true;
    if (m_map != nullptr)
        m_view = m_view.fitted(boundsOf(m_map->part, m_map->places));
    relayout();
    Q_EMIT viewChanged();
}

/// The selected node with those around it, or the two ends of the selected edge.
void MapCanvas::fitSelection()
{
    if (m_map == nullptr || m_selection.isEmpty())
        return fitAll();
    layout::PartToPlace some;
    layout::GraphPlaces places;
    const std::uint32_t node = selectedNode();
    const std::uint32_t edge = selectedEdge();
    for (std::uint32_t i = 0; i < m_map->part.nodes.size(); ++i) {
        const std::uint32_t other = m_map->part.nodes[i];
        const auto isNear = [&](std::uint32_t e) {
            const layout::MapEdge &call = m_map->scene.edges[e];
            return (call.from == node && call.to == other) || (call.to == node && call.from == other);
        };
        const bool isIn = edge != MapScene::kNone
            ? m_map->scene.edges[edge].from == other || m_map->scene.edges[edge].to == other
            : other == node || std::ranges::any_of(m_map->part.edges, isNear);
        if (!isIn)
            continue;
        some.nodes.push_back(other);
        some.graph.nodes.push_back(m_map->part.graph.nodes[i]);
        places.centers.push_back(m_map->places.centers[i]);
    }
    if (some.nodes.empty())
        return fitAll();
    m_isFitted = false;
    setView(m_view.fitted(boundsOf(some, places)));
}

void MapCanvas::zoomBy(double factor)
{
    m_isFitted = false;
    setView(m_view.zoomed(factor, {width() / 2.0, height() / 2.0}));
}

void MapCanvas::resizeEvent(QResizeEvent *)
{
    m_view.widthPx = width();
    m_view.heightPx = height();
    if (m_isFitted)
        fitAll();
    else
        relayout();
}

std::uint32_t MapCanvas::selectedNode() const
{
    return m_map == nullptr || m_selection.isEmpty() || m_selection.isEdge() ? MapScene::kNone
                                                                             : m_map->scene.nodeNamed(m_selection.node);
}

std::uint32_t MapCanvas::selectedEdge() const
{
    return m_map == nullptr || !m_selection.isEdge() ? MapScene::kNone
                                                     : m_map->scene.edgeBetween(m_selection.node, m_selection.to);
}

void MapCanvas::select(const MapSelection &selection)
{
    if (selection == m_selection)
        return;
    m_selection = selection;
    update();
    Q_EMIT selectionChanged();
    QAccessibleEvent focus(this, QAccessible::Focus);
    QAccessible::updateAccessibility(&focus);
}

void MapCanvas::chooseByUser(const MapSelection &selection)
{
    select(selection);
    revealSelection();
}

void MapCanvas::revealSelection()
{
    if (const std::uint32_t node = selectedNode(); node != MapScene::kNone)
        reveal(node);
}

std::uint32_t MapCanvas::placeInPart(std::uint32_t sceneNode) const
{
    const auto found = std::ranges::find(m_map->part.nodes, sceneNode);
    return found == m_map->part.nodes.end() ? MapScene::kNone
                                            : static_cast<std::uint32_t>(found - m_map->part.nodes.begin());
}

void MapCanvas::reveal(std::uint32_t sceneNode)
{
    const std::uint32_t place = placeInPart(sceneNode);
    if (place != MapScene::kNone)
        setView(m_view.revealing(boxOf(m_map->part, m_map->places, place)));
}

MapSelection MapCanvas::at(QPointF position) const
{
    if (m_map == nullptr)
        return {};
    const layout::MapPoint point{position.x(), position.y()};
    if (const std::uint32_t node = m_picture.nodeAt(point); node != layout::MapPicture::kNone)
        return {m_map->scene.nodes[m_picture.nodes[node].node].name, {}};
    const std::uint32_t edge = m_picture.edgeAt(point);
    if (edge == layout::MapPicture::kNone)
        return {};
    const layout::MapEdge &call = m_map->scene.edges[m_picture.edges[edge].edge];
    return {m_map->scene.nodes[call.from].name, m_map->scene.nodes[call.to].name};
}

MapSelection MapCanvas::hoveredNames() const
{
    if (m_map == nullptr || !isHovering())
        return {};
    if (m_hoverEdge == MapScene::kNone)
        return {m_map->scene.nodes[m_hoverNode].name, {}};
    const layout::MapEdge &edge = m_map->scene.edges[m_hoverEdge];
    return {m_map->scene.nodes[edge.from].name, m_map->scene.nodes[edge.to].name};
}

void MapCanvas::setHover(std::uint32_t node, std::uint32_t edge)
{
    if (node == m_hoverNode && edge == m_hoverEdge)
        return;
    m_hoverNode = node;
    m_hoverEdge = edge;
    updatePaths();
    setCursor(isHovering() ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void MapCanvas::updatePaths()
{
    m_paths.reset();
    if (m_map != nullptr && isHovering())
        m_paths = pathsThrough(m_map->scene, m_map->shown, m_hoverNode, m_hoverEdge);
}

void MapCanvas::paintEvent(QPaintEvent *)
{
    MapPainting painting;
    painting.scale = m_view.scale;
    QPainter painter(this);
    const QPaintEngine::Type engine = painter.paintEngine()->type();
    if (engine == QPaintEngine::SVG || engine == QPaintEngine::Pdf) {
        const QDeadlineTimer noLimit(QDeadlineTimer::Forever); // into a file: lines stay lines
        (void)paintMapBase(painter, rect(), m_map.get(), m_picture, painting, 0, noLimit);
    } else {
        m_background.draw(painter, m_view);
    }
    if (m_map != nullptr && m_moment != nullptr)
        paintMapMoment(painter, *m_map, m_picture, *m_moment);
    painting.selectedNode = selectedNode();
    painting.selectedEdge = selectedEdge();
    painting.hoverNode = m_hoverNode;
    painting.hoverEdge = m_hoverEdge;
    painting.paths = m_paths ? &*m_paths : nullptr;
    painting.hasFocus = hasFocus();
    painting.showsFocus = m_showsFocus;
    paintMapOverlay(painter, rect(), m_map.get(), m_picture, painting);
}

} // namespace tailspan::servicemap
