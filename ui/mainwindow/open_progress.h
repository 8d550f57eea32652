// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QTimer>
#include <QWidget>

class QProgressBar;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::mainwindow {

/// The line that says how far opening is, with Cancel. It appears once opening takes longer than 300 ms, so that
/// nothing flickers for small files.
/// Thread: GUI; reads the worker's counters ten times a second.
class OpenProgress final : public QWidget {
    Q_OBJECT
public:
    explicit OpenProgress(workspace::Workspace &workspace, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void start();
    void finish();
    void refresh();

    workspace::Workspace &m_workspace;
    widgets::PlainLabel *m_text = nullptr;
    QProgressBar *m_bar = nullptr;
    QTimer m_appear;
    QTimer m_tick;
};

} // namespace tailspan::mainwindow
