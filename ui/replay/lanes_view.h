// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/jobs/latest_job.h"
#include "models/layout/replay_picture.h"
#include "models/layout/replay_stages.h"
#include "models/loadtest/traces_then.h"
#include "ui/replay/lane.h"
#include "ui/replay/lane_drag.h"
#include "ui/replay/lane_menu.h"

#include <QMap>
#include <QPoint>
#include <QString>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QCustomPlot;

namespace tailspan::replay {

class LaneLayout;
class LanesOverlay;
class ReplayState;

/// The lanes of a run on one time axis, the stages above them and the crosshair over all of it. The numbers behind
/// the lanes are computed on a worker whenever the window or the width changes; until they come the old ones are
/// shown at their new places. The wheel zooms at the pointer, Shift+wheel pans, a press moves the head, a click on the
/// latencies leads to the traces there. A lane's title is dragged to another place and has the menu of the lane, the edge
/// below it is dragged for its height. Keys: Up and Down choose a lane, Alt with them moves it, the menu key opens its
/// menu.
/// Thread: GUI.
class LanesView final : public QWidget {
    Q_OBJECT
public:
    LanesView(ReplayState &state, LaneLayout &laneLayout, QWidget *parent = nullptr);
    ~LanesView() override;

    /// False while the numbers of the window are being computed.
    [[nodiscard]] bool isSettled() const { return !m_job.isRunning(); }
    [[nodiscard]] const layout::ReplayPicture &picture() const { return m_picture; }
    /// Those that are shown, from top to bottom.
    [[nodiscard]] const std::vector<Lane *> &shownLanes() const { return m_shown; }
    /// All, in their usual order.
    [[nodiscard]] LaneGroup laneGroup() const;
    /// What a lane cannot show of this report; empty when it can.
    [[nodiscard]] QString missing(const Lane &lane) const { return m_missing.value(lane.id()); }
    /// The lane that keys and menus are about; nullptr for none.
    [[nodiscard]] const Lane *currentLane() const;
    /// The one whose title is under the pointer; nullptr for none.
    [[nodiscard]] const Lane *titleUnderPointer() const { return m_titleLane; }
    /// Where a dragged title would go: above this height, in this widget's pixels; nullopt while none is dragged.
    [[nodiscard]] std::optional<double> dropLinePx() const;
    [[nodiscard]] const std::vector<layout::StageBand> &stages() const { return m_stages; }
    [[nodiscard]] ReplayState &state() const { return m_state; }
    /// Where the time axis runs, in this widget's pixels.
    [[nodiscard]] QRect timeArea() const;
    [[nodiscard]] QRect stageArea() const;
    [[nodiscard]] double xOf(TimePoint time) const;
    /// Whose traces a place stands for: the step there, and in the latency lane a range of latencies.
    [[nodiscard]] std::optional<loadtest::TracesWanted> wantedAt(const QPoint &at) const;
    /// Asks for them, and which endpoint is meant where requests of several are there.
    void requestTraces(const loadtest::TracesWanted &wanted, const QPoint &globalPos);
    /// The title of a lane, in this widget's pixels.
    [[nodiscard]] QRect titleRect(const Lane &lane) const;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    void buildPlot();
    void arrange();
    void placeLanes();
    void showReport();
    void requestPicture();
    void showPicture(layout::ReplayPicture picture);
    void showWindow();
    void applyTheme();
    void showToolTip(const QPoint &at, const QPoint &globalPos);
    struct PlaceHit {
        loadtest::TracesWanted wanted;
        bool isEmpty = false; // no request took that long
    };
    [[nodiscard]] std::optional<PlaceHit> hitAt(const QPoint &at) const;
    [[nodiscard]] std::vector<LanePlace> lanePlaces() const;
    [[nodiscard]] LaneDrag::Part partAt(const QPoint &at, std::size_t &lane) const;
    void dragEdge(bool isFinal);
    void showPart(const QPoint &at);
    void openLaneMenu(const Lane &lane, const QPoint &globalPos);
    void askForTraces();
    void stepLane(int direction);
    [[nodiscard]] Lane *laneOf(const QString &id) const;

    ReplayState &m_state;
    LaneLayout &m_laneLayout;
    QCustomPlot *m_plot = nullptr;
    LanesOverlay *m_overlay = nullptr;
    std::vector<std::unique_ptr<Lane>> m_lanes;
    std::vector<Lane *> m_shown;
    QMap<QString, QString> m_missing; // by id
    QString m_currentId;
    const Lane *m_titleLane = nullptr;
    LaneDrag m_drag;
    std::vector<LanePlace> m_dragPlaces; // when it began
    std::optional<QPoint> m_pressedAt;   // over the plots, until it becomes a drag
    std::optional<loadtest::TracesWanted> m_clicked;
    QPoint m_clickedGlobal;
    QTimer m_click; // a second click makes it a double click
    std::vector<layout::StageBand> m_stages;
    layout::ReplayPicture m_picture;
    jobs::LatestJob<layout::ReplayPicture> m_job; // last: it stops before the rest goes
};

} // namespace tailspan::replay
