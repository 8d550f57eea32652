// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_state.h"

#include <algorithm>
#include <utility>

namespace tailspan::waterfall {

namespace {

constexpr int kRestMs = 400; // steps closer together than this are one for undo

TimeRange boundsOf(const trace::TraceSummary &summary)
{
    const TimePoint start(summary.startNs);
    return {start, start + Duration(summary.durationNs)};
}

} // namespace

WaterfallState::WaterfallState(QObject *parent) : QObject(parent)
{
    m_restTimer.setSingleShot(true);
    m_restTimer.setInterval(kRestMs);
    connect(&m_restTimer, &QTimer::timeout, this, &WaterfallState::commitWindow);
}

void WaterfallState::setTrace(trace::TraceSnapshotPtr snapshot, TraceRow trace)
{
    commitWindow();
    if (snapshot != m_snapshot)
        m_ranks.reset();
    m_snapshot = trace.isValid() ? std::move(snapshot) : nullptr;
    m_trace = trace;
    m_errors.reset();
    m_hits.reset();
    m_path.reset();
    m_selected = {};
    m_hovered = {};
    m_crosshair.reset();
    if (m_snapshot == nullptr) {
        m_order = {};
        m_scale = {};
    } else {
        m_order = layout::RowOrder(m_snapshot, m_trace);
        m_scale = layout::TimeScale(boundsOf(summary()), m_widthPx);
    }
    Q_EMIT traceChanged();
    Q_EMIT selectionChanged(m_selected.span);
}

void WaterfallState::setFolded(const layout::RowEntry &entry, bool folded)
{
    const layout::FoldChange change = m_order.setFolded(entry, folded);
    if (change.isEmpty())
        return;
    takeFolds();
    Q_EMIT foldCommitted(change);
}

void WaterfallState::setSubtreeFolded(const layout::RowEntry &entry, bool folded)
{
    const layout::FoldChange change = m_order.setSubtreeFolded(entry, folded);
    if (change.isEmpty())
        return;
    takeFolds();
    Q_EMIT foldCommitted(change);
}

void WaterfallState::setEvents(SpanRow row, layout::EventRows events)
{
    const layout::FoldChange change = m_order.setEvents(row, std::move(events));
    if (change.isEmpty())
        return;
    takeFolds();
    Q_EMIT foldCommitted(change);
}

void WaterfallState::restoreFolds(const layout::FoldChange &change, bool folded)
{
    if (m_order.apply(change, folded))
        takeFolds();
}

void WaterfallState::takeFolds()
{
    const bool isShown = !m_selected.isValid() || m_order.placeOf(m_selected).has_value();
    const layout::RowEntry shown = isShown ? m_selected : m_order.visibleFor(m_selected.span);
    Q_EMIT rowsChanged();
    if (shown.isValid() && shown != m_selected)
        selectEntry(shown);
}

void WaterfallState::setRuns(std::shared_ptr<const layout::RowRuns> runs)
{
    if (isEmpty())
        return;
    m_order.setRuns(std::move(runs));
    if (m_selected.isValid() && m_order.isKept(m_selected.span))
        m_order.reveal(m_selected.span);
    Q_EMIT rowsChanged();
}

void WaterfallState::setKept(std::optional<layout::RowSet> kept)
{
    if (!isEmpty() && m_order.setKept(std::move(kept)))
        Q_EMIT rowsChanged();
}

void WaterfallState::setHits(std::shared_ptr<const layout::RowSet> hits)
{
    m_hits = std::move(hits);
    Q_EMIT hitsChanged();
}

void WaterfallState::setAdvised(std::shared_ptr<const layout::RowSet> advised)
{
    m_advised = std::move(advised);
    Q_EMIT hitsChanged();
}

void WaterfallState::setErrors(std::shared_ptr<const layout::RankedBits> errors)
{
    m_errors = std::move(errors);
    Q_EMIT rowsChanged();
}

void WaterfallState::setPath(std::shared_ptr<const layout::PathIndex> path)
{
    m_path = std::move(path);
    ++m_pathRevision;
    Q_EMIT rowsChanged();
}

void WaterfallState::setTimelineWidth(double widthPx)
{
    m_widthPx = widthPx;
    if (isEmpty() || m_scale.widthPx() == m_scale.withWidth(widthPx).widthPx())
        return;
    m_scale = m_scale.withWidth(widthPx);
    Q_EMIT scaleChanged();
}

void WaterfallState::setScale(const layout::TimeScale &scale)
{
    if (isEmpty() || scale == m_scale)
        return;
    if (!m_windowBefore.has_value())
        m_windowBefore = m_scale.visible();
    m_scale = scale;
    m_restTimer.start();
    Q_EMIT scaleChanged();
}

void WaterfallState::zoomAt(double factor, double xPx)
{
    setScale(m_scale.zoomed(factor, xPx));
}

void WaterfallState::panBy(double deltaPx)
{
    setScale(m_scale.panned(deltaPx));
}

void WaterfallState::showRange(TimeRange range)
{
    commitWindow();
    setScale(m_scale.showing(range));
    commitWindow();
}

void WaterfallState::dragRange(TimeRange range)
{
    setScale(m_scale.showing(range));
}

TimeRange WaterfallState::selectedRange() const
{
    const layout::RowRun *run = m_selected.isRun() ? m_order.runAt(m_selected.span) : nullptr;
    if (run == nullptr)
        return {spans().start(m_selected.span), spans().end(m_selected.span)};
    const auto busy = m_order.runs()->busyOf(*run);
    return {busy.front().begin, busy.back().end};
}

void WaterfallState::bringSelectionIntoView()
{
    if (isEmpty() || !m_selected.isValid() || spans().hasMark(m_selected.span, trace::kMarkTimeOutOfRange))
        return;
    constexpr double kPlaceOfStart = 0.2;
    const TimeRange range = selectedRange();
    const double startPx = m_scale.xOf(range.begin);
    const double endPx = m_scale.xOf(range.end);
    if (endPx < 0 || startPx > m_scale.widthPx())
        panBy(startPx - kPlaceOfStart * m_scale.widthPx());
}

void WaterfallState::showAll()
{
    showRange(m_scale.bounds());
}

void WaterfallState::fitSelection()
{
    if (isEmpty())
        return;
    if (!m_selected.isValid())
        return showAll();
    constexpr std::int64_t kMarginParts = 20;
    const TimeRange range = selectedRange();
    const std::int64_t lengthNs = std::max<std::int64_t>(range.length().ns(), 10);
    const Duration margin(lengthNs / kMarginParts + 1);
    const TimeRange wanted{range.begin - margin, range.end + margin};
    if (m_scale.showing(wanted) == m_scale)
        return showAll();
    showRange(wanted);
}

void WaterfallState::restoreRange(TimeRange range)
{
    if (isEmpty())
        return;
    commitWindow();
    m_scale = m_scale.showing(range);
    Q_EMIT scaleChanged();
}

void WaterfallState::commitWindow()
{
    m_restTimer.stop();
    if (!m_windowBefore.has_value())
        return;
    const TimeRange before = *m_windowBefore;
    m_windowBefore.reset();
    if (!(before == m_scale.visible()))
        Q_EMIT windowCommitted(before, m_scale.visible());
}

void WaterfallState::select(SpanRow row)
{
    if (isEmpty() || (row.isValid() && !m_order.contains(row)))
        return;
    if (m_isTellingSelection && !m_selected.isSpan() && row == m_selected.span)
        return; // an answer to the selection of a run or event, which stands for that span
    if (row.isValid()) {
        const bool isWidened = !m_order.isKept(row) && m_order.setKept(std::nullopt);
        if (m_order.reveal(row) || isWidened)
            Q_EMIT rowsChanged();
    }
    if (m_selected == layout::RowEntry(row))
        return;
    m_selected = row;
    tellSelection();
}

void WaterfallState::selectEntry(const layout::RowEntry &entry)
{
    if (entry.isSpan())
        return select(entry.span);
    if (isEmpty() || entry == m_selected || !m_order.placeOf(entry).has_value())
        return;
    m_selected = entry;
    tellSelection();
}

void WaterfallState::tellSelection()
{
    const bool wasTelling = std::exchange(m_isTellingSelection, true);
    Q_EMIT selectionChanged(m_selected.span);
    m_isTellingSelection = wasTelling;
}

void WaterfallState::setColorBy(ColorBy colorBy)
{
    if (colorBy == m_colorBy)
        return;
    m_colorBy = colorBy;
    Q_EMIT colorsChanged();
}

void WaterfallState::setRanks(std::shared_ptr<const trace::DurationRanks> ranks)
{
    m_ranks = std::move(ranks);
    Q_EMIT colorsChanged();
}

void WaterfallState::setHovered(const layout::RowEntry &entry)
{
    if (entry == m_hovered)
        return;
    m_hovered = entry;
    Q_EMIT hoverChanged();
}

void WaterfallState::setCrosshair(std::optional<TimePoint> time)
{
    if (time == m_crosshair)
        return;
    m_crosshair = time;
    Q_EMIT crosshairChanged();
}

} // namespace tailspan::waterfall
