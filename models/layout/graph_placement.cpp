// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/graph_placement.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tailspan::layout {

namespace {

constexpr std::uint32_t kNone = 0xffffffff;

/// Nodes of a column have their middle in common; each column from above.
using Columns = std::map<long, std::vector<std::uint32_t>>;

Columns columnsOf(const GraphToPlace &graph, const std::vector<bool> &isLoose, const GraphPlaces &places)
{
    Columns columns;
    for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
        if (!isLoose[node])
            columns[std::lround(places.centers[node].x)].push_back(node);
    }
    for (auto &[x, nodes] : columns)
        std::ranges::stable_sort(nodes, {}, [&](std::uint32_t node) { return places.centers[node].y; });
    return columns;
}

/// The most nodes below each other with which everything is drawn largest. Steps are in shares of the window.
std::size_t bestRows(const Columns &columns, double stepX, double stepY)
{
    std::size_t tallest = 1;
    for (const auto &[x, nodes] : columns)
        tallest = std::max(tallest, nodes.size());
    std::size_t best = tallest;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t rows = 1; rows <= tallest; ++rows) {
        std::size_t parts = 0;
        for (const auto &[x, nodes] : columns)
            parts += (nodes.size() + rows - 1) / rows;
        const double shrinking = std::max(static_cast<double>(parts) * stepX, static_cast<double>(rows) * stepY);
        if (shrinking < least) {
            least = shrinking;
            best = rows;
        }
    }
    return best;
}

} // namespace

void KeptPlaces::set(const GraphToPlace &graph, const GraphPlaces &places)
{
    m_centers.clear();
    m_curves.clear();
    m_isDownward = places.isDownward;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        m_centers[graph.nodes[i].name] = {places.centers[i], graph.nodes[i].widthPx, graph.nodes[i].heightPx};
    for (std::size_t i = 0; i < places.curves.size(); ++i) {
        const GraphToPlace::Edge &edge = graph.edges[i];
        if (!places.curves[i].empty())
            m_curves[{graph.nodes[edge.from].name, graph.nodes[edge.to].name}] = places.curves[i];
    }
}

double KeptPlaces::knownShare(const GraphToPlace &graph) const
{
    const auto known =
        std::ranges::count_if(graph.nodes, [&](const auto &node) { return m_centers.contains(node.name); });
    return graph.nodes.empty() ? 1 : static_cast<double>(known) / static_cast<double>(graph.nodes.size());
}

bool KeptPlaces::isFree(const Box &box) const
{
    return std::ranges::none_of(m_centers, [&](const auto &entry) {
        const Box &other = entry.second;
        return std::abs(other.center.x - box.center.x) < (other.widthPx + box.widthPx) / 2 + kRowGapPx / 2
            && std::abs(other.center.y - box.center.y) < (other.heightPx + box.heightPx) / 2 + kRowGapPx / 2;
    });
}

/// Rings of spots around the wanted one, a node's size apart; the nearest free one, those of the same column (or row, of
/// a map that runs downwards) first.
MapPoint KeptPlaces::spotNear(MapPoint wanted, const GraphToPlace::Node &node) const
{
    const double stepY = node.heightPx + (m_isDownward ? kColumnGapPx : kRowGapPx);
    const double stepX = node.widthPx + (m_isDownward ? kRowGapPx : kColumnGapPx);
    const int rings = static_cast<int>(m_centers.size()) + 1; // that many spots in a row cannot all be taken
    for (int ring = 0; ring <= rings; ++ring) {
        for (int away = 0; away <= ring / 2; ++away) { // columns aside count double
            const int along = ring - 2 * away;
            for (const auto &[signAway, signAlong] :
                 {std::pair(1, 1), std::pair(1, -1), std::pair(-1, 1), std::pair(-1, -1)}) {
                const double column = m_isDownward ? signAlong * along : signAway * away;
                const double row = m_isDownward ? signAway * away : signAlong * along;
                const MapPoint spot{wanted.x + column * stepX, wanted.y + row * stepY};
                if (isFree({spot, node.widthPx, node.heightPx}))
                    return spot;
            }
        }
    }
    return {wanted.x, wanted.y + (rings + 1) * stepY};
}

MapPoint KeptPlaces::wantedPlace(const GraphToPlace &graph, std::uint32_t node) const
{
    MapPoint sum;
    double count = 0;
    const auto add = [&](std::uint32_t neighbour, double direction) {
        const auto known = m_centers.find(graph.nodes[neighbour].name);
        if (neighbour == node || known == m_centers.end())
            return;
        const Box &box = known->second;
        const GraphToPlace::Node &own = graph.nodes[node];
        sum.x += box.center.x;
        sum.y += box.center.y;
        if (m_isDownward)
            sum.y += direction * ((box.heightPx + own.heightPx) / 2 + kColumnGapPx);
        else
            sum.x += direction * ((box.widthPx + own.widthPx) / 2 + kColumnGapPx);
        count += 1;
    };
    for (const GraphToPlace::Edge &edge : graph.edges) {
        if (edge.to == node)
            add(edge.from, 1);
        else if (edge.from == node)
            add(edge.to, -1);
    }
    if (count > 0)
        return {sum.x / count, sum.y / count};
    // Nobody is near it: below everything, at the left.
    MapPoint corner;
    bool isFirst = true;
    for (const auto &[name, box] : m_centers) {
        corner.x = isFirst ? box.center.x : std::min(corner.x, box.center.x);
        corner.y = isFirst ? box.center.y : std::max(corner.y, box.center.y);
        isFirst = false;
    }
    return isFirst ? corner : MapPoint{corner.x, corner.y + graph.nodes[node].heightPx + kRowGapPx};
}

/// Of those without a place the one with the most neighbours that have one; of several the first by name.
std::uint32_t KeptPlaces::nextMissing(const GraphToPlace &graph) const
{
    std::vector<std::uint32_t> known(graph.nodes.size());
    for (const GraphToPlace::Edge &edge : graph.edges) {
        known[edge.from] += m_centers.contains(graph.nodes[edge.to].name) ? 1 : 0;
        known[edge.to] += m_centers.contains(graph.nodes[edge.from].name) ? 1 : 0;
    }
    std::uint32_t best = kNone;
    for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
        if (m_centers.contains(graph.nodes[node].name))
            continue;
        const bool isBetter = best == kNone || known[node] > known[best]
            || (known[node] == known[best] && graph.nodes[node].name < graph.nodes[best].name);
        if (isBetter)
            best = node;
    }
    return best;
}

void KeptPlaces::addMissing(const GraphToPlace &graph)
{
    for (std::uint32_t node = nextMissing(graph); node != kNone; node = nextMissing(graph)) {
        const MapPoint spot = spotNear(wantedPlace(graph, node), graph.nodes[node]);
        m_centers[graph.nodes[node].name] = {spot, graph.nodes[node].widthPx, graph.nodes[node].heightPx};
    }
}

GraphPlaces KeptPlaces::placesOf(const GraphToPlace &graph) const
{
    GraphPlaces places;
    places.isDownward = m_isDownward;
    for (const GraphToPlace::Node &node : graph.nodes)
        places.centers.push_back(m_centers.at(node.name).center);
    for (const GraphToPlace::Edge &edge : graph.edges) {
        const auto curve = m_curves.find({graph.nodes[edge.from].name, graph.nodes[edge.to].name});
        places.curves.push_back(curve == m_curves.end() ? std::vector<MapPoint>() : curve->second);
    }
    return places;
}

void KeptPlaces::move(const std::string &name, MapPoint center)
{
    const auto known = m_centers.find(name);
    if (known == m_centers.end())
        return;
    known->second.center = center;
    std::erase_if(m_curves, [&](const auto &curve) { return curve.first.first == name || curve.first.second == name; });
}

std::pair<double, double> splitColumns(const GraphToPlace &graph, const std::vector<bool> &isLoose,
                                       double windowWidthPx, double windowHeightPx, GraphPlaces &places)
{
    const Columns columns = columnsOf(graph, isLoose, places);
    double nodeWidth = 1;
    double nodeHeight = 1;
    for (const GraphToPlace::Node &node : graph.nodes) {
        nodeWidth = std::max(nodeWidth, node.widthPx);
        nodeHeight = std::max(nodeHeight, node.heightPx);
    }
    const double stepX = nodeWidth + kRowGapPx * 2;
    const double stepY = nodeHeight + kRowGapPx;
    const std::size_t rows = bestRows(columns, stepX / windowWidthPx, stepY / windowHeightPx);
    const double height = static_cast<double>(rows) * stepY;
    double left = 0;
    for (const auto &[x, nodes] : columns) {
        const std::size_t parts = (nodes.size() + rows - 1) / rows;
        const std::size_t used = (nodes.size() + parts - 1) / parts;
        const double top = (height - static_cast<double>(used) * stepY) / 2;
        for (std::size_t i = 0; i < nodes.size(); ++i) // neighbours stay near each other: row by row
            places.centers[nodes[i]] = {left + (static_cast<double>(i % parts) + 0.5) * stepX,
                                        top + (static_cast<double>(i / parts) + 0.5) * stepY};
        left += static_cast<double>(parts) * stepX + kColumnGapPx;
    }
    for (std::vector<MapPoint> &curve : places.curves)
        curve.clear();
    return {left, height};
}

void placeLoose(const GraphToPlace &graph, const std::vector<bool> &isLoose, double belowPx, double widthPx,
                GraphPlaces &places)
{
    double total = 0;
    for (std::size_t node = 0; node < graph.nodes.size(); ++node)
        total += isLoose[node] ? graph.nodes[node].widthPx + kRowGapPx : 0;
    // As wide as the rest, and never one long line.
    const double rowPx = std::max(widthPx, std::sqrt(total * 120));
    double x = 0;
    double y = belowPx;
    double rowHeight = 0;
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        if (!isLoose[node])
            continue;
        const GraphToPlace::Node &size = graph.nodes[node];
        if (x > 0 && x + size.widthPx > rowPx) {
            x = 0;
            y += rowHeight + kRowGapPx;
            rowHeight = 0;
        }
        places.centers[node] = {x + size.widthPx / 2, y + size.heightPx / 2};
        x += size.widthPx + kRowGapPx;
        rowHeight = std::max(rowHeight, size.heightPx);
    }
}

} // namespace tailspan::layout
