// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/link_button.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace tailspan::widgets {

namespace {

constexpr int kPadPx = 2;

} // namespace

LinkButton::LinkButton(const QString &text, QWidget *parent) : QAbstractButton(parent)
{
    setText(text);
    setFont(style::uiFont());
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

QSize LinkButton::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + 2 * kPadPx + 1, fontMetrics().height() + 2 * kPadPx};
}

void LinkButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const style::Theme &theme = style::theme();
    QFont drawn = font();
    drawn.setUnderline(underMouse() && isEnabled());
    painter.setFont(drawn);
    painter.setPen(isEnabled() ? theme.accent : theme.disabled);
    const QRect room = rect().adjusted(kPadPx, 0, -kPadPx, 0);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(text(), Qt::ElideMiddle, room.width()));
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void LinkButton::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void LinkButton::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

} // namespace tailspan::widgets
