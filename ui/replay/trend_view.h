// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QPushButton;
class QStackedWidget;
class QToolButton;

namespace tailspan::items {
class TextTableModel;
}
namespace tailspan::widgets {
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

class NotesPanel;
class ReportTable;
class TrendPlots;

/// The figures of a folder of runs over their dates, and where they changed: plots, the same as a table, and what
/// changed in sentences. A run is opened from either; the trend stays. Thread: GUI.
class TrendView final : public QWidget {
    Q_OBJECT
public:
    explicit TrendView(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// Asks for a folder; nothing where the user changes their mind.
    void chooseFolder();
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

private:
    QWidget *buildHead();
    QWidget *buildBody();
    void connectRuns();
    void refresh();
    void showTrend();
    void fillTable();
    void openRun(std::size_t run);
    void markOpenRun();
    void pointTableAt(std::size_t run);
    [[nodiscard]] std::optional<std::size_t> runOfRow(int row) const;

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QWidget *m_content = nullptr;
    widgets::PlainLabel *m_headline = nullptr;
    widgets::PlainLabel *m_error = nullptr;
    QToolButton *m_byDate = nullptr;
    QPushButton *m_choose = nullptr;
    QPushButton *m_drop = nullptr;
    QPushButton *m_cancel = nullptr;
    QWidget *m_body = nullptr;
    TrendPlots *m_plots = nullptr;
    NotesPanel *m_notes = nullptr;
    items::TextTableModel *m_model = nullptr;
    ReportTable *m_table = nullptr;
};

} // namespace tailspan::replay
