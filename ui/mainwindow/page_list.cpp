// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/mainwindow/page_list.h"

#include "ui/advisor/advisor_page.h"
#include "ui/connections/connections_page.h"
#include "ui/heatmap/heatmap_page.h"
#include "ui/metrics/metrics_page.h"
#include "ui/replay/replay_page.h"
#include "ui/servicemap/service_map_page.h"
#include "ui/traces/traces_page.h"
#include "ui/welcome/welcome_page.h"

namespace tailspan::mainwindow {

std::vector<widgets::Page *> makePages(workspace::Workspace &workspace, QWidget *parent)
{
    std::vector<widgets::Page *> pages; // in the order of the rail
    pages.push_back(new welcome::WelcomePage(workspace, parent));
    pages.push_back(new traces::TracesPage(workspace, parent));
    pages.push_back(new servicemap::ServiceMapPage(workspace, parent));
    pages.push_back(new heatmap::HeatmapPage(workspace, parent));
    pages.push_back(new metrics::MetricsPage(workspace, parent));
    pages.push_back(new replay::ReplayPage(workspace, parent));
    pages.push_back(new advisorpage::AdvisorPage(workspace, parent));
    pages.push_back(new connections::ConnectionsPage(workspace, parent));
    return pages;
}

} // namespace tailspan::mainwindow
