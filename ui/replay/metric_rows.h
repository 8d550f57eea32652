// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/metric_panel.h"
#include "models/layout/report_html.h"
#include "models/metric/metric_catalog.h"
#include "models/metric/signal_lanes.h"
#include "ui/metriclanes/metric_lane.h"
#include "ui/replay/lane_drag.h"
#include "ui/replay/lane_menu.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

class QMenu;
class QMouseEvent;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace tailspan::widgets {
class PlainLabel;
}

namespace tailspan::replay {

class LaneLayout;
class ReplayState;

/// What the connected stores of metrics measured during the run, as lanes below those of the report, on the same axis and
/// under the same crosshair; alerts and marks lie over them. Of the services it shows those that changed most during the
/// run until the user chooses others; what is chosen is remembered for the run. Lanes are arranged as those of the report:
/// by their titles, lower edges, menus, and Alt with Up and Down. Hidden without such a store, and where nobody said when the run was.
/// Thread: GUI.
class MetricRows final : public QWidget {
    Q_OBJECT
public:
    MetricRows(ReplayState &state, LaneLayout &laneLayout, workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~MetricRows() override;

    [[nodiscard]] const std::vector<metriclanes::MetricLane *> &lanes() const { return m_lanes; }
    /// Of what is measured of the shown services, hidden lanes too, in their usual order.
    [[nodiscard]] LaneGroup laneGroup() const;
    /// What is shown, for a page that stands alone.
    [[nodiscard]] std::vector<layout::HtmlMetricLane> htmlLanes() const;
    /// Whose lines are shown.
    [[nodiscard]] std::vector<std::string> shownServices() const;
    [[nodiscard]] bool isSettled() const;
    /// False: asks nothing.
    void setShown(bool shown);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    [[nodiscard]] bool isWanted() const;
    void build();
    void refresh();
    void lookThen();
    void askChanges();
    void takeChanges();
    void fillLanes();
    void showLanes(const std::vector<metric::SignalLane> &lanes, const QStringList &ids);
    void placeLane(metriclanes::MetricLane &lane);
    metriclanes::MetricLane *newLane();
    void recall();
    void remember();
    void addMenu(const metriclanes::MetricLane *lane, QMenu &menu);
    [[nodiscard]] std::vector<LanePlace> lanePlaces() const;
    [[nodiscard]] QString idOf(const QObject *lane) const;
    bool takeMouse(metriclanes::MetricLane &lane, QMouseEvent &event);
    void press(metriclanes::MetricLane &lane, QMouseEvent &event);
    void drag(QMouseEvent &event, double yPx);
    void drop();
    void showPart(metriclanes::MetricLane &lane, const QMouseEvent &event);
    void fillMenu();
    void choose(const std::string &service, bool isOn);
    void followScale();
    void fit();
    [[nodiscard]] std::vector<metric::SignalQuery> queriesOf(const std::vector<std::string> &services) const;

    ReplayState &m_state;
    LaneLayout &m_laneLayout;
    workspace::Workspace &m_workspace;
    metriclanes::LaneAxis m_axis;
    widgets::PlainLabel *m_text = nullptr;
    QToolButton *m_choose = nullptr;
    QMenu *m_menu = nullptr;
    QScrollArea *m_scroll = nullptr;
    QWidget *m_inner = nullptr;
    QWidget *m_times = nullptr; ///< The clock, where no lane of the report has one above.
    QVBoxLayout *m_column = nullptr;
    std::vector<metriclanes::MetricLane *> m_lanes;
    QStringList m_laneIds;                      ///< Of m_lanes.
    std::vector<metric::SignalLane> m_measured; ///< What lanes there could be.
    LaneDrag m_drag;
    std::vector<LanePlace> m_dragPlaces; ///< When it began.
    double m_pressedHeight = 1;
    QWidget *m_dropLine = nullptr;
    std::set<metric::Signal> m_signals;
    std::vector<std::string> m_changed; ///< The largest changes first.
    std::optional<std::set<std::string>> m_chosen;
    TimeRange m_askedRun;
    TimeRange m_lookedAt; ///< The run at whose end it was looked at what is measured, because nothing is now.
    std::vector<std::unique_ptr<workspace::MetricPanel>> m_changes; ///< While the changes are being asked for.
    bool m_isShown = false;
};

} // namespace tailspan::replay
