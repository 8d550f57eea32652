// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/table_roles.h"

#include <QAbstractTableModel>
#include <QStringList>
#include <QVariant>

#include <utility>
#include <vector>

namespace tailspan::items {

/// One cell of a table of texts.
struct TextCell {
    QString text;
    QVariant sort = {};    ///< Invalid: by the text.
    QString fullText = {}; ///< Of the tooltip and of a copy; "": the text.
    CellTone tone = CellTone::Plain;
    friend bool operator==(const TextCell &, const TextCell &) = default;
};

/// A small table that was put together elsewhere: targets, alerts, rules, what is asked of a store. Rows that stay as
/// they are keep their selection. Texts are given as they are: show them as plain text. Thread: GUI.
class TextTableModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    using Row = std::vector<TextCell>;

    explicit TextTableModel(QStringList titles, QObject *parent = nullptr);

    /// Columns of figures, which stand to the right with their titles; the others stand to the left then.
    void setNumberColumns(std::vector<int> columns) { m_numberColumns = std::move(columns); }
    void setRows(std::vector<Row> rows);
    [[nodiscard]] const std::vector<Row> &rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QVariant alignmentOf(int column) const;

    QStringList m_titles;
    std::vector<int> m_numberColumns;
    std::vector<Row> m_rows;
};

} // namespace tailspan::items
