// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QWidget>

class QLineEdit;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::traces {

/// Asks the connected stores what to look for; of which time, and whether they are followed, stands in the time bar.
/// Hidden while nothing is connected. Thread: GUI.
class StoreBar final : public QWidget {
    Q_OBJECT
public:
    explicit StoreBar(workspace::Workspace &workspace, QWidget *parent = nullptr);

private:
    void refresh();
    void search();

    workspace::Workspace &m_workspace;
    QLineEdit *m_field = nullptr;
    widgets::PlainLabel *m_waiting = nullptr;
};

} // namespace tailspan::traces
