// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/icon_mark.h"

#include "ui/style/icon.h"
#include "ui/style/theme.h"

#include <QPainter>

namespace tailspan::replay {

namespace {

constexpr int kIconPx = 14;
constexpr int kTopPx = 1; // level with the first line of the sentence

QColor colorOf(IconMark::Tone tone)
{
    const style::Theme &theme = style::theme();
    switch (tone) {
    case IconMark::Tone::Muted: return theme.muted;
    case IconMark::Tone::Accent: return theme.accent;
    case IconMark::Tone::Warning: return theme.warn;
    }
    return theme.muted;
}

} // namespace

IconMark::IconMark(const QString &iconName, Tone tone, QWidget *parent)
    : QWidget(parent), m_iconName(iconName), m_tone(tone)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize IconMark::sizeHint() const
{
    return {kIconPx, kIconPx + kTopPx};
}

void IconMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.drawPixmap(QPoint(0, kTopPx), style::iconPixmap(m_iconName, colorOf(m_tone), kIconPx, devicePixelRatioF()));
}

} // namespace tailspan::replay
