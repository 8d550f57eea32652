// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/transport_bar.h"

#include "ui/replay/replay_actions.h"
#include "ui/replay/replay_state.h"
#include "ui/style/icon.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace tailspan::replay {

namespace {

constexpr int kPlayWidthPx = 36;
constexpr int kSpeedWidthPx = 40;

QToolButton *makeButton(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus); // a click leaves the keys with the lanes
    button->setAccessibleName(action->text());
    button->setFixedHeight(style::metric::kControlHeight);
    widgets::setPlainToolTip(
        button, action->text() + QStringLiteral("  ") + action->shortcut().toString(QKeySequence::NativeText));
    return button;
}

} // namespace

TransportBar::TransportBar(ReplayState &state, ReplayActions &actions, QWidget *parent)
    : QWidget(parent), m_state(state)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(style::metric::kGrid);
    for (QAction *action : {actions.toStart(), actions.stepBack()})
        row->addWidget(makeButton(action, this));
    m_play = new QPushButton(this);
    m_play->setObjectName(QStringLiteral("play"));
    m_play->setDefault(true);
    m_play->setAutoDefault(false);
    m_play->setFocusPolicy(Qt::TabFocus);
    m_play->setFixedSize(kPlayWidthPx, style::metric::kControlHeight);
    connect(m_play, &QPushButton::clicked, actions.play(), &QAction::trigger);
    row->addWidget(m_play);
    row->addWidget(makeButton(actions.stepForward(), this));
    row->addSpacing(style::metric::kGap);
    for (QAction *action : actions.speeds()) {
        QToolButton *button = makeButton(action, this);
        button->setToolButtonStyle(Qt::ToolButtonTextOnly);
        button->setText(action->iconText());
        button->setMinimumWidth(kSpeedWidthPx);
        row->addWidget(button);
    }
    row->addSpacing(style::metric::kGap);
    row->addWidget(makeButton(actions.fit(), this));
    connect(&m_state, &ReplayState::playingChanged, this, &TransportBar::showPlaying);
    showPlaying();
}

void TransportBar::showPlaying()
{
    const bool isPlaying = m_state.isPlaying();
    m_play->setIcon(
        style::icon(isPlaying ? QStringLiteral("pause") : QStringLiteral("play"), style::IconColor::OnAccent));
    m_play->setAccessibleName(isPlaying ? tr("Pause") : tr("Play"));
    widgets::setPlainToolTip(m_play, m_play->accessibleName() + QStringLiteral("  Space"));
}

} // namespace tailspan::replay
