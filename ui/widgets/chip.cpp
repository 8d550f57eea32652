// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip.h"

#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace tailspan::widgets {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHeightPx = 20;
constexpr int kSidePx = 8;
constexpr int kIconPx = 12;
constexpr int kIconGapPx = 4;

struct ChipColors {
    QColor surface;
    QColor text;
};

ChipColors colorsOf(Chip::Kind kind)
{
    const style::Theme &t = style::theme();
    switch (kind) {
    case Chip::Kind::Neutral: return {style::mixed(t.text, t.panel, t.isDark ? 0.16 : 0.1), t.text};
    case Chip::Kind::Accent: return {t.tint(t.accent), t.onTint(t.accent)};
    case Chip::Kind::Good: return {t.tint(t.good), t.onTint(t.good)};
    case Chip::Kind::Warning: return {t.tint(t.warn), t.onTint(t.warn)};
    case Chip::Kind::Bad: return {t.tint(t.bad), t.onTint(t.bad)};
    }
    return {t.panel, t.text};
}

} // namespace

Chip::Chip(const QString &text, Kind kind, QWidget *parent) : QAbstractButton(parent), m_kind(kind)
{
    setText(text);
    setFont(style::smallFont());
    setClickable(false);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void Chip::setKind(Kind kind)
{
    m_kind = kind;
    update();
}

void Chip::setIconName(const QString &name)
{
    m_iconName = name;
    updateGeometry();
    update();
}

void Chip::setClickable(bool isClickable)
{
    m_isClickable = isClickable;
    setFocusPolicy(isClickable || m_isRemovable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(isClickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void Chip::setRemovable(bool isRemovable)
{
    m_isRemovable = isRemovable;
    setClickable(m_isClickable);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    int width = fontMetrics().horizontalAdvance(text()) + 2 * kSidePx;
    if (!m_iconName.isEmpty())
        width += kIconPx + kIconGapPx;
    if (m_isRemovable)
        width += kIconPx + kIconGapPx;
    return {width, kHeightPx};
}

QSize Chip::minimumSizeHint() const
{
    return {qMin(sizeHint().width(), 48), kHeightPx};
}

QRect Chip::crossRect() const
{
    return {width() - kSidePx - kIconPx, (height() - kIconPx) / 2, kIconPx, kIconPx};
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ChipColors colors = colorsOf(m_kind);
    const bool isHovered = m_isClickable && underMouse();
    const double radius = height() / 2.0;
    painter.setPen(hasFocus() ? QPen(style::theme().accent, 1.5) : QPen(Qt::NoPen));
    painter.setBrush(isHovered ? style::mixed(colors.text, colors.surface, 0.12) : colors.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.75, 0.75, -0.75, -0.75), radius - 0.75, radius - 0.75);

    QRect area = rect().adjusted(kSidePx, 0, -kSidePx, 0);
    if (!m_iconName.isEmpty()) {
        const QPixmap mark = style::iconPixmap(m_iconName, colors.text, kIconPx, devicePixelRatioF());
        painter.drawPixmap(QPoint(area.left(), (height() - kIconPx) / 2), mark);
        area.setLeft(area.left() + kIconPx + kIconGapPx);
    }
    if (m_isRemovable) {
        painter.drawPixmap(crossRect().topLeft(),
                           style::iconPixmap(u"close"_s, colors.text, kIconPx, devicePixelRatioF()));
        area.setRight(area.right() - kIconPx - kIconGapPx);
    }
    painter.setPen(colors.text);
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideRight, area.width() + 1));
}

void Chip::mouseReleaseEvent(QMouseEvent *event)
{
    if (m_isRemovable && crossRect().adjusted(-4, -4, 4, 4).contains(event->position().toPoint())) {
        setDown(false);
        Q_EMIT removed();
        return;
    }
    QAbstractButton::mouseReleaseEvent(event);
}

void Chip::keyPressEvent(QKeyEvent *event)
{
    if (m_isRemovable && (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)) {
        Q_EMIT removed();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

} // namespace tailspan::widgets
