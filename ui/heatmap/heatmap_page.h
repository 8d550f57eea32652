// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/heatmap/heat_state.h"
#include "ui/widgets/page.h"

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace tailspan::widgets {
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::heatmap {

class HeatControls;
class HeatLegend;
class SelectionPanel;

/// How many took how long when, what differs from another time, and what sets a brushed part apart. Times, filter and
/// crosshair are those of the workspace. Thread: GUI. Owner: the window.
class HeatmapPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit HeatmapPage(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~HeatmapPage() override;

    [[nodiscard]] widgets::PageInfo info() const override;
    [[nodiscard]] bool isSettled() const override;
    /// "difference": against the time before. "explain": with a box over the slowest tenth. "correlation": what goes with
    /// the latency.
    bool showView(const QString &id) override;

    [[nodiscard]] HeatState &state() { return *m_state; }
    [[nodiscard]] HeatMapView &view() { return *m_view; }
    [[nodiscard]] SelectionPanel &panel() { return *m_panel; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    [[nodiscard]] QWidget *buildHead();
    void connectState();
    void connectView();
    void buildCommands();
    void buildExports();
    void showMap();
    void showAsking();
    void showTime();
    void showBox();
    void showBands();
    void boxSlowest();
    void fitPanel();
    void savePicture();
    void saveTable(bool asJson);
    void copyTable();
    [[nodiscard]] QString tableText(char separator) const;
    void saveText(const QString &title, const QString &filter, const QByteArray &text);

    workspace::Workspace &m_workspace;
    HeatState *m_state = nullptr;
    QStackedWidget *m_stack = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    widgets::PlainLabel *m_title = nullptr;
    widgets::PlainLabel *m_subtitle = nullptr;
    QWidget *m_busy = nullptr;
    widgets::PlainLabel *m_busyText = nullptr;
    HeatLegend *m_legend = nullptr;
    HeatControls *m_controls = nullptr;
    QSplitter *m_splitter = nullptr;
    HeatMapView *m_view = nullptr;
    SelectionPanel *m_panel = nullptr;
    QTimer m_busyTimer;
    bool m_isSplitByUser = false;
    bool m_wantsSlowest = false; ///< A box is to be made once there is a map.
};

} // namespace tailspan::heatmap
