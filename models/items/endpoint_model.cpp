// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/endpoint_model.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <array>
#include <cmath>

namespace tailspan::items {

using namespace Qt::StringLiterals;
using loadtest::Totals;

namespace {

template <class Number>
std::optional<double> asDouble(const std::optional<Number> &value)
{
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

} // namespace

void EndpointModel::setReport(loadtest::LoadTestReportPtr report)
{
    beginResetModel();
    m_report = std::move(report);
    m_totals.clear();
    m_advice.clear();
    if (m_report) {
        for (const loadtest::Endpoint &endpoint : m_report->endpoints)
            m_totals.push_back(loadtest::totalsOf(*m_report, endpoint));
    }
    endResetModel();
}

void EndpointModel::setAdvice(QHash<int, QStringList> advice)
{
    m_advice = std::move(advice);
    if (!m_totals.empty())
        Q_EMIT dataChanged(index(0, NameColumn), index(rowCount() - 1, NameColumn), {AdviceRole});
}

int EndpointModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_totals.size());
}

int EndpointModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EndpointModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const std::optional<double> value = number(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole:
    case FullTextRole: return text(index.row(), index.column(), role == FullTextRole);
    case SortRole:
        if (index.column() == NameColumn)
            return text(index.row(), NameColumn, true);
        return value ? QVariant(*value) : QVariant();
    case ToneRole: {
        const bool isFailure = index.column() == FailuresColumn || index.column() == ErrorRatioColumn;
        const CellTone tone = isFailure && value.value_or(0) > 0 ? CellTone::Bad : CellTone::Plain;
        return static_cast<int>(index.column() != NameColumn && !value ? CellTone::Muted : tone);
    }
    case AdviceRole: return index.column() == NameColumn ? m_advice.value(index.row()).join(u'\n') : QString();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight)
                                   | Qt::AlignVCenter);
    default: return {};
    }
}

std::optional<double> EndpointModel::number(int row, int column) const
{
    const Totals &totals = m_totals[static_cast<std::size_t>(row)];
    switch (column) {
    case RequestsColumn: return asDouble(totals.requests);
    case FailuresColumn: return asDouble(totals.failures);
    case ErrorRatioColumn: return totals.errorRatio;
    case P50Column: return asDouble(totals.latency.p50Ns);
    case P95Column: return asDouble(totals.latency.p95Ns);
    case P99Column: return asDouble(totals.latency.p99Ns);
    case MaxColumn: return asDouble(totals.latency.maxNs);
    default: return std::nullopt;
    }
}

QString EndpointModel::text(int row, int column, bool isFull) const
{
    if (column == NameColumn)
        return toQString(m_report->endpoints[static_cast<std::size_t>(row)].name);
    const std::optional<double> value = number(row, column);
    if (!value)
        return isFull ? QString() : u"no data"_s;
    if (column == ErrorRatioColumn)
        return toQString(percentText(*value));
    if (column == RequestsColumn || column == FailuresColumn)
        return isFull ? QString::number(*value, 'f', 0) : toQString(countText(static_cast<std::uint64_t>(*value)));
    // A copy carries plain milliseconds, so that a spreadsheet can count with them.
    return isFull ? QString::number(*value / 1e6, 'f', 3) : toQString(durationText(Duration(std::llround(*value))));
}

QVariant EndpointModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(section == NameColumn ? Qt::AlignLeft : Qt::AlignRight)
                                   | Qt::AlignVCenter);
    constexpr std::array<const char *, ColumnCount> kTitles{"Endpoint", "Requests", "Failures", "Failed",
                                                            "p50",      "p95",      "p99",      "Max"};
    if (role == FullTextRole && section >= P50Column)
        return QString(QString::fromLatin1(kTitles[static_cast<std::size_t>(section)]) + u" ms"_s);
    if (role != Qt::DisplayRole && role != FullTextRole)
        return {};
    return QString::fromLatin1(kTitles[static_cast<std::size_t>(section)]);
}

} // namespace tailspan::items
