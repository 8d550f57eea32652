// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QWidget>

namespace tailspan::traces {
class FilterChips;
}

namespace tailspan::mainwindow {

/// The filter of all pages, above those that follow it and have no field for it themselves. Takes no room while
/// nothing is filtered. Thread: GUI.
class FilterStrip final : public QWidget {
    Q_OBJECT
public:
    explicit FilterStrip(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// Whether the page in front follows the filter.
    void setWanted(bool isWanted);

private:
    void refresh();

    workspace::Workspace &m_workspace;
    traces::FilterChips *m_chips = nullptr;
    bool m_isWanted = false;
};

} // namespace tailspan::mainwindow
