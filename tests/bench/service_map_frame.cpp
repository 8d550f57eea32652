// SPDX-License-Identifier: GPL-3.0-or-later
// Time of one frame of the service map, off screen, 1400x900, 300 services and 1,500 call paths: a zoom step with its
// layout and paint, the pointer over a busy service, a refresh with new figures. Ends with 1 where the limit is broken.
// Usage: bench_service_map_frame [FRAMES]
#include "app/graphviz/graph_layout.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/style/icon.h"
#include "ui/style/theme_switch.h"

#include <QApplication>
#include <QImage>
#include <QMouseEvent>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <set>

using namespace tailspan;

namespace {

constexpr double kFrameLimitMs = 33;   // p95 of a zoom step: 30 frames a second
constexpr double kRefreshLimitMs = 16; // p95 of taking new figures, without the paint

graph::ServiceMap meshOf(std::uint32_t nodes, std::size_t edges, std::uint32_t seed)
{
    std::mt19937 random(1);
    std::mt19937 figures(seed);
    const auto below = [&](std::uint32_t count) { return static_cast<std::uint32_t>(random() % count); };
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    while (pairs.size() < edges) {
        const std::uint32_t from = below(nodes);
        const std::uint32_t to = below(nodes);
        if (to * 6 / nodes > from * 6 / nodes)
            pairs.emplace(from, to);
    }
    std::vector<graph::CountedCalls> counted;
    for (const auto &[from, to] : pairs) {
        const std::uint64_t calls = 1 + figures() % 5000;
        counted.push_back({"service-" + std::to_string(from),
                           "service-" + std::to_string(to),
                           calls,
                           figures() % 20 == 0 ? calls / 50 : 0,
                           {calls / 3, calls / 3, calls / 3}});
    }
    const std::int64_t bounds[] = {1'000'000, 100'000'000};
    return graph::serviceMapOfCounts(counted, bounds, {TimePoint(0), TimePoint(900'000'000'000)}, nullptr);
}

std::shared_ptr<servicemap::DrawnMap> drawn(const graph::ServiceMap &map, layout::KeptPlaces &kept)
{
    auto picture = std::make_shared<servicemap::DrawnMap>();
    picture->scene = layout::mapSceneOf(map, {}, servicemap::MapCanvas::nameWidthPx);
    picture->shown = layout::shownPartsOf(picture->scene, {});
    picture->part = layout::partToPlace(picture->scene, picture->shown);
    if (kept.isEmpty())
        kept.set(picture->part.graph, graphviz::placeGraph(picture->part.graph, {}).value());
    kept.addMissing(picture->part.graph);
    picture->places = kept.placesOf(picture->part.graph);
    return picture;
}

double p95(std::vector<double> ms)
{
    std::ranges::sort(ms);
    return ms[static_cast<std::size_t>(0.95 * static_cast<double>(ms.size() - 1))];
}

/// What this thread computes: on a loaded machine the wall clock also counts the others.
double msOf(const auto &work)
{
    const auto cpuMs = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    };
    const double begin = cpuMs();
    work();
    return cpuMs() - begin;
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int frames = argc > 1 ? std::max(std::atoi(argv[1]), 10) : 100;
    style::loadResources();
    style::ThemeSwitch::instance().apply(style::ThemeChoice::Dark);
    servicemap::MapCanvas canvas;
    canvas.resize(1400, 900);
    canvas.show();
    layout::KeptPlaces kept;
    canvas.setMap(drawn(meshOf(300, 1500, 1), kept), true);
    QImage image(canvas.size(), QImage::Format_ARGB32_Premultiplied);
    std::vector<double> zooms;
    std::vector<double> hovers;
    std::vector<double> refreshes;
    std::vector<double> slices;
    for (int frame = 0; frame < frames; ++frame) {
        zooms.push_back(msOf([&] {
            canvas.zoomBy(frame % 20 < 10 ? 1.15 : 1 / 1.15);
            canvas.render(&image);
        }));
        hovers.push_back(msOf([&] {
            const auto &nodes = canvas.picture().nodes;
            const layout::MapPoint at = nodes[static_cast<std::size_t>(frame) % nodes.size()].rect.center();
            QMouseEvent move(QEvent::MouseMove, QPointF(at.x, at.y), canvas.mapToGlobal(QPointF(at.x, at.y)),
                             Qt::NoButton, Qt::NoButton, Qt::NoModifier);
            QApplication::sendEvent(&canvas, &move);
            canvas.render(&image);
        }));
        const graph::ServiceMap map = meshOf(300, 1500, static_cast<std::uint32_t>(frame));
        const auto renewed = drawn(map, kept);
        refreshes.push_back(msOf([&] {
            canvas.setMap(renewed, false);
            canvas.render(&image);
        }));
        // The rest comes in slices: the longest event counts.
        double longest = 0;
        while (!canvas.isPainted()) {
            longest = std::max(longest, msOf([&] { QApplication::processEvents(QEventLoop::WaitForMoreEvents); }));
        }
        slices.push_back(longest);
    }
    const bool isBroken = p95(zooms) > kFrameLimitMs || p95(refreshes) > kRefreshLimitMs
        || p95(slices) > kRefreshLimitMs;
    std::printf("300 services, 1500 call paths, p95: zoom and paint %.1f ms (limit %.0f), hover and paint %.1f ms, new "
                "figures %.1f ms, longest slice of painting them %.1f ms (limit %.0f)%s\n",
                p95(zooms), kFrameLimitMs, p95(hovers), p95(refreshes), p95(slices), kRefreshLimitMs,
                isBroken ? " BROKEN" : "");
    return isBroken ? 1 : 0;
}
