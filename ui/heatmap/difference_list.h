// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/heat_explain.h"

#include <QAbstractListModel>
#include <QListView>

#include <memory>

namespace tailspan::heatmap {

/// What sets a selection apart, best first: a row a difference. Thread: GUI.
class DifferenceModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { FullTextRole = Qt::UserRole, RowRole };
    using QAbstractListModel::QAbstractListModel;

    /// Null: no rows.
    void setExplanation(std::shared_ptr<const workspace::HeatExplanation> explanation);
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] const explain::Difference &difference(int row) const;
    [[nodiscard]] const workspace::NumberShape *shape(int row) const;

private:
    std::shared_ptr<const workspace::HeatExplanation> m_explanation;
};

/// The differences as bars: name and value, the share of the selection and that of the baseline, how many times more
/// often, and a link that filters everything by it. Enter, a double click or the link filters; Ctrl+C copies the row.
/// Thread: GUI.
class DifferenceList final : public QListView {
    Q_OBJECT
public:
    explicit DifferenceList(QWidget *parent = nullptr);
    [[nodiscard]] DifferenceModel &differences() { return *m_model; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 48}; }

Q_SIGNALS:
    void filterWanted(const std::string &condition);

private:
    DifferenceModel *m_model = nullptr;
};

} // namespace tailspan::heatmap
