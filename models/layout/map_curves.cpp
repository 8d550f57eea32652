// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/map_curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

constexpr int kPiecePoints = 12; // points a Bezier piece becomes
constexpr double kPortGapPx = 7;
constexpr double kPortMarginPx = 8;

enum class Border : std::uint8_t { Left, Right, Top, Bottom };
using Bezier = std::array<MapPoint, 4>;

void addBezier(const Bezier &piece, std::vector<MapPoint> &line)
{
    for (int i = line.empty() ? 0 : 1; i <= kPiecePoints; ++i) {
        const double t = static_cast<double>(i) / kPiecePoints;
        const double u = 1 - t;
        const double weights[] = {u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
        MapPoint point;
        for (std::size_t k = 0; k < piece.size(); ++k) {
            point.x += weights[k] * piece[k].x;
            point.y += weights[k] * piece[k].y;
        }
        line.push_back(point);
    }
}

std::vector<MapPoint> lineOf(const std::vector<MapPoint> &controls)
{
    std::vector<MapPoint> line;
    for (std::size_t i = 0; i + 3 < controls.size(); i += 3)
        addBezier({controls[i], controls[i + 1], controls[i + 2], controls[i + 3]}, line);
    return line;
}

/// Where an edge leaves its caller and where it arrives.
struct Borders {
    Border from = Border::Right;
    Border to = Border::Left;
};

Borders bordersOf(const MapRect &from, const MapRect &to)
{
    const double gapX = std::max(to.xPx - from.right(), from.xPx - to.right());
    const double gapY = std::max(to.yPx - from.bottom(), from.yPx - to.bottom());
    if (gapX >= gapY)
        return to.xPx >= from.xPx ? Borders{Border::Right, Border::Left} : Borders{Border::Left, Border::Right};
    return to.yPx >= from.yPx ? Borders{Border::Bottom, Border::Top} : Borders{Border::Top, Border::Bottom};
}

bool isSide(Border border)
{
    return border == Border::Left || border == Border::Right;
}

MapPoint pointOn(const MapRect &rect, Border border, double offset)
{
    switch (border) {
    case Border::Left: return {rect.xPx, rect.center().y + offset};
    case Border::Right: return {rect.right(), rect.center().y + offset};
    case Border::Top: return {rect.center().x + offset, rect.yPx};
    default: return {rect.center().x + offset, rect.bottom()};
    }
}

MapPoint pulled(MapPoint point, Border border, double by)
{
    switch (border) {
    case Border::Left: return {point.x - by, point.y};
    case Border::Right: return {point.x + by, point.y};
    case Border::Top: return {point.x, point.y - by};
    default: return {point.x, point.y + by};
    }
}

/// One end of one edge at a node's border.
struct Port {
    std::uint32_t node = 0;
    Border border = Border::Left;
    double towards = 0; ///< Where the other end is, along the border.
    std::uint32_t edge = 0;
    bool isStart = false;
};

/// The offsets of all ends from the middle of their borders: first the starts, then the ends, by edge.
std::array<std::vector<double>, 2> portOffsets(const std::vector<MapRect> &nodes, const std::vector<CurveEnds> &edges,
                                               const std::vector<Borders> &borders)
{
    std::vector<Port> ports;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        const MapPoint from = nodes[edges[i].from].center();
        const MapPoint to = nodes[edges[i].to].center();
        ports.push_back({edges[i].from, borders[i].from, isSide(borders[i].from) ? to.y : to.x, i, true});
        ports.push_back({edges[i].to, borders[i].to, isSide(borders[i].to) ? from.y : from.x, i, false});
    }
    std::ranges::sort(ports, {}, [](const Port &port) {
        return std::tuple(port.node, port.border, port.towards, port.edge, port.isStart);
    });
    std::array<std::vector<double>, 2> offsets{std::vector<double>(edges.size()), std::vector<double>(edges.size())};
    for (std::size_t begin = 0, end = 0; begin < ports.size(); begin = end) {
        while (end < ports.size() && ports[end].node == ports[begin].node && ports[end].border == ports[begin].border)
            ++end;
        const MapRect &rect = nodes[ports[begin].node];
        const double room = (isSide(ports[begin].border) ? rect.heightPx : rect.widthPx) - 2 * kPortMarginPx;
        const auto count = static_cast<double>(end - begin);
        const double gap = std::min(kPortGapPx, count > 1 ? std::max(room, 0.0) / (count - 1) : 0);
        for (std::size_t i = begin; i < end; ++i)
            offsets[ports[i].isStart ? 0 : 1][ports[i].edge] = (static_cast<double>(i - begin) - (count - 1) / 2) * gap;
    }
    return offsets;
}

} // namespace

std::vector<std::vector<MapPoint>> edgeLines(const std::vector<MapRect> &nodes, const std::vector<CurveEnds> &edges,
                                             const std::vector<std::vector<MapPoint>> &curves)
{
    std::vector<Borders> borders;
    for (const CurveEnds &edge : edges)
        borders.push_back(bordersOf(nodes[edge.from], nodes[edge.to]));
    const auto offsets = portOffsets(nodes, edges, borders);
    std::vector<std::vector<MapPoint>> lines;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (i < curves.size() && curves[i].size() >= 4) {
            lines.push_back(lineOf(curves[i]));
            continue;
        }
        const MapPoint start = pointOn(nodes[edges[i].from], borders[i].from, offsets[0][i]);
        const MapPoint end = pointOn(nodes[edges[i].to], borders[i].to, offsets[1][i]);
        const double apart = isSide(borders[i].from) ? std::abs(end.x - start.x) : std::abs(end.y - start.y);
        const double pull = std::clamp(apart / 2, 12.0, 160.0);
        std::vector<MapPoint> line;
        addBezier({start, pulled(start, borders[i].from, pull), pulled(end, borders[i].to, pull), end}, line);
        lines.push_back(std::move(line));
    }
    return lines;
}

double distanceToLine(MapPoint point, const std::vector<MapPoint> &line)
{
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const double dx = line[i + 1].x - line[i].x;
        const double dy = line[i + 1].y - line[i].y;
        const double length = dx * dx + dy * dy;
        const double along =
            length <= 0 ? 0 : std::clamp(((point.x - line[i].x) * dx + (point.y - line[i].y) * dy) / length, 0.0, 1.0);
        nearest = std::min(nearest, std::hypot(point.x - line[i].x - along * dx, point.y - line[i].y - along * dy));
    }
    return nearest;
}

double lengthOfLine(const std::vector<MapPoint> &line)
{
    double length = 0;
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
        length += std::hypot(line[i + 1].x - line[i].x, line[i + 1].y - line[i].y);
    return length;
}

MapPoint middleOfLine(const std::vector<MapPoint> &line)
{
    const auto piece = [&](std::size_t i) { return std::hypot(line[i + 1].x - line[i].x, line[i + 1].y - line[i].y); };
    double left = lengthOfLine(line) / 2;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        const double here = piece(i);
        if (here >= left && here > 0) {
            const double share = left / here;
            return {line[i].x + share * (line[i + 1].x - line[i].x), line[i].y + share * (line[i + 1].y - line[i].y)};
        }
        left -= here;
    }
    return line.empty() ? MapPoint() : line.front();
}

} // namespace tailspan::layout
