// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "app/workspace/workspace.h"
#include "models/loadtest/traces_then.h"

#include <QObject>

#include <string>
#include <vector>

namespace tailspan::replay {

/// From a moment of a run to its traces: those that the report names, else those of that time, endpoint and duration; of
/// what is loaded, else of what the connected stores find. The Traces page is led to them; which way they were found, and
/// what could not be found, is said. Thread: GUI; the search itself runs on a worker.
class RunTraces final : public QObject {
    Q_OBJECT
public:
    explicit RunTraces(workspace::Workspace &workspace, QObject *parent = nullptr);

    void show(const loadtest::TracesWanted &wanted);
    [[nodiscard]] bool isSearching() const { return m_isAsking || m_finding.isRunning(); }

Q_SIGNALS:
    void said(const QString &text); ///< Plain text; "" when there is nothing to say.

private:
    struct Found {
        loadtest::FoundTraces traces;
        trace::TraceSnapshotPtr snapshot; ///< Whose rows they are; may be null.
    };
    /// `fetched`: what the stores have just given; empty for what is loaded.
    void find(const loadtest::TracesWanted &wanted, const std::vector<std::string> &fetched);
    void take(const loadtest::TracesWanted &wanted, const Found &found, const std::vector<std::string> &fetched);
    void askStores(const loadtest::TracesWanted &wanted, const loadtest::FoundTraces &found);
    void pick(const loadtest::TracesWanted &wanted, const Found &found, bool isFetched);

    workspace::Workspace &m_workspace;
    std::uint64_t m_round = 0;
    bool m_isAsking = false;          ///< The stores.
    jobs::LatestJob<Found> m_finding; // last: it stops before the rest goes
};

/// "14:02:10 - 14:02:11 UTC, 100 ms - 121 ms (p95), POST /pay": what was clicked.
[[nodiscard]] QString wantedText(const loadtest::TracesWanted &wanted);

} // namespace tailspan::replay
