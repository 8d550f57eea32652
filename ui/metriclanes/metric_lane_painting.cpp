// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/qt_text.h"
#include "ui/metriclanes/metric_lane.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::metriclanes {

using items::toQString;

namespace {

constexpr int kEntryPx = 15;
constexpr int kTopPx = 6;
constexpr int kSwatchPx = 8;
constexpr int kValuePx = 64;
constexpr int kNarrowValuePx = 48;
constexpr int kStatePx = 18;
constexpr int kTickPx = 46; ///< The highest value beside the title.

QString elided(const QFont &font, const QString &text, double widthPx)
{
    return QFontMetricsF(font).elidedText(text, Qt::ElideRight, widthPx);
}

} // namespace

void MetricLane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintNames(painter);
    paintPlot(painter);
    paintEntries(painter);
    if (!hasFocus())
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(style::theme().accent, 1.5));
    painter.drawRect(QRectF(plotRect()).adjusted(-1, -1, 1, 1));
}

void MetricLane::paintNames(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    painter.setFont(style::semiBold(style::uiFont()));
    painter.setPen(theme.text);
    const int leftPx = m_axis.columns().leftPx;
    const double titlePx = leftPx - 14 - (picture().ticks.empty() ? 0 : kTickPx);
    if (m_axis.columns().isNarrow()) // a word a line
        painter.drawText(QRectF(0, kTopPx - 2, titlePx + 8, plot.height()),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_spec.title);
    else
        painter.drawText(QRectF(0, kTopPx - 3, titlePx, 18), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         elided(painter.font(), m_spec.title, titlePx));
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    if (!m_spec.note.isEmpty() && !m_axis.columns().isNarrow())
        painter.drawText(QRectF(0, kTopPx + 16, leftPx - 60, 4 * kEntryPx), Qt::AlignLeft | Qt::TextWordWrap,
                         m_spec.note);
    for (const layout::LaneTick &tick : picture().ticks) {
        // The outermost stay inside the lane, so that those of two lanes never meet.
        const double y = std::clamp(plot.top() + tick.yPx, plot.top() + 6.0, plot.bottom() - 5.0);
        style::drawTabular(painter, QRectF(0, y - 8, leftPx - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                           toQString(tick.label));
    }
}

void MetricLane::paintPlot(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    painter.fillRect(plot, theme.panel);
    painter.save();
    painter.setClipRect(plot);
    painter.setPen(QPen(theme.grid, 1));
    for (const layout::LaneTick &tick : picture().ticks) {
        const double y = std::round(plot.top() + tick.yPx) + 0.5;
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
    paintOverlays(painter);
    paintLines(painter);
    if (m_pressedPx) {
        QColor wash = theme.accent;
        wash.setAlphaF(0.22F);
        painter.fillRect(QRectF(plot.left() + std::min(*m_pressedPx, m_draggedPx), plot.top(),
                                std::abs(m_draggedPx - *m_pressedPx), plot.height()),
                         wash);
    }
    if (m_crosshairPx) {
        const double x = std::round(plot.left() + *m_crosshairPx) + 0.5;
        painter.setPen(QPen(theme.accent, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    paintState(painter);
    painter.restore();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.line, 1));
    painter.drawRect(plot.adjusted(0, 0, -1, -1));
}

void MetricLane::paintOverlays(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    QColor wash = theme.bad;
    wash.setAlphaF(0.06F);
    for (const layout::BandBox &box : m_overlays.bands)
        painter.fillRect(QRectF(plot.left() + box.xPx, plot.top(), box.widthPx, plot.height()), wash);
    painter.setPen(QPen(theme.muted, 1, Qt::DashLine));
    for (const layout::MarkFlag &flag : m_overlays.marks) {
        const double x = std::round(plot.left() + flag.xPx) + 0.5;
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
}

/// Lines of another range stand where they belong, until those of this one are drawn.
void MetricLane::paintLines(QPainter &painter) const
{
    if (m_drawn->image.isNull())
        return;
    const QRect plot = plotRect();
    if (m_drawn->range == m_axis.range()) {
        painter.drawImage(plot.topLeft(), m_drawn->image);
        return;
    }
    const double left = m_axis.scale().xOf(m_drawn->range.begin);
    const double right = m_axis.scale().xOf(m_drawn->range.end);
    constexpr double kMostPx = 1e5; // a painter's own limits
    if (right > left && right - left < kMostPx && std::abs(left) < kMostPx)
        painter.drawImage(QRectF(plot.left() + left, plot.top(), right - left, plot.height()), m_drawn->image);
}

void MetricLane::paintEntries(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const int left = plotRect().right() + 10;
    const int valuePx = m_axis.columns().isNarrow() ? kNarrowValuePx : kValuePx;
    const double roomPx = width() - left - kSwatchPx - 6 - 8;
    double y = kTopPx;
    painter.setFont(style::smallFont());
    const QFontMetricsF metrics(painter.font());
    for (const Entry &entry : m_entries) {
        // A short value leaves its room to the name; figures of one width may be wider than those of the text.
        const double takenPx = std::min<double>(1.1 * metrics.horizontalAdvance(entry.value) + 6, valuePx);
        const double labelPx = roomPx - takenPx;
        painter.fillRect(QRectF(left, y + 4, kSwatchPx, kSwatchPx), entry.color);
        painter.setPen(theme.text);
        painter.drawText(QRectF(left + kSwatchPx + 6, y, labelPx, kEntryPx),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         elided(painter.font(), entry.label, labelPx));
        painter.setPen(theme.muted);
        style::drawTabular(painter, QRectF(width() - valuePx - 8, y, valuePx, kEntryPx),
                           Qt::AlignRight | Qt::AlignVCenter, entry.value);
        y += kEntryPx;
    }
    if (m_hiddenEntries > 0)
        painter.drawText(QRectF(left + kSwatchPx + 6, y, roomPx, kEntryPx), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("%1 more").arg(m_hiddenEntries));
}

/// An error over nothing stands in the middle; over what was answered before, and notes, in a line at the foot.
void MetricLane::paintState(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    const QString state = stateText();
    QString text = state;
    if (text.isEmpty())
        text = notes().join(QStringLiteral("  \u00b7  "));
    if (text.isEmpty() && picture().isEmpty)
        text = isAsking() || m_drawn->results.empty() ? tr("Asking") : tr("No data in this time");
    if (text.isEmpty())
        return;
    const bool isAlone = picture().isEmpty;
    painter.setFont(isAlone ? style::tableFont() : style::smallFont());
    const QRect line = isAlone ? plot.adjusted(12, 4, -12, -4)
                               : QRect(plot.left(), plot.bottom() - kStatePx + 1, plot.width(), kStatePx);
    if (!isAlone) {
        QColor ground = theme.panel;
        ground.setAlphaF(0.88F);
        painter.fillRect(line, ground);
    }
    const QColor color = state.isEmpty() ? theme.muted : theme.warn;
    QRectF place = QRectF(line).adjusted(isAlone ? 0 : 8, 0, -8, 0);
    if (!state.isEmpty()) {
        const QPixmap icon = style::iconPixmap(QStringLiteral("warning"), color, 14, devicePixelRatioF());
        painter.drawPixmap(QPointF(place.left(), place.center().y() - 7), icon);
        place.setLeft(place.left() + 20);
    }
    painter.setPen(color);
    if (isAlone)
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, text);
    else
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         elided(painter.font(), text.replace(u'\n', u' '), place.width()));
}

std::vector<MetricLane::ShownLine> MetricLane::shownLines() const
{
    std::vector<ShownLine> shown;
    for (std::size_t i = 0; i < m_drawn->picture.lines.size(); ++i) {
        const layout::LaneLine &line = m_drawn->picture.lines[i];
        if (line.series != nullptr && i < m_drawn->colors.size())
            shown.push_back({items::toQString(line.label), m_drawn->colors[i], *line.series});
    }
    return shown;
}

} // namespace tailspan::metriclanes
