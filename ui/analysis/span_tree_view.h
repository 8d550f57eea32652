// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeView>

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace tailspan::items {
class TreeTableModel;
}

namespace tailspan::analysis {

/// A tree or table of call paths or groups with sorted columns of figures. Rows copy as tab-separated text.
/// Thread: GUI.
class SpanTreeView final : public QTreeView {
    Q_OBJECT
public:
    /// `widthsPx` of the columns of figures; the first column takes the rest. In a narrow window the columns of
    /// `leaving` make room for names, one after the other; copies have them still.
    SpanTreeView(items::TreeTableModel &model, std::initializer_list<int> widthsPx, std::initializer_list<int> leaving,
                 QWidget *parent);

    /// Makes the row of that node the current one and opens what is above it; nothing for a node without a row.
    void showNode(std::uint32_t node);
    /// Opens rows from the top as long as all fit.
    void expandWhatFits();

Q_SIGNALS:
    /// By the user, not by showNode().
    void nodeChosen(std::uint32_t node);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    items::TreeTableModel &m_model;
    std::vector<int> m_leaving; // columns
    bool m_isShowing = false;
};

} // namespace tailspan::analysis
