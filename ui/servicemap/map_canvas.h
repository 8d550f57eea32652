// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/layout/map_layout.h"
#include "ui/servicemap/map_background.h"

#include <QPointF>
#include <QString>
#include <QWidget>

#include <memory>
#include <optional>
#include <string>

namespace tailspan::servicemap {

struct MapPainting;
struct MomentScene;

/// A node, or an edge when `to` is set, by name: so it survives a refresh. Empty: nothing.
struct MapSelection {
    std::string node; ///< The caller, of an edge.
    std::string to;

    [[nodiscard]] bool isEmpty() const { return node.empty(); }
    [[nodiscard]] bool isEdge() const { return !to.empty(); }
    friend bool operator==(const MapSelection &, const MapSelection &) = default;
};

/// A scene with its places: everything the canvas needs to draw.
struct DrawnMap {
    layout::MapScene scene;
    layout::ShownParts shown;
    layout::PartToPlace part;
    layout::GraphPlaces places;
    bool isCompared = false; ///< Colours say what changed, not how much fails.
};

/// The map on screen. The wheel zooms at the pointer, a drag pans, F fits; a click selects, hovering lights the paths
/// through what is under the pointer. Keys: arrows to the nearest node in that direction, Tab and Shift+Tab through all
/// by name, E and Shift+E through the edges of the selected node, Enter opens the details, Escape lets go. Paints what was
/// laid out when map, view or size changed.
/// Thread: GUI. Owner: the page.
class MapCanvas final : public QWidget {
    Q_OBJECT
public:
    explicit MapCanvas(QWidget *parent = nullptr);

    /// With `isFresh` everything is fitted into the view; else nothing on screen moves.
    void setMap(std::shared_ptr<const DrawnMap> map, bool isFresh);
    [[nodiscard]] const std::shared_ptr<const DrawnMap> &map() const { return m_map; } ///< May be null.
    /// What happened at the crosshair lies over the map; null for nothing.
    void setMoment(std::shared_ptr<const MomentScene> moment);
    [[nodiscard]] const std::shared_ptr<const MomentScene> &moment() const { return m_moment; }
    /// Nodes whose name holds the text stand out.
    void setSearch(const std::string &text);
    /// The next node that fits the search, from the selected one on; false when none does.
    bool findNext(bool isBackward);
    void fitAll();
    void fitSelection();
    void zoomBy(double factor);
    void revealSelection();

    void select(const MapSelection &selection);
    [[nodiscard]] const MapSelection &selection() const { return m_selection; }
    [[nodiscard]] const layout::MapView &view() const { return m_view; }
    [[nodiscard]] const layout::MapPicture &picture() const { return m_picture; }
    /// False while a large map is still being painted.
    [[nodiscard]] bool isPainted() const { return m_background.isFinished(); }
    /// Into the scene; kNone for nothing.
    [[nodiscard]] std::uint32_t selectedNode() const;
    [[nodiscard]] std::uint32_t selectedEdge() const;
    [[nodiscard]] bool isHovering() const
    {
        return m_hoverNode != layout::MapScene::kNone || m_hoverEdge != layout::MapScene::kNone;
    }

    [[nodiscard]] QSize sizeHint() const override { return {900, 600}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 200}; }

    /// How wide a node's name is at natural size.
    [[nodiscard]] static double nameWidthPx(std::string_view name);

Q_SIGNALS:
    void selectionChanged();
    void detailsWanted();
    /// Double click or Enter on a folded namespace.
    void openWanted(const QString &name);
    void viewChanged();
    void mapReplaced();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    void setView(const layout::MapView &view);
    void relayout(bool isMoving = false);
    void chooseByUser(const MapSelection &selection);
    void setHover(std::uint32_t node, std::uint32_t edge);
    void updatePaths();
    void step(int dx, int dy);
    void stepByName(bool isBackward);
    void stepEdges(bool isBackward);
    void reveal(std::uint32_t sceneNode);
    void activate();
    [[nodiscard]] bool handlesKey(QKeyEvent *event);
    [[nodiscard]] std::uint32_t placeInPart(std::uint32_t sceneNode) const;
    [[nodiscard]] MapSelection at(QPointF position) const;
    [[nodiscard]] MapSelection hoveredNames() const;

    std::shared_ptr<const DrawnMap> m_map;
    std::shared_ptr<const MomentScene> m_moment;
    layout::MapView m_view;
    layout::MapPicture m_picture;
    MapBackground m_background;
    std::string m_search;
    MapSelection m_selection;
    std::uint32_t m_hoverNode = layout::MapScene::kNone; ///< Into the scene.
    std::uint32_t m_hoverEdge = layout::MapScene::kNone;
    std::optional<layout::MapPaths> m_paths; ///< Through what is under the pointer.
    std::optional<QPointF> m_pressedAt;
    QPointF m_lastDrag;
    bool m_isDragging = false;
    bool m_showsFocus = false; ///< The keyboard brought the focus here.
    bool m_isFitted = true;    ///< The user has neither zoomed nor panned: a new size fits again.
};

} // namespace tailspan::servicemap
