// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/lanes_overlay.h"

#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/lanes_view.h"
#include "ui/replay/replay_state.h"
#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

namespace {

constexpr int kLabelLinePx = 14;
constexpr int kLabelGapPx = 8;
constexpr int kSwatchPx = 8;
constexpr int kHandlePx = 6;
constexpr int kMostStripPx = 10;

/// Moves labels apart so that none covers another, as little as needed, and keeps them inside [top, bottom].
void spread(std::vector<LaneLabel> &labels, double top, double bottom)
{
    std::stable_sort(labels.begin(), labels.end(),
                     [](const LaneLabel &a, const LaneLabel &b) { return a.yPx < b.yPx; });
    double least = top + kLabelLinePx / 2.0;
    for (LaneLabel &label : labels) {
        label.yPx = std::max(label.yPx, least);
        least = label.yPx + kLabelLinePx;
    }
    double most = bottom - kLabelLinePx / 2.0;
    for (std::size_t i = labels.size(); i-- > 0;) {
        labels[i].yPx = std::min(labels[i].yPx, most);
        most = labels[i].yPx - kLabelLinePx;
    }
}

QString elided(const QFont &font, const QString &text, double widthPx)
{
    return QFontMetricsF(font).elidedText(text, Qt::ElideRight, widthPx);
}

double labelWidth(const LaneLabel &label)
{
    return lanes::kRightPx - kLabelGapPx - (label.isSwatch ? kSwatchPx + 5 : 0) - 2;
}

} // namespace

LanesOverlay::LanesOverlay(LanesView &view) : QWidget(&view), m_view(view)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
}

QRect LanesOverlay::stripAt(double xPx) const
{
    return {static_cast<int>(xPx) - kMostStripPx, 0, 2 * kMostStripPx, height()};
}

void LanesOverlay::moveCrosshair()
{
    const ReplayState &state = m_view.state();
    if (!state.hasTimeline())
        return;
    const double head = m_view.xOf(state.head());
    const double hover = state.hover() ? m_view.xOf(*state.hover()) : -1e6;
    for (const double x : {m_headPx, m_hoverPx, head, hover}) {
        if (x > -kMostStripPx && x < width() + kMostStripPx)
            update(stripAt(x));
    }
    m_headPx = head;
    m_hoverPx = hover;
}

void LanesOverlay::setFocusShown(bool isShown)
{
    m_isFocusShown = isShown;
    update();
}

bool LanesOverlay::isElided(const LaneLabel &label) const
{
    return QFontMetricsF(style::smallFont()).horizontalAdvance(label.text) > labelWidth(label);
}

QRect LanesOverlay::laneRect(const Lane &lane) const
{
    return lane.rect().rect().translated(0, m_view.timeArea().top());
}

/// A crosshair that moves between the edges of the plots leaves what stands beside them as it is.
void LanesOverlay::paintEvent(QPaintEvent *event)
{
    if (!m_view.state().hasTimeline())
        return;
    QPainter painter(this);
    paintStages(painter);
    const QRect dirty = event->region().boundingRect();
    const bool isBeside = dirty.left() < lanes::kLeftPx || dirty.right() > m_view.timeArea().right();
    for (const Lane *lane : m_view.shownLanes()) {
        if (isBeside)
            paintBeside(painter, *lane, m_view.missing(*lane).isEmpty());
        paintInside(painter, *lane, m_view.missing(*lane));
    }
    paintWarmUp(painter);
    paintTimes(painter);
    paintCrosshair(painter);
    if (const std::optional<double> line = m_view.dropLinePx()) {
        painter.setPen(QPen(style::theme().accent, 2));
        painter.drawLine(QPointF(0, *line), QPointF(m_view.timeArea().right(), *line));
    }
    if (!m_isFocusShown)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style::theme().accent, 1.5));
    painter.drawRect(QRectF(m_view.timeArea()).adjusted(-1.25, -1.25, 1.25, 1.25));
}

void LanesOverlay::paintStages(QPainter &painter) const
{
    const QRect area = m_view.stageArea();
    if (area.height() == 0)
        return;
    const style::Theme &theme = style::theme();
    const TimePoint head = m_view.state().head();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(style::smallFont());
    bool isAnyPlanned = false;
    for (const layout::StageBand &stage : m_view.stages()) {
        const bool isHere = stage.range.contains(head);
        const QRectF band(area.left() + stage.xPx + 0.5, area.top(), std::max(stage.widthPx - 1, 1.0), area.height());
        painter.setPen(Qt::NoPen);
        painter.setBrush(isHere ? theme.tint(theme.accent) : style::mixed(theme.text, theme.panel, 0.1));
        painter.drawRoundedRect(band, 3, 3);
        painter.setPen(isHere ? theme.onTint(theme.accent) : theme.text);
        if (band.width() > 24)
            painter.drawText(band.adjusted(6, 0, -6, 0), Qt::AlignCenter | Qt::TextSingleLine,
                             elided(painter.font(), items::toQString(stage.name), band.width() - 12));
        isAnyPlanned = isAnyPlanned || stage.isPlanned;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(theme.muted);
    painter.drawText(QRect(0, area.top(), lanes::kLeftPx - 8, area.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     isAnyPlanned ? tr("Stages, planned") : tr("Stages"));
}

/// What is left out of all figures stays in view, paler and named.
void LanesOverlay::paintWarmUp(QPainter &painter) const
{
    const std::optional<TimeRange> &warmUp = m_view.state().report()->warmUp;
    const QRect area = m_view.timeArea();
    if (!warmUp)
        return;
    const double left = std::max(m_view.xOf(warmUp->begin), static_cast<double>(area.left()));
    const double right = std::min(m_view.xOf(warmUp->end), static_cast<double>(area.right()) + 1);
    if (right <= left)
        return;
    const style::Theme &theme = style::theme();
    QColor veil = theme.window;
    veil.setAlphaF(0.6F);
    for (const Lane *lane : m_view.shownLanes()) {
        const QRect rect = laneRect(*lane);
        painter.fillRect(QRectF(left, rect.top(), right - left, rect.height()), veil);
    }
    painter.setPen(QPen(theme.text, 1, Qt::DashLine));
    const auto x = static_cast<int>(std::lround(right));
    painter.drawLine(x, area.top(), x, area.bottom());
    painter.setFont(style::smallFont());
    const QString text = tr("warm-up, left out");
    const double width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 10;
    const bool hasRoom = right - left >= width; // else beside it
    const QRectF box(hasRoom ? left + 2 : right + 2, area.top() + 2, width, 15);
    QColor surface = theme.panel;
    surface.setAlphaF(0.85F);
    painter.fillRect(box, surface);
    painter.setPen(theme.text);
    painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, text);
}

void LanesOverlay::paintBeside(QPainter &painter, const Lane &lane, bool hasData) const
{
    paintTitle(painter, lane);
    if (!hasData)
        return;
    paintAxis(painter, lane);
    paintLabels(painter, lane);
}

void LanesOverlay::paintInside(QPainter &painter, const Lane &lane, const QString &missing) const
{
    if (missing.isEmpty())
        return paintNotes(painter, lane);
    const style::Theme &theme = style::theme();
    const QRect rect = laneRect(lane);
    painter.fillRect(rect.adjusted(1, 1, -1, -1), theme.panel);
    painter.setFont(style::tableFont());
    painter.setPen(theme.muted);
    painter.drawText(rect.adjusted(8, 0, -8, 0), Qt::AlignCenter | Qt::TextWordWrap, missing);
}

/// Under the pointer or chosen by the keys it says that there is a menu.
void LanesOverlay::paintTitle(QPainter &painter, const Lane &lane) const
{
    const style::Theme &theme = style::theme();
    const QRect title = m_view.titleRect(lane);
    const bool isCurrent = m_view.hasFocus() && m_view.currentLane() == &lane;
    const bool isLit = isCurrent || m_view.titleUnderPointer() == &lane;
    painter.setFont(style::headingFont());
    painter.setPen(isLit ? theme.accent : theme.text);
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter, lane.name());
    if (!isLit)
        return;
    const double left = QFontMetricsF(painter.font()).horizontalAdvance(lane.name()) + 6;
    const double y = title.center().y() + 1;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawPolyline(QPolygonF({QPointF(left, y - 2), QPointF(left + 3.5, y + 1.5), QPointF(left + 7, y - 2)}));
    if (isCurrent) // not by colour alone
        painter.drawLine(QPointF(0, title.bottom() + 1), QPointF(left - 6, title.bottom() + 1));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// The outermost numbers stay inside the lane, so that those of two lanes never meet.
void LanesOverlay::paintAxis(QPainter &painter, const Lane &lane) const
{
    const QRect rect = laneRect(lane);
    painter.setFont(style::smallFont());
    painter.setPen(style::theme().muted);
    for (const layout::AxisTick &tick : lane.axis().ticks) {
        const double y =
            std::clamp(lane.yOf(tick.value) + m_view.timeArea().top(), rect.top() + 6.0, rect.bottom() - 5.0);
        style::drawTabular(painter, QRectF(0, y - 8, lanes::kLeftPx - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                           items::toQString(tick.label));
    }
}

void LanesOverlay::paintLabels(QPainter &painter, const Lane &lane) const
{
    const QRect rect = laneRect(lane);
    std::vector<LaneLabel> labels = lane.labels();
    for (LaneLabel &label : labels)
        label.yPx += m_view.timeArea().top();
    spread(labels, rect.top(), rect.bottom() + 1);
    for (const LaneLabel &label : labels) {
        double left = rect.right() + 1 + kLabelGapPx;
        if (label.isSwatch) {
            painter.fillRect(QRectF(left, label.yPx - kSwatchPx / 2.0, kSwatchPx, kSwatchPx).toAlignedRect(),
                             label.color);
            left += kSwatchPx + 5;
        }
        painter.setFont(label.isSwatch ? style::smallFont() : style::semiBold(style::smallFont()));
        painter.setPen(label.isSwatch ? style::theme().text : label.color);
        painter.drawText(QRectF(left, label.yPx - 9, labelWidth(label), 18),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         elided(painter.font(), label.text, labelWidth(label)));
    }
}

void LanesOverlay::paintNotes(QPainter &painter, const Lane &lane) const
{
    const QRect rect = laneRect(lane);
    painter.setFont(style::smallFont());
    for (const LaneNote &note : lane.notes()) {
        const double width = QFontMetricsF(painter.font()).horizontalAdvance(note.text) + 8;
        const double middle = note.yPx + m_view.timeArea().top();
        const bool isRoomAbove = middle - 17 > rect.top();
        const QRectF box(rect.right() - width - 3, isRoomAbove ? middle - 16 : middle + 2, width, 14);
        QColor surface = style::theme().panel;
        surface.setAlphaF(0.85F);
        painter.fillRect(box, surface);
        painter.setPen(note.color);
        painter.drawText(box, Qt::AlignCenter | Qt::TextSingleLine, note.text);
    }
}

void LanesOverlay::paintTimes(QPainter &painter) const
{
    const ReplayState &state = m_view.state();
    const bool hasClock = state.report()->startedAt.has_value();
    const QRect area = m_view.timeArea();
    const int top = area.bottom() + 3;
    painter.setFont(style::smallFont());
    painter.setPen(style::theme().muted);
    const QFontMetricsF metrics(painter.font());
    for (const layout::TimeTick &tick : hasClock ? layout::clockTicks(state.scale(), lanes::kTimeTickPx)
                                                 : layout::elapsedTicks(state.scale(), lanes::kTimeTickPx)) {
        const QString text = items::toQString(tick.label);
        const double width = metrics.horizontalAdvance(text) + 2;
        const double left = std::clamp(area.left() + tick.xPx - width / 2, static_cast<double>(area.left()) - 20,
                                       this->width() - width);
        painter.drawText(QRectF(left, top, width, 16), Qt::AlignCenter | Qt::TextSingleLine, text);
    }
    painter.drawText(QRect(0, top, lanes::kLeftPx - 24, 16), Qt::AlignLeft | Qt::AlignVCenter,
                     hasClock ? tr("UTC") : tr("since start"));
}

void LanesOverlay::paintCrosshair(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect area = m_view.timeArea();
    const auto isInView = [&](double x) { return x >= area.left() - 0.5 && x <= area.right() + 1.5; };
    const int bottom = area.bottom();
    const int top = m_view.stageArea().height() > 0 ? 0 : area.top() - lanes::kNoStagePx + 2;
    const ReplayState &state = m_view.state();
    if (state.hover() && !state.isPlaying() && isInView(m_view.xOf(*state.hover()))) {
        painter.setPen(QPen(theme.muted, 1, Qt::DotLine));
        const auto x = static_cast<int>(std::lround(m_view.xOf(*state.hover())));
        painter.drawLine(x, area.top(), x, bottom);
    }
    const double head = m_view.xOf(state.head());
    if (!isInView(head))
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawLine(QPointF(head, top + kHandlePx), QPointF(head, bottom + 1));
    QPainterPath handle;
    handle.addPolygon(QPolygonF({QPointF(head - kHandlePx, top), QPointF(head + kHandlePx, top),
                                 QPointF(head + kHandlePx, top + 3), QPointF(head, top + kHandlePx + 4),
                                 QPointF(head - kHandlePx, top + 3), QPointF(head - kHandlePx, top)}));
    painter.fillPath(handle, theme.accent);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

} // namespace tailspan::replay
