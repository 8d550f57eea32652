// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <QWidget>

namespace tailspan::widgets {

/// Takes the widgets out of a layout and lets them go once the running event is over: one of them may be the sender of
/// the signal that leads here. Thread: GUI.
inline void clearLayout(QLayout &layout)
{
    while (QLayoutItem *item = layout.takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
}

} // namespace tailspan::widgets
