// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/graph_placement.h"

#include <cstdint>
#include <vector>

namespace tailspan::layout {

/// A rectangle in device-independent pixels.
struct MapRect {
    double xPx = 0;
    double yPx = 0;
    double widthPx = 0;
    double heightPx = 0;

    [[nodiscard]] double right() const { return xPx + widthPx; }
    [[nodiscard]] double bottom() const { return yPx + heightPx; }
    [[nodiscard]] MapPoint center() const { return {xPx + widthPx / 2, yPx + heightPx / 2}; }
    [[nodiscard]] bool contains(MapPoint point) const
    {
        return point.x >= xPx && point.x < right() && point.y >= yPx && point.y < bottom();
    }
    [[nodiscard]] bool intersects(const MapRect &other) const
    {
        return xPx < other.right() && other.xPx < right() && yPx < other.bottom() && other.yPx < bottom();
    }
    friend bool operator==(const MapRect &, const MapRect &) = default;
};

/// An edge between two of the rectangles.
struct CurveEnds {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
};

/// The lines of the edges as points, from border to border. `curves` are Bezier control points where they are known (see
/// GraphPlaces); other edges leave and arrive at the sides that face each other across the wider gap; the lines of one side are spread over it in the order of where they go.
/// Linear but for that order. Thread: any.
[[nodiscard]] std::vector<std::vector<MapPoint>> edgeLines(const std::vector<MapRect> &nodes,
                                                           const std::vector<CurveEnds> &edges,
                                                           const std::vector<std::vector<MapPoint>> &curves);

/// How far a point is from a line of points.
[[nodiscard]] double distanceToLine(MapPoint point, const std::vector<MapPoint> &line);
[[nodiscard]] double lengthOfLine(const std::vector<MapPoint> &line);
/// The point in the middle of its length.
[[nodiscard]] MapPoint middleOfLine(const std::vector<MapPoint> &line);

} // namespace tailspan::layout
