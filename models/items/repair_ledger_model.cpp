// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/repair_ledger_model.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <algorithm>
#include <array>

namespace tailspan::items {

namespace {

// internalId of a heading; of an entry it is the row of its heading.
constexpr quintptr kHeading = ~quintptr{0};

} // namespace

RepairLedgerModel::RepairLedgerModel(QObject *parent) : QAbstractItemModel(parent) {}

void RepairLedgerModel::setSnapshot(trace::TraceSnapshotPtr snapshot, TraceRow onlyTrace)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_groups.clear();
    if (m_snapshot != nullptr) {
        std::array<std::vector<std::uint32_t>, trace::kRepairKindCount> byKind;
        const std::vector<trace::Repair> &entries = m_snapshot->ledger().entries();
        const std::vector<std::uint32_t> &traceOf = m_snapshot->spans().trace;
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            if (!onlyTrace.isValid()
                || (entries[i].row.isValid() && traceOf[entries[i].row.value()] == onlyTrace.value()))
                byKind[static_cast<std::size_t>(entries[i].kind)].push_back(i);
        }
        for (std::size_t kind = 0; kind < byKind.size(); ++kind) {
            if (!byKind[kind].empty())
                m_groups.push_back({static_cast<trace::RepairKind>(kind), std::move(byKind[kind]), 0});
        }
        // What changed the picture comes before what is only worth knowing.
        std::stable_partition(m_groups.begin(), m_groups.end(), [](const Group &g) { return trace::isRepair(g.kind); });
    }
    endResetModel();
}

bool RepairLedgerModel::isGroup(const QModelIndex &index)
{
    return index.isValid() && index.internalId() == kHeading;
}

QModelIndex RepairLedgerModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : kHeading);
}

QModelIndex RepairLedgerModel::parent(const QModelIndex &index) const
{
    if (!index.isValid() || isGroup(index))
        return {};
    return createIndex(static_cast<int>(index.internalId()), 0, kHeading);
}

int RepairLedgerModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (!isGroup(parent) || parent.column() != 0)
        return 0;
    return m_groups[static_cast<std::size_t>(parent.row())].handedOut;
}

int RepairLedgerModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() && !isGroup(parent) ? 0 : ColumnCount;
}

bool RepairLedgerModel::hasChildren(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return !m_groups.empty();
    return isGroup(parent) && parent.column() == 0;
}

bool RepairLedgerModel::canFetchMore(const QModelIndex &parent) const
{
    if (!isGroup(parent) || parent.column() != 0)
        return false;
    const Group &group = m_groups[static_cast<std::size_t>(parent.row())];
    return group.handedOut < static_cast<int>(group.entries.size());
}

void RepairLedgerModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    Group &group = m_groups[static_cast<std::size_t>(parent.row())];
    const int next = std::min(group.handedOut + kBatch, static_cast<int>(group.entries.size()));
    beginInsertRows(parent, group.handedOut, next - 1);
    group.handedOut = next;
    endInsertRows();
}

QVariant RepairLedgerModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (isGroup(index))
        return groupData(m_groups[static_cast<std::size_t>(index.row())], index.column(), role);
    const Group &group = m_groups[static_cast<std::size_t>(index.internalId())];
    const std::uint32_t entry = group.entries[static_cast<std::size_t>(index.row())];
    return entryData(m_snapshot->ledger().entries()[entry], index.column(), role);
}

QVariant RepairLedgerModel::groupData(const Group &group, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return column == TextColumn ? toQString(trace::repairKindTitle(group.kind))
                                    : toQString(countText(group.entries.size()));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(column == CountColumn ? Qt::AlignRight : Qt::AlignLeft)
                                   | Qt::AlignVCenter);
    case ExplanationRole: return toQString(trace::repairKindExplanation(group.kind));
    case IsRepairRole: return trace::isRepair(group.kind);
    default: return {};
    }
}

QVariant RepairLedgerModel::entryData(const trace::Repair &repair, int column, int role) const
{
    if (role == SpanRole)
        return repair.row.isValid() ? QVariant(repair.row.value()) : QVariant();
    if (column != TextColumn || (role != Qt::DisplayRole && role != FullTextRole))
        return {};
    QString text = toQString(trace::repairText(*m_snapshot, repair));
    if (repair.row.isValid())
        text = toQString(m_snapshot->serviceOf(repair.row)) + QLatin1Char(' ')
            + toQString(m_snapshot->operationOf(repair.row)) + QStringLiteral(": ") + text;
    return text;
}

QVariant RepairLedgerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == TextColumn ? QStringLiteral("What and which span") : QStringLiteral("Spans");
}

} // namespace tailspan::items
