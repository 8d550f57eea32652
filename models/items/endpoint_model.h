// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/table_roles.h"
#include "models/loadtest/timeline.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QStringList>

#include <optional>
#include <vector>

namespace tailspan::items {

/// The endpoints of a report as a table, most requests first. Figures that the file does not hold say so and sort
/// below every number.
/// Thread: GUI. Keeps the report alive. Texts from files are given as they are: show them as plain text.
class EndpointModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        NameColumn,
        RequestsColumn,
        FailuresColumn,
        ErrorRatioColumn,
        P50Column,
        P95Column,
        P99Column,
        MaxColumn,
        ColumnCount
    };

    explicit EndpointModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    void setReport(loadtest::LoadTestReportPtr report);
    /// Titles of the advisor's findings by the number of the endpoint.
    void setAdvice(QHash<int, QStringList> advice);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] std::optional<double> number(int row, int column) const;
    [[nodiscard]] QString text(int row, int column, bool isFull) const;

    loadtest::LoadTestReportPtr m_report;
    std::vector<loadtest::Totals> m_totals; // one an endpoint
    QHash<int, QStringList> m_advice;
};

} // namespace tailspan::items
