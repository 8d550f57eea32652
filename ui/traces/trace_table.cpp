// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/traces/trace_table.h"

#include "models/items/table_roles.h"
#include "models/items/trace_list_model.h"
#include "ui/analysis/span_table_delegate.h"
#include "ui/style/theme.h"
#include "ui/widgets/sort_header.h"
#include "ui/widgets/table_text.h"

#include <QTableView>

#include <array>
#include <utility>

namespace tailspan::traces {

using items::TraceListModel;

namespace {

QHeaderView::ResizeMode modeOf(int column)
{
    return column == TraceListModel::RootColumn ? QHeaderView::Stretch : QHeaderView::Interactive;
}

} // namespace

QTableView *makeTraceTable(TraceListModel &model, QWidget *parent)
{
    auto *list = new QTableView(parent);
    list->setObjectName(QStringLiteral("traceList"));
    list->setAccessibleName(QObject::tr("Traces"));
    list->setHorizontalHeader(new widgets::SortHeader(list));
    list->setModel(&model);
    list->setItemDelegate(new analysis::SpanTableDelegate(list));
    list->setFrameShape(QFrame::NoFrame);
    list->setShowGrid(false);
    list->setSelectionBehavior(QAbstractItemView::SelectRows);
    list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list->setTabKeyNavigation(false);
    list->setWordWrap(false);
    list->setMouseTracking(true);
    list->verticalHeader()->hide();
    list->verticalHeader()->setDefaultSectionSize(style::metric::kTableRow);
    list->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    list->verticalHeader()->setMinimumSectionSize(style::metric::kTableRow);
    list->horizontalHeader()->setSortIndicator(TraceListModel::DurationColumn, Qt::DescendingOrder);
    list->setSortingEnabled(true);
    constexpr std::array<int, TraceListModel::ColumnCount> kWidths{300, 116, 110, 76, 80, 72, 76, 96};
    for (int column = 0; column < TraceListModel::ColumnCount; ++column) {
        list->horizontalHeader()->setSectionResizeMode(column, modeOf(column));
        list->setColumnWidth(column, kWidths[static_cast<std::size_t>(column)]);
    }
    widgets::addCopyAction(*list, items::FullTextRole, items::SortRole);
    return list;
}

void fitTraceColumns(QTableView &table, int widthPx)
{
    constexpr std::array<std::pair<int, int>, 3> kHiddenBelowPx{{{TraceListModel::TraceIdColumn, 840},
                                                                 {TraceListModel::ServicesColumn, 740},
                                                                 {TraceListModel::RepairsColumn, 660}}};
    for (const auto &[column, limitPx] : kHiddenBelowPx)
        table.setColumnHidden(column, widthPx < limitPx);
}

} // namespace tailspan::traces
