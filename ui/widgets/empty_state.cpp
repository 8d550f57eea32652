// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/empty_state.h"

#include "ui/style/fonts.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_label.h"

#include <QEvent>
#include <QPushButton>
#include <QVBoxLayout>

namespace tailspan::widgets {

namespace {
constexpr int kIconPx = 32;
constexpr int kSentenceWidthPx = 420;
} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_title(new PlainLabel(this)), m_sentence(new PlainLabel(this)),
      m_action(new QPushButton(this))
{
    m_icon->setAlignment(Qt::AlignCenter);
    m_title->setAlignment(Qt::AlignCenter);
    m_title->setFont(style::titleFont());
    m_sentence->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_sentence->setWordWrap(true);
    m_sentence->setFixedWidth(kSentenceWidthPx);
    m_sentence->setTone(PlainLabel::Tone::Muted);
    m_action->setDefault(true);

    auto *column = new QVBoxLayout(this);
    column->setSpacing(style::metric::kGap);
    column->addStretch(2);
    column->addWidget(m_icon);
    column->addWidget(m_title);
    column->addWidget(m_sentence, 0, Qt::AlignHCenter);
    column->addSpacing(style::metric::kGap);
    column->addWidget(m_action, 0, Qt::AlignHCenter);
    column->addStretch(3);
    connect(m_action, &QPushButton::clicked, this, &EmptyState::actionTriggered);
}

void EmptyState::setContent(const QString &iconName, const QString &title, const QString &sentence,
                            const QString &action)
{
    m_iconName = iconName;
    m_title->setText(title);
    m_sentence->setText(sentence);
    // Aligned in a layout, a wrapping label is given its one-line height.
    m_sentence->setMinimumHeight(m_sentence->heightForWidth(kSentenceWidthPx));
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    updateIcon();
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcon();
}

void EmptyState::updateIcon()
{
    m_icon->setPixmap(style::iconPixmap(m_iconName, style::theme().muted, kIconPx, devicePixelRatioF()));
}

} // namespace tailspan::widgets
