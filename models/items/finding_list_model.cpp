// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/finding_list_model.h"

#include "models/items/qt_text.h"

namespace tailspan::items {

void FindingListModel::setRows(std::vector<FindingRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int FindingListModel::rowOf(const QString &id) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (toQString(m_rows[i].finding->id) == id)
            return static_cast<int>(i);
    }
    return -1;
}

int FindingListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant FindingListModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const FindingRow &entry = row(index.row());
    const advisor::Finding &finding = *entry.finding;
    switch (role) {
    case Qt::DisplayRole: return toQString(finding.title);
    case IdRole: return toQString(finding.id);
    case SubjectRole: return toQString(finding.subject.text());
    case ImpactRole: return entry.impact;
    case StateRole: return entry.state;
    case SeverityRole: return static_cast<int>(finding.severity);
    case SetAsideRole: return entry.isSetAside;
    case Qt::AccessibleTextRole: {
        const QString severity = toQString(advisor::severityId(finding.severity));
        return tr("%1, %2, severity %3, %4, %5")
            .arg(toQString(finding.title), toQString(finding.subject.text()), severity, entry.impact, entry.state);
    }
    default: return {};
    }
}

} // namespace tailspan::items
