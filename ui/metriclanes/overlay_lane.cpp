// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metriclanes/overlay_lane.h"

#include "app/workspace/shown_time.h"
#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/layout/replay_axis.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace tailspan::metriclanes {

using items::toQString;

namespace {

constexpr int kRowPx = 18;
constexpr int kMostRows = 4;
constexpr int kMarksPx = 18;
constexpr int kAxisPx = 22;
constexpr double kTickPx = 88;
constexpr double kNamePx = 90; ///< Room for a band's name.

QString bandText(const metric::AlertBand &band)
{
    QString text = toQString(band.name);
    if (!band.service.empty())
        text += QStringLiteral(" \u00b7 ") + toQString(band.service);
    return text;
}

} // namespace

OverlayLane::OverlayLane(LaneAxis &axis, QWidget *parent) : QWidget(parent), m_axis(axis)
{
    setObjectName(QStringLiteral("overlayLane"));
    setMouseTracking(true);
    setAccessibleName(tr("Alerts and marks over time"));
    connect(&m_axis, &LaneAxis::changed, this, &OverlayLane::lay);
    connect(&m_axis.workspace().alerts(), &workspace::AlertWatch::overlaysChanged, this, &OverlayLane::lay);
    connect(&m_axis.workspace(), &workspace::Workspace::momentChanged, this, qOverload<>(&QWidget::update));
    lay();
}

void OverlayLane::lay()
{
    m_bands = m_axis.workspace().alerts().bands();
    m_marks = m_axis.workspace().alerts().marks();
    m_picture = layout::layOverlay(m_bands, m_marks, m_axis.scale(), kMostRows, kNamePx);
    const int height = m_picture.rows * kRowPx + (m_picture.marks.empty() ? 0 : kMarksPx);
    setFixedHeight(height == 0 ? 0 : height + 4);
    setVisible(height > 0);
    QStringList names;
    for (const layout::BandBox &box : m_picture.bands)
        names.append(bandText(*box.band));
    setAccessibleDescription(names.join(QStringLiteral(", ")));
    update();
}

int OverlayLane::marksTop() const
{
    return m_picture.rows * kRowPx;
}

void OverlayLane::resizeEvent(QResizeEvent *)
{
    update();
}

void OverlayLane::paintEvent(QPaintEvent *)
{
    const style::Theme &theme = style::theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(style::semiBold(style::uiFont()));
    painter.setPen(theme.text);
    if (m_picture.rows > 0)
        painter.drawText(QRect(0, 0, m_axis.columns().leftPx - 8, kRowPx), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("Alerts"));
    if (!m_picture.marks.empty())
        painter.drawText(QRect(0, marksTop(), m_axis.columns().leftPx - 8, kMarksPx), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("Marks"));
    paintBands(painter);
    paintMarks(painter);
    const auto moment = m_axis.workspace().moment();
    if (moment && m_axis.range().contains(*moment)) {
        const double x = std::round(m_axis.columns().leftPx + m_axis.scale().xOf(*moment)) + 0.5;
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(theme.accent, 1));
        painter.drawLine(QPointF(x, 0), QPointF(x, height()));
    }
    if (m_picture.hiddenBands == 0)
        return;
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    painter.drawText(QRect(width() - m_axis.columns().rightPx + 10, 0, m_axis.columns().rightPx - 18, kRowPx),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("%1 more").arg(m_picture.hiddenBands));
}

void OverlayLane::paintBands(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    const QFontMetricsF fonts(painter.font());
    for (const layout::BandBox &box : m_picture.bands) {
        const QRectF rect(m_axis.columns().leftPx + box.xPx, box.row * kRowPx + 1.5, box.widthPx, kRowPx - 3);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.tint(theme.bad));
        painter.drawRoundedRect(rect, 3, 3);
        painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), theme.bad);
        const double room = std::max(rect.width(), kNamePx) - 10;
        painter.setPen(rect.width() >= kNamePx ? theme.onTint(theme.bad) : theme.text);
        painter.drawText(QRectF(rect.left() + 6, rect.top(), room, rect.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         fonts.elidedText(bandText(*box.band), Qt::ElideRight, room));
    }
}

void OverlayLane::paintMarks(QPainter &painter) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    const QFontMetricsF fonts(painter.font());
    for (std::size_t i = 0; i < m_picture.marks.size(); ++i) {
        const layout::MarkFlag &flag = m_picture.marks[i];
        const double x = m_axis.columns().leftPx + flag.xPx;
        QPainterPath triangle;
        triangle.moveTo(x - 4, marksTop() + 5);
        triangle.lineTo(x + 4, marksTop() + 5);
        triangle.lineTo(x, marksTop() + 12);
        triangle.closeSubpath();
        painter.fillPath(triangle, theme.accent);
        const double nextX = i + 1 < m_picture.marks.size() ? m_axis.columns().leftPx + m_picture.marks[i + 1].xPx - 6
                                                            : width() - m_axis.columns().rightPx + 120.0;
        if (nextX - x < 40)
            continue;
        painter.setPen(theme.muted);
        painter.drawText(QRectF(x + 7, marksTop(), nextX - x - 8, kMarksPx),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         fonts.elidedText(toQString(flag.mark->text), Qt::ElideRight, nextX - x - 8));
    }
}

void OverlayLane::mouseMoveEvent(QMouseEvent *event)
{
    m_axis.hover(event->position().x() - m_axis.columns().leftPx);
}

void OverlayLane::leaveEvent(QEvent *)
{
    m_axis.leave();
}

QString OverlayLane::textAt(QPoint at) const
{
    const double xPx = at.x() - m_axis.columns().leftPx;
    for (const layout::BandBox &box : m_picture.bands) {
        if (box.row != at.y() / kRowPx || xPx < box.xPx - 2 || xPx > box.xPx + std::max(box.widthPx, kNamePx))
            continue;
        const metric::AlertBand &band = *box.band;
        QString text = bandText(band) + u'\n' + tr("from") + u' ' + toQString(isoText(band.range.begin));
        text += u'\n' + (band.isOver ? tr("to %1").arg(toQString(isoText(band.range.end))) : tr("still fires"));
        return text + u'\n' + toQString(metric::seriesText(band.labels));
    }
    for (const layout::MarkFlag &flag : m_picture.marks) {
        if (at.y() >= marksTop() && std::abs(flag.xPx - xPx) < 6)
            return toQString(flag.mark->text) + u'\n' + workspace::ShownTime::both(flag.mark->time);
    }
    return {};
}

bool OverlayLane::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        widgets::showPlainToolTip(help->globalPos(), textAt(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

LaneTimes::LaneTimes(LaneAxis &axis, QWidget *parent) : QWidget(parent), m_axis(axis)
{
    setFixedHeight(kAxisPx);
    connect(&m_axis, &LaneAxis::changed, this, qOverload<>(&QWidget::update));
    connect(&m_axis.workspace(), &workspace::Workspace::shownRangeChanged, this, qOverload<>(&QWidget::update));
    connect(&m_axis.workspace(), &workspace::Workspace::momentChanged, this, qOverload<>(&QWidget::update));
}

void LaneTimes::paintEvent(QPaintEvent *)
{
    if (m_axis.isEmpty())
        return;
    const style::Theme &theme = style::theme();
    const workspace::ShownTime shown(m_axis.workspace().settings().value());
    const TimeRange range = m_axis.range();
    const Duration offset = shown.offset(range.begin);
    const layout::TimeScale shifted({range.begin + offset, range.end + offset}, m_axis.scale().widthPx());
    QPainter painter(this);
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    for (const layout::TimeTick &tick : layout::clockTicks(shifted, kTickPx)) {
        const double x = m_axis.columns().leftPx + tick.xPx;
        painter.drawLine(QPointF(x, 0), QPointF(x, 3));
        style::drawTabular(painter, QRectF(x - 44, 4, 88, 16), Qt::AlignHCenter | Qt::AlignVCenter,
                           toQString(tick.label));
    }
    painter.drawText(QRect(0, 4, m_axis.columns().leftPx - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                     shown.zoneName(range.begin));
    const auto moment = m_axis.workspace().moment();
    if (!moment || !range.contains(*moment))
        return;
    const double x = m_axis.columns().leftPx + m_axis.scale().xOf(*moment);
    const QString text = toQString(clockText(*moment + offset, range.length().ns() < 120'000'000'000));
    const double width = style::tabularWidth(painter.font(), text) + 12;
    const QRectF box(std::clamp(x - width / 2, 0.0, this->width() - width), 2, width, 18);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(theme.onAccent);
    style::drawTabular(painter, box, Qt::AlignCenter, text);
}

} // namespace tailspan::metriclanes
