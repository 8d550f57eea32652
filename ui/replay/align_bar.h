// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::replay {

/// Asks when a run began whose file has no clock: typed as in the time bar, or taken from when the file was written. Says
/// what was chosen and takes it back. Hidden where the file itself knows. Thread: GUI.
class AlignBar final : public QWidget {
    Q_OBJECT
public:
    explicit AlignBar(workspace::Workspace &workspace, QWidget *parent = nullptr);

private:
    void showReport();
    void takeTyped();
    void takeFileTime();

    workspace::Workspace &m_workspace;
    widgets::PlainLabel *m_text = nullptr;
    QLineEdit *m_began = nullptr;
    QPushButton *m_fileTime = nullptr;
    QPushButton *m_forget = nullptr;
};

} // namespace tailspan::replay
