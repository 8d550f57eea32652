// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "models/items/text_table_model.h"

#include <QWidget>

#include <array>

class QButtonGroup;
class QStackedWidget;
class QToolButton;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::metrics {

class TextTable;

/// Who is scraped and who is down since when, what fires, which rules there are, what is silenced. Thread: GUI.
class TargetsView final : public QWidget {
    Q_OBJECT
public:
    explicit TargetsView(workspace::Workspace &workspace, QWidget *parent = nullptr);

    enum Table { Targets, Alerts, Rules, Silences, TableCount };
    [[nodiscard]] const items::TextTableModel &model(Table table) const { return *m_models[table]; }

private:
    struct Tab {
        QString title;
        QStringList columns;
        int stretchColumn = 0;
        QString empty;
    };
    [[nodiscard]] Tab tabOf(Table table) const;
    void addTable(Table table);
    void refill();
    void setRows(Table table, std::vector<items::TextTableModel::Row> rows, const QString &count);

    workspace::Workspace &m_workspace;
    std::array<items::TextTableModel *, TableCount> m_models{};
    std::array<TextTable *, TableCount> m_tables{};
    std::array<QStackedWidget *, TableCount> m_places{}; ///< The table, or a word where it is empty.
    std::array<QToolButton *, TableCount> m_tabs{};
    std::array<bool, TableCount> m_wasFitted{};
    QButtonGroup *m_group = nullptr;
    QStackedWidget *m_stack = nullptr;
    widgets::PlainLabel *m_state = nullptr;
};

} // namespace tailspan::metrics
