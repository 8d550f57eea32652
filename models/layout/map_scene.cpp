// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/layout/map_scene.h"

#include "models/base/number_text.h"

#include <algorithm>
#include <map>
#include <set>

namespace tailspan::layout {

namespace {

using graph::GraphDifference;
using graph::MeshDifference;
using graph::ServiceGraph;
using graph::ServiceMap;

constexpr double kNodePaddingPx = 52; // icon and margins

MapFigures figuresOf(const ServiceMap &map, const trace::SpanTotals &totals, std::int64_t criticalNs, bool hasCalls)
{
    MapFigures figures;
    figures.calls = totals.count;
    const double seconds = map.graph.range.length().toSeconds();
    if (hasCalls && seconds > 0)
        figures.ratePerSecond = totals.count / seconds;
    if (totals.count > 0)
        figures.errorRatio = static_cast<double>(totals.errorCount) / totals.count;
    if (totals.count > 0 && map.hasLatency) {
        figures.p50Ns = totals.p50Ns;
        figures.p95Ns = totals.p95Ns;
    }
    if (map.graph.criticalNs > 0)
        figures.criticalShare = static_cast<double>(criticalNs) / static_cast<double>(map.graph.criticalNs);
    return figures;
}

void addNodes(const ServiceMap &map, MapScene &scene)
{
    for (std::size_t i = 0; i < map.graph.nodes.size(); ++i) {
        const ServiceGraph::Node &node = map.graph.nodes[i];
        // A store counts calls: of a service that nobody calls it knows no number.
        const bool hasCalls = map.source.empty() || node.calls.count > 0;
        MapNode drawn;
        drawn.name = node.name;
        drawn.kind = node.kind;
        drawn.memberCount = node.memberCount;
        drawn.figures = figuresOf(map, node.calls, node.totals.criticalNs, hasCalls);
        drawn.term = node.term;
        if (map.difference)
            drawn.figures.change = map.difference->ofNode[i];
        drawn.isUndeclared = map.mesh && map.mesh->ofNode[i] == MeshDifference::State::Undeclared;
        scene.nodes.push_back(std::move(drawn));
    }
    for (std::size_t i = 0; i < map.graph.edges.size(); ++i) {
        const ServiceGraph::Edge &edge = map.graph.edges[i];
        MapEdge drawn;
        drawn.from = edge.from;
        drawn.to = edge.to;
        drawn.figures = figuresOf(map, edge.totals, edge.criticalNs, true);
        if (map.difference)
            drawn.figures.change = map.difference->ofEdge[i];
        drawn.isUndeclared = map.mesh && map.mesh->ofEdge[i] == MeshDifference::State::Undeclared;
        scene.edges.push_back(std::move(drawn));
    }
}

void addMissing(const MeshDifference &mesh, MapScene &scene)
{
    std::map<std::string, std::uint32_t> places;
    for (std::uint32_t i = 0; i < scene.nodes.size(); ++i)
        places.emplace(scene.nodes[i].name, i);
    const auto placeOf = [&](const std::string &name) {
        const auto [place, isNew] = places.try_emplace(name, static_cast<std::uint32_t>(scene.nodes.size()));
        if (isNew) {
            MapNode node;
            node.name = name;
            node.term = graph::termOfService(name);
            node.isMissing = true;
            scene.nodes.push_back(std::move(node));
        }
        return place->second;
    };
    for (const std::string &name : mesh.missingServices)
        placeOf(name);
    for (const MeshDifference::Missing &missing : mesh.missing) {
        MapEdge edge;
        edge.from = placeOf(missing.from);
        edge.to = placeOf(missing.to);
        edge.isMissing = true;
        scene.edges.push_back(std::move(edge));
    }
}

/// Nodes within so many calls of one, along the shown edges in either direction.
std::vector<bool> neighbourhood(const MapScene &scene, const std::vector<bool> &isShown, std::uint32_t from, int hops)
{
    std::vector<bool> isNear(scene.nodes.size());
    isNear[from] = true;
    for (int hop = 0; hop < hops; ++hop) {
        std::vector<bool> next = isNear;
        for (std::size_t i = 0; i < scene.edges.size(); ++i) {
            const MapEdge &edge = scene.edges[i];
            if (isShown[i] && (isNear[edge.from] || isNear[edge.to]))
                next[edge.from] = next[edge.to] = true;
        }
        isNear = std::move(next);
    }
    return isNear;
}

/// Marks what is reached from the marked nodes, along the calls or against them.
void spread(const MapScene &scene, const ShownParts &shown, bool isForward, MapPaths &paths)
{
    std::vector<std::vector<std::uint32_t>> edgesOf(scene.nodes.size());
    for (std::uint32_t i = 0; i < scene.edges.size(); ++i) {
        if (shown.edges[i])
            edgesOf[isForward ? scene.edges[i].from : scene.edges[i].to].push_back(i);
    }
    std::vector<std::uint32_t> open;
    std::vector<bool> isReached = paths.nodes;
    for (std::uint32_t i = 0; i < isReached.size(); ++i) {
        if (isReached[i])
            open.push_back(i);
    }
    while (!open.empty()) {
        const std::uint32_t node = open.back();
        open.pop_back();
        for (const std::uint32_t edge : edgesOf[node]) {
            paths.edges[edge] = true;
            const std::uint32_t next = isForward ? scene.edges[edge].to : scene.edges[edge].from;
            if (!isReached[next]) {
                isReached[next] = true;
                open.push_back(next);
            }
        }
    }
    paths.nodes = std::move(isReached);
}

void hideRare(const MapScene &scene, double leastRate, ShownParts &shown)
{
    std::vector<bool> isBusy(scene.nodes.size());
    for (std::size_t i = 0; i < scene.edges.size(); ++i) {
        const MapEdge &edge = scene.edges[i];
        const bool isRare = !edge.isMissing && edge.figures.ratePerSecond.value_or(0) < leastRate;
        shown.edges[i] = !isRare;
        shown.rareEdges += isRare ? 1 : 0;
        if (!isRare)
            isBusy[edge.from] = isBusy[edge.to] = true;
    }
    for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
        const MapNode &node = scene.nodes[i];
        const bool isRare = !isBusy[i] && !node.isMissing && node.figures.ratePerSecond.value_or(0) < leastRate;
        shown.nodes[i] = !isRare;
        shown.rareNodes += isRare ? 1 : 0;
    }
}

} // namespace

MapTone MapFigures::tone() const
{
    if (!change || !change->isSignificant())
        return MapTone::Same;
    return change->isWorse() ? MapTone::Worse : change->isBetter() ? MapTone::Better : MapTone::Other;
}

std::string MapFigures::line() const
{
    std::string text;
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : " \u00b7 ") + part; };
    if (ratePerSecond)
        add(rateText(*ratePerSecond));
    if (p95Ns)
        add("p95 " + durationText(Duration(*p95Ns)));
    if (errorRatio)
        add(percentText(*errorRatio));
    return text;
}

std::uint32_t MapScene::nodeNamed(std::string_view name) const
{
    const auto found = std::ranges::find(nodes, name, &MapNode::name);
    return found == nodes.end() ? kNone : static_cast<std::uint32_t>(found - nodes.begin());
}

std::uint32_t MapScene::edgeBetween(std::string_view from, std::string_view to) const
{
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (nodes[edges[i].from].name == from && nodes[edges[i].to].name == to)
            return i;
    }
    return kNone;
}

GraphToPlace MapScene::toPlace() const
{
    return partToPlace(*this, {std::vector<bool>(nodes.size(), true), std::vector<bool>(edges.size(), true)}).graph;
}

MapScene mapSceneOf(const ServiceMap &map, const std::vector<MapWarning> &warnings,
                    const std::function<double(std::string_view)> &nameWidthPx)
{
    MapScene scene;
    addNodes(map, scene);
    if (map.mesh)
        addMissing(*map.mesh, scene);
    for (const MapWarning &warning : warnings) {
        const std::uint32_t node = scene.nodeNamed(warning.service);
        if (node == MapScene::kNone) {
            ++scene.quietWarnings;
            continue;
        }
        scene.nodes[node].warnings.push_back(warning.text);
        scene.nodes[node].isDown = scene.nodes[node].isDown || warning.isDown;
    }
    for (MapNode &node : scene.nodes)
        node.widthPx = std::clamp(nameWidthPx(node.name) + kNodePaddingPx, kMapNodeMinPx, kMapNodeMaxPx);
    return scene;
}

bool nameHolds(std::string_view name, std::string_view text)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto isSame = [&](char a, char b) { return lower(a) == lower(b); };
    return text.empty() || std::search(name.begin(), name.end(), text.begin(), text.end(), isSame) != name.end();
}

ShownParts shownPartsOf(const MapScene &scene, const MapFilter &filter)
{
    ShownParts shown{std::vector<bool>(scene.nodes.size(), true), std::vector<bool>(scene.edges.size(), true)};
    if (filter.leastRate > 0)
        hideRare(scene, filter.leastRate, shown);
    const std::uint32_t focus = filter.focus.empty() ? MapScene::kNone : scene.nodeNamed(filter.focus);
    if (focus != MapScene::kNone) {
        const std::vector<bool> isNear = neighbourhood(scene, shown.edges, focus, filter.hops);
        for (std::size_t i = 0; i < scene.nodes.size(); ++i) {
            shown.farNodes += shown.nodes[i] && !isNear[i] ? 1 : 0;
            shown.nodes[i] = isNear[i];
        }
    }
    for (std::size_t i = 0; i < scene.edges.size(); ++i)
        shown.edges[i] = shown.edges[i] && shown.nodes[scene.edges[i].from] && shown.nodes[scene.edges[i].to];
    return shown;
}

MapPaths pathsThrough(const MapScene &scene, const ShownParts &shown, std::uint32_t node, std::uint32_t edge)
{
    const auto from = [&](std::uint32_t start, bool isForward) {
        MapPaths paths{std::vector<bool>(scene.nodes.size()), std::vector<bool>(scene.edges.size())};
        paths.nodes[start] = true;
        spread(scene, shown, isForward, paths);
        return paths;
    };
    const bool isEdge = edge != MapScene::kNone;
    MapPaths paths = from(isEdge ? scene.edges[edge].to : node, true);
    const MapPaths callers = from(isEdge ? scene.edges[edge].from : node, false);
    for (std::size_t i = 0; i < paths.nodes.size(); ++i)
        paths.nodes[i] = paths.nodes[i] || callers.nodes[i];
    for (std::size_t i = 0; i < paths.edges.size(); ++i)
        paths.edges[i] = paths.edges[i] || callers.edges[i];
    if (isEdge)
        paths.edges[edge] = true;
    return paths;
}

PartToPlace partToPlace(const MapScene &scene, const ShownParts &shown)
{
    PartToPlace part;
    std::vector<std::uint32_t> placeOf(scene.nodes.size());
    for (std::uint32_t i = 0; i < scene.nodes.size(); ++i) {
        if (!shown.nodes[i])
            continue;
        placeOf[i] = static_cast<std::uint32_t>(part.nodes.size());
        part.nodes.push_back(i);
        part.graph.nodes.push_back({scene.nodes[i].name, scene.nodes[i].widthPx, kMapNodeHeightPx});
    }
    for (std::uint32_t i = 0; i < scene.edges.size(); ++i) {
        if (!shown.edges[i])
            continue;
        const MapEdge &edge = scene.edges[i];
        part.edges.push_back(i);
        part.graph.edges.push_back({placeOf[edge.from], placeOf[edge.to], static_cast<double>(edge.figures.calls)});
    }
    return part;
}

} // namespace tailspan::layout
