// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::traces {

/// Asks the connected stores: how far back, what to look for, and whether to follow what comes. Hidden while nothing is
/// connected. Thread: GUI.
class StoreBar final : public QWidget {
    Q_OBJECT
public:
    explicit StoreBar(workspace::Workspace &workspace, QWidget *parent = nullptr);

private:
    void refresh();
    void search();

    workspace::Workspace &m_workspace;
    QComboBox *m_last = nullptr;
    QLineEdit *m_field = nullptr;
    QToolButton *m_live = nullptr;
    widgets::PlainLabel *m_waiting = nullptr;
};

} // namespace tailspan::traces
