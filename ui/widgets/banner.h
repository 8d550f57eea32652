// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace tailspan::widgets {

class PlainLabel;

/// One line above the page that says what happened: icon, plain text, at most one action, close. Hidden until it
/// has something to say. Thread: GUI.
class Banner : public QWidget {
    Q_OBJECT
public:
    enum class Kind { Info, Good, Warning, Error };

    explicit Banner(QWidget *parent = nullptr);

    /// Shows the text; with `action` a button that emits actionTriggered().
    void showMessage(Kind kind, const QString &text, const QString &action = {});
    void dismiss();
    [[nodiscard]] QString text() const;
    [[nodiscard]] Kind kind() const { return m_kind; }

Q_SIGNALS:
    void actionTriggered();
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateColors();

    Kind m_kind = Kind::Info;
    QLabel *m_icon = nullptr;
    PlainLabel *m_text = nullptr;
    QPushButton *m_action = nullptr;
};

} // namespace tailspan::widgets
