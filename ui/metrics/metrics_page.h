// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/metriclanes/lane_axis.h"
#include "ui/widgets/page.h"

#include <array>
#include <vector>

class QButtonGroup;
class QComboBox;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace tailspan::widgets {
class EmptyState;
class PlainLabel;
} // namespace tailspan::widgets

namespace tailspan::metrics {

using metriclanes::LaneAxis;

class DashboardBar;
class LaneDeck;
class MappingView;
class QueryLane;
class TargetsView;

/// What the connected stores of metrics measure, as lanes on the time axis of the window: the signals that were found of
/// all services or of one, a dashboard, and queries; what is asked for and why; who is scraped and what fires.
/// Views: "lanes", "mapping", "targets"; "service:NAME" shows the lanes of one, "query:EXPRESSION" adds a query.
/// Thread: GUI.
class MetricsPage final : public widgets::Page {
    Q_OBJECT
public:
    explicit MetricsPage(workspace::Workspace &workspace, QWidget *parent = nullptr);

    [[nodiscard]] widgets::PageInfo info() const override;
    bool showView(const QString &id) override;
    [[nodiscard]] bool isSettled() const override;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    enum View { Lanes, Mapping, Targets, ViewCount };

    void addCommands();
    QWidget *buildHead();
    std::vector<QPushButton *> makeButtons(QWidget *parent);
    QWidget *buildLanes();
    void showViewAt(int index);
    void fillServices();
    void fillLanes();
    void fillSignalLanes();
    QueryLane *addQuery();
    void showDashboard();
    void openDashboard();
    void openMarks();
    void refresh();

    workspace::Workspace &m_workspace;
    LaneAxis m_axis;
    QStackedWidget *m_stack = nullptr; ///< Empty or filled.
    QStackedWidget *m_views = nullptr;
    widgets::EmptyState *m_empty = nullptr;
    std::array<QToolButton *, ViewCount> m_tabs{};
    QButtonGroup *m_group = nullptr;
    QComboBox *m_service = nullptr;
    widgets::PlainLabel *m_state = nullptr;
    QPushButton *m_addQuery = nullptr;
    DashboardBar *m_dashboard = nullptr;
    LaneDeck *m_deck = nullptr;
    MappingView *m_mapping = nullptr;
    TargetsView *m_targets = nullptr;
    std::vector<QueryLane *> m_queries;
};

} // namespace tailspan::metrics
