// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "ui/waterfall/trace_overview.h"
#include "ui/waterfall/waterfall_columns.h"
#include "ui/waterfall/waterfall_state.h"

#include <QList>
#include <QWidget>

#include <optional>

class QAction;

namespace tailspan::waterfall {

class FindBar;
class FindSession;
class MinimapWidget;
class WaterfallCanvas;
class WaterfallHeader;

/// Zoom and folds of a trace.
struct WaterfallPlace {
    std::optional<TimeRange> window; ///< Nothing: all of it.
    std::uint32_t spanCount = 0;     ///< Of the trace.
    layout::RowFolds folds;
};

/// One trace: minimap, ruler and rows over one shared state.
/// Everything that can be done by mouse has a key; the commands are QActions so that the palette and the shortcut
/// sheet list them.
/// Thread: GUI. What needs a look at every span runs on a worker when the trace is large.
class WaterfallView : public QWidget {
    Q_OBJECT
public:
    explicit WaterfallView(QWidget *parent = nullptr);

    /// An invalid trace shows nothing.
    void setTrace(trace::TraceSnapshotPtr snapshot, TraceRow trace);
    /// The same trace in a newer snapshot: zoom stays, and so do the folds of spans that are still there.
    void renewTrace(trace::TraceSnapshotPtr snapshot, TraceRow trace);
    /// What of the open trace is in sight.
    [[nodiscard]] WaterfallPlace place() const;
    /// Of the same trace, after it was left; what a trace with other rows has folded stays.
    void restorePlace(const WaterfallPlace &place);
    [[nodiscard]] WaterfallState &state() { return m_state; }
    [[nodiscard]] WaterfallCanvas &canvas() { return *m_canvas; }
    [[nodiscard]] MinimapWidget &minimap() { return *m_minimap; }
    [[nodiscard]] WaterfallHeader &header() { return *m_header; }
    [[nodiscard]] FindBar &findBar() { return *m_findBar; }
    [[nodiscard]] FindSession &findSession() { return *m_findSession; }
    /// Of the open trace; its strip is empty until it is made.
    [[nodiscard]] const TraceOverview &overview() const { return m_overview; }
    [[nodiscard]] bool isSettled() const;
    [[nodiscard]] const QList<QAction *> &commands() const { return m_commands; }

Q_SIGNALS:
    void overviewChanged();
    /// Enter or a double click on a row.
    void spanActivated(SpanRow row);

private:
    void buildCommands();
    QAction *addCommand(const QString &text, const QList<QKeySequence> &keys, const std::function<void()> &run);
    void remakeOverview();
    void takeOverview(TraceOverview overview);
    void makeRanks();
    void restoreFolds(layout::RowFolds folds);
    void setNameWidth(int widthPx);
    void go(const layout::RowEntry &entry);

    WaterfallState m_state;
    WaterfallColumns m_columns;
    TraceOverview m_overview;
    bool m_hasRuns = false;         // of the open trace
    layout::RowFolds m_foldsToKeep; // of the trace before a renewal, until its runs are known
    MinimapWidget *m_minimap = nullptr;
    WaterfallHeader *m_header = nullptr;
    WaterfallCanvas *m_canvas = nullptr;
    FindSession *m_findSession = nullptr;
    FindBar *m_findBar = nullptr;
    QList<QAction *> m_commands;
    jobs::LatestJob<TraceOverview> m_job; // the jobs last: they stop first
    jobs::LatestJob<trace::DurationRanks> m_rankJob;
};

} // namespace tailspan::waterfall
