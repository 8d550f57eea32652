// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/run_comparison_model.h"

#include "models/items/qt_text.h"
#include "models/items/run_comparison_text.h"
#include "models/loadtest/analysis_text.h"
#include "models/loadtest/comparison_parts.h"

#include <algorithm>
#include <array>

namespace tailspan::items {

using namespace Qt::StringLiterals;
using loadtest::ChangeVerdict;
using loadtest::MetricChange;

namespace {

bool isNumberColumn(int column)
{
    return column == RunComparisonModel::BeforeColumn || column == RunComparisonModel::AfterColumn
        || column == RunComparisonModel::ChangeColumn;
}

Qt::Alignment alignmentOf(int column)
{
    return (isNumberColumn(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

QVariant sortNumber(const std::optional<double> &value)
{
    return value ? QVariant(*value) : QVariant();
}

/// Worst first.
int rankOf(ChangeVerdict verdict)
{
    constexpr std::array kOrder{ChangeVerdict::Regression, ChangeVerdict::Inconclusive, ChangeVerdict::NotComparable,
                                ChangeVerdict::Improvement, ChangeVerdict::NoChange};
    return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), verdict) - kOrder.begin());
}

} // namespace

void RunComparisonModel::setComparison(const loadtest::Comparison *comparison,
                                       const loadtest::ComparisonOptions &options)
{
    beginResetModel();
    m_options = options;
    m_changes = comparison != nullptr ? comparison->metrics : std::vector<MetricChange>();
    m_reach = layout::ratioReach(m_changes);
    endResetModel();
}

layout::RatioFigures RunComparisonModel::figures(const MetricChange &one) const
{
    double least = m_options.minimumEffect;
    const double before = one.before.value_or(0);
    if (one.name.starts_with('p'))
        least = loadtest::minimumEffectAt(before, m_options);
    else if (one.name == "errors" && before > 0)
        least = std::max(least, m_options.minimumErrors / before);
    return {one.ratio, one.low, one.high, least};
}

int RunComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_changes.size());
}

int RunComparisonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunComparisonModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const MetricChange &one = change(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case FullTextRole: return text(one, index.column());
    case SortRole: return sortValue(one, index.row(), index.column());
    case FiguresRole: return QVariant::fromValue(figures(one));
    case ReachRole: return m_reach;
    case ToneRole:
        return static_cast<int>(index.column() == VerdictColumn                        ? changeTone(one.verdict)
                                    : index.column() == SubjectColumn && !one.endpoint ? CellTone::Muted
                                                                                       : CellTone::Plain);
    case Qt::TextAlignmentRole: return QVariant::fromValue(alignmentOf(index.column()));
    default: return {};
    }
}

QString RunComparisonModel::text(const MetricChange &one, int column) const
{
    switch (column) {
    case VerdictColumn:
        return one.hasTooFew && one.verdict == ChangeVerdict::Inconclusive ? u"too few requests"_s
                                                                           : changeWord(one.verdict);
    case SubjectColumn: return one.endpoint ? toQString(*one.endpoint) : u"all requests"_s;
    case MetricColumn: return toQString(one.name);
    case BeforeColumn: return toQString(loadtest::metricText(one.name, one.before));
    case AfterColumn: return toQString(loadtest::metricText(one.name, one.after));
    case ChangeColumn: return toQString(loadtest::changeText(one.ratio));
    case IntervalColumn: return toQString(loadtest::intervalText(one.low, one.high));
    default: return {};
    }
}

QVariant RunComparisonModel::sortValue(const MetricChange &one, int row, int column) const
{
    switch (column) {
    case VerdictColumn: return rankOf(one.verdict);
    case SubjectColumn: return one.endpoint ? QVariant(toQString(*one.endpoint)) : QVariant(QString());
    case BeforeColumn: return sortNumber(one.before);
    case AfterColumn: return sortNumber(one.after);
    case ChangeColumn: return sortNumber(one.ratio);
    case IntervalColumn: return sortNumber(one.low);
    default: return column == MetricColumn ? QVariant(text(one, column)) : QVariant(row);
    }
}

QVariant RunComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(alignmentOf(section));
    if (role != Qt::DisplayRole)
        return {};
    constexpr std::array<const char *, ColumnCount> kTitles{"Verdict", "Endpoint", "Figure",  "Before",
                                                            "After",   "Change",   "Interval"};
    return QString::fromLatin1(kTitles[static_cast<std::size_t>(section)]);
}

} // namespace tailspan::items
