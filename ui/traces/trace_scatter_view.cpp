// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_scatter_view.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/layout/time_ruler.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::traces {

using items::toQString;
using layout::ScatterMark;

namespace {

constexpr int kLabelWidthPx = 64;
constexpr int kLabelHeightPx = 18;
constexpr double kNearPx = 8;
constexpr double kTickSpacingPx = 110;

} // namespace

TraceScatterView::TraceScatterView(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("traceScatter"));
    setAccessibleName(tr("Traces by start and duration"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
}

void TraceScatterView::setTraces(trace::TraceSnapshotPtr snapshot, std::vector<TraceRow> traces)
{
    m_snapshot = std::move(snapshot);
    m_traces = std::move(traces);
    m_chosen.clear();
    relayout();
}

void TraceScatterView::setChosen(std::vector<TraceRow> chosen)
{
    m_chosen = std::move(chosen);
    update();
}

QRectF TraceScatterView::plotRect() const
{
    return QRectF(rect()).adjusted(kLabelWidthPx, 6, -8, -kLabelHeightPx);
}

void TraceScatterView::relayout()
{
    const QRectF plot = plotRect();
    m_scatter = m_snapshot == nullptr || plot.width() < 1 || plot.height() < 1
        ? layout::TraceScatter()
        : layout::layOutScatter(*m_snapshot, m_traces, plot.width(), plot.height());
    update();
}

void TraceScatterView::resizeEvent(QResizeEvent *)
{
    relayout();
}

void TraceScatterView::paintAxes(QPainter &painter, const QRectF &plot) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    for (const layout::DurationTick &tick : m_scatter.ticks) {
        const double y = std::round(plot.top() + tick.yPx);
        painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), theme.grid);
        painter.setPen(theme.muted);
        style::drawTabular(painter, QRectF(0, y - 9, kLabelWidthPx - 8, 18), Qt::AlignRight | Qt::AlignVCenter,
                           toQString(tick.label));
    }
    const layout::TimeRuler ruler =
        layout::makeTimeRuler(m_scatter.time, m_scatter.time.bounds().begin, kTickSpacingPx);
    for (const layout::RulerTick &tick : ruler.ticks) {
        const double x = std::round(plot.left() + tick.xPx);
        const TimePoint time = m_scatter.time.bounds().begin + Duration(tick.offsetNs);
        painter.fillRect(QRectF(x, plot.top(), 1, plot.height()), theme.grid);
        painter.setPen(theme.muted);
        if (x + kTickSpacingPx / 2 < plot.right())
            style::drawTabular(painter, QRectF(x + 4, plot.bottom(), kTickSpacingPx, kLabelHeightPx),
                               Qt::AlignLeft | Qt::AlignVCenter,
                               toQString(clockText(time, ruler.stepNs < 1'000'000'000)));
    }
}

void TraceScatterView::paintEvent(QPaintEvent *)
{
    const style::Theme &theme = style::theme();
    QPainter painter(this);
    const QRectF plot = plotRect();
    painter.fillRect(rect(), theme.panel);
    paintAxes(painter, plot);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    for (const ScatterMark &mark : m_scatter.marks) {
        const QPointF at = plot.topLeft() + QPointF(mark.xPx, mark.yPx);
        const double radius = std::min(2.2 + std::log2(static_cast<double>(mark.traceCount)) * 0.6, 5.0);
        painter.setBrush(mark.failedCount > 0 ? theme.bad : theme.accent);
        if (mark.failedCount > 0) // a diamond: the colour is not the only sign
            painter.drawPolygon(QPolygonF({at + QPointF(0, -radius - 1.4), at + QPointF(radius + 1.4, 0),
                                           at + QPointF(0, radius + 1.4), at + QPointF(-radius - 1.4, 0)}));
        else
            painter.drawEllipse(at, radius, radius);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.text, 1.5));
    for (const TraceRow row : m_chosen) {
        const trace::TraceSummary &trace = m_snapshot->traces()[row.value()];
        painter.drawEllipse(plot.topLeft() + QPointF(m_scatter.xOf(trace.startNs), m_scatter.yOf(trace.durationNs)), 5,
                            5);
    }
    if (m_pressed) {
        QColor fill = theme.accent;
        fill.setAlphaF(0.15F);
        painter.setPen(theme.accent);
        painter.setBrush(fill);
        painter.drawRect(QRectF(*m_pressed, m_dragged).normalized());
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.accent);
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

const ScatterMark *TraceScatterView::markNear(const QPointF &position) const
{
    const QPointF at = position - plotRect().topLeft();
    const ScatterMark *nearest = nullptr;
    double least = kNearPx * kNearPx;
    for (const ScatterMark &mark : m_scatter.marks) {
        const double distance = std::pow(mark.xPx - at.x(), 2) + std::pow(mark.yPx - at.y(), 2);
        if (distance <= least) {
            least = distance;
            nearest = &mark;
        }
    }
    return nearest;
}

void TraceScatterView::choose(std::vector<TraceRow> traces, bool isAdded)
{
    if (isAdded)
        traces.insert(traces.end(), m_chosen.begin(), m_chosen.end());
    std::ranges::sort(traces);
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    if (!traces.empty())
        Q_EMIT tracesChosen(traces);
}

void TraceScatterView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_snapshot == nullptr)
        return;
    m_pressed = event->position();
    m_dragged = event->position();
}

void TraceScatterView::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_pressed)
        return;
    m_dragged = event->position();
    update();
}

void TraceScatterView::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_pressed || event->button() != Qt::LeftButton)
        return;
    const QRectF box = QRectF(*m_pressed, event->position()).normalized();
    m_pressed.reset();
    update();
    const bool isAdded = event->modifiers().testFlag(Qt::ControlModifier);
    if (std::max(box.width(), box.height()) < 4) {
        if (const ScatterMark *mark = markNear(event->position()); mark != nullptr)
            choose({mark->longest}, isAdded);
        return;
    }
    const QPointF origin = plotRect().topLeft();
    choose(layout::tracesInBox(*m_snapshot, m_traces, m_scatter, box.left() - origin.x(), box.top() - origin.y(),
                               box.right() - origin.x(), box.bottom() - origin.y()),
           isAdded);
}

/// Left and right walk the traces by their start.
void TraceScatterView::keyPressEvent(QKeyEvent *event)
{
    const bool isStep = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
    if (!isStep || m_traces.empty())
        return QWidget::keyPressEvent(event);
    const auto at = m_chosen.empty() ? m_traces.begin() : std::ranges::lower_bound(m_traces, m_chosen.front());
    if (event->key() == Qt::Key_Left && at != m_traces.begin())
        choose({*(at - 1)}, false);
    else if (event->key() == Qt::Key_Right && at != m_traces.end() && at + 1 != m_traces.end())
        choose({*(at + 1)}, false);
}

bool TraceScatterView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip || m_snapshot == nullptr)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const ScatterMark *mark = markNear(help->pos());
    QString text;
    if (mark != nullptr) {
        const trace::TraceSummary &trace = m_snapshot->traces()[mark->longest.value()];
        const SpanRow root(trace.rootRow);
        text = toQString(m_snapshot->serviceOf(root)) + QLatin1Char(' ') + toQString(m_snapshot->operationOf(root))
            + QLatin1Char('\n') + toQString(isoText(TimePoint(trace.startNs))) + QStringLiteral(" \u00b7 ")
            + toQString(durationText(Duration(trace.durationNs)));
        if (mark->traceCount > 1)
            text += QLatin1Char('\n') + tr("the longest of %1 here").arg(toQString(countText(mark->traceCount)));
        if (mark->failedCount > 0)
            text += QLatin1Char('\n') + tr("%1 with errors").arg(toQString(countText(mark->failedCount)));
    }
    widgets::showPlainToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace tailspan::traces
