// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/metric/promql_completion.h"

#include <QLineEdit>
#include <QTimer>

class QCompleter;
class QStringListModel;

namespace tailspan::metrics {

/// A line for PromQL that completes functions, metrics, labels and their values. Names are asked of the store while one
/// types, only those that fit, and a limited number: stores may have a million. Thread: GUI.
class PromqlEdit final : public QLineEdit {
    Q_OBJECT
public:
    explicit PromqlEdit(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~PromqlEdit() override;

    /// What is offered now; for tests.
    [[nodiscard]] QStringList offers() const;

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void ask();
    void offer(QStringList names);
    void insert(const QString &name);

    workspace::Workspace &m_workspace;
    QStringListModel *m_names = nullptr;
    QCompleter *m_offers = nullptr;
    metric::PromqlPlace m_place;
    std::string m_panel;
    QTimer m_pause;
};

} // namespace tailspan::metrics
