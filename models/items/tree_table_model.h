// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>

#include <cstdint>
#include <span>
#include <vector>

namespace tailspan::items {

/// A tree of numbered nodes with columns of figures that sorts its siblings itself. What the nodes are and say is up to
/// the derived model; a table is a tree of roots. Looks up any row in constant time, whatever the number of siblings.
/// Thread: GUI.
class TreeTableModel : public QAbstractItemModel {
    Q_OBJECT
public:
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Column {
        const char *title;
        bool isText = false; ///< Left aligned.
    };

    using QAbstractItemModel::QAbstractItemModel;

    [[nodiscard]] std::uint32_t nodeAt(const QModelIndex &index) const
    {
        return index.isValid() ? static_cast<std::uint32_t>(index.internalId()) : kNone;
    }
    /// Of column 0; invalid for a node that is not in the model.
    [[nodiscard]] QModelIndex indexOf(std::uint32_t node) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

protected:
    [[nodiscard]] virtual std::span<const Column> columns() const = 0;
    /// Qt::DisplayRole and the roles of TableRole.
    [[nodiscard]] virtual QVariant cell(std::uint32_t node, int column, int role) const = 0;
    /// What a figure sorts by; names sort by nameOf().
    [[nodiscard]] virtual double figure(std::uint32_t node, int column) const = 0;
    [[nodiscard]] virtual QString nameOf(std::uint32_t node) const = 0;

    /// All nodes anew, between beginResetModel() and endResetModel(). `parentOf` by node, kNone for roots; a node that
    /// `isShown` leaves out must not have children that are in. Of equal figures the one with the lower number comes
    /// first, so numbers are the order that nothing has changed yet.
    void setNodes(std::vector<std::uint32_t> parentOf, const std::vector<bool> &isShown);
    /// The order the model starts with.
    void setSorting(int column, Qt::SortOrder order);

private:
    [[nodiscard]] std::size_t groupOf(const QModelIndex &parent) const;
    [[nodiscard]] bool isBefore(std::uint32_t a, std::uint32_t b) const;
    void reorder();

    std::vector<std::uint32_t> m_parentOf;
    std::vector<std::uint32_t> m_groupBegin; // group 0 are the roots, n + 1 the children of n
    std::vector<std::uint32_t> m_ordered;
    std::vector<int> m_rowOf; // -1 for a node that is left out
    int m_sortColumn = -1;    // by number
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
};

} // namespace tailspan::items
