// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/row_order.h"
#include "models/layout/time_scale.h"
#include "models/layout/waterfall_layout.h"
#include "models/trace/trace_snapshot.h"
#include "ui/waterfall/span_colors.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace tailspan::waterfall {

/// The open trace as its views share it: what is folded, which part of the time is shown, what is selected and what
/// the pointer is on. Minimap, header and rows each show it and change it; none knows the others.
///
/// Steps of zooming and panning that follow each other quickly are one step for undo: windowCommitted() tells it
/// once they rest.
/// Thread: GUI. Owner: WaterfallView.
class WaterfallState : public QObject {
    Q_OBJECT
public:
    explicit WaterfallState(QObject *parent = nullptr);

    void setTrace(trace::TraceSnapshotPtr snapshot, TraceRow trace);
    [[nodiscard]] bool isEmpty() const { return m_snapshot == nullptr; }
    [[nodiscard]] const trace::TraceSnapshotPtr &snapshot() const { return m_snapshot; }
    [[nodiscard]] TraceRow trace() const { return m_trace; }
    /// Precondition of what follows: not empty.
    [[nodiscard]] const trace::TraceSummary &summary() const { return m_snapshot->traces()[m_trace.value()]; }
    [[nodiscard]] const trace::SpanTable &spans() const { return m_snapshot->spans(); }
    [[nodiscard]] TimePoint origin() const { return TimePoint(summary().startNs); }

    [[nodiscard]] const layout::RowOrder &order() const { return m_order; }
    /// A step of the user: foldCommitted() tells it for undo.
    void setFolded(const layout::RowEntry &entry, bool folded);
    void setSubtreeFolded(const layout::RowEntry &entry, bool folded);
    /// Gives the events of a span rows of their own, or, null, takes them away; a step as setFolded() is.
    void setEvents(SpanRow row, layout::EventRows events);
    /// As setFolded for all of the change, without a step for undo: this is the undo.
    void restoreFolds(const layout::FoldChange &change, bool folded);
    /// Runs of like siblings, found on a worker in a large trace; until then their members are rows like all. What is
    /// selected stays on the page.
    void setRuns(std::shared_ptr<const layout::RowRuns> runs);
    /// Shows only these rows (see keptRows()), less what folds hide, or all of them again. The selection stays, also
    /// where it is not one of them.
    void setKept(std::optional<layout::RowSet> kept);
    [[nodiscard]] bool isNarrowed() const { return m_order.kept().has_value(); }
    /// What find found, counted from the trace's first row; null marks nothing.
    void setHits(std::shared_ptr<const layout::RowSet> hits);
    [[nodiscard]] const layout::RowSet *hits() const { return m_hits.get(); }
    /// Spans that the advisor speaks of, counted from the trace's first row; null marks nothing.
    void setAdvised(std::shared_ptr<const layout::RowSet> advised);
    [[nodiscard]] const layout::RowSet *advised() const { return m_advised.get(); }
    /// Errors of the trace, counted on a worker; until then a fold shows no error count.
    void setErrors(std::shared_ptr<const layout::RankedBits> errors);
    [[nodiscard]] const layout::RankedBits *errors() const { return m_errors.get(); }
    /// The critical path; null takes it away.
    void setPath(std::shared_ptr<const layout::PathIndex> path);
    [[nodiscard]] const layout::PathIndex *path() const { return m_path.get(); }
    [[nodiscard]] std::uint64_t pathRevision() const { return m_pathRevision; }

    [[nodiscard]] const layout::TimeScale &scale() const { return m_scale; }
    void setTimelineWidth(double widthPx);
    void zoomAt(double factor, double xPx);
    void panBy(double deltaPx);
    void showRange(TimeRange range);
    /// As showRange, as part of a running drag: the step ends with commitWindow().
    void dragRange(TimeRange range);
    void showAll();
    /// Pans, without zooming, so that the selected span can be seen.
    void bringSelectionIntoView();
    /// The selected span with a little around it; everything when it is shown like that already.
    void fitSelection();
    /// As showRange, without a step for undo: this is the undo.
    void restoreRange(TimeRange range);
    /// Ends the running step, so that what comes next is a step of its own.
    void commitWindow();

    /// Of a selected run its first member.
    [[nodiscard]] SpanRow selected() const { return m_selected.span; }
    [[nodiscard]] const layout::RowEntry &selectedEntry() const { return m_selected; }
    /// Opens the folds that hide it, and shows all rows again when it is not one of those kept. An invalid row selects
    /// nothing.
    void select(SpanRow row);
    /// As select(), also for the head of a run and for an event, which stands for its span.
    void selectEntry(const layout::RowEntry &entry);

    /// Stays from trace to trace.
    [[nodiscard]] ColorBy colorBy() const { return m_colorBy; }
    void setColorBy(ColorBy colorBy);
    /// Of the whole snapshot, made on a worker when first asked for; null until then. A new snapshot takes them away.
    void setRanks(std::shared_ptr<const trace::DurationRanks> ranks);
    [[nodiscard]] const trace::DurationRanks *ranks() const { return m_ranks.get(); }

    [[nodiscard]] SpanRow hovered() const { return m_hovered.span; }
    [[nodiscard]] const layout::RowEntry &hoveredEntry() const { return m_hovered; }
    void setHovered(const layout::RowEntry &entry);
    [[nodiscard]] std::optional<TimePoint> crosshair() const { return m_crosshair; }
    void setCrosshair(std::optional<TimePoint> time);

Q_SIGNALS:
    void traceChanged();
    void rowsChanged();
    void scaleChanged();
    void selectionChanged(SpanRow row);
    void colorsChanged();
    void hitsChanged();
    void hoverChanged();
    void crosshairChanged();
    void windowCommitted(TimeRange before, TimeRange after);
    void foldCommitted(const layout::FoldChange &change);

private:
    void setScale(const layout::TimeScale &scale);
    /// After a fold: a hidden selection goes to what hides it.
    void takeFolds();
    void tellSelection();
    /// When the selected span, or any member of the selected run, ran.
    [[nodiscard]] TimeRange selectedRange() const;

    trace::TraceSnapshotPtr m_snapshot;
    TraceRow m_trace;
    layout::RowOrder m_order;
    layout::TimeScale m_scale;
    double m_widthPx = 1;
    std::shared_ptr<const layout::RankedBits> m_errors;
    std::shared_ptr<const layout::RowSet> m_hits;
    std::shared_ptr<const layout::RowSet> m_advised;
    std::shared_ptr<const layout::PathIndex> m_path;
    std::uint64_t m_pathRevision = 0;
    layout::RowEntry m_selected;
    bool m_isTellingSelection = false; // who listens may answer with select()
    layout::RowEntry m_hovered;
    ColorBy m_colorBy = ColorBy::Service;
    std::shared_ptr<const trace::DurationRanks> m_ranks;
    std::optional<TimePoint> m_crosshair;
    std::optional<TimeRange> m_windowBefore; // of the running step
    QTimer m_restTimer;
};

} // namespace tailspan::waterfall
