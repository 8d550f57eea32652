// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/items/text_table_model.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLineEdit;
class QPushButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::metrics {

class PromqlEdit;
class TextTable;

/// What is asked for each service and signal, why, and a line to change it; what the user chose is kept in the profile
/// of the store. Thread: GUI.
class MappingView final : public QWidget {
    Q_OBJECT
public:
    explicit MappingView(workspace::Workspace &workspace, QWidget *parent = nullptr);

private:
    struct Entry {
        std::string service;
        metric::Signal signal = metric::Signal::RequestRate;
        std::optional<workspace::MappedSignal> asked; ///< Nothing: neither found nor chosen.
    };
    QWidget *buildEditor();
    void refill();
    void showCurrent();
    void choose();
    void takeBack();
    void takeAllBack();
    [[nodiscard]] const Entry *current() const;
    [[nodiscard]] std::string sourceOf(const Entry &entry) const;
    [[nodiscard]] QString reasonOf(const Entry &entry) const;

    workspace::Workspace &m_workspace;
    std::vector<Entry> m_entries;
    items::TextTableModel *m_model = nullptr;
    TextTable *m_table = nullptr;
    QLineEdit *m_filter = nullptr;
    widgets::PlainLabel *m_state = nullptr;
    widgets::PlainLabel *m_what = nullptr;
    widgets::PlainLabel *m_why = nullptr;
    PromqlEdit *m_edit = nullptr;
    QPushButton *m_choose = nullptr;
    QPushButton *m_back = nullptr;
    QPushButton *m_allBack = nullptr;
};

} // namespace tailspan::metrics
