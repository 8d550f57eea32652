// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/waterfall/waterfall_state.h"

#include <algorithm>

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
    m_snapshot = trace.isValid() ? std::move(snapshot) : nullptr;
    m_trace = trace;
    m_errors.reset();
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
    Q_EMIT selectionChanged(m_selected);
}

void WaterfallState::setFolded(SpanRow row, bool folded)
{
    if (m_order.setFolded(row, folded))
        takeFolds();
}

void WaterfallState::setSubtreeFolded(SpanRow row, bool folded)
{
    if (m_order.setSubtreeFolded(row, folded))
        takeFolds();
}

void WaterfallState::takeFolds()
{
    const SpanRow shown = m_order.visibleFor(m_selected);
    Q_EMIT rowsChanged();
    if (shown.isValid() && shown != m_selected)
        select(shown);
}

void WaterfallState::setKept(std::optional<layout::RowSet> kept)
{
    if (!isEmpty() && m_order.setKept(std::move(kept)))
        Q_EMIT rowsChanged();
}

void WaterfallState::setErrors(std::shared_ptr<const layout::RankedBits> errors)
{
    m_errors = std::move(errors);
    Q_EMIT rowsChanged();
}

void WaterfallState::setPath(std::shared_ptr<const std::vector<layout::PathSegment>> path)
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

void WaterfallState::bringSelectionIntoView()
{
    if (isEmpty() || !m_selected.isValid() || spans().hasMark(m_selected, trace::kMarkTimeOutOfRange))
        return;
    constexpr double kPlaceOfStart = 0.2;
    const double startPx = m_scale.xOf(spans().start(m_selected));
    const double endPx = m_scale.xOf(spans().end(m_selected));
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
    const std::int64_t lengthNs = std::max<std::int64_t>(spans().durationNs[m_selected.value()], 10);
    const Duration margin(lengthNs / kMarginParts + 1);
    const TimeRange wanted{spans().start(m_selected) - margin, spans().end(m_selected) + margin};
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
    if (row.isValid()) {
        const bool isWidened = !m_order.isKept(row) && m_order.setKept(std::nullopt);
        if (m_order.reveal(row) || isWidened)
            Q_EMIT rowsChanged();
    }
    if (row == m_selected)
        return;
    m_selected = row;
    Q_EMIT selectionChanged(row);
}

void WaterfallState::setHovered(SpanRow row)
{
    if (row == m_hovered)
        return;
    m_hovered = row;
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
