// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/workspace.h"
#include "models/graph/service_map.h"
#include "models/layout/map_scene.h"

#include <QObject>

#include <memory>

namespace tailspan::servicemap {

class MapSource;

/// What of the map happened in the step under the crosshair: calls that began in it, by the names of nodes.
struct MomentScene {
    TimeRange step;
    std::size_t traces = 0; ///< That ran in it.
    layout::MapScene scene;
};

/// Follows the crosshair for the service map: counts the calls of its step among the loaded traces that ran then, on a
/// worker. While one step is being counted others wait, and only the last of them is counted.
/// Thread: GUI. Owner: the page.
class MapMoment final : public QObject {
    Q_OBJECT
public:
    MapMoment(workspace::Workspace &workspace, const MapSource &source, QObject *parent = nullptr);

    /// Null without a crosshair, and where the map is not of loaded spans.
    [[nodiscard]] const std::shared_ptr<const MomentScene> &scene() const { return m_scene; }
    [[nodiscard]] bool isCounting() const { return m_job.isRunning(); }
    /// Whether the page is in front.
    void setActive(bool isActive);

Q_SIGNALS:
    void changed();

private:
    void follow();
    void count();
    void clear();

    workspace::Workspace &m_workspace;
    const MapSource &m_source;
    std::shared_ptr<const MomentScene> m_scene;
    bool m_isActive = false;
    bool m_isStale = false; ///< The crosshair or the map changed since the last start.
    jobs::LatestJob<std::shared_ptr<const MomentScene>> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::servicemap
