// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/advisor/finding.h"

#include <QAbstractListModel>
#include <QString>

#include <memory>
#include <vector>

namespace tailspan::items {

/// A finding as a row of the list.
struct FindingRow {
    std::shared_ptr<const advisor::Finding> finding; ///< Never null.
    QString impact;                                  ///< "1,140 s/h"
    QString state;                                   ///< The word of the chip: "verified", "estimate", "dismissed".
    bool isSetAside = false;                         ///< Dismissed, refuted or applied: shown in second-rank colours.
};

/// Findings in the order they are given. Texts from outside are given as they are: show them as plain text.
/// Thread: GUI.
class FindingListModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role : int { IdRole = Qt::UserRole + 1, SubjectRole, ImpactRole, StateRole, SeverityRole, SetAsideRole };

    explicit FindingListModel(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    void setRows(std::vector<FindingRow> rows);
    [[nodiscard]] const FindingRow &row(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// -1 when it is not in the list.
    [[nodiscard]] int rowOf(const QString &id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    std::vector<FindingRow> m_rows;
};

} // namespace tailspan::items
