// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>
#include <QTableView>

class QSortFilterProxyModel;

namespace tailspan::items {
class TextTableModel;
}

namespace tailspan::metrics {

/// Cells in the colour of their tone, with the whole text as plain tooltip.
class ToneDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

/// A sortable table of texts in the look of the others. Thread: GUI.
class TextTable final : public QTableView {
    Q_OBJECT
public:
    TextTable(items::TextTableModel &model, int stretchColumn, QWidget *parent = nullptr);

    /// Columns as wide as what is in them.
    void fitColumns();
    /// The row of the model behind the current one; -1 for none.
    [[nodiscard]] int currentRow() const;
    void setFilter(const QString &text);

Q_SIGNALS:
    void currentRowChanged();

private:
    items::TextTableModel &m_model;
    QSortFilterProxyModel *m_sorted = nullptr;
    int m_stretchColumn;
};

} // namespace tailspan::metrics
