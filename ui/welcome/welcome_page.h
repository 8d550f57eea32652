// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/widgets/page.h"

class QVBoxLayout;

namespace tailspan::welcome {

/// Where a session starts: open, drop, recent files, bundled samples.
/// Thread: GUI.
class WelcomePage final : public widgets::Page {
    Q_OBJECT
public:
    explicit WelcomePage(workspace::Workspace &workspace, QWidget *parent = nullptr);

    [[nodiscard]] widgets::PageInfo info() const override;

protected:
    void showEvent(QShowEvent *event) override;

private:
    [[nodiscard]] QWidget *makeColumn(const QString &heading, QVBoxLayout *&rows);
    void fillRecent();
    void fillSamples();
    void askForFiles();

    workspace::Workspace &m_workspace;
    QVBoxLayout *m_recent = nullptr;
    QVBoxLayout *m_samples = nullptr;
};

} // namespace tailspan::welcome
