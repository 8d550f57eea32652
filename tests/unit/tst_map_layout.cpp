// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphviz/graph_layout.h"
#include "models/layout/map_layout.h"

#include <QTest>

#include <chrono>
#include <thread>

using namespace tailspan;
using layout::GraphToPlace;
using layout::KeptPlaces;
using layout::MapFilter;
using layout::MapPoint;
using layout::MapRect;
using layout::MapScene;

namespace {

double textWidth(std::string_view text)
{
    return static_cast<double>(text.size()) * 7;
}

/// "web>pay 10, pay>db 2": calls within a range of ten seconds.
graph::ServiceMap mapOf(const std::vector<std::tuple<std::string, std::string, std::uint64_t>> &calls)
{
    std::vector<graph::CountedCalls> counted;
    for (const auto &[from, to, count] : calls)
        counted.push_back({from, to, count, 0, {0, count, 0}});
    const std::int64_t bounds[] = {1'000'000, 10'000'000};
    return graph::serviceMapOfCounts(counted, bounds, {TimePoint(0), TimePoint(10'000'000'000)}, nullptr);
}

MapScene sceneOf(const std::vector<std::tuple<std::string, std::string, std::uint64_t>> &calls)
{
    return layout::mapSceneOf(mapOf(calls), {}, textWidth);
}

const std::vector<std::tuple<std::string, std::string, std::uint64_t>> kShop{
    {"web", "cart", 100}, {"web", "pay", 50}, {"pay", "bank", 50}, {"cart", "stock", 1}, {"bank", "audit", 5}};

std::string names(const MapScene &scene, const std::vector<bool> &isShown)
{
    std::string text;
    for (std::size_t i = 0; i < scene.nodes.size(); ++i)
        text += isShown[i] ? (text.empty() ? "" : " ") + scene.nodes[i].name : "";
    return text;
}

MapFilter near(const std::string &node, int hops)
{
    MapFilter filter;
    filter.focus = node;
    filter.hops = hops;
    return filter;
}

/// The whole scene as Graphviz places it.
struct Placed {
    explicit Placed(const MapScene &scene, const MapFilter &filter = {})
        : part(partToPlace(scene, shownPartsOf(scene, filter))), places(graphviz::placeGraph(part.graph, {}).value())
    {}
    layout::PartToPlace part;
    layout::GraphPlaces places;
};

bool overlaps(const GraphToPlace &graph, const layout::GraphPlaces &places)
{
    for (std::size_t a = 0; a < graph.nodes.size(); ++a) {
        for (std::size_t b = a + 1; b < graph.nodes.size(); ++b) {
            const bool isBeside = std::abs(places.centers[a].x - places.centers[b].x)
                >= (graph.nodes[a].widthPx + graph.nodes[b].widthPx) / 2 - 0.01;
            const bool isBelow = std::abs(places.centers[a].y - places.centers[b].y)
                >= (graph.nodes[a].heightPx + graph.nodes[b].heightPx) / 2 - 0.01;
            if (!isBeside && !isBelow)
                return true;
        }
    }
    return false;
}

} // namespace

class TestMapLayout : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void callersStandLeftOfThoseTheyCall()
    {
        const MapScene scene = sceneOf(kShop);
        const Placed placed(scene);
        for (std::size_t i = 0; i < placed.part.graph.edges.size(); ++i) {
            const auto &edge = placed.part.graph.edges[i];
            const MapPoint from = placed.places.centers[edge.from];
            const MapPoint to = placed.places.centers[edge.to];
            QVERIFY(placed.places.isDownward ? from.y < to.y : from.x < to.x);
            QVERIFY(placed.places.curves[i].size() % 3 == 1);
        }
        QVERIFY(!overlaps(placed.part.graph, placed.places));
        const Placed again(scene);
        QCOMPARE(again.places.centers, placed.places.centers);
        QCOMPARE(again.places.curves, placed.places.curves);
    }

    void whatCallsNobodyStandsBelow()
    {
        GraphToPlace graph;
        for (int i = 0; i < 50; ++i)
            graph.nodes.push_back({"n" + std::to_string(i), 200, 46});
        graph.edges = {{0, 1, 1}, {1, 0, 1}, {2, 2, 1}};
        const auto places = graphviz::placeGraph(graph, {}).value();
        QVERIFY(!overlaps(graph, places));
        QVERIFY(places.centers[2].y > places.centers[0].y);
        QVERIFY(graphviz::placeGraph({}, {}).value().centers.empty());
    }

    void aStoppedPlacementAnswersAtOnce()
    {
        GraphToPlace graph; // keeps Graphviz busy for a while
        for (std::uint32_t i = 0; i < 1500; ++i) {
            graph.nodes.push_back({"n" + std::to_string(i), 150, 46});
            for (std::uint32_t k = 1; k <= 7; ++k)
                graph.edges.push_back({i, (i * 7 + k * 131) % 1500, 1.0 + k});
        }
        std::stop_source stop;
        std::jthread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            stop.request_stop();
        });
        const auto begin = std::chrono::steady_clock::now();
        const auto places = graphviz::placeGraph(graph, stop.get_token());
        QVERIFY(!places.has_value());
        QCOMPARE(places.error().code, ErrorCode::Cancelled);
        QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
    }

    void aRefreshWithANewNodeMovesNoOldOne()
    {
        const MapScene before = sceneOf(kShop);
        const Placed placed(before);
        KeptPlaces kept;
        kept.set(placed.part.graph, placed.places);
        auto calls = kShop;
        calls.insert(calls.begin(), {"pay", "fraud", 20});
        calls.push_back({"lonely", "hermit", 1});
        const GraphToPlace after = sceneOf(calls).toPlace();
        QVERIFY(kept.knownShare(after) < 1);
        kept.addMissing(after);
        QCOMPARE(kept.knownShare(after), 1.0);
        const layout::GraphPlaces now = kept.placesOf(after);
        const auto centerOf = [](const GraphToPlace &graph, const layout::GraphPlaces &places,
                                 const std::string &name) {
            const auto node = std::ranges::find(graph.nodes, name, &GraphToPlace::Node::name);
            return places.centers[static_cast<std::size_t>(node - graph.nodes.begin())];
        };
        for (const auto &node : placed.part.graph.nodes)
            QCOMPARE(centerOf(after, now, node.name), centerOf(placed.part.graph, placed.places, node.name));
        QVERIFY(!overlaps(after, now));
        // Beside the one that calls it.
        const MapPoint pay = centerOf(after, now, "pay");
        const MapPoint fraud = centerOf(after, now, "fraud");
        QVERIFY(now.isDownward ? fraud.y > pay.y : fraud.x > pay.x);
        QVERIFY(std::hypot(fraud.x - pay.x, fraud.y - pay.y) < 600);
    }

    void manyNewNodesNeverCoverEachOther()
    {
        KeptPlaces kept;
        GraphToPlace graph;
        for (std::uint32_t i = 0; i < 60; ++i) {
            graph.nodes.push_back({"n" + std::to_string(i), 200, 46});
            if (i > 0)
                graph.edges.push_back({0, i, 1});
        }
        kept.addMissing(graph);
        QVERIFY(!overlaps(graph, kept.placesOf(graph)));
    }

    void aFocusShowsTheNeighbourhood()
    {
        const MapScene scene = sceneOf(kShop);
        QCOMPARE(names(scene, shownPartsOf(scene, near("pay", 1)).nodes), std::string("bank pay web"));
        QCOMPARE(names(scene, shownPartsOf(scene, near("pay", 2)).nodes), std::string("audit bank cart pay web"));
        QCOMPARE(shownPartsOf(scene, near("pay", 1)).farNodes, 3U);
        QCOMPARE(names(scene, shownPartsOf(scene, near("nobody", 1)).nodes),
                 std::string("audit bank cart pay stock web"));
    }

    void rareCallsAreHiddenAndCounted()
    {
        const MapScene scene = sceneOf(kShop);
        MapFilter filter;
        filter.leastRate = 1;
        const layout::ShownParts shown = shownPartsOf(scene, filter);
        QCOMPARE(names(scene, shown.nodes), std::string("bank cart pay web"));
        QCOMPARE(shown.rareNodes, 2U);
        QCOMPARE(shown.rareEdges, 2U);
    }

    void pathsGoUpAndDown()
    {
        const MapScene scene = sceneOf(kShop);
        const auto shown = shownPartsOf(scene, {});
        QCOMPARE(names(scene, pathsThrough(scene, shown, scene.nodeNamed("bank"), MapScene::kNone).nodes),
                 std::string("audit bank pay web"));
        const auto edge = pathsThrough(scene, shown, MapScene::kNone, scene.edgeBetween("web", "cart"));
        QCOMPARE(names(scene, edge.nodes), std::string("cart stock web"));
        QCOMPARE(std::ranges::count(edge.edges, true), 2);
    }

    void zoomKeepsThePointUnderThePointer()
    {
        layout::MapView view{1, 10, 20, 800, 600};
        const MapPoint under = view.toMap({200, 100});
        for (const double factor : {1.25, 0.2, 50.0, 1e-9}) {
            const layout::MapView zoomed = view.zoomed(factor, {200, 100});
            const MapPoint now = zoomed.toScreen(under);
            QVERIFY(std::abs(now.x - 200) < 1e-6 && std::abs(now.y - 100) < 1e-6);
            QVERIFY(zoomed.scale >= layout::MapView::kLeastScale && zoomed.scale <= layout::MapView::kMostScale);
        }
    }

    void fittingShowsEverything()
    {
        const MapScene scene = sceneOf(kShop);
        const Placed placed(scene);
        const layout::MapView view = layout::MapView{1, 0, 0, 500, 300}.fitted(boundsOf(placed.part, placed.places));
        const auto picture = layOutMap(scene, placed.part, placed.places, view, {}, textWidth);
        QCOMPARE(picture.nodes.size(), scene.nodes.size());
        QCOMPARE(picture.edges.size(), scene.edges.size());
        for (const layout::PaintedNode &node : picture.nodes) {
            QVERIFY(node.rect.xPx >= 0 && node.rect.right() <= 500);
            QVERIFY(node.rect.yPx >= 0 && node.rect.bottom() <= 300);
        }
    }

    void textGoesWhenThereIsNoRoomAndIsCounted()
    {
        const MapScene scene = sceneOf(kShop);
        const Placed placed(scene);
        const auto at = [&](double scale) {
            return layOutMap(scene, placed.part, placed.places, {scale, 50, 50, 4000, 3000}, {}, textWidth);
        };
        QCOMPARE(at(1).nodes[0].text, layout::NodeText::Full);
        QCOMPARE(at(0.5).nodes[0].text, layout::NodeText::Name);
        const layout::MapPicture far = at(0.1);
        QCOMPARE(far.nodes[0].text, layout::NodeText::None);
        QCOMPARE(far.names.size() + far.hiddenNames, scene.nodes.size());
        QCOMPARE(far.hiddenLabels, static_cast<std::uint32_t>(scene.edges.size()));
        for (std::size_t a = 0; a < far.names.size(); ++a) {
            for (std::size_t b = a + 1; b < far.names.size(); ++b)
                QVERIFY(!far.names[a].rect.intersects(far.names[b].rect));
        }
        // The busiest edge is the widest and lies above.
        const auto &edges = at(1).edges;
        QCOMPARE(scene.edges[edges.back().edge].figures.calls, std::uint64_t{100});
        QVERIFY(edges.back().widthPx > edges.front().widthPx);
        QVERIFY(!edges.back().label.empty());
    }

    void whatIsUnderThePointerIsFound()
    {
        const MapScene scene = sceneOf(kShop);
        const Placed placed(scene);
        const auto picture = layOutMap(scene, placed.part, placed.places, {1, 20, 20, 3000, 2000}, {}, textWidth);
        for (std::uint32_t i = 0; i < picture.nodes.size(); ++i)
            QCOMPARE(picture.nodeAt(picture.nodes[i].rect.center()), i);
        for (std::uint32_t i = 0; i < picture.edges.size(); ++i)
            QCOMPARE(picture.edgeAt(middleOfLine(picture.edges[i].line)), i);
        QCOMPARE(picture.nodeAt({1, 1}), layout::MapPicture::kNone);
        QCOMPARE(picture.edgeAt({2999, 1999}), layout::MapPicture::kNone);
    }

    void aSearchDimsTheRest()
    {
        const MapScene scene = sceneOf(kShop);
        const Placed placed(scene);
        const auto picture = layOutMap(scene, placed.part, placed.places, {1, 20, 20, 3000, 2000}, "A", textWidth);
        QCOMPARE(picture.matches, 4U); // audit, bank, cart, pay
        for (const layout::PaintedNode &node : picture.nodes)
            QVERIFY(node.isMatch != node.isDimmed);
    }

    void arrowsLeadToTheNearestNodeOfTheirSide()
    {
        const MapScene scene = sceneOf(kShop);
        const Placed placed(scene);
        const auto place = [&](const char *name) { return scene.nodeNamed(name); };
        const auto right = neighbourTowards(placed.part, placed.places, place("web"), 1, 0);
        QVERIFY(right == place("pay") || right == place("cart"));
        QCOMPARE(neighbourTowards(placed.part, placed.places, place("web"), -1, 0), layout::MapPicture::kNone);
        QCOMPARE(neighbourTowards(placed.part, placed.places, place("audit"), -1, 0), place("bank"));
    }

    void ownCurvesRunFromBorderToBorder()
    {
        const std::vector<MapRect> nodes{{0, 0, 100, 40}, {200, 0, 100, 40}, {0, 200, 100, 40}};
        const auto lines = edgeLines(nodes, {{0, 1}, {1, 0}, {0, 2}}, {});
        QCOMPARE(lines[0].front().x, 100.0);
        QCOMPARE(lines[0].back().x, 200.0);
        QCOMPARE(lines[1].front().x, 200.0); // back again, beside the first
        QVERIFY(std::abs(lines[1].front().y - lines[0].back().y) >= 5);
        QCOMPARE(lines[2].front().y, 40.0);
        QCOMPARE(lines[2].back().y, 200.0);
    }

    void declaredAndWarnedIsOnTheMap()
    {
        graph::ServiceMap map = mapOf(kShop);
        graph::DeclaredMesh mesh;
        mesh.services = {{"web", {"cart", "mail"}, false}, {"cart", {}, false}};
        map.mesh = meshDifferenceOf(map.graph, mesh);
        const MapScene scene = layout::mapSceneOf(
            map, {{"pay", "HighLatency fires", false}, {"pay", "down", true}, {"ghost", "down", true}}, textWidth);
        QVERIFY(scene.nodes.back().isMissing);
        QCOMPARE(scene.nodes.back().name, std::string("mail"));
        QVERIFY(scene.edges.back().isMissing);
        QVERIFY(scene.edges[scene.edgeBetween("web", "pay")].isUndeclared);
        QVERIFY(!scene.edges[scene.edgeBetween("web", "cart")].isUndeclared);
        const layout::MapNode &pay = scene.nodes[scene.nodeNamed("pay")];
        QVERIFY(pay.isDown);
        QCOMPARE(pay.warnings.size(), std::size_t{2});
        QCOMPARE(scene.quietWarnings, 1U);
    }

    void figuresOfAStoreSayWhatItKnows()
    {
        const MapScene scene = sceneOf(kShop);
        QVERIFY(scene.nodes[scene.nodeNamed("pay")].figures.line().starts_with("5"));
        // Between 1 and 10 ms, 95 % of the way in logarithm.
        const std::int64_t p95Ns = *scene.edges[scene.edgeBetween("web", "pay")].figures.p95Ns;
        QVERIFY(std::abs(static_cast<double>(p95Ns) / 1e6 - std::pow(10, 0.95)) < 0.01);
        QVERIFY(!scene.nodes[scene.nodeNamed("web")].figures.p95Ns.has_value());
    }
};

QTEST_GUILESS_MAIN(TestMapLayout)

#include "tst_map_layout.moc"
