// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QStackedWidget;

namespace tailspan::widgets {
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

class CapacityFields;
class CapacityPlots;
class NotesPanel;

/// What load the run shows the system to carry: the largest one that keeps a limit on p95, the knee, and how far both
/// can be trusted. Says why where a run shows nothing. Thread: GUI.
class CapacityView final : public QWidget {
    Q_OBJECT
public:
    explicit CapacityView(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// See CapacityFields::setText.
    void setFields(const QString &text);
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

private:
    QWidget *buildContent();
    void refresh();
    [[nodiscard]] QString whyNone() const;

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    widgets::PlainLabel *m_headline = nullptr;
    CapacityFields *m_fields = nullptr;
    widgets::PlainLabel *m_answers = nullptr;
    CapacityPlots *m_plots = nullptr;
    NotesPanel *m_notes = nullptr;
};

} // namespace tailspan::replay
