// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_curves.h"
#include "models/layout/map_scene.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tailspan::layout {

/// Which part of the map is on screen, and how large. A value; movements return a new one.
struct MapView {
    double scale = 1;   ///< Pixels on screen a pixel of natural size.
    double offsetX = 0; ///< Where the map's origin is on screen.
    double offsetY = 0;
    double widthPx = 0; ///< Of the screen.
    double heightPx = 0;

    static constexpr double kLeastScale = 0.03;
    static constexpr double kMostScale = 2.5;
    static constexpr double kFitMarginPx = 24;

    [[nodiscard]] MapPoint toScreen(MapPoint point) const
    {
        return {point.x * scale + offsetX, point.y * scale + offsetY};
    }
    [[nodiscard]] MapPoint toMap(MapPoint point) const
    {
        return {(point.x - offsetX) / scale, (point.y - offsetY) / scale};
    }
    /// What is under `at` on screen stays there.
    [[nodiscard]] MapView zoomed(double factor, MapPoint at) const;
    [[nodiscard]] MapView panned(double dxPx, double dyPx) const;
    /// Shows all of a part of the map, in the middle and never larger than natural size.
    [[nodiscard]] MapView fitted(const MapRect &part) const;
    /// As little panned as it takes to have the part on screen.
    [[nodiscard]] MapView revealing(const MapRect &part) const;
    friend bool operator==(const MapView &, const MapView &) = default;
};

/// How much of a node is written into it.
enum class NodeText : std::uint8_t { None, Name, Full };
inline constexpr double kFullTextScale = 0.6;
inline constexpr double kNameScale = 0.27;

struct PaintedNode {
    std::uint32_t node = 0; ///< Into the scene.
    MapRect rect;           ///< On screen.
    NodeText text = NodeText::None;
    bool isMatch = false;  ///< Of the search.
    bool isDimmed = false; ///< There is a search, and it is no match.
};

struct PaintedEdge {
    std::uint32_t edge = 0;     ///< Into the scene.
    std::vector<MapPoint> line; ///< On screen, from the caller to the called one.
    double widthPx = 1;         ///< By rate, on a logarithmic scale of the map's rates.
    std::string label;          ///< "" where there is no room.
    MapRect labelRect;
};

/// A name beside a node that is too small to hold it.
struct PaintedName {
    std::uint32_t node = 0;
    MapRect rect;
};

/// The map as rectangles, lines and texts, those on screen only.
struct MapPicture {
    std::vector<PaintedNode> nodes;
    std::vector<PaintedEdge> edges; ///< The rarest first, so that busy ones lie above.
    std::vector<PaintedName> names;
    std::uint32_t matches = 0;      ///< Of the search, also off screen.
    std::uint32_t hiddenNames = 0;  ///< Nodes on screen whose name had no room.
    std::uint32_t hiddenLabels = 0; ///< Edges on screen whose label had no room.

    static constexpr std::uint32_t kNone = 0xffffffff;
    /// Into nodes; kNone where there is none.
    [[nodiscard]] std::uint32_t nodeAt(MapPoint point) const;
    /// The nearest within a few pixels, into edges.
    [[nodiscard]] std::uint32_t edgeAt(MapPoint point) const;
};

/// `places` are those of `part`, node by node. `smallWidthPx` measures a text in the small font. Pure; thread: any that
/// may measure. Cost: linear, and for texts the number of those that are shown already.
[[nodiscard]] MapPicture layOutMap(const MapScene &scene, const PartToPlace &part, const GraphPlaces &places,
                                   const MapView &view, const std::string &search,
                                   const std::function<double(std::string_view)> &smallWidthPx);

/// The rectangle around all nodes and curves, at natural size; empty without nodes.
[[nodiscard]] MapRect boundsOf(const PartToPlace &part, const GraphPlaces &places);
/// The rectangle of one node, at natural size.
[[nodiscard]] MapRect boxOf(const PartToPlace &part, const GraphPlaces &places, std::size_t node);

/// Where an arrow key leads from a node: to the nearest one in that direction, sideways distance counting double.
/// `from` and the answer are into `part`; kNone when there is none.
[[nodiscard]] std::uint32_t neighbourTowards(const PartToPlace &part, const GraphPlaces &places, std::uint32_t from,
                                             int dx, int dy);

} // namespace tailspan::layout
