// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/analysis/span_tree_view.h"

#include "models/items/table_roles.h"
#include "models/items/tree_table_model.h"
#include "ui/analysis/span_table_delegate.h"
#include "ui/style/theme.h"
#include "ui/widgets/sort_header.h"
#include "ui/widgets/table_text.h"

#include <QPainter>
#include <QScopedValueRollback>

namespace tailspan::analysis {

SpanTreeView::SpanTreeView(items::TreeTableModel &model, std::initializer_list<int> widthsPx,
                           std::initializer_list<int> leaving, QWidget *parent)
    : QTreeView(parent), m_model(model), m_leaving(leaving)
{
    setHeader(new widgets::SortHeader(this));
    setModel(&model);
    setItemDelegate(new SpanTableDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setIndentation(16);
    setExpandsOnDoubleClick(true);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(0, QHeaderView::Stretch);
    int column = 1;
    for (const int width : widthsPx)
        header()->resizeSection(column++, width);
    widgets::addCopyAction(*this, items::FullTextRole, items::SortRole);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &current) {
        if (!m_isShowing && current.isValid())
            Q_EMIT nodeChosen(m_model.nodeAt(current));
    });
}

void SpanTreeView::resizeEvent(QResizeEvent *event)
{
    constexpr int kNamePx = 240;
    for (const int column : m_leaving)
        setColumnHidden(column, false);
    int neededPx = kNamePx;
    for (int column = 1; column < header()->count(); ++column)
        neededPx += header()->sectionSize(column);
    for (const int column : m_leaving) {
        if (neededPx <= viewport()->width())
            break;
        neededPx -= header()->sectionSize(column);
        setColumnHidden(column, true);
    }
    QTreeView::resizeEvent(event);
}

void SpanTreeView::showNode(std::uint32_t node)
{
    const QModelIndex index = m_model.indexOf(node);
    if (!index.isValid() || (currentIndex().isValid() && m_model.nodeAt(currentIndex()) == node))
        return;
    const QScopedValueRollback guard(m_isShowing, true);
    setCurrentIndex(index);
    scrollTo(index);
}

void SpanTreeView::expandWhatFits()
{
    const int most = std::max(viewport()->height() / style::metric::kTableRow, 8);
    int shown = m_model.rowCount();
    std::vector<QModelIndex> level;
    for (int row = 0; row < m_model.rowCount(); ++row)
        level.push_back(m_model.index(row, 0));
    while (!level.empty() && shown < most) {
        std::vector<QModelIndex> below;
        for (const QModelIndex &index : level) {
            const int children = m_model.rowCount(index);
            const bool isAlone = level.size() == 1; // whoever looks at it wants to see what is below
            if (children == 0 || (shown + children > most && !isAlone))
                continue;
            expand(index);
            shown += children;
            for (int row = 0; row < children; ++row)
                below.push_back(m_model.index(row, 0, index));
        }
        level = std::move(below);
    }
}

void SpanTreeView::drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem row(option);
    row.rect = QRect(0, option.rect.top(), viewport()->width(), option.rect.height());
    row.state.setFlag(QStyle::State_Selected, selectionModel()->isSelected(index));
    const QPoint pointer = viewport()->mapFromGlobal(QCursor::pos());
    row.state.setFlag(QStyle::State_MouseOver, viewport()->underMouse() && row.rect.contains(pointer));
    const bool isOdd = (row.rect.top() + verticalOffset()) / style::metric::kTableRow % 2 == 1;
    paintRowBackground(*painter, row, isOdd);
    QTreeView::drawRow(painter, option, index);
}

} // namespace tailspan::analysis
