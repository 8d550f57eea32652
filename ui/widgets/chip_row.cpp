// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip_row.h"

#include <QEvent>

#include <algorithm>

namespace tailspan::widgets {

namespace {

constexpr int kSpacingPx = 6;

} // namespace

ChipRow::ChipRow(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum); // Fixed would cap it at one line
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    hide();
}

Chip *ChipRow::addChip(const QString &text, Chip::Kind kind)
{
    auto *chip = new Chip(text, kind, this);
    m_chips.append(chip);
    chip->show();
    show();
    arrange(width(), true);
    updateGeometry();
    return chip;
}

void ChipRow::clear()
{
    for (Chip *chip : std::as_const(m_chips)) {
        chip->hide();
        chip->deleteLater(); // it may be the sender of the signal that led here
    }
    m_chips.clear();
    hide();
    updateGeometry();
}

int ChipRow::arrange(int widthPx, bool apply) const
{
    int x = 0;
    int y = 0;
    int lineHeight = 0;
    for (Chip *chip : m_chips) {
        const QSize size = chip->sizeHint().boundedTo(QSize(std::max(widthPx, 40), 1000));
        if (x > 0 && x + size.width() > widthPx) {
            x = 0;
            y += lineHeight + kSpacingPx;
            lineHeight = 0;
        }
        if (apply)
            chip->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + kSpacingPx;
        lineHeight = std::max(lineHeight, size.height());
    }
    return y + lineHeight;
}

int ChipRow::heightForWidth(int widthPx) const
{
    return arrange(widthPx, false);
}

QSize ChipRow::sizeHint() const
{
    int width = 0;
    for (const Chip *chip : m_chips)
        width += chip->sizeHint().width() + kSpacingPx;
    return {width, arrange(width, false)};
}

bool ChipRow::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest) // a chip needs another width: it became removable
        arrange(width(), true);
    return QWidget::event(event);
}

void ChipRow::resizeEvent(QResizeEvent *)
{
    arrange(width(), true);
}

} // namespace tailspan::widgets
