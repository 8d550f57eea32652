// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcome/file_row.h"

#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace tailspan::welcome {

using namespace Qt::StringLiterals;
namespace metric = style::metric;

namespace {
constexpr int kRowHeightPx = 48;
constexpr int kTextLeftPx = 40;
constexpr int kBadgeHeightPx = 18;
constexpr int kCrossPx = 16;
} // namespace

FileRow::FileRow(Content content, QWidget *parent) : QAbstractButton(parent), m_content(std::move(content))
{
    setText(m_content.title);
    setAccessibleName(m_content.title);
    setAccessibleDescription(m_content.detail);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize FileRow::sizeHint() const
{
    return {320, kRowHeightPx};
}

QRect FileRow::crossRect() const
{
    return {width() - metric::kGap - kCrossPx, (height() - kCrossPx) / 2, kCrossPx, kCrossPx};
}

int FileRow::paintBadge(QPainter &painter, int right) const
{
    if (m_content.badge.isEmpty())
        return right;
    const style::Theme &t = style::theme();
    painter.setFont(style::smallFont());
    const int width = painter.fontMetrics().horizontalAdvance(m_content.badge) + 2 * metric::kGap;
    const QRect area(right - width, (height() - kBadgeHeightPx) / 2, width, kBadgeHeightPx);
    const QColor hue = m_content.isMissing ? t.warn : t.accent;
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.tint(hue));
    painter.drawRoundedRect(area, kBadgeHeightPx / 2.0, kBadgeHeightPx / 2.0);
    painter.setPen(t.onTint(hue));
    painter.drawText(area, Qt::AlignCenter, m_content.badge);
    return area.left() - metric::kGap;
}

void FileRow::paintEvent(QPaintEvent *)
{
    const style::Theme &t = style::theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || isDown()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.hover);
        painter.drawRoundedRect(QRectF(rect()), metric::kRadius, metric::kRadius);
    }
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), metric::kRadius, metric::kRadius);
    }
    int right = width() - metric::kGap;
    if (m_content.isRemovable) {
        painter.drawPixmap(crossRect().topLeft(),
                           style::iconPixmap(u"close"_s, t.muted, kCrossPx, devicePixelRatioF()));
        right = crossRect().left() - metric::kGap;
    }
    right = paintBadge(painter, right);
    const QColor iconColor = m_content.isMissing ? t.disabled : t.accent;
    painter.drawPixmap(QPoint(10, (height() - metric::kLargeIcon) / 2),
                       style::iconPixmap(m_content.iconName, iconColor, metric::kLargeIcon, devicePixelRatioF()));
    const QRect title(kTextLeftPx, 6, right - kTextLeftPx, 18);
    painter.setFont(style::semiBold(style::uiFont()));
    painter.setPen(m_content.isMissing ? t.muted : t.text);
    painter.drawText(title, Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(m_content.title, Qt::ElideMiddle, title.width()));
    painter.setFont(style::tableFont());
    painter.setPen(t.muted);
    painter.drawText(title.translated(0, 18), Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(m_content.detail, m_content.detailElide, title.width()));
}

void FileRow::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_content.isRemovable && crossRect().adjusted(-6, -12, 6, 12).contains(event->position().toPoint())) {
        setDown(false);
        Q_EMIT removed();
        return;
    }
    QAbstractButton::mouseReleaseEvent(event);
}

void FileRow::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (m_content.isRemovable)
            Q_EMIT removed();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter: click(); return;
    case Qt::Key_Down: focusNextChild(); return;
    case Qt::Key_Up: focusPreviousChild(); return;
    default: QAbstractButton::keyPressEvent(event);
    }
}

bool FileRow::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const bool isOnCross = m_content.isRemovable && help->pos().x() >= crossRect().left();
        widgets::showPlainToolTip(help->globalPos(), isOnCross ? tr("Remove from this list") : m_content.detail, this);
        return true;
    }
    return QAbstractButton::event(event);
}

} // namespace tailspan::welcome
