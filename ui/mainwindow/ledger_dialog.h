// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QDialog>

namespace tailspan::widgets {
class PlainLabel;
}
namespace tailspan::items {
class RepairLedgerModel;
}

namespace tailspan::mainwindow {

/// What was repaired, skipped or odd in what is open: each input with what its records lacked, then the repair
/// ledger. Enter or a double click on an entry shows that span on the Traces page.
/// Thread: GUI. Follows the workspace while it is open.
class LedgerDialog final : public QDialog {
    Q_OBJECT
public:
    LedgerDialog(workspace::Workspace &workspace, QWidget *parent);

Q_SIGNALS:
    void spanChosen();

private:
    void refresh();
    void choose(const QModelIndex &index);

    workspace::Workspace &m_workspace;
    items::RepairLedgerModel *m_model = nullptr;
    class QVBoxLayout *m_inputs = nullptr;
    class QTreeView *m_tree = nullptr;
    widgets::PlainLabel *m_none = nullptr;
};

} // namespace tailspan::mainwindow
