// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>

namespace tailspan::replay {

/// A button for each title at the end of `row`, of which one is on; their ids count from 0. Thread: GUI.
inline void addTabs(QHBoxLayout &row, QButtonGroup &tabs, const QStringList &titles)
{
    int id = 0;
    for (const QString &title : titles) {
        auto *tab = new QToolButton(row.parentWidget());
        tab->setText(title);
        tab->setCheckable(true);
        tab->setAutoRaise(true);
        tabs.addButton(tab, id++);
        row.addWidget(tab);
    }
}

} // namespace tailspan::replay
