// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tailspan::layout {

/// A point of the map, in device-independent pixels at its natural size; y grows downwards.
struct MapPoint {
    double x = 0;
    double y = 0;
    friend bool operator==(const MapPoint &, const MapPoint &) = default;
};

/// A graph whose nodes are to get places.
struct GraphToPlace {
    struct Node {
        std::string name; ///< Known by it from one placement to the next.
        double widthPx = 0;
        double heightPx = 0;
    };
    struct Edge {
        std::uint32_t from = 0; ///< Into nodes.
        std::uint32_t to = 0;
        double weight = 0; ///< Of too many edges the heaviest decide.
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
};

/// Where everything stands.
struct GraphPlaces {
    std::vector<MapPoint> centers; ///< By node.
    /// By edge: 3n + 1 control points of joined cubic curves from border to border; empty where none was worked out.
    std::vector<std::vector<MapPoint>> curves;
    bool isDownward = false; ///< Callers stand above those they call, instead of left of them.
};

/// Places by name, kept from one picture to the next, so that a node never moves by itself.
class KeptPlaces {
public:
    /// Forgets everything else.
    void set(const GraphToPlace &graph, const GraphPlaces &places);
    [[nodiscard]] bool isEmpty() const { return m_centers.empty(); }
    /// How many of the nodes have a place, 0 to 1; 1 for a graph without nodes.
    [[nodiscard]] double knownShare(const GraphToPlace &graph) const;
    /// Gives the nodes that have none a place near their neighbours: behind those that call them, before those they
    /// call, at the nearest spot where they cover nobody. Nothing else moves.
    void addMissing(const GraphToPlace &graph);
    /// Precondition: every node has a place.
    [[nodiscard]] GraphPlaces placesOf(const GraphToPlace &graph) const;
    /// A node moved by hand; its curves are forgotten.
    void move(const std::string &name, MapPoint center);

private:
    struct Box {
        MapPoint center;
        double widthPx = 0;
        double heightPx = 0;
    };
    [[nodiscard]] bool isFree(const Box &box) const;
    [[nodiscard]] MapPoint spotNear(MapPoint wanted, const GraphToPlace::Node &node) const;
    [[nodiscard]] MapPoint wantedPlace(const GraphToPlace &graph, std::uint32_t node) const;
    [[nodiscard]] std::uint32_t nextMissing(const GraphToPlace &graph) const;

    bool m_isDownward = false;
    std::map<std::string, Box> m_centers;
    std::map<std::pair<std::string, std::string>, std::vector<MapPoint>> m_curves;
};

/// How far apart columns of a map stand, centre to centre, where we place nodes ourselves.
inline constexpr double kColumnGapPx = 70;
inline constexpr double kRowGapPx = 24;

/// A map of many nodes in few columns is a strip that nobody can read: splits the columns of a map that runs to the right
/// into as many as it takes to fill a window of that shape best, in the order in which they stand. Nodes of `isLoose`
/// stay out of it. Curves are dropped. Says how wide and high the rest is now.
[[nodiscard]] std::pair<double, double> splitColumns(const GraphToPlace &graph, const std::vector<bool> &isLoose,
                                                     double windowWidthPx, double windowHeightPx, GraphPlaces &places);

/// Nodes without edges in rows below `belowPx`, from the left. Fills their centres.
void placeLoose(const GraphToPlace &graph, const std::vector<bool> &isLoose, double belowPx, double widthPx,
                GraphPlaces &places);

} // namespace tailspan::layout
