// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;

namespace tailspan::replay {

class ReplayActions;
class ReplayState;

/// The buttons that move the head: to the start, step back, play or pause, step forward, the speeds, fit. Each is
/// also an action with a key.
/// Thread: GUI.
class TransportBar final : public QWidget {
    Q_OBJECT
public:
    TransportBar(ReplayState &state, ReplayActions &actions, QWidget *parent = nullptr);

private:
    void showPlaying();

    ReplayState &m_state;
    QPushButton *m_play = nullptr;
};

} // namespace tailspan::replay
