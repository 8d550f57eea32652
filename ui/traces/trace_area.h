// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/trace/trace_snapshot.h"

#include <QTimer>
#include <QWidget>

#include <vector>

class QAction;
class QStackedWidget;
class QTabBar;
class QUndoStack;

namespace tailspan::analysis {
class AnalysisPane;
class ComparePane;
class FlamePane;
class StatisticsPane;
class TraceAnalysis;
} // namespace tailspan::analysis
namespace tailspan::waterfall {
class WaterfallState;
class WaterfallView;
} // namespace tailspan::waterfall
namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::traces {

enum class ClockState;
class TraceHead;

/// The chosen trace, or several together, in one of the views: waterfall, flame graph, statistics, call tree, compare.
/// All views share one selected span and one zoom; only the one in sight computes. Thread: GUI. Owner: the page.
class TraceArea final : public QWidget {
    Q_OBJECT
public:
    /// Views and the focus of the flame graph are steps of `history`.
    TraceArea(QUndoStack &history, QWidget *parent);

    void clear();
    /// What the views are about: `trace` with `span` selected. The same trace in a newer snapshot keeps zoom and folds.
    /// True when another trace came into sight.
    bool showTrace(const trace::TraceSnapshotPtr &snapshot, TraceRow trace, SpanRow span);
    void showClockState(ClockState state);
    void renewTrace(const trace::TraceSnapshotPtr &snapshot, TraceRow trace);
    /// All chosen traces, in row order: what is added up.
    void setChosen(std::vector<TraceRow> traces);
    /// What there is to compare with.
    void setListed(std::vector<TraceRow> traces);

    [[nodiscard]] waterfall::WaterfallView &waterfall() { return *m_waterfall; }
    [[nodiscard]] waterfall::WaterfallState &state() const;
    [[nodiscard]] const std::vector<QString> &viewIds() const { return m_viewIds; }
    /// Without a step of undo. False when there is no such view.
    bool showView(const QString &id);
    [[nodiscard]] QString currentView() const;
    [[nodiscard]] bool isSettled() const;
    /// Of all views, for palette and shortcut sheet.
    [[nodiscard]] QList<QAction *> commands() const;

Q_SIGNALS:
    void spanChosen(SpanRow span);
    void repairsRequested();
    void clocksRequested();
    void tracesWanted(const std::vector<TraceRow> &traces);

private:
    void addView(const QString &id, const QString &title, QWidget *view);
    void addPane(const QString &id, const QString &title, analysis::AnalysisPane *pane);
    void connectWaterfall();
    void connectFlame();
    void putInFront(int index);
    void updateScope();
    void updateHint();

    QUndoStack &m_history;
    TraceHead *m_head = nullptr;
    QTabBar *m_tabs = nullptr;
    widgets::PlainLabel *m_hint = nullptr;
    QStackedWidget *m_stack = nullptr;
    waterfall::WaterfallView *m_waterfall = nullptr;
    analysis::TraceAnalysis *m_analysis = nullptr;
    analysis::FlamePane *m_flame = nullptr;
    analysis::ComparePane *m_compare = nullptr;
    std::vector<analysis::AnalysisPane *> m_panes;
    std::vector<QString> m_viewIds;
    QList<QAction *> m_viewCommands;
    bool m_isShowing = false; // a view, not by the user
    std::vector<TraceRow> m_chosen;
    QTimer m_zoomRest; // a running zoom is added up when it rests
};

} // namespace tailspan::traces
