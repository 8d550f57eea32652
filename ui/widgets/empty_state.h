// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace tailspan::widgets {

class PlainLabel;

/// What a page shows while it has nothing to show: an icon, what the page is for, and the one action that fills
/// it. Thread: GUI.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);

    /// `action` empty: no button.
    void setContent(const QString &iconName, const QString &title, const QString &sentence, const QString &action = {});

Q_SIGNALS:
    void actionTriggered();

protected:
    void changeEvent(QEvent *event) override;

private:
    void updateIcon();

    QString m_iconName;
    QLabel *m_icon = nullptr;
    PlainLabel *m_title = nullptr;
    PlainLabel *m_sentence = nullptr;
    QPushButton *m_action = nullptr;
};

} // namespace tailspan::widgets
