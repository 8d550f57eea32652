// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/schedule_lane.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "ui/replay/lanes_geometry.h"
#include "ui/replay/replay_state.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tailspan::replay {

using items::toQString;

namespace {

constexpr int kHeightPx = 44;
constexpr double kLeastMovePx = 3;

} // namespace

ScheduleLane::ScheduleLane(ReplayState &state, workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent), m_state(state), m_workspace(workspace)
{
    setObjectName(QStringLiteral("schedule"));
    setAccessibleName(tr("Schedule of the run"));
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&m_state, &ReplayState::reportChanged, this, &ScheduleLane::showReport);
    for (const auto signal : {&ReplayState::scaleChanged, &ReplayState::headChanged, &ReplayState::hoverChanged})
        connect(&m_state, signal, this, qOverload<>(&QWidget::update));
    showReport();
}

QSize ScheduleLane::sizeHint() const
{
    return {lanes::kLeftPx + lanes::kRightPx + 120, kHeightPx};
}

void ScheduleLane::showReport()
{
    const bool isWanted = m_state.hasTimeline() && !m_state.isMeasured();
    m_parts = isWanted ? loadtest::scheduleOf(*m_state.report()) : std::vector<loadtest::ScheduledPart>();
    m_pressedPx.reset();
    m_movedPx = 0;
    setVisible(isWanted);
    if (isWanted)
        m_state.setWidthPx(plotRect().width());
    setCursor(canMove() ? Qt::OpenHandCursor : Qt::ArrowCursor);
    update();
}

bool ScheduleLane::canMove() const
{
    return m_workspace.reportAlignment().has_value();
}

QRect ScheduleLane::plotRect() const
{
    return {lanes::kLeftPx, 2, std::max(width() - lanes::kLeftPx - lanes::kRightPx, 1), height() - 6};
}

QRectF ScheduleLane::boxOf(const loadtest::ScheduledPart &part) const
{
    const QRect plot = plotRect();
    const double left = plot.left() + m_state.scale().xOf(part.range.begin) + m_movedPx;
    const double right = plot.left() + m_state.scale().xOf(part.range.end) + m_movedPx;
    return {left + 0.5, plot.top() + 0.5, std::max(right - left - 1, 1.0), plot.height() - 1.0};
}

void ScheduleLane::paintEvent(QPaintEvent *)
{
    const style::Theme &theme = style::theme();
    const QRect plot = plotRect();
    QPainter painter(this);
    painter.setFont(style::headingFont());
    painter.setPen(theme.text);
    painter.drawText(QRect(0, plot.top(), lanes::kLeftPx - 8, plot.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("Schedule"));
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    painter.drawText(QRect(plot.right() + 10, plot.top(), lanes::kRightPx - 12, plot.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, tr("declared, not measured"));
    painter.setClipRect(plot);
    painter.fillRect(plot, theme.panel);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const loadtest::ScheduledPart &part : m_parts) {
        const QRectF box = boxOf(part);
        painter.setPen(QPen(theme.muted, 1, Qt::DashLine));
        painter.setBrush(QBrush(theme.line, Qt::BDiagPattern));
        painter.drawRoundedRect(box, 3, 3);
        const QString name =
            QFontMetricsF(painter.font()).elidedText(toQString(part.name), Qt::ElideRight, box.width() - 14);
        const double width = QFontMetricsF(painter.font()).horizontalAdvance(name) + 8;
        if (box.width() < 30)
            continue;
        const QRectF words(box.center().x() - width / 2, box.center().y() - 8, width, 16);
        painter.fillRect(words, theme.panel); // words on hatching are hard to read
        painter.setPen(theme.text);
        painter.drawText(words, Qt::AlignCenter | Qt::TextSingleLine, name);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double head = std::round(plot.left() + m_state.scale().xOf(m_state.shownMoment())) + 0.5;
    painter.setPen(QPen(theme.accent, 1));
    painter.drawLine(QPointF(head, plot.top()), QPointF(head, plot.bottom()));
}

void ScheduleLane::resizeEvent(QResizeEvent *)
{
    if (m_state.hasTimeline() && !m_state.isMeasured())
        m_state.setWidthPx(plotRect().width());
}

void ScheduleLane::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && plotRect().contains(event->pos()))
        m_pressedPx = event->position().x();
}

void ScheduleLane::mouseMoveEvent(QMouseEvent *event)
{
    if (m_pressedPx && canMove()) {
        m_movedPx = event->position().x() - *m_pressedPx;
        update();
        return;
    }
    const double x = event->position().x() - plotRect().left();
    const bool isInside = x >= 0 && x <= plotRect().width();
    m_state.setHover(isInside ? std::optional(m_state.scale().timeAt(x)) : std::nullopt);
}

/// A drag moves the run; a click moves the play head.
void ScheduleLane::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_pressedPx)
        return;
    const double movedPx = event->position().x() - *m_pressedPx;
    m_pressedPx.reset();
    m_movedPx = 0;
    update();
    if (std::abs(movedPx) < kLeastMovePx || !canMove()) {
        m_state.setHead(m_state.scale().timeAt(event->position().x() - plotRect().left()));
        return;
    }
    const Duration by(static_cast<std::int64_t>(movedPx * m_state.scale().nsPerPx()));
    m_workspace.alignReport(
        loadtest::RunAlignment{m_workspace.reportAlignment()->began + by, loadtest::RunAlignment::How::Dragged});
}

void ScheduleLane::leaveEvent(QEvent *)
{
    m_state.setHover(std::nullopt);
}

bool ScheduleLane::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    QString text;
    for (const loadtest::ScheduledPart &part : m_parts) {
        if (boxOf(part).contains(help->pos()))
            text = tr("%1: schedule, %2 as declared")
                       .arg(toQString(part.name), toQString(durationText(part.range.length())));
    }
    if (!text.isEmpty() && canMove())
        text += u'\n' + tr("Drag to move the run");
    widgets::showPlainToolTip(help->globalPos(), text, this);
    return true;
}

} // namespace tailspan::replay
