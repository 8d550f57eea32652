// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/statistics_model.h"

#include "models/items/span_totals_text.h"
#include "models/items/table_roles.h"

#include <algorithm>

namespace tailspan::items {

namespace {

using trace::SpanTotals;

constexpr std::array<TreeTableModel::Column, StatisticsModel::ColumnCount> kColumns{
    {{"Group", true}, {"Spans"}, {"Total"}, {"Self"}, {"p50"}, {"p95"}, {"p99"}, {"Failed"}, {"Critical path"}}};

QString duration(std::int64_t ns)
{
    return toQString(durationText(Duration(ns)));
}

} // namespace

StatisticsModel::StatisticsModel(QObject *parent) : TreeTableModel(parent)
{
    setSorting(CriticalColumn, Qt::DescendingOrder);
}

void StatisticsModel::setStatistics(std::shared_ptr<const GroupedStatistics> groups)
{
    beginResetModel();
    m_groups = std::move(groups);
    const std::size_t count = m_groups == nullptr ? 0 : m_groups->names.size();
    std::vector<bool> isShown(count);
    for (std::size_t group = 0; group < count; ++group)
        isShown[group] = m_groups->statistics.groups[group].count > 0;
    setNodes(std::vector<std::uint32_t>(count, kNone), isShown);
    endResetModel();
}

std::span<const TreeTableModel::Column> StatisticsModel::columns() const
{
    return kColumns;
}

QString StatisticsModel::nameOf(std::uint32_t group) const
{
    return toQString(m_groups->names[group]);
}

double StatisticsModel::figure(std::uint32_t group, int column) const
{
    const SpanTotals &totals = m_groups->statistics.groups[group];
    switch (column) {
    case SpansColumn: return totals.count;
    case TotalColumn: return static_cast<double>(totals.totalNs);
    case SelfColumn: return static_cast<double>(totals.selfNs);
    case P50Column: return static_cast<double>(totals.p50Ns);
    case P95Column: return static_cast<double>(totals.p95Ns);
    case P99Column: return static_cast<double>(totals.p99Ns);
    case FailedColumn: return failedShareOf(totals);
    case CriticalColumn: return m_groups->statistics.criticalShare(group);
    default: return 0;
    }
}

QString StatisticsModel::text(const SpanTotals &totals, int column) const
{
    switch (column) {
    case SpansColumn: return toQString(countText(totals.count));
    case TotalColumn: return duration(totals.totalNs);
    case SelfColumn: return duration(totals.selfNs);
    case P50Column: return duration(totals.p50Ns);
    case P95Column: return duration(totals.p95Ns);
    case P99Column: return duration(totals.p99Ns);
    case FailedColumn: return failedText(totals);
    default: return {};
    }
}

QString StatisticsModel::fullText(std::uint32_t group, int column) const
{
    const SpanTotals &totals = m_groups->statistics.groups[group];
    switch (column) {
    case NameColumn: return nameOf(group);
    case SpansColumn: return countFullText(totals, "span", "spans");
    case FailedColumn: return failedFullText(totals, "span", "spans");
    case CriticalColumn:
        return QStringLiteral("%1 of the critical paths: %2")
            .arg(toQString(percentText(m_groups->statistics.criticalShare(group))), duration(totals.criticalNs));
    case P50Column:
    case P95Column:
    case P99Column: return durationsFullText(totals);
    default: return text(totals, column);
    }
}

QVariant StatisticsModel::barRatio(std::uint32_t group, int column) const
{
    const trace::SpanStatistics &statistics = m_groups->statistics;
    if (column == SelfColumn)
        return shareOf(static_cast<double>(statistics.groups[group].selfNs), static_cast<double>(statistics.selfNs));
    if (column == CriticalColumn)
        return statistics.criticalShare(group);
    return {};
}

QVariant StatisticsModel::cell(std::uint32_t group, int column, int role) const
{
    const SpanTotals &totals = m_groups->statistics.groups[group];
    switch (role) {
    case Qt::DisplayRole:
        if (column == NameColumn)
            return nameOf(group);
        if (column == CriticalColumn)
            return toQString(percentText(m_groups->statistics.criticalShare(group)));
        return text(totals, column);
    case FullTextRole: return fullText(group, column);
    case BarRatioRole: return barRatio(group, column);
    case ServiceRole: return m_groups->services.empty() ? QVariant() : QVariant(m_groups->services[group]);
    case ServiceNameRole:
        return column == NameColumn && !m_groups->services.empty() ? QVariant(toQString(m_groups->serviceNames[group]))
                                                                   : QVariant();
    case OperationNameRole: return nameOf(group).mid(toQString(m_groups->serviceNames[group]).size() + 1);
    case ToneRole:
        return static_cast<int>(column == FailedColumn && totals.errorCount > 0 ? CellTone::Bad : CellTone::Plain);
    default: return {};
    }
}

} // namespace tailspan::items
