// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/attribute_list_model.h"

#include "models/items/qt_text.h"
#include "models/trace/redaction.h"

#include <QUrl>

#include <algorithm>

namespace tailspan::items {

namespace {

QString shownValue(const trace::Attribute &attribute)
{
    return attribute.isRedacted ? toQString(trace::kMask) : toQString(attribute.value);
}

} // namespace

bool isWebAddress(const QString &text)
{
    constexpr qsizetype kLongest = 2000;
    if (!text.startsWith(QLatin1String("http")) || text.size() > kLongest || text.contains(u' ')
        || text.contains(u'\n'))
        return false;
    const QUrl url(text, QUrl::StrictMode);
    const bool isWeb = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    return isWeb && !url.host().isEmpty() && url.userInfo().isEmpty();
}

AttributeListModel::AttributeListModel(QObject *parent) : QAbstractTableModel(parent) {}

void AttributeListModel::setAttributes(std::vector<trace::Attribute> attributes, std::vector<std::string> targets)
{
    beginResetModel();
    m_targets = std::move(targets);
    m_attributes = std::move(attributes);
    refilter();
    endResetModel();
}

void AttributeListModel::setFilterText(const QString &text)
{
    if (text == m_filterText)
        return;
    beginResetModel();
    m_filterText = text;
    refilter();
    endResetModel();
}

bool AttributeListModel::hasRedacted() const
{
    return std::any_of(m_attributes.begin(), m_attributes.end(),
                       [](const trace::Attribute &a) { return a.isRedacted; });
}

bool AttributeListModel::hasSecret() const
{
    return std::any_of(m_attributes.begin(), m_attributes.end(), [](const trace::Attribute &a) { return a.isSecret; });
}

void AttributeListModel::refilter()
{
    m_shown.clear();
    for (std::uint32_t i = 0; i < m_attributes.size(); ++i) {
        const trace::Attribute &attribute = m_attributes[i];
        if (m_filterText.isEmpty() || toQString(attribute.key).contains(m_filterText, Qt::CaseInsensitive)
            || shownValue(attribute).contains(m_filterText, Qt::CaseInsensitive))
            m_shown.push_back(i);
    }
}

QString AttributeListModel::target(std::uint32_t row) const
{
    if (row < m_targets.size() && !m_targets[row].empty())
        return toQString(m_targets[row]);
    const trace::Attribute &attribute = m_attributes[row];
    const QString value = attribute.isRedacted || attribute.isSecret ? QString() : toQString(attribute.value);
    return isWebAddress(value) ? value : QString();
}

int AttributeListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int AttributeListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AttributeListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const trace::Attribute &attribute = m_attributes[m_shown[static_cast<std::size_t>(index.row())]];
    if (role == IsRedactedRole)
        return attribute.isRedacted;
    if (role == TargetRole)
        return target(m_shown[static_cast<std::size_t>(index.row())]);
    if (role == CopyRole && attribute.isSecret && !m_copiesSecrets)
        return index.column() == KeyColumn ? toQString(trace::maskedText(attribute.key)) : toQString(trace::kMask);
    if (role == Qt::DisplayRole || role == CopyRole)
        return index.column() == KeyColumn ? toQString(attribute.key) : shownValue(attribute);
    return {};
}

QVariant AttributeListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == KeyColumn ? QStringLiteral("Key") : QStringLiteral("Value");
}

} // namespace tailspan::items
