// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QHBoxLayout;
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

class CompareDialog;
class ComparePictures;
class NotesPanel;
class ReportTable;

/// The open report, alone or with repeats, against a baseline: a verdict in words, every figure with its interval,
/// pictures of what differs, and what the comparison does not cover. Thread: GUI.
class CompareView final : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(workspace::Workspace &workspace, QWidget *parent = nullptr);

    /// Opens the dialog that asks for the runs of both sides, and returns at once.
    CompareDialog *chooseRuns();
    [[nodiscard]] ComparePictures &pictures() const { return *m_pictures; }
    [[nodiscard]] QString headline() const;
    [[nodiscard]] QList<QWidget *> keyWidgets() const;

Q_SIGNALS:
    void trendRequested(); ///< The user wants many runs over their dates instead.

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *buildHead();
    void addEffectFields(QHBoxLayout &line);
    void connectAnalysis();
    void takeEffect();
    void showSides();
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
    QWidget *m_effect = nullptr;
    QDoubleSpinBox *m_leastChange = nullptr;
    QDoubleSpinBox *m_leastLatency = nullptr;
    QPushButton *m_choose = nullptr;
    QPushButton *m_drop = nullptr;
    QPushButton *m_cancel = nullptr;
    items::RunComparisonModel *m_model = nullptr;
    ReportTable *m_table = nullptr;
    ComparePictures *m_pictures = nullptr;
    NotesPanel *m_notes = nullptr;
    QWidget *m_body = nullptr;
};

} // namespace tailspan::replay
