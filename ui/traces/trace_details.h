// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::traces {

class ClockView;
class RepairLedgerView;
class SpanDetailsPanel;

/// What the dock shows beside the traces: the selected span, the repair ledger, or the clocks. Thread: GUI.
class TraceDetails : public QWidget {
    Q_OBJECT
public:
    explicit TraceDetails(workspace::Workspace &workspace, QWidget *parent = nullptr);

    void setSnapshot(trace::TraceSnapshotPtr snapshot);
    /// The same traces, grown: showSpan() says next which span it is there, and keeps what is shown of it.
    void renewSnapshot(trace::TraceSnapshotPtr snapshot);
    /// At once, but for a selection that runs: then the span it rests on.
    void showSpan(TraceRow trace, SpanRow span);
    void showRepairs();
    void showClocks();
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] SpanDetailsPanel &spanPanel() { return *m_span; }
    [[nodiscard]] RepairLedgerView &ledger() { return *m_ledger; }

Q_SIGNALS:
    void spanChosen(SpanRow span);
    void findingActivated(const QString &id);

private:
    void showPending();
    void showFindings();

    workspace::Workspace &m_workspace;
    trace::TraceSnapshotPtr m_snapshot;
    SpanRow m_pending; ///< Shown once the selection rests.
    QElapsedTimer m_sinceShown;
    QTimer m_rest;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_stack = nullptr;
    SpanDetailsPanel *m_span = nullptr;
    RepairLedgerView *m_ledger = nullptr;
    ClockView *m_clocks = nullptr;
};

} // namespace tailspan::traces
