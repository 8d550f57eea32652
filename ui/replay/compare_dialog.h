// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/run_choice.h"

#include <QDialog>

class QPushButton;

namespace tailspan::widgets {
class Chip;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

class RunSideList;

/// Asks for the runs of both sides: files and folders, by dialog, by dropping them or from what was chosen before. They
/// are read at once, so that it says here already why runs cannot be compared, and how they will be. Thread: GUI.
class CompareDialog final : public QDialog {
    Q_OBJECT
public:
    explicit CompareDialog(workspace::Workspace &workspace, QWidget *parent = nullptr);

    [[nodiscard]] RunSideList &side(workspace::RunChoice::Side side) const;
    /// What stands below the sides: the verdict on whether they can be compared, and how.
    [[nodiscard]] QString said() const;

Q_SIGNALS:
    void trendChosen(); ///< The runs of a side are on their way into the trend.

protected:
    void done(int result) override;

private:
    QWidget *buildSaid();
    QWidget *buildButtons();
    void takePaths(workspace::RunChoice::Side side);
    void refresh();
    void refreshSide(workspace::RunChoice::Side side);
    void sayVerdict();
    void compare();
    void showTrend();

    workspace::Workspace &m_workspace;
    workspace::RunChoice m_choice;
    RunSideList *m_before = nullptr;
    RunSideList *m_after = nullptr;
    widgets::Chip *m_verdict = nullptr;
    widgets::PlainLabel *m_said = nullptr;
    QPushButton *m_trend = nullptr;
    QPushButton *m_compare = nullptr;
};

} // namespace tailspan::replay
