// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/loadtest/trace_times.h"

#include <QObject>

namespace tailspan::workspace {

/// Which of the loaded traces ran when, for everything that follows the crosshair. Made on a worker as soon as somebody
/// asks, and anew for every other snapshot. Thread: GUI. Owner: the workspace.
class TraceMoments final : public QObject {
    Q_OBJECT
public:
    explicit TraceMoments(QObject *parent = nullptr) : QObject(parent) {}

    /// Null without traces and until they are sorted for the first time; then changed() follows. Of a renewed snapshot
    /// the times before stay until the new ones are there: rows are those of times()->snapshot().
    [[nodiscard]] const loadtest::TraceTimesPtr &times();
    /// False while times of the newest snapshot are on their way.
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }

    /// For the workspace.
    void setSnapshot(const trace::TraceSnapshotPtr &snapshot, bool isRenewal);

Q_SIGNALS:
    void changed();

private:
    void build();

    trace::TraceSnapshotPtr m_snapshot;
    loadtest::TraceTimesPtr m_times;
    bool m_isWanted = false;
    jobs::LatestJob<loadtest::TraceTimesPtr> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::workspace
