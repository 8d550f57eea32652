// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_placer.h"

#include "app/workspace/service_map_places.h"

namespace tailspan::servicemap {

namespace {

constexpr double kLeastKnown = 0.5;
constexpr std::size_t kMostKept = 20; // ways to look at the map

} // namespace

void MapPlacer::want(const std::string &key, const layout::GraphToPlace &graph, bool isAnew)
{
    layout::KeptPlaces &kept = m_kept[key];
    const double known = kept.knownShare(graph);
    const auto missing = static_cast<std::size_t>((1 - known) * static_cast<double>(graph.nodes.size()) + 0.5);
    const bool isKnown = !kept.isEmpty() && known >= kLeastKnown && missing <= kMostAdded;
    if (graph.nodes.empty() || (isKnown && !isAnew)) {
        if (m_job.isRunning() && m_key == key) {
            m_wanted = graph; // the places on their way decide
            return;
        }
        m_job.cancel();
        kept.addMissing(graph);
        Q_EMIT placed(key, false);
        return;
    }
    m_wanted = graph;
    if (m_job.isRunning() && m_key == key && !isAnew)
        return; // what came since is added when it is done
    m_key = key;
    m_job.start([graph](std::stop_token stop, Progress &) { return workspace::placeServiceMap(graph, stop); },
                [this, key, graph](Result<layout::GraphPlaces> places) {
                    if (!places.has_value()) {
                        Q_EMIT failed(QString::fromStdString(places.error().text()));
                        return;
                    }
                    if (m_kept.size() > kMostKept)
                        std::erase_if(m_kept, [&](const auto &entry) { return entry.first != key; });
                    m_kept[key].set(graph, *places);
                    m_kept[key].addMissing(m_wanted);
                    Q_EMIT placed(key, true);
                });
}

layout::GraphPlaces MapPlacer::places(const std::string &key, const layout::GraphToPlace &graph) const
{
    return m_kept.at(key).placesOf(graph);
}

void MapPlacer::forget()
{
    m_job.cancel();
    m_kept.clear();
}

} // namespace tailspan::servicemap
