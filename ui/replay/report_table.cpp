// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/replay/report_table.h"

#include "models/items/table_roles.h"
#include "ui/replay/report_table_delegate.h"
#include "ui/style/theme.h"
#include "ui/widgets/table_text.h"

#include <QFocusEvent>
#include <QHeaderView>
#include <QSortFilterProxyModel>

namespace tailspan::replay {

namespace {

constexpr int kMostColumnPx = 180;
constexpr int kRowsToMeasure = 200;

/// Cells without a number come last, whichever way the column runs.
class SortedRows final : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override
    {
        const QVariant a = left.data(sortRole());
        const QVariant b = right.data(sortRole());
        if (a.isValid() != b.isValid())
            return a.isValid() == (sortOrder() == Qt::AscendingOrder);
        return QSortFilterProxyModel::lessThan(left, right);
    }
};

} // namespace

ReportTable::ReportTable(QAbstractItemModel &model, int stretchColumn, QWidget *parent)
    : QTableView(parent), m_sorted(new SortedRows(this)), m_stretchColumn(stretchColumn)
{
    m_sorted->setSourceModel(&model);
    m_sorted->setSortRole(items::SortRole);
    m_sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    setModel(m_sorted);
    auto *delegate = new ReportTableDelegate(this);
    setItemDelegate(delegate);
    const auto tell = [this](const QModelIndex &index, const QPoint &globalPos) {
        const QModelIndex first = m_sorted->mapToSource(index).siblingAtColumn(0);
        if (!first.data(items::AdviceRole).toString().isEmpty())
            Q_EMIT adviceChosen(first.row(), globalPos);
    };
    connect(delegate, &ReportTableDelegate::adviceClicked, this, tell);
    connect(this, &QAbstractItemView::activated, this, [this, tell](const QModelIndex &index) {
        tell(index, viewport()->mapToGlobal(visualRect(index).bottomLeft()));
    });
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setTabKeyNavigation(false);
    setWordWrap(false);
    setMouseTracking(true);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(style::metric::kTableRow);
    verticalHeader()->setDefaultSectionSize(style::metric::kTableRow);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setResizeContentsPrecision(kRowsToMeasure);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setSectionResizeMode(m_stretchColumn, QHeaderView::Stretch);
    horizontalHeader()->setMinimumSectionSize(48);
    horizontalHeader()->setSortIndicatorClearable(true); // a third click: the model's own order again
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
    widgets::addCopyAction(*this, items::FullTextRole, items::SortRole);
}

void ReportTable::fitColumns()
{
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_sorted->sort(-1);
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (column == m_stretchColumn)
            continue;
        const int wanted = std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
        setColumnWidth(column, std::min(wanted, kMostColumnPx));
    }
}

void ReportTable::focusInEvent(QFocusEvent *event)
{
    QTableView::focusInEvent(event);
    // A table without a current row would take the keys and show nothing.
    const bool isByKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (isByKey && !currentIndex().isValid() && model()->rowCount() > 0)
        setCurrentIndex(model()->index(0, 0));
}

} // namespace tailspan::replay
