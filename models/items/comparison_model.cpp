// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/comparison_model.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/items/table_roles.h"

#include <algorithm>
#include <cmath>

namespace tailspan::items {

namespace {

using trace::TraceComparison;

constexpr std::array<TreeTableModel::Column, ComparisonModel::ColumnCount> kColumns{{{"Call path", true},
                                                                                     {"Critical path"},
                                                                                     {"Self time"},
                                                                                     {"p50"},
                                                                                     {"p95"},
                                                                                     {"Path share"},
                                                                                     {"Calls a trace"},
                                                                                     {"Failed"},
                                                                                     {"Chance"}}};

QString duration(double ns)
{
    return toQString(durationText(Duration(std::llround(ns))));
}

QString changeText(double ns)
{
    const std::int64_t rounded = std::llround(ns);
    if (rounded == 0)
        return QStringLiteral("0");
    return (rounded > 0 ? QStringLiteral("+") : QString()) + toQString(durationText(Duration(rounded)));
}

QString fromTo(const QString &a, const QString &b)
{
    return a == b ? b : a + QStringLiteral(" \u2192 ") + b;
}

/// The least of the three: the measure that says most clearly that something changed.
double leastRate(const TraceComparison::Path &path)
{
    return std::min(
        {path.selfNs.falseDiscoveryRate, path.criticalNs.falseDiscoveryRate, path.errors.falseDiscoveryRate});
}

QString presenceText(const TraceComparison::Path &path)
{
    if (path.isAdded())
        return QStringLiteral("  \u00b7  only in B");
    return path.isRemoved() ? QStringLiteral("  \u00b7  only in A") : QString();
}

QString chanceText(const TraceComparison::Path &path)
{
    if (path.isSignificant())
        return QStringLiteral("clear");
    return leastRate(path) >= 1 ? QStringLiteral("too few") : QStringLiteral("may be chance");
}

} // namespace

ComparisonModel::ComparisonModel(QObject *parent) : TreeTableModel(parent) {}

void ComparisonModel::setComparison(std::shared_ptr<const Compared> compared)
{
    beginResetModel();
    m_compared = std::move(compared);
    rebuild();
    endResetModel();
}

void ComparisonModel::setTree(bool isTree)
{
    beginResetModel();
    m_isTree = isTree;
    rebuild();
    endResetModel();
}

void ComparisonModel::setOnlySignificant(bool onlySignificant)
{
    beginResetModel();
    m_onlySignificant = onlySignificant;
    rebuild();
    endResetModel();
}

/// Nodes are places in byContribution for the list and paths for the tree: each is numbered in its own first order.
void ComparisonModel::rebuild()
{
    m_largestCriticalNs = 0;
    m_largestSelfNs = 0;
    std::vector<std::uint32_t> parentOf;
    std::vector<bool> isShown;
    if (m_compared != nullptr) {
        const TraceComparison &comparison = m_compared->comparison;
        for (const TraceComparison::Path &path : comparison.paths) {
            m_largestCriticalNs = std::max(m_largestCriticalNs, std::abs(path.criticalNs.change()));
            m_largestSelfNs = std::max(m_largestSelfNs, std::abs(path.selfNs.change()));
            if (m_isTree)
                parentOf.push_back(path.parent);
        }
        if (!m_isTree)
            parentOf.assign(comparison.byContribution.size(), kNone);
        isShown.assign(parentOf.size(), true);
        for (std::uint32_t node = 0; m_onlySignificant && !m_isTree && node < isShown.size(); ++node)
            isShown[node] = pathAt(node).isSignificant();
    }
    setNodes(std::move(parentOf), isShown);
}

const TraceComparison::Path &ComparisonModel::pathAt(std::uint32_t path) const
{
    const TraceComparison &comparison = m_compared->comparison;
    return comparison.paths[m_isTree ? path : comparison.byContribution[path]];
}

ComparisonModel::Exemplar ComparisonModel::exemplarOf(std::uint32_t path) const
{
    const TraceComparison::Path &p = pathAt(path);
    const TraceComparison &comparison = m_compared->comparison;
    if (!p.isRemoved())
        return {true, SpanRow(comparison.b.nodes[p.nodeB].totals.longestRow)};
    return {false, SpanRow(comparison.a.nodes[p.nodeA].totals.longestRow)};
}

std::span<const TreeTableModel::Column> ComparisonModel::columns() const
{
    return kColumns;
}

QString ComparisonModel::serviceOf(std::uint32_t path) const
{
    const Exemplar span = exemplarOf(path);
    return toQString((span.isOfB ? m_compared->snapshotB : m_compared->snapshotA)->serviceOf(span.row));
}

QString ComparisonModel::operationOf(std::uint32_t path) const
{
    const Exemplar span = exemplarOf(path);
    return toQString((span.isOfB ? m_compared->snapshotB : m_compared->snapshotA)->operationOf(span.row));
}

QString ComparisonModel::nameOf(std::uint32_t path) const
{
    return serviceOf(path) + QLatin1Char(' ') + operationOf(path);
}

double ComparisonModel::figure(std::uint32_t path, int column) const
{
    const TraceComparison::Path &p = pathAt(path);
    const TraceComparison::Side a = m_compared->comparison.sideA(p);
    const TraceComparison::Side b = m_compared->comparison.sideB(p);
    switch (column) {
    case CriticalColumn: return std::abs(p.criticalNs.change());
    case SelfColumn: return std::abs(p.selfNs.change());
    case P50Column: return static_cast<double>(b.p50Ns) - static_cast<double>(a.p50Ns);
    case P95Column: return static_cast<double>(b.p95Ns) - static_cast<double>(a.p95Ns);
    case ShareColumn: return b.criticalShare - a.criticalShare;
    case CallsColumn: return b.countPerTrace - a.countPerTrace;
    case FailedColumn: return b.errorShare - a.errorShare;
    case ChanceColumn: return leastRate(p);
    default: return 0;
    }
}

QString ComparisonModel::text(std::uint32_t path, int column) const
{
    const TraceComparison::Path &p = pathAt(path);
    const TraceComparison::Side a = m_compared->comparison.sideA(p);
    const TraceComparison::Side b = m_compared->comparison.sideB(p);
    const auto sides = [&](const QString &textA, const QString &textB) {
        const QString none = QStringLiteral("\u2013");
        return fromTo(p.isAdded() ? none : textA, p.isRemoved() ? none : textB);
    };
    switch (column) {
    case CriticalColumn: return changeText(p.criticalNs.change());
    case SelfColumn: return changeText(p.selfNs.change());
    case P50Column: return sides(duration(static_cast<double>(a.p50Ns)), duration(static_cast<double>(b.p50Ns)));
    case P95Column: return sides(duration(static_cast<double>(a.p95Ns)), duration(static_cast<double>(b.p95Ns)));
    case ShareColumn: return sides(toQString(percentText(a.criticalShare)), toQString(percentText(b.criticalShare)));
    case CallsColumn: return sides(toQString(decimalText(a.countPerTrace)), toQString(decimalText(b.countPerTrace)));
    case FailedColumn:
        if (a.errorShare == 0 && b.errorShare == 0)
            return {};
        return sides(toQString(percentText(a.errorShare)), toQString(percentText(b.errorShare)));
    case ChanceColumn: return chanceText(p);
    default: return {};
    }
}

QString ComparisonModel::fullText(std::uint32_t path, int column) const
{
    const TraceComparison::Path &p = pathAt(path);
    const auto measure = [](const char *what, const TraceComparison::Measure &m) {
        return QStringLiteral(
                   "%1 a trace: %2 in A, %3 in B. Chance alone: p = %4, after correction for all paths q = %5.")
            .arg(QString::fromUtf8(what), duration(m.a), duration(m.b), toQString(decimalText(m.pValue)),
                 toQString(decimalText(m.falseDiscoveryRate)));
    };
    switch (column) {
    case PathColumn: {
        QStringList names;
        for (std::uint32_t at = m_isTree ? path : m_compared->comparison.byContribution[path]; at != kNone;
             at = m_compared->comparison.paths[at].parent) {
            const TraceComparison::Path &above = m_compared->comparison.paths[at];
            const bool isOfB = !above.isRemoved();
            const trace::TraceSnapshot &snapshot = isOfB ? *m_compared->snapshotB : *m_compared->snapshotA;
            const trace::CallTree &tree = isOfB ? m_compared->comparison.b : m_compared->comparison.a;
            const SpanRow row(tree.nodes[isOfB ? above.nodeB : above.nodeA].totals.longestRow);
            names.prepend(toQString(snapshot.serviceOf(row)) + QLatin1Char(' ') + toQString(snapshot.operationOf(row)));
        }
        return names.join(QStringLiteral(" \u203a "));
    }
    case CriticalColumn: return measure("On the critical path", p.criticalNs);
    case SelfColumn: return measure("Self time", p.selfNs);
    case ChanceColumn:
        return chanceText(p)
            + QStringLiteral(
                  ": q = %1. Of the paths called clear at most one in twenty is expected to be so by chance; "
                  "each trace counts once, however many spans it has.")
                  .arg(toQString(decimalText(leastRate(p))));
    default: return text(path, column);
    }
}

QVariant ComparisonModel::barRatio(std::uint32_t path, int column) const
{
    const TraceComparison::Path &p = pathAt(path);
    if (column == CriticalColumn && m_largestCriticalNs > 0)
        return p.criticalNs.change() / m_largestCriticalNs;
    if (column == SelfColumn && m_largestSelfNs > 0)
        return p.selfNs.change() / m_largestSelfNs;
    return {};
}

QVariant ComparisonModel::cell(std::uint32_t path, int column, int role) const
{
    const TraceComparison::Path &p = pathAt(path);
    switch (role) {
    case Qt::DisplayRole: return column == PathColumn ? nameOf(path) : text(path, column);
    case FullTextRole: return fullText(path, column);
    case BarRatioRole: return barRatio(path, column);
    case IsChangeRole: return column == CriticalColumn || column == SelfColumn;
    case ServiceRole: {
        const Exemplar span = exemplarOf(path);
        return (span.isOfB ? m_compared->snapshotB : m_compared->snapshotA)->spans().service[span.row.value()];
    }
    case ServiceNameRole: return column == PathColumn ? QVariant(serviceOf(path)) : QVariant();
    case OperationNameRole: return QString(operationOf(path) + presenceText(p));
    case ToneRole:
        return static_cast<int>(column == ChanceColumn && !p.isSignificant() ? CellTone::Muted : CellTone::Plain);
    default: return {};
    }
}

} // namespace tailspan::items
