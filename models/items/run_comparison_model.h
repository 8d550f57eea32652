// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/table_roles.h"
#include "models/layout/ratio_bar.h"
#include "models/loadtest/comparison.h"

#include <QAbstractTableModel>

namespace tailspan::items {

/// What changed between runs, a figure a row: all requests first, then endpoints. Texts from files are given as they
/// are: show them as plain text. Thread: GUI.
class RunComparisonModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        VerdictColumn,
        SubjectColumn,
        MetricColumn,
        BeforeColumn,
        AfterColumn,
        ChangeColumn,
        IntervalColumn, ///< As text "+36 % to +46 %"; figures() for a picture.
        ColumnCount
    };

    enum Role : int {
        FiguresRole = Qt::UserRole + 100, ///< layout::RatioFigures of the row, for its bar.
        ReachRole                         ///< double: how far the bars of the table reach.
    };

    explicit RunComparisonModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    /// Null empties the table.
    void setComparison(const loadtest::Comparison *comparison, const loadtest::ComparisonOptions &options);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] layout::RatioFigures figures(const loadtest::MetricChange &change) const;
    [[nodiscard]] const loadtest::MetricChange &change(int row) const
    {
        return m_changes[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] QString text(const loadtest::MetricChange &change, int column) const;
    [[nodiscard]] QVariant sortValue(const loadtest::MetricChange &change, int row, int column) const;

    std::vector<loadtest::MetricChange> m_changes;
    loadtest::ComparisonOptions m_options;
    double m_reach = 1;
};

} // namespace tailspan::items
