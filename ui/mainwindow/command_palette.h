// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QDialog>
#include <QList>
#include <QPointer>

class QLineEdit;
class QListWidget;

namespace tailspan::mainwindow {

/// How well `text` answers what was typed: the letters in their order, better at word beginnings and close
/// together. Negative when they are not all there; any text answers an empty query with 0.
[[nodiscard]] int matchScore(const QString &typed, const QString &text);
/// The text of an action without its mnemonic mark.
[[nodiscard]] QString plainActionText(const QAction *action);

/// Every action of the window by name: type a few letters, Enter runs the one on top.
/// Thread: GUI.
class CommandPalette final : public QDialog {
    Q_OBJECT
public:
    CommandPalette(const QList<QAction *> &actions, QWidget *parent);

    bool eventFilter(QObject *watched, QEvent *event) override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void filter(const QString &typed);
    void runCurrent();

    QList<QPointer<QAction>> m_actions;
    QLineEdit *m_field = nullptr;
    QListWidget *m_list = nullptr;
};

} // namespace tailspan::mainwindow
