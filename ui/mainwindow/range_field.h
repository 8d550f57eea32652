// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <QComboBox>

namespace tailspan::mainwindow {

/// How far back to look, or a range that is typed: "14:02 - 14:17", "last 20m", "yesterday 14:00-15:00". Of connected
/// stores it decides what they are asked for; of files, what part of them is in view. Thread: GUI.
class RangeField final : public QComboBox {
    Q_OBJECT
public:
    explicit RangeField(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// What is in force, where the user is not typing.
    void refresh();

Q_SIGNALS:
    /// What was typed is no range, or holds nothing; plain text. Empty: all is well.
    void refused(const QString &text);

private:
    void choose(int index);
    void take(const QString &text);
    void chooseLast(Duration last);
    void chooseRange(TimeRange range);
    /// Whether stores are asked, and no file has a time of its own.
    [[nodiscard]] bool asksStores() const;
    [[nodiscard]] QString currentName() const;

    workspace::Workspace &m_workspace;
};

} // namespace tailspan::mainwindow
