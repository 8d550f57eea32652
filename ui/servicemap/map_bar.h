// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_scene.h"
#include "ui/servicemap/map_source.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace tailspan::servicemap {

/// What the user chooses above the map: search, neighbourhood, least rate, folded namespaces, what it is compared with,
/// a declaration laid over it, who counts. Thread: GUI. Owner: the page.
class MapBar final : public QWidget {
    Q_OBJECT
public:
    explicit MapBar(MapSource &source, QWidget *parent = nullptr);

    [[nodiscard]] QLineEdit &search() { return *m_search; }
    [[nodiscard]] const layout::MapFilter &filter() const { return m_filter; }
    /// The neighbourhood of this node, "" for everything; keeps the number of hops.
    void setFocus(const std::string &node, int hops);
    /// The node that a neighbourhood would be of; "" when none is selected.
    void setSelectedNode(const std::string &node);
    /// Enables what makes sense now and shows what is chosen.
    void refresh();

Q_SIGNALS:
    void filterChanged();
    void searchEdited(const QString &text);
    void nextWanted(bool isBackward);
    void searchLeft(); ///< By Escape: the keys go back to the map.
    void arrangeWanted();
    void legendToggled(bool isOn);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void buildSearch();
    void layOut();
    void connectAll();
    void chooseHops();
    void chooseBaseline();
    void chooseMesh();

    MapSource &m_source;
    layout::MapFilter m_filter;
    std::string m_selected;
    bool m_isOneLine = false;
    QWidget *m_choices = nullptr;
    QHBoxLayout *m_first = nullptr;
    QVBoxLayout *m_rows = nullptr;
    QLineEdit *m_search = nullptr;
    QComboBox *m_hops = nullptr;
    QComboBox *m_rate = nullptr;
    QComboBox *m_baseline = nullptr;
    QComboBox *m_counted = nullptr;
    QToolButton *m_fold = nullptr;
    QToolButton *m_mesh = nullptr;
    QToolButton *m_arrange = nullptr;
    QToolButton *m_legend = nullptr;
};

} // namespace tailspan::servicemap
