// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace tailspan::items {
class ClockPairModel;
}
namespace tailspan::widgets {
class GroupedList;
class PlainLabel;
} // namespace tailspan::widgets
namespace tailspan::workspace {
class Workspace;
}

namespace tailspan::traces {

/// The clocks of the services: for each pair that calls each other how far they are apart and what shows it, with a
/// switch to put them right and a field to say it better. All of it can be undone. Thread: GUI.
class ClockView final : public QWidget {
    Q_OBJECT
public:
    explicit ClockView(workspace::Workspace &workspace, QWidget *parent = nullptr);

private:
    QWidget *makeForm();
    void refill();
    void showPair();
    void setOffset();
    void forgetOffset();
    [[nodiscard]] QString summaryText() const;
    /// Of the current pair, or -1.
    [[nodiscard]] int currentRow() const;

    workspace::Workspace &m_workspace;
    items::ClockPairModel *m_model = nullptr;
    QCheckBox *m_isOn = nullptr;
    widgets::PlainLabel *m_summary = nullptr;
    widgets::GroupedList *m_pairs = nullptr;
    widgets::PlainLabel *m_evidence = nullptr;
    QWidget *m_form = nullptr;
    widgets::PlainLabel *m_question = nullptr;
    QLineEdit *m_offset = nullptr;
    QPushButton *m_set = nullptr;
    QPushButton *m_forget = nullptr;
    widgets::PlainLabel *m_problem = nullptr;
};

} // namespace tailspan::traces
