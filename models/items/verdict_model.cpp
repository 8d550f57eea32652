// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/verdict_model.h"

#include "models/base/number_text.h"
#include "models/items/qt_text.h"
#include "models/items/verdict_text.h"

#include <array>

namespace tailspan::items {

using namespace Qt::StringLiterals;
using loadtest::Verdict;
using loadtest::VerdictLine;

namespace {

CellTone toneOf(const VerdictLine &line, int column)
{
    if (column == VerdictModel::UnitColumn)
        return CellTone::Muted;
    if (column != VerdictModel::VerdictColumn)
        return CellTone::Plain;
    if (!line.verdict->passed)
        return CellTone::Warning;
    return *line.verdict->passed ? CellTone::Good : CellTone::Bad;
}

/// Words such as "requests/min" stand in the column of units already.
std::string plainUnit(const std::string &unit)
{
    return unit == "ms" || unit == "s" || unit == "%" ? unit : std::string();
}

bool isNumberColumn(int column)
{
    return column == VerdictModel::LimitColumn || column == VerdictModel::ObservedColumn;
}

QVariant sortNumber(const std::optional<double> &value)
{
    return value ? QVariant(*value) : QVariant();
}

} // namespace

void VerdictModel::setReport(loadtest::LoadTestReportPtr report)
{
    beginResetModel();
    m_report = std::move(report);
    m_lines = m_report ? loadtest::verdictsToShow(*m_report) : std::vector<VerdictLine>();
    endResetModel();
}

int VerdictModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int VerdictModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant VerdictModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const VerdictLine &line = m_lines[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return displayText(line, index.column());
    case FullTextRole: return fullText(line, index.column());
    case BreachRole:
        return line.verdict->breach ? QVariant(static_cast<qlonglong>(line.verdict->breach->begin.ns())) : QVariant();
    case SortRole: return sortValue(line, index.row(), index.column());
    case ToneRole: return static_cast<int>(toneOf(line, index.column()));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(isNumberColumn(index.column()) ? Qt::AlignRight : Qt::AlignLeft)
                                   | Qt::AlignVCenter);
    default: return {};
    }
}

QString VerdictModel::displayText(const VerdictLine &line, int column) const
{
    const Verdict &verdict = *line.verdict;
    switch (column) {
    case VerdictColumn: return line.isDisputed ? verdictWord(verdict) + u", disputed"_s : verdictWord(verdict);
    case ScenarioColumn: return toQString(verdict.scenario);
    case CriterionColumn: return toQString(verdict.criterion);
    case ObservedColumn: return verdictNumberText(verdict.observed, plainUnit(verdict.unit));
    case LimitColumn: return verdict.limit ? verdictLimitText(verdict, plainUnit(verdict.unit)) : u"no data"_s;
    case UnitColumn: return verdict.unit.empty() ? u"number"_s : toQString(verdict.unit);
    case OriginColumn:
        return verdict.breach
            ? u"%1, from %2"_s.arg(verdictOriginText(verdict.origin), toQString(clockText(verdict.breach->begin)))
            : verdictOriginText(verdict.origin);
    default: return {};
    }
}

/// Own limits know more than fits a cell: where they first broke, and how sure the value is.
QString VerdictModel::fullText(const VerdictLine &line, int column) const
{
    const QString text = displayText(line, column);
    QString more;
    if (column == VerdictColumn)
        more = verdictDetailText(*line.verdict);
    else if (column == ObservedColumn)
        more = verdictIntervalText(*line.verdict, plainUnit(line.verdict->unit));
    return more.isEmpty() ? text : text + u" ("_s + more + u")"_s;
}

QVariant VerdictModel::sortValue(const VerdictLine &line, int row, int column) const
{
    switch (column) {
    case VerdictColumn: return row; // the order of the model: disputed, failed, open, passed
    case ObservedColumn: return sortNumber(line.verdict->observed);
    case LimitColumn: return sortNumber(line.verdict->limit);
    default: return displayText(line, column);
    }
}

QVariant VerdictModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(isNumberColumn(section) ? Qt::AlignRight : Qt::AlignLeft)
                                   | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    constexpr std::array<const char *, ColumnCount> kTitles{"Verdict", "Scenario", "Criterion", "Observed",
                                                            "Limit",   "Unit",     "Judged by"};
    return QString::fromLatin1(kTitles[static_cast<std::size_t>(section)]);
}

} // namespace tailspan::items
