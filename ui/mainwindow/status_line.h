// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QWidget>

namespace tailspan::widgets {
class Chip;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::mainwindow {

/// The line at the foot: which inputs are open, how much was read, and the badge of what had to be repaired.
/// Thread: GUI.
class StatusLine final : public QWidget {
    Q_OBJECT
public:
    explicit StatusLine(workspace::Workspace &workspace, QWidget *parent = nullptr);

Q_SIGNALS:
    void ledgerRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();

    workspace::Workspace &m_workspace;
    widgets::PlainLabel *m_inputs = nullptr;
    widgets::PlainLabel *m_amount = nullptr;
    widgets::Chip *m_badge = nullptr;
};

} // namespace tailspan::mainwindow
