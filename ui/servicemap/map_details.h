// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/servicemap/map_canvas.h"

#include <QWidget>

#include <memory>
#include <vector>

class QPushButton;
class QStandardItemModel;

namespace tailspan::widgets {
class GroupedList;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::servicemap {

/// The selected node or edge in the dock: its figures, warnings, who calls it and whom it calls, and what to do with it.
/// Without a selection the whole map in figures. A refresh changes the numbers and nothing else.
/// Thread: GUI. Owner: the dock.
class MapDetails final : public QWidget {
    Q_OBJECT
public:
    explicit MapDetails(QWidget *parent = nullptr);

    void showPart(const std::shared_ptr<const DrawnMap> &map, const MapSelection &selection);
    [[nodiscard]] widgets::GroupedList &list() { return *m_list; }

Q_SIGNALS:
    /// The user wants to see another node, or an edge.
    void chosen(const tailspan::servicemap::MapSelection &selection);
    void filterWanted(); ///< Everything narrowed to the selection.
    void tracesWanted(); ///< The same, and the traces page.
    void focusWanted();  ///< Only the neighbourhood of the selection.

private:
    struct Row;
    void layOut();
    static void addFigures(const layout::MapFigures &figures, std::vector<Row> &rows);
    /// Both say whether the part can be said in the language of find.
    bool addEdge(const DrawnMap &map, std::uint32_t edge, std::vector<Row> &rows);
    bool addNode(const DrawnMap &map, std::uint32_t node, std::vector<Row> &rows);
    void fill(const std::vector<Row> &rows);
    void activate(const QModelIndex &index);

    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_kind = nullptr;
    QPushButton *m_traces = nullptr;
    QPushButton *m_filter = nullptr;
    QPushButton *m_focus = nullptr;
    QStandardItemModel *m_model = nullptr;
    widgets::GroupedList *m_list = nullptr;
    MapSelection m_selection;
};

} // namespace tailspan::servicemap
