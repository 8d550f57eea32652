// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"
#include "ui/servicemap/map_canvas.h"
#include "ui/widgets/page.h"

#include <QPointer>

#include <memory>
#include <string>

class QStackedWidget;

namespace tailspan::widgets {
class Banner;
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::servicemap {

class MapBar;
class MapDetails;
class MapLegend;
class MapMoment;
class MapPlacer;
class MapSource;

/// Who calls whom in what the workspace shows: its snapshot, time range and filter, or, on demand, all that a store
/// holds. A declaration and a baseline can be laid over it; warnings of the workspace appear at their services.
/// Thread: GUI. Owner: the window.
class ServiceMapPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit ServiceMapPage(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~ServiceMapPage() override;

    [[nodiscard]] widgets::PageInfo info() const override;
    [[nodiscard]] QWidget *detailsWidget() override;
    [[nodiscard]] bool isSettled() const override;
    /// "folded": namespaces folded; "compared": against the first half; "selected": the busiest service; "legend".
    bool showView(const QString &id) override;

    [[nodiscard]] MapCanvas &canvas() { return *m_canvas; }
    [[nodiscard]] MapBar &bar() { return *m_bar; }
    [[nodiscard]] MapSource &source() { return *m_source; }
    [[nodiscard]] const MapMoment &moment() const { return *m_moment; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void build();
    void buildCommands();
    void connectAll();
    void connectDetails();
    /// Of another map, or of the same one a moment later.
    void takeMap(bool isRenewal);
    void rebuildScene();
    void place(bool isAnew);
    void showPlaced(const std::string &key, bool isFresh);
    void showState();
    void showSelection();
    void selectBusiest();
    void selectWanted();
    void openNamespace(const QString &name);
    void focusSelection();
    /// False when the selection cannot be said in the language of find.
    bool filterToSelection();
    [[nodiscard]] std::string placesKey() const;

    workspace::Workspace &m_workspace;
    MapSource *m_source = nullptr;
    MapMoment *m_moment = nullptr;
    MapPlacer *m_placer = nullptr;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    QWidget *m_content = nullptr;
    MapBar *m_bar = nullptr;
    widgets::Banner *m_banner = nullptr;
    MapCanvas *m_canvas = nullptr;
    MapLegend *m_legend = nullptr;
    widgets::PlainLabel *m_state = nullptr;
    widgets::PlainLabel *m_age = nullptr;
    QPointer<MapDetails> m_details;   // the dock owns it once it was asked for
    std::shared_ptr<DrawnMap> m_next; ///< Has its scene, waits for its places.
    std::string m_shownKey;           ///< Of the places on screen.
    std::string m_wantedService;      ///< Of showView(), until it can be selected.
    bool m_selectsBusiest = false;    ///< As soon as there is a map.
};

} // namespace tailspan::servicemap
