// SPDX-License-Identifier: GPL-3.0-or-later
// A service map from nothing to places, and how soon a cancelled one answers. Fails above its limits.
//
//   bench_graph_layout [NODES] [EDGES] [--runs N]   300 nodes and 1,500 edges unless told otherwise
#include "app/graphviz/graph_layout.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace tailspan;

namespace {

constexpr double kLimitMs = 1000;
constexpr double kCancelLimitMs = 50;

double msOf(const auto &work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// Services in layers, as request paths make them, with a few calls across and back.
layout::GraphToPlace meshOf(std::uint32_t nodes, std::uint32_t edges)
{
    std::mt19937 random(1);
    const auto below = [&](std::uint32_t count) { return static_cast<std::uint32_t>(random() % count); };
    layout::GraphToPlace graph;
    for (std::uint32_t i = 0; i < nodes; ++i)
        graph.nodes.push_back({"service-" + std::to_string(i), 140.0 + i % 5 * 12, 40});
    std::set<std::pair<std::uint32_t, std::uint32_t>> known;
    while (graph.edges.size() < edges && known.size() < std::size_t{nodes} * (nodes - 1) / 2) {
        const std::uint32_t from = below(nodes);
        const std::uint32_t reach = below(10) == 0 ? nodes : 60;
        const std::uint32_t to = std::min(from + 1 + below(reach), nodes - 1);
        const bool isBack = below(20) == 0;
        const auto edge = isBack ? std::pair(to, from) : std::pair(from, to);
        if (from != to && known.insert(edge).second)
            graph.edges.push_back({edge.first, edge.second, 1.0 + below(1000)});
    }
    return graph;
}

double cancelMs(const layout::GraphToPlace &graph)
{
    std::stop_source stop;
    bool isCancelled = false;
    std::chrono::steady_clock::time_point asked;
    std::jthread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    isCancelled = !graphviz::placeGraph(graph, stop.get_token()).has_value();
    const auto answered = std::chrono::steady_clock::now();
    canceller.join();
    return isCancelled ? std::chrono::duration<double, std::milli>(answered - asked).count() : 1e9;
}

} // namespace

int main(int argc, char **argv)
{
    int runs = 3;
    std::vector<std::uint32_t> sizes;
    for (int i = 1; i < argc; ++i) {
        if (std::string(argv[i]) == "--runs" && i + 1 < argc)
            runs = std::max(std::atoi(argv[++i]), 1);
        else
            sizes.push_back(static_cast<std::uint32_t>(std::max(std::atoi(argv[i]), 2)));
    }
    const layout::GraphToPlace graph = meshOf(sizes.empty() ? 300 : sizes[0], sizes.size() < 2 ? 1500 : sizes[1]);
    std::vector<double> ms;
    for (int run = 0; run < runs; ++run)
        ms.push_back(msOf([&] { (void)graphviz::placeGraph(graph, {}).value(); }));
    std::ranges::sort(ms);
    const double stopMs = cancelMs(meshOf(1500, 10'000)); // takes long enough to be cancelled
    const bool isBroken = ms[ms.size() / 2] > kLimitMs || stopMs > kCancelLimitMs;
    std::printf("%zu nodes, %zu edges: %.0f ms (limit %.0f), cancelled after %.1f ms (limit %.0f)%s\n",
                graph.nodes.size(), graph.edges.size(), ms[ms.size() / 2], kLimitMs, stopMs, kCancelLimitMs,
                isBroken ? " BROKEN" : "");
    return isBroken ? 1 : 0;
}
