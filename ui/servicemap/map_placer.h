// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/layout/graph_placement.h"

#include <QObject>

#include <map>
#include <string>

namespace tailspan::servicemap {

/// Where the nodes of the map stand. What has a place keeps it; a few new nodes are put beside their neighbours at once;
/// a map that is new, or of which half is, is placed anew on a worker. Each way to look at the map (folded, the
/// neighbourhood of a node) has places of its own, so that going back finds everything where it was.
/// Thread: GUI. Owner: the page.
class MapPlacer final : public QObject {
    Q_OBJECT
public:
    /// Above so many new nodes all are placed anew.
    static constexpr std::size_t kMostAdded = 100;

    using QObject::QObject;

    /// Sees to it that all nodes have a place under `key`, and tells with placed(). `isAnew`: the user wants all of it
    /// placed again.
    void want(const std::string &key, const layout::GraphToPlace &graph, bool isAnew = false);
    /// Precondition: placed() was told for this key and graph.
    [[nodiscard]] layout::GraphPlaces places(const std::string &key, const layout::GraphToPlace &graph) const;
    [[nodiscard]] bool isPlacing() const { return m_job.isRunning(); }
    /// Another set of traces: nothing of the old map is worth keeping.
    void forget();

Q_SIGNALS:
    /// `isFresh`: nodes that were there may stand elsewhere now.
    void placed(const std::string &key, bool isFresh);
    void failed(const QString &text);

private:
    std::map<std::string, layout::KeptPlaces> m_kept;
    std::string m_key;             // of the running job
    layout::GraphToPlace m_wanted; // the newest graph that is waited for
    jobs::LatestJob<layout::GraphPlaces> m_job;
};

} // namespace tailspan::servicemap
