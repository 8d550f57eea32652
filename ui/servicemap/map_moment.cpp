// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/servicemap/map_moment.h"

#include "ui/servicemap/map_source.h"

#include <algorithm>

namespace tailspan::servicemap {

using workspace::Workspace;
using ScenePtr = std::shared_ptr<const MomentScene>;

MapMoment::MapMoment(Workspace &workspace, const MapSource &source, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_source(source)
{
    connect(&m_workspace, &Workspace::momentChanged, this, &MapMoment::follow);
    connect(&m_workspace.traceMoments(), &workspace::TraceMoments::changed, this, &MapMoment::follow);
    connect(&m_source, &MapSource::mapChanged, this, &MapMoment::follow);
}

void MapMoment::setActive(bool isActive)
{
    m_isActive = isActive;
    if (isActive)
        follow();
}

void MapMoment::clear()
{
    m_job.cancel();
    m_isStale = false;
    if (std::exchange(m_scene, nullptr) != nullptr)
        Q_EMIT changed();
}

void MapMoment::follow()
{
    if (!m_isActive)
        return;
    const auto &map = m_source.map();
    if (!m_workspace.moment() || map == nullptr || map->facts == nullptr)
        return clear();
    m_isStale = true;
    if (!m_job.isRunning())
        count();
}

void MapMoment::count()
{
    m_isStale = false;
    const loadtest::TraceTimesPtr times = m_workspace.traceMoments().times();
    const auto map = m_source.map();
    if (times == nullptr || map->facts->generation != times->snapshot()->generation())
        return; // changed() of one of them follows
    graph::ServiceMapRequest request;
    request.snapshot = times->snapshot();
    request.range = m_workspace.momentStep();
    request.isFolded = m_source.choices().isFolded;
    request.opened = m_source.choices().opened;
    request.facts = map->facts;
    m_job.start(
        [times, request, chosen = map->traces](std::stop_token stop, Progress &progress) mutable -> Result<ScenePtr> {
            std::vector<TraceRow> rows = times->running(request.range);
            if (chosen != nullptr)
                std::erase_if(rows, [&](TraceRow row) { return !std::ranges::binary_search(*chosen, row); });
            auto scene = std::make_shared<MomentScene>();
            scene->step = request.range;
            scene->traces = rows.size();
            request.only = std::make_shared<const std::vector<TraceRow>>(std::move(rows));
            TS_TRY(const graph::ServiceMap then, serviceMapOf(request, stop, progress));
            scene->scene = layout::mapSceneOf(then, {}, [](std::string_view) { return 0.0; });
            return scene;
        },
        [this](Result<ScenePtr> scene) {
            if (scene.has_value())
                m_scene = std::move(*scene);
            Q_EMIT changed();
            if (m_isStale)
                follow();
        });
}

} // namespace tailspan::servicemap
