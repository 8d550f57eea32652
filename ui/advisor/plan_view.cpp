// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/advisor/plan_view.h"

#include "models/items/qt_text.h"
#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QPainter>

#include <algorithm>

namespace tailspan::advisorpage {

using items::toQString;

namespace {

constexpr int kLinePx = 19;
constexpr int kIndentPx = 13;
constexpr int kGapPx = 24;
constexpr int kSidePx = 620; // from here on both fit side by side

int heightOf(const std::vector<advisor::PlanPicture::Line> &lines)
{
    return (static_cast<int>(lines.size()) + 1) * kLinePx;
}

} // namespace

PlanView::PlanView(advisor::PlanPicture plans, QWidget *parent) : QWidget(parent), m_plans(std::move(plans))
{
    setObjectName(QStringLiteral("planView"));
    QString spoken = tr("Plan today:");
    for (const auto &line : m_plans.before)
        spoken += u' ' + toQString(line.text) + u';';
    spoken += u' ' + tr("Plan with the fix:");
    for (const auto &line : m_plans.after)
        spoken += u' ' + toQString(line.text) + u';';
    setAccessibleName(spoken);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

bool PlanView::isSideBySide(int widthPx) const
{
    return widthPx >= kSidePx;
}

int PlanView::heightForWidth(int widthPx) const
{
    const int before = heightOf(m_plans.before);
    const int after = heightOf(m_plans.after);
    return isSideBySide(widthPx) ? std::max(before, after) : before + kLinePx + after;
}

QSize PlanView::sizeHint() const
{
    return {kSidePx, heightForWidth(kSidePx)};
}

void PlanView::paintPlan(QPainter &painter, const QRect &room, const std::vector<advisor::PlanPicture::Line> &lines,
                         const QString &title, const QColor &changed) const
{
    const style::Theme &theme = style::theme();
    painter.setFont(style::smallFont());
    painter.setPen(theme.muted);
    painter.drawText(QRect(room.left(), room.top(), room.width(), kLinePx), Qt::AlignLeft | Qt::AlignVCenter, title);
    painter.setFont(style::monoFont());
    int y = room.top() + kLinePx;
    for (const auto &line : lines) {
        const int left = std::min(static_cast<int>(line.depth) * kIndentPx, room.width() / 2);
        painter.setPen(line.isChanged ? changed : theme.text);
        const QRect place(room.left() + left, y, room.width() - left, kLinePx);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         painter.fontMetrics().elidedText(toQString(line.text), Qt::ElideRight, place.width()));
        y += kLinePx;
    }
}

void PlanView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    if (isSideBySide(width())) {
        const int half = (width() - kGapPx) / 2;
        paintPlan(painter, QRect(0, 0, half, height()), m_plans.before, tr("Today"), theme.bad);
        painter.fillRect(QRect(half + kGapPx / 2, 2, 1, height() - 4), theme.line);
        paintPlan(painter, QRect(half + kGapPx, 0, half, height()), m_plans.after, tr("With the fix"), theme.good);
        return;
    }
    const int before = heightOf(m_plans.before);
    paintPlan(painter, QRect(0, 0, width(), before), m_plans.before, tr("Today"), theme.bad);
    paintPlan(painter, QRect(0, before + kLinePx, width(), height() - before), m_plans.after, tr("With the fix"),
              theme.good);
}

QString PlanView::lineAt(const QPoint &point) const
{
    const bool isSide = isSideBySide(width());
    const bool isRight = isSide && point.x() > width() / 2;
    const bool isBelow = !isSide && point.y() > heightOf(m_plans.before) + kLinePx;
    const auto &lines = isRight || isBelow ? m_plans.after : m_plans.before;
    const int top = isBelow ? heightOf(m_plans.before) + kLinePx : 0;
    const int row = (point.y() - top) / kLinePx - 1;
    return row >= 0 && row < static_cast<int>(lines.size()) ? toQString(lines[static_cast<std::size_t>(row)].text)
                                                            : QString();
}

bool PlanView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    widgets::showPlainToolTip(help->globalPos(), lineAt(help->pos()), this);
    return true;
}

} // namespace tailspan::advisorpage
