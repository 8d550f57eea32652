// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/trend_plots.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/loadtest/analysis_text.h"
#include "ui/replay/plot_painting.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace tailspan::replay {

using namespace Qt::StringLiterals;
using items::toQString;
using layout::kTrendParts;
using layout::TrendPart;

namespace {

constexpr double kTitlePx = 22;
constexpr double kNamesPx = 40; // of the curves, at the right end
constexpr double kMarkPx = 3.2;
constexpr double kLatencyShare = 0.5; // of the height; the other two halve the rest

QString titleOf(TrendPart part)
{
    switch (part) {
    case TrendPart::Latency: return TrendPlots::tr("Latency of each run");
    case TrendPart::Throughput: return TrendPlots::tr("Requests a second");
    case TrendPart::Errors: break;
    }
    return TrendPlots::tr("Failed requests");
}

/// As in the lanes: p50, p95, p99; then throughput and errors.
QColor colorOf(std::size_t line)
{
    const style::Theme &theme = style::theme();
    const std::array<QColor, 5> colors{theme.text, theme.warn, theme.bad, theme.categories[2], theme.bad};
    return colors[std::min(line, colors.size() - 1)];
}

/// Each figure has a mark of its own, so that colour is not the only thing that tells them apart.
QPainterPath markOf(std::size_t line, QPointF at)
{
    QPainterPath path;
    if (line == 1) {
        path.addRect(QRectF(at.x() - kMarkPx, at.y() - kMarkPx, 2 * kMarkPx, 2 * kMarkPx));
    } else if (line == 2 || line == 4) {
        path.moveTo(at.x(), at.y() - kMarkPx - 1);
        path.lineTo(at.x() + kMarkPx + 1, at.y() + kMarkPx);
        path.lineTo(at.x() - kMarkPx - 1, at.y() + kMarkPx);
        path.closeSubpath();
    } else {
        path.addEllipse(at, kMarkPx, kMarkPx);
    }
    return path;
}

} // namespace

TrendPlots::TrendPlots(QWidget *parent) : QWidget(parent)
{
    setObjectName(u"trendPlots"_s);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
}

void TrendPlots::setTrend(loadtest::Trend trend)
{
    m_trend = std::move(trend);
    m_current.reset();
    m_hovered.reset();
    lay();
}

void TrendPlots::setSpacing(layout::TrendSpacing spacing)
{
    m_spacing = spacing;
    lay();
}

void TrendPlots::setOpenRun(std::optional<std::size_t> run)
{
    m_open = run;
    update();
}

void TrendPlots::setCurrentRun(std::optional<std::size_t> run)
{
    if (run == m_current)
        return;
    m_current = run;
    setAccessibleDescription(reading());
    update();
}

QRectF TrendPlots::plotAt(std::size_t part) const
{
    const double room = std::max(1.0 * height() - kReadingPx - kPlotBottomPx, 1.0);
    const double latency = room * kLatencyShare;
    const double rest = (room - latency) / 2;
    const double top = part == 0 ? 0 : latency + rest * static_cast<double>(part - 1);
    return {static_cast<double>(kPlotLeftPx), top + kTitlePx, std::max(width() - kPlotLeftPx - kNamesPx, 1.0),
            std::max((part == 0 ? latency : rest) - kTitlePx - 4, 1.0)};
}

void TrendPlots::lay()
{
    std::array<double, kTrendParts.size()> heights{};
    for (std::size_t i = 0; i < heights.size(); ++i)
        heights[i] = plotAt(i).height();
    m_picture = layout::layTrend(m_trend, m_spacing, plotAt(0).width(), heights);
    setAccessibleName(tr("Figures of %n runs over their dates", nullptr, static_cast<int>(m_trend.runs.size())));
    update();
}

QString TrendPlots::reading() const
{
    const std::optional<std::size_t> run = readRun();
    if (!run || *run >= m_trend.runs.size())
        return {};
    const loadtest::LoadTestReport &report = *m_trend.runs[*run];
    QStringList parts;
    for (const loadtest::Trend::Line &line : m_trend.lines) {
        if (std::isnan(line.values[*run]))
            continue;
        const QString value = toQString(loadtest::metricText(line.metric, line.values[*run]));
        parts << (line.metric == "throughput" ? value : QString(toQString(line.metric) + u' ' + value));
    }
    const QString date = report.startedAt
        ? QString(toQString(isoText(*report.startedAt)).left(16).replace(u'T', u' ') + u" UTC"_s)
        : tr("no date");
    return tr("%1, %2: %3").arg(toQString(report.fileName), date, parts.join(u", "_s));
}

QPointF TrendPlots::placeOf(std::size_t run) const
{
    const QRectF plot = plotAt(0);
    return {plot.left() + m_picture.runPx[run], plot.center().y()};
}

std::optional<std::size_t> TrendPlots::runUnder(QPointF place) const
{
    const QRectF plot = plotAt(0);
    const double x = place.x() - plot.left();
    if (x < 0 || x > plot.width() || place.y() > height() - kReadingPx)
        return std::nullopt;
    return layout::trendRunAt(m_picture, x);
}

bool TrendPlots::event(QEvent *event)
{
    return keepsKeys(*event) || QWidget::event(event);
}

void TrendPlots::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    painter.fillRect(rect(), theme.panel);
    if (m_picture.runPx.empty())
        return;
    for (std::size_t part = 0; part < kTrendParts.size(); ++part)
        paintPart(painter, part);
    paintReading(painter, rect(), reading(), tr("Point at a run to read it; a click or Enter opens it."));
    paintFocus(painter, *this);
}

void TrendPlots::paintPart(QPainter &painter, std::size_t part) const
{
    const style::Theme &theme = style::theme();
    const QRectF plot = plotAt(part);
    const layout::TrendPlot &one = m_picture.plots[part];
    std::vector<layout::PlotTick> along = m_picture.runTicks;
    for (layout::PlotTick &tick : along)
        tick.label = part + 1 == kTrendParts.size() ? tick.label : std::string();
    paintPlotFrame(painter, plot, titleOf(kTrendParts[part]), one.valueTicks, along);
    if (const std::optional<std::size_t> run = readRun(); run && *run < m_picture.runPx.size()) {
        const double x = plot.left() + m_picture.runPx[*run];
        painter.setPen(QPen(theme.muted, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    paintMarks(painter, one, plot);
    for (const layout::TrendCurve &curve : one.curves)
        paintCurve(painter, curve, plot);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TrendPlots::paintMarks(QPainter &painter, const layout::TrendPlot &one, const QRectF &plot) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    for (std::size_t i = 0; i < one.marks.size(); ++i) {
        const layout::TrendMark &mark = one.marks[i];
        const QColor color = mark.isWorse ? theme.bad : theme.good;
        const double x = plot.left() + mark.xPx;
        painter.setPen(QPen(color, 1.5, Qt::DashLine));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        // The name goes above the plot, beside its title, as far as the next mark.
        const double end = i + 1 < one.marks.size() ? plot.left() + one.marks[i + 1].xPx - 6 : plot.right();
        const QString text = toQString(mark.text);
        const double textPx = painter.fontMetrics().horizontalAdvance(text) + 4;
        double left = std::min(x + 4, std::max(plot.left() + 150, end - textPx));
        const double room = std::max(end - left, 0.0);
        painter.setPen(color);
        painter.drawText(QRectF(left, plot.top() - kTitlePx + 2, room, kTitlePx - 4),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(room)));
    }
}

void TrendPlots::paintCurve(QPainter &painter, const layout::TrendCurve &curve, const QRectF &plot) const
{
    if (curve.points.empty())
        return;
    const QColor color = colorOf(curve.line);
    QPolygonF line;
    for (const layout::TrendCurve::Point &point : curve.points)
        line << QPointF(plot.left() + point.at.xPx, plot.top() + point.at.yPx);
    QColor faint = color;
    faint.setAlphaF(0.55F);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faint, 1.2));
    painter.drawPolyline(line);
    painter.setPen(QPen(color, 2.2));
    for (const layout::TrendCurve::Level &level : curve.levels)
        painter.drawLine(QPointF(plot.left() + level.from.xPx, plot.top() + level.from.yPx),
                         QPointF(plot.left() + level.toPx, plot.top() + level.from.yPx));
    for (qsizetype i = 0; i < line.size(); ++i) {
        painter.setPen(QPen(style::theme().panel, 1));
        painter.setBrush(color);
        painter.drawPath(markOf(curve.line, line[i]));
        if (m_open == curve.points[static_cast<std::size_t>(i)].run) {
            painter.setPen(QPen(style::theme().accent, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(line[i], 2 * kMarkPx, 2 * kMarkPx);
        }
    }
    if (curve.line < 3) {
        painter.setFont(style::smallFont());
        painter.setPen(color);
        painter.drawText(QRectF(plot.right() + 4, line.back().y() - 8, kNamesPx - 4, 16),
                         Qt::AlignLeft | Qt::AlignVCenter, toQString(m_trend.lines[curve.line].metric));
    }
}

void TrendPlots::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    lay();
}

void TrendPlots::mouseMoveEvent(QMouseEvent *event)
{
    m_hovered = runUnder(event->position());
    setCursor(m_hovered ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setAccessibleDescription(reading());
    update();
}

void TrendPlots::mousePressEvent(QMouseEvent *event)
{
    const std::optional<std::size_t> run = runUnder(event->position());
    if (event->button() != Qt::LeftButton || !run)
        return QWidget::mousePressEvent(event);
    setCurrentRun(run);
    Q_EMIT runPointed(*run);
    Q_EMIT runActivated(*run);
}

void TrendPlots::leaveEvent(QEvent *event)
{
    m_hovered.reset();
    update();
    QWidget::leaveEvent(event);
}

void TrendPlots::keyPressEvent(QKeyEvent *event)
{
    const std::size_t count = m_trend.runs.size();
    const std::size_t from = m_current.value_or(count > 0 ? count - 1 : 0);
    std::optional<std::size_t> to;
    switch (event->key()) {
    case Qt::Key_Left: to = m_current && from > 0 ? from - 1 : from; break;
    case Qt::Key_Right: to = m_current && from + 1 < count ? from + 1 : from; break;
    case Qt::Key_Home: to = 0; break;
    case Qt::Key_End: to = count > 0 ? count - 1 : 0; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current)
            Q_EMIT runActivated(*m_current);
        return;
    default: break;
    }
    if (!to || count == 0)
        return QWidget::keyPressEvent(event);
    m_hovered.reset();
    setCurrentRun(to);
    Q_EMIT runPointed(*to);
}

} // namespace tailspan::replay
