// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/graph/service_map.h"
#include "models/layout/graph_placement.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tailspan::layout {

/// How something stands to the baseline, beyond chance.
enum class MapTone : std::uint8_t { Same, Better, Worse, Other }; ///< Other: only the rate changed.

/// Rate, latency and errors of a node or an edge; nothing where the data does not say.
struct MapFigures {
    std::uint64_t calls = 0;
    std::optional<double> ratePerSecond;
    std::optional<double> errorRatio; ///< 0 to 1; nothing without calls.
    std::optional<std::int64_t> p50Ns;
    std::optional<std::int64_t> p95Ns;
    double criticalShare = 0;                             ///< Of the critical paths of all traces, 0 to 1.
    std::optional<graph::GraphDifference::Change> change; ///< Where there is a baseline.

    [[nodiscard]] MapTone tone() const;
    /// "1.2k/s · p95 340 ms · 0.4 %".
    [[nodiscard]] std::string line() const;
};

struct MapNode {
    std::string name;
    graph::NodeKind kind = graph::NodeKind::Service;
    std::uint32_t memberCount = 1;
    MapFigures figures;
    std::string term;          ///< Finds its spans in the language of find; "" where nothing does.
    bool isMissing = false;    ///< Declared, without any span.
    bool isUndeclared = false; ///< Seen, and the declaration does not know it.
    std::vector<std::string> warnings;
    bool isDown = false;
    double widthPx = 0; ///< At natural size.
};

struct MapEdge {
    std::uint32_t from = 0; ///< Into nodes.
    std::uint32_t to = 0;
    MapFigures figures;
    bool isMissing = false;    ///< Declared, and never seen.
    bool isUndeclared = false; ///< Seen, and not declared.
};

inline constexpr double kMapNodeHeightPx = 46;
inline constexpr double kMapNodeMinPx = 176; ///< Room for the line of figures, so that a refresh changes no size.
inline constexpr double kMapNodeMaxPx = 300;

/// A warning about a service from outside its spans.
struct MapWarning {
    std::string service;
    std::string text;
    bool isDown = false;
};

/// A service map as it is drawn: what was seen, what was declared and never seen, warnings. A value.
struct MapScene {
    std::vector<MapNode> nodes;      ///< By name; missing ones behind the others.
    std::vector<MapEdge> edges;      ///< As in the graph; missing ones behind the others.
    std::uint32_t quietWarnings = 0; ///< Warnings of services that are not on the map.

    static constexpr std::uint32_t kNone = 0xffffffff;
    [[nodiscard]] std::uint32_t nodeNamed(std::string_view name) const;
    [[nodiscard]] std::uint32_t edgeBetween(std::string_view from, std::string_view to) const;
    [[nodiscard]] GraphToPlace toPlace() const;
};

/// `nameWidthPx` measures a name as it will be drawn. Thread: any that may measure.
[[nodiscard]] MapScene mapSceneOf(const graph::ServiceMap &map, const std::vector<MapWarning> &warnings,
                                  const std::function<double(std::string_view)> &nameWidthPx);

/// What of the scene is shown.
struct MapFilter {
    std::string focus; ///< A node's name: only what is within `hops` calls of it, in either direction. "": everything.
    int hops = 1;
    double leastRate = 0; ///< Calls a second: edges below it are left out, and nodes without a call as frequent.
    std::string search;   ///< Nodes whose name holds it stand out; letters of either case.
    friend bool operator==(const MapFilter &, const MapFilter &) = default;
};

/// Whether a name holds the text, letters of either case.
[[nodiscard]] bool nameHolds(std::string_view name, std::string_view text);

/// Which nodes and edges those are.
struct ShownParts {
    std::vector<bool> nodes;
    std::vector<bool> edges;
    std::uint32_t rareNodes = 0; ///< Left out because of leastRate.
    std::uint32_t rareEdges = 0;
    std::uint32_t farNodes = 0; ///< Left out because of the focus.
};
/// A focus that is not there shows everything.
[[nodiscard]] ShownParts shownPartsOf(const MapScene &scene, const MapFilter &filter);

/// What lies on the paths through a node or an edge: everybody who calls it, directly or not, and everybody it calls.
struct MapPaths {
    std::vector<bool> nodes;
    std::vector<bool> edges;
};
/// Along shown edges; give either a node or an edge and kNone for the other. Linear.
[[nodiscard]] MapPaths pathsThrough(const MapScene &scene, const ShownParts &shown, std::uint32_t node,
                                    std::uint32_t edge);

/// The shown part as a graph of its own, and which node of the scene each of its nodes is.
struct PartToPlace {
    GraphToPlace graph;
    std::vector<std::uint32_t> nodes; ///< Into the scene.
    std::vector<std::uint32_t> edges;
};
[[nodiscard]] PartToPlace partToPlace(const MapScene &scene, const ShownParts &shown);

} // namespace tailspan::layout
