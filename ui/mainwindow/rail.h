// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QButtonGroup>
#include <QWidget>

class QMenu;
class QVBoxLayout;

namespace tailspan::mainwindow {

/// One entry of the rail: icon over a short label; the current one is marked by a bar, a tint and the accent.
class RailButton final : public QAbstractButton {
    Q_OBJECT
public:
    RailButton(QString iconName, const QString &label, QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QString m_iconName;
};

/// The column of pages on the left, with the menu at its foot. Tab reaches it, Up and Down walk it, Enter and
/// Space choose. Thread: GUI.
class Rail final : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget *parent = nullptr);

    void addPage(const QString &iconName, const QString &label, const QString &shortcutText);
    void setCurrent(int index);
    void setMenu(QMenu *menu);

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QButtonGroup m_pages;
    RailButton *m_menuButton = nullptr;
    QVBoxLayout *m_column = nullptr;
};

} // namespace tailspan::mainwindow
