// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;
class QStackedWidget;

namespace tailspan::items {
class RunComparisonModel;
}
namespace tailspan::widgets {
class Chip;
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::replay {

class NotesPanel;
class ReportTable;
class ShiftView;

/// The open report against a baseline: a verdict in words, every figure with its interval, the difference at each
/// percentile, and what the comparison does not cover. Thread: GUI.
class CompareView final : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// Asks for files; nothing where the user changes their mind.
    void chooseBaseline();
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *buildHead();
    QWidget *buildBody();
    void refresh();
    void fitInterval();
    void showWaiting();
    void showResult();

    workspace::Workspace &m_workspace;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QWidget *m_content = nullptr;
    widgets::Chip *m_verdict = nullptr;
    widgets::PlainLabel *m_headline = nullptr;
    widgets::PlainLabel *m_against = nullptr;
    widgets::PlainLabel *m_error = nullptr;
    QPushButton *m_choose = nullptr;
    QPushButton *m_drop = nullptr;
    QPushButton *m_cancel = nullptr;
    items::RunComparisonModel *m_model = nullptr;
    ReportTable *m_table = nullptr;
    ShiftView *m_shift = nullptr;
    NotesPanel *m_notes = nullptr;
    QWidget *m_body = nullptr;
};

} // namespace tailspan::replay
