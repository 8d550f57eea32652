// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLineEdit;
class QToolButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::waterfall {

class FindSession;

/// The line below the rows where one types what to find. Enter goes to the next hit, Shift+Enter to the one before,
/// Escape closes it. Thread: GUI.
class FindBar final : public QWidget {
    Q_OBJECT
public:
    FindBar(FindSession &session, QWidget *parent);

    /// Shows it with the text marked, ready to be typed over.
    void open();
    void close();
    /// Hides what is not a hit, or shows it again.
    void toggleHiding();
    [[nodiscard]] QLineEdit &field() { return *m_field; }
    [[nodiscard]] QString countText() const;

Q_SIGNALS:
    /// It is about to be shown: whoever hides the rows shows them first.
    void opening();
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void build();
    QToolButton *makeButton(const QString &icon, const QString &text);
    void search();
    void go(bool isForward);
    void showState();

    FindSession &m_session;
    QLineEdit *m_field = nullptr;
    widgets::PlainLabel *m_count = nullptr;
    widgets::PlainLabel *m_problem = nullptr;
    QToolButton *m_previous = nullptr;
    QToolButton *m_next = nullptr;
    QToolButton *m_close = nullptr;
    QCheckBox *m_hide = nullptr;
    QCheckBox *m_withBelow = nullptr;
    QTimer m_typing;
};

} // namespace tailspan::waterfall
