// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/loadtest/traces_then.h"

#include <QObject>

namespace tailspan::replay {

/// From a moment of a run to its traces: those that are loaded, else some that the connected stores find. The Traces page
/// is led to them; what could not be found is said. Thread: GUI.
class RunTraces final : public QObject {
    Q_OBJECT
public:
    explicit RunTraces(workspace::Workspace &workspace, QObject *parent = nullptr);

    void show(const loadtest::TracesWanted &wanted);
    [[nodiscard]] bool isSearching() const { return m_isSearching; }

Q_SIGNALS:
    void said(const QString &text); ///< Plain text; "" when there is nothing to say.

private:
    void search(const loadtest::TracesWanted &wanted);
    void pickLoaded(const loadtest::TracesWanted &wanted, const std::vector<std::string> &ids);
    void pick(const loadtest::TracesWanted &wanted, const std::vector<TraceRow> &traces, bool isFetched);

    workspace::Workspace &m_workspace;
    std::uint64_t m_round = 0;
    bool m_isSearching = false;
};

/// "14:02:10 - 14:02:11, 100 ms - 121 ms": what was clicked.
[[nodiscard]] QString wantedText(const loadtest::TracesWanted &wanted);

} // namespace tailspan::replay
