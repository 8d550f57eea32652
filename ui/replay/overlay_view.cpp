// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/overlay_view.h"

#include "models/items/qt_text.h"
#include "models/loadtest/analysis_text.h"
#include "ui/replay/plot_painting.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using layout::OverlayFigure;

namespace {

constexpr double kLegendPx = 24;
constexpr double kStagesPx = 18;
constexpr double kTitlePx = 20;
constexpr double kBelowPx = 8; // so that a 0 does not touch the title below it
constexpr double kSamplePx = 28;
constexpr double kEdgePx = 12;

QPen penOf(bool isLater)
{
    const style::Theme &theme = style::theme();
    QPen pen(isLater ? theme.accent : theme.warn, isLater ? 1.8 : 1.6);
    if (!isLater)
        pen.setDashPattern({4, 2.5});
    pen.setCapStyle(Qt::FlatCap);
    return pen;
}

QString titleOf(OverlayFigure figure)
{
    switch (figure) {
    case OverlayFigure::Users: return OverlayView::tr("Users");
    case OverlayFigure::Requests: return OverlayView::tr("Requests a second");
    case OverlayFigure::P95: break;
    }
    return OverlayView::tr("p95");
}

/// "40 users, 282/s, p95 91.1 ms"
QString valuesText(const layout::OverlayRun &run, std::size_t step)
{
    QStringList parts;
    if (!std::isnan(run.users[step]))
        parts << toQString(loadtest::usersText(run.users[step]));
    if (!std::isnan(run.requestsRps[step]))
        parts << toQString(loadtest::metricText("throughput", run.requestsRps[step]));
    if (!std::isnan(run.p95Ns[step]))
        parts << u"p95 "_s + toQString(loadtest::metricText("p95", run.p95Ns[step]));
    return parts.isEmpty() ? OverlayView::tr("no data") : parts.join(u", "_s);
}

} // namespace

OverlayView::OverlayView(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"overlayView"_s);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void OverlayView::setOverlay(layout::RunOverlay overlay)
{
    m_overlay = std::move(overlay);
    m_readPx.reset();
    lay();
}

double OverlayView::topPx() const
{
    return kLegendPx + (m_overlay.stages.empty() ? 0 : kStagesPx);
}

QRectF OverlayView::plotAt(std::size_t index) const
{
    const double each = (height() - topPx() - kPlotBottomPx - kReadingPx) / static_cast<double>(m_picture.plots.size());
    return {static_cast<double>(kPlotLeftPx), topPx() + each * static_cast<double>(index) + kTitlePx,
            std::max(width() - kPlotLeftPx - kPlotRightPx, 1) * 1.0, std::max(each - kTitlePx - kBelowPx, 1.0)};
}

void OverlayView::lay()
{
    const QRectF plot = plotAt(0);
    m_picture = layout::layOverlay(m_overlay, plot.width(), plot.height());
    setAccessibleName(tr("Both sides over time. %1 %2").arg(toQString(m_overlay.words), reading()));
    update();
}

QString OverlayView::reading() const
{
    if (!m_readPx || m_overlay.runs.empty())
        return {};
    const double second = layout::overlaySecondAt(m_overlay, *m_readPx, plotAt(0).width());
    QStringList parts;
    for (const bool isLater : {false, true}) {
        for (const layout::OverlayRun &run : m_overlay.runs) {
            if (run.isLater != isLater)
                continue;
            const auto step = layout::overlayStepAt(run, second);
            parts << (isLater ? tr("after %1") : tr("before %1"))
                         .arg(step ? valuesText(run, *step) : tr("was not running"));
            break; // of repeats the first
        }
    }
    return tr("%1: %2").arg(toQString(layout::runClockText(second)), parts.join(u"; "_s));
}

bool OverlayView::event(QEvent *event)
{
    return keepsKeys(*event) || QWidget::event(event);
}

void OverlayView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    painter.fillRect(rect(), theme.panel);
    painter.setFont(style::smallFont());
    if (m_overlay.runs.empty()) {
        paintNothing(painter, rect(), toQString(m_overlay.words));
        return;
    }
    paintLegend(painter);
    paintStages(painter);
    for (std::size_t i = 0; i < m_picture.plots.size(); ++i)
        paintPlot(painter, i);
    paintReading(painter, rect(), reading(), tr("Point at a moment, or step with the arrow keys, to read both sides."));
    paintFocus(painter, *this);
}

void OverlayView::paintLegend(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    double x = kEdgePx;
    const double middle = kLegendPx / 2 + 1;
    const int nameRoom = std::max((width() - 120) / 3, 60);
    for (const bool isLater : {false, true}) {
        QStringList names;
        for (const layout::OverlayRun &run : m_overlay.runs) {
            if (run.isLater == isLater)
                names << toQString(run.name);
        }
        if (names.isEmpty())
            continue;
        painter.setPen(penOf(isLater));
        painter.drawLine(QPointF(x, middle), QPointF(x + kSamplePx, middle));
        x += kSamplePx + 6;
        const QString text = painter.fontMetrics().elidedText(
            (isLater ? tr("after: %1") : tr("before: %1")).arg(names.join(u", "_s)), Qt::ElideMiddle, nameRoom);
        const double textPx = painter.fontMetrics().horizontalAdvance(text) + 2;
        painter.setPen(theme.text);
        painter.drawText(QRectF(x, 0, textPx, kLegendPx), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
        x += textPx + 16;
    }
    paintAside(painter, rect(), x, kLegendPx, toQString(m_overlay.words));
}

void OverlayView::paintStages(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    for (const auto &[tick, widthPx] : m_picture.stages) {
        const QRectF band(kPlotLeftPx + tick.px + 1, kLegendPx, std::max(widthPx - 2, 1.0), kStagesPx - 3);
        painter.fillRect(band, theme.raised);
        painter.setPen(theme.text);
        painter.drawText(band.adjusted(3, 0, -3, 0), Qt::AlignCenter | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(toQString(tick.label), Qt::ElideRight,
                                                          static_cast<int>(band.width()) - 6));
    }
}

void OverlayView::paintPlot(QPainter &painter, std::size_t index) const
{
    const style::Theme &theme = style::theme();
    const QRectF plot = plotAt(index);
    const layout::RunOverlayPlot &one = m_picture.plots[index];
    const bool isLast = index + 1 == m_picture.plots.size();
    std::vector<layout::PlotTick> along = m_picture.timeTicks;
    for (layout::PlotTick &tick : along)
        tick.label = isLast ? tick.label : std::string();
    paintPlotFrame(painter, plot, titleOf(layout::kOverlayFigures[index]), one.valueTicks, along);
    if (one.isEmpty) {
        painter.setPen(theme.muted);
        painter.drawText(plot, Qt::AlignCenter, tr("No file holds this."));
        return;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(plot.adjusted(-1, -2, 1, 2));
    for (const layout::RunOverlayPlot::Line &line : one.lines) {
        painter.setPen(penOf(line.isLater));
        for (const std::vector<layout::PlotPoint> &piece : line.pieces) {
            const QPolygonF polygon = polygonAt(piece, plot);
            if (polygon.size() == 1)
                painter.drawPoint(polygon.front());
            else
                painter.drawPolyline(polygon);
        }
    }
    painter.restore();
    if (m_readPx) {
        painter.setPen(QPen(theme.text, 1));
        painter.drawLine(QPointF(plot.left() + *m_readPx, plot.top()), QPointF(plot.left() + *m_readPx, plot.bottom()));
    }
}

void OverlayView::readAt(std::optional<double> xPx)
{
    m_readPx = xPx;
    setAccessibleDescription(reading());
    update();
}

void OverlayView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_readPx.reset();
    lay();
}

void OverlayView::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF plot = plotAt(0);
    const double x = event->position().x() - plot.left();
    readAt(x >= 0 && x <= plot.width() ? std::optional(x) : std::nullopt);
}

void OverlayView::leaveEvent(QEvent *event)
{
    readAt(std::nullopt);
    QWidget::leaveEvent(event);
}

void OverlayView::keyPressEvent(QKeyEvent *event)
{
    const double widthPx = plotAt(0).width();
    const auto stepped = steppedInPlot(event->key(), m_readPx, widthPx);
    if (!stepped)
        return QWidget::keyPressEvent(event);
    readAt(*stepped);
}

void OverlayView::focusOutEvent(QFocusEvent *event)
{
    readAt(std::nullopt);
    QWidget::focusOutEvent(event);
}

} // namespace tailspan::replay
