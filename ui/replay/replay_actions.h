// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QList>
#include <QObject>

#include <functional>

namespace tailspan::replay {

class ReplayState;

/// The commands of the Replay page with their keys, for buttons, the palette and the shortcut sheet.
/// Thread: GUI. Owner: the page.
class ReplayActions final : public QObject {
    Q_OBJECT
public:
    ReplayActions(ReplayState &state, QWidget &page);

    [[nodiscard]] QAction *play() const { return m_play; }
    [[nodiscard]] QAction *stepBack() const { return m_stepBack; }
    [[nodiscard]] QAction *stepForward() const { return m_stepForward; }
    [[nodiscard]] QAction *toStart() const { return m_toStart; }
    [[nodiscard]] QAction *fit() const { return m_fit; }
    [[nodiscard]] const QList<QAction *> &speeds() const { return m_speeds; }

    /// `widget` uses keys of its own (Space on a button, arrows in a table): it gets them before the page does.
    void leaveKeysTo(QWidget *widget);
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QAction *add(const QString &text, const QList<QKeySequence> &keys, const std::function<void()> &run);
    void addPlaying();
    void addSpeeds();
    void addZooming();
    void showState();

    ReplayState &m_state;
    QWidget &m_page;
    QAction *m_play = nullptr;
    QAction *m_stepBack = nullptr;
    QAction *m_stepForward = nullptr;
    QAction *m_toStart = nullptr;
    QAction *m_fit = nullptr;
    QList<QAction *> m_speeds;
    QList<QAction *> m_all;
};

} // namespace tailspan::replay
