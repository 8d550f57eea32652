// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/table_roles.h"
#include "models/loadtest/verdict_order.h"

#include <QAbstractTableModel>

#include <vector>

namespace tailspan::items {

/// Every verdict of a report as a table, in the order of verdict_order.h: disputed scenarios first, then failed.
/// Thread: GUI. Keeps the report alive. Texts from files are given as they are: show them as plain text.
class VerdictModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        VerdictColumn,
        ScenarioColumn,
        CriterionColumn,
        ObservedColumn,
        LimitColumn,
        UnitColumn,
        OriginColumn,
        ColumnCount
    };
    enum Role : int {
        BreachRole = Qt::UserRole + 100 ///< Nanoseconds (qlonglong): when an own limit first did not hold.
    };

    explicit VerdictModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    void setReport(loadtest::LoadTestReportPtr report);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString displayText(const loadtest::VerdictLine &line, int column) const;
    [[nodiscard]] QString fullText(const loadtest::VerdictLine &line, int column) const;
    [[nodiscard]] QVariant sortValue(const loadtest::VerdictLine &line, int row, int column) const;

    loadtest::LoadTestReportPtr m_report;
    std::vector<loadtest::VerdictLine> m_lines; // point into the report
};

} // namespace tailspan::items
