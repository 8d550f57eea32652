// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_layout.h"

#include <QDeadlineTimer>
#include <QRectF>

#include <cstddef>

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

// Paints what was laid out in two steps, so that the first can be kept while the pointer moves: all of it, then what is
// selected or lit. `map` may be null. Thread: GUI.

/// Begins at the part `next` and goes on until everything is painted or `deadline` is over; gives the part to go on
/// with, kMapPainted at the end. Part 0 fills the area.
[[nodiscard]] std::size_t paintMapBase(QPainter &painter, const QRectF &area, const DrawnMap *map,
                                       const layout::MapPicture &picture, const MapPainting &painting, std::size_t next,
                                       const QDeadlineTimer &deadline);
inline constexpr std::size_t kMapPainted = ~std::size_t{0};
void paintMapOverlay(QPainter &painter, const QRectF &area, const DrawnMap *map, const layout::MapPicture &picture,
                     const MapPainting &painting);

} // namespace tailspan::servicemap
