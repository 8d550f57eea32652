// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace tailspan::replay {

/// Cells of the report's tables: figures under each other, good and bad with an icon beside the colour, the advisor's mark. Text and
/// tooltips are painted as they are, never as markup. Thread: GUI.
class ReportTableDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
    bool editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option,
                     const QModelIndex &index) override;

Q_SIGNALS:
    /// A click on the advisor's mark of a row.
    void adviceClicked(const QModelIndex &index, const QPoint &globalPos);

protected:
    /// Rows are marked whole; the cell that the keyboard is on has a line around it.
    static void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index);
};

} // namespace tailspan::replay
