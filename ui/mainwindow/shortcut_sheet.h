// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QDialog>
#include <QList>
#include <QString>

#include <vector>

namespace tailspan::mainwindow {

struct ShortcutGroup {
    QString title;
    QList<QAction *> actions;
};

/// Every shortcut, by group: what "?" shows. Actions without a shortcut are left out.
/// Thread: GUI.
class ShortcutSheet final : public QDialog {
    Q_OBJECT
public:
    ShortcutSheet(const std::vector<ShortcutGroup> &groups, QWidget *parent);
};

} // namespace tailspan::mainwindow
