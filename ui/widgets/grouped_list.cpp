// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/grouped_list.h"

#include "ui/style/fonts.h"
#include "ui/style/theme.h"
#include "ui/widgets/plain_tooltip.h"
#include "ui/widgets/table_text.h"

#include <QHeaderView>
#include <QHelpEvent>
#include <QStyledItemDelegate>

namespace tailspan::widgets {

namespace {

/// Rows of one height, and tooltips that are never taken for markup.
class GroupedListDelegate final : public QStyledItemDelegate {
public:
    GroupedListDelegate(int fullTextRole, QObject *parent) : QStyledItemDelegate(parent), m_fullTextRole(fullTextRole)
    {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), style::metric::kTableRow};
    }
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &,
                   const QModelIndex &index) override
    {
        if (event->type() != QEvent::ToolTip)
            return false;
        showPlainToolTip(event->globalPos(), index.data(m_fullTextRole).toString(), view);
        return true;
    }

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!index.parent().isValid())
            option->font = style::semiBold(style::tableFont());
    }

private:
    int m_fullTextRole;
};

} // namespace

GroupedList::GroupedList(QAbstractItemModel *model, int fullTextRole, QWidget *parent) : QTreeView(parent)
{
    constexpr int kIndentationPx = 14;
    setModel(model);
    setItemDelegate(new GroupedListDelegate(fullTextRole, this));
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setFont(style::tableFont());
    setHeaderHidden(true);
    setIndentation(kIndentationPx);
    setTextElideMode(Qt::ElideRight);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(0, QHeaderView::Stretch);
    addCopyAction(*this, fullTextRole);
}

} // namespace tailspan::widgets
