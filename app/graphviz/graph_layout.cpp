// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphviz/graph_layout.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <tuple>

namespace tailspan::graphviz {

namespace {

using layout::GraphPlaces;
using layout::GraphToPlace;
using layout::MapPoint;

constexpr double kPointsAnInch = 72; // a point is taken for a pixel
constexpr double kLooseGapPx = 60;
constexpr double kUsualWidthPx = 1000; // of the map in a window
constexpr double kUsualHeightPx = 700;

/// The library takes texts to be changed and changes none of them.
char *text(const char *constant)
{
    return const_cast<char *>(constant);
}

std::string inches(double px)
{
    return std::to_string(static_cast<long>(px / kPointsAnInch * 1000)) + "e-3"; // no comma in any language
}

/// Edges between different nodes. Of too many each node's heaviest call in or out, then the heaviest of the rest: 300
/// nodes with 1,500 edges take seconds, with a backbone of 450 a tenth of one, and look better.
std::vector<std::uint32_t> placingEdges(const GraphToPlace &graph)
{
    std::vector<std::uint32_t> edges(graph.edges.size());
    std::iota(edges.begin(), edges.end(), 0U);
    std::erase_if(edges, [&](std::uint32_t edge) { return graph.edges[edge].from == graph.edges[edge].to; });
    const std::size_t most = std::min(std::max(kFewestPlacingEdges, graph.nodes.size() * 3 / 2), kMostPlacingEdges);
    if (edges.size() <= most)
        return edges;
    std::ranges::stable_sort(edges, std::greater(), [&](std::uint32_t edge) { return graph.edges[edge].weight; });
    std::vector<bool> isReached(graph.nodes.size());
    const auto isNeeded = [&](std::uint32_t edge) {
        const GraphToPlace::Edge &call = graph.edges[edge];
        const bool isNew = !isReached[call.to] || !isReached[call.from];
        isReached[call.to] = isReached[call.from] = true;
        return isNew;
    };
    std::stable_partition(edges.begin(), edges.end(), isNeeded);
    edges.resize(most);
    std::ranges::sort(edges);
    return edges;
}

/// One graph in Graphviz's hands, with a context of its own. Thread: the one that Graphviz runs on.
class Drawing {
public:
    Drawing(const GraphToPlace &graph, bool isDownward)
        : m_source(graph), m_isDownward(isDownward), m_edges(placingEdges(graph))
    {
        m_context.reset(gvContext());
        m_graph.reset(agopen(text("map"), Agdirected, nullptr));
        m_isDrawn.assign(graph.nodes.size(), false);
        for (const std::uint32_t edge : m_edges)
            m_isDrawn[graph.edges[edge].from] = m_isDrawn[graph.edges[edge].to] = true;
    }

    Result<GraphPlaces> run()
    {
        if (!m_context || !m_graph)
            return fail(ErrorCode::Internal, "Graphviz could not be started");
        setLimits();
        addAll();
        m_places.centers.resize(m_source.nodes.size());
        m_places.curves.resize(m_source.edges.size());
        if (!m_edges.empty()) {
            if (gvLayout(m_context.get(), m_graph.get(), "dot") != 0)
                return fail(ErrorCode::Internal, "Graphviz could not lay out the map");
            take();
            gvFreeLayout(m_context.get(), m_graph.get());
        }
        std::vector<bool> isLoose = m_isDrawn;
        isLoose.flip();
        if (m_edges.size() > kMostCurves && !m_isDownward)
            std::tie(m_widthPx, m_heightPx) = splitColumns(m_source, isLoose, kUsualWidthPx, kUsualHeightPx, m_places);
        placeLoose(m_source, isLoose, m_heightPx > 0 ? m_heightPx + kLooseGapPx : 0, m_widthPx, m_places);
        m_places.isDownward = m_isDownward;
        return std::move(m_places);
    }

    /// How far the map must be made smaller to fit into a window of a usual shape; of run() before.
    [[nodiscard]] double shrinking() const { return std::max(m_widthPx / kUsualWidthPx, m_heightPx / kUsualHeightPx); }

private:
    void set(int kind, const char *name, const char *value) { agattr(m_graph.get(), kind, text(name), text(value)); }

    void setLimits()
    {
        set(AGRAPH, "rankdir", m_isDownward ? "TB" : "LR");
        set(AGRAPH, "ranksep", m_isDownward ? "0.8" : "1.15");
        set(AGRAPH, "nodesep", m_isDownward ? "0.35" : "0.3");
        set(AGRAPH, "nslimit", "2");
        set(AGRAPH, "nslimit1", "2");
        set(AGRAPH, "mclimit", m_edges.size() > kMostCurves ? "0.3" : "1");
        set(AGRAPH, "maxiter", "1000");
        set(AGRAPH, "searchsize", "30");
        set(AGRAPH, "splines", m_edges.size() > kMostCurves ? "" : "true");
        set(AGNODE, "shape", "box");
        set(AGNODE, "fixedsize", "true");
        set(AGNODE, "label", "");
        set(AGNODE, "width", "1");
        set(AGNODE, "height", "0.5");
        set(AGEDGE, "dir", "none");
    }

    void addAll()
    {
        m_nodes.resize(m_source.nodes.size(), nullptr);
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            if (!m_isDrawn[i])
                continue;
            m_nodes[i] = agnode(m_graph.get(), text(("n" + std::to_string(i)).c_str()), 1);
            agset(m_nodes[i], text("width"), text(inches(m_source.nodes[i].widthPx).c_str()));
            agset(m_nodes[i], text("height"), text(inches(m_source.nodes[i].heightPx).c_str()));
        }
        for (const std::uint32_t i : m_edges) {
            const GraphToPlace::Edge &edge = m_source.edges[i];
            m_drawn.push_back(agedge(m_graph.get(), m_nodes[edge.from], m_nodes[edge.to], nullptr, 1));
        }
    }

    [[nodiscard]] MapPoint flipped(pointf point) const { return {point.x, m_heightPx - point.y}; }

    void take()
    {
        const boxf box = GD_bb(m_graph.get());
        m_heightPx = box.UR.y;
        m_widthPx = box.UR.x;
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            if (m_nodes[i] != nullptr)
                m_places.centers[i] = flipped(ND_coord(m_nodes[i]));
        }
        for (std::size_t i = 0; i < m_drawn.size(); ++i) {
            const splines *curve = ED_spl(m_drawn[i]);
            if (curve == nullptr || curve->size < 1)
                continue;
            const bezier &piece = curve->list[0];
            for (int point = 0; point < static_cast<int>(piece.size); ++point)
                m_places.curves[m_edges[i]].push_back(flipped(piece.list[point]));
        }
    }

    struct Free {
        void operator()(Agraph_t *graph) const { agclose(graph); }
        void operator()(GVC_t *context) const { gvFreeContext(context); }
    };

    const GraphToPlace &m_source;
    bool m_isDownward;
    std::vector<std::uint32_t> m_edges; // that decide
    std::vector<bool> m_isDrawn;        // by node: has such an edge
    std::unique_ptr<GVC_t, Free> m_context;
    std::unique_ptr<Agraph_t, Free> m_graph; // before the context
    std::vector<Agnode_t *> m_nodes;
    std::vector<Agedge_t *> m_drawn;
    GraphPlaces m_places;
    double m_widthPx = 0;
    double m_heightPx = 0;
};

/// Callers left of those they call, or above them where the map then fits better into a window.
Result<GraphPlaces> bestDrawing(const GraphToPlace &graph)
{
    Drawing across(graph, false);
    TS_TRY(GraphPlaces wide, across.run());
    if (graph.edges.size() > kMostCurves || across.shrinking() <= 1)
        return wide;
    Drawing down(graph, true);
    TS_TRY(GraphPlaces tall, down.run());
    return down.shrinking() < across.shrinking() * 0.9 ? std::move(tall) : std::move(wide);
}

/// The one thread that Graphviz runs on. Who asked may go away; what nobody waits for any more is not begun.
class GraphvizThread {
public:
    static GraphvizThread &instance()
    {
        static GraphvizThread thread;
        return thread;
    }

    Result<GraphPlaces> place(const GraphToPlace &graph, const std::stop_token &stop)
    {
        const auto task = std::make_shared<Task>(graph);
        std::unique_lock lock(m_mutex);
        m_waiting.push_back(task);
        m_changed.notify_all();
        m_changed.wait(lock, stop, [&] { return task->answer.has_value(); });
        if (task->answer)
            return std::move(*task->answer);
        task->isAbandoned = true;
        return fail(ErrorCode::Cancelled, "cancelled");
    }

private:
    struct Task {
        explicit Task(GraphToPlace wanted) : graph(std::move(wanted)) {}
        GraphToPlace graph;
        std::optional<Result<GraphPlaces>> answer;
        bool isAbandoned = false;
    };

    GraphvizThread()
    {
        agseterr(AGMAX); // its warnings go to nobody
        m_thread = std::jthread([this](const std::stop_token &stop) { loop(stop); });
    }

    void loop(const std::stop_token &stop)
    {
        std::unique_lock lock(m_mutex);
        while (m_changed.wait(lock, stop, [&] { return !m_waiting.empty(); })) {
            const std::shared_ptr<Task> task = m_waiting.front();
            m_waiting.pop_front();
            if (task->isAbandoned)
                continue;
            lock.unlock();
            Result<GraphPlaces> answer = bestDrawing(task->graph);
            lock.lock();
            task->answer = std::move(answer);
            m_changed.notify_all();
        }
    }

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<std::shared_ptr<Task>> m_waiting;
    std::jthread m_thread; // last: it ends before the rest goes
};

} // namespace

Result<GraphPlaces> placeGraph(const GraphToPlace &graph, const std::stop_token &stop)
{
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled");
    return GraphvizThread::instance().place(graph, stop);
}

} // namespace tailspan::graphviz
