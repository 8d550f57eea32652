// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_layout.h"

#include <QPainterPath>
#include <QRectF>

class QPainter;

namespace tailspan::servicemap {

struct DrawnMap;

/// What is special while the map is painted; numbers are into the scene.
struct MapPainting {
    std::uint32_t selectedNode = layout::MapScene::kNone;
    std::uint32_t selectedEdge = layout::MapScene::kNone;
    std::uint32_t hoverNode = layout::MapScene::kNone;
    std::uint32_t hoverEdge = layout::MapScene::kNone;
    const layout::MapPaths *paths = nullptr; ///< Null: nothing is lit.
    bool hasFocus = false;
    bool showsFocus = false; ///< With nothing selected: a ring around the map.
    double scale = 1;
};

/// Paints what was laid out. `map` may be null. Thread: GUI.
void paintMap(QPainter &painter, const QRectF &area, const DrawnMap *map, const layout::MapPicture &picture,
              const MapPainting &painting);

/// The outline of a node: a rounded box, a cylinder for what stores, a parallelogram for a queue, a cloud for somebody
/// outside. Also for the legend.
[[nodiscard]] QPainterPath outlineOf(graph::NodeKind kind, const QRectF &rect);
/// How errors and changes colour an edge. Not colour alone: labels say the same in words.
[[nodiscard]] QColor colorOf(const layout::MapFigures &figures, bool isCompared);

} // namespace tailspan::servicemap
