// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/call_tree_model.h"

#include "models/items/span_totals_text.h"
#include "models/items/table_roles.h"

#include <algorithm>
#include <cmath>

namespace tailspan::items {

namespace {

using trace::CallTree;

constexpr std::array<TreeTableModel::Column, CallTreeModel::ColumnCount> kColumns{{{"Call path", true},
                                                                                   {"Calls"},
                                                                                   {"Calls a trace"},
                                                                                   {"p50"},
                                                                                   {"p95"},
                                                                                   {"Self a trace"},
                                                                                   {"Critical path"},
                                                                                   {"Failed"}}};

Duration roundedNs(double ns)
{
    return Duration(std::llround(ns));
}

} // namespace

CallTreeModel::CallTreeModel(QObject *parent) : TreeTableModel(parent) {}

void CallTreeModel::setTree(trace::TraceSnapshotPtr snapshot, std::shared_ptr<const trace::CallTree> tree)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_tree = std::move(tree);
    m_selfNs = 0;
    m_criticalNs = 0;
    std::vector<std::uint32_t> parentOf;
    if (m_tree != nullptr) {
        m_traces = static_cast<double>(std::max<std::size_t>(m_tree->selection.traceCount(), 1));
        for (const CallTree::Node &node : m_tree->nodes) {
            m_selfNs += static_cast<double>(node.totals.selfNs);
            m_criticalNs += static_cast<double>(node.totals.criticalNs);
            parentOf.push_back(node.parent);
        }
    }
    const std::vector<bool> isShown(parentOf.size(), true);
    setNodes(std::move(parentOf), isShown);
    endResetModel();
}

std::span<const TreeTableModel::Column> CallTreeModel::columns() const
{
    return kColumns;
}

QString CallTreeModel::nameOf(std::uint32_t node) const
{
    const CallTree::Node &n = m_tree->nodes[node];
    return toQString(m_snapshot->serviceName(ServiceId(n.service))) + QLatin1Char(' ')
        + toQString(m_snapshot->operationName(OperationId(n.operation)));
}

double CallTreeModel::figure(std::uint32_t node, int column) const
{
    const trace::SpanTotals &totals = m_tree->nodes[node].totals;
    switch (column) {
    case CallsColumn: return totals.count;
    case CallsPerTraceColumn: return totals.count / m_traces;
    case P50Column: return static_cast<double>(totals.p50Ns);
    case P95Column: return static_cast<double>(totals.p95Ns);
    case SelfColumn: return static_cast<double>(totals.selfNs) / m_traces;
    case CriticalColumn: return shareOf(static_cast<double>(totals.criticalNs), m_criticalNs);
    case FailedColumn: return failedShareOf(totals);
    default: return 0;
    }
}

QString CallTreeModel::text(const CallTree::Node &node, int column) const
{
    const trace::SpanTotals &totals = node.totals;
    switch (column) {
    case CallsColumn: return toQString(countText(totals.count));
    case CallsPerTraceColumn: return toQString(decimalText(totals.count / m_traces));
    case P50Column: return toQString(durationText(Duration(totals.p50Ns)));
    case P95Column: return toQString(durationText(Duration(totals.p95Ns)));
    case SelfColumn: return toQString(durationText(roundedNs(static_cast<double>(totals.selfNs) / m_traces)));
    case CriticalColumn: return toQString(percentText(shareOf(static_cast<double>(totals.criticalNs), m_criticalNs)));
    case FailedColumn: return failedText(totals);
    default: return {};
    }
}

QString CallTreeModel::fullText(const CallTree::Node &node, int column) const
{
    const trace::SpanTotals &totals = node.totals;
    switch (column) {
    case CallsColumn:
    case CallsPerTraceColumn: return countFullText(totals, "call", "calls");
    case P50Column:
    case P95Column: return durationsFullText(totals);
    case SelfColumn:
        return QStringLiteral("%1 in all, %2 of the self time of all paths")
            .arg(toQString(durationText(Duration(totals.selfNs))),
                 toQString(percentText(shareOf(static_cast<double>(totals.selfNs), m_selfNs))));
    case CriticalColumn:
        return QStringLiteral("%1 of the critical paths, %2 in all")
            .arg(toQString(percentText(shareOf(static_cast<double>(totals.criticalNs), m_criticalNs))),
                 toQString(durationText(Duration(totals.criticalNs))));
    case FailedColumn: return failedFullText(totals, "call", "calls");
    default: return {};
    }
}

QVariant CallTreeModel::barRatio(std::uint32_t node, int column) const
{
    const trace::SpanTotals &totals = m_tree->nodes[node].totals;
    if (column == SelfColumn)
        return shareOf(static_cast<double>(totals.selfNs), m_selfNs);
    if (column == CriticalColumn)
        return shareOf(static_cast<double>(totals.criticalNs), m_criticalNs);
    return {};
}

QVariant CallTreeModel::cell(std::uint32_t node, int column, int role) const
{
    const CallTree::Node &n = m_tree->nodes[node];
    switch (role) {
    case Qt::DisplayRole: return column == PathColumn ? nameOf(node) : text(n, column);
    case FullTextRole: return column == PathColumn ? nameOf(node) : fullText(n, column);
    case BarRatioRole: return barRatio(node, column);
    case ServiceRole: return n.service;
    case ServiceNameRole:
        return column == PathColumn ? QVariant(toQString(m_snapshot->serviceName(ServiceId(n.service)))) : QVariant();
    case OperationNameRole: return toQString(m_snapshot->operationName(OperationId(n.operation)));
    case ToneRole:
        return static_cast<int>(column == FailedColumn && n.totals.errorCount > 0 ? CellTone::Bad : CellTone::Plain);
    default: return {};
    }
}

} // namespace tailspan::items
