// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QStackedWidget;

namespace tailspan::widgets {
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

class CapacityPlots;
class NotesPanel;

/// What load the run shows the system to carry: the largest one that keeps a limit on p95, the knee, and how far both
/// can be trusted. Says why where a run shows nothing. Thread: GUI.
class CapacityView final : public QWidget {
    Q_OBJECT
public:
    explicit CapacityView(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// As typed into the field: "200 ms"; "" takes the report's own limit.
    void setLimitText(const QString &text);
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

private:
    QWidget *buildContent();
    void takeLimit();
    void refresh();
    [[nodiscard]] QString whyNone() const;

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    widgets::PlainLabel *m_headline = nullptr;
    QLineEdit *m_limit = nullptr;
    widgets::PlainLabel *m_limitError = nullptr;
    CapacityPlots *m_plots = nullptr;
    NotesPanel *m_notes = nullptr;
};

} // namespace tailspan::replay
