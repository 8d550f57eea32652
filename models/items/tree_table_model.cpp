// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/tree_table_model.h"

#include "models/items/table_roles.h"

#include <algorithm>
#include <numeric>

namespace tailspan::items {

QModelIndex TreeTableModel::indexOf(std::uint32_t node) const
{
    if (node >= m_rowOf.size() || m_rowOf[node] < 0)
        return {};
    return createIndex(m_rowOf[node], 0, quintptr{node});
}

std::size_t TreeTableModel::groupOf(const QModelIndex &parent) const
{
    return parent.isValid() ? std::size_t{nodeAt(parent)} + 1 : 0;
}

QModelIndex TreeTableModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, quintptr{m_ordered[m_groupBegin[groupOf(parent)] + static_cast<std::size_t>(row)]});
}

QModelIndex TreeTableModel::parent(const QModelIndex &child) const
{
    return child.isValid() ? indexOf(m_parentOf[nodeAt(child)]) : QModelIndex();
}

int TreeTableModel::rowCount(const QModelIndex &parent) const
{
    if (m_groupBegin.empty() || parent.column() > 0)
        return 0;
    const std::size_t group = groupOf(parent);
    return static_cast<int>(m_groupBegin[group + 1] - m_groupBegin[group]);
}

int TreeTableModel::columnCount(const QModelIndex &) const
{
    return static_cast<int>(columns().size());
}

QVariant TreeTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return headerData(index.column(), Qt::Horizontal, role);
    if (role == SortRole)
        return columns()[static_cast<std::size_t>(index.column())].isText ? QVariant(nameOf(nodeAt(index)))
                                                                          : figure(nodeAt(index), index.column());
    if (role == NodeRole)
        return nodeAt(index);
    return cell(nodeAt(index), index.column(), role);
}

QVariant TreeTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column &column = columns()[static_cast<std::size_t>(section)];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(column.isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(QString::fromUtf8(column.title)) : QVariant();
}

void TreeTableModel::setNodes(std::vector<std::uint32_t> parentOf, const std::vector<bool> &isShown)
{
    m_parentOf = std::move(parentOf);
    const std::size_t count = m_parentOf.size();
    m_groupBegin.assign(count + 3, 0);
    const auto group = [&](std::size_t node) { return std::size_t{m_parentOf[node] + 1U}; }; // kNone becomes 0
    for (std::size_t node = 0; node < count; ++node)
        m_groupBegin[group(node) + 2] += isShown[node] ? 1U : 0U;
    std::partial_sum(m_groupBegin.begin(), m_groupBegin.end(), m_groupBegin.begin());
    m_ordered.resize(m_groupBegin.back());
    for (std::uint32_t node = 0; node < count; ++node) {
        if (isShown[node])
            m_ordered[m_groupBegin[group(node) + 1]++] = node;
    }
    m_groupBegin.pop_back();
    m_rowOf.assign(count, -1);
    reorder();
}

void TreeTableModel::setSorting(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
}

bool TreeTableModel::isBefore(std::uint32_t a, std::uint32_t b) const
{
    if (m_sortColumn < 0 || m_sortColumn >= columnCount())
        return a < b;
    const bool isAscending = m_sortOrder == Qt::AscendingOrder;
    if (columns()[static_cast<std::size_t>(m_sortColumn)].isText) {
        const int order = QString::compare(nameOf(a), nameOf(b), Qt::CaseInsensitive);
        return order == 0 ? a < b : (order < 0) == isAscending;
    }
    const double x = figure(a, m_sortColumn);
    const double y = figure(b, m_sortColumn);
    return x == y ? a < b : (x < y) == isAscending;
}

void TreeTableModel::reorder()
{
    const auto at = [&](std::uint32_t place) { return m_ordered.begin() + static_cast<std::ptrdiff_t>(place); };
    for (std::size_t group = 0; group + 1 < m_groupBegin.size(); ++group) {
        std::sort(at(m_groupBegin[group]), at(m_groupBegin[group + 1]),
                  [this](std::uint32_t a, std::uint32_t b) { return isBefore(a, b); });
        for (std::uint32_t place = m_groupBegin[group]; place < m_groupBegin[group + 1]; ++place)
            m_rowOf[m_ordered[place]] = static_cast<int>(place - m_groupBegin[group]);
    }
}

void TreeTableModel::sort(int column, Qt::SortOrder order)
{
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    setSorting(column, order);
    const QModelIndexList before = persistentIndexList();
    reorder();
    QModelIndexList after;
    for (const QModelIndex &index : before)
        after.append(createIndex(m_rowOf[nodeAt(index)], index.column(), index.internalId()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

} // namespace tailspan::items
