// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/text_table_model.h"

#include <algorithm>

namespace tailspan::items {

TextTableModel::TextTableModel(QStringList titles, QObject *parent)
    : QAbstractTableModel(parent), m_titles(std::move(titles))
{}

void TextTableModel::setRows(std::vector<Row> rows)
{
    if (rows.size() != m_rows.size()) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i])
            continue;
        m_rows[i] = std::move(rows[i]);
        const int row = static_cast<int>(i);
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
    }
}

int TextTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TextTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_titles.size());
}

QVariant TextTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const TextCell &cell = m_rows[static_cast<std::size_t>(index.row())][static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole: return cell.text;
    case SortRole: return cell.sort.isValid() ? cell.sort : QVariant(cell.text);
    case FullTextRole: return cell.fullText.isEmpty() ? cell.text : cell.fullText;
    case ToneRole: return static_cast<int>(cell.tone);
    case Qt::TextAlignmentRole: return alignmentOf(index.column());
    default: return {};
    }
}

/// As the view does it where no column holds figures.
QVariant TextTableModel::alignmentOf(int column) const
{
    if (m_numberColumns.empty())
        return {};
    const bool isNumber = std::find(m_numberColumns.begin(), m_numberColumns.end(), column) != m_numberColumns.end();
    return QVariant::fromValue((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

QVariant TextTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    const bool isTitle = orientation == Qt::Horizontal && role == Qt::DisplayRole && section < m_titles.size();
    return isTitle ? QVariant(m_titles[section]) : QVariant();
}

} // namespace tailspan::items
