// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/trace_list_model.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace tailspan::items {

namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr qsizetype kShortIdLength = 8;

/// The place of each name in alphabetical order.
template <class NameOf>
std::vector<std::uint32_t> ranksOf(std::size_t count, NameOf nameOf)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&nameOf](std::uint32_t a, std::uint32_t b) { return nameOf(a) < nameOf(b); });
    std::vector<std::uint32_t> ranks(count);
    for (std::uint32_t place = 0; place < count; ++place)
        ranks[order[place]] = place;
    return ranks;
}

QString startText(std::int64_t startNs, bool withDate)
{
    const QString iso = toQString(isoText(TimePoint(startNs)));
    if (!iso.contains(QLatin1Char('T')))
        return QStringLiteral("out of range");
    const QString clock = toQString(clockText(TimePoint(startNs), true));
    return withDate ? QString(iso.left(10) + QLatin1Char(' ') + clock) : clock;
}

CellTone toneOf(const trace::TraceSummary &trace, int column)
{
    switch (column) {
    case TraceListModel::TraceIdColumn: return CellTone::Id;
    case TraceListModel::ErrorsColumn: return trace.errorCount > 0 ? CellTone::Bad : CellTone::Plain;
    case TraceListModel::RepairsColumn: return CellTone::Warning;
    default: return CellTone::Plain;
    }
}

/// A trace of no length counts as the moment it stands at. An empty range holds everything.
bool overlaps(const trace::TraceSummary &trace, TimeRange range)
{
    const TimePoint begin(trace.startNs);
    const TimePoint end = begin + Duration(trace.durationNs);
    return range.isEmpty() || (begin < range.end && (end > range.begin || range.contains(begin)));
}

} // namespace

TraceListModel::TraceListModel(QObject *parent) : QAbstractTableModel(parent) {}

void TraceListModel::setSnapshot(trace::TraceSnapshotPtr snapshot)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_fits.reset();
    m_serviceRanks.clear();
    m_operationRanks.clear();
    m_showsDates = m_snapshot != nullptr && m_snapshot->range().length().ns() >= kDayNs;
    refilter();
    endResetModel();
}

void TraceListModel::setFitting(std::shared_ptr<const std::vector<bool>> fits)
{
    if (fits == m_fits)
        return;
    beginResetModel();
    m_fits = std::move(fits);
    refilter();
    endResetModel();
}

void TraceListModel::setRange(TimeRange range)
{
    if (range == m_range)
        return;
    beginResetModel();
    m_range = range;
    refilter();
    endResetModel();
}

TraceRow TraceListModel::traceAt(int row) const
{
    return row >= 0 && row < rowCount() ? TraceRow(m_order[static_cast<std::size_t>(row)]) : TraceRow();
}

std::optional<int> TraceListModel::rowOf(TraceRow trace) const
{
    const auto found = std::find(m_order.begin(), m_order.end(), trace.value());
    if (found == m_order.end())
        return std::nullopt;
    return static_cast<int>(found - m_order.begin());
}

int TraceListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int TraceListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TraceListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const std::uint32_t traceRow = m_order[static_cast<std::size_t>(index.row())];
    const trace::TraceSummary &trace = m_snapshot->traces()[traceRow];
    switch (role) {
    case Qt::DisplayRole: return displayText(trace, index.column());
    case FullTextRole: return fullText(trace, index.column());
    case Qt::TextAlignmentRole: {
        const bool isText = index.column() == RootColumn || index.column() == TraceIdColumn;
        return QVariant::fromValue(Qt::Alignment(isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    case SortRole: return sortValue(trace, index.column());
    case TraceRole: return traceRow;
    case BarRatioRole:
        if (index.column() != DurationColumn)
            return {};
        return m_longestNs > 0 ? static_cast<double>(trace.durationNs) / static_cast<double>(m_longestNs) : 0.0;
    case ServiceRole: return m_snapshot->spans().service[trace.rootRow];
    case ServiceNameRole:
        return index.column() == RootColumn ? QVariant(toQString(m_snapshot->serviceOf(SpanRow(trace.rootRow))))
                                            : QVariant();
    case OperationNameRole: return toQString(m_snapshot->operationOf(SpanRow(trace.rootRow)));
    case ToneRole: return static_cast<int>(toneOf(trace, index.column()));
    case MarkedRole: return index.column() == RootColumn && isMarked(trace);
    case Qt::AccessibleDescriptionRole:
        return index.column() == RootColumn && isMarked(trace) ? tr("ran at the crosshair") : QString();
    default: return {};
    }
}

bool TraceListModel::isMarked(const trace::TraceSummary &trace) const
{
    return !m_moment.isEmpty() && trace.startNs < m_moment.end.ns()
        && saturatingAdd(trace.startNs, trace.durationNs) >= m_moment.begin.ns();
}

void TraceListModel::setMoment(TimeRange step)
{
    if (step == m_moment)
        return;
    m_moment = step;
    if (!m_order.empty())
        Q_EMIT dataChanged(index(0, RootColumn), index(rowCount() - 1, RootColumn), {MarkedRole});
}

QString TraceListModel::displayText(const trace::TraceSummary &trace, int column) const
{
    switch (column) {
    case RootColumn:
        return toQString(m_snapshot->serviceOf(SpanRow(trace.rootRow))) + QLatin1Char(' ')
            + toQString(m_snapshot->operationOf(SpanRow(trace.rootRow)));
    case StartColumn: return startText(trace.startNs, m_showsDates);
    case DurationColumn: return toQString(durationText(Duration(trace.durationNs)));
    case SpansColumn: return toQString(countText(trace.spanCount));
    case ServicesColumn: return toQString(countText(trace.serviceCount));
    case ErrorsColumn: return trace.errorCount == 0 ? QString() : toQString(countText(trace.errorCount));
    case RepairsColumn: return trace.repairCount == 0 ? QString() : toQString(countText(trace.repairCount));
    case TraceIdColumn: return toQString(m_snapshot->traceIdText(trace)).left(kShortIdLength);
    default: return {};
    }
}

QString TraceListModel::fullText(const trace::TraceSummary &trace, int column) const
{
    switch (column) {
    case StartColumn: return toQString(isoText(TimePoint(trace.startNs)));
    case DurationColumn:
        return toQString(countText(static_cast<std::uint64_t>(std::max<std::int64_t>(trace.durationNs, 0))) + " ns");
    case ServicesColumn: {
        QString names;
        for (const std::uint32_t service : m_snapshot->servicesOf(trace))
            names += (names.isEmpty() ? QString() : QStringLiteral(", "))
                + toQString(m_snapshot->serviceName(ServiceId(service)));
        return names;
    }
    case TraceIdColumn: return toQString(m_snapshot->traceIdText(trace));
    default: return displayText(trace, column);
    }
}

QVariant TraceListModel::sortValue(const trace::TraceSummary &trace, int column) const
{
    switch (column) {
    case StartColumn: return qint64{trace.startNs};
    case DurationColumn: return qint64{trace.durationNs};
    case SpansColumn: return trace.spanCount;
    case ServicesColumn: return trace.serviceCount;
    case ErrorsColumn: return trace.errorCount;
    case RepairsColumn: return trace.repairCount;
    default: return fullText(trace, column);
    }
}

QVariant TraceListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool isText = section == RootColumn || section == TraceIdColumn;
        return QVariant::fromValue(Qt::Alignment(isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole)
        return {};
    constexpr std::array<const char *, ColumnCount> kTitles{
        "Service and operation", "Start, UTC", "Duration", "Spans", "Services", "Errors", "Repairs", "Trace"};
    return QString::fromLatin1(kTitles[static_cast<std::size_t>(section)]);
}

void TraceListModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= ColumnCount)
        return;
    m_sortColumn = column;
    m_sortOrder = order;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<std::uint32_t> traces;
    for (const QModelIndex &index : before)
        traces.push_back(m_order[static_cast<std::size_t>(index.row())]);
    reorder();
    if (!before.isEmpty()) {
        std::vector<int> rowOfTrace(m_snapshot->traces().size(), -1);
        for (std::size_t row = 0; row < m_order.size(); ++row)
            rowOfTrace[m_order[row]] = static_cast<int>(row);
        QModelIndexList after;
        for (qsizetype i = 0; i < before.size(); ++i)
            after.append(index(rowOfTrace[traces[static_cast<std::size_t>(i)]], before[i].column()));
        changePersistentIndexList(before, after);
    }
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

void TraceListModel::refilter()
{
    m_order.clear();
    m_longestNs = 0;
    if (m_snapshot == nullptr)
        return;
    const std::vector<trace::TraceSummary> &traces = m_snapshot->traces();
    for (std::uint32_t row = 0; row < traces.size(); ++row) {
        if (!overlaps(traces[row], m_range) || (m_fits != nullptr && !(*m_fits)[row]))
            continue;
        m_order.push_back(row);
        m_longestNs = std::max(m_longestNs, traces[row].durationNs);
    }
    reorder();
}

void TraceListModel::rankNames()
{
    if (!m_serviceRanks.empty() || !m_operationRanks.empty())
        return;
    m_serviceRanks = ranksOf(m_snapshot->serviceCount(),
                             [this](std::uint32_t id) { return m_snapshot->serviceName(ServiceId(id)); });
    m_operationRanks = ranksOf(m_snapshot->operationCount(),
                               [this](std::uint32_t id) { return m_snapshot->operationName(OperationId(id)); });
}

std::int64_t TraceListModel::sortKey(const trace::TraceSummary &trace) const
{
    switch (m_sortColumn) {
    case RootColumn: {
        const trace::SpanTable &spans = m_snapshot->spans();
        return (std::int64_t{m_serviceRanks[spans.service[trace.rootRow]]} << 32)
            | std::int64_t{m_operationRanks[spans.operation[trace.rootRow]]};
    }
    case DurationColumn: return trace.durationNs;
    case SpansColumn: return trace.spanCount;
    case ServicesColumn: return trace.serviceCount;
    case ErrorsColumn: return trace.errorCount;
    case RepairsColumn: return trace.repairCount;
    default: return trace.startNs;
    }
}

void TraceListModel::reorder()
{
    if (m_snapshot == nullptr)
        return;
    const std::vector<trace::TraceSummary> &traces = m_snapshot->traces();
    const bool isDescending = m_sortOrder == Qt::DescendingOrder;
    if (m_sortColumn == TraceIdColumn) {
        std::sort(m_order.begin(), m_order.end(), [&](std::uint32_t a, std::uint32_t b) {
            const trace::Id &left = traces[a].id;
            const trace::Id &right = traces[b].id;
            const auto leftKey = std::make_tuple(left.high, left.low, a);
            const auto rightKey = std::make_tuple(right.high, right.low, b);
            return isDescending ? rightKey < leftKey : leftKey < rightKey;
        });
        return;
    }
    if (m_sortColumn == RootColumn)
        rankNames();
    // Traces with equal keys keep the order of their start, whichever way the column runs.
    std::vector<std::pair<std::int64_t, std::uint32_t>> keys;
    keys.reserve(m_order.size());
    for (const std::uint32_t row : m_order)
        keys.emplace_back(sortKey(traces[row]), row);
    std::sort(keys.begin(), keys.end(), [isDescending](const auto &a, const auto &b) {
        if (a.first != b.first)
            return isDescending ? a.first > b.first : a.first < b.first;
        return a.second < b.second;
    });
    for (std::size_t i = 0; i < keys.size(); ++i)
        m_order[i] = keys[i].second;
}

} // namespace tailspan::items
