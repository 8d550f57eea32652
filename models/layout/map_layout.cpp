// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/map_layout.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tailspan::layout {

namespace {

constexpr double kNearEdgePx = 6;
constexpr double kLabelHeightPx = 16;
constexpr double kLabelPaddingPx = 4;
constexpr double kLabelScale = 0.6; ///< Below it no edge has a label.
constexpr double kThinnestPx = 1.2;
constexpr double kThickestPx = 6;

/// Takes rectangles that cover none of those taken before.
class FreeRoom {
public:
    void block(const MapRect &rect) { m_taken.push_back(rect); }
    bool take(const MapRect &rect)
    {
        if (std::ranges::any_of(m_taken, [&](const MapRect &other) { return other.intersects(rect); }))
            return false;
        m_taken.push_back(rect);
        return true;
    }

private:
    std::vector<MapRect> m_taken;
};

class Painter {
public:
    Painter(const MapScene &scene, const PartToPlace &part, const GraphPlaces &places, const MapView &view,
            const std::function<double(std::string_view)> &smallWidthPx)
        : m_scene(scene), m_part(part), m_places(places), m_view(view),
          m_smallWidthPx(smallWidthPx), m_screen{0, 0, view.widthPx, view.heightPx}
    {}

    MapPicture run(const std::string &search)
    {
        addNodes(search);
        addEdges();
        if (m_view.scale < kNameScale)
            addNames();
        if (m_view.scale >= kLabelScale)
            addLabels();
        else
            m_picture.hiddenLabels = static_cast<std::uint32_t>(m_picture.edges.size());
        return std::move(m_picture);
    }

private:
    [[nodiscard]] MapRect onScreen(const MapRect &rect) const
    {
        const MapPoint corner = m_view.toScreen({rect.xPx, rect.yPx});
        return {corner.x, corner.y, rect.widthPx * m_view.scale, rect.heightPx * m_view.scale};
    }

    void addNodes(const std::string &search)
    {
        const NodeText text = m_view.scale >= kFullTextScale ? NodeText::Full
            : m_view.scale >= kNameScale                     ? NodeText::Name
                                                             : NodeText::None;
        for (std::size_t i = 0; i < m_part.nodes.size(); ++i) {
            const MapRect box = boxOf(m_part, m_places, i);
            m_boxes.push_back(box);
            PaintedNode node{m_part.nodes[i], onScreen(box), text};
            node.isMatch = !search.empty() && nameHolds(m_scene.nodes[node.node].name, search);
            node.isDimmed = !search.empty() && !node.isMatch;
            m_picture.matches += node.isMatch ? 1 : 0;
            if (!node.rect.intersects(m_screen))
                continue;
            m_room.block(node.rect);
            m_picture.nodes.push_back(node);
        }
    }

    void addEdges()
    {
        std::vector<CurveEnds> ends;
        double most = 0;
        for (const GraphToPlace::Edge &edge : m_part.graph.edges)
            ends.push_back({edge.from, edge.to});
        for (const std::uint32_t edge : m_part.edges)
            most = std::max(most, m_scene.edges[edge].figures.ratePerSecond.value_or(0));
        std::vector<std::vector<MapPoint>> lines = edgeLines(m_boxes, ends, m_places.curves);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            PaintedEdge edge{m_part.edges[i], std::move(lines[i]), 1, {}, {}};
            for (MapPoint &point : edge.line)
                point = m_view.toScreen(point);
            if (isOnScreen(edge.line)) {
                edge.widthPx = widthOf(m_scene.edges[edge.edge].figures.ratePerSecond.value_or(0), most);
                m_picture.edges.push_back(std::move(edge));
            }
        }
        std::ranges::stable_sort(m_picture.edges, {}, [&](const PaintedEdge &edge) { return callsOf(edge); });
    }

    [[nodiscard]] bool isOnScreen(const std::vector<MapPoint> &line) const
    {
        const auto [left, right] = std::ranges::minmax(line, {}, &MapPoint::x);
        const auto [top, bottom] = std::ranges::minmax(line, {}, &MapPoint::y);
        return left.x <= m_screen.right() && right.x >= 0 && top.y <= m_screen.bottom() && bottom.y >= 0;
    }

    [[nodiscard]] std::uint64_t callsOf(const PaintedEdge &edge) const
    {
        return m_scene.edges[edge.edge].figures.calls;
    }

    /// From a thousandth of the busiest edge's rate to that rate.
    [[nodiscard]] double widthOf(double rate, double most) const
    {
        const double share = most > 0 && rate > 0 ? std::clamp(1 + std::log10(rate / most) / 3, 0.0, 1.0) : 0;
        const double natural = kThinnestPx + share * (kThickestPx - kThinnestPx);
        return std::max(natural * std::clamp(m_view.scale, 0.35, 1.5), 0.8);
    }

    /// The busiest nodes first; each beside its node where that is free.
    void addNames()
    {
        std::vector<std::uint32_t> order(m_picture.nodes.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
            const PaintedNode &one = m_picture.nodes[a];
            const PaintedNode &other = m_picture.nodes[b];
            if (one.isMatch != other.isMatch)
                return one.isMatch;
            return m_scene.nodes[one.node].figures.calls > m_scene.nodes[other.node].figures.calls;
        });
        for (const std::uint32_t place : order) {
            const PaintedNode &node = m_picture.nodes[place];
            const double width = m_smallWidthPx(m_scene.nodes[node.node].name) + 2 * kLabelPaddingPx;
            const double x = node.rect.center().x - width / 2;
            const MapRect below{x, node.rect.bottom() + 1, width, kLabelHeightPx};
            const MapRect above{x, node.rect.yPx - 1 - kLabelHeightPx, width, kLabelHeightPx};
            if (m_room.take(below))
                m_picture.names.push_back({node.node, below});
            else if (m_room.take(above))
                m_picture.names.push_back({node.node, above});
            else
                ++m_picture.hiddenNames;
        }
    }

    void addLabels()
    {
        for (auto edge = m_picture.edges.rbegin(); edge != m_picture.edges.rend(); ++edge) { // the busiest first
            const std::vector<std::string> texts = labelsOf(m_scene.edges[edge->edge]);
            const bool isPlaced =
                std::ranges::any_of(texts, [&](const std::string &text) { return place(text, *edge); });
            m_picture.hiddenLabels += isPlaced || texts.empty() ? 0 : 1;
        }
    }

    bool place(const std::string &text, PaintedEdge &edge)
    {
        const MapPoint middle = middleOfLine(edge.line);
        if (!m_screen.contains(middle))
            return false; // before measuring the text, which costs more
        const double width = m_smallWidthPx(text) + 2 * kLabelPaddingPx;
        const MapRect rect{middle.x - width / 2, middle.y - kLabelHeightPx / 2, width, kLabelHeightPx};
        // On a short line it would hide the line.
        const bool isShort = lengthOfLine(edge.line) < width + kLabelHeightPx;
        if (isShort || !m_room.take(rect))
            return false;
        edge.label = text;
        edge.labelRect = rect;
        return true;
    }

    /// What is said of an edge, the longest first; the first that has room is shown.
    static std::vector<std::string> labelsOf(const MapEdge &edge)
    {
        if (edge.isMissing)
            return {"never seen"};
        std::vector<std::string> parts;
        if (edge.figures.p95Ns)
            parts.push_back(durationText(Duration(*edge.figures.p95Ns)));
        if (const auto &change = edge.figures.change; change && change->p95.isSignificant && !parts.empty())
            parts[0] = durationText(Duration(std::llround(change->p95.before))) + " \u2192 " + parts[0];
        if (edge.figures.errorRatio.value_or(0) > 0)
            parts.push_back(percentText(*edge.figures.errorRatio) + " failed");
        if (edge.isUndeclared)
            parts.emplace_back("not declared");
        std::vector<std::string> labels;
        std::string all;
        for (const std::string &part : parts)
            all += (all.empty() ? "" : " \u00b7 ") + part;
        if (!all.empty())
            labels.push_back(std::move(all));
        if (parts.size() > 1)
            labels.push_back(std::move(parts[0]));
        if (edge.figures.p95Ns)
            labels.push_back(durationText(Duration(*edge.figures.p95Ns)));
        return labels;
    }

    const MapScene &m_scene;
    const PartToPlace &m_part;
    const GraphPlaces &m_places;
    const MapView &m_view;
    const std::function<double(std::string_view)> &m_smallWidthPx;
    MapRect m_screen;
    std::vector<MapRect> m_boxes; // of all nodes, at natural size
    FreeRoom m_room;
    MapPicture m_picture;
};

} // namespace

MapView MapView::zoomed(double factor, MapPoint at) const
{
    MapView view = *this;
    view.scale = std::clamp(scale * factor, kLeastScale, kMostScale);
    const MapPoint fixed = toMap(at);
    view.offsetX = at.x - fixed.x * view.scale;
    view.offsetY = at.y - fixed.y * view.scale;
    return view;
}

MapView MapView::panned(double dxPx, double dyPx) const
{
    MapView view = *this;
    view.offsetX += dxPx;
    view.offsetY += dyPx;
    return view;
}

MapView MapView::fitted(const MapRect &part) const
{
    MapView view = *this;
    const double roomX = std::max(widthPx - 2 * kFitMarginPx, 1.0);
    const double roomY = std::max(heightPx - 2 * kFitMarginPx, 1.0);
    const double wanted = std::min(roomX / std::max(part.widthPx, 1.0), roomY / std::max(part.heightPx, 1.0));
    view.scale = std::clamp(wanted, kLeastScale, 1.0);
    view.offsetX = widthPx / 2 - part.center().x * view.scale;
    view.offsetY = heightPx / 2 - part.center().y * view.scale;
    return view;
}

MapView MapView::revealing(const MapRect &part) const
{
    const MapPoint begin = toScreen({part.xPx, part.yPx});
    const MapPoint end = toScreen({part.right(), part.bottom()});
    const auto shift = [](double low, double high, double room) {
        if (low < kFitMarginPx)
            return kFitMarginPx - low;
        return high > room - kFitMarginPx ? std::max(room - kFitMarginPx - high, kFitMarginPx - low) : 0.0;
    };
    return panned(shift(begin.x, end.x, widthPx), shift(begin.y, end.y, heightPx));
}

std::uint32_t MapPicture::nodeAt(MapPoint point) const
{
    for (std::size_t i = nodes.size(); i-- > 0;) { // the last painted lies on top
        if (nodes[i].rect.contains(point))
            return static_cast<std::uint32_t>(i);
    }
    return kNone;
}

std::uint32_t MapPicture::edgeAt(MapPoint point) const
{
    std::uint32_t nearest = kNone;
    double least = kNearEdgePx;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (edges[i].labelRect.contains(point))
            return i;
        const double distance = distanceToLine(point, edges[i].line) - edges[i].widthPx / 2;
        if (distance <= least) {
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}

MapPicture layOutMap(const MapScene &scene, const PartToPlace &part, const GraphPlaces &places, const MapView &view,
                     const std::string &search, const std::function<double(std::string_view)> &smallWidthPx)
{
    return Painter(scene, part, places, view, smallWidthPx).run(search);
}

MapRect boxOf(const PartToPlace &part, const GraphPlaces &places, std::size_t node)
{
    const GraphToPlace::Node &size = part.graph.nodes[node];
    const MapPoint center = places.centers[node];
    return {center.x - size.widthPx / 2, center.y - size.heightPx / 2, size.widthPx, size.heightPx};
}

MapRect boundsOf(const PartToPlace &part, const GraphPlaces &places)
{
    if (part.nodes.empty())
        return {};
    MapRect all = boxOf(part, places, 0);
    const auto add = [&](const MapRect &box) {
        const double right = std::max(all.right(), box.right());
        const double bottom = std::max(all.bottom(), box.bottom());
        all.xPx = std::min(all.xPx, box.xPx);
        all.yPx = std::min(all.yPx, box.yPx);
        all.widthPx = right - all.xPx;
        all.heightPx = bottom - all.yPx;
    };
    for (std::size_t i = 1; i < part.nodes.size(); ++i)
        add(boxOf(part, places, i));
    for (const std::vector<MapPoint> &curve : places.curves) {
        for (const MapPoint &point : curve) // a curve lies between its control points
            add({point.x, point.y, 0, 0});
    }
    return all;
}

std::uint32_t neighbourTowards(const PartToPlace &part, const GraphPlaces &places, std::uint32_t from, int dx, int dy)
{
    std::uint32_t best = MapPicture::kNone;
    double least = std::numeric_limits<double>::infinity();
    for (std::uint32_t i = 0; i < part.nodes.size(); ++i) {
        const double x = places.centers[i].x - places.centers[from].x;
        const double y = places.centers[i].y - places.centers[from].y;
        const double along = x * dx + y * dy;
        const double across = std::abs(x * dy) + std::abs(y * dx);
        if (i == from || along <= 0.5 || across > along * 4)
            continue;
        if (const double distance = along + 2 * across; distance < least) {
            least = distance;
            best = i;
        }
    }
    return best;
}

} // namespace tailspan::layout
