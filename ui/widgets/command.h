// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QKeySequence>
#include <QList>
#include <QObject>

#include <utility>

namespace tailspan::widgets {

/// A command of a page or view: its keys work while the focus is inside the widget it is added to, and palette and
/// shortcut sheet list it. Owner: `parent`.
template <class Run>
[[nodiscard]] QAction *makeCommand(const QString &text, const QList<QKeySequence> &keys, QObject *parent, Run &&run)
{
    auto *action = new QAction(text, parent);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QObject::connect(action, &QAction::triggered, parent, std::forward<Run>(run));
    return action;
}

} // namespace tailspan::widgets
