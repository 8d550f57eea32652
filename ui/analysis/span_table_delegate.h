// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace tailspan::analysis {

/// Cells of the tables of traces, spans and call paths, as items::TableRole describes them: a service's colour with
/// its name and the operation, figures over a bar of their share or change, errors with an icon. All text is painted as
/// it is; tooltips are plain too. Thread: GUI.
class SpanTableDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
};

/// What is behind a cell: selected, under the pointer, every second row.
void paintRowBackground(QPainter &painter, const QStyleOptionViewItem &option, bool isOdd);

} // namespace tailspan::analysis
