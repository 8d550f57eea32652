// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/rail.h"

#include "ui/style/contrast.h"
#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

namespace tailspan::mainwindow {

using namespace Qt::StringLiterals;
namespace metric = style::metric;

namespace {
constexpr int kItemHeightPx = 52;
constexpr int kItemGapPx = 8;
constexpr int kMarkWidthPx = 3;
} // namespace

RailButton::RailButton(QString iconName, const QString &label, QWidget *parent)
    : QAbstractButton(parent), m_iconName(std::move(iconName))
{
    setText(label);
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    setFixedSize(sizeHint());
}

QSize RailButton::sizeHint() const
{
    return {metric::kRailWidth, kItemHeightPx};
}

void RailButton::paintEvent(QPaintEvent *)
{
    const style::Theme &t = style::theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isChecked())
        painter.fillRect(rect(), style::mixed(t.accent, t.panel, t.isDark ? 0.16 : 0.1));
    else if (underMouse() || isDown())
        painter.fillRect(rect(), t.hover);
    if (isChecked())
        painter.fillRect(QRect(0, 0, kMarkWidthPx, height()), t.accent);
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(4, 1.5, -2, -1.5), metric::kRadius, metric::kRadius);
    }
    const QColor color = isChecked() ? t.accent : (underMouse() ? t.text : t.muted);
    painter.drawPixmap(QPoint((width() - metric::kLargeIcon) / 2, 8),
                       style::iconPixmap(m_iconName, color, metric::kLargeIcon, devicePixelRatioF()));
    painter.setFont(isChecked() ? style::semiBold(style::smallFont()) : style::smallFont());
    painter.setPen(color);
    painter.drawText(QRect(0, 31, width(), 16), Qt::AlignCenter, text());
}

void RailButton::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

Rail::Rail(QWidget *parent) : QWidget(parent), m_column(new QVBoxLayout(this))
{
    setFixedWidth(metric::kRailWidth + 1);
    m_column->setContentsMargins(0, 6, 1, 6);
    m_column->setSpacing(kItemGapPx);
    m_column->addStretch(1);
    m_menuButton = new RailButton(u"menu"_s, tr("Menu"), this);
    m_column->addWidget(m_menuButton);
    m_pages.setExclusive(true);
    connect(&m_pages, &QButtonGroup::idClicked, this, &Rail::chosen);
}

void Rail::addPage(const QString &iconName, const QString &label, const QString &shortcutText)
{
    auto *button = new RailButton(iconName, label, this);
    button->setCheckable(true);
    widgets::setPlainToolTip(button, label + u"  "_s + shortcutText);
    const int index = static_cast<int>(m_pages.buttons().size());
    m_pages.addButton(button, index);
    m_column->insertWidget(index, button);
}

void Rail::setCurrent(int index)
{
    if (QAbstractButton *button = m_pages.button(index))
        button->setChecked(true);
}

void Rail::setMenu(QMenu *menu)
{
    widgets::setPlainToolTip(m_menuButton, tr("Menu  F10"));
    connect(m_menuButton, &QAbstractButton::clicked, menu, [this, menu] {
        const QPoint corner = m_menuButton->mapToGlobal(QPoint(m_menuButton->width(), m_menuButton->height()));
        menu->popup(QPoint(corner.x(), corner.y() - menu->sizeHint().height()));
    });
}

void Rail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), style::theme().panel);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), style::theme().line);
}

} // namespace tailspan::mainwindow
